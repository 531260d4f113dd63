"""Ids that several rows carry."""

from __future__ import annotations

from collections import defaultdict

from landplan.core.errors import Issue
from landplan.core.layers import Layer, LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import checks

CHECKED = ("parcels", "zones", "rights")


@checks.add("Duplicate id", zh="编号重复")
def duplicate_id(layers: LayerSet) -> tuple[Issue, ...]:
    """Rows whose id an earlier row has, with the id they go by now and how far apart the two lie (m)."""
    return tuple(issue for role in CHECKED if role in layers.layers for issue in _of_layer(layers.layers[role]))


def _of_layer(layer: Layer) -> list[Issue]:
    if "id" not in layer.fields:
        return []
    rows = defaultdict(list)
    for row, id in enumerate(layer.texts("id")):
        if id is not None:
            rows[id].append(row)
    issues = []
    for id, same in rows.items():
        for row in same[1:]:
            values = {"id": id, "now": str(layer.ids[row]), "n": len(same), "distance_m": _distance_m(layer, same[0], row)}
            issues.append(row_issue(layer, "duplicate_id", row, values))
    return sorted(issues, key=lambda issue: issue.row)


def _distance_m(layer: Layer, a: int, b: int) -> float | str:
    one, other = layer.shapes[a], layer.shapes[b]
    return "?" if one is None or other is None else round(float(one.distance(other)), 1)
