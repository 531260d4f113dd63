"""Weights from contrast and conflict."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int
from landplan.core.objective_weights import Columns, columns_of, shares
from landplan.core.registry import Param, weightings

_LITTLE = 1e-12
"""Mean square, in parts of a column's range, below which it does not vary over the rows known in both columns."""


@weightings.add(
    "CRITIC",
    zh="CRITIC 赋权",
    relative=True,
    source="Diakoulaki, Mavrotas & Papayannakis (1995) Computers & Operations Research 22(7):763-770",
)
def critic(
    matrix: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    missing: Annotated[
        str, Param("unknown values: left out, or refused", zh="未知值：不计入，或拒绝计算", choices=("known", "refuse"))
    ] = "known",
) -> dict[str, Any]:
    """A criterion counts for its contrast times its conflict with the others: C_j = σ_j Σ_k (1 − r_jk), w_j = C_j / Σ C.

    σ (n − 1) of the min–max scaled column; r Pearson's correlation after types (m,) +1 more or −1 less is better. matrix
    (n, m) raw values of any sign. Results: weights (m,), sum 1; deviation (m,); correlation (m, m); issues. Unknown values:
    σ from the column's known ones, r from the rows known in both columns (0 where these do not vary). A column without
    spread weighs 0 and counts in no other's conflict; where all columns agree, those that vary weigh the same (`issues`).
    Not for criteria that measure the same twice (both lose weight), nor as a statement of what matters.
    """
    given = columns_of(matrix, types, missing)
    m = len(given.known)
    free = np.flatnonzero(given.varies & (given.known > 1))
    deviation, correlation, information = np.zeros(m), np.eye(m), np.zeros(m)
    if free.size:
        deviation[free], own = _moments(given, free)
        correlation[np.ix_(free, free)] = own
        conflict = 1.0 - own
        information[free] = deviation[free] * np.where(conflict > _LITTLE, conflict, 0.0).sum(axis=1)
    return {**shares(information, given), "deviation": deviation, "correlation": correlation}


def _moments(given: Columns, free: Int) -> tuple[Float, Float]:
    """(f,) standard deviations of the scaled columns and (f, f) their correlations over the rows known in both."""
    size = np.maximum(np.abs(given.low[free]), np.abs(given.high[free]))
    span = given.high[free] / size - given.low[free] / size
    centre = np.array([(given.values(j) / s).mean() for j, s in zip(free, size, strict=True)])
    count, total, square, product = np.zeros((4, len(free), len(free)))
    for block in given.blocks(free):
        known = np.isfinite(block)
        z = np.where(known, (block / size - centre) / span, 0.0)
        both = known.astype(np.float64)
        count += both.T @ both
        total += z.T @ both
        square += (z * z).T @ both
        product += z.T @ z
    rows = np.maximum(count, 1.0)
    varied = square - total * total / rows
    together = product - total * total.T / rows
    counts = np.minimum(varied, varied.T) > _LITTLE * rows
    scale = np.sqrt(np.where(counts, varied * varied.T, 1.0))
    sense = np.outer(given.types[free], given.types[free])
    correlation = np.clip(np.where(counts, together / scale, 0.0) * sense, -1.0, 1.0)
    np.fill_diagonal(correlation, 1.0)
    return np.sqrt(np.diag(varied) / (np.diag(count) - 1.0)), correlation
