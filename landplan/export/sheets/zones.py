"""Zones on the map: outlines by set, names where they are seen, the zone of a sheet lifted out of its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.layers import Layer
from landplan.core.messages import pick, titles
from landplan.core.results import Results
from landplan.core.shapes import overlay_shapes
from landplan.core.tables import ZoneSet
from landplan.export.drawing import colours
from landplan.export.drawing.furniture import Entry
from landplan.export.drawing.geometry import extent_of, surfaces, to_paper
from landplan.export.drawing.labels import Label
from landplan.export.drawing.records import Area, Colour, MapFrame, Pen, Rectangle
from landplan.export.sheets.features import Drawn, Features, lines, outlines_of
from landplan.export.zone_names import zone_names


@dataclass(frozen=True, slots=True)
class ZoneStyle:
    """How a zone set looks: its outline and its names (size_pt 0 = not named); greater `priority` is lettered first."""

    pen: Pen
    size_pt: float = 7.0
    bold: bool = False
    colour: Colour = colours.INK
    priority: float = 6.0


STYLES: Mapping[str, ZoneStyle] = {
    "district": ZoneStyle(colours.DISTRICT_LINE, 0.0),
    "town": ZoneStyle(colours.TOWN_LINE, 8.0, False, "3A3F45", 5.0),
    "block": ZoneStyle(colours.BLOCK_LINE, 8.0, True, colours.BLOCK_INK, 7.0),
    "carrier": ZoneStyle(colours.CARRIER_LINE, 6.5, False, colours.BLOCK_INK, 6.5),
    "industry_centre": ZoneStyle(colours.CENTRE_LINE, 6.5, False, "8A5A00", 6.2),
}
OTHERS = (ZoneStyle(Pen("3D5A80", 0.4), 7.5, True, "3D5A80"), ZoneStyle(Pen("5C6B2F", 0.3, (1.4, 0.6)), 6.5, False, "5C6B2F"))
"""Looks of sets with other ids, in turn."""
SMALLEST_MM2 = 60.0
"""A zone seen on less of the sheet is not named there."""


@dataclass(frozen=True, eq=False)
class DrawnSet:
    """A zone set ready to be drawn on many sheets; shapes (k,) and names (k,) of its zones, without the outside row."""

    id: str
    line: str
    """What its outline is called."""
    style: ZoneStyle
    outlines: Features | None
    shapes: Any
    names: tuple[str, ...]
    rows: tuple[int, ...]
    """Row of each zone in the layer of zones."""


def drawn_sets(results: Results) -> tuple[DrawnSet, ...]:
    """The sets a map shows: district, towns, blocks, carriers, and those the recipe asks sheets of; else the first two."""
    layer, sets = results.layers.zones, results.zones.sets
    if layer is None:
        return ()
    wanted = dict.fromkeys(("district", "town", "block", "carrier", *results.recipe.export.plan_sheets.per))
    shown = [id for id in wanted if id in sets] or list(sets)[:2]
    mended = overlay_shapes(layer)
    others = iter([*OTHERS] * len(shown))
    return tuple(_drawn_set(results, layer, mended, sets[id], STYLES.get(id) or next(others)) for id in shown)


def set_title(results: Results, set_id: str) -> str:
    """What the zones of a set are called."""
    words = pick(titles(f"zone_set_{set_id}", set_id), results.lang)
    return words[:1].upper() + words[1:]


def zones_drawn(sets: tuple[DrawnSet, ...], frame: MapFrame, focus: tuple[str, int] | None) -> Drawn:
    """Outlines and names of the zones on a map, the sets given last on top; the zone in focus is not named, its sheet is."""
    items, entries, labels = [], [], []
    focused = next((one.shapes[focus[1]] for one in sets if focus is not None and one.id == focus[0]), None)
    for one in sets:
        if one.outlines is not None:
            drawn, counts = lines(frame, one.outlines, (one.style.pen,))
            items.append(drawn)
            own = focus[1] if focus is not None and focus[0] == one.id else -1
            seen = counts[0] > 0 and (own < 0 or _neighbours(one, frame, own))
            entries += [("sheet_section_zones", Entry(one.style.pen, one.line))] if seen else []
            labels += _labels(one, frame, focused, own)
    return Drawn("sheet_layer_zones", tuple(items), tuple(entries), tuple(labels))


def focus_drawn(one: DrawnSet, k: int, layer: Layer, frame: MapFrame) -> tuple[Drawn, Drawn]:
    """The ground of the zone in focus, lighter than what lies around it, and its outline, stronger than its neighbours'."""
    geometry = layer.rows(np.arange(len(layer)) == one.rows[k]).geometry
    lit = Area(colours.PAPER)
    shade = Rectangle(frame.box, Area("F3F3F0"))
    if geometry.kind != "polygon":
        return Drawn("sheet_layer_ground", (shade,)), Drawn("sheet_layer_zones")
    zero = np.zeros(len(geometry), np.int64)
    face = surfaces(frame, geometry.xy, geometry.ring, geometry.part, geometry.row, zero, (lit,))
    outline = outlines_of(geometry)
    pen = replace(one.style.pen, width_mm=max(one.style.pen.width_mm * 1.6, 0.6), casing=colours.PAPER)
    pen = replace(pen, casing_width_mm=pen.width_mm + 0.7, dash_mm=())
    strong = () if outline is None else (lines(frame, outline, (pen,))[0],)
    entry = ("sheet_section_zones", Entry(replace(pen, casing=None), one.names[k]))
    return Drawn("sheet_layer_ground", (shade, face)), Drawn("sheet_layer_zones", strong, (entry,))


