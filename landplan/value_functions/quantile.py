"""The place of a value among the plots of a reference layer."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Quantiles", zh="分位数", source="Hyndman & Fan (1996) The American Statistician 50(4):361-365, type 7")
def quantile(
    raw: npt.ArrayLike,
    *,
    breaks: Annotated[
        list[float],
        Param(
            "lowest value, quantiles at equal shares, highest value, in the unit of the criterion",
            zh="最小值、等分位数、最大值（指标单位）",
        ),
    ],
    less_is_better: Annotated[bool, Param("the lowest value is worth 1", zh="最小值效用为 1")] = False,
) -> Float:
    """The share of the reference plots below a value: break i of 0…k is worth i / k, straight lines between them, cut to 0…1.

    Equal breaks (many plots of one value) are worth the mean of their shares. The breaks stand in the scheme, so a plot's
    utility does not move when others are added; `core.quantiles.quantile_breaks` proposes them from a layer. raw (n,) in
    the unit of the criterion → utility (n,); NaN stays NaN. SchemeError when the breaks fall, or are fewer than two
    different ones. Not where the size of differences matters: it gives as much for a tiny step in a crowd as for a leap.
    """
    at = np.asarray(breaks, np.float64)
    if len(at) < 2 or not (np.diff(at) >= 0).all() or at[0] == at[-1]:
        raise SchemeError("quantile_breaks_fall", breaks=breaks)
    points, place = np.unique(at, return_inverse=True)
    worth = np.bincount(place, np.linspace(0.0, 1.0, len(at))) / np.bincount(place)
    return np.asarray(np.interp(np.asarray(raw, np.float64), points, 1.0 - worth if less_is_better else worth))
