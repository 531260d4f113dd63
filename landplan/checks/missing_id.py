"""Rows without an id."""

from __future__ import annotations

from landplan.core.errors import Issue
from landplan.core.layers import Layer, LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import checks

CHECKED = ("parcels", "zones", "rights")


@checks.add("Missing id", zh="编号缺失")
def missing_id(layers: LayerSet) -> tuple[Issue, ...]:
    """Rows of layers with an id field that have none, with the name they go by (@row); no field at all is told on reading."""
    return tuple(issue for role in CHECKED if role in layers.layers for issue in _of_layer(layers.layers[role]))


def _of_layer(layer: Layer) -> list[Issue]:
    if "id" not in layer.fields:
        return []
    given = layer.texts("id")
    rows = [row for row, id in enumerate(given) if id is None]
    return [row_issue(layer, "missing_id", row, {"now": str(layer.ids[row])}) for row in rows]
