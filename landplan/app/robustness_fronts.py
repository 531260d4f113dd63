"""Robustness as `evaluate` offers it: plain arrays in, lists, numbers and names out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from landplan.robustness.method_swap import method_swap
from landplan.robustness.rank_reversal import rank_reversal
from landplan.robustness.smaa2 import smaa2
from landplan.robustness.weight_stability import weight_stability

Results = dict[str, Any]


def _weight_stability(
    values: Sequence[Sequence[float]], weights: Sequence[float], alternatives: Sequence[str] = (), top: int = 1
) -> Results:
    """Of the best alternative, by its name or else by its letter: w1_interval_where_A_wins … for each weight, as shares of 1.

    distance_to_flip: the smallest change of one weight that lets another pass it, null where none does; flips_to: that one.
    """
    found = weight_stability(values, weights, top=top)
    names = [*alternatives] or [_letter(row) for row in range(len(found.scores))]
    winner, distance = names[int(found.rows[0])], found.distance[0]
    nearest = int(distance.argmin())
    down = found.below[0, nearest] >= 0 and distance[nearest] == found.weights[nearest] - found.low[0, nearest]
    passing = int((found.below if down else found.above)[0, nearest])
    ends = zip(found.low[0].tolist(), found.high[0].tolist(), strict=True)
    intervals = {f"w{j}_interval_where_{winner}_wins": list(pair) for j, pair in enumerate(ends, 1)}
    flips = bool(np.isfinite(distance[nearest]))
    told = {"distance_to_flip": float(distance[nearest]), "flips_to": names[passing]} if flips else dict(_NEVER)
    return {"scores": found.scores, "winner": winner, **intervals, **told}


_NEVER = {"distance_to_flip": None, "flips_to": ""}


def _letter(row: int) -> str:
    """A … Z, then A27 …"""
    return chr(ord("A") + row) if row < 26 else f"A{row + 1}"


def _rank_reversal(
    method: str,
    matrix: Sequence[Sequence[float]],
    weights: Sequence[float],
    types: Sequence[int] | None = None,
    top: int = 50,
    params: Mapping[str, Any] | None = None,
) -> Results:
    """See robustness/rank_reversal; reversals as tables of change, row, ahead, behind."""
    found = rank_reversal(method, matrix, weights, types, top=top, params=dict(params or {}))
    return {**found, "reversals": [asdict(one) for one in found["reversals"]]}


def _method_swap(
    matrix: Sequence[Sequence[float]],
    weights: Sequence[float],
    types: Sequence[int] | None = None,
    top: int = 10,
    variants: Sequence[Mapping[str, Any]] | None = None,
) -> Results:
    """See robustness/method_swap; variants and refused by name, matrices in the order of the variants."""
    found = method_swap(matrix, weights, types, top=top, variants=variants)
    return {
        "variants": [one.name for one in found.variants],
        "refused": {one.name: one.refused for one in found.refused},
        "ranks": found.ranks,
        "kendall": found.kendall,
        "spearman": found.spearman,
        "top_overlap": found.overlap,
        "top_share": found.share,
        "always": found.always,
        "fragile": found.fragile,
    }


FRONTS: dict[str, Callable[..., Mapping[str, Any]]] = {
    "smaa2": smaa2,
    "weight_stability": _weight_stability,
    "rank_reversal": _rank_reversal,
    "method_swap": _method_swap,
}
