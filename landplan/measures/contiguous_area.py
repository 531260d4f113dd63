"""How much land of one kind lies together."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.kernels.adjacency import adjacency, components
from landplan.core.layers import Geometry, Int, take
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
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

    Two parcels touch when at least edge_m of their outlines run within gap_m of each other; corners do not count, nor does an
    overlap deeper than gap_m (the check `overlap` tells those). Mu; 0 for a parcel that does not fit, NaN where that is
    unknown (it joins no group) or without geometry. Skipped when every field of the condition is absent, and for points and
    lines. Not for land across a street: only gap_m is bridged. Needs all parcels at once.
    """
    context.needs_areas()
    subject = context.subject
    answer = context.truth(where) if where else np.ones(len(subject), np.int8)
    placed = ~np.isnan(subject.area_m2)
    rows = np.flatnonzero((answer == 1) & placed)
    values = np.where((answer == -1) | ~placed, np.nan, 0.0)
    group = groups(take(subject.geometry, rows), edge_m, gap_m)
    total = np.bincount(group, subject.area_m2[rows])
    values[rows] = total[group] / M2_PER_MU
    return context.column(values, "mu")


def groups(geometry: Geometry, edge_m: float, gap_m: float) -> Int:
    """(n,) number of the group of touching rows that each belongs to."""
    near = adjacency(geometry, tolerance_m=max(gap_m, 1e-6), at_least_m=edge_m)
    return components(near.first, near.second, len(geometry))
