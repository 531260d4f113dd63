"""An empty form for firms' needs: a sheet to fill in, its units in the headings, and a sheet that explains."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from landplan.core.codes import chain_segments
from landplan.core.errors import ExportError
from landplan.core.firm_needs import NEEDS
from landplan.core.messages import language, text
from landplan.core.units import unit_text
from landplan.io.files import replacing

ROWS = 200
"""So many rows are ready to be filled in; more may follow."""
_INK, _PALE, _HEAD, _FILL, _RULE = "#1F2933", "#52606D", "#E8EDF2", "#FFF8E1", "#B8C4CE"


def write_need_form(path: Path) -> None:
    """The form in the current language, the same bytes each time. ExportError for another suffix than .xlsx, or a file that is
    there: it may be filled in."""
    if path.suffix.lower() != ".xlsx":
        raise ExportError("score_format_unknown", path, suffix=path.suffix or "–", known=".xlsx")
    if path.exists():
        raise ExportError("need_form_exists", path.name)
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with replacing(path) as draft, xlsxwriter.Workbook(draft, options) as book:
        book.set_properties({"author": "landplan", "created": datetime(2000, 1, 1, tzinfo=UTC)})
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": _INK, "valign": "vcenter", "text_wrap": True}
        ruled = {**base, "bottom": 1, "bottom_color": _RULE}
        looks = {
            "head": book.add_format({**ruled, "bold": True, "bg_color": _HEAD}),
            "cell": book.add_format({**ruled, "valign": "top"}),
            "fill": book.add_format({**ruled, "bg_color": _FILL}),
            "words": book.add_format({**ruled, "bg_color": _FILL, "num_format": "@"}),
            "title": book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False}),
            "note": book.add_format({**base, "font_color": _PALE, "valign": "top"}),
        }
        form, notes = book.add_worksheet(text("needs_form")), book.add_worksheet(text("needs_form_notes"))
        last = _write_notes(notes, looks)
        _write_form(form, looks, last)


def heading(id: str, unit: str) -> str:
    """用地面积（亩） · Land area (mu)"""
    if not unit or unit == "year":
        return text(f"need_{id}")
    return text("needs_heading", {"need": text(f"need_{id}"), "unit": unit_text(unit, language())})


def _write_form(sheet: Any, looks: dict[str, Any], last: int) -> None:
    """Headings in the first row, rows to fill in; numbers are checked as they are typed, segments are offered."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.write_string(0, 0, text("needs_firm"), looks["head"])
    sheet.set_row(0, 34)
    for column, need in enumerate(NEEDS, 1):
        sheet.set_column(column, column, 24 if need.sense == "kind" else 15)
        sheet.write_string(0, column, heading(need.id, next(iter(need.units), "")), looks["head"])
        how = text(f"need_{need.id}_how")[:255]
        said = {"input_title": text(f"need_{need.id}")[:32], "input_message": how, "ignore_blank": True}
        if need.sense == "kind":
            source = f"='{text('needs_form_notes')}'!$E$4:$E${last}"
            said |= {"validate": "list", "source": source, "error_type": "information"}
        else:
            least = 1900 if need.unit == "year" else 0
            said |= {"validate": "decimal", "criteria": ">=", "value": least, "error_type": "warning"}
        sheet.data_validation(1, column, ROWS, column, said)
    for row in range(1, ROWS + 1):
        for column, sense in enumerate(("kind", *(need.sense for need in NEEDS))):
            sheet.write_blank(row, column, None, looks["words" if sense == "kind" else "fill"])
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_notes(sheet: Any, looks: dict[str, Any]) -> int:
    """What each column means, which other units it may have, and the segments of the chain; the last row of these, from 1."""
    sheet.hide_gridlines(2)
    for column, width in enumerate((18, 18, 70, 3, 22)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, text("needs_form_notes"), looks["title"])
    sheet.set_row(0, 26)
    sheet.merge_range(1, 0, 1, 2, text("needs_form_how"), looks["note"])
    sheet.set_row(1, 64)
    for column, id in ((0, "needs_form_column"), (1, "needs_form_units"), (2, "needs_form_meaning"), (4, "need_segment")):
        sheet.write_string(2, column, text(id), looks["head"])
    for row, need in enumerate(NEEDS, 3):
        units = [unit_text(unit, language()) for unit in need.units if unit != "year"]
        for column, words in enumerate((text(f"need_{need.id}"), " / ".join(units), text(f"need_{need.id}_how"))):
            sheet.write_string(row, column, words, looks["cell"])
        sheet.set_row(row, 32)
    segments = tuple(chain_segments())
    for row, segment in enumerate(segments, 3):
        sheet.write_string(row, 4, segment, looks["cell"])
    return 3 + len(segments)
