"""Large GeoPackages are counted and checked by the headers of their records: every package of the corpus says the same so."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cases import cases

from landplan.core.errors import LandplanError
from landplan.io import geopackage_values
from landplan.io.geopackage import settled, tables
from landplan.io.ogr_layer import read_geopackage

CASES = {key: case for key, case in cases().items() if case.group == "gpkg"}


@pytest.mark.parametrize("key", sorted(CASES))
def test_the_headers_say_what_sqlite_says(key: str, tmp_path: Path) -> None:
    path = CASES[key].make(tmp_path)
    try:
        with settled(path) as file:
            for layer in tables(file):
                tree = geopackage_values._tree(file, layer)
                if tree is not None and _is_sound(file):
                    assert geopackage_values._look(file, layer, None, tree) == geopackage_values._look(file, layer, None, None)
    except LandplanError:
        return  # refused before anything is counted


def _is_sound(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def test_odd_values_are_found_in_the_headers_alone(tmp_path: Path) -> None:
    """Values of every kind, in columns of every type: the kinds rule out just what SQLite would find nothing in."""
    path = tmp_path / "odd.gpkg"
    values = [None, 0, 1, 2, 127, 200, 40_000, 2**33, 2**60, 0.5, 2.0, "x", b"x", "2023-02-30", "2024-05-06"]
    types = ["INTEGER", "TINYINT", "SMALLINT", "MEDIUMINT", "REAL", "DOUBLE", "BOOLEAN", "DATE", "DATETIME", "TEXT", "BLOB"]
    with closing(sqlite3.connect(path)) as database:
        for k, value in enumerate(values):
            columns = ", ".join(f"c{j} {type_}" for j, type_ in enumerate(types))
            database.execute(f"CREATE TABLE t{k} (fid INTEGER PRIMARY KEY, {columns})")
            database.execute(f"INSERT INTO t{k} VALUES (1, {', '.join('?' * len(types))})", [value] * len(types))  # noqa: S608
        database.commit()
    found = set()
    for k in range(len(values)):
        tree = geopackage_values._tree(path, f"t{k}")
        assert tree is not None
        assert geopackage_values._kinds(path, tree) is not None
        look = geopackage_values._look(path, f"t{k}", None, tree)
        assert look == geopackage_values._look(path, f"t{k}", None, None), values[k]
        found.update(look.odd)
    assert found == {f"c{j}" for j in range(9)}


@pytest.mark.parametrize("key", ["gpkg-sound", "gpkg-text_in_columns_of_numbers"])
def test_a_large_package_reads_as_a_small_one(key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = CASES[key].make(tmp_path)
    small = read_geopackage(path, None, "parcels")
    monkeypatch.setattr(geopackage_values, "_LARGE", -1)
    monkeypatch.setattr(geopackage_values, "counted", None)  # not asked
    large = read_geopackage(path, None, "parcels")
    assert large.issues == small.issues
    assert large.rows_in == small.rows_in
    assert large.table.equals(small.table)
