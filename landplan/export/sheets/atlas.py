"""The sheets of a project in order: overviews of the whole, then a sheet for each zone of the sets the recipe names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

import landplan
from landplan.core.crs_names import crs_title
from landplan.core.layers import Geometry
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.shapes import overlay_shapes
from landplan.export.drawing import blocks, furniture
from landplan.export.drawing.colours import GROUND
from landplan.export.drawing.geometry import Bounds, fitted_frame
from landplan.export.drawing.layout import Layout, layout
from landplan.export.drawing.lettering import Typeface, shipped_typeface
from landplan.export.drawing.records import Box, Layer, MapFrame, Rectangle, Sheet
from landplan.export.sheets import figures, words
from landplan.export.sheets.column import Beside, Imprint, KeyMap, Title, column, inset, surround
from landplan.export.sheets.features import Drawn, bounds_of, rows_seen
from landplan.export.sheets.ground import Ground, constraints_drawn, facilities_drawn, ground, roads_drawn
from landplan.export.sheets.lettering import lettered, parcel_labels, rows_lettered
from landplan.export.sheets.parcels import (
    ParcelStates,
    Theme,
    fragile_drawn,
    id_prefix,
    overview_drawn,
    parcel_states,
    plan_drawn,
    zone_drawn,
)
from landplan.export.sheets.zones import DrawnSet, drawn_sets, focus_drawn, zones_drawn
from landplan.export.zone_names import zone_names
from landplan.export.zone_records import ZoneIndicators, zone_indicators

COLUMN_MM = 92.0
NOWHERE = Box(-10.0, -10.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Subject:
    """What one sheet is about: the whole under a theme, or zone `k` of a set."""

    theme: Theme = "models"
    set_id: str = ""
    k: int = -1


@dataclass(frozen=True, eq=False)
class Atlas:
    """A project with all that its sheets share, made once."""

    results: Results
    typeface: Typeface
    layout: Layout
    ground: Ground
    sets: tuple[DrawnSet, ...]
    states: ParcelStates

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """The sheets in order. Where none of the recipe's zone sets exists, the overview alone."""
        per = self.results.recipe.export.plan_sheets.per
        sets = [id for id in per if id in self.results.zones.sets]
        found = [Subject(set_id=id, k=k) for id in sets for k in range(self.results.zones.sets[id].outside)]
        if "overview" in per or (per and not found):
            themes: tuple[Theme, ...] = ("models", "paths", "years") if self.states.chosen.any() else ("models",)
            found = [*(Subject(theme) for theme in themes), *found]
        return tuple(found)

    @cached_property
    def extent(self) -> Bounds:
        """The whole: parcels and zones, or else any layer, or else one square kilometre."""
        layers = self.results.layers
        near = bounds_of(layers.parcels.geometry, *([layers.zones.geometry] if layers.zones is not None else []))
        return near or bounds_of(*(layer.geometry for layer in layers)) or (0.0, 0.0, 1000.0, 1000.0)

    @cached_property
    def key_map(self) -> KeyMap | None:
        """The outlines of towns, or of another set, to show where a sheet lies."""
        drawn = {one.id: one.outlines.geometry for one in self.sets if one.outlines is not None}
        outlines = next((drawn[id] for id in ("town", "district", *drawn) if id in drawn), None)
        return None if outlines is None else KeyMap(self.extent, (outlines.xy, outlines.ring))

    @cached_property
    def whole(self) -> ZoneIndicators:
        return figures.whole(self.results)

    @cached_property
    def indicators(self) -> dict[str, ZoneIndicators]:
        """Indicators of every set that has sheets of its zones."""
        return {id: zone_indicators(self.results, id) for id in dict.fromkeys(one.set_id for one in self.subjects if one.set_id)}

    @cached_property
    def shapes(self) -> Any:
        """The parcels' shapes, fit for calculation."""
        return overlay_shapes(self.results.layers.parcels)

    @cached_property
    def short_ids(self) -> tuple[str, Any]:
        """What all parcel ids begin with, and the ids (n,) without it."""
        ids = self.results.layers.parcels.ids
        prefix = id_prefix(ids)
        return prefix, np.array([str(id)[len(prefix) :] for id in ids], object)

    @cached_property
    def stamped(self) -> bool:
        """Whether the stamp prints all of the recipe's note."""
        return words.stamp_says_all(pick(self.results.recipe.note, self.results.lang), self.typeface)

    @cached_property
    def imprint(self) -> Imprint:
        recipe, lang = self.results.recipe, self.results.lang
        asked = recipe.export.plan_sheets
        return Imprint(
            pick(recipe.title, lang),
            asked.maker,
            recipe.export.stamp.isoformat(),
            f"landplan {landplan.__version__}",
            asked.confidentiality,
            str(self.results.scheme.base_year),
            asked.sign_off,
            lang,
        )


