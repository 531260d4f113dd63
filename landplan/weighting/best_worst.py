"""Weights from comparing every criterion with the most and the least important one."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.core.registry import weightings


@weightings.add(
    "Best–worst method",
    zh="最优最劣法（BWM）",
    source="Rezaei (2016) Omega 64:126-130; Liang, Brunelli & Rezaei (2020) Omega 96:102175",
)
def best_worst(
    best_to_others: npt.ArrayLike, others_to_worst: npt.ArrayLike, best_index: int, worst_index: int
) -> dict[str, Any]:
    """Weights that keep |w_B − a_Bj w_j| and |w_j − a_jW w_W| below one ξ as small as can be, Σ w = 1 (the linear model).

    best_to_others (n,): how many times the most important criterion counts as much as each, 1 … 9, itself 1;
    others_to_worst (n,): how many times each counts as much as the least important one, itself 1; both indices from 0.
    Results: weights (n,), the one solution; xi_L ≥ 0, 0 when the answers agree; consistency_index, Rezaei's (2015)
    (1 + 2a − √(1 + 8a)) / 2 with a = a_BW; inconsistency (n,) = |a_Bj a_jW − a_BW| / (a_BW² − a_BW) per criterion, its
    largest as consistency_ratio; revisit, the criterion (from 0) that contradicts most, None when none does.
    MethodError for answers below 1, for indices that do not fit, and for two different answers on best against worst.
    Not when nobody can name the most and the least important criterion; then compare pairs (ahp) or only rank.
    """
    to_others, to_worst = _answers(best_to_others, others_to_worst, best_index, worst_index)
    most = float(to_others[worst_index])
    contradiction = np.abs(to_others * to_worst - most)
    spread = most * most - most
    inconsistency = contradiction / (spread or 1.0)
    weights, xi = _linear(to_others, to_worst, best_index, worst_index)
    return {
        "weights": weights,
        "xi_L": xi,
        "consistency_index": float(consistency_indices([most])[0]),
        "inconsistency": inconsistency,
        "consistency_ratio": float(inconsistency.max()),
        "revisit": int(np.argmax(inconsistency)) if inconsistency.max() > 0 else None,
    }


def consistency_indices(most: npt.ArrayLike) -> Float:
    """The largest ξ that answers with a_BW = `most` can reach: Table 1 of Rezaei (2015) Omega 53:49-57, in closed form."""
    a = np.asarray(most, np.float64)
    return np.asarray((1.0 + 2.0 * a - np.sqrt(1.0 + 8.0 * a)) / 2.0)


def _answers(best_to_others: npt.ArrayLike, others_to_worst: npt.ArrayLike, best: int, worst: int) -> tuple[Float, Float]:
    to_others, to_worst = np.asarray(best_to_others, np.float64), np.asarray(others_to_worst, np.float64)
    n = len(to_others) if to_others.ndim == 1 else 0
    if to_worst.shape != (n,) or n < 2 or not (0 <= best < n and 0 <= worst < n) or best == worst:
        raise MethodError("best_worst_shape", best=best, worst=worst, others=to_others.size, to_worst=to_worst.size)
    for answers, side in ((to_others, "best_to_others"), (to_worst, "others_to_worst")):
        for j in np.flatnonzero(~((answers >= 1) & np.isfinite(answers))):
            raise MethodError("best_worst_answer", side, item=int(j) + 1, value=float(answers[j]))
    one, other = float(to_others[worst]), float(to_worst[best])
    if one != other or to_others[best] != 1 or to_worst[worst] != 1:
        raise MethodError("best_worst_disagree", one=one, other=other)
    return to_others, to_worst


def _linear(to_others: Float, to_worst: Float, best: int, worst: int) -> tuple[Float, float]:
    """min ξ over weights and ξ; each absolute value is two rows of the linear programme."""
    from scipy.optimize import linprog

    n = len(to_others)
    rows = []
    for j in range(n):
        for one, other, times in ((best, j, to_others[j]), (j, worst, to_worst[j])):
            row = np.zeros(n + 1)
            row[one] += 1.0
            row[other] -= times
            rows += [row, -row]
    limits = np.array(rows)
    limits[:, n] = -1.0
    found = linprog(
        np.eye(n + 1)[n], A_ub=limits, b_ub=np.zeros(len(rows)), A_eq=[[1.0] * n + [0.0]], b_eq=[1.0], method="highs-ds"
    )
    weights = np.clip(found.x[:n], 0.0, None)
    return np.asarray(weights / weights.sum()), float(max(found.x[n], 0.0))
