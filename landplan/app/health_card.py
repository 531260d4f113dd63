"""What `inspect` found in a file, as a card of a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from landplan.core.messages import language, text
from landplan.core.units import M2_PER_MU

_SHOWN = 10
_BESIDE = ("planar_m2", "declared_m2")
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
            yield "  " + text("card_areas", {"areas": "; ".join(areas) if language() == "en" else "；".join(areas)})
        fields = layer["fields"]
        more = f" … {len(fields)}" if len(fields) > _SHOWN else ""
        yield "  " + text("card_fields", {"fields": ", ".join(fields[:_SHOWN]) + more})
    if raster := card.get("raster"):
        yield "  " + text("card_raster", {**raster, "crs": raster["crs"] or "–"})
    for one in card["warnings"]:
        place = f"{one['where']}: " if one["where"] else ""
        yield f"  {_MARKS[one['weight']]} {place}{one['message']} {one['fix']}".rstrip()
    if not card["warnings"]:
        yield "  " + text("card_healthy")
