"""How much land of one kind lies together."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Int, Text
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.shapes import overlay_shapes
from landplan.core.tables import Column
from landplan.core.units import M2_PER_MU


@measures.add("Contiguous area", zh="连片面积", unit="mu")
def contiguous_area(
    context: Measuring,
    *,
    where: Annotated[str, Param("SQL condition on the parcels that count", zh="参与连片的地块条件（SQL）")] = "",
    edge_m: Annotated[float, Param("shortest common edge", zh="共边最短长度", unit="m", low=0)] = 1.0,
    gap_m: Annotated[float, Param("widest gap that still counts as touching", zh="视为相邻的最大间隙", unit="m", low=0)] = 0.5,
) -> Column:
    """The area of the group of touching parcels that fit the condition, for every parcel of the group.

    Two parcels touch when more than edge_m of the outline of one runs within gap_m of the other; corners do not count. Mu;
    0 for a parcel that does not fit, NaN where that is unknown (it joins no group) or without geometry. Skipped when every
    field of the condition is absent. Needs all parcels at once.
    """
    subject = context.subject
    answer = context.truth(where) if where else np.ones(len(subject), np.int8)
    placed = ~np.isnan(subject.area_m2)
    rows = np.flatnonzero((answer == 1) & placed)
    values = np.where((answer == -1) | ~placed, np.nan, 0.0)
    shapes = context.kept(("overlay", subject.id), lambda: overlay_shapes(subject))
    group = groups(shapes[rows], edge_m, gap_m)
    total = np.bincount(group, subject.area_m2[rows]) if len(rows) else np.zeros(0)
    values[rows] = total[group] / M2_PER_MU
    return context.column(values, "mu")


def groups(shapes: Text, edge_m: float, gap_m: float) -> npt.NDArray[np.int32]:
    """(n,) number of the group of touching shapes that each belongs to."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    first, second = touching(shapes, edge_m, gap_m)
    links = coo_array((np.ones(len(first)), (first, second)), shape=(len(shapes), len(shapes)))
    return np.asarray(connected_components(links, directed=False)[1], np.int32)


def touching(shapes: Text, edge_m: float, gap_m: float) -> tuple[Int, Int]:
    """Pairs i < j of shapes with more than edge_m of common edge."""
    import shapely

    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="dwithin", distance=gap_m) if len(shapes) else (np.zeros(0, np.int64),) * 2
    first, second = first[first < second], second[first < second]
    near = max(gap_m, 1e-6)
    around = np.full(len(shapes), None, object)
    wanted = np.unique(second)
    around[wanted] = shapely.buffer(shapes[wanted], near, quad_segs=2)
    common = shapely.length(shapely.intersection(shapely.boundary(shapes)[first], around[second]))
    real = common > edge_m + 2 * near  # at either end, and at a mere corner, the outline runs on for one gap
    return first[real], second[real]
