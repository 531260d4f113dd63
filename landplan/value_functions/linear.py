"""Straight line between a worst and a best value."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Linear", zh="线性")
def linear(
    raw: npt.ArrayLike,
    *,
    worst: Annotated[float, Param("value worth 0, in the unit of the criterion", zh="效用为 0 的值（指标单位）")],
    best: Annotated[float, Param("value worth 1; below the worst = less is better", zh="效用为 1 的值；小于最差值表示越小越好")],
) -> Float:
    """How far a value has come from the worst to the best: (x − worst) / (best − worst), cut to 0…1.

    raw (n,) in the unit of the criterion → utility (n,); NaN stays NaN. SchemeError when worst = best.
    Not where the same step matters more here than there (a curve), nor with worst and best taken from the plots themselves:
    then every new plot moves all utilities.
    """
    if worst == best:
        raise SchemeError("value_no_spread", worst=worst)
    x = np.asarray(raw, np.float64)
    return np.asarray(np.clip((x - worst) / (best - worst), 0.0, 1.0) + 0.0)  # no −0
