"""CSV that spreadsheets open as it is meant: UTF-8 with a mark, and no text that would run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from landplan.core.errors import ExportError
from landplan.io.files import replacing

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝")
"""First characters that make a spreadsheet run a text."""


def csv_only(path: Path) -> Path:
    """The path when it is that of a .csv file; ExportError if not. Ask before anything long is computed."""
    if path.suffix.lower() != ".csv":
        raise ExportError("score_format_unknown", path, suffix=path.suffix or "–", known=".csv")
    return path


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write the table, whole or not at all. A text that would run as a formula gets an apostrophe; numbers are left alone."""
    with replacing(path) as draft, draft.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([guarded(name) for name in header])
        writer.writerows([guarded(cell) for cell in row] for row in rows)


def exact_cells(values: Any) -> list[Any]:
    """Numbers as cells, in full; empty where there is none."""
    return [None if value != value else value for value in values.tolist()]


def guarded(cell: Any) -> Any:
    """The cell, harmless in a spreadsheet."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