def _drawn_set(results: Results, layer: Layer, mended: Any, zone_set: ZoneSet, style: ZoneStyle) -> DrawnSet:
    place = {id: row for row, id in enumerate(layer.ids)}
    rows = tuple(place[id] for id in zone_set.zone_ids[:-1])
    mask = np.zeros(len(layer), bool)
    mask[list(rows)] = True
    outlines = outlines_of(layer.rows(mask).geometry)
    line = pick(titles(f"sheet_line_{zone_set.id}", set_title(results, zone_set.id)), results.lang)
    return DrawnSet(zone_set.id, line, style, outlines, mended[list(rows)], zone_names(results, zone_set)[:-1], rows)


def _labels(one: DrawnSet, frame: MapFrame, focused: Any, without: int) -> list[Label]:
    """Names in the middle of what is seen of each zone outside the zone in focus."""
    import shapely

    if not one.style.size_pt:
        return []
    seen = shapely.intersection(one.shapes, shapely.box(*extent_of(frame)))
    if focused is not None:
        seen = shapely.difference(seen, focused)
    mm2 = shapely.area(seen) * (1000 / frame.scale) ** 2
    shown = [k for k in np.flatnonzero(mm2 >= (SMALLEST_MM2 if focused is not None else 1.0)).tolist() if k != without]
    if not shown:
        return []
    at = to_paper(frame, middles(seen[shown]))
    style = one.style
    return [
        Label(one.names[k], x, y, style.priority, style.size_pt, style.bold, style.colour)
        for k, (x, y) in zip(shown, at.tolist(), strict=True)
    ]


def _neighbours(one: DrawnSet, frame: MapFrame, own: int) -> bool:
    """Whether other zones of the set than its own are seen."""
    import shapely

    others = np.delete(np.arange(len(one.shapes)), own)
    return bool(shapely.intersects(one.shapes[others], shapely.box(*extent_of(frame))).any())


def middles(shapes: Any) -> Any:
    """(n, 2) the centroid of each surface, or a point on it where the centroid is off it."""
    import shapely

    centres = shapely.centroid(shapes)
    inside = shapely.contains(shapes, centres)
    return shapely.get_coordinates(np.where(inside, centres, shapely.point_on_surface(shapes)))
