"""A bell around the best value."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions

_FAR = 40.0
"""Widths from the best value beyond which the utility is 0 in double precision."""


@value_functions.add("Gaussian", zh="高斯曲线")
def gaussian(
    raw: npt.ArrayLike,
    *,
    best: Annotated[float, Param("value worth 1, in the unit of the criterion", zh="效用为 1 的值（指标单位）")],
    width: Annotated[
        float,
        Param("distance from the best value at which the utility is 0.61, same unit", low=0, zh="效用降到 0.61 处与最优值的距离"),
    ],
) -> Float:
    """Best at one value, less on both sides: exp(−(x − best)² / (2 width²)); 0.61 at one width, 0.14 at two, 0.01 at three.

    raw (n,) in the unit of the criterion → utility (n,); NaN stays NaN. SchemeError when the width is not above 0.
    Not for a criterion of which more (or less) is always better: there the far side would be punished for being good.
    """
    if not width > 0:
        raise SchemeError("value_out_of_bounds", key="width", value=width, bounds="> 0")
    with np.errstate(over="ignore"):
        widths = np.clip((np.asarray(raw, np.float64) - best) / width, -_FAR, _FAR)
    return np.asarray(np.exp(-0.5 * np.square(widths)))
