"""What stands beside and below a map: heading, scale, legend, tables, notes, key map, sign-off; title block and border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.messages import text
from landplan.export.drawing import blocks, furniture
from landplan.export.drawing.colours import BORDER, INK, PAPER, SEAL
from landplan.export.drawing.furniture import Block, Entry, Section
from landplan.export.drawing.geometry import Bounds, extent_of, scale_text, to_world
from landplan.export.drawing.layout import Layout
from landplan.export.drawing.lettering import Typeface
from landplan.export.drawing.records import Area, Box, Float, Int, Item, MapFrame, Pen, Rectangle, line
from landplan.export.sheets.features import Named
from landplan.export.sheets.figures import Figures

SECTIONS = (
    "sheet_section_models",
    "sheet_section_models_plan",
    "sheet_section_paths",
    "sheet_section_years",
    "sheet_section_states",
    "sheet_section_plan",
    "sheet_section_zones",
    "sheet_section_transport",
    "sheet_section_ground",
)
"""Order of the legend."""
CONTEXT = SECTIONS[-3:]
"""What the legend may leave out first."""
APART_MM = 4.0
KEY_MAP_MM = 26.0
"""A key map in the column needs this much height."""
INSET_MM = 36.0
"""Width of a key map in a corner of the map."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a sheet is called: `name` in large, `kind` beneath it, `whole` in title block and bookmark."""

    name: str
    kind: str
    whole: str
    number: str


@dataclass(frozen=True, slots=True)
class Imprint:
    """What every sheet of a set says of its making."""

    project: str
    maker: str
    date: str
    version: str
    confidentiality: str
    base_year: str
    sign_off: tuple[str, ...]
    lang: str


@dataclass(frozen=True, slots=True, eq=False)
class KeyMap:
    """The whole, for the key map: its extent and outlines (world vertices, offsets)."""

    extent: Bounds
    outlines: tuple[Float, Int]


@dataclass(frozen=True, slots=True)
class Beside:
    """The contents of the column: legend lines by section, tables, notes with the weightiest first."""

    entries: tuple[Named, ...]
    tables: tuple[Figures, ...]
    notes: tuple[str, ...]
    key_map: KeyMap | None = None
    unlabelled: int = 0
    """Parcels of the plan too small to be lettered."""


def column(box: Box, title: Title, imprint: Imprint, frame: MapFrame, beside: Beside, typeface: Typeface) -> tuple[Item, ...]:
    """The column, from the top down; what the sign-off block leaves no room for is shortened: key map, notes, legend."""
    lang = imprint.lang
    head = blocks.sheet_heading(imprint.project, title.name, box, typeface, subtitle=title.kind)
    scale = (
        *furniture.scale_bar(frame, box.x, head.bottom + 3, box.width * 0.7),
        *furniture.north_arrow(box.right - 5, head.bottom + 1, 11),
    )
    signed, floor = _signed(box, imprint, typeface)
    top = head.bottom + 15
    tables_mm = sum(_table(one, Box(box.x, 0, box.width, 0), typeface).bottom + APART_MM for one in beside.tables)
    room = floor - tables_mm - top - _notes_mm(beside.notes[:2], box, typeface, lang)
    legend = _legend(beside.entries, Box(box.x, top, box.width, 0), typeface, lang, room)
    items = [*head.items, *scale, *legend.items, *signed]
    y = legend.bottom + APART_MM
    for one in beside.tables:
        block = _table(one, Box(box.x, y, box.width, 0), typeface)
        items += block.items
        y = block.bottom + APART_MM
    noted = _notes(beside.notes, Box(box.x, y, box.width, floor - y), typeface, lang)
    items += noted.items
    y = noted.bottom + APART_MM
    if beside.key_map is not None and floor - y >= KEY_MAP_MM:
        place = Box(box.x, y, box.width, min(floor - y, 44.0))
        key = beside.key_map
        items += blocks.key_map(text("sheet_key_map", lang=lang), key.extent, key.outlines, extent_of(frame), place).items
    return tuple(items)


def inset(frame: MapFrame, key: KeyMap, taken: Any, avoid: Box, lang: str) -> tuple[tuple[Item, ...], Box] | None:
    """The key map in the first corner of the map that `taken` (a surface in world metres) and the box `avoid` leave free."""
    west, south, east, north = key.extent
    height = min(INSET_MM * (north - south) / max(east - west, 1e-9), 44.0) + 8.0
    box = frame.box.inset(2.0)
    corners = [(x, y) for y in (box.bottom - height, box.y) for x in (box.x, box.right - INSET_MM - 4.0)]
    for x, y in corners:
        place = Box(x, y, INSET_MM + 4.0, height)
        if place.overlaps(avoid) or _covers(frame, place.inset(-2.0), taken):
            continue
        block = blocks.key_map(
            text("sheet_key_map", lang=lang), key.extent, key.outlines, extent_of(frame), place.inset(2.0, 1.0)
        )
        return (Rectangle(place, Area(PAPER, None, Pen(INK, 0.18))), *block.items), place
    return None


