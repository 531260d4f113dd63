"""How much of a parcel other features cover."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.errors import SchemeError
from landplan.core.layers import Float, Layer, Text
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.shapes import overlay_shapes
from landplan.core.tables import Column


@measures.add("Share covered", zh="覆盖占比", unit="share")
def cover_share(
    context: Measuring,
    *,
    layer: Annotated[str, Param("layer that covers", zh="覆盖图层")],
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    buffer_m: Annotated[float, Param("widen the features on every side", zh="要素外扩", unit="m", low=0)] = 0.0,
) -> Column:
    """The share of the parcel's area under the union of the features: farmland, water, a corridor on either side of a line.

    0…1, exact; features that overlap each other count once. NaN without geometry or area. Skipped when the layer is absent
    or nothing in it fits `where`. SchemeError for lines or points without a buffer.
    """
    features = context.selected(layer, where)
    if features.geometry.kind != "polygon" and buffer_m == 0:
        raise SchemeError("cover_needs_area", context.criterion, layer=layer)
    subject = context.kept(("overlay", context.subject.id), lambda: overlay_shapes(context.subject))
    return context.column(covered_share(subject, _covering(features, buffer_m)), "share", issues=features.issues)


def _covering(features: Layer, buffer_m: float) -> Text:
    import shapely

    shapes = overlay_shapes(features) if features.geometry.kind == "polygon" else features.shapes
    return np.asarray(shapely.buffer(shapes, buffer_m)) if buffer_m > 0 else shapes


def covered_share(shapes: Text, covering: Text) -> Float:
    """(n,) share of each shape's area under the union of `covering`; NaN where it has no area."""
    import shapely

    area = np.nan_to_num(shapely.area(shapes))
    tree = shapely.STRtree(shapes)
    share = np.zeros(len(shapes))
    share[np.unique(tree.query(covering, predicate="covers")[1])] = 1.0
    feature, row = tree.query(covering, predicate="intersects")
    open_ = share[row] < 1.0
    feature, row = feature[open_], row[open_]
    order = np.lexsort((feature, row))
    pieces = shapely.intersection(shapes[row[order]], covering[feature[order]])
    rows, start = np.unique(row[order], return_index=True)
    inside = shapely.area(pieces)
    several = np.diff(np.append(start, len(pieces))) > 1
    covered = inside[start]
    for place in np.flatnonzero(several):
        end = start[place + 1] if place + 1 < len(start) else len(pieces)
        covered[place] = shapely.area(shapely.union_all(pieces[start[place] : end]))
    with np.errstate(divide="ignore", invalid="ignore"):
        share[rows] = np.minimum(covered / area[rows], 1.0)
    share[~(area > 0)] = np.nan
    return share
