"""How deep a parcel is."""

from __future__ import annotations

from landplan.core.kernels.rectangle import rectangle_sides_m
from landplan.core.measuring import Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column


@measures.add(
    "Depth",
    zh="地块进深",
    unit="m",
    source="Freeman & Shapira (1975) Communications of the ACM 18(7):409-413",
    reach=0.0,
)
def depth(context: Measuring) -> Column:
    """The short side of the smallest rectangle around the parcel, in any direction: what a building line can use.

    Metres, NaN without geometry or area. The smallest rectangle lies along an edge of the convex hull. Not for bent parcels,
    whose rectangle is mostly others' land: take the inscribed circle. Skipped for points and lines.
    """
    context.needs_areas()
    return context.column(rectangle_sides_m(context.subject.shapes)[:, 0], "m")
