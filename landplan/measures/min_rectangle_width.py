"""How wide, or how long, the smallest rectangle around a parcel is."""

from __future__ import annotations

from typing import Annotated

from landplan.core.kernels.rectangle import rectangle_sides_m
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column

_SIDES = ("short", "long")


@measures.add(
    "Side of the least rectangle",
    zh="最小外接矩形边长",
    unit="m",
    source="Freeman & Shapira (1975) Communications of the ACM 18(7):409-413",
    reach=0.0,
)
def min_rectangle_width(
    context: Measuring,
    *,
    side: Annotated[str, Param("which side: width or length", zh="取短边（宽）还是长边（长）", choices=_SIDES)] = "short",
) -> Column:
    """Width (short side) or length (long side) of the rectangle of least area around the parcel, in any direction.

    Metres, NaN without geometry or area. The width is what `depth` gives; length ÷ width tells strips from squares. Not for how
    much building fits inside: the rectangle lies around the parcel, the inscribed circle in it. Skipped for points and lines.
    """
    context.needs_areas()
    return context.column(rectangle_sides_m(context.subject.shapes)[:, _SIDES.index(side)], "m")
