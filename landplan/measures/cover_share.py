"""How much of a parcel other features cover."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.errors import SchemeError
from landplan.core.layers import Float, Geometry, Layer, Text
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.shapes import overlay_shapes
from landplan.core.tables import Column


@measures.add("Share covered", zh="覆盖占比", unit="share", reach=("buffer_m",))
def cover_share(
    context: Measuring,
    *,
    layer: Annotated[str, Param("layer that covers", zh="覆盖图层")],
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    buffer_m: Annotated[float, Param("widen the features on every side", zh="要素外扩", unit="m", low=0)] = 0.0,
) -> Column:
    """The share of the parcel's area under the union of the features: farmland, water, a corridor on either side of a line.

    0…1, exact; features that overlap each other count once; of a point whether it lies in one (1, 0), of several points their
    share. NaN without geometry or area. Skipped when the layer is absent or nothing in it fits `where`. SchemeError for lines or
    points without a buffer. Not for how far away something is: a plot beside the river is not under it.
    """
    features = context.selected(layer, where)
    if features.geometry.kind != "polygon" and buffer_m == 0:
        raise SchemeError("cover_needs_area", context.criterion, layer=layer)
    covering = _covering(features, buffer_m)
    if context.subject.geometry.kind == "point":
        return context.column(_points_covered(context.subject.geometry, covering), "share", issues=features.issues)
    subject = context.kept(("overlay", context.subject.id), lambda: overlay_shapes(context.subject))
    return context.column(covered_share(subject, covering), "share", issues=features.issues)


def _covering(features: Layer, buffer_m: float) -> Text:
    import shapely

    shapes = overlay_shapes(features) if features.geometry.kind == "polygon" else features.shapes
    return np.asarray(shapely.buffer(shapes, buffer_m)) if buffer_m > 0 else shapes


def _points_covered(subject: Geometry, covering: Text) -> Float:
    """(n,) share of each row's points that lie in a shape or on its edge; NaN for a null row."""
    import shapely

    tree = shapely.STRtree(shapely.points(subject.xy))
    covered = np.zeros(len(subject.xy))
    covered[np.unique(tree.query(covering, predicate="intersects")[1])] = 1.0
    count = np.diff(subject.row)
    total = np.bincount(np.repeat(np.arange(len(subject)), count), covered, len(subject))
    return np.asarray(np.divide(total, count, out=np.full(len(subject), np.nan), where=count > 0))


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
