"""How round a parcel is."""

from __future__ import annotations

import numpy as np

from landplan.core.measuring import Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column


@measures.add(
    "Compactness",
    zh="形状紧凑度",
    unit="ratio",
    source="Polsby & Popper (1991) Yale Law & Policy Review 9(2):301-353",
    reach=0.0,
)
def compactness(context: Measuring) -> Column:
    """4πA / P²: 1 for a circle, 0.79 for a square, near 0 for a strip; holes count in the perimeter.

    Ratio, NaN without geometry or perimeter. Not for comparing outlines of different detail: a jagged survey lengthens P alone.
    Skipped for points and lines.
    """
    import shapely

    context.needs_areas()
    shapes = context.subject.shapes
    area, perimeter = shapely.area(shapes), shapely.length(shapes)
    known = np.nan_to_num(perimeter) > 0
    values = np.divide(4 * np.pi * area, np.square(perimeter), out=np.full(len(shapes), np.nan), where=known)
    return context.column(values, "ratio")
