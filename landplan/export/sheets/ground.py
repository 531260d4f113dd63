"""What lies under and around the parcels: water and constraints, roads, rail, stations, labs. Other layers are not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from landplan.core.layers import Int, Layer, LayerSet, Text, take
from landplan.core.messages import text
from landplan.export.drawing import colours
from landplan.export.drawing.geometry import to_paper
from landplan.export.drawing.labels import Label
from landplan.export.drawing.records import Area, Box, Item, MapFrame, Marker, Pen, Points
from landplan.export.sheets.features import (
    Drawn,
    Features,
    Named,
    areas,
    entries_of,
    features_of,
    lines,
    outlines_of,
    points,
    row_middles,
    rows_seen,
)

CONSTRAINTS: Mapping[str, Area] = {
    "basic_farmland": colours.FARMLAND,
    "eco_redline": colours.REDLINE,
    "water": colours.WATER,
    "heritage": colours.HERITAGE,
    "pipeline": colours.PIPELINE,
}
"""Surfaces of constraints by kind, in the order they are painted; the last two only on sheets of a zone."""
STATIONS: Mapping[str, Marker] = {
    "metro": colours.STATION,
    "hydrogen": colours.HYDROGEN,
    "charging": colours.CHARGING,
    "logistics_gate": colours.GATE,
    "other": colours.STOP,
}
KIND_WORDS: Mapping[str, str] = {
    "永久基本农田": "basic_farmland",
    "基本农田": "basic_farmland",
    "生态保护红线": "eco_redline",
    "生态红线": "eco_redline",
    "河道": "water",
    "水域": "water",
    "河道水域": "water",
    "历史遗存": "heritage",
    "文物": "heritage",
    "管线": "pipeline",
    "城镇开发边界": "urban_boundary",
    "地铁": "metro",
    "轨道": "metro",
    "地铁站": "metro",
    "轨道交通站": "metro",
    "充电站": "charging",
    "加氢站": "hydrogen",
    "物流口岸": "logistics_gate",
}
ROADS: Mapping[str, int] = {
    "高速": 0, "高速公路": 0, "motorway": 0, "快速路": 0, "expressway": 0,
    "主干路": 1, "主干道": 1, "trunk": 1, "primary": 1,
    "次干路": 2, "次干道": 2, "secondary": 2,
    "支路": 3, "local": 3, "tertiary": 3, "residential": 3,
}  # fmt: skip
"""Rank of a road's class; any other word is a road of unknown class, rank 4."""
NEAR = 60_000
"""A sheet of a larger scale than 1 to this shows stations of every kind, heritage and pipelines."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The layers of the ground that a project has, by role; `station_names` (n,) of every station, "" = none."""

    found: Mapping[str, Features]
    station_names: tuple[str, ...] = ()


def ground(layers: LayerSet) -> Ground:
    """The ground of a project, ready to be drawn on many sheets."""
    found: dict[str, Features] = {}
    there = {role: layers.layers[role] for role in ("constraints", "roads", "stations", "labs") if role in layers.layers}
    if "constraints" in there:
        kinds = _kinds(there["constraints"])
        found["constraints"] = features_of(there["constraints"], _positions(kinds, list(CONSTRAINTS)))
        urban = outlines_of(there["constraints"].rows(kinds == "urban_boundary").geometry)
        found |= {"urban_boundary": urban} if urban is not None else {}
    if "roads" in there:
        found["roads"] = features_of(there["roads"], _road_ranks(there["roads"]))
    names: tuple[str, ...] = ()
    if "stations" in there:
        known = _positions(_kinds(there["stations"]), list(STATIONS))
        found["stations"] = features_of(there["stations"], np.where(known < 0, len(STATIONS) - 1, known))
        names = _names(there["stations"])
    if "labs" in there:
        found["labs"] = features_of(there["labs"], np.zeros(len(there["labs"]), np.int64))
    for role in ("metro_lines", "railways", "av_roads"):
        if role in layers.layers:
            found[role] = features_of(layers.layers[role], np.zeros(len(layers.layers[role]), np.int64))
    return Ground(found, names)


def constraints_drawn(ground: Ground, frame: MapFrame, lang: str) -> Drawn:
    """Water and constraints, under everything else."""
    items: list[Item] = []
    entries = []
    if "constraints" in ground.found:
        features = ground.found["constraints"]
        if frame.scale >= NEAR:
            features = replace(features, classes=np.where(features.classes > 2, -1, features.classes))
        drawn, counts = areas(frame, features, tuple(CONSTRAINTS.values()))
        items.append(drawn)
        names = [text(f"sheet_{kind}", lang=lang) for kind in CONSTRAINTS]
        entries += entries_of("sheet_section_ground", list(CONSTRAINTS.values()), names, counts, counted=False)
    items_, entries_ = _lines(
        ground, frame, "urban_boundary", colours.URBAN_LINE, "sheet_section_ground", text("sheet_urban_boundary", lang=lang)
    )
    return Drawn("sheet_layer_ground", (*items, *items_), (*entries, *entries_))


