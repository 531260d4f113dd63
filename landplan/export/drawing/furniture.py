"""What surrounds a map: neat line, coordinates, north arrow, scale bar, legend. Each returns records in mm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from landplan.export.drawing.colours import INK, NEATLINE, PAPER, SOFT
from landplan.export.drawing.geometry import bar_divisions, extent_of, grouped, round_coordinates, round_step, scale_text
from landplan.export.drawing.lettering import Typeface
from landplan.export.drawing.records import (
    Area,
    Box,
    Float,
    Item,
    MapFrame,
    Marker,
    Pen,
    Points,
    Rectangle,
    Text,
    line,
    polygon,
    segments,
)

HEADING_PT = 7.5
BODY_PT = 6.5
SMALL_PT = 5.5
ROW_MM = 4.0
SWATCH_MM = (8.0, 2.8)
INDENT_MM = SWATCH_MM[0] + 2.0
COLUMN_GAP_MM = 4.0
LINE_MM = 2.7
"""How much taller a row of a legend is for a second line."""
Symbol = Area | Pen | Marker | str | tuple[Area, ...]


class Block(NamedTuple):
    """Records that stand under each other with others, and where the next may begin, mm."""

    items: tuple[Item, ...]
    bottom: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a legend: how it is drawn on the map, what it is, and how many there are (already written out).

    Several surfaces stand side by side in one swatch; a text stands for what is lettered so on the map.
    """

    symbol: Symbol
    text: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of a legend under a heading."""

    title: str
    entries: tuple[Entry, ...]


def coordinates(frame: MapFrame, typeface: Typeface, *, size_pt: float = SMALL_PT) -> tuple[Item, ...]:
    """The neat line with ticks at round metres, their figures in the gutter, and crosses where they meet on the map."""
    step = round_step(frame, 48.0)
    west, south, east, north = extent_of(frame)
    eastings, northings = round_coordinates(west, east, step), round_coordinates(south, north, step)
    box, k = frame.box, 1000 / frame.scale
    xs, ys = box.x + (eastings - west) * k, box.y + (north - northings) * k
    ticks = [((x, edge), (x, edge + way)) for x in xs for edge, way in ((box.y, -1.2), (box.bottom, 1.2))]
    ticks += [((edge, y), (edge + way, y)) for y in ys for edge, way in ((box.x, -1.2), (box.right, 1.2))]
    figures: list[Text] = []
    for x, value in zip(xs, eastings, strict=True):
        half = typeface.width_mm(grouped(value), size_pt) / 2
        if box.x + 2 < x - half and x + half < box.right - 2:
            figures += [_figure(value, float(x), y, size_pt, 0) for y in (box.y - 2.4, box.bottom + 2.4)]
    for y, value in zip(ys, northings, strict=True):
        half = typeface.width_mm(grouped(value), size_pt) / 2
        if box.y + 2 < y - half and y + half < box.bottom - 2:
            figures += [_figure(value, x, float(y), size_pt, 90) for x in (box.x - 2.4, box.right + 2.4)]
    return (_crosses(xs, ys, box), Rectangle(box, Area(None, None, NEATLINE)), segments(ticks, NEATLINE), *figures)


def _figure(value: float, x: float, y: float, size_pt: float, turn_deg: float) -> Text:
    return Text(grouped(value), x, y, size_pt, colour=SOFT, anchor="middle", rotation_deg=turn_deg)


def _crosses(xs: Float, ys: Float, box: Box) -> Points:
    inside_x = xs[(xs > box.x + 2) & (xs < box.right - 2)]
    inside_y = ys[(ys > box.y + 2) & (ys < box.bottom - 2)]
    xy = np.array([(x, y) for y in inside_y for x in inside_x], np.float64).reshape(-1, 2)
    return Points(xy, np.zeros(len(xy), np.int64), (Marker("cross", 3.0, None, Pen(SOFT, 0.1)),))


def north_arrow(x: float, y: float, height_mm: float = 12.0) -> tuple[Item, ...]:
    """A slim arrow to grid north about x, its top at y: left half inked, right half open, N above."""
    letter = height_mm * 0.28
    half, tip, foot, notch = height_mm * 0.2, y + letter, y + height_mm, y + height_mm * 0.86
    pen = Pen(INK, 0.15)
    return (
        polygon([(x, tip), (x - half, foot), (x, notch)], Area(INK, None, pen)),
        polygon([(x, tip), (x + half, foot), (x, notch)], Area(PAPER, None, pen)),
        Text("N", x, y + letter * 0.42, height_mm * 0.66, True, anchor="middle"),
    )


def scale_bar(frame: MapFrame, x: float, y: float, longest_mm: float = 60.0) -> tuple[Item, ...]:
    """The scale in figures, and a bar of alternating round divisions from x; 8 mm tall from y."""
    divisions, step_m = bar_divisions(frame.scale, longest_mm)
    width = step_m * 1000 / frame.scale
    top, height = y + 4.0, 1.2
    per, unit = (1000.0, "km") if divisions * step_m >= 1000 and step_m * 2 % 100 == 0 else (1.0, "m")
    parts: list[Item] = [Text(scale_text(frame.scale), x, y + 1.6, 7.5, True)]
    for n in range(divisions):
        fill = INK if n % 2 == 0 else PAPER
        parts.append(Rectangle(Box(x + n * width, top, width, height), Area(fill, None, Pen(INK, 0.15))))
    for n in range(divisions + 1):
        figure = f"{n * step_m / per:,.10g}" + (f" {unit}" if n == divisions else "")
        parts.append(Text(figure, x + n * width, top + height + 1.6, SMALL_PT, colour=SOFT, anchor="middle" if n else "start"))
    return tuple(parts)


def heading(text: str, box: Box) -> Block:
    """A section heading with a rule beneath, one row and a half tall."""
    rule = box.y + 4.4
    parts: tuple[Item, ...] = (
        Text(text, box.x, box.y + 2.0, HEADING_PT, True),
        line([(box.x, rule), (box.right, rule)], Pen(INK, 0.18)),
    )
    return Block(parts, box.y + 6.0)


def legend(
    sections: tuple[Section, ...], box: Box, typeface: Typeface, *, title: str = "图例", columns: Literal[1, 2] = 1
) -> Block:
    """The legend of what is on the sheet: sections under each other in one or two columns, counts at the right of each."""
    items, y = heading(title, box)
    width = (box.width - COLUMN_GAP_MM * (columns - 1)) / columns
    stacks = _stacks([section for section in sections if section.entries], columns, width, typeface)
    stood = [_stacked(stack, Box(box.x + n * (width + COLUMN_GAP_MM), y, width, 0), typeface) for n, stack in enumerate(stacks)]
    return Block((*items, *(item for block in stood for item in block.items)), max(block.bottom for block in stood))


def _stacks(sections: list[Section], columns: int, width_mm: float, typeface: Typeface) -> list[list[Section]]:
    """The sections in their order, parted so that the taller column is as short as it can be."""
    if columns == 1:
        return [sections]
    heights = [_section_mm(section, width_mm, typeface) for section in sections]
    at = min(range(len(sections) + 1), key=lambda n: (max(sum(heights[:n]), sum(heights[n:])), -n))
    return [sections[:at], sections[at:]]


def _section_mm(section: Section, width_mm: float, typeface: Typeface) -> float:
    rows = (_row_mm(_entry_lines(entry, width_mm, typeface)) for entry in section.entries)
    return 1.0 + ROW_MM * bool(section.title) + sum(rows)


def _stacked(sections: list[Section], box: Box, typeface: Typeface) -> Block:
    parts: list[Item] = []
    y = box.y
    for number, section in enumerate(sections):
        y += 1.0 if number else 0.0
        if section.title:
            parts.append(Text(typeface.cut(section.title, box.width, 6.0), box.x, y + ROW_MM / 2, 6.0, colour=SOFT))
            y += ROW_MM
        for entry in section.entries:
            parts += _entry(entry, box, y, typeface)
            y += _row_mm(_entry_lines(entry, box.width, typeface))
    return Block(tuple(parts), y)


def _entry_lines(entry: Entry, width_mm: float, typeface: Typeface) -> list[str]:
    """The name of an entry on one line, or on two where it is long; then cut."""
    taken = typeface.width_mm(entry.count, BODY_PT) + 2.0 if entry.count else 0.0
    return typeface.wrapped(entry.text, width_mm - INDENT_MM - taken, BODY_PT, lines=2)


def _row_mm(lines: list[str]) -> float:
    return ROW_MM + (len(lines) - 1) * LINE_MM


def _entry(entry: Entry, box: Box, y: float, typeface: Typeface) -> list[Item]:
    lines = _entry_lines(entry, box.width, typeface)
    middle = y + _row_mm(lines) / 2
    first = middle - (len(lines) - 1) * LINE_MM / 2
    swatch = _swatch(entry.symbol, Box(box.x, middle - SWATCH_MM[1] / 2, *SWATCH_MM))
    parts: list[Item] = [*swatch]
    parts += [Text(name, box.x + INDENT_MM, first + n * LINE_MM, BODY_PT) for n, name in enumerate(lines)]
    if entry.count:
        parts.append(Text(entry.count, box.right, middle, BODY_PT, colour=SOFT, anchor="end"))
    return parts


def _swatch(symbol: Symbol, box: Box) -> list[Item]:
    x, y = box.centre
    if isinstance(symbol, Area):
        return [Rectangle(box, symbol)]
    if isinstance(symbol, tuple):
        width = box.width / len(symbol)
        return [Rectangle(Box(box.x + n * width, box.y, width, box.height), area) for n, area in enumerate(symbol)]
    if isinstance(symbol, Pen):
        cap = symbol.width_mm / 2 if not symbol.dash_mm else 0.0
        return [line([(box.x + cap, y), (box.right - cap, y)], symbol)]
    if isinstance(symbol, str):
        return [Text(symbol, x, y, BODY_PT, True, anchor="middle")]
    return [Points(np.array([[x, y]]), np.zeros(1, np.int64), (symbol,))]
