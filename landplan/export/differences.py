"""Where two deliverables differ: the cell, the field of a feature, the line of a page, so that a changed digit has a name."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
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
Lines = list[tuple[str, str]]
"""The lines of a text with where each stands."""


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
    suffix = recorded.suffix.lower()
    read, lines = _READERS.get(suffix, _bytes), _LINES.get(suffix, _no_lines)
    try:
        old, written = read(recorded), lines(recorded)
    except InputError:
        raise
    except Exception as error:
        raise InputError("package_file_unreadable", name, reason=" ".join(str(error).split())[:120]) from error
    return (*_line_differences(written, lines(recomputed), name), *_differences(old, read(recomputed), name))


_ABSENT = object()


def _shown(values: Entries, place: str) -> str:
    value = values.get(place, _ABSENT)
    return "–" if value is _ABSENT or value is None else str(value)


def fact_differences(recorded: Mapping[str, Any], recomputed: Mapping[str, Any], name: str) -> tuple[Difference, ...]:
    """Every leaf in which two JSON tables differ."""
    return _differences(dict(_leaves(recorded, "")), dict(_leaves(recomputed, "")), name)


def _differences(old: Entries, new: Entries, name: str) -> tuple[Difference, ...]:
    return tuple(
        Difference(name, place, _shown(old, place), _shown(new, place))
        for place in dict.fromkeys([*old, *new])
        if not _same(old.get(place, _ABSENT), new.get(place, _ABSENT))
    )


def _line_differences(old: Lines, new: Lines, name: str) -> Iterator[Difference]:
    """Lines that differ, aligned so that one line more or less does not move all that follow."""
    from difflib import SequenceMatcher

    before, after = ([line for _place, line in lines] for lines in (old, new))
    for how, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        pairs = zip_longest(old[a:b], new[c:d]) if how != "equal" else ()
        for one, other in pairs:
            place = (one or other or ("", ""))[0]
            yield Difference(name, place, one[1] if one else "–", other[1] if other else "–")


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return a == b or (a != a and b != b) or abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))
    return bool(a == b)


def _csv(path: Path) -> Entries:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0] if rows else []
    keyed = len({row[0] for row in rows[1:] if row}) == len(rows) - 1
    twice = {title for title, n in Counter(header).items() if n > 1} | {""}
    return {
        f"{row[0] if keyed and row else f'row {number}'} · {column if title in twice else title}": _number(cell)
        for number, row in enumerate(rows[1:], 1)
        for column, (title, cell) in enumerate(zip_longest(header, row, fillvalue=""))
    } | {f"column {column}": title for column, title in enumerate(header)}


def _json(path: Path) -> Entries:
    return dict(_leaves(json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once), ""))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON table; ValueError where a key stands twice, as readers disagree on which one counts."""
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError(f"{Counter(key for key, _ in pairs).most_common(1)[0][0]} × 2")
    return table


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """(place, value) of all that is no table or list, and the size of each of those."""
    if not isinstance(value, Mapping | list):
        yield place, value
        return
    yield f"{place} · n".lstrip(), len(value)
    for key, item in value.items() if isinstance(value, Mapping) else zip(_labels(value), value, strict=True):
        yield from _leaves(item, f"{place}.{key}" if place else str(key))


def _labels(items: list[Any]) -> Iterator[str]:
    """List items by the id they carry, so that a row added in front does not move all others; a second of one id as id#2."""
    seen: Counter[str] = Counter()
    for position, item in enumerate(items):
        id = next((item[key] for key in ("parcel", "id", "role") if item.get(key)), None) if isinstance(item, Mapping) else None
        label = str(position if id is None else id)
        seen[label] += 1
        yield label if seen[label] == 1 else f"{label}#{seen[label]}"


def _text(path: Path) -> Lines:
    return [(f"line {k}", line) for k, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)]


def _no_lines(_path: Path) -> Lines:
    return []


def _nothing(_path: Path) -> Entries:
    """What a text has besides its lines."""
    return {}


def _layers(path: Path) -> Entries:
    found: Entries = {}
    with heard():  # what the reader has to say about a damaged file shows in what it reads
        for name, _kind in ogr().list_layers(path):
            found |= _layer(path, str(name))
    return found


def _layer(path: Path, name: str) -> Entries:
    """Every field of every feature of a layer, its CRS and the types of its fields; geometries as text to a micrometre."""
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
    types = {f"{name} · type of {field}": str(table.schema.field(field).type) for field in fields}
    return found | types | {f"{name} · features": table.num_rows, f"{name} · crs": str(meta["crs"])}


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
    """The size of every page, what it draws, and what was laid over it."""
    import hashlib

    import pikepdf

    found: Entries = {}
    with pikepdf.open(path) as pdf:
        for k, page in enumerate(pdf.pages, 1):
            streams = [_stream(page.Contents), *(_stream(form) for form in page.Resources.get("/XObject", {}).values())]
            found[f"page {k} size"] = str([round(float(side), 3) for side in page.mediabox])
            found[f"page {k} annotations"] = len(page.get("/Annots", []))
            found[f"page {k} drawing"] = hashlib.sha256(b"".join(streams)).hexdigest()[:12]
    return found


def _pdf_lines(path: Path) -> Lines:
    """The lines of text of every page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return [
            (f"page {page + 1} line {k}", line)
            for page in range(len(document))
            for k, line in enumerate(document[page].get_textpage().get_text_bounded().splitlines(), 1)
        ]
    finally:
        document.close()


def _stream(part: Any) -> bytes:
    import pikepdf

    if isinstance(part, pikepdf.Array):
        return b"".join(_stream(item) for item in part)
    return bytes(part.read_bytes())


def _bytes(path: Path) -> Entries:
    import hashlib

    return {"bytes": hashlib.sha256(path.read_bytes()).hexdigest()[:12]}


_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?")


def _number(cell: str) -> Any:
    """A cell as a number where it is written as one; 0902 and 1_000 are texts."""
    return float(cell) if _NUMBER.fullmatch(cell) else cell


_READERS: dict[str, Callable[[Path], Entries]] = {
    ".csv": _csv,
    ".json": _json,
    ".toml": _nothing,
    ".txt": _nothing,
    ".gpkg": _layers,
    ".shp": _layers,
    ".dbf": _layers,
    ".xlsx": _workbook,
    ".pdf": _pdf,
}
_LINES: dict[str, Callable[[Path], Lines]] = {".toml": _text, ".txt": _text, ".pdf": _pdf_lines}
