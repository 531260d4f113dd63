"""PostGIS tables: read only, names quoted, no password in a file, every row counted; by a pretended connection, and a real one
where LANDPLAN_TEST_PGSERVICE names a service whose user may create a schema."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io import postgis, postgis_session
from landplan.io.postgis_session import quoted, quoted_table
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import list_layers

PLOTS = [(1, "001", "1.50", shapely.to_wkb(shapely.box(0, 0, 9, 9))), (2, None, "2", None)]
COLUMNS = [("gid", "int4"), ("名称", "text"), ("far", "numeric"), ("geom", "geometry")]


class Pretended:
    """A DB-API connection that notes what it is asked and answers by the words of the question."""

    def __init__(self, rows: list[tuple[Any, ...]] = PLOTS, **answers: object) -> None:
        self.said: list[str] = []
        self.values: list[object] = []
        self.closed = False
        self.answers: dict[str, Any] = {
            "pg_extension": [("gis",)], "pg_attribute a\njoin": [("s", "t")], "to_regclass": COLUMNS,
            "count(*)": [(len(rows), 0)], "ST_SRID": [(4549,)], "spatial_ref_sys": [("EPSG", 4549, "")], "fetch": rows, **answers,
        }  # fmt: skip
        self.found: list[tuple[Any, ...]] = []

    def cursor(self) -> Pretended:
        return self

    def execute(self, sql: str, values: tuple[object, ...] = ()) -> None:
        self.said.append(sql)
        self.values += values
        if isinstance(self.answers.get("raises"), tuple):
            words, error = self.answers["raises"]
            if words in sql:
                raise error
        self.found = next((list(found) for words, found in self.answers.items() if words in sql and words != "raises"), [])
        if sql.startswith("fetch"):
            self.answers["fetch"] = []

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.found

    def close(self) -> None:
        self.closed = True


Connected = Callable[..., Pretended]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Connected:
    def pretend(*args: Any, **answers: object) -> Pretended:
        made = Pretended(*args, **answers)
        monkeypatch.setattr(postgis_session, "_connected", lambda _service, _where: made)
        return made

    return pretend


def written(folder: Path, content: str = 'service = "land"\ntable = "gis.plots"\n') -> Path:
    path = folder / "plots.postgis"
    path.write_text(content, "utf-8")
    return path


def read(path: Path, layer: str | None = None) -> RawLayer:
    return postgis.read(path, LayerInput(path=path.name, layer=layer), "parcels")


def digest(raw: RawLayer) -> object:
    return next(issue.values["sha256"] for issue in raw.issues if issue.id == "postgis_rows")


def test_rows_come_from_one_snapshot_that_cannot_write(tmp_path: Path, connected: Connected) -> None:
    connection = connected()
    raw = read(written(tmp_path))
    assert connection.said[:3] == [
        "start transaction isolation level repeatable read, read only",
        "set local statement_timeout = '300s'",
        "set local lock_timeout = '10s'",
    ]
    assert connection.said[-1] == "rollback"
    assert connection.closed
    assert raw.table.to_pydict() == {"gid": [1, 2], "名称": ["001", None], "far": [1.5, 2.0]}
    assert raw.crs == "EPSG:4549"
    assert raw.wkb is not None
    assert raw.wkb.to_pylist() == [PLOTS[0][3], None]
    assert [issue.id for issue in raw.issues] == ["postgis_rows"]
    written_words = re.compile(r"\b(insert|update|delete|create|drop|alter|commit)\b", re.IGNORECASE)
    assert not any(written_words.search(sql) for sql in connection.said)


def test_names_are_quoted_wherever_they_stand(tmp_path: Path, connected: Connected) -> None:
    evil = 'x"; drop table y; --'
    connection = connected(to_regclass=[(evil, "int4"), ("100%", "text"), (evil + "g", "geometry")])
    read(written(tmp_path, "table = '" + 'a"b.' + evil + "'\n"))
    assert connection.values[0] == '"a""b"."x""; drop table y; --"'
    declared = next(sql for sql in connection.said if sql.startswith("declare"))
    assert declared.startswith('declare landplan_rows no scroll cursor for select "x""; drop table y; --", "100%"::text, ')
    assert declared.endswith(' from "a""b"."x""; drop table y; --"')
    outside = [re.sub(r'"(?:[^"]|"")*"', "", sql) for sql in connection.said]
    assert not any("drop table" in sql for sql in outside)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1))
def test_a_quoted_name_is_one_name(name: str) -> None:
    found = re.fullmatch(r'"((?:[^"]|"")*)"', quoted(name), re.DOTALL)
    assert found is not None
    assert found[1].replace('""', '"') == name


def test_a_name_without_a_schema_is_found_by_the_search_path() -> None:
    assert (quoted_table("plots"), quoted_table("gis.plots.old")) == ('"plots"', '"gis"."plots.old"')
    with pytest.raises(InputError):
        quoted("a\0b")


@pytest.mark.parametrize("key", ["password", "host", "user", "dbname", "hostaddr", "PassWord"])
def test_a_file_has_no_address_and_no_password(tmp_path: Path, connected: Connected, key: str) -> None:
    connection = connected()
    with pytest.raises(InputError, match=r"\.pgpass") as caught:
        read(written(tmp_path, f'service = "land"\ntable = "t"\n{key} = "geheim"\n'))
    assert "geheim" not in str(caught.value)
    assert not connection.said


@pytest.mark.parametrize(
    ("content", "id"),
    [
        ('service = "postgresql://u:geheim@h/d"', "postgis_private"),
        ('service = "land"\ntabel = "t"', "postgis_key"),
        ("service = land", "postgis_file"),
        ("table = 5", "postgis_file"),
        ('table = ""', "postgis_file"),
        ('table = "a\\nb"', "postgis_file"),
        ("\xff", "postgis_file"),
    ],
)
def test_a_file_that_says_something_else(tmp_path: Path, connected: Connected, content: str, id: str) -> None:
    connected()
    path = tmp_path / "a.postgis"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.id == id
    assert "geheim" not in str(caught.value)


def test_an_address_in_place_of_a_path_says_what_to_do() -> None:
    with pytest.raises(InputError, match=r"\.postgis") as caught:
        list_layers(Path("postgresql://planner:geheim@host/land"))
    assert "geheim" not in str(caught.value)


def test_errors_of_the_database_are_one_line_and_leave_it(tmp_path: Path, connected: Connected) -> None:
    refused = RuntimeError("permission denied for table plots\nCONTEXT: line 1")
    connection = connected(raises=("count(*)", refused))
    with pytest.raises(InputError, match="permission denied") as caught:
        read(written(tmp_path))
    assert "\n" not in str(caught.value)
    assert connection.said[-1] == "rollback"
    assert connection.closed


def test_a_table_that_is_not_there_names_what_is(tmp_path: Path, connected: Connected) -> None:
    connected(to_regclass=[], **{"has_table_privilege": [("gis", "plotz")], "pg_attribute a\njoin": [("gis", "plotz")]})
    with pytest.raises(InputError, match=r"gis\.plotz"):
        read(written(tmp_path))


def test_a_file_without_a_table_lists_them(tmp_path: Path, connected: Connected) -> None:
    connected(**{"pg_attribute a\njoin": [("gis", "plots"), ("gis", "zones")]})
    path = written(tmp_path, 'service = "land"')
    with pytest.raises(InputError, match=r"gis\.plots, gis\.zones"):
        postgis.layers(path)
    assert len(read(path, "gis.plots")) == 2


def test_the_checksum_is_of_the_rows_whatever_their_order(tmp_path: Path, connected: Connected) -> None:
    path = written(tmp_path)
    found = []
    for rows in (PLOTS, PLOTS[::-1], [PLOTS[0], (2, "", "2", None)]):
        connected(rows)
        found.append(digest(read(path)))
    assert found[0] == found[1] != found[2]


def test_what_the_database_counts_otherwise_is_said(tmp_path: Path, connected: Connected) -> None:
    connected(**{"count(*)": [(3, 1)], "ST_SRID": [(4549,), (4528,)]})
    raw = read(written(tmp_path))
    assert {issue.id for issue in raw.issues} == {"postgis_rows", "rows_lost", "curves_stroked", "postgis_systems"}
    assert raw.crs is None


def test_one_of_several_geometries_and_a_table_without(tmp_path: Path, connected: Connected) -> None:
    two = [("gid", "int4"), ("centre", "geography"), ("geom", "geometry")]
    path = written(tmp_path)
    connected([(1, None)], to_regclass=two)
    assert [issue.values for issue in read(path).issues if issue.id == "postgis_geometries"] == [
        {"field": "centre", "others": ["geom"]}
    ]
    connection = connected([(1, None)], to_regclass=two)
    read(written(tmp_path, 'table = "gis.plots"\ngeometry = "geom"'))
    assert "::geometry" not in next(sql for sql in connection.said if sql.startswith("declare"))
    connected([(1,)], to_regclass=two[:1])
    assert read(written(tmp_path)).wkb is None
    connected(to_regclass=two)
    with pytest.raises(InputError, match="geom"):
        read(written(tmp_path, 'table = "gis.plots"\ngeometry = "gom"'))


def test_numbers_of_any_length_keep_their_digits(tmp_path: Path, connected: Connected) -> None:
    columns = [("big", "int8"), ("wide", "numeric"), ("flag", "bool"), ("day", "date")]
    connected([(2**63 - 1, "12345678901234567890123", True, "infinity")], to_regclass=columns)
    assert read(written(tmp_path)).table.to_pylist() == [
        {"big": 2**63 - 1, "wide": "12345678901234567890123", "flag": True, "day": "infinity"}
    ]


def test_without_the_driver_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r"landplan\[postgis\]"):
        read(written(tmp_path))


@pytest.fixture
def real_table() -> Iterator[str]:
    service = os.environ.get("LANDPLAN_TEST_PGSERVICE")
    if not service:
        pytest.skip("no database is named")
    psycopg = pytest.importorskip("psycopg")
    schema = f"landplan_test_{os.getpid()}"
    table = schema + '."地块 ""1"""'
    with psycopg.connect(service=service, autocommit=True) as connection:
        connection.execute(f"create schema {schema}")
        try:
            columns = "id text, big bigint, far numeric(6,2), day date, geom geometry(Geometry, 4549)"
            box = "ST_MakeEnvelope(611000, 3463000, 611100, 3463100, 4549)"
            arc = "ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))', 4549)"
            connection.execute(f"create table {table} ({columns})")
            connection.execute(f"insert into {table} values ('001', 9007199254740993, 1.5, '2031-05-06', {box})")  # noqa: S608
            connection.execute(f"insert into {table} values ('002', null, null, 'infinity', {arc})")  # noqa: S608
            yield f'{schema}.地块 "1"'
        finally:
            connection.execute(f"drop schema {schema} cascade")


def test_a_real_database(tmp_path: Path, real_table: str) -> None:
    service = os.environ["LANDPLAN_TEST_PGSERVICE"]
    path = written(tmp_path, f"service = '{service}'\ntable = '{real_table}'\n")
    assert list_layers(path) == (real_table,)
    raw = read(path)
    assert raw.table.to_pydict() == {
        "id": ["001", "002"], "big": [9007199254740993, None], "far": [1.5, None], "day": ["2031-05-06", "infinity"],
    }  # fmt: skip
    assert isinstance(raw.wkb, pa.Array)
    areas = shapely.area(shapely.from_wkb(raw.wkb.to_pylist()))
    assert areas == pytest.approx([10_000, 8 * 3.14159265], rel=1e-4)
    assert (raw.crs, raw.rows_in) == ("EPSG:4549", 2)
    assert digest(raw) == digest(read(path))
