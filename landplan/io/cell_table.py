"""Rows of cells, of a text file or a sheet, as a table: where its header is, what its columns are, where its points lie."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from statistics import median
from typing import TYPE_CHECKING

from landplan.core.errors import InputError, Issue
from landplan.io.coordinate_columns import located
from landplan.io.plain_numbers import WHOLE, as_numbers
from landplan.io.raw_layer import RawLayer

if TYPE_CHECKING:
    import pyarrow as pa

Row = Sequence[str]
MOST_CELLS = 60_000_000
"""A table with more cells than this is refused rather than read for minutes."""
MOST_COLUMNS = 1 << 14
"""As many columns as a sheet can have."""
_LOOKED_AT = 30
_ANY_NUMBER = re.compile(r"^[-+]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?$")
_YEAR = re.compile(r"^(19|20)\d\d$")
_ID_NAME = re.compile(r"(编号|编码|代码|号码|证号|序号|点号|[a-z_]*id|[a-z]*bh|[a-z]*bm|[a-z]*dm|code|no\.?)$")
_KEYS = ("id", "code", "owner_code", "plots")
"""Fields that stay text in whatever column the recipe finds them."""
_TOTALS = ("合计", "总计", "小计", "共计", "累计", "合　计", "合 计", "平均", "total", "注：", "注:", "备注：", "备注:",
           "说明：", "说明:", "数据来源", "资料来源", "制表", "填表")  # fmt: skip


class Number(str):
    """The text of a number cell of a workbook, as exact as the file has it."""

    __slots__ = ()


class Said(str):
    """The text of a text cell of a workbook: text even where it looks like a number."""

    __slots__ = ()


class Day(str):
    """The text of a date cell of a workbook, 2031-05-06."""

    __slots__ = ()


def layer_of(
    name: str, rows: list[Row], role: str, fields: Mapping[str, str], encoding: str, issues: tuple[Issue, ...], *,
    even: bool = False, file: str = "",
) -> RawLayer:
    """The layer of rows that are not blank, the header (and titles above it) first.

    even: rows are as wide as the widest one is (a sheet); else a row of another width than the header's is an Issue.
    """
    import pyarrow as pa

    if not rows:
        return RawLayer(name, pa.table({}), None, None, encoding, 0, {}, (*issues, Issue("cells_none", role, "note")))
    if max(map(len, rows[:_LOOKED_AT])) > MOST_COLUMNS:
        raise InputError("table_too_many_cells", file or name, rows=len(rows), columns=max(map(len, rows[:_LOOKED_AT])))
    names, first, found = header(rows, role)
    if even:
        width = max(len(row) for row in rows[first:]) if rows[first:] else len(names)
        names += [""] * (width - len(names))
    names, mended = _named(names, role)
    body = rows[first:]
    issues += () if body else (Issue("cells_none", role, "note"),)
    issues += (*found, *mended, *_ragged(body, len(names), role, even), *_totals(body, role))
    if len(body) * len(names) > MOST_CELLS:
        raise InputError("table_too_many_cells", file or name, rows=len(body), columns=len(names))
    columns = list(zip_longest(*(row[: len(names)] for row in body), fillvalue=""))
    columns += [("",) * len(body)] * (len(names) - len(columns))
    keys = {fields[name] for name in _KEYS if name in fields}
    table = pa.table({name: column(name, cells, name in keys) for name, cells in zip(names, columns, strict=True)})
    place = located(table, fields, role)
    if place.drop is not None:
        table = table.drop_columns([place.drop])
    return RawLayer(name, table, place.wkb, place.crs, encoding, len(body), {}, (*issues, *place.issues))


def header(rows: list[Row], role: str) -> tuple[list[str], int, list[Issue]]:
    """The names of the columns, the first row below them, and what is to be said of it.

    Title rows above, with fewer than half of the cells a row usually has, are skipped. Two rows of a header are one where
    the second names only what the first one groups. A first row that is mostly numbers is no header.
    """
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:_LOOKED_AT]]
    usual = median(filled)
    at = next((k for k, n in enumerate(filled) if n >= max(2, usual / 2)), 0) if usual >= 2 else 0
    top = [cell.strip() for cell in rows[at]]
    issues = []
    if at:
        issues.append(Issue("header_lower", role, "note", values={"row": at + 1, "title": _joined(rows[:at])}))
    cells = [cell for cell in top if cell]
    if sum(_numeric(cell) for cell in cells) * 2 > len(cells):
        return [""] * len(top), at, [*issues, Issue("header_missing", role, values={"first": ", ".join(cells[:4])})]
    if at + 1 < len(rows) and (second := _second(top, rows[at + 1])):
        return second, at + 2, [*issues, Issue("header_two_rows", role, "note", values={"names": ", ".join(second[:8])})]
    return top, at + 1, issues


def _second(top: list[str], row: Row) -> list[str] | None:
    """The names of a header of two rows; None when the second row is no header."""
    below = [cell.strip() for cell in row] + [""] * (len(top) - len(row))
    top = top + [""] * (len(below) - len(top))
    while below and not top[-1] and not below[-1]:
        top, below = top[:-1], below[:-1]
    group = [not cell or (k + 1 < len(top) and not top[k + 1]) for k, cell in enumerate(top)]
    singles = [k for k, grouped in enumerate(group) if not grouped]
    if not top or not top[0] or not singles or all(top) or any(below[k] for k in singles):
        return None
    if not all(below[k] for k, grouped in enumerate(group) if grouped) or any(map(_numeric, below)):
        return None
    often, own, above, names = Counter(below), set(top), "", []
    for over, under in zip(top, below, strict=True):
        above = over or above
        names.append(above if not under else under if often[under] == 1 and under not in own else f"{above}_{under}")
    return names


def _named(names: list[str], role: str) -> tuple[list[str], list[Issue]]:
    """Every column with a name of its own: one without is column_3, a repeated one 名称_2."""
    own, used, out = set(names), set[str](), []
    for place, name in enumerate(names, 1):
        free, number = name or f"column_{place}", 1
        while free in used or (free in own and free != name):
            number += 1
            free = f"{name or f'column_{place}'}_{number}"
        used.add(free)
        out.append(free)
    mended = sum(a != b for a, b in zip(names, out, strict=True))
    return out, [Issue("header_names_mended", role, "note", values={"n": mended})] if mended else []


def _ragged(body: list[Row], width: int, role: str, even: bool) -> list[Issue]:
    n = 0 if even else sum(len(row) != width for row in body)
    return [Issue("rows_ragged", role, values={"n": n, "columns": width})] if n else []


def _totals(body: list[Row], role: str) -> list[Issue]:
    """Rows of totals among the rows of things: they are kept, and said."""
    last = body[-3:]
    n = sum(next((cell.strip().lower() for cell in row if cell.strip()), "").startswith(_TOTALS) for row in last)
    return [Issue("rows_of_totals", role, values={"n": n})] if n else []


def column(name: str, cells: Row, is_key: bool = False) -> pa.Array:
    """Numbers only where every value is written as a plain number and it is no id by name or recipe, else text; blank is null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts: pa.Array = pa.array([cell.strip() or None for cell in cells], pa.string())
    if texts.null_count == len(texts) or is_key or _ID_NAME.search(name.strip().lower()):
        return texts
    typed = set(map(type, filter(None, cells)))
    if typed == {Day}:
        return texts.cast(pa.date32())
    if typed == {Number}:
        whole = pc.all(pc.match_substring_regex(texts, WHOLE)).as_py()
        return texts.cast(pa.int64() if whole else pa.float64())
    if typed & {Number, Day, Said}:
        return texts
    return as_numbers(texts)


def _numeric(cell: str) -> bool:
    return isinstance(cell, Number) or bool(_ANY_NUMBER.match(cell) and not _YEAR.match(cell))


def _joined(rows: list[Row]) -> str:
    return unicodedata.normalize("NFKC", " ".join(cell.strip() for row in rows for cell in row if cell.strip()))[:60]

