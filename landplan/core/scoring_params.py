"""Parameters that scoring methods share, told once: their type is their entry in forms, command line and manual."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from landplan.core.errors import MethodError
from landplan.core.normalisation import NORMALISATIONS
from landplan.core.registry import Param

ScaledBy = Annotated[str, Param("how criteria are scaled first", zh="指标的归一化方法", choices=NORMALISATIONS)]
Unknown = Annotated[str, Param("unknown values", zh="未知值的处理", choices=("worst", "known", "refuse"))]
UnknownAsWorst = Annotated[str, Param("unknown values", zh="未知值的处理", choices=("worst", "refuse"))]
"""For methods that compare plots: a row with a gap cannot be compared from what is known of it."""
_OneOrEach = float | list[float] | None
Indifference = Annotated[_OneOrEach, Param("differences up to here do not count", zh="无差异阈值", by_criterion="rows")]
Preference = Annotated[_OneOrEach, Param("differences from here on count fully", zh="严格偏好阈值", by_criterion="rows")]
Veto = Annotated[
    _OneOrEach,
    Param("one criterion this far below a boundary blocks it", zh="否决阈值：单项比界线低这么多即不达", by_criterion="rows"),
]
Bend = Annotated[_OneOrEach, Param("difference at which gaussian bends", zh="高斯偏好函数的拐点", by_criterion="rows")]


def in_order(value: Any, criteria: Sequence[str], how: str) -> Any:
    """What a scheme gives by criterion id as a method takes it: a row, or a column, for each of these criteria in their order.

    KeyError for a criterion that has none.
    """
    rows = [value[id] for id in criteria]
    return [list(row) for row in zip(*rows, strict=True)] if how == "columns" else rows


def each_criterion(value: Any, m: int) -> Sequence[Any]:
    """m values: the one given for all, or those given one by one; MethodError where their number is another."""
    if isinstance(value, str) or np.ndim(value) == 0:
        return [value] * m
    if len(value) != m:
        raise MethodError("one_each_criterion", n=len(value), columns=m)
    return list(value)
