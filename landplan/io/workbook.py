"""Workbooks (.xlsx): every sheet a table, read from its XML so that text stays text and long numbers keep their digits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from xml.parsers import expat

from landplan.core.errors import InputError, Issue
from landplan.core.recipe import LayerInput
from landplan.io.archive import unpacked
from landplan.io.cell_table import MOST_CELLS, Day, Number, Row, Said, layer_of
from landplan.io.ogr_layer import chosen
from landplan.io.raw_layer import RawLayer

_MOST_BYTES = 600 << 20
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_ROW = re.compile(rb"<(?:\w+:)?row(?:\s[^>]*)?(?<!/)>.*?</(?:\w+:)?row>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?[vt](?:\s[^>]*)?>")
_DIGITS = re.compile(r"-?(0|[1-9][0-9]*)")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_DATE_LETTERS = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
_EXACT_DIGITS = 15
_LAST_DAY = 2_958_466
_LOST = ("cells_not_computed", "cells_in_error", "cells_unreadable", "cells_no_day")


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool
    entry: str


@dataclass(slots=True)
class _Cells:
    """What a sheet holds: its cells by row and column from 1, and a count of what could not become one."""

    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    with_value: int = 0

    def said(self, id: str, example: str) -> None:
        self.counts[id] += 1
        self.examples.setdefault(id, example)


def layers(path: Path) -> tuple[str, ...]:
    """The names of the sheets, hidden ones too."""
    with unpacked(path) as folder:
        return tuple(sheet.name for sheet in _sheets(folder, path))


def sheet_cells(path: Path) -> Iterator[tuple[str, dict[tuple[int, int], str], str]]:
    """Of every sheet its name, the texts of its cells by row and column from 1, and a cell that has no value for all it holds."""
    with unpacked(path) as folder:
        for sheet in _sheets(folder, path):
            cells = _cells(folder, sheet.entry, path)[0]
            lost = next((cells.examples[id] for id in _LOST if id in cells.examples), "")
            yield sheet.name, {(row, at): str(said) for row, own in cells.rows.items() for at, said in own.items()}, lost


def read(path: Path, role: str, spec: LayerInput) -> RawLayer:
    """One sheet as a table. Cells with an error, or a formula that was never computed, are missing and counted.

    InputError for what is no workbook, has a document type, or has more cells than can be read.
    """
    with unpacked(path) as folder:
        sheets = {sheet.name: sheet for sheet in _sheets(folder, path)}
        name, issues = chosen(spec.layer, tuple(sheets), role, path)
        cells, rows = _cells(folder, sheets[name].entry, path)
    if sheets[name].hidden:
        issues += (Issue("sheet_hidden", role, "note", values={"sheet": name}),)
    if rows != cells.with_value:
        issues += (Issue("rows_lost", role, values={"stated": rows, "found": cells.with_value}),)
    wanted = sorted(number for number, row in cells.rows.items() if any(value.strip() for value in row.values()))
    columns = sorted({at for number in wanted for at, value in cells.rows[number].items() if value.strip()})
    if len(wanted) * len(columns) > MOST_CELLS:
        raise InputError("table_too_many_cells", path.name, rows=len(wanted), columns=len(columns))
    table: list[Row] = [[cells.rows[number].get(at, "") for at in columns] for number in wanted]
    raw = layer_of(name, table, role, spec.fields, "UTF-8", issues, even=True, file=path.name)
    above = wanted[len(wanted) - len(raw)] if len(raw) else 0
    return replace(raw, issues=(*raw.issues, *_said(cells, above, role)))


def _said(cells: _Cells, first: int, role: str) -> list[Issue]:
    """What is to be said of the cells; merged ones only where they reach rows from `first` on."""
    weights = {"cells_formula": "note", "rows_hidden": "note"}
    issues = [
        Issue(id, role, "note" if id in weights else "data", values={"n": n, "example": cells.examples[id]})
        for id, n in sorted(cells.counts.items())
    ]
    inside = [area for area in cells.merged if first and _last_row(area) >= first]
    if inside:
        issues.append(Issue("cells_merged", role, values={"n": len(inside), "example": inside[0]}))
    return issues


def _last_row(area: str) -> int:
    digits = re.search(r"(\d+)$", area)
    return int(digits[1]) if digits else 0


def _sheets(folder: Path, path: Path) -> list[_Sheet]:
    """The sheets in the order of the workbook; charts and dialogs are none."""
    targets: dict[str, str] = {}
    found: list[_Sheet] = []

    def relation(tag: str, has: dict[str, str]) -> None:
        if tag == "Relationship" and has.get("Type", "").endswith("/worksheet") and has.get("TargetMode") != "External":
            targets[has.get("Id", "")] = has.get("Target", "")

    def sheet(tag: str, has: dict[str, str]) -> None:
        id = next((value for key, value in has.items() if key.endswith("}id")), "")
        if tag == "sheet" and id in targets:
            hidden = has.get("state", "visible") != "visible"
            found.append(_Sheet(has.get("name", ""), hidden, targets[id]))

    _parse(_part(folder, "_rels/workbook.xml.rels", path), path, relation)
    _parse(_part(folder, "workbook.xml", path), path, sheet)
    return found


def _part(folder: Path, entry: str, path: Path) -> Path:
    """The file of a part of the workbook, inside its folder."""
    base = PurePosixPath("xl") if not entry.startswith("/") else PurePosixPath()
    file = (folder / (base / entry.lstrip("/"))).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise InputError("workbook_damaged", path.name, reason=entry)
    if file.stat().st_size > _MOST_BYTES:
        raise InputError("table_too_large", path.name, mib=file.stat().st_size >> 20, most=_MOST_BYTES >> 20)
    return file


def _parse(
    file: Path,
    path: Path,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda tag: None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk through the XML of a part, names without their namespaces. A document type is refused: workbooks have none."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise InputError("workbook_doctype", path.name)

    local = _LocalNames()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = lambda tag, has: start(local[tag], has)
    parser.EndElementHandler = lambda tag: end(local[tag])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with file.open("rb") as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as error:
        raise InputError("workbook_damaged", path.name, reason=f"{file.name}: {error}") from error


class _LocalNames(dict[str, str]):
    """The name of a tag without its namespace, made once for each."""

    def __missing__(self, tag: str) -> str:
        name = self[tag] = tag.rpartition("}")[2]
        return name


def _cells(folder: Path, entry: str, path: Path) -> tuple[_Cells, int]:
    """The cells of a sheet, and how many of its rows have a value, counted from the text of the XML alone."""
    file = _part(folder, entry, path)
    strings = _strings(folder, path)
    formats, from_1904 = _formats(folder, path)
    reading = _Reading(strings, formats, from_1904)
    try:
        _parse(file, path, reading.start, reading.end, reading.text)
    except (LookupError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("workbook_damaged", path.name, reason=f"{file.name}: {error}") from error
    rows = sum(bool(_VALUE.search(row[0])) for row in _ROW.finditer(file.read_bytes()))
    return reading.cells, rows


def _strings(folder: Path, path: Path) -> list[str]:
    """The shared texts, without what shows how they are spoken."""
    if not (folder / "xl" / "sharedStrings.xml").is_file():
        return []
    out: list[str] = []
    parts: list[str] = []
    inside = {"t": False, "spoken": False}

    def start(tag: str, _has: dict[str, str]) -> None:
        if tag == "si":
            parts.clear()
        elif tag == "rPh":
            inside["spoken"] = True
        elif tag == "t":
            inside["t"] = not inside["spoken"]

    def end(tag: str) -> None:
        if tag == "si":
            out.append("".join(parts))
        elif tag == "rPh":
            inside["spoken"] = False
        elif tag == "t":
            inside["t"] = False

    _parse(_part(folder, "sharedStrings.xml", path), path, start, end, lambda text: parts.append(text) if inside["t"] else None)
    return [_escaped(text) for text in out]


def _escaped(text: str) -> str:
    """_x000D_ and the like are the characters they stand for."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def _formats(folder: Path, path: Path) -> tuple[list[str], bool]:
    """Of each style "date", zeros to pad to ("00000"), or ""; and whether days are counted from 1904."""
    custom: dict[str, str] = {}
    out: list[str] = []
    inside = {"cells": False, "1904": False}

    def start(tag: str, has: dict[str, str]) -> None:
        if tag == "numFmt":
            custom[has.get("numFmtId", "")] = has.get("formatCode", "")
        elif tag == "cellXfs":
            inside["cells"] = True
        elif tag == "xf" and inside["cells"]:
            out.append(_format(has.get("numFmtId", "0"), custom))

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside["cells"] = False

    def setting(tag: str, has: dict[str, str]) -> None:
        if tag == "workbookPr":
            inside["1904"] = has.get("date1904", "0") in ("1", "true")

    if (folder / "xl" / "styles.xml").is_file():
        _parse(_part(folder, "styles.xml", path), path, start, end)
    _parse(_part(folder, "workbook.xml", path), path, setting)
    return out, inside["1904"]


