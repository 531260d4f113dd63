"""Rows for the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from landplan.core.layers import Int
from landplan.core.messages import language
from landplan.core.units import unit_text
from landplan.export.csv_table import guarded
from landplan.gui.grid.columns import GridColumn

MOST_ROWS = 100_000
"""More than this is a file, not a clipboard."""


def tab_separated(columns: Sequence[GridColumn], rows: Int) -> str:
    """The cells of these rows, `MOST_ROWS` of them at most, under a header with units; unknown is blank.

    Numbers have all their digits and no separators; a text that would run as a formula gets an apostrophe.
    """
    header = (_clean(_titled(column)) for column in columns)
    cells = [[_cell(column.values.copied(row)) for row in rows[:MOST_ROWS].tolist()] for column in columns]
    return "\n".join(["\t".join(header), *map("\t".join, zip(*cells, strict=True))])


def _titled(column: GridColumn) -> str:
    unit = unit_text(column.unit, language())
    return f"{column.title} [{unit}]" if unit else column.title


def _cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    return _clean(value) if isinstance(value, str) else repr(value + 0)


def _clean(words: str) -> str:
    return str(guarded(" ".join(words.split())))
