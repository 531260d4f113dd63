"""The tables of `landplan money` as cells of a small table, and as text for the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from landplan.app.money import MoneyFindings
from landplan.app.money_tables import Column, columns, sheet, title
from landplan.core.messages import catalogue, language, text
from landplan.core.units import unit_text
from landplan.export.csv_table import guarded
from landplan.gui import figures
from landplan.gui.money.words import NONE
from landplan.gui.widgets.cells import Cell
from landplan.gui.widgets.fitted_table import stacked

_BARE = ("", "ratio", "share", "count")
_CALENDAR = ("test_in",)
_CEILINGS = ("project_wan", "project_year_wan")
_EXACT = 100.0
"""Amounts that reach this are shown whole."""


def header(column: Column) -> str:
    """What it is called here, or in the table that is written, there with its unit below."""
    short = f"money_panel_head_{column.name}"
    if short in catalogue(language()):
        return stacked(text(short))
    unit = "" if column.unit in _BARE else f" ({unit_text(column.unit, language())})"
    return stacked(f"{title(column, language())}{unit}")


def column_cells(column: Column) -> list[Cell]:
    """A cell a row, as a planner reads it; what there is nothing to say of is a dash."""
    numbers = [abs(cell) for cell in column.cells if isinstance(cell, float)]
    decimals = (0 if max(numbers, default=0.0) >= _EXACT else 2) if column.unit == "wan" else column.decimals or 0
    return [_cell(column, cell, decimals) for cell in column.cells]


def _cell(column: Column, cell: Any, decimals: int) -> Cell:
    shown = (column.words or {}).get(cell, cell)
    if shown is None:
        return Cell(text("money_panel_no_ceiling") if column.name in _CEILINGS else NONE, right=column.decimals is not None)
    if isinstance(shown, str):
        return Cell(shown, tip=shown, loose=True)
    if column.name in _CALENDAR:
        return Cell(str(shown), right=True)
    return Cell(figures.percent(shown, 0) if column.unit == "share" else figures.number(shown, decimals), right=True)


def table_of(found: MoneyFindings, table: str, without: Sequence[str] = ()) -> tuple[list[str], list[list[Cell]]]:
    """Headers and rows of a table, some columns left out."""
    own = [one for one in columns(found, table, language()) if one.name not in without]
    return [header(one) for one in own], [list(row) for row in zip(*map(column_cells, own), strict=True)]


def copied(found: MoneyFindings, table: str) -> str:
    """A table with all its digits, tab-separated under headers with units; what is not known is blank."""
    made = sheet(found, table, language())
    head = [f"{one.title} [{unit_text(one.unit, language())}]" if one.unit else one.title for one in made.headings]
    rows = ["\t".join("" if cell is None else _plain(cell) for cell in row) for row in made.rows]
    return "\n".join(["\t".join(map(_plain, head)), *rows])


def _plain(cell: Any) -> str:
    return str(guarded(" ".join(cell.split()))) if isinstance(cell, str) else repr(cell)
