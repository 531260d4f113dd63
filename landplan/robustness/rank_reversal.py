"""Whether the order of plots depends on which other plots are in the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.layers import Float, Int
from landplan.core.normalisation import decision
from landplan.core.registry import scorings

CHANGES = ("removed", "copied", "worse", "pair", "cycle")
Score = Callable[[Float], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reversal:
    """Rows. `ahead` is before `behind` in the whole table, and after it once `row` is removed, copied or made worse.

    "pair": once these two stand alone (row −1). "cycle": of pairs alone, ahead beats row, row behind, and behind ahead.
    """

    change: str
    row: int
    ahead: int
    behind: int


def rank_reversal(
    method: str,
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    top: int = 50,
    params: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Whether the order of the best `top` plots turns when the table around them changes, for one scoring method.

    Each of them is removed, copied, and (but for the best) made worse, half-way to the worst of each column; then every pair
    is ranked alone. A pair turns where one was ahead and is behind; becoming or ceasing to be tied does not count.
    method: id of a scoring method; matrix (n, m), weights (m,), types (m,) and params as it takes them.
    Results: reversals, the first turned pair of each change and row (tuple of Reversal); counts by change; independent:
    whether each of these plots scores alone what it scores in the table (to 1e-12): then no other plot can turn anything.
    UsageError for an unknown method, MethodError for one without ranks. Sources: Wang & Triantaphyllou (2008) Omega
    36(1):45-63, tests 1 to 3; Belton & Gear (1983) Omega 11(3):228-230, copies.
    """
    given = decision(matrix, weights, types)
    run = scorings[method].run

    def scored(rows: Float) -> dict[str, Any]:
        found: dict[str, Any] = run(rows, given.weights, given.types, **(params or {}))
        if "ranks" not in found:
            raise MethodError("method_without_ranks", method=method)
        return found

    whole = scored(given.matrix)
    best = np.argsort(whole["ranks"], kind="stable")[:top]
    best = best[whole["ranks"][best] > 0]
    reversals = (
        *_by_change(scored, given.matrix, given.types, whole["ranks"], best),
        *_by_pairs(scored, given.matrix, whole, best),
    )
    counts = Counter(one.change for one in reversals)
    return {
        "reversals": reversals,
        "counts": {change: counts[change] for change in CHANGES},
        "independent": _independent(scored, given.matrix, whole, best),
    }


def _by_change(scored: Score, matrix: Float, types: Float, before: Int, best: Int) -> Iterator[Reversal]:
    worst = np.where(types > 0, np.nanmin(matrix, axis=0), np.nanmax(matrix, axis=0)) if len(matrix) else types
    for row in best.tolist():
        others = best[best != row]
        after = {
            "removed": np.insert(scored(np.delete(matrix, row, axis=0))["ranks"], row, 0),
            "copied": scored(np.vstack([matrix, matrix[row]]))["ranks"],
        }
        if before[row] > 1:
            worse = matrix.copy()
            worse[row] = (matrix[row] + worst) / 2.0
            after["worse"] = scored(worse)["ranks"]
        for change, ranked in after.items():
            yield from _turned(change, row, others, before, ranked)


def _turned(change: str, row: int, others: Int, before: Int, after: Int) -> Iterator[Reversal]:
    """The first of the pairs that have turned, in the order of the table before."""
    was, is_ = before[others], after[others]
    ahead, behind = np.nonzero((was[:, None] < was) & (is_[:, None] > is_))
    if len(ahead):
        yield Reversal(change, row, int(others[ahead[0]]), int(others[behind[0]]))


def _by_pairs(scored: Score, matrix: Float, whole: dict[str, Any], best: Int) -> Iterator[Reversal]:
    beats = np.zeros((len(best), len(best)), bool)
    for a, b in combinations(range(len(best)), 2):
        one, other = scored(matrix[best[[a, b]]])["ranks"]
        beats[a, b], beats[b, a] = one < other, other < one
        if beats[b, a] and whole["ranks"][best[a]] < whole["ranks"][best[b]]:
            yield Reversal("pair", -1, int(best[a]), int(best[b]))
    for a, row, b in combinations(range(len(best)), 3):
        if beats[a, row] and beats[row, b] and beats[b, a]:
            yield Reversal("cycle", int(best[row]), int(best[a]), int(best[b]))
        elif beats[b, row] and beats[row, a] and beats[a, b]:
            yield Reversal("cycle", int(best[row]), int(best[b]), int(best[a]))


def _independent(scored: Score, matrix: Float, whole: dict[str, Any], best: Int) -> bool:
    if "scores" not in whole:
        return False
    alone = np.array([scored(matrix[[row]])["scores"][0] for row in best.tolist()])
    return bool(np.allclose(alone, whole["scores"][best], rtol=0.0, atol=1e-12))
