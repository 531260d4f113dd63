"""A second look at the values of a GeoPackage: SQLite stores anything in any column, and GDAL reads text in a number's as 0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core.errors import Issue
from landplan.io.geopackage import connected, quoted

if TYPE_CHECKING:
    import pyarrow as pa

_REAL = re.compile(r"REAL|DOUB|FLOA", re.IGNORECASE)
_WHOLE = re.compile(r"INT", re.IGNORECASE)
_FLAG = re.compile(r"BOOL", re.IGNORECASE)
_NARROW = {"TINYINT": 2**7, "SMALLINT": 2**15, "MEDIUMINT": 2**31}
_EXACT = 2**53
_HEADER, _EMPTY = b"GP", 0x10
_EXAMPLE = 40


@contextmanager
def looked_at(file: Path, layer: str) -> Iterator[Future[list[str]]]:
    """While GDAL reads a layer: the columns of it that hold something else than they declare."""
    with ThreadPoolExecutor(1) as second:
        yield second.submit(_odd_columns, file, layer)


def as_stored(file: Path, layer: str, table: pa.Table, odd: list[str], role: str) -> tuple[pa.Table, tuple[Issue, ...]]:
    """The table with the values of odd columns as SQLite has them, and an Issue for those that are not of the column's type."""
    import pyarrow as pa

    odd = [*odd, *_days_lost(file, layer, table, odd)]
    odd = [name for name in odd if name in table.column_names]
    if not odd:
        return table, ()
    issues = []
    for name, values in _stored(file, layer, odd).items():
        if len(values) != table.num_rows:
            continue
        place, type_ = table.column_names.index(name), table.schema.field(name).type
        column, bad = (
            (table.column(name), _unread(table.column(name), values)) if pa.types.is_temporal(type_) else _numbers(values)
        )
        table = table.set_column(place, name, column)
        if bad:
            shown = {"field": name, "n": len(bad), "example": _shown(bad[0])}
            issues.append(Issue("values_not_of_type", role, values=shown))
    return table, tuple(issues)


def with_bytes(file: Path, layer: str, column: str, wkb: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """The geometries, with the bytes of those that GDAL made nothing of: plain WKB is a geometry after all, and what is none
    is told from rows without one."""
    import pyarrow as pa

    if not wkb.null_count:
        return wkb
    with connected(file) as database:
        (there,) = database.execute(f"SELECT count({quoted(column)}) FROM {quoted(layer)}").fetchone()  # noqa: S608
    if there == len(wkb) - wkb.null_count:
        return wkb
    blobs = _stored(file, layer, [column])[column]
    if len(blobs) != len(wkb):
        return wkb
    rows = wkb.to_pylist()
    for row, blob in enumerate(blobs):
        if rows[row] is None and blob is not None and not _is_empty(blob):
            rows[row] = blob if isinstance(blob, bytes) else str(blob).encode()
    return pa.array(rows, pa.binary())


def _is_empty(blob: object) -> bool:
    """Whether a geometry says of itself that it is empty."""
    return isinstance(blob, bytes) and len(blob) >= 8 and blob.startswith(_HEADER) and bool(blob[3] & _EMPTY)


def _odd_columns(file: Path, layer: str) -> list[str]:
    """Columns declared as numbers or flags with other values in them; one pass when there are none, as in most files."""
    with connected(file) as database:
        declared = {name: type_ for _, name, type_, *_ in database.execute(f"PRAGMA table_info({quoted(layer)})")}
        tests = {name: test for name, type_ in declared.items() if (test := _test(name, type_ or ""))}
        if not tests:
            return []
        source = quoted(layer)
        first = database.execute(f"SELECT 1 FROM {source} WHERE {' OR '.join(tests.values())} LIMIT 1").fetchone()  # noqa: S608
        if first is None:
            return []
        found = database.execute(f"SELECT {', '.join(f'total({test})' for test in tests.values())} FROM {source}").fetchone()  # noqa: S608
    return [name for name, n in zip(tests, found, strict=True) if n]


def _test(name: str, type_: str) -> str:
    """SQL that is true where a value is not what the column declares; text and blobs are greater than any number."""
    column = quoted(name)
    if _FLAG.search(type_):
        return f"({column} NOT IN (0, 1))"
    if _REAL.search(type_):
        return f"({column} >= '')"
    if not _WHOLE.search(type_):
        return ""
    most = _NARROW.get(type_.strip().upper())
    narrow = f" OR {column} >= {most} OR {column} < -{most}" if most else ""
    return f"({column} >= '' OR typeof({column}) = 'real'{narrow})"


def _days_lost(file: Path, layer: str, table: pa.Table, odd: list[str]) -> list[str]:
    """Columns of days and times of which GDAL read fewer than there are."""
    import pyarrow as pa

    names = [one.name for one in table.schema if pa.types.is_temporal(one.type) and table.column(one.name).null_count]
    names = [name for name in names if name not in odd]
    if not names:
        return []
    counts = ", ".join(f"count({quoted(name)})" for name in names)
    with connected(file) as database:
        there = database.execute(f"SELECT {counts} FROM {quoted(layer)}").fetchone()  # noqa: S608
    return [name for name, n in zip(names, there, strict=True) if n > table.num_rows - table.column(name).null_count]


def _stored(file: Path, layer: str, names: list[str]) -> dict[str, list[Any]]:
    """What SQLite has in the columns, row by row in the order in which GDAL reads them."""
    with connected(file) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        rows = database.execute(f"SELECT * FROM {quoted(layer)}")  # noqa: S608
        place = {column[0].lower(): k for k, column in enumerate(rows.description)}
        places = [place[name.lower()] for name in names]
        cells = [[row[k] for k in places] for row in rows]
    return {name: [row[k] for row in cells] for k, name in enumerate(names)}


def _numbers(values: list[Any]) -> tuple[Any, list[Any]]:
    """The numbers as whole ones where all are and the widest float else; what is none is null, and listed."""
    import pyarrow as pa

    bad = [value for value in values if value is not None and not isinstance(value, int | float)]
    kept = [value if isinstance(value, int | float) else None for value in values]
    if any(isinstance(value, float) for value in kept):
        if any(isinstance(value, int) and abs(value) > _EXACT for value in kept):
            return pa.array([None if value is None else str(value) for value in kept], pa.string()), bad
        return pa.array([None if value is None else float(value) for value in kept], pa.float64()), bad
    return pa.array(kept, pa.int64()), bad


def _unread(column: Any, values: list[Any]) -> list[Any]:
    """The values of which GDAL read nothing."""
    return [value for value, valid in zip(values, column.is_valid().to_pylist(), strict=True) if value is not None and not valid]


def _shown(value: object) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)[:_EXAMPLE]
