"""The workbook of indicators: use balance, zones, targets by year, options and money, parcels, checks, figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from landplan.core.messages import pick
from landplan.core.registry import exporters
from landplan.core.results import Results
from landplan.core.units import unit_text
from landplan.export import chain_table, list_tables, obstacle_table, pack_tables, plan_tables, refusal_table, zone_tables
from landplan.export.table import Cell, Heading, Table
from landplan.io.files import replacing

_INK, _HEAD, _RULE, _TOTAL = "#1F2933", "#E8EDF2", "#B8C4CE", "#F4F6F8"
_FORBIDDEN = str.maketrans("[]:*?/\\", "（）：＊？／＼")


@exporters.add("Workbook of indicators", zh="指标工作簿")
def workbook(results: Results, folder: Path) -> list[Path]:
    """FOLDER/workbook.xlsx, a sheet a table. Texts stay texts (nothing runs as a formula), unknown cells say so.

    Printed columns add up to their printed totals. Created on the recipe's date, so that two runs give the same bytes.
    """
    path = folder / "workbook.xlsx"
    write_tables(path, tables(results), pick(results.recipe.title, results.lang), results.recipe.export.stamp, results.lang)
    return [path]


def write_tables(path: Path, tables: Iterable[Table], title: str, stamp: date, lang: str) -> None:
    """Tables as the sheets of a workbook, whole or not at all; created on `stamp`."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replacing(path) as draft:
        book = xlsxwriter.Workbook(draft, options)
        book.set_properties({"title": title, "author": "landplan", "created": datetime.combine(stamp, time())})
        formats = _Formats(book)
        for table in tables:
            _write(book, formats, table, lang)
        book.close()


def tables(results: Results) -> Iterator[Table]:
    """Every table of a submission, in order."""
    sets = results.zones.sets
    yield list_tables.about(results)
    if results.portfolio is not None:
        yield plan_tables.targets(results)
        yield plan_tables.by_year(results)
        yield plan_tables.path_summary(results)
    for set_id in ("town", "block"):
        if set_id in sets:
            yield zone_tables.use_balance(results, set_id)
    for set_id in dict.fromkeys(("town", "block", "carrier", *sets)):
        if set_id in sets:
            yield zone_tables.zone_table(results, set_id)
    if results.portfolio is not None:
        for set_id in ("town", "block"):
            if set_id in sets:
                yield zone_tables.zone_years(results, set_id, "output_wan")
        yield plan_tables.limits(results)
        yield plan_tables.path_money(results)
        yield plan_tables.responsibilities(results)
        yield refusal_table.refusals(results)
    yield from obstacle_table.obstacle_tables(results)
    yield list_tables.criteria(results)
    if results.scheme.groups:
        yield list_tables.groups(results)
    yield from chain_table.chain_tables(results)
    yield list_tables.figures(results)
    yield list_tables.parcels(results)
    yield from pack_tables.pack_sheets(results)
    yield list_tables.checks(results)


