"""Issues of one row with the place to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landplan.core.errors import Issue, Weight
from landplan.core.layers import Layer


def row_issue(
    layer: Layer, id: str, row: int | np.integer[Any], values: Mapping[str, object], *, weight: Weight = "data", at: Any = None
) -> Issue:
    """An Issue of a layer's row. Its place is a point inside `at` (a shapely geometry), or inside the row's own."""
    import shapely

    shape = layer.shapes[row] if at is None else at
    place = None
    if shape is not None and not shape.is_empty:
        place = shapely.point_on_surface(shape)
        place = place if not place.is_empty else shapely.centroid(shape)
    x, y = (None, None) if place is None else (round(place.x, 3), round(place.y, 3))
    return Issue(id, layer.id, weight, int(row), str(layer.ids[row]), dict(values), x, y)
