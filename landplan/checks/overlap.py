"""Parcels, and zones of one set, that lie on one another."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Int, Layer, LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import Param, checks
from landplan.core.shapes import overlay_shapes


@checks.add("Overlap", zh="重叠")
def overlap(
    layers: LayerSet,
    *,
    least_m2: Annotated[float, Param("smallest overlap reported", unit="m2", low=0, zh="最小报告面积")] = 1.0,
) -> tuple[Issue, ...]:
    """Pairs of parcels, and of zones of one set, that share more than `least_m2`.

    Each Issue is at the first row of the pair, with the other's id, the shared area (m2) and its share of the smaller one.
    A pair that shares more than 99 % of both is told as a duplicate.
    """
    found = _pairs(layers.parcels, None, least_m2)
    zones = layers.zones
    if zones is not None and "set" in zones.fields:
        found += _pairs(zones, zones.texts("set"), least_m2)
    return tuple(found)


def _pairs(layer: Layer, group: Any, least_m2: float) -> list[Issue]:
    import shapely

    if layer.geometry.kind != "polygon":
        return []
    shapes = overlay_shapes(layer)
    a, b = _candidates(shapes, least_m2)
    if group is not None:
        same = np.array([group[i] == group[j] for i, j in zip(a, b, strict=True)], bool)
        a, b = a[same], b[same]
    shared = shapely.intersection(shapes[a], shapes[b])
    shared_m2, area_m2 = shapely.area(shared), shapely.area(shapes)
    issues = []
    for k in np.flatnonzero(shared_m2 > least_m2):
        i, j = int(a[k]), int(b[k])
        small, large = sorted((area_m2[i], area_m2[j]))
        id = "overlap_duplicate" if shared_m2[k] > 0.99 * large else "overlap"
        share = round(float(shared_m2[k] / small), 4)
        values = {"other": str(layer.ids[j]), "area_m2": round(float(shared_m2[k]), 2), "share": share}
        issues.append(row_issue(layer, id, i, values, at=shared[k]))
    return issues


def _candidates(shapes: Any, least_m2: float) -> tuple[Int, Int]:
    """Pairs a < b, sorted, whose bounding boxes share more than `least_m2`."""
    import shapely

    a, b = shapely.STRtree(shapes).query(shapes)
    keep = a < b
    a, b = a[keep], b[keep]
    box = shapely.bounds(shapes)
    size = np.minimum(box[a, 2:], box[b, 2:]) - np.maximum(box[a, :2], box[b, :2])
    large = (size > 0).all(axis=1) & (size.prod(axis=1) > least_m2)
    a, b = a[large], b[large]
    order = np.lexsort([b, a])
    return a[order], b[order]
