"""A second look at the values of a GeoPackage: SQLite stores anything in any column, and GDAL reads text in a number's as 0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core.errors import Issue
from landplan.io import sqlite_records as stored
from landplan.io.geopackage import connected, counted, quoted
from landplan.io.sqlite_records import RecordKinds, record_kinds

if TYPE_CHECKING:
    import pyarrow as pa

_REAL = re.compile(r"REAL|DOUB|FLOA", re.IGNORECASE)
_WHOLE = re.compile(r"INT", re.IGNORECASE)
_FLAG = re.compile(r"BOOL", re.IGNORECASE)
_DAY = re.compile(r"^\s*(?:DATE(TIME)?|TIMESTAMP)\b", re.IGNORECASE)
_NO_DAY = " OR substr(date({0}), 1, 10) <> substr({0}, 1, 10)"
"""True of a day that SQLite turns into another one: 2023-02-30."""
_NARROW = {"TINYINT": 2**7, "SMALLINT": 2**15, "MEDIUMINT": 2**31}
_WHOLE_NUMBERS = (
    stored.ZERO | stored.ONE | stored.WHOLE_8 | stored.WHOLE_16 | stored.WHOLE_24 | stored.WHOLE_32 | stored.WHOLE_48
    | stored.WHOLE_64
)  # fmt: skip
_NARROW_KINDS = {
    "TINYINT": _WHOLE_NUMBERS & (stored.WHOLE_16 - 1) | stored.ZERO | stored.ONE,
    "SMALLINT": _WHOLE_NUMBERS & (stored.WHOLE_24 - 1) | stored.ZERO | stored.ONE,
    "MEDIUMINT": _WHOLE_NUMBERS & (stored.WHOLE_48 - 1) | stored.ZERO | stored.ONE,
}
_EXACT = 2**53
_HEADER, _EMPTY = b"GP", 0x10
_EXAMPLE = 40
_PAGES = 50
"""Pages of the file that are kept: few, so that they stay in the processor's cache; none is needed twice."""
_AT_ONCE = 200
"""Columns looked at in one statement."""
_LARGE = 64 << 20
"""Bytes of a file from which the headers of its records are read instead of its values: SQLite is quick enough below."""


@dataclass(frozen=True, slots=True)
class Look:
    """rows: of the layer, counted without GDAL. odd: columns that hold something else than they declare."""

    rows: int
    odd: list[str]


@contextmanager
def looked_at(file: Path, layer: str) -> Iterator[Future[Look]]:
    """While GDAL reads a layer: its rows and values by another way. InputError at once for a view that does not end.

    In a large file both come from the headers of its records, and SQLite looks again only at columns that may be odd.
    """
    tree = _tree(file, layer) if file.stat().st_size > _LARGE else None
    rows = counted(file, layer) if tree is None else None
    with ThreadPoolExecutor(1) as second:
        yield second.submit(_look, file, layer, rows, tree)


def as_stored(file: Path, layer: str, table: pa.Table, odd: list[str], role: str) -> tuple[pa.Table, tuple[Issue, ...]]:
    """The table with the values of odd columns as SQLite has them, and an Issue for those that are not of the column's type."""
    import pyarrow as pa

    odd = [name for name in odd if name in table.column_names]
    if not odd:
        return table, ()
    issues = []
    for name, values in _stored(file, layer, odd).items():
        if len(values) != table.num_rows:
            continue
        place, type_ = table.column_names.index(name), table.schema.field(name).type
        column, bad = _days(values, type_) if pa.types.is_temporal(type_) else _numbers(values)
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


def _look(file: Path, layer: str, rows: int | None, tree: tuple[int, list[str]] | None) -> Look:
    if tree is None or (found := _kinds(file, tree)) is None:
        return Look(counted(file, layer) if rows is None else rows, _odd_columns(file, layer, {}))
    return Look(found.rows, _odd_columns(file, layer, dict(zip(tree[1], found.kinds, strict=True))))


def _tree(file: Path, layer: str) -> tuple[int, list[str]] | None:
    """The first page of a table and its columns as they are stored; None for a view, or where some are not stored."""
    with connected(file) as database:
        rows = database.execute("SELECT rootpage FROM sqlite_master WHERE type = 'table' AND lower(name) = lower(?)", (layer,))
        (root,) = rows.fetchone() or (0,)
        columns = [(name, hidden) for _, name, *_, hidden in database.execute(f"PRAGMA table_xinfo({quoted(layer)})")]
    return (root, [name for name, _ in columns]) if root and not any(hidden for _, hidden in columns) else None


