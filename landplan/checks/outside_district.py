"""Parcels that leave the district."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import Param, checks
from landplan.core.shapes import overlay_shapes


@checks.add("Outside the district", zh="超出区界")
def outside_district(
    layers: LayerSet,
    *,
    zone_set: Annotated[str, Param("zone set that is the district", zh="区界所在的区块集")] = "district",
    least_m2: Annotated[float, Param("smallest area reported", unit="m2", low=0, zh="最小报告面积")] = 1.0,
) -> tuple[Issue, ...]:
    """Parcels of which more than `least_m2` lies outside the zones of `zone_set`, with that area and its share.

    Without such zones there is nothing to compare with and nothing is told.
    """
    import shapely

    district = _district(layers, zone_set)
    parcels = layers.parcels
    if district is None or parcels.geometry.kind != "polygon":
        return ()
    shapes = overlay_shapes(parcels)
    shapely.prepare(district)
    rows = np.flatnonzero(~shapely.covers(district, shapes) & ~shapely.is_missing(shapes))
    outside = shapely.difference(shapes[rows], district)
    outside_m2, area_m2 = shapely.area(outside), shapely.area(shapes[rows])
    return tuple(
        row_issue(parcels, "outside_district", rows[k], _values(outside_m2[k], area_m2[k]), at=outside[k])
        for k in np.flatnonzero(outside_m2 > least_m2)
    )


def _district(layers: LayerSet, zone_set: str) -> Any:
    import shapely

    zones = layers.zones
    if zones is None or "set" not in zones.fields:
        return None
    members = zones.texts("set") == zone_set
    return shapely.union_all(overlay_shapes(zones)[members]) if members.any() else None


def _values(outside_m2: float, area_m2: float) -> dict[str, object]:
    return {"area_m2": round(float(outside_m2), 1), "share": round(float(outside_m2 / area_m2), 4)}
