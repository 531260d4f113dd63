"""Weights from Shannon's entropy."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.core.objective_weights import Columns, columns_of, shares
from landplan.core.registry import Param, weightings

_SCALED = ("sum", "minmax")


@weightings.add(
    "Entropy weights", zh="熵权法", relative=True, source="Hwang & Yoon (1981) Multiple Attribute Decision Making, pp. 52-54"
)
def entropy(
    matrix: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    normalisation: Annotated[
        str,
        Param(
            "before the shares: none (sum), or min–max by direction",
            zh="求比重前：不变换（sum），或按方向极差变换",
            choices=_SCALED,
        ),
    ] = "sum",
    missing: Annotated[
        str, Param("unknown values: left out, or refused", zh="未知值：不计入，或拒绝计算", choices=("known", "refuse"))
    ] = "known",
) -> dict[str, Any]:
    """A criterion counts as much as it is uneven among plots: p = x / Σ x, E = −Σ p ln p / ln n, w_j = (1 − E_j) / Σ (1 − E).

    matrix (n, m) values ≥ 0, 0 ln 0 = 0; types (m,) matter only with "minmax", (x − min) / (max − min) or (max − x) / (max − min)
    first, which takes negative values too. Results: weights (m,), sum 1; entropy (m,) 0…1; issues. Unknown values are left
    out of their own column, whose n is then smaller; a column without spread weighs 0; without any spread all weigh the
    same, and `issues` says so. MethodError for negative values with "sum". A unit changes nothing, a zero point does.
    Not as a statement of what matters, nor for data with a few huge values: these get nearly all the weight.
    """
    given = columns_of(matrix, types, missing)
    uneven = np.zeros(len(given.known))
    for j in map(int, np.flatnonzero(given.varies & (given.known > 1))):
        uneven[j] = _unevenness(_scaled(given, j, normalisation))
    return {**shares(uneven, given), "entropy": 1.0 - uneven}


def _scaled(given: Columns, j: int, normalisation: str) -> Float:
    """The known values of a column, none below 0, the largest 1."""
    x, low, high = given.values(j), float(given.low[j]), float(given.high[j])
    if normalisation == "minmax":
        size = max(abs(low), abs(high))
        worst, best = (low / size, high / size) if given.types[j] > 0 else (high / size, low / size)
        x /= size
        x -= worst
        x /= best - worst
        return x
    if low < 0:
        raise MethodError("weighting_needs_positive", "entropy", column=j + 1, low=low)
    x /= high
    return x


def _unevenness(d: Float) -> float:
    """1 − E of shares x / Σ x, as Σ ((1 + d) ln(1 + d) − d) / (n ln n) with d = x / mean − 1, which keeps its digits where all
    are nearly alike; x is overwritten."""
    d /= d.mean()
    d -= 1.0
    terms = np.log1p(d, out=np.zeros_like(d), where=d > -1.0)
    terms *= 1.0 + d
    terms -= d
    return float(terms.mean() / np.log(len(d)))
