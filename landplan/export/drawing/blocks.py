"""What a bureau puts round its sheets: title block, sheet heading, indicator table, sign-off block, stamp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landplan.export.drawing.colours import FAINT, FINE, INK, PAPER, SEAL, SOFT
from landplan.export.drawing.furniture import BODY_PT, SMALL_PT, Block, heading
from landplan.export.drawing.geometry import Bounds, courses, snug_frame, to_paper
from landplan.export.drawing.lettering import Typeface
from landplan.export.drawing.records import Area, Box, Column, Float, Int, Item, Pen, Rectangle, Table, Text, segments
from landplan.export.drawing.tables import table_height_mm


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of the title block: a small label over its value; `weight` is its share of the width."""

    label: str
    value: str
    weight: float = 1.0
    bold: bool = False
    colour: str = INK


def title_block(box: Box, lead: Sequence[Field], fields: Sequence[Field], typeface: Typeface) -> tuple[Item, ...]:
    """The title block (图签): project and sheet name stacked at the left, the other fields in two rows beside them.

    Values too long for their cell are set smaller, then cut. `fields` fill the upper row first; the columns of both rows
    line up, each as wide as its heavier field.
    """
    half = box.height / 2
    per_row = (len(fields) + 1) // 2
    rows = [list(fields[:per_row]), list(fields[per_row:])]
    weights = [max((row[n].weight for row in rows if n < len(row)), default=1.0) for n in range(per_row)]
    lead_weight = max((field.weight for field in lead), default=0.0)
    unit = box.width / (lead_weight + sum(weights))
    edges = [box.x + lead_weight * unit]
    for weight in weights:
        edges.append(edges[-1] + weight * unit)
    parts: list[Item] = []
    for n, field in enumerate(lead[:2]):
        parts += _cell(field, Box(box.x, box.y + n * half, lead_weight * unit, half), typeface)
    for r, row in enumerate(rows):
        for n, field in enumerate(row):
            parts += _cell(field, Box(edges[n], box.y + r * half, edges[n + 1] - edges[n], half), typeface)
    rules = [((x, box.y), (x, box.bottom)) for x in edges[:-1]]
    parts += [segments([*rules, ((box.x, box.y + half), (box.right, box.y + half))], FINE)]
    return (*parts, segments([((box.x, box.y), (box.right, box.y))], Pen(INK, 0.25)))


def _cell(field: Field, box: Box, typeface: Typeface) -> list[Item]:
    room = box.width - 4.0
    sizes = [size for size in (8.0, 7.0, 6.0) if typeface.width_mm(field.value, size, field.bold) <= room]
    size = sizes[0] if sizes else 6.0
    value = typeface.cut(field.value, room, size, field.bold)
    label = typeface.cut(field.label, room, 5.0)
    return [
        Text(label, box.x + 2.0, box.y + 2.0, 5.0, colour=SOFT),
        Text(value, box.x + 2.0, box.y + box.height - 2.7, size, field.bold, field.colour),
    ]


def sheet_heading(project: str, title: str, box: Box, typeface: Typeface, *, subtitle: str = "") -> Block:
    """The project in small type over the sheet's title in large (at most two lines, then cut) over its subtitle."""
    lines = typeface.wrapped(title, box.width, 14.0, True, lines=2)
    parts: list[Item] = [Text(typeface.cut(project, box.width, 7.0), box.x, box.y + 2.0, 7.0, colour=SOFT)]
    parts += [Text(text, box.x, box.y + 8.0 + 6.0 * n, 14.0, True) for n, text in enumerate(lines)]
    y = box.y + 8.0 + 6.0 * len(lines)
    if subtitle:
        parts.append(Text(typeface.cut(subtitle, box.width, 9.0), box.x, y, 9.0, colour=SOFT))
        y += 4.0
    return Block(tuple(parts), y)


def table_block(
    title: str,
    columns: tuple[Column, ...],
    rows: Sequence[Sequence[str]],
    box: Box,
    typeface: Typeface,
    *,
    bold_rows: tuple[int, ...] = (),
) -> Block:
    """A heading over a table as wide as the box: column widths are shares of it."""
    parts, y = heading(title, box)
    unit = box.width / sum(column.width_mm for column in columns)
    fitted = tuple(Column(c.title, c.width_mm * unit, c.align, c.wrap) for c in columns)
    table = Table(box.x, y - 1.6, fitted, tuple(tuple(row) for row in rows), bold_rows)
    return Block((*parts, table), table.y + table_height_mm(table, typeface))


