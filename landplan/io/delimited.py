"""Tables as text: CSV, and TXT with commas, tabs, semicolons, bars or blanks; points where they have coordinates."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from landplan.core.errors import InputError, Issue
from landplan.core.recipe import LayerInput
from landplan.io.cell_table import Row, layer_of
from landplan.io.plain_text import MOST_BYTES, plain_text
from landplan.io.raw_layer import RawLayer

BLANKS = " "
"""Columns with blanks between them, however many."""
_DELIMITERS = (",", "\t", ";", "|", "，", "；", "^")
_LOOKED_AT = 40
_NUMBER = re.compile(r"^[-+]?\d+(\.\d+)?$")


def read(path: Path, role: str, spec: LayerInput) -> RawLayer:
    """The rows of a text table; ids stay as they are written. Rows are counted a second way, by the lines outside quotes.

    InputError when it is no table: a .txt whose lines have no columns.
    """
    text, encoding, issues = plain_text(path, role, spec.encoding)
    delimiter = delimiter_of(text, strict=path.suffix.lower() != ".csv")
    if delimiter is None:
        raise InputError("format_unknown", path.name)
    rows = list(_rows(text, delimiter))
    stated = _counted(text, delimiter)
    if len(rows) < stated and delimiter != BLANKS:
        rows = list(_rows(text, delimiter, csv.QUOTE_NONE))
        issues += (Issue("quotes_unclosed", role),)
    if len(rows) != stated:
        issues += (Issue("rows_lost", role, values={"stated": stated, "found": len(rows)}),)
    if not rows:
        raise InputError("no_layers", path.name, layer=role)
    return layer_of(path.stem, rows, role, spec.fields, encoding, issues, file=path.name)


def delimiter_of(text: str, *, strict: bool) -> str | None:
    """What stands between the columns: the mark that cuts most of the first lines into as many cells.

    strict: None where nothing does; else a table may have one column.
    """
    lines = [line for line in text[: 1 << 16].splitlines() if line.strip()][:_LOOKED_AT]
    best: tuple[float, int, str] = (0.0, 1, "")
    for delimiter in _DELIMITERS:
        width, share = _usual_width([len(row) for row in _rows("\n".join(lines), delimiter)])
        if width > 1 and (round(share, 1), width) > best[:2]:
            best = round(share, 1), width, delimiter
    if best[2] and (not strict or (best[0] >= 0.6 and len(lines) > 1)):
        return best[2]
    cells = [line.split() for line in lines]
    width, share = _usual_width([len(row) for row in cells])
    numbers = sum(sum(bool(_NUMBER.match(cell)) for cell in row) > 1 for row in cells)
    if width > 1 and share >= 0.8 and 2 * numbers > len(lines) > 1:
        return BLANKS
    return None if strict else ","


def _usual_width(widths: list[int]) -> tuple[int, float]:
    if not widths:
        return 1, 0.0
    width, n = max(Counter(widths).items(), key=lambda one: (one[1], one[0]))
    return width, n / len(widths)


def _rows(text: str, delimiter: str, quoting: int = csv.QUOTE_MINIMAL) -> Iterator[Row]:
    """The rows that are not blank."""
    if delimiter == BLANKS:
        yield from (line.split() for line in text.splitlines() if line.strip())
        return
    csv.field_size_limit(MOST_BYTES)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting):  # type: ignore[arg-type]
            if row and (row[0].strip() or any(cell.strip() for cell in row)):
                yield row
    except csv.Error as error:
        raise ValueError(str(error)) from error


def _counted(text: str, delimiter: str) -> int:
    """Lines that are not blank, the lines inside a quoted cell left out."""
    if '"' in text and delimiter != BLANKS:
        mark = re.escape(delimiter)
        text = re.sub(rf'(^|[\r\n{mark}])"(?:[^"]|"")*"', r"\1q", text)
    lines = io.StringIO(text, newline=None)
    return sum(not line.isspace() and bool(line.replace(delimiter, "").strip()) for line in lines)