class _Formats:
    """The few looks of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
        ruled = {**base, "bottom": 1, "bottom_color": _RULE}
        self._book, self._ruled = book, ruled
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.note = book.add_format({**base, "font_size": 9, "font_color": "#52606D", "text_wrap": True, "valign": "top"})
        head = {**ruled, "bold": True, "bg_color": _HEAD, "text_wrap": True}
        self.head = book.add_format({**head, "align": "left"})
        self.head_number = book.add_format({**head, "align": "right"})
        self._cells: dict[tuple[int | None, bool, bool], Any] = {}

    def cell(self, decimals: int | None, total: bool, plain: bool) -> Any:
        """The look of a cell; plain numbers (years) have no thousands separator."""
        key = decimals, total, plain
        if key not in self._cells:
            look = dict(self._ruled)
            if decimals is not None:
                whole = "0" if plain else "#,##0"
                look |= {"num_format": whole + ("." + "0" * decimals if decimals else ""), "align": "right"}
            else:
                look |= {"text_wrap": True}
            if total:
                look |= {"bold": True, "bg_color": _TOTAL}
            self._cells[key] = self._book.add_format(look)
        return self._cells[key]


def _write(book: Any, formats: _Formats, table: Table, lang: str) -> None:
    sheet = book.add_worksheet(_sheet_name(table.name))
    sheet.hide_gridlines(2)
    widths = [_width(table, k) for k in range(len(table.headings))]
    top = _write_top(sheet, formats, table, widths)
    for k, heading in enumerate(table.headings):
        sheet.write_string(top, k, _header(heading, lang), formats.head if heading.decimals is None else formats.head_number)
        sheet.set_column(k, k, widths[k])
    sheet.set_row(
        top, 15 * max(_lines(_header(heading, lang), width) for heading, width in zip(table.headings, widths, strict=True)) + 3
    )
    for number, row in enumerate(table.rows):
        for k, (cell, heading) in enumerate(zip(row, table.headings, strict=True)):
            look = formats.cell(_decimals(cell, heading), number in table.totals, heading.unit == "year")
            _write_cell(sheet, (top + 1 + number, k), cell, look)
        lines = max(_lines(cell, width) for cell, width in zip(row, widths, strict=True))
        if lines > 1:
            sheet.set_row(top + 1 + number, 15 * lines)
    sheet.freeze_panes(top + 1, min(2, len(table.headings) - 1))
    if table.rows and not table.totals:
        sheet.autofilter(top, 0, top + len(table.rows), len(table.headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _write_top(sheet: Any, formats: _Formats, table: Table, widths: list[float]) -> int:
    """The title and the notes; the number of the header's row."""
    sheet.write_string(0, 0, table.name, formats.title)
    sheet.set_row(0, 26)
    last = max(len(widths) - 1, 1)
    room = min(sum(widths), 120)
    while last > 1 and sum(widths[:last]) > room:
        last -= 1
    for number, note in enumerate(table.notes, 1):
        sheet.merge_range(number, 0, number, last, note, formats.note)
        sheet.set_row(number, 13 * _lines(note, sum(widths[: last + 1])) + 4)
    return len(table.notes) + 1


def _write_cell(sheet: Any, place: tuple[int, int], cell: Cell, look: Any) -> None:
    if cell is None:
        sheet.write_blank(*place, None, look)
    elif isinstance(cell, str):
        sheet.write_string(*place, cell, look)
    else:
        sheet.write_number(*place, cell, look)


def _decimals(cell: Cell, heading: Heading) -> int | None:
    return heading.decimals if not isinstance(cell, str) else None


def _header(heading: Heading, lang: str) -> str:
    shown = heading.unit and not (heading.unit == "year" and heading.decimals == 0)
    return f"{heading.title}\n{unit_text(heading.unit, lang)}" if shown else heading.title


def _sheet_name(name: str) -> str:
    """A name a spreadsheet accepts: at most 31 characters, none of []:*?/\\."""
    return name.translate(_FORBIDDEN)[:31]


def _width(table: Table, column: int) -> float:
    """Characters wide: enough for the header's words and every number; texts wrap past 48."""
    heading = table.headings[column]
    cells = [row[column] for row in table.rows if row[column] is not None]
    if heading.decimals is not None:
        shown = (cell if isinstance(cell, str) else f"{cell:,.{heading.decimals}f}" for cell in cells)
        return max(9.0, _columns(heading.title) * 0.75, max((_columns(text) for text in shown), default=4) * 1.15 + 2)
    longest = max((_columns(str(cell)) for cell in cells), default=4)
    return float(max(9, min(48, max(longest, _columns(heading.title)) * 1.1 + 2)))


def _lines(cell: Cell, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    if not isinstance(cell, str):
        return 1
    return sum(max(1, math.ceil(_columns(line) * 1.08 / max(width - 1, 1))) for line in cell.split("\n"))


def _columns(words: str) -> int:
    """How many columns a text takes: Chinese characters take two."""
    return sum(2 if ord(ch) > 0x2E7F else 1 for ch in words)
