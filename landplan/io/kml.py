"""KML, and KML inside KMZ: folders as layers, extended data as fields; links and pictures left out and told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from landplan.core.errors import InputError, Issue
from landplan.core.recipe import LayerInput
from landplan.io.gdal import heard, ogr
from landplan.io.ogr_layer import chosen, rows_read
from landplan.io.plain_numbers import numbered
from landplan.io.raw_layer import RawLayer, unharmed
from landplan.io.xml_text import Coordinates, Edit, closing_end, harmless, local, private_copy, tag_end

if TYPE_CHECKING:
    import pyarrow as pa

_LEFT_OUT = ("NetworkLink", "GroundOverlay", "PhotoOverlay", "ScreenOverlay")
_SILENT = ("Schema", "NetworkLinkControl")
_WATCHED = frozenset((*_LEFT_OUT, *_SILENT, "Document", "Folder", "SchemaData", "SimpleData", "SimpleField", "Data"))
_TYPE = re.compile(rb"""\btype\s*=\s*("[^"]*"|'[^']*')""")
_TIME = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(?:[01]\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:\.\d+)?)?(?:Z|[-+]\d\d:?\d\d)?)?)?)?$")
_DRAWING = ("altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon")
_TIMES = frozenset(("when", "begin", "end"))
_SPARSE = ("id", "Name", "description", "timestamp", "begin", "end")
"""Columns that GDAL gives every layer: how it is drawn says nothing, the others only where something is in them."""


def layers(path: Path) -> tuple[str, ...]:
    """The folders with features of their own, in document order."""
    with unharmed("", path), _opened(path, "", None) as opened:
        return tuple(opened.rows)


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """One folder of a KML file in degrees on WGS 84; placemarks are counted by the XML itself.

    InputError when the file is not whole, or holds nothing but links to other files.
    """
    with _opened(path, role, spec.encoding) as opened:
        name, issues = chosen(spec.layer, tuple(opened.rows), role, path)
        raw = rows_read(opened.file, name, role, opened.rows[name], (*opened.issues, *issues, *opened.outline.issues(role)), path)
    fields = opened.outline.fields
    lost = [name for name, place in fields.items() if place not in raw.table.column_names] if len(opened.rows) == 1 else []
    if lost:
        raw = replace(raw, issues=(*raw.issues, Issue("fields_lost", role, values={"fields": lost})))
    table = numbered(_named(raw.table, fields), keep=("placemark_id", "Name", "description"))
    return replace(raw, table=table, crs="EPSG:4326", encoding=opened.encoding)


def _named(table: pa.Table, fields: Mapping[str, str]) -> pa.Table:
    """The table without the columns that say nothing, and with the names that the file gives its fields.

    The id of a placemark is made up by the program that wrote it and must not be taken for that of a parcel.
    """
    empty = [name for name in _SPARSE if name in table.column_names and table.column(name).null_count == len(table)]
    table = table.drop_columns([name for name in (*_DRAWING, *empty) if name in table.column_names])
    own = {place: name for name, place in fields.items()} | {"id": "placemark_id"}
    names: list[str] = []
    for column in table.column_names:
        name = free = own.get(column, column) or "_"
        number = 1
        while free.lower() in {other.lower() for other in names}:
            number += 1
            free = f"{name}_{number}"
        names.append(free)
    return table.rename_columns(names)


