"""Tables set in type: cells cut or wrapped to their column, ruled with hairlines, figures to the right."""

from __future__ import annotations

from collections.abc import Sequence

from landplan.export.drawing.colours import FINE, INK, SHADE
from landplan.export.drawing.lettering import MM_PER_PT, Typeface
from landplan.export.drawing.records import Area, Box, Column, Lines, Pen, Rectangle, Table, Text, segments

PADDING_MM = 1.0
LEADING = 1.3
"""Distance of wrapped lines in type sizes."""
Part = Rectangle | Text | Lines


def table_parts(table: Table, typeface: Typeface) -> tuple[Part, ...]:
    """The shade, rules and lettering of a table; every text lies inside its cell."""
    heights = row_heights_mm(table, typeface)
    head = header_height_mm(table, typeface)
    bold = {row % len(table.rows) for row in table.bold_rows} if table.rows else set()
    parts: list[Part] = []
    rules = [table.y, table.y + head]
    if table.header:
        parts.append(Rectangle(Box(table.x, table.y, table.width_mm, head), Area(SHADE)))
        parts += _row(table, [column.title for column in table.columns], table.y, head, typeface, True)
    y = table.y + head
    for number, (cells, height) in enumerate(zip(table.rows, heights, strict=True)):
        parts += _row(table, list(cells), y, height, typeface, number in bold)
        y += height
        rules.append(y)
    strong = {table.y, y} | {table.y + head + sum(heights[:row]) for row in bold}
    lines = [((table.x, at), (table.x + table.width_mm, at)) for at in sorted(set(rules) - strong)]
    ends = [((table.x, at), (table.x + table.width_mm, at)) for at in sorted(strong)]
    return (*parts, segments(lines, FINE), segments(ends, Pen(INK, 0.18)))


def table_height_mm(table: Table, typeface: Typeface) -> float:
    """How tall the table stands, header included."""
    return sum(row_heights_mm(table, typeface)) + header_height_mm(table, typeface)


def header_height_mm(table: Table, typeface: Typeface) -> float:
    """The height of the header: titles of columns that wrap may take more than one line; 0 without a header."""
    return _row_height_mm(table, [column.title for column in table.columns], typeface, True) if table.header else 0.0


def row_heights_mm(table: Table, typeface: Typeface) -> list[float]:
    """The height of each row: as many row heights as its longest wrapped cell needs lines."""
    bold = {row % len(table.rows) for row in table.bold_rows} if table.rows else set()
    return [_row_height_mm(table, cells, typeface, row in bold) for row, cells in enumerate(table.rows)]


def _row_height_mm(table: Table, cells: Sequence[str], typeface: Typeface, bold: bool) -> float:
    pairs = zip(table.columns, cells, strict=True)
    lines = max(len(_cell_lines(table, column, cell, typeface, bold)) for column, cell in pairs)
    return table.row_height_mm + (lines - 1) * table.size_pt * MM_PER_PT * LEADING


def _row(table: Table, cells: list[str], y: float, height: float, typeface: Typeface, bold: bool) -> list[Part]:
    x = table.x
    out: list[Part] = []
    step = table.size_pt * MM_PER_PT * LEADING
    for column, cell in zip(table.columns, cells, strict=True):
        lines = _cell_lines(table, column, cell, typeface, bold)
        at = {"start": x + PADDING_MM, "middle": x + column.width_mm / 2, "end": x + column.width_mm - PADDING_MM}[column.align]
        first = y + height / 2 - (len(lines) - 1) * step / 2
        for n, text in enumerate(lines):
            out.append(Text(text, at, first + n * step, table.size_pt, bold, anchor=column.align))
        x += column.width_mm
    return out


def _cell_lines(table: Table, column: Column, cell: str, typeface: Typeface, bold: bool) -> list[str]:
    room = column.width_mm - 2 * PADDING_MM
    if column.wrap:
        return typeface.wrapped(cell, room, table.size_pt, bold)
    return [typeface.cut(cell, room, table.size_pt, bold)]
