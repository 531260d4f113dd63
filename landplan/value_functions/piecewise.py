"""Straight lines between given points."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Piecewise linear", zh="分段线性", source="van Valkenhoef, rsmaa: partial value functions")
def piecewise(
    raw: npt.ArrayLike,
    *,
    x: Annotated[
        list[float], Param("values of the points, rising, in the unit of the criterion", zh="各点的值，递增（指标单位）")
    ],
    y: Annotated[list[float], Param("utility of the points, 0 to 1", zh="各点的效用，0 至 1")],
    beyond: Annotated[str, Param("beyond the first and last point", zh="首末点以外", choices=("clip", "extrapolate"))] = "clip",
) -> Float:
    """Utility by straight lines between the points (x, y); beyond them the end value, or the end lines drawn on.

    raw (n,) → utility (n,); NaN stays NaN; with "extrapolate" it may leave 0…1. SchemeError when the points are
    fewer than two, do not rise in x, or leave 0…1 in y. Not where a rule sets classes (steps say so more plainly).
    """
    at, worth = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if len(at) < 2 or len(at) != len(worth) or not (np.diff(at) > 0).all():
        raise SchemeError("value_points_unordered", x=x, y=y)
    if not ((worth >= 0) & (worth <= 1)).all():
        raise SchemeError("value_outside_0_1", values=y)
    v = np.asarray(raw, np.float64)
    inside = np.interp(v, at, worth)
    if beyond == "clip":
        return np.asarray(np.where(np.isnan(v), np.nan, inside))
    first = worth[0] + (v - at[0]) * (worth[1] - worth[0]) / (at[1] - at[0])
    last = worth[-1] + (v - at[-1]) * (worth[-1] - worth[-2]) / (at[-1] - at[-2])
    return np.asarray(np.where(v < at[0], first, np.where(v > at[-1], last, inside + 0.0 * v)))
