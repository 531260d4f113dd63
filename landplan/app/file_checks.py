"""What the data checks find in a file of parcels before any recipe is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from landplan.core.errors import Issue, LandplanError
from landplan.core.messages import text

_OF_PARCELS = {"land_use", "planned_use", "area_declared_m2", "gfa_m2", "far_area_m2", "output_wan", "tax_wan", "owner"}
"""Fields that only parcels have: one of them and an id make a layer of polygons one of parcels."""
_MOST_ROWS = 200_000
"""A larger layer is looked at by its recipe, not at once."""
_WEIGHTS = ("note", "data", "blocks")


def check_warnings(
    path: Path, card: Mapping[str, Any], encoding: str | None = None, crs: str | None = None
) -> list[dict[str, Any]]:
    """The findings of every data check, a warning a kind, when the file has the layer of parcels that `new` would take.

    card: what `inspect` says of the file. None where the coordinates are in doubt: nothing can be measured in them.
    """
    from landplan.app.starting_recipe import asked, starting_recipe
    from landplan.io.layer_set import blocking, read_layers
    from landplan.steps.check import check

    polygons = [layer for layer in card.get("layers", ()) if layer["geometry"] == "polygon" and layer["area_m2"] is not None]
    if not polygons or max(layer["features"] for layer in polygons) > _MOST_ROWS:
        return []
    try:
        wish = replace(asked(path, None, None, None, crs), encodings={"parcels": encoding} if encoding else {})
        start = starting_recipe(wish, path.resolve().parent)
        if "id" not in start.matched or not start.matched.keys() & _OF_PARCELS:
            return []
        layers = read_layers(start.recipe, path.resolve().parent)
    except LandplanError:
        return []
    return [] if blocking(layers) else _by_kind(check(layers), layers.parcels.source.layer or path.stem)


def with_shifts(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cards of files inspected together, with what they say of each other: a layer that looks like GCJ-02 or BD-09."""
    from landplan.io.inspection import warning
    from landplan.io.shifted import shifts_among

    found = shifts_among(cards)
    more = {path: [warning(issue, command) for issue, command in told] for path, told in found.items()}
    return [{**card, "warnings": [*card["warnings"], *more.get(card["path"], [])]} for card in cards]


def without_remedies(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card as it is printed: a remedy is for the window, `fix` says it in words."""
    return {**card, "warnings": [{name: one[name] for name in one if name != "remedy"} for one in card["warnings"]]}


def _by_kind(found: tuple[Issue, ...], layer: str) -> list[dict[str, Any]]:
    kinds: dict[str, list[Issue]] = {}
    for issue in found:
        kinds.setdefault(issue.id, []).append(issue)
    return [_warning(alike, layer) for alike in kinds.values()]


def _warning(alike: list[Issue], layer: str) -> dict[str, Any]:
    """The only finding of its kind, or how many there are and the first."""
    first = alike[0]
    said = f"{first.feature}: {first.text()}" if first.feature else first.text()
    return {
        "code": first.id,
        "weight": max((issue.weight for issue in alike), key=_WEIGHTS.index),
        "where": layer,
        "message": said if len(alike) == 1 else text("inspect_many", {"n": len(alike), "first": said}),
        "fix": "",
        "remedy": None,
    }