def _kinds(file: Path, tree: tuple[int, list[str]]) -> RecordKinds | None:
    try:
        with file.open("rb", buffering=0) as bare:
            return record_kinds(bare, tree[0], len(tree[1]))
    except (OSError, MemoryError):  # what cannot be read so is read by SQLite
        return None


def _odd_columns(file: Path, layer: str, kinds: Mapping[str, int]) -> list[str]:
    """Columns declared as numbers, flags or days with other values in them; one pass when there are none, as in most files.
    kinds: what is known of the values of a column, of all columns or none."""
    with connected(file) as database:
        database.execute("PRAGMA cell_size_check=OFF")  # counting has done that
        database.execute(f"PRAGMA cache_size={_PAGES}")
        declared = {name: type_ or "" for _, name, type_, *_ in database.execute(f"PRAGMA table_info({quoted(layer)})")}
        doubtful = {name: type_ for name, type_ in declared.items() if name not in kinds or not _fits(type_, kinds[name])}
        tests = {name: test for name, type_ in doubtful.items() if (test := _test(name, type_))}
        names, found = list(tests), []
        for k in range(0, len(names), _AT_ONCE):  # an expression of SQLite has at most 1000 levels
            bunch = {name: tests[name] for name in names[k : k + _AT_ONCE]}
            where = f"FROM {quoted(layer)} WHERE {' OR '.join(bunch.values())}"
            if database.execute(f"SELECT 1 {where} LIMIT 1").fetchone() is not None:
                sums = ", ".join(f"total({test})" for test in bunch.values())
                totals = database.execute(f"SELECT {sums} FROM {quoted(layer)}").fetchone()  # noqa: S608
                found += [name for name, n in zip(bunch, totals, strict=True) if n]
    return found


def _fits(type_: str, kinds: int) -> bool:
    """Whether values of these kinds are all of the declared type, whatever they are; of days only missing ones are."""
    if _FLAG.search(type_):
        return not kinds & ~(stored.NULL | stored.ZERO | stored.ONE)
    if _REAL.search(type_):
        return not kinds & ~(stored.NULL | stored.REAL | _WHOLE_NUMBERS)
    if _DAY.search(type_):
        return not kinds & ~stored.NULL
    narrow = _NARROW_KINDS.get(type_.strip().upper(), _WHOLE_NUMBERS)
    return not _WHOLE.search(type_) or not kinds & ~(stored.NULL | narrow)


def _test(name: str, type_: str) -> str:
    """SQL that is true where a value is not what the column declares: text and blobs are greater than any number, and what is
    not whole is another number as a whole one."""
    column = quoted(name)
    if _FLAG.search(type_):
        return f"({column} NOT IN (0, 1))"
    if _REAL.search(type_):
        return f"({column} >= '')"
    if kind := _DAY.search(type_):
        clock = "datetime" if kind[1] else "date"
        return f"({column} IS NOT NULL AND (typeof({column}) <> 'text' OR {clock}({column}) IS NULL{_NO_DAY.format(column)}))"
    if not _WHOLE.search(type_):
        return ""
    most = _NARROW.get(type_.strip().upper())
    narrow = f" OR {column} >= {most} OR {column} < -{most}" if most else ""
    return f"(({column} | 0) <> {column}{narrow})"


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


def _days(values: list[Any], type_: Any) -> tuple[Any, list[Any]]:
    """The days or times of texts that begin with one; any other value is null, and listed: GDAL gives 1970-01-01 for it."""
    import pyarrow as pa

    read = [_moment(value) if isinstance(value, str) else None for value in values]
    bad = [value for value, moment in zip(values, read, strict=True) if value is not None and moment is None]
    kept: list[Any] = [moment.date() if moment is not None and pa.types.is_date(type_) else moment for moment in read]
    return pa.array(kept, pa.date32() if pa.types.is_date(type_) else pa.timestamp("ms", "UTC")), bad


def _moment(text: str) -> datetime | None:
    for part in (text.strip().replace("/", "-"), text.strip().replace("/", "-")[:10]):
        try:
            moment = datetime.fromisoformat(part)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _shown(value: object) -> str:
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)[:_EXAMPLE]
