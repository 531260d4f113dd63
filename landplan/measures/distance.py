"""How far it is to the nearest feature."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from landplan.core.layers import Float, Layer, Text
from landplan.core.measuring import BEYOND, Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column


@measures.add("Distance to the nearest", zh="最近距离", unit="m")
def distance(
    context: Measuring,
    *,
    layer: Annotated[str, Param("layer to go to", zh="目标图层")],
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    reach_m: Annotated[float, Param("how far to search", zh="搜索范围", unit="m", low=0)] = 5000.0,
) -> Column:
    """Straight line from the parcel's edge to the nearest edge of a feature; 0 where they touch or overlap.

    Metres. Beyond reach_m the value is reach_m with state 2 (an Issue counts them); NaN without geometry. Skipped when the
    layer is absent or nothing in it fits `where`.
    """
    features = context.selected(layer, where)
    found = nearest_m(context.subject.shapes, features, reach_m)
    beyond = np.isinf(found)
    values = np.where(beyond, reach_m, found)
    issues = features.issues
    if beyond.any():
        issues = (*issues, context.issue("distance_beyond_reach", n=int(beyond.sum()), reach_m=reach_m, layer=layer))
    return context.column(values, "m", state=np.where(beyond, BEYOND, 0).astype(np.int8), issues=issues)


def nearest_m(shapes: Text, features: Layer, reach_m: float) -> Float:
    """(n,) distance to the nearest feature, m; inf beyond reach_m, NaN for a null shape."""
    import shapely

    out = np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes), np.nan, np.inf)
    rows = np.flatnonzero(np.isinf(out))
    if features.geometry.kind == "polygon":
        inside = np.unique(features.tree.query(shapes[rows], predicate="intersects")[0])
        out[rows[inside]] = 0.0
        rows = np.flatnonzero(np.isinf(out))
    tree = _edges(features)
    (source, _), length = tree.query_nearest(
        shapes[rows], max_distance=max(reach_m, 1e-9), return_distance=True, all_matches=False
    )
    near = length <= reach_m
    out[rows[source[near]]] = length[near]
    return out


def _edges(features: Layer) -> Any:
    """A tree over the single edges of lines and outlines (so that a long road is not searched whole), or over the points."""
    import shapely

    if features.geometry.kind == "point":
        return features.tree
    xy, ring = features.geometry.xy, features.geometry.ring
    first = np.ones(max(len(xy) - 1, 0), bool)
    first[ring[1:-1] - 1] = False  # no edge leads from one ring to the next
    start = np.flatnonzero(first)
    return shapely.STRtree(shapely.linestrings(np.stack([xy[start], xy[start + 1]], axis=1)))
