"""Weights from how much plots differ."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.objective_weights import columns_of, shares
from landplan.core.registry import Param, weightings

_SCALED = ("minmax", "none")


@weightings.add(
    "Standard deviation weights",
    zh="标准差赋权",
    relative=True,
    source="Diakoulaki, Mavrotas & Papayannakis (1995) Computers & Operations Research 22(7):763-770",
)
def standard_deviation(
    matrix: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    normalisation: Annotated[
        str,
        Param(
            "minmax: in parts of the range; none: in the units as they are",
            zh="minmax 按极差归一，none 用原单位",
            choices=_SCALED,
        ),
    ] = "minmax",
    missing: Annotated[
        str, Param("unknown values: left out, or refused", zh="未知值：不计入，或拒绝计算", choices=("known", "refuse"))
    ] = "known",
) -> dict[str, Any]:
    """A criterion counts as much as the plots differ in it: w_j = σ_j / Σ σ, with σ of the min–max scaled column (n − 1).

    matrix (n, m) raw values, types (m,) of no effect. Results: weights (m,), sum 1; deviation (m,); issues. Unknown values
    are left out of their own column; one without spread weighs 0; without any spread all weigh the same, and `issues` says so.
    With "minmax" neither unit nor zero point of a column matters; "none" compares σ in raw units: only for equal units.
    Not as a statement of what matters: a column counts for its spread, one outlier takes it away; show it beside judgement.
    """
    given = columns_of(matrix, types, missing)
    deviation = np.zeros(len(given.known))
    for j in map(int, np.flatnonzero(given.varies & (given.known > 1))):
        x, low, high = given.values(j), float(given.low[j]), float(given.high[j])
        size = max(abs(low), abs(high))
        x /= size
        deviation[j] = np.std(x, ddof=1) * (1.0 / (high / size - low / size) if normalisation == "minmax" else size)
    return {**shares(deviation, given), "deviation": deviation}
