"""A curve between a worst and a best value that bends."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Power", zh="幂函数", source="Keeney & Raiffa (1976) Decisions with Multiple Objectives, ch. 4")
def power(
    raw: npt.ArrayLike,
    *,
    worst: Annotated[float, Param("value worth 0, in the unit of the criterion", zh="效用为 0 的值（指标单位）")],
    best: Annotated[float, Param("value worth 1; below the worst = less is better", zh="效用为 1 的值；小于最差值表示越小越好")],
    exponent: Annotated[
        float,
        Param(
            "below 1 the first steps count most, above 1 the last; 1 = linear",
            low=0,
            zh="小于 1 前段增益大，大于 1 后段增益大；1 为线性",
        ),
    ],
) -> Float:
    """How far a value has come from the worst to the best, bent: ((x − worst) / (best − worst)) ^ exponent, cut to 0…1.

    An exponent of 0.5 gives half of the way already 0.71 (diminishing returns), 2 only 0.25. raw (n,) in the unit of the
    criterion → utility (n,); NaN stays NaN. SchemeError when worst = best or the exponent is not above 0.
    Not where a threshold matters (use steps or points) or where nobody can say why it should bend: take the straight line.
    """
    if worst == best:
        raise SchemeError("value_no_spread", worst=worst)
    if not exponent > 0:
        raise SchemeError("value_out_of_bounds", key="exponent", value=exponent, bounds="> 0")
    x = np.asarray(raw, np.float64)
    return np.asarray(np.clip((x - worst) / (best - worst), 0.0, 1.0) ** exponent)
