"""How far it is to the nearest feature."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.measuring import BEYOND, Measuring
from landplan.core.registry import Param, measures
from landplan.core.shapes import nearest_feature_m
from landplan.core.tables import Column


@measures.add("Distance to the nearest", zh="最近距离", unit="m", reach=("reach_m",))
def distance(
    context: Measuring,
    *,
    layer: Annotated[str, Param("layer to go to", zh="目标图层")],
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    reach_m: Annotated[float, Param("how far to search", zh="搜索范围", unit="m", low=0)] = 5000.0,
) -> Column:
    """Straight line from the parcel's edge to the nearest edge of a feature; 0 where they touch or overlap.

    Metres. Beyond reach_m the value is reach_m with state 2 (an Issue counts them); NaN without geometry. Skipped when the
    layer is absent or nothing in it fits `where`. Not across rivers and railways that one cannot cross: take the distance along
    roads.
    """
    features = context.selected(layer, where)
    found = nearest_feature_m(context.subject.geometry, features, reach_m)
    beyond = np.isinf(found)
    values = np.where(beyond, reach_m, found)
    issues = features.issues
    if beyond.any():
        issues = (*issues, context.issue("distance_beyond_reach", n=int(beyond.sum()), reach_m=reach_m, layer=layer))
    return context.column(values, "m", state=np.where(beyond, BEYOND, 0).astype(np.int8), issues=issues)
