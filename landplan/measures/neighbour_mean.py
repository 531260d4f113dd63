"""What the parcels around a parcel are like."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.errors import SchemeError
from landplan.core.kernels.adjacency import adjacency
from landplan.core.kernels.neighbours import near_pairs
from landplan.core.layers import Int, Layer
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column


@measures.add("Mean of the neighbours", zh="邻近地块均值", reach=("within_m", "gap_m"))
def neighbour_mean(
    context: Measuring,
    *,
    expression: Annotated[str, Param("SQL expression averaged over the neighbours", zh="对邻近地块取均值的 SQL 表达式")],
    unit: Annotated[str, Param("unit of the result", zh="结果的单位")] = "",
    within_m: Annotated[
        float, Param("neighbours lie this near, edge to edge; 0: they touch", zh="邻近距离（边到边）；0 为相接", unit="m", low=0)
    ] = 0.0,
    weight: Annotated[str, Param("what each neighbour counts", zh="各邻居的权重", choices=("equal", "area"))] = "equal",
    edge_m: Annotated[float, Param("touching: shortest common edge", zh="相接：共边最短长度", unit="m", low=0)] = 1.0,
    gap_m: Annotated[float, Param("touching: widest gap", zh="相接：最大间隙", unit="m", low=0)] = 0.5,
) -> Column:
    """Mean of an expression over the parcels that touch this one, or lie within a distance; the parcel itself does not count.

    Formula: Σ w_j v_j / Σ w_j over the neighbours j whose value is known, w_j = 1 or their area. Touching as in
    `contiguous_area`: at least edge_m of outline within gap_m. In `unit`; NaN without geometry, and where no neighbour's value
    is known (an Issue counts these). Skipped when every field of the expression is absent. SchemeError when what is measured has
    no area and is to touch, or to weigh by it. Not for ratios of sums (output per mu of a whole street block): average the
    amounts and the areas apart. Needs all parcels at once.
    """
    subject = context.subject
    if subject.geometry.kind in ("point", "line") and (within_m == 0 or weight == "area"):
        raise SchemeError("neighbours_need_distance", context.criterion, layer=subject.id)
    values = context.numbers(expression).values
    known = ~np.isnan(values) & (np.diff(subject.geometry.row) > 0)
    counted = np.where(known, subject.area_m2 if weight == "area" else 1.0, 0.0)
    amount = np.where(known, counted * values, 0.0)
    row, other = _pairs(subject, within_m, edge_m, gap_m)
    total, by = (np.bincount(row, of[other], len(values)) for of in (amount, counted))
    mean = np.divide(total, by, out=np.full(len(values), np.nan), where=by > 0)
    alone = int(((by == 0) & (np.diff(subject.geometry.row) > 0)).sum())
    issues = (context.issue("neighbours_none", n=alone, expression=expression),) if alone else ()
    return context.column(mean, context.unit(unit), issues=issues)


def _pairs(subject: Layer, within_m: float, edge_m: float, gap_m: float) -> tuple[Int, Int]:
    """Rows and their neighbours, both ways round, by row and neighbour: sums have one order."""
    if within_m == 0:
        near = adjacency(subject.geometry, tolerance_m=max(gap_m, 1e-6), at_least_m=edge_m)
        row, other = np.append(near.first, near.second), np.append(near.second, near.first)
    else:
        found = [np.zeros((2, 0), np.int64), *(np.stack(pairs) for pairs in near_pairs(subject.geometry, within_m))]
        row, other = np.concatenate(found, axis=1)
    order = np.lexsort((other, row))
    return row[order], other[order]
