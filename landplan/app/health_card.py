"""What `inspect` found in a file, as a card of a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from landplan.core.messages import language, text
from landplan.core.units import M2_PER_MU

_SHOWN = 10
_BESIDE = ("planar_m2", "declared_m2")
_ROWS, _COLUMNS, _LETTERS = 5, 8, 16
"""Of the first rows so many are shown, so many fields of each, so many letters of a value."""
_MARKS = {"note": "·", "data": "!", "blocks": "‼"}


def card_lines(card: Mapping[str, Any]) -> Iterator[str]:
    """The file, each layer or the raster, then each warning with what to do about it."""
    yield str(card["path"])
    for layer in card.get("layers", ()):
        yield "  " + text(
            "card_layer", {**layer, "crs": layer["crs"] or "–", "geometry": text(f"geometry_kind_{layer['geometry']}")}
        )
        if layer["area_m2"]:
            yield "  " + text("card_area", {"area_mu": layer["area_m2"] / M2_PER_MU, "area_ha": layer["area_m2"] / 1e4})
        if areas := [
            text(f"card_{name}", {"area_mu": layer[name] / M2_PER_MU, "n": layer["declared_rows"]})
            for name in _BESIDE
            if layer.get(name)
        ]:
            said = "; ".join(areas) if language() == "en" else "；".join(areas)
            yield "  " + (text("card_areas", {"areas": said}) if layer["area_m2"] else said)
        fields = layer["fields"]
        more = f" … {len(fields)}" if len(fields) > _SHOWN else ""
        yield "  " + text("card_fields", {"fields": ", ".join(fields[:_SHOWN]) + more})
        yield from _first_rows(layer)
    if raster := card.get("raster"):
        yield "  " + text("card_raster", {name: "–" if value is None else value for name, value in raster.items()})
    for one in card["warnings"]:
        place = f"{one['where']}: " if one["where"] else ""
        yield f"  {_MARKS[one['weight']]} {place}{one['message']} {one['fix']}".rstrip()
    if not card["warnings"]:
        yield "  " + text("card_healthy")


def _first_rows(layer: Mapping[str, Any]) -> Iterator[str]:
    """The first rows with the fields that hold text first: there an encoding shows whether it is the right one."""
    rows = layer["sample"][:_ROWS]
    names = sorted(layer["fields"], key=lambda name: not any(isinstance(row.get(name), str) for row in rows))[:_COLUMNS]
    if rows and names:
        yield "  " + text("card_first_rows", {"n": len(rows), "fields": ", ".join(names)})
    for row in rows if names else ():
        yield "    " + " | ".join(_short(row.get(name)) for name in names)


def _short(value: Any) -> str:
    words = "–" if value is None else " ".join(str(value).split())
    return words if len(words) <= _LETTERS else f"{words[: _LETTERS - 1]}…"
