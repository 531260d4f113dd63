"""Classes with one utility each."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Steps", zh="分级")
def step(
    raw: npt.ArrayLike,
    *,
    breaks: Annotated[
        list[float], Param("where the next class begins, rising, in the unit of the criterion", zh="下一级起点，递增（指标单位）")
    ],
    values: Annotated[
        list[float], Param("utility of each class, 0 to 1; one more than breaks", zh="各级效用，0 至 1，比界限多一个")
    ],
) -> Float:
    """Utility by class; a value on a break belongs to the class above it.

    raw (n,) → utility (n,); NaN stays NaN. SchemeError when the breaks do not rise, the classes are not one more than
    the breaks, or a utility leaves 0…1. Not without a rule behind the breaks: two plots a hair apart are torn asunder.
    """
    at, worth = np.asarray(breaks, np.float64), np.asarray(values, np.float64)
    if not len(at) or not (np.diff(at) > 0).all() or len(worth) != len(at) + 1:
        raise SchemeError("value_steps_unordered", breaks=breaks, values=values)
    if not ((worth >= 0) & (worth <= 1)).all():
        raise SchemeError("value_outside_0_1", values=values)
    v = np.asarray(raw, np.float64)
    return np.asarray(np.where(np.isnan(v), np.nan, worth[np.searchsorted(at, v, side="right")]))