def sign_off(
    roles: Sequence[str], box: Box, typeface: Typeface, *, title: str = "签署", name: str = "签名", date: str = "日期"
) -> Block:
    """The sign-off block (签署栏): a row of 8 mm per role, with room for a name and a date by hand."""
    parts, y = heading(title, box)
    y -= 1.6
    edges = [box.x, box.x + box.width * 0.28, box.x + box.width * 0.7, box.right]
    bottom = y + 8.0 * len(roles)
    items: list[Item] = list(parts)
    for n, role in enumerate(roles):
        top = y + 8.0 * n
        lines = typeface.wrapped(role, edges[1] - edges[0] - 1.0, BODY_PT, lines=2)
        items += [Text(one, edges[0], top + 4.0 + 2.7 * (k - (len(lines) - 1) / 2), BODY_PT) for k, one in enumerate(lines)]
        items += [
            Text(name, edges[1] + 1.0, top + 2.0, 5.0, colour=SOFT),
            Text(date, edges[2] + 1.0, top + 2.0, 5.0, colour=SOFT),
        ]
    rules = [((box.x, y + 8.0 * n), (box.right, y + 8.0 * n)) for n in range(1, len(roles) + 1)]
    rules += [((x, y), (x, bottom)) for x in edges[1:-1]]
    return Block((*items, segments(rules, FINE)), bottom)


def key_map(title: str, extent: Bounds, outlines: tuple[Float, Int], shown: Bounds, box: Box) -> Block:
    """Where the sheet lies (位置示意): outlines (world vertices, offsets) of the whole in `box`, the part shown marked.

    The figure is as tall as the extent asks, at most as tall as the box.
    """
    parts, y = heading(title, box)
    west, south, east, north = extent
    height = min(box.bottom - y, box.width * (north - south) / max(east - west, 1e-9))
    frame = snug_frame(extent, Box(box.x, y, box.width, height))
    lines = courses(frame, outlines[0], outlines[1], np.zeros(len(outlines[1]) - 1, np.int64), (Pen(FAINT, 0.13),))
    corners = to_paper(frame, np.array([[shown[0], shown[3]], [shown[2], shown[1]]]))
    (left, top), (right, bottom) = corners.tolist()
    mark = Rectangle(Box(left, top, right - left, bottom - top), Area(None, None, Pen(SEAL, 0.3)))
    return Block((*parts, lines, mark), y + height)


def notes(title: str, paragraphs: Sequence[str], box: Box, typeface: Typeface, *, size_pt: float = 6.0) -> Block:
    """A heading over paragraphs, wrapped to the box: sources, scope, what the figures are based on."""
    parts, y = heading(title, box)
    items: list[Item] = list(parts)
    step = 3.2
    for paragraph in paragraphs:
        for text in typeface.wrapped(paragraph, box.width, size_pt):
            items.append(Text(text, box.x, y + step / 2, size_pt, colour=SOFT))
            y += step
        y += 0.8
    return Block(tuple(items), y)


def stamp(text: str, x: float, y: float, typeface: Typeface, *, note: str = "", colour: str = SEAL) -> tuple[Item, ...]:
    """A boxed mark in seal red with its top right corner at (x, y): secrecy, or that the data are invented."""
    width = max(typeface.width_mm(text, 11.0, True), typeface.width_mm(note, SMALL_PT)) + 6.0
    height = 11.0 if note else 8.0
    box = Box(x - width, y, width, height)
    parts: list[Item] = [
        Rectangle(box, Area(PAPER, None, Pen(colour, 0.45))),
        Rectangle(box.inset(0.7), Area(None, None, Pen(colour, 0.12))),
        Text(text, box.centre[0], y + 4.2, 11.0, True, colour, "middle"),
    ]
    if note:
        parts.append(Text(note, box.centre[0], y + 8.3, SMALL_PT, False, colour, "middle"))
    return tuple(parts)
