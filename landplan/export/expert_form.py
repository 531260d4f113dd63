"""Blank forms for experts: pairs of criteria to compare, or criteria to give points to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import combinations
from pathlib import Path
from typing import Any

from landplan.core.errors import ExportError
from landplan.core.expert_forms import ANSWER, FORMAT, ID, KEYS, OTHER, REASON, SCALE, VALUE
from landplan.core.messages import language, text
from landplan.core.registry import measures
from landplan.core.scheme import Criterion, Group
from landplan.core.units import unit_text
from landplan.export.list_tables import curve_text
from landplan.io.files import replacing

_WIDTHS = (12, 12, 30, 34, 18, 44)
_LOW, _TALL = 30, 66
"""Height of a row of criteria, and of one with groups, which names what stands in them."""
_NOTHING: Mapping[str, str] = {}
_NOTE_HEIGHT = {"pairs": 72, "points": 44}
_INK, _PALE, _HEAD, _FILL, _RULE = "#1F2933", "#9AA5B1", "#E8EDF2", "#FFF8E1", "#B8C4CE"
_FORBIDDEN = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜")


def form_path(folder: Path, expert: str) -> Path:
    """The file of an expert's form, under a name every system takes."""
    return folder / f"{''.join(letter for letter in expert.translate(_FORBIDDEN) if letter.isprintable())}.xlsx"


def write_expert_form(
    path: Path,
    form: str,
    criteria: Sequence[Criterion | Group],
    expert: str,
    *,
    title: str,
    group: str = "",
    stamp: date,
    inside: Mapping[str, str] = _NOTHING,
) -> None:
    """A workbook of one sheet: for "pairs" a row a pair with a list of 1/9 … 9, for "points" a row a criterion; titles in Chinese
    and English, a column for reasons, nothing locked. The same bytes each time. inside: what stands in a group, by its id.

    ExportError when the file is there: it may be filled in.
    """
    if path.exists():
        raise ExportError("expert_form_exists", path.name)
    import xlsxwriter

    with replacing(path) as draft:
        book = xlsxwriter.Workbook(draft, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
        book.set_properties({"title": title, "author": "landplan", "created": datetime.combine(stamp, time())})
        looks = _looks(book)
        sheet = book.add_worksheet(text("expert_sheet"))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        top = _write_head(sheet, looks, form, title, group, expert)
        rows = list(_rows(form, criteria, inside))
        height = _TALL if any(one.id in inside for one in criteria) else _LOW
        for number, row in enumerate(rows, top + 1):
            _write_row(sheet, looks, number, row)
            sheet.set_row(number, height)
        sheet.data_validation(top + 1, ANSWER - 1, top + len(rows), ANSWER - 1, _allowed(form))
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        book.close()


def _rows(form: str, criteria: Sequence[Criterion | Group], inside: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Ids and what is shown of each row."""
    if form == "pairs":
        shown = {one.id: "\n".join(filter(None, (_named(one), inside.get(one.id)))) for one in criteria}
        for one, other in combinations(criteria, 2):
            yield one.id, other.id, shown[one.id], shown[other.id]
        return
    for one in criteria:
        yield one.id, "", _named(one), inside.get(one.id, "") if isinstance(one, Group) else _worth(one)


def _worth(criterion: Criterion) -> str:
    """What is worst and what is best, and the unit of it."""
    if criterion.value is None:
        return ""
    unit = str(criterion.measure.params.get("unit", "")) or measures[criterion.measure.kind].unit
    return f"{curve_text(criterion.value, language())}{f' ({unit_text(unit, language())})' if unit else ''}"


def _named(criterion: Criterion | Group) -> str:
    """The titles, Chinese above English."""
    return "\n".join(dict.fromkeys(criterion.title[lang] for lang in ("zh", "en") if lang in criterion.title))


def _write_head(sheet: Any, looks: dict[str, Any], form: str, title: str, group: str, expert: str) -> int:
    """What stands above the rows; the row, from 0, of the headings."""
    sheet.set_row(0, 26)
    sheet.write_string(0, ID - 1, KEYS[0], looks["pale"])
    sheet.write_string(0, OTHER - 1, form, looks["pale"])
    sheet.write_string(0, OTHER, FORMAT, looks["pale"])
    sheet.merge_range(0, VALUE - 1, 0, REASON - 1, title, looks["title"])
    sheet.write_string(1, ID - 1, KEYS[1], looks["pale"])
    sheet.write_string(1, OTHER - 1, group, looks["pale"])
    sheet.merge_range(1, OTHER, 1, REASON - 1, text(f"expert_how_{form}"), looks["note"])
    sheet.set_row(1, _NOTE_HEIGHT[form])
    for row, key in enumerate(KEYS[2:], 2):
        sheet.write_string(row, ID - 1, key, looks["pale"])
        sheet.write_string(row, OTHER, text(f"expert_{key[1:]}"), looks["label"])
    sheet.write_string(2, VALUE - 1, expert, looks["fill"])
    sheet.write_blank(3, VALUE - 1, None, looks["day"])
    names = ("criterion", "criterion_other", "judgement") if form == "pairs" else ("criterion", "worst_to_best", "points")
    headings = ("#criteria", "", *(text(f"expert_{name}") for name in (*names, "reason")))
    for column, heading in enumerate(headings):
        sheet.write_string(4, column, heading, looks["head"])
    return 4


def _write_row(sheet: Any, looks: dict[str, Any], number: int, row: tuple[str, str, str, str]) -> None:
    for column, words in enumerate(row):
        sheet.write_string(number, column, words, looks["pale" if column < OTHER else "cell"])
    sheet.write_blank(number, ANSWER - 1, None, looks["fill" if row[1] else "points"])
    sheet.write_blank(number, REASON - 1, None, looks["fill"])


def _allowed(form: str) -> dict[str, Any]:
    """What the answers' column takes, with the words for it."""
    said = {"input_title": text(f"expert_{'judgement' if form == 'pairs' else 'points'}")[:32], "ignore_blank": True}
    said |= {"input_message": text(f"expert_short_{form}")[:255]}
    if form == "pairs":
        return {**said, "validate": "list", "source": list(SCALE)}
    return {**said, "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}


def _looks(book: Any) -> dict[str, Any]:
    """Answers of pairs are texts ("@"), or a spreadsheet would take 1/3 for a day of January."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "font_color": _INK, "valign": "vcenter", "text_wrap": True}
    ruled = {**base, "bottom": 1, "bottom_color": _RULE}
    looks = {
        "title": {**base, "bold": True, "font_size": 14},
        "note": {**base, "valign": "top"},
        "label": {**base, "bold": True},
        "head": {**ruled, "bold": True, "bg_color": _HEAD},
        "cell": ruled,
        "pale": {**base, "font_size": 8, "font_color": _PALE},
        "fill": {**ruled, "bg_color": _FILL, "num_format": "@"},
        "points": {**ruled, "bg_color": _FILL},
        "day": {**ruled, "bg_color": _FILL, "num_format": "yyyy-mm-dd", "align": "left"},
    }
    return {name: book.add_format(look) for name, look in looks.items()}