def _format(id: str, custom: dict[str, str]) -> str:
    if id not in custom:
        return "date" if id.isdecimal() and int(id) in _DATE_FORMATS else ""
    code = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", custom[id]).split(";")[0]
    if re.fullmatch(r"0{2,40}", code):
        return code
    return "date" if _DATE_LETTERS.search(code) and "0" not in code.split(".")[0] else ""


class _Reading:
    """The walk through a sheet: where it is, and the cells so far."""

    def __init__(self, strings: list[str], formats: list[str], from_1904: bool) -> None:
        self.cells = _Cells()
        self._strings, self._formats, self._from_1904 = strings, formats, from_1904
        self._row = self._column = 0
        self._has: dict[str, str] = {}
        self._value: list[str] = []
        self._listening = self._formula = self._row_valued = self._spoken = False

    def start(self, tag: str, has: dict[str, str]) -> None:
        if tag == "c":
            self._has, self._value = has, []
            self._formula = False
            self._move(has.get("r", ""))
        elif tag in ("v", "t"):
            self._listening = not self._spoken
            self._row_valued = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._row = int(has.get("r", self._row + 1))
            self._column, self._row_valued = 0, False
            if has.get("hidden") in ("1", "true"):
                self.cells.said("rows_hidden", str(self._row))
        elif tag == "mergeCell":
            self.cells.merged.append(has.get("ref", ""))
        elif tag == "rPh":
            self._spoken = True

    def end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._listening = False
        elif tag == "c":
            self._keep()
        elif tag == "rPh":
            self._spoken = False
        elif tag == "row":
            self.cells.with_value += self._row_valued

    def text(self, text: str) -> None:
        if self._listening:
            self._value.append(text)

    def _move(self, reference: str) -> None:
        found = _REFERENCE.match(reference)
        self._column += 1
        if found:
            self._column, self._row = 0, int(found[2])
            for letter in found[1]:
                self._column = self._column * 26 + ord(letter) - 64
        if not (0 < self._row <= _MOST_ROWS and 0 < self._column <= _MOST_COLUMNS):
            raise ValueError(reference or f"{self._row}, {self._column}")

    @property
    def _where(self) -> str:
        return f"{_letters(self._column)}{self._row}"

    def _keep(self) -> None:
        kind, raw = self._has.get("t", "n"), "".join(self._value)
        if self._formula and not raw and kind != "str":
            self.cells.said("cells_not_computed", self._where)
            return
        if kind == "e":
            self.cells.said("cells_in_error", f"{self._where} {raw}")
            return
        if self._formula:
            self.cells.said("cells_formula", self._where)
        try:
            value = self._number(raw.strip()) if kind == "n" else self._content(kind, raw)
        except (ValueError, LookupError):
            if kind == "s" and not self._strings:
                raise
            self.cells.said("cells_unreadable", f"{self._where} {raw[:20]}")
            return
        if value:
            self.cells.rows.setdefault(self._row, {})[self._column] = value

    def _content(self, kind: str, raw: str) -> str:
        if kind == "s":
            return Said(self._strings[int(raw)]) if raw else ""
        if kind in ("str", "inlineStr"):
            return Said(_escaped(raw))
        if kind == "b":
            return "TRUE" if raw == "1" else "FALSE"
        return Day(date.fromisoformat(raw[:10]).isoformat()) if kind == "d" else raw

    def _number(self, raw: str) -> str:
        """A number with its own digits, or the day or the padded number that its format shows."""
        if not raw:
            return ""
        style = int(self._has.get("s", "0"))
        shown = self._formats[style] if style < len(self._formats) else ""
        text = _plain(raw)
        if shown == "date":
            return self._day(float(raw), text)
        if shown and text.isdecimal():
            return Said(text.zfill(len(shown)))
        if len(text) > _EXACT_DIGITS and text.lstrip("-").isdecimal() and len(text.lstrip("-")) > _EXACT_DIGITS:
            self.cells.said("cells_beyond_digits", f"{self._where} {text}")
        return Number(text)

    def _day(self, serial: float, text: str) -> str:
        if not 0 <= serial < _LAST_DAY:
            self.cells.said("cells_no_day", f"{self._where} {text}")
            return ""
        if serial < 1:
            return Said(text)
        start = datetime(1904, 1, 1) if self._from_1904 else datetime(1899, 12, 30 if serial >= 60 else 31)  # noqa: DTZ001
        moment = start + timedelta(days=serial)
        return Day(moment.date().isoformat()) if serial == int(serial) else Said(moment.isoformat(" ", "seconds"))


def _plain(raw: str) -> str:
    """A number without an exponent where it is whole: its digits as they are written."""
    if _DIGITS.fullmatch(raw):
        return raw
    value = float(raw)
    if value - value != 0:
        raise ValueError(raw)
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def _letters(column: int) -> str:
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out
