"""The headers of records say what SQLite says of its values, and no damaged byte is read beyond the file."""
# ruff: noqa: S608  (all SQL here is of our own making)

import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.io import sqlite_records as records
from landplan.io.sqlite_records import RecordKinds, record_kinds

VALUES = st.one_of(
    st.none(),
    st.sampled_from(
        [0, 1, -1, 127, 128, -129, 40_000, 2**23, 2**31, -(2**40), 2**47, 2**62, 0.5, 3.0, 1e300, "", "一", b"", b"x"]
    ),
    st.integers(1, 9000).map(lambda n: b"x" * n),
    st.text(max_size=200),
)


def kind(value: object) -> int:
    """The kind of a value in a column without affinity, from the definition of the format."""
    if value is None:
        return records.NULL
    if isinstance(value, str):
        return records.TEXT
    if isinstance(value, bytes):
        return records.BLOB
    if isinstance(value, float):
        return records.REAL
    if value in (0, 1):
        return records.ZERO if value == 0 else records.ONE
    widths = (8, records.WHOLE_8), (16, records.WHOLE_16), (24, records.WHOLE_24), (32, records.WHOLE_32), (48, records.WHOLE_48)
    return next((bit for width, bit in widths if -(2 ** (width - 1)) <= value < 2 ** (width - 1)), records.WHOLE_64)


def stored(
    rows: list[tuple[object, ...]], columns: int, page: int, path: str = ":memory:", removed: int = 0
) -> tuple[bytes, int]:
    """A database with a table of those rows, and the page its tree starts at."""
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA page_size={page}")
        database.execute("CREATE TABLE other (x)")
        database.execute(f"CREATE TABLE plots (id INTEGER PRIMARY KEY, {', '.join(f'c{k}' for k in range(columns))})")
        places = ", ".join("?" * columns)
        database.executemany(f"INSERT INTO plots VALUES (NULL, {places})", rows)
        database.execute("DELETE FROM plots WHERE id <= ?", (removed,))
        database.commit()
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plots'").fetchone()
        return database.serialize(), root


def read(data: bytes, root: int, columns: int) -> RecordKinds | None:
    return record_kinds(BytesIO(data), root, columns)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[VALUES] * n), min_size=1, max_size=60))),
    st.sampled_from([512, 1024, 4096, 65536]),
    st.integers(0, 5),
)
def test_rows_and_kinds_are_those_of_the_values(table: tuple[int, list[tuple[object, ...]]], page: int, removed: int) -> None:
    columns, rows = table
    left = rows[removed:]
    data, root = stored(rows, columns, page, removed=removed)
    wanted = [0] * columns
    for row in left:
        wanted = [bits | kind(value) for bits, value in zip(wanted, row, strict=True)]
    assert read(data, root, columns + 1) == RecordKinds(len(left), (records.NULL if left else 0, *wanted))


def test_a_tree_of_three_levels() -> None:
    rows = [(k % 3, f"地块{k}") for k in range(20_000)]
    data, root = stored(rows, 2, 512)
    assert read(data, root, 3) == RecordKinds(20_000, (records.NULL, records.ZERO | records.ONE | records.WHOLE_8, records.TEXT))


def test_a_column_added_later_is_absent_from_older_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    _, root = stored([(1,), (2,)], 1, 4096, str(path))
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE plots ADD COLUMN later TEXT DEFAULT 'x'")
        database.execute("INSERT INTO plots VALUES (NULL, 3, 'y')")
        database.commit()
    found = read(path.read_bytes(), root, 3)
    assert found is not None
    assert found.kinds[2] == records.ABSENT | records.TEXT


def test_what_is_not_plain_is_left_to_sqlite() -> None:
    wide, root = stored([tuple("x" * 70 for _ in range(900))], 900, 512)
    assert read(wide, root, 901) is None  # a header that does not fit in its page
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE plots (a TEXT PRIMARY KEY, b) WITHOUT ROWID")
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plots'").fetchone()
        data = database.serialize()
    assert read(data, root, 2) is None
    assert read(b"not a database" * 100, 2, 2) is None
    assert read(data, 10_000, 2) is None


def test_no_damaged_byte_leads_out_of_the_file() -> None:
    data, root = stored([(k, "x" * (k % 300), 0.5, None) for k in range(60)], 4, 512)
    random = np.random.default_rng(7)
    told = 0
    for _ in range(600):
        raw = np.frombuffer(data, np.uint8).copy()
        places = random.integers(100, len(raw), random.integers(1, 6))
        raw[places] = random.choice(np.array([0, 1, 5, 13, 127, 128, 255], np.uint8), len(places))
        cut = random.integers(len(raw) // 2, 2 * len(raw))  # half of them are whole
        told += read(raw[:cut].tobytes(), root, 5) is None
    assert 100 < told < 600
