"""What the list of layers offers: the layers of a project, those of several kinds kind by kind. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Literal

import numpy as np

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.layers import Geometry, Int, Layer, LayerSet, Raster, Source, Text, take
from landplan.core.messages import catalogue, language, text
from landplan.core.recipe import Recipe
from landplan.core.roles import role_title
from landplan.core.units import unit_text
from landplan.export.sheets.ground import KIND_WORDS, ROADS, STATIONS

Kind = Literal["polygon", "line", "point", "none", "raster"]
Box = tuple[float, float, float, float]

RASTERS = "rasters"
"""The group of all rasters; no role has this name."""
_ORDER = ("parcels", "stations", "labs", "firms", "metro_lines", "railways", "av_roads", "zones", "roads", "constraints")
_PLACES = {"point": 2.5, "line": 6.5, "polygon": 7.5, "none": 90.0, "raster": 99.0}
"""Where roles of no other place go, by their geometry: points over lines over surfaces."""
_PARTS: Mapping[str, tuple[str, ...]] = {
    "zones": ("block", "carrier", "industry_centre", "town", "core", "cluster", "base_class", "district"),
    "constraints": ("eco_redline", "basic_farmland", "urban_boundary", "water", "heritage", "pipeline", "height"),
    "stations": tuple(STATIONS),
    "roads": ("0", "1", "2", "3", "4"),
}
"""Kinds that are known, in the order of the list; others come after them."""


_TITLES: Mapping[str, Mapping[str, str]] = {one.name: {"zh": one.zh, "en": one.en} for one in PARCEL_FIELDS}


@dataclass(frozen=True, eq=False)
class Content:
    """One line of the list: a layer, the rows of one kind of a layer, or a raster. `part`: the kind, "" = the whole layer."""

    role: str
    source: Layer | Raster
    part: str = ""
    rows: Int | None = None
    """Rows of the layer; None: all."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The title the recipe gives the layer."""

    @property
    def id(self) -> str:
        return f"{self.role}:{self.part}" if self.part else self.role

    @property
    def group(self) -> str:
        return RASTERS if isinstance(self.source, Raster) else self.role

    @property
    def kind(self) -> Kind:
        return "raster" if isinstance(self.source, Raster) else self.source.geometry.kind

    @property
    def title(self) -> str:
        """What the line is called, in the current language."""
        return part_title(self.role, self.part) if self.part else role_title(self.role, self.given)

    @property
    def count(self) -> int | None:
        """Features; None for a raster."""
        if isinstance(self.source, Raster):
            return None
        return len(self.source) if self.rows is None else len(self.rows)

    @cached_property
    def geometry(self) -> Geometry | None:
        """What can be drawn; None for rasters and tables."""
        if isinstance(self.source, Raster) or self.source.geometry.kind == "none":
            return None
        return self.source.geometry if self.rows is None else take(self.source.geometry, self.rows)

    @property
    def names(self) -> list[str | None] | None:
        """The features' names in the current language; None where the layer has none."""
        layer = self.source
        if isinstance(layer, Raster) or "name" not in layer.fields:
            return None
        names = layer.texts("name")
        if language() == "en" and "name_en" in layer.fields:
            english = layer.texts("name_en")
            names = np.where(english == None, names, english)  # noqa: E711  (element by element)
        return list((names if self.rows is None else names[self.rows]).tolist())

    @cached_property
    def box(self) -> Box | None:
        """West, south, east, north, m; None where there is nothing."""
        if isinstance(self.source, Raster):
            a, b, c, d, e, f = self.source.transform
            corners = np.array([(0, 0), (self.source.width, 0), (0, self.source.height), (self.source.width, self.source.height)])
            xy = corners @ np.array([[a, d], [b, e]]) + (c, f)
        else:
            xy = self.geometry.xy if self.geometry is not None else np.empty((0, 2))
        if not len(xy):
            return None
        (west, south), (east, north) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
        return west, south, east, north


