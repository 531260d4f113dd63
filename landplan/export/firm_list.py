"""The list of firms and candidate plots that people confirm, as a workbook or CSV; nothing in it runs as a formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landplan.core.errors import ExportError
from landplan.core.firms import LIST_FIELDS
from landplan.core.messages import language
from landplan.export.csv_table import write_csv
from landplan.io.files import replacing

SUFFIXES = (".xlsx", ".csv")
_WIDTHS = {"firm": 30, "code": 22, "address": 28, "holder": 30, "holder_address": 28, "plots": 20, "reasons": 32, "decision": 14}


@dataclass(frozen=True, slots=True)
class ListRow:
    """One firm and one candidate; without `plots` there is none, and people may write the plots in."""

    firm: str
    code: str
    address: str = ""
    holder: str = ""
    holder_address: str = ""
    plots: str = ""
    score: float | None = None
    reasons: str = ""
    decision: str = ""


def write_firm_list(rows: Sequence[ListRow], path: Path) -> Path:
    """Write the list, whole or not at all; ExportError for another suffix than SUFFIXES."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ExportError("firm_list_format", path.name)
    header = [one.zh if language() == "zh" else one.en for one in LIST_FIELDS]
    cells = [[getattr(row, one.name) for one in LIST_FIELDS] for row in rows]
    if suffix == ".csv":
        write_csv(path, header, cells)
    else:
        with replacing(path) as draft:
            _workbook(draft, header, cells)
    return path


def _workbook(draft: Path, header: list[str], cells: list[list[Any]]) -> None:
    """One sheet, its header frozen, the decision offered as a choice; texts are texts."""
    from datetime import UTC, datetime

    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(draft, options) as book:
        book.set_properties({"author": "landplan", "created": datetime(2000, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("名单" if language() == "zh" else "List")
        bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        score = book.add_format({"num_format": "0.000"})
        for column, (field, title) in enumerate(zip(LIST_FIELDS, header, strict=True)):
            sheet.write_string(0, column, title, bold)
            sheet.set_column(column, column, _WIDTHS.get(field.name, 10), score if field.kind == "number" else text)
        for place, row in enumerate(cells, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, float):
                    sheet.write_number(place, column, cell, score)
                elif cell:
                    sheet.write_string(place, column, str(cell), text)
        sheet.freeze_panes(1, 1)
        last = max(len(cells), 1)
        offered = ["是", "否"] if language() == "zh" else ["yes", "no"]
        decision = next(column for column, field in enumerate(LIST_FIELDS) if field.name == "decision")
        sheet.data_validation(1, decision, last, decision, {"validate": "list", "source": offered, "ignore_blank": True})
        sheet.autofilter(0, 0, last, len(LIST_FIELDS) - 1)
