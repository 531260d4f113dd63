"""VIKOR: the compromise between the most for all criteria and the least regret in any."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, columns, combined
from landplan.core.kernels.column_stats import ColumnStats, column_stats
from landplan.core.kernels.row_scores import regrets
from landplan.core.layers import Float
from landplan.core.normalisation import Decision, decision, scaling
from landplan.core.ranking import DIGITS
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import UnknownAsWorst

_LEVEL = 10.0**-DIGITS


def _regrets(block: Decision, stats: Stats) -> tuple[Float, Float]:
    """S and R of the block's rows: 1 − minmax is (best − x)/(best − worst)."""
    by = scaling(stats[0], replace(block, params={**block.params, "normalisation": "minmax"}))
    best = np.where(block.types > 0, stats[0].high, stats[0].low)
    from_best = replace(by, origin=np.where(stats[0].known > 0, best, 0.0), span=-by.span)
    return regrets(block.matrix, block.weights, from_best)


def _summarise(block: Decision, stats: Stats) -> ColumnStats:
    total, largest = (column_stats(found[:, None]) for found in _regrets(block, stats))
    return total.beside(largest)


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    total, largest = _regrets(block, stats)
    v, low = block.params["v"], stats[1].low
    span = np.where(stats[1].high > low, stats[1].high - low, np.inf)
    q, worst = total - low[0], largest - low[1]
    q /= span[0]
    q *= v
    worst /= span[1]
    worst *= 1.0 - v
    q += worst
    return {"scores": np.subtract(1.0, q, out=worst), "S": total, "R": largest, "Q": q}


_BLOCKWISE = Blockwise(_apply, (columns, _summarise))


@scorings.add(
    "VIKOR",
    zh="VIKOR 妥协排序",
    relative=True,
    blockwise=_BLOCKWISE,
    source="Opricovic & Tzeng (2004) European Journal of Operational Research 156(2):445-455",
)
def vikor(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    v: Annotated[
        float,
        Param(
            "weight of the majority (S); the rest is for the worst regret (R)", zh="群体效用的权重，其余归最大遗憾", low=0, high=1
        ),
    ] = 0.5,
    missing: UnknownAsWorst = "worst",
) -> dict[str, Any]:
    """A compromise ranking: Q = v (S − S*)/(S⁻ − S*) + (1 − v) (R − R*)/(R⁻ − R*), less is better; scores are 1 − Q.

    Regrets w (best − x)/(best − worst) of each criterion: S their sum, R their largest; *, ⁻ the least and most of the table.
    matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default all +1). Results (n,): scores, S, R,
    Q; if `ranked` also ranks, compromise_set (rows, best first) and whether its first has an acceptable_advantage, Q'' − Q' ≥
    1/(n − 1), and an acceptable_stability (it is also best by S or R). Without the first, the set holds all with Q − Q' <
    1/(n − 1); without the second, the best two. A criterion without spread adds no regret; all equal score 1.
    missing: "worst" takes the worst known value of the column, "refuse" is a MethodError.
    Not where plots come and go: best and worst are the table's, and among many plots the advantage 1/(n − 1) is next to none.
    """
    found = combined(_BLOCKWISE, decision(matrix, weights, types, v=v, missing=missing), ranked)
    return {**found, **_compromise(found)} if ranked else found


def _compromise(found: dict[str, Any]) -> dict[str, Any]:
    q, rank = found["Q"], found["ranks"]
    n = len(q)
    if not n:
        return {"compromise_set": np.zeros(0, np.int64), "acceptable_advantage": True, "acceptable_stability": True}
    order = np.argsort(q, kind="stable")
    needed = 1.0 / (n - 1) if n > 1 else 0.0
    first = rank == 1
    advantage = n == 1 or bool(q[order[1]] - q[order[0]] >= needed - _LEVEL)
    stable = any(bool((found[name][first] <= found[name].min() + _LEVEL).any()) for name in ("S", "R"))
    close = q - q[order[0]] < needed - _LEVEL
    members = close if not advantage else first if stable else rank <= rank[order[1]]
    return {
        "compromise_set": order[members[order]],
        "acceptable_advantage": advantage,
        "acceptable_stability": stable,
    }
