"""ELECTRE TRI: plots sorted into classes by comparing each with the profiles between them."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, all_columns, combined
from landplan.core.errors import MethodError
from landplan.core.kernels.credibility import Outranking, credibility
from landplan.core.layers import Float
from landplan.core.normalisation import Decision, check_missing, decision
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import Indifference, Preference, Unknown, Veto, each_criterion

_QUARTERS = (0.25, 0.5, 0.75)
_LEVEL = 1e-12


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    check_missing(stats[0], block)
    profiles = _profiles(block, stats)
    cut, known_only = block.params["cut"] - _LEVEL, block.params["missing"] == "known"
    over, under, known = credibility(block.matrix, profiles, _outranking(block), known_only=known_only)
    k = len(profiles)
    reached = over >= cut
    low = np.where(reached.any(axis=1), k - np.argmax(reached[:, ::-1], axis=1), 0)
    beaten = (under >= cut) & ~reached
    high = np.where(beaten.any(axis=1), np.argmax(beaten, axis=1), k)
    nothing = known_only & (known <= 0)
    low, high = np.where(nothing, -1, low), np.where(nothing, -1, high)
    known[known >= 1.0 - 1e-12] = 1.0
    classes = low if block.params["assignment"] == "pessimistic" else high
    return {
        "scores": np.where(nothing, np.nan, classes / k),
        "classes": classes,
        "pessimistic": low,
        "optimistic": high,
        "credibility": over,
        "known_weight": known,
    }


def _profiles(block: Decision, stats: Stats) -> Float:
    """(k, m) boundaries from the worst to the best; MethodError where they do not rise, or lack for raw values."""
    given, m = block.params["profiles"], len(block.types)
    if given is None:
        used = (block.weights > 0) & (stats[0].known > 0)
        if (stats[0].low[used] < 0).any() or (stats[0].high[used] > 1).any():
            raise MethodError("profiles_needed")
        given = [np.where(block.types > 0, one, 1.0 - one) for one in _QUARTERS]
    profiles = np.array([each_criterion(one, m) for one in given], np.float64).reshape(-1, m)
    rising = (np.diff(profiles, axis=0) * block.types >= 0).all()
    if not len(profiles) or not np.isfinite(profiles).all() or not rising:
        raise MethodError("profiles_not_rising")
    return profiles


def _outranking(block: Decision) -> Outranking:
    """The thresholds of each criterion, checked: 0 ≤ q ≤ p ≤ veto."""
    parts = (each_criterion(block.params[name], len(block.types)) for name in ("q", "p", "veto"))
    q, p, veto = (np.array([np.nan if one is None else one for one in part], np.float64) for part in parts)
    q, p, veto = np.nan_to_num(q), np.nan_to_num(p), np.where(np.isnan(veto), np.inf, veto)
    p = np.maximum(p, q) if block.params["p"] is None else p
    if not ((q >= 0) & (q <= p) & (p <= veto)).all():
        raise MethodError("thresholds_not_ordered", shape="q ≤ p ≤ veto")
    return Outranking(block.weights, block.types, q, p, veto)


_BLOCKWISE = Blockwise(_apply, (all_columns,))


@scorings.add(
    "ELECTRE TRI (sorting into classes)",
    zh="ELECTRE TRI 分级",
    blockwise=_BLOCKWISE,
    source="Yu (1992) Aide multicritère à la décision dans le cadre de la problématique du tri, Université Paris-Dauphine",
)
def electre_tri(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    profiles: Annotated[
        list[float] | list[list[float]] | None,
        Param(
            "boundaries of the classes, worst first; absent: quarters",
            zh="各级之间的界线，从差到好；不填为四等分",
            by_criterion="columns",
        ),
    ] = None,
    cut: Annotated[float, Param("credibility that reaches a boundary", zh="达到界线所需的可信度", low=0.5, high=1)] = 0.75,
    q: Indifference = None,
    p: Preference = None,
    veto: Veto = None,
    assignment: Annotated[
        str,
        Param(
            "pessimistic: reach the boundary; optimistic: not beaten by it",
            zh="悲观：达到界线；乐观：未被界线胜过",
            choices=("pessimistic", "optimistic"),
        ),
    ] = "pessimistic",
    missing: Unknown = "worst",
) -> dict[str, Any]:
    """Classes 0 (worst) … k between k boundary profiles; a plot reaches a boundary if credibly at least as good as it.

    Credibility σ = C Π (1 − d)/(1 − C) over criteria with d > C. C: the weight of the criteria that do not fall short (1 down
    to q below the boundary, 0 from p below); d: discordance, from 0 at p below to 1 at the veto. Pessimistic: the highest
    boundary with σ(plot, boundary) ≥ cut; optimistic: below the lowest boundary that is preferred to the plot.
    matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default all +1); profiles, q, p, veto in the
    units of the columns, one for all criteria or one each. Results (n,): scores (class / k, so all plots of a class tie),
    ranks (if `ranked`), classes, pessimistic, optimistic, known_weight; credibility (n, k). No other plot matters; linear in
    plots. missing: "worst" falls short of every boundary, "known" leaves the criterion out (class −1 and NaN where nothing
    is known), "refuse" is a MethodError, as are profiles that do not rise.
    Not for a ranking: within a class there is no order. Say who set the profiles; the result is theirs.
    """
    params = {"profiles": profiles, "cut": cut, "q": q, "p": p, "veto": veto, "assignment": assignment, "missing": missing}
    return combined(_BLOCKWISE, decision(matrix, weights, types, **params), ranked)