def contents(layers: LayerSet, recipe: Recipe) -> tuple[Content, ...]:
    """Every line of the list, the topmost first; parcels lead."""
    found = [one for layer in layers for one in _of_layer(layer, _given(recipe, layer.id))]
    found += [Content(raster.id, raster, given=_given(recipe, raster.id)) for raster in layers.rasters.values()]
    return tuple(sorted(found, key=_place))


def part_title(role: str, part: str) -> str:
    """What the rows of one kind are called; the word of the layer where it is no kind we know."""
    ids = {"roads": f"sheet_road_{part}", "stations": f"sheet_station_{part}", "constraints": f"sheet_{part}"}
    return _known(f"layers_{role}_{part}") or _known(ids.get(role, "")) or part


def facts(content: Content) -> tuple[tuple[str, str], ...]:
    """(label, value) of what there is to know of a layer: where it is from, its CRS, its rows, its checksum."""
    source = content.source
    if isinstance(source, Raster):
        wide, tall = abs(source.transform[0]), abs(source.transform[4])
        rows = [("grid", f"{source.width:,} × {source.height:,}"), ("cell", f"{wide:g} × {tall:g} m")]
        units = unit_text(source.unit, language())
    else:
        units = ", ".join(f"{_TITLES.get(name, {}).get(language(), name)} ({unit_text(unit, language())})"
                          for name, unit in source.units.items() if unit)  # fmt: skip
        rows = _rows(source.source, len(source))
    origin = source.source
    file = PurePath(origin.path)
    named = f"{file.name} › {origin.layer}" if origin.layer not in ("", file.stem) else file.name
    found = [("role", content.role), ("file", named), ("crs", _crs(origin.crs, source.crs)), ("encoding", origin.encoding)]
    found += [*rows, ("units", units), ("sha256", origin.sha256)]
    return tuple((text(f"layers_fact_{label}"), value) for label, value in found if value)


def _rows(source: Source, now: int) -> list[tuple[str, str]]:
    dropped = ", ".join(f"{reason} {n:,}" for reason, n in source.dropped.items() if n)
    return [("rows", f"{now:,}"), ("dropped", dropped or "0")]


def _crs(declared: str, measured: str) -> str:
    if not declared or declared == measured:
        return measured
    return f"{declared} → {measured}"


def _given(recipe: Recipe, role: str) -> Mapping[str, str]:
    spec = recipe.layers.get(role)
    return spec.title if spec is not None else {}


def _known(id: str) -> str:
    return catalogue(language()).get(id, "")


def _of_layer(layer: Layer, given: Mapping[str, str]) -> Iterator[Content]:
    """The layer as one line, or a line for every kind where it has several."""
    kinds = _KINDS[layer.id](layer) if layer.id in _KINDS else None
    if kinds is None or layer.geometry.kind == "none":
        yield Content(layer.id, layer, given=given)
        return
    names, position = np.unique(kinds, return_inverse=True)
    for k, name in enumerate(names.tolist()):
        yield Content(layer.id, layer, name, np.flatnonzero(position == k), given)


def _field(layer: Layer, *names: str) -> list[str] | None:
    found = next((name for name in names if name in layer.fields), None)
    return None if found is None else [str(value or "").strip() for value in layer.texts(found)]


def _sets(layer: Layer) -> Text | None:
    given = _field(layer, "set", "kind")
    return None if given is None else np.array([name or "other" for name in given], object)


def _kinds(layer: Layer) -> Text | None:
    given = _field(layer, "kind")
    return None if given is None else np.array([KIND_WORDS.get(name, name) or "other" for name in given], object)


def _classes(layer: Layer) -> Text | None:
    given = _field(layer, "class")
    return None if given is None else np.array([str(ROADS.get(name.lower(), 4)) for name in given], object)


_KINDS: Mapping[str, Callable[[Layer], Text | None]] = {
    "zones": _sets,
    "constraints": _kinds,
    "stations": _kinds,
    "roads": _classes,
}


def _place(content: Content) -> tuple[float, str, int, str]:
    place = float(_ORDER.index(content.role)) if content.role in _ORDER else _PLACES[content.kind]
    parts = _PARTS.get(content.role, ())
    return place, content.role, parts.index(content.part) if content.part in parts else len(parts), content.part