def _covers(frame: MapFrame, place: Box, taken: Any) -> bool:
    """Whether a box of the sheet hides some of a surface."""
    import shapely

    (west, north), (east, south) = to_world(frame, np.array([[place.x, place.y], [place.right, place.bottom]])).tolist()
    return bool(shapely.intersects(taken, shapely.box(west, south, east, north)))


def surround(layout: Layout, title: Title, imprint: Imprint, frame: MapFrame, typeface: Typeface) -> tuple[Item, ...]:
    """The title block, the border and the rule beside the map."""
    lang = imprint.lang

    def field(name: str, value: str, weight: float = 1.0, bold: bool = False, colour: str = INK) -> blocks.Field:
        return blocks.Field(text(f"sheet_label_{name}", lang=lang), value, weight, bold, colour)

    lead = (field("project", imprint.project, 2.6), field("sheet", title.whole, bold=True))
    upper = (
        field("scale", scale_text(frame.scale)),
        field("crs", frame.crs_title, 2.0),
        field("maker", imprint.maker, 1.4),
        field("number", title.number),
    )
    lower = (
        field("date", imprint.date),
        field("version", imprint.version),
        field("confidentiality", imprint.confidentiality, 1.0, True, SEAL),
        field("base_year", imprint.base_year),
    )
    rule = line([(layout.column.x, layout.column.y), (layout.column.x, layout.column.bottom)], Pen(INK, 0.25))
    block = blocks.title_block(layout.strip, lead, (*upper, *lower), typeface)
    return (*block, rule, Rectangle(layout.border, Area(None, None, BORDER)))


def _signed(box: Box, imprint: Imprint, typeface: Typeface) -> tuple[tuple[Item, ...], float]:
    """The sign-off block on the floor of the column, and how far down the rest may reach."""
    if not imprint.sign_off:
        return (), box.bottom
    lang = imprint.lang
    top = box.bottom - 4.4 - 8.0 * len(imprint.sign_off)
    words = {part: text(f"sheet_sign_{part}", lang=lang) for part in ("name", "date")}
    place = Box(box.x, top, box.width, 0)
    block = blocks.sign_off(imprint.sign_off, place, typeface, title=text("sheet_sign_off", lang=lang), **words)
    return block.items, top - APART_MM


def _legend(entries: Sequence[Named], box: Box, typeface: Typeface, lang: str, room: float) -> Block:
    """The legend in two columns, at most `room` mm tall; where it is taller the context gives way, then the parcels.

    The longest section is shortened first, and says how much of it is left out.
    """
    sections = {id: [entry for section, entry in entries if section == id] for id in SECTIONS}
    cut = dict.fromkeys(SECTIONS, 0)
    while True:
        shown = tuple(Section(text(id, lang=lang), _shortened(found, cut[id], lang)) for id, found in sections.items())
        block = furniture.legend(shown, box, typeface, title=text("sheet_legend", lang=lang), columns=2)
        spare = [(id in CONTEXT, len(found) - cut[id], id) for id, found in sections.items() if len(found) - cut[id] > 2]
        if block.bottom - box.y <= room or not spare:
            return block
        longest = max(spare)[2]
        cut[longest] = max(cut[longest], 1) + 1


def _shortened(entries: Sequence[Entry], cut: int, lang: str) -> tuple[Entry, ...]:
    if not cut:
        return tuple(entries)
    return (*entries[: len(entries) - cut], Entry("…", text("sheet_more", {"n": cut}, lang)))


def _table(one: Figures, box: Box, typeface: Typeface) -> Block:
    return blocks.table_block(one.title, one.columns, one.rows, box, typeface, bold_rows=one.bold_rows)


def _notes(paragraphs: Sequence[str], box: Box, typeface: Typeface, lang: str) -> Block:
    """The notes the box has room for, in order; one too long for what is left gives way to shorter ones after it."""
    title = text("sheet_notes", lang=lang)
    kept: list[str] = []
    best = Block((), box.y - APART_MM)
    for paragraph in paragraphs:
        block = blocks.notes(title, [*kept, paragraph], box, typeface)
        if block.bottom <= box.bottom:
            kept, best = [*kept, paragraph], block
    return best


def _notes_mm(paragraphs: Sequence[str], box: Box, typeface: Typeface, lang: str) -> float:
    """How tall these notes stand, with the space before them."""
    return APART_MM + blocks.notes(text("sheet_notes", lang=lang), paragraphs, replace(box, y=0.0), typeface).bottom
