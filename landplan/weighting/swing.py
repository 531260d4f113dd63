"""Weights from the worth of a swing from worst to best."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.registry import weightings


@weightings.add(
    "Swing weights", zh="摆幅赋权", source="von Winterfeldt & Edwards (1986) Decision Analysis and Behavioral Research, ch. 8"
)
def swing(points: npt.ArrayLike) -> dict[str, Any]:
    """Weights in proportion to the points given to each criterion's swing from its worst to its best value: w = p / Σ p.

    Imagine a plot at the worst of everything; the one improvement wanted most gets 100 points, the others their part of it.
    points (n,) ≥ 0 of any scale → weights (n,), sum 1. MethodError for an unknown or negative number and when all are 0.
    Not without the worst and best values on the table: points given to names alone say nothing about this layer's plots.
    """
    given = np.asarray(points, np.float64)
    total = float(given.sum()) if given.ndim == 1 else 0.0
    if not (given >= 0).all() or not 0 < total < np.inf:
        raise MethodError("weights_not_positive", "swing")
    return {"weights": given / total}
