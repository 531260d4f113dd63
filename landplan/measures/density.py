"""How much there is around a parcel."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.errors import Issue, SchemeError
from landplan.core.layers import Float, Layer
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column

_AT_ONCE = 100_000
_STATISTICS = ("count", "sum", "count_per_km2", "sum_per_km2")


@measures.add("Density around", zh="周边密度", unit="count", reach=("radius_m",))
def density(
    context: Measuring,
    *,
    layer: Annotated[str, Param("layer to count", zh="统计图层")],
    radius_m: Annotated[float, Param("radius around the parcel's centroid", zh="以地块形心为圆心的半径", unit="m", low=1)],
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    statistic: Annotated[str, Param("what is counted", zh="统计量", choices=_STATISTICS)] = "count",
    field: Annotated[str, Param("field that is summed", zh="求和字段")] = "",
    unit: Annotated[str, Param("unit of the result", zh="结果的单位")] = "",
) -> Column:
    """How many features, or how much of a field, lie within a radius of the parcel's centroid (edge of the feature counts).

    Formula: count = Σ 1, sum = Σ value over features within radius_m; the others divided by the circle, π r² in km2. Unit:
    `unit`, else count or per_km2. NaN without geometry. Features whose field is unknown are left out of a sum and counted in an
    Issue. Skipped when the layer or field is absent. Not near the edge of the data: what lies beyond is not counted, the circle
    is.
    """
    import shapely

    features = context.selected(layer, where)
    weights, issues = _weights(context, features, field, statistic)
    centres = shapely.centroid(context.subject.shapes)
    values = around(centres, features, radius_m, weights)
    if statistic.endswith("per_km2"):
        values /= np.pi * (radius_m / 1000.0) ** 2
    return context.column(values, context.unit(unit or ("per_km2" if statistic.endswith("per_km2") else "count")), issues=issues)


def _weights(context: Measuring, features: Layer, field: str, statistic: str) -> tuple[Float, tuple[Issue, ...]]:
    if statistic.startswith("count"):
        return np.ones(len(features)), features.issues
    if not field:
        raise SchemeError("missing_key", context.criterion, key="field")
    if field not in features.fields:
        raise context.skip("criterion_field_missing", layer=features.id, fields=field)
    values = features.numbers(field)
    unknown = int(np.isnan(values).sum())
    found = (context.issue("density_unknown_left_out", n=unknown, layer=features.id, field=field),) if unknown else ()
    return np.nan_to_num(values), (*features.issues, *found)


def around(centres: object, features: Layer, radius_m: float, weights: Float) -> Float:
    """(n,) sum of the weights of the features within radius_m of each point; NaN where there is no point."""
    import shapely

    points = np.asarray(centres)
    out = np.where(shapely.is_missing(points) | shapely.is_empty(points), np.nan, 0.0)
    rows = np.flatnonzero(~np.isnan(out))
    for low in range(0, len(rows), _AT_ONCE):
        block = rows[low : low + _AT_ONCE]
        place, feature = features.tree.query(points[block], predicate="dwithin", distance=radius_m)
        order = np.lexsort((feature, place))  # whatever order the tree has, sums have that of the features
        out[block] = np.bincount(place[order], weights[feature[order]], len(block))
    return out
