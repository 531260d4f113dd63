"""Small gaps between touching parcels, and parcels too thin to be one."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Layer, LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import Param, checks
from landplan.core.shapes import overlay_shapes


@checks.add("Gap and sliver", zh="缝隙与碎面")
def gap_sliver(
    layers: LayerSet,
    *,
    gap_m2: Annotated[float, Param("largest hole told as a gap", unit="m2", low=0, zh="缝隙的最大面积")] = 100.0,
    width_m: Annotated[float, Param("parcels narrower than this are slivers", unit="m", low=0, zh="碎面的最大宽度")] = 2.0,
) -> tuple[Issue, ...]:
    """Holes in the union of the parcels of at most `gap_m2`, and parcels whose mean width is below `width_m`.

    Mean width = 2 · area / perimeter (m), what a long rectangle of that area and perimeter measures across. A gap is told at
    the first parcel beside it, with its area (m2) and mean width; larger holes are courtyards or streets.
    """
    parcels = layers.parcels
    if parcels.geometry.kind != "polygon":
        return ()
    return (*_slivers(parcels, width_m), *_gaps(parcels, gap_m2))


def _slivers(parcels: Layer, width_m: float) -> list[Issue]:
    import shapely

    area, length = shapely.area(parcels.shapes), shapely.length(parcels.shapes)
    width = np.divide(2 * area, length, out=np.full(len(parcels), np.inf), where=length > 0)
    return [
        row_issue(parcels, "sliver", row, {"width_m": round(float(width[row]), 2), "area_m2": round(float(area[row]), 1)})
        for row in np.flatnonzero(width < width_m)
    ]


def _gaps(parcels: Layer, gap_m2: float) -> list[Issue]:
    import shapely

    union = shapely.disjoint_subset_union_all(overlay_shapes(parcels))
    rings, part = shapely.get_rings(shapely.get_parts(union), return_index=True)
    shells = np.flatnonzero(np.diff(part, prepend=-1))
    holes = shapely.polygons(np.delete(rings, shells))
    holes = holes[shapely.area(holes) <= gap_m2]
    hole, row = parcels.tree.query(holes, predicate="dwithin", distance=1e-6)
    issues = []
    for k in np.unique(hole):
        area_m2, length_m = float(holes[k].area), float(holes[k].length)
        values = {"area_m2": round(area_m2, 2), "width_m": round(2 * area_m2 / length_m, 3)}
        issues.append(row_issue(parcels, "gap", int(row[hole == k].min()), values, at=holes[k]))
    return sorted(issues, key=lambda issue: (issue.row, issue.x_m or 0.0, issue.y_m or 0.0))