def roads_drawn(ground: Ground, frame: MapFrame, lang: str) -> Drawn:
    """Roads by class (fewer the smaller the scale) and railways."""
    items: list[Item] = []
    entries = []
    if "roads" in ground.found:
        shown = 1 if frame.scale >= NEAR else 2 if frame.scale >= NEAR / 2 else 3
        ranks = ground.found["roads"].classes
        turned = np.where((ranks <= shown) | (ranks == 4), 4 - ranks, -1)  # the greatest roads are painted last
        pens = tuple(colours.road(rank, frame.scale) for rank in (3, 3, 2, 1, 0))
        drawn, counts = lines(frame, replace(ground.found["roads"], classes=turned), pens)
        items.append(drawn)
        names = [text(f"sheet_road_{4 - k}", lang=lang) for k in range(5)]
        entries += entries_of("sheet_section_transport", pens[::-1], names[::-1], counts[::-1], counted=False)
    items_, entries_ = _lines(
        ground, frame, "railways", colours.RAILWAY, "sheet_section_transport", text("sheet_railway", lang=lang)
    )
    return Drawn("sheet_layer_ground", (*items, *items_), (*entries, *entries_))


def facilities_drawn(ground: Ground, frame: MapFrame, lang: str) -> Drawn:
    """Metro and test roads over the parcels, stations with the names of metro stations, labs and platforms."""
    parts = [
        _lines(ground, frame, role, pen, "sheet_section_transport", text(name, lang=lang))
        for role, pen, name in (
            ("av_roads", colours.TEST_ROAD, "sheet_test_road"),
            ("metro_lines", colours.METRO_LINE, "sheet_metro_line"),
        )
    ]
    parts += [_stations(ground, frame, lang), _labs(ground, frame, lang)]
    items, entries = [item for part in parts for item in part[0]], [entry for part in parts for entry in part[1]]
    avoid = [box for item in items if isinstance(item, Points) for box in _boxes(item)]
    return Drawn("sheet_layer_transport", tuple(items), tuple(entries), tuple(_station_labels(ground, frame)), tuple(avoid))


def _stations(ground: Ground, frame: MapFrame, lang: str) -> tuple[list[Item], list[Named]]:
    if "stations" not in ground.found:
        return [], []
    features = ground.found["stations"]
    if frame.scale >= NEAR:
        features = replace(features, classes=np.where(np.isin(features.classes, (0, 4)), features.classes, -1))
    palette = tuple(_sized(marker, frame) for marker in STATIONS.values())
    drawn, counts = points(frame, features, palette)
    names = [text(f"sheet_station_{kind}", lang=lang) for kind in STATIONS]
    return [drawn], entries_of("sheet_section_transport", palette, names, counts, counted=True)


def _labs(ground: Ground, frame: MapFrame, lang: str) -> tuple[list[Item], list[Named]]:
    if "labs" not in ground.found:
        return [], []
    marker = _sized(colours.LAB, frame)
    drawn, counts = points(frame, ground.found["labs"], (marker,))
    return [drawn], entries_of("sheet_section_transport", (marker,), [text("sheet_lab", lang=lang)], counts, counted=True)


def _sized(marker: Marker, frame: MapFrame) -> Marker:
    """A symbol, larger on sheets of a larger scale."""
    return replace(marker, size_mm=marker.size_mm * (1.3 if frame.scale < NEAR else 1.0))


def _lines(ground: Ground, frame: MapFrame, role: str, pen: Pen, section: str, name: str) -> tuple[list[Item], list[Named]]:
    """A role drawn with one pen, and its line of the legend."""
    if role not in ground.found:
        return [], []
    drawn, counts = lines(frame, ground.found[role], (pen,))
    return [drawn], entries_of(section, (pen,), [name], counts, counted=False)


def _station_labels(ground: Ground, frame: MapFrame) -> list[Label]:
    """The names of metro stations beside their symbols."""
    if "stations" not in ground.found:
        return []
    features = ground.found["stations"]
    rows = rows_seen(features.tree, frame)
    rows = rows[features.classes[rows] == 0]
    at = to_paper(frame, row_middles(take(features.geometry, rows)))
    radius = _sized(colours.STATION, frame).size_mm / 2
    size = 6.5 if frame.scale < NEAR else 5.5
    return [
        Label(ground.station_names[row], x, y, 8.0, size, colour=colours.METRO_INK, beside_mm=radius)
        for row, (x, y) in zip(rows.tolist(), at.tolist(), strict=True)
        if ground.station_names[row]
    ]


def _boxes(drawn: Points) -> list[Box]:
    sizes = [drawn.palette[k].size_mm for k in drawn.classes.tolist()]
    return [Box(x - d / 2, y - d / 2, d, d) for (x, y), d in zip(drawn.xy_mm.tolist(), sizes, strict=True)]


def _kinds(layer: Layer) -> Text:
    """(n,) kind of each row in our words; "" where the layer does not say."""
    given = layer.texts("kind") if "kind" in layer.fields else np.full(len(layer), None, object)
    return np.array([KIND_WORDS.get(str(kind or "").strip(), str(kind or "").strip()) for kind in given], object)


def _positions(kinds: Text, known: list[str]) -> Int:
    place = {kind: k for k, kind in enumerate(known)}
    return np.array([place.get(kind, -1) for kind in kinds], np.int64)


def _road_ranks(layer: Layer) -> Int:
    given = layer.texts("class") if "class" in layer.fields else np.full(len(layer), None, object)
    return np.array([ROADS.get(str(kind or "").strip().lower(), 4) for kind in given], np.int64)


def _names(layer: Layer) -> tuple[str, ...]:
    return tuple(str(name or "") for name in layer.texts("name")) if "name" in layer.fields else ("",) * len(layer)
