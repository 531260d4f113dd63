"""What `inspect` found in one layer of a file, in words for the window: facts, warnings with their remedy, first rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from landplan.core.errors import Weight
from landplan.core.messages import text
from landplan.core.units import M2_PER_MU

_WEIGHTS: tuple[Weight, ...] = ("blocks", "data", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """All warnings of one kind: `message` of the first, how many there are, and what mends them (as `inspect` says it)."""

    code: str
    weight: Weight
    message: str
    count: int
    remedy: Mapping[str, str] | None

    @property
    def words(self) -> str:
        return self.message if self.count == 1 else text("source_many", {"message": self.message, "n": self.count})


def layer_names(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The layers of a file, none of a raster."""
    return tuple(layer["name"] for layer in card.get("layers", ()))


def layer_of(card: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The layer of that name, else the first; {} of a raster."""
    layers = card.get("layers", ())
    return next((layer for layer in layers if layer["name"] == name), layers[0] if layers else {})


def findings(card: Mapping[str, Any], name: str) -> tuple[Finding, ...]:
    """What is wrong with one layer (with the raster), the gravest first."""
    several = len(layer_names(card)) > 1
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for one in card["warnings"]:
        if not several or one["where"] == name or one["where"].startswith(f"{name} #"):
            kinds.setdefault(one["code"], []).append(one)
    found = [_finding(code, alike) for code, alike in kinds.items()]
    return tuple(sorted(found, key=lambda one: _WEIGHTS.index(one.weight)))


def _finding(code: str, alike: Sequence[Mapping[str, Any]]) -> Finding:
    weight = min((one["weight"] for one in alike), key=_WEIGHTS.index)
    return Finding(code, weight, alike[0]["message"], len(alike), alike[0]["remedy"])


def blocked(card: Mapping[str, Any], name: str) -> bool:
    """Whether something has to be settled before the layer can be used."""
    return any(one.weight == "blocks" for one in findings(card, name))


def fact_line(card: Mapping[str, Any], name: str) -> str:
    """ "3,012 rows · polygons · EPSG:4549 · GBK · 15,230 mu"; of a raster its size."""
    if raster := card.get("raster"):
        return text("card_raster", {**raster, "crs": raster["crs"] or "–"})
    layer = layer_of(card, name)
    kind = text(f"geometry_kind_{layer['geometry']}")
    parts = [text("source_rows", {"n": f"{layer['features']:,}"}), kind, layer["crs"] or text("source_no_crs"), layer["encoding"]]
    if layer["area_m2"]:
        parts.append(text("source_area", {"area_mu": layer["area_m2"] / M2_PER_MU}))
    elif layer.get("planar_m2"):
        parts.append(text("card_planar_m2", {"area_mu": layer["planar_m2"] / M2_PER_MU}))
    return " · ".join(part for part in parts if part)


def sample_rows(card: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The fields of a layer and its first rows as text; what is missing is "–"."""
    layer = layer_of(card, name)
    fields = tuple(layer.get("fields", ()))
    rows = ([row.get(field) for field in fields] for row in layer.get("sample", ()))
    return fields, tuple(tuple("–" if value is None else str(value) for value in row) for row in rows)
