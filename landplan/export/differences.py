"""Where two deliverables differ: the cell, the field of a feature, the line of a page, so that a changed digit has a name."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError
from landplan.io.gdal import heard, ogr

TOLERANCE = 1e-9
"""Numbers are equal within this share of max(1, |value|): the last bits may differ between processors."""
SHIFT_M = 1e-6
"""Coordinates are equal within this distance."""

Entries = dict[str, Any]
"""Every value of a file by where it stands."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is not what recomputing gives. `where`: file and place; values as they are shown."""

    file: str
    where: str
    recorded: str
    recomputed: str


def differences(recorded: Path, recomputed: Path, name: str) -> tuple[Difference, ...]:
    """Every value in which two files of one deliverable differ; none when they hold the same though their bytes do not.

    InputError when the recorded file can no longer be read.
    """
    if recorded.read_bytes() == recomputed.read_bytes():
        return ()
    read = _READERS.get(recorded.suffix.lower(), _bytes)
    try:
        old = read(recorded)
    except InputError:
        raise
    except Exception as error:
        raise InputError("package_file_unreadable", name, reason=" ".join(str(error).split())[:120]) from error
    new = read(recomputed)
    places = dict.fromkeys([*old, *new])
    return tuple(
        Difference(name, place, _shown(old, place), _shown(new, place))
        for place in places
        if not _same(old.get(place, _ABSENT), new.get(place, _ABSENT))
    )


_ABSENT = object()


def _shown(values: Entries, place: str) -> str:
    value = values.get(place, _ABSENT)
    return "–" if value is _ABSENT or value is None else str(value)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
        return a == b or (a != a and b != b) or abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))
    return bool(a == b)


def _csv(path: Path) -> Entries:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0] if rows else []
    keyed = len({row[0] for row in rows[1:] if row}) == len(rows) - 1
    return {
        f"{row[0] if keyed and row else f'row {number}'} · {title or column}": _number(cell)
        for number, row in enumerate(rows[1:], 1)
        for column, (title, cell) in enumerate(zip_longest(header, row, fillvalue=""))
    }


def _json(path: Path) -> Entries:
    return dict(_leaves(json.loads(path.read_text(encoding="utf-8")), ""))


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        named = value.items() if isinstance(value, dict) else ((_label(item, k), item) for k, item in enumerate(value))
        for key, item in named:
            yield from _leaves(item, f"{place}.{key}" if place else str(key))
    else:
        yield place, value


def _label(item: Any, position: int) -> str:
    """A list item by the id it carries, so that a row added in front does not move all others."""
    return str(item.get("parcel") or item.get("id") or position) if isinstance(item, dict) else str(position)


def _text(path: Path) -> Entries:
    return {f"line {k}": line for k, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)}


def _layers(path: Path) -> Entries:
    found: Entries = {}
    with heard():  # what the reader has to say about a damaged file shows in what it reads
        for name, _kind in ogr().list_layers(path):
            found |= _layer(path, str(name))
    return found


def _layer(path: Path, name: str) -> Entries:
    """Every field of every feature of a layer; geometries as text to a micrometre."""
    import shapely

    meta, table = ogr().raw.read_arrow(path, layer=name)
    geometry = next((column for column in (meta["geometry_name"], "geom", "wkb_geometry") if column in table.column_names), None)
    fields = [column for column in table.column_names if column != geometry]
    columns = {field: table.column(field).to_pylist() for field in fields}
    ids = columns.get("id", [None] * table.num_rows)
    labels = [f"{name} {id or f'row {k}'}" for k, id in enumerate(ids)]
    found = {f"{label} · {field}": columns[field][k] for k, label in enumerate(labels) for field in fields}
    if geometry is not None:
        shapes = shapely.set_precision(
            shapely.from_wkb(table.column(geometry).to_pylist(), on_invalid="ignore"), SHIFT_M, mode="pointwise"
        )
        texts = shapely.to_wkt(shapes, rounding_precision=6)
        found |= {f"{label} · geometry": text for label, text in zip(labels, texts, strict=True)}
    return found | {f"{name} · features": table.num_rows}


def _workbook(path: Path) -> Entries:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=False)
    try:
        return {
            f"{sheet.title}!{cell.coordinate}": cell.value
            for sheet in book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
    finally:
        book.close()


def _pdf(path: Path) -> Entries:
    """The lines of text of every page, and what each page draws."""
    import hashlib

    import pikepdf
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        found: Entries = {
            f"page {page + 1} line {k}": line
            for page in range(len(document))
            for k, line in enumerate(document[page].get_textpage().get_text_bounded().splitlines(), 1)
        }
    finally:
        document.close()
    with pikepdf.open(path) as pdf:
        for k, page in enumerate(pdf.pages, 1):
            streams = [_stream(page.Contents), *(_stream(form) for form in page.Resources.get("/XObject", {}).values())]
            found[f"page {k} drawing"] = hashlib.sha256(b"".join(streams)).hexdigest()[:12]
    return found


def _stream(part: Any) -> bytes:
    import pikepdf

    if isinstance(part, pikepdf.Array):
        return b"".join(_stream(item) for item in part)
    return bytes(part.read_bytes())


def _bytes(path: Path) -> Entries:
    import hashlib

    return {"bytes": hashlib.sha256(path.read_bytes()).hexdigest()[:12]}


def _number(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell


_READERS: dict[str, Callable[[Path], Entries]] = {
    ".csv": _csv,
    ".json": _json,
    ".toml": _text,
    ".txt": _text,
    ".gpkg": _layers,
    ".shp": _layers,
    ".dbf": _layers,
    ".xlsx": _workbook,
    ".pdf": _pdf,
}