def atlas(results: Results) -> Atlas:
    """The atlas of a project."""
    place = layout(results.recipe.export.plan_sheets.paper, column_mm=COLUMN_MM)
    return Atlas(results, shipped_typeface(), place, ground(results.layers), drawn_sets(results), parcel_states(results))


def sheets(book: Atlas) -> Iterator[Sheet]:
    """Every sheet of the atlas."""
    for n, subject in enumerate(book.subjects):
        yield _sheet(book, subject, n + 1)


def _sheet(book: Atlas, subject: Subject, number: int) -> Sheet:
    title = _title(book, subject, number)
    frame = sheet_frame(book, subject)
    drawn, beside = (zone_parts if subject.set_id else overview_parts)(book, subject, frame)
    stamp, stamp_box = _stamp(book, frame)
    key, key_box, beside = _key_map(book, subject, frame, beside, stamp_box)
    avoid = [stamp_box, key_box, *(box for part in drawn for box in part.avoid)]
    names = lettered([label for part in drawn for label in part.labels], frame.box.inset(1), book.typeface, avoid)
    lang, face = book.results.lang, book.typeface
    layers = [Layer(text("sheet_layer_ground", lang=lang), (Rectangle(frame.box, GROUND),), frame.box)]
    layers += [Layer(text(part.layer, lang=lang), part.items, frame.box) for part in drawn if part.items]
    beside = replace(
        beside, notes=tuple(words.lettering_notes(beside.notes, beside.unlabelled + names.lost_codes, names.lost_names, lang))
    )
    side = column(book.layout.column.inset(4), title, book.imprint, frame, beside, face)
    layers += [
        Layer(text("sheet_layer_names", lang=lang), names.texts, frame.box),
        Layer(text("sheet_layer_grid", lang=lang), furniture.coordinates(frame, face)),
        Layer(text("sheet_layer_column", lang=lang), (*key, *side)),
        Layer(text("sheet_layer_frame", lang=lang), surround(book.layout, title, book.imprint, frame, face)),
        *([Layer(text("sheet_layer_stamp", lang=lang), stamp)] if stamp else []),
    ]
    return Sheet(title.whole, book.layout.width_mm, book.layout.height_mm, tuple(layers), frame, title.number.split(" ")[0])


def overview_parts(book: Atlas, subject: Subject, frame: MapFrame) -> tuple[list[Drawn], Beside]:
    """What the map of an overview shows, from below, and what stands beside it."""
    results, lang = book.results, book.results.lang
    drawn = [
        constraints_drawn(book.ground, frame, lang),
        roads_drawn(book.ground, frame, lang),
        overview_drawn(results, book.states, subject.theme, frame),
        *([fragile_drawn(results, frame)] if subject.theme == "models" else []),
        facilities_drawn(book.ground, frame, lang),
        zones_drawn(book.sets, frame, None),
    ]
    tables = [figures.indicator_figures(results, book.whole, 0)]
    if subject.theme == "paths":
        tables = [figures.path_figures(results)]
    elif subject.theme == "years":
        tables = [figures.year_figures(results, book.states)]
    notes = (*words.warnings(results, book.stamped), *words.overview_notes(results, subject.theme))
    return drawn, Beside(_entries(drawn), tuple(tables), notes)


