"""Scores of a part of all parcels: what a method must know of all of them is summed up part by part, merged, and applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from landplan.core.blockwise import Blockwise, Stats, summarised
from landplan.core.errors import SchemeError
from landplan.core.kernels.column_stats import ColumnStats, column_stats
from landplan.core.layers import Float
from landplan.core.normalisation import Decision, decision
from landplan.core.registry import Method, scorings
from landplan.core.rules import Bool
from landplan.core.scheme import Scheme
from landplan.core.tables import RESTRICTED
from landplan.steps.methods import for_criteria, scoring_method
from landplan.steps.score import Basis, Scores, known_share, placed, rows_of, weights_of


@dataclass(frozen=True, eq=False)
class Whole:
    """What is known of all parcels that one model's scores compare: `stats` of their utilities as they are, round by round.

    best (m,): the best of each column where some parcel lacks a part of its weight, else None; `filled`: stats with unknown
    utilities at that best, for the upper end of a relative method's range.
    """

    stats: Stats = ()
    best: Float | None = None
    filled: Stats = ()


def blocks_of(scheme: Scheme) -> Blockwise:
    """How the scheme's scoring method works in blocks; SchemeError that names those that do when it does not."""
    method = scoring_method(scheme)
    if method.blockwise is None:
        able = ", ".join(one.id for one in scorings if one.blockwise is not None)
        raise SchemeError("method_needs_whole", "scoring", method=method.id, able=able)
    return method.blockwise


def needs_whole(scheme: Scheme) -> bool:
    """Whether a score depends on other parcels: by its method, or by what an unknown utility counts."""
    method = scoring_method(scheme)
    return method.relative_with(scheme.scoring.params) or _params(method, scheme).get("missing", "known") != "known"


def part_gaps(base: Basis, scheme: Scheme) -> list[tuple[bool, Float]]:
    """For each model: whether a candidate of this part lacks some of its weight, and the best of each column (m,)."""
    blocks = _blocks(base, scheme)
    return [(bool((known_share(block, weights) < 1.0).any()), column_stats(block).high) for block, weights in blocks]


def part_stats(base: Basis, scheme: Scheme, wholes: Sequence[Whole], filled: bool) -> list[ColumnStats | None]:
    """For each model: the next round's stats of this part, given the rounds before; None for one that weighs nothing.

    filled: those of the table with unknown utilities at their best.
    """
    scheme = for_criteria(scheme, base.known.criteria)
    method, how = scoring_method(scheme), blocks_of(scheme)
    out: list[ColumnStats | None] = []
    for whole, (block, weights) in zip(wholes, _blocks(base, scheme), strict=True):
        before = whole.filled if filled else whole.stats
        table = _at_best(block, whole.best) if filled and whole.best is not None else block
        given = _given(method, scheme, table, weights) if weights.sum() > 0 else None
        out.append(None if given is None else how.rounds[len(before)](given, before))
    return out


def with_gaps(wholes: Sequence[Whole], parts: Iterable[Sequence[tuple[bool, Float]]]) -> list[Whole]:
    """The wholes with their best columns, from what every part says of itself."""
    found = list(zip(*parts, strict=True))
    out = []
    for whole, said in zip(wholes, found, strict=True):
        high = np.maximum.reduce([best for _gaps, best in said])
        some = any(gaps for gaps, _best in said)
        out.append(replace(whole, best=np.where(np.isfinite(high), high, 0.0) if some else None))
    return out


def with_stats(wholes: Sequence[Whole], parts: Iterable[Sequence[ColumnStats | None]], filled: bool) -> list[Whole]:
    """The wholes with one more round of stats, merged from all parts in any order."""
    out = []
    for whole, said in zip(wholes, zip(*parts, strict=True), strict=True):
        found = [stats for stats in said if stats is not None]
        more = (reduce(ColumnStats.merged, found),) if found else ()
        out.append(replace(whole, filled=(*whole.filled, *more)) if filled else replace(whole, stats=(*whole.stats, *more)))
    return out


def part_scores(scheme: Scheme, whole: Whole, utility: Float, weights: Float, candidates: Bool) -> Scores:
    """One model's scores of a part: the same bits as those rows have in the table of all parcels.

    scheme: as `for_criteria` gives it for the columns of `utility`.
    """
    method, how = scoring_method(scheme), blocks_of(scheme)
    n = len(utility)
    if not weights.sum() > 0:
        nothing = np.full(n, np.nan)
        return Scores(nothing, nothing, nothing, np.zeros(n))

    def run(table: Float, stats: Stats | None) -> Mapping[str, Float]:
        if not len(table):
            return {"scores": np.zeros(0)}
        given = _given(method, scheme, table, weights)
        return how.apply(given, summarised(how, [given]) if stats is None else stats)

    if not method.relative_with(scheme.scoring.params):
        found = run(utility, whole.stats)
        known = found["known_weight"] if "known_weight" in found and n else known_share(utility, weights)
        ends = [found["scores"]] * 2
        if (known[candidates] < 1.0).any():
            ends = [found[end] if end in found else run(np.nan_to_num(utility, nan=at), None)["scores"] for end, at in _ENDS]
        score, low, high = (placed(column, candidates, False) for column in (found["scores"], *ends))
        return Scores(score, low, high, known)
    known = known_share(utility, weights)
    rows = candidates & (known > 0)
    block = rows_of(utility, rows)
    score = placed(run(block, whole.stats)["scores"], rows, True)
    if whole.best is None:
        return Scores(score, score, score, known)
    high = placed(run(_at_best(block, whole.best), whole.filled)["scores"], rows, True)
    return Scores(score, score, np.maximum(score, high), known)


_ENDS = (("scores_low", 0.0), ("scores_high", 1.0))


def _blocks(base: Basis, scheme: Scheme) -> Iterable[tuple[Float, Float]]:
    """For each model the utilities that its method compares, and its weights: of a relative one, those of the candidates."""
    relative = scoring_method(scheme).relative_with(scheme.scoring.params)
    for k, weights in enumerate(weights_of(base.known, scheme)[0]):
        utility = base.known.values
        if relative:
            utility = rows_of(utility, (base.status[:, k] != RESTRICTED) & (known_share(utility, weights) > 0))
        yield utility, weights


def _given(method: Method[Any], scheme: Scheme, table: Float, weights: Float) -> Decision:
    return decision(table, weights, None, **_params(method, scheme))


def _params(method: Method[Any], scheme: Scheme) -> dict[str, Any]:
    """Every parameter of the method: the scheme's, else its own; unless told otherwise, scores rest on what is known."""
    values = {argument.name: argument.default for argument in method.arguments}
    if "missing" in values and not method.relative_with(scheme.scoring.params):
        values["missing"] = "known"
    return values | scheme.scoring.params


def _at_best(utility: Float, best: Float) -> Float:
    return np.where(np.isnan(utility), best, utility)
