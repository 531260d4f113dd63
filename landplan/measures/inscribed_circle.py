"""How much room there is inside a parcel."""

from __future__ import annotations

import numpy as np

from landplan.core.kernels.inscribed import inscribed_radius_m
from landplan.core.measuring import Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column


@measures.add(
    "Inscribed circle",
    zh="最大内切圆半径",
    unit="m",
    source="Garcia-Castellanos & Lombardo (2007) Scottish Geographical Journal 123(3):227-233",
    reach=0.0,
)
def inscribed_circle(context: Measuring) -> Column:
    """Radius of the largest circle that fits into the parcel, holes left out: the room there is, whatever the outline does.

    Formula: max over places p inside of distance(p, outline and holes). Metres, to the centimetre and never too large; NaN
    without geometry or area. Of several parts, the roomiest counts. Not for what a long hall needs: a strip 40 m wide has 20 m
    however long it is. Skipped for points and lines.
    """
    context.needs_areas()
    values = np.where(context.subject.area_m2 > 0, inscribed_radius_m(context.subject.geometry), np.nan)
    return context.column(values, "m")