def zone_parts(book: Atlas, subject: Subject, frame: MapFrame) -> tuple[list[Drawn], Beside]:
    """The same for a sheet of one zone."""
    results, lang = book.results, book.results.lang
    one = next(found for found in book.sets if found.id == subject.set_id)
    zone_set = results.zones.sets[subject.set_id]
    inside = zone_set.main == subject.k
    layer = results.layers.zones
    assert layer is not None  # noqa: S101  (there are zone sets)
    under, outline = focus_drawn(one, subject.k, layer, frame)
    named, unlabelled = _lettered(book, inside, frame)
    drawn = [
        under,
        constraints_drawn(book.ground, frame, lang),
        roads_drawn(book.ground, frame, lang),
        zone_drawn(results, book.states, inside, frame),
        plan_drawn(results, book.states, inside, frame),
        facilities_drawn(book.ground, frame, lang),
        zones_drawn(book.sets, frame, (subject.set_id, subject.k)),
        outline,
        named,
    ]
    prefix = book.short_ids[0]
    notes = (
        *words.warnings(results, book.stamped),
        *words.parcel_notes(book.states, inside, lang),
        *words.zone_notes(results, zone_set, subject.k),
        *([text("sheet_note_prefix", {"prefix": prefix}, lang)] if prefix else []),
    )
    tables = (figures.indicator_figures(results, book.indicators[subject.set_id], subject.k),)
    return drawn, Beside(_entries(drawn), tables, notes, unlabelled=unlabelled)


def _lettered(book: Atlas, inside: Any, frame: MapFrame) -> tuple[Drawn, int]:
    """The lettering of the zone's parcels, and how many parcels of the plan are too small for it."""
    layer = book.results.layers.parcels
    rows = rows_lettered(rows_seen(layer.tree, frame), inside, np.diff(layer.geometry.row) > 0)
    labels, unlabelled = parcel_labels(book.states, book.short_ids[1][rows], rows, book.shapes[rows], frame, book.typeface)
    return Drawn("sheet_layer_names", labels=tuple(labels)), unlabelled


def _key_map(book: Atlas, subject: Subject, frame: MapFrame, beside: Beside, stamp: Box) -> tuple[Any, Box, Beside]:
    """The key map of a zone's sheet in a free corner of its map, and the box it fills; else it is left to the column."""
    key = book.key_map
    if not subject.set_id or key is None:
        return (), NOWHERE, beside
    one = next(found for found in book.sets if found.id == subject.set_id)
    found = inset(frame, key, one.shapes[subject.k], stamp, book.results.lang)
    return (*found, beside) if found else ((), NOWHERE, replace(beside, key_map=key))


def _title(book: Atlas, subject: Subject, number: int) -> Title:
    results, lang = book.results, book.results.lang
    count = len(book.subjects)
    digits = max(2, len(str(count)))
    numbered = f"{number:0{digits}d} / {count:0{digits}d}"
    if not subject.set_id:
        name = text(f"sheet_{subject.theme}_all", lang=lang)
        return Title(name, "", name, numbered)
    kind = text("sheet_models_zone" if results.portfolio is None else "sheet_plan_zone", lang=lang)
    zone = zone_names(results, results.zones.sets[subject.set_id])[subject.k]
    return Title(zone, kind, text("sheet_of_zone", {"zone": zone, "sheet": kind}, lang), numbered)


def sheet_frame(book: Atlas, subject: Subject) -> MapFrame:
    """The map of a sheet: the zone, or where it has no geometry its parcels, or else the whole."""
    results = book.results
    extent: Bounds | None = book.extent
    if subject.set_id and results.layers.zones is not None:
        one = next(found for found in book.sets if found.id == subject.set_id)
        row = np.arange(len(results.layers.zones)) == one.rows[subject.k]
        inside = results.zones.sets[subject.set_id].main == subject.k
        own: list[Geometry] = [results.layers.zones.rows(row).geometry]
        extent = bounds_of(*own) or bounds_of(results.layers.parcels.rows(inside).geometry) or extent
    crs, lang = results.layers.crs, results.lang
    return fitted_frame(extent or book.extent, book.layout.map, words.epsg_of(crs), crs_title(crs, lang))


def _stamp(book: Atlas, frame: MapFrame) -> tuple[Any, Box]:
    """The recipe's note as a stamp in the upper right corner of the map, and the box it fills."""
    note = pick(book.results.recipe.note, book.results.lang)
    large, small = words.stamp_words(note, book.typeface) if note else ("", "")
    if not large:
        return (), NOWHERE
    items = blocks.stamp(large, frame.box.right - 3, frame.box.y + 3, book.typeface, note=small)
    return items, items[0].box  # type: ignore[union-attr]


def _entries(drawn: list[Drawn]) -> tuple[Any, ...]:
    return tuple(entry for part in drawn for entry in part.entries)
