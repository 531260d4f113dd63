"""Boundaries that cross or touch themselves."""

from __future__ import annotations

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Layer, LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import checks

CHECKED = ("parcels", "zones", "constraints", "rights")
_REASONS = {
    "Self-intersection": "invalid_crosses_itself",
    "Ring Self-intersection": "invalid_touches_itself",
    "Hole lies outside shell": "invalid_hole_outside",
    "Holes are nested": "invalid_hole_outside",
    "Nested shells": "invalid_parts_overlap",
    "Duplicate Rings": "invalid_parts_overlap",
}


@checks.add("Invalid geometry", zh="几何无效", source="OGC Simple Features 06-103r4, 6.1.11")
def invalid_geometry(layers: LayerSet) -> tuple[Issue, ...]:
    """Polygons that are not simple, each with its reason, the place, and its area before and after mending (m2)."""
    return tuple(issue for role in CHECKED if role in layers.layers for issue in _of_layer(layers.layers[role]))


def _of_layer(layer: Layer) -> list[Issue]:
    import shapely

    if layer.geometry.kind != "polygon":
        return []
    rows = np.flatnonzero(~shapely.is_valid(layer.shapes) & ~shapely.is_missing(layer.shapes))
    shapes = layer.shapes[rows]
    mended = shapely.area(shapely.make_valid(shapes, method="structure", keep_collapsed=False))
    issues = []
    for row, shape, area_m2, reason in zip(rows, shapes, mended, shapely.is_valid_reason(shapes), strict=True):
        name, _, place = reason.partition("[")
        at = shapely.Point([float(part) for part in place.rstrip("]").split()[:2]]) if place else None
        values = {"reason": name.strip(), "area_m2": round(abs(float(shape.area)), 1), "mended_m2": round(float(area_m2), 1)}
        issues.append(row_issue(layer, _REASONS.get(name.strip(), "invalid_otherwise"), row, values, at=at))
    return issues
