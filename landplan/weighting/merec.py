"""Weights from the effect of leaving a criterion out."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.objective_weights import columns_of, shares
from landplan.core.registry import Param, weightings


@weightings.add(
    "MEREC, removal effects",
    zh="MEREC 剔除效应赋权",
    relative=True,
    source="Keshavarz-Ghorabaee et al. (2021) Symmetry 13(4):525",
)
def merec(
    matrix: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    missing: Annotated[
        str, Param("unknown values: left out, or refused", zh="未知值：不计入，或拒绝计算", choices=("known", "refuse"))
    ] = "known",
) -> dict[str, Any]:
    """A criterion counts as much as the plots' overall values move when it is left out: E_j = Σ_i |S'_ij − S_i|, w_j = E_j / Σ E.

    S_i = ln(1 + (1/m) Σ_j |ln v_ij|), S'_ij the same without j; v = min / x where more is better, x / max where less is.
    matrix (n, m) values > 0, types (m,) ±1. Results: weights (m,), sum 1; effects (m,), the mean of |S' − S|; issues. Unknown
    values: a plot's m is the number of its known criteria, a column's mean is over the plots that know it. A column without
    spread weighs 0; without any spread all weigh the same, and `issues` says so. MethodError for values of 0 or below.
    Not for columns whose zero point is arbitrary or whose lowest value is nearly 0: the logarithm gives these all the weight.
    """
    given = columns_of(matrix, types, missing)
    known = np.flatnonzero(given.known)
    for j in known[given.low[known] <= 0]:
        raise MethodError("weighting_needs_positive", "merec", column=int(j) + 1, low=float(given.low[j]))
    effects = np.zeros(len(given.known))
    more = given.types[known] > 0
    start = np.log(np.where(more, given.low[known], given.high[known]))
    for block in given.blocks(known):
        logs = np.abs(np.log(block, out=block, where=np.isfinite(block)) - start)
        logs[~np.isfinite(logs)] = 0.0
        criteria = np.maximum(np.isfinite(block).sum(axis=1), 1)
        without = logs / (criteria + logs.sum(axis=1))[:, None]
        effects[known] -= np.log1p(-without).sum(axis=0)
    effects[known] /= given.known[known]
    return {**shares(effects, given), "effects": effects}