@dataclass(slots=True)
class _Outline:
    """What the XML says before GDAL reads it: features of each folder, and the edits that make it harmless and exact.

    Schema data become plain data under names of ours, so that GDAL reads every value as its text: it turns "****" into 0,
    cuts whole numbers to 32 bits, forgets values without a schema, and of a Chinese name makes a row of underscores.
    """

    text: bytes
    counts: list[int] = field(default_factory=list)
    loose: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    fields: dict[str, str] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    times: int = 0
    _time: tuple[str, int] | None = None
    _in_time: bool = False
    _features: set[str] = field(default_factory=lambda: {"Placemark"})
    _open: list[int] = field(default_factory=list)
    _cut: tuple[int, int] | None = None
    _depth: int = 0
    coordinates: Coordinates = field(init=False)

    def __post_init__(self) -> None:
        self.coordinates = Coordinates(self.text, frozenset(("coordinates", "coord")), self.edits)

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        self._depth += 1
        if self._cut is not None:
            return None
        own = local(name)
        if own in self._features:
            return self._count()
        if own not in _WATCHED:
            self.coordinates.start(own, at)
            return self._start_of_time(own, at)
        match own:
            case "Document" | "Folder":
                self._open.append(len(self.counts))
                self.counts.append(0)
            case "Schema" if "parent" in attributes:
                self._features.add(attributes.get("name", "Placemark"))
            case one if one in _LEFT_OUT or one in _SILENT:
                self._cut = at, self._depth
                self.left_out[one] += one in _LEFT_OUT
            case "SchemaData":
                self.edits.append((at, tag_end(self.text, at), b""))
            case "SimpleData" | "Data" as one:
                self._plain(name, one, attributes.get("name", ""), at)
            case "SimpleField":  # of a Schema that names its own kind of placemark
                last = tag_end(self.text, at)
                self.edits.append((at, last, _TYPE.sub(b'type="string"', self.text[at:last])))
        return None

    def end(self, name: str, at: int) -> None:
        self._depth -= 1
        if self._cut is not None:
            if self._depth < self._cut[1]:
                self.edits.append((self._cut[0], closing_end(self.text, name, at), b""))
                self._cut = None
            return None
        own = local(name)
        if own not in _WATCHED:
            self.coordinates.end(own, at)
            return self._end_of_time(name, own, at)
        last = closing_end(self.text, name, at)
        match own:
            case "Document" | "Folder":
                self._open.pop()
            case "SchemaData" if last > at:
                self.edits.append((at, last, b""))
            case "SimpleData" if last > at:
                prefix = name[: -len("SimpleData")]
                self.edits.append((at, last, f"</{prefix}value></{prefix}Data>".encode()))
        return None

    def _start_of_time(self, own: str, at: int) -> None:
        if own in ("TimeStamp", "TimeSpan"):
            self._in_time = True
        elif self._in_time and own in _TIMES:
            self._time = own, at

    def _end_of_time(self, name: str, own: str, at: int) -> None:
        """A time that is none is left out, and counted: GDAL makes of it the last second of 1969."""
        if own in ("TimeStamp", "TimeSpan"):
            self._in_time = False
        elif self._time is not None and own == self._time[0]:
            first = self._time[1]
            if not _is_time(self.text[tag_end(self.text, first) : at]):
                self.times += 1
                self.edits.append((first, closing_end(self.text, name, at), b""))
            self._time = None

    def stated(self) -> list[int]:
        """Features of each layer that GDAL is to list: of the outermost folder only where it has some of its own."""
        if not self.counts:
            return [self.loose] if self.loose else []
        return self.counts if self.counts[0] else self.counts[1:]

    def issues(self, role: str) -> tuple[Issue, ...]:
        links = self.left_out["NetworkLink"]
        pictures = self.left_out.total() - links
        notes = (("kml_link_not_followed", links), ("kml_pictures", pictures))
        lost = (("coordinates_unreadable", self.coordinates.unreadable), ("kml_times_unreadable", self.times))
        issues = [Issue(id, role, "note", values={"n": n}) for id, n in notes if n]
        return (*issues, *(Issue(id, role, values={"n": n}) for id, n in lost if n))

    def _count(self) -> None:
        if self._open:
            self.counts[self._open[-1]] += 1
        else:
            self.loose += 1

    def _plain(self, name: str, kind: str, field: str, at: int) -> None:
        """<SimpleData name="x"> as <Data name="…"><value>, an empty one as a whole; <Data name="x"> under its new name."""
        place = self.fields.setdefault(field, f"landplan_{len(self.fields) + 1}")
        prefix, last = name[: -len(kind)], tag_end(self.text, at)
        empty = self.text[at:last].endswith(b"/>")
        inside = "" if kind == "Data" else f"<{prefix}value/>" if empty else f"<{prefix}value>"
        tag = f'<{prefix}Data name="{place}">{inside}' + (f"</{prefix}Data>" if empty else "")
        self.edits.append((at, last, tag.encode()))


def _is_time(text: bytes) -> bool:
    """Whether a text is a year, a month, a day or a moment as KML writes them."""
    found = _TIME.match(text.decode("utf-8", "replace").strip())
    try:
        return found is not None and bool(date(max(int(found[1]), 1), int(found[2] or 1), int(found[3] or 1)))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class _Opened:
    """A harmless private copy, and its layers with the features that the XML states for each."""

    file: Path
    rows: dict[str, int]
    outline: _Outline
    encoding: str
    issues: tuple[Issue, ...]


@contextmanager
def _opened(path: Path, role: str, encoding: str | None) -> Iterator[_Opened]:
    text, outline, name, issues = harmless(path, role, encoding, _Outline)
    if not any(outline.stated()):
        links = outline.left_out["NetworkLink"]
        raise InputError("kml_only_links" if links else "no_layers", path.name, layer=role, n=links)
    with private_copy(text, path, role, ".kml") as file, heard():
        names = [str(name) for name, _ in ogr().list_layers(file)]
        stated = outline.stated()
        if len(names) != len(stated):
            raise InputError("kml_folders_differ", path.name, found=len(names), stated=len(stated))
        rows = {name: n for name, n in zip(names, stated, strict=True) if n}
        yield _Opened(file, rows, outline, name, issues)
