"""What other programs get silently wrong, one test for each kind: landplan's warning, or the right answer."""

from __future__ import annotations

import os
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import made_files
import made_packages
import pyarrow as pa
import pytest
import shapely

from landplan.core.errors import InputError
from landplan.io.inspection import inspect

N = 8
HOLD = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA locking_mode=EXCLUSIVE")
database.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def told(card: dict[str, Any]) -> set[str]:
    return {one["code"] for one in card["warnings"]}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


# 1: rows that are not there


def test_1_rows_missing_from_the_attributes(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path, N)
    made_files.dbf(tmp_path / "plots.dbf", [(b"ID", "N", 10, 0)], [[str(k).encode()] for k in range(5)])
    card = inspect(path)
    assert card["layers"][0]["features"] == N
    assert "rows_differ" in told(card)


def test_1_attributes_cut_in_the_middle(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path, N)
    table = tmp_path / "plots.dbf"
    table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    card = inspect(path)
    assert card["layers"][0]["features"] == N
    assert "dbf_cut" in told(card)


def test_1_a_page_overwritten(tmp_path: Path) -> None:
    path = made_packages.package(tmp_path, 400)
    with sqlite3.connect(path) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'plots'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    raw = bytearray(path.read_bytes())
    (leaf,) = struct.unpack(">I", raw[(root - 1) * size + 8 :][:4])
    raw[(leaf - 1) * size : leaf * size] = b"\xa5" * size
    path.write_bytes(raw)
    try:
        assert told(inspect(path)) & {"database_damaged", "rows_lost"}
    except InputError as error:
        assert error.id == "file_damaged"


# 2: Chinese text


@pytest.mark.parametrize("cpg", [None, "OEM", "ANSI 936", "UTF-8", "GBK"])
@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_2_chinese_text_is_never_mojibake(codec: str, cpg: str | None, tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path, N)
    (tmp_path / "plots.cpg").unlink()
    if cpg is not None:
        (tmp_path / "plots.cpg").write_text(cpg)
    rows = [["嘉定区安亭镇工业用地".encode(codec)] for _ in range(N)]
    made_files.dbf(tmp_path / "plots.dbf", [("名称".encode(codec), "C", 60, 0)], rows)
    card = inspect(path)
    assert card["layers"][0]["sample"][0] == {"名称": "嘉定区安亭镇工业用地"}
    right = {("gbk", "GBK"), ("gbk", "ANSI 936"), ("utf-8", "UTF-8")}
    assert (codec, cpg) in right or told(card) & {"encoding_guessed", "encoding_declared_wrong"}


# 3: whole numbers


def test_3_whole_numbers_keep_their_last_digit(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    rows = (9007199254740993, -9223372036854775808, 9223372036854775807, 0.5)
    features = [
        f'{{"type":"Feature","properties":{{"k":{k}}},"geometry":{{"type":"Point","coordinates":[121.2,31.3]}}}}' for k in rows
    ]
    path.write_text(f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}')
    card = inspect(path)
    assert [str(row["k"]) for row in card["layers"][0]["sample"]] == [str(k) for k in rows]
    assert "integers_as_text" in told(card)


# 4: a GeoPackage that is open elsewhere


def test_4_pending_changes_are_read_and_nothing_is_written(tmp_path: Path) -> None:
    path = made_packages.pending(made_packages.package(tmp_path), "UPDATE plots SET 面积 = 12345 WHERE fid = 1")
    before = bytes_of(tmp_path)
    assert before["plots.gpkg-wal"]
    assert inspect(path)["layers"][0]["sample"][0]["面积"] == 12345.0
    assert bytes_of(tmp_path) == before


# 5: broken XML and zips


@pytest.mark.parametrize(
    "text",
    ['<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><a xmlns:gml="http://www.opengis.net/gml">&b;</a>',
     '<?xml version="1.0"?><a xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><p><n>1</n></p></gml:feat'],
    ids=["entities", "cut"],
)  # fmt: skip
def test_5_broken_gml_is_no_empty_file(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.gml"
    path.write_text(text)
    with pytest.raises(InputError, match=r"a\.gml"):
        inspect(path)


def test_5_a_zip_with_a_wrong_checksum_is_no_empty_zip(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "a.zip"
    (tmp_path / "in").mkdir()
    made_files.shapefile(tmp_path / "in", N)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted((tmp_path / "in").iterdir()):
            archive.write(file, file.name)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"\x00\x00\x27\x0a") + 120] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(InputError, match=r"a\.zip"):
        inspect(path)


# 6: files that name other files


@pytest.mark.parametrize("name", ["a.vrt", "a.gpkg", "a.shp", "a.txt"])
@pytest.mark.parametrize("source", ["/etc/passwd", "/vsicurl/http://127.0.0.1:9/a.csv"])
def test_6_references_are_not_followed(name: str, source: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>CSV:{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )
    with pytest.raises(InputError, match=name):
        inspect(tmp_path / name)


# 7: every layer


def test_7_every_layer_of_a_file(tmp_path: Path) -> None:
    path = made_packages.package(tmp_path)
    for name in ("b", "c"):
        made_files.write(path, made_files.squares(3), {"n": pa.array(range(3))}, layer=name, append=True)
    assert [(layer["name"], layer["features"]) for layer in inspect(path)["layers"]] == [("plots", N), ("b", 3), ("c", 3)]


# 8: one odd row


def test_8_one_unclosed_ring_costs_at_most_itself(tmp_path: Path) -> None:
    x, y = made_files.X, made_files.Y
    ring = struct.pack("<BIII", 1, 3, 1, 4) + struct.pack("<8d", x, y, x + 10, y, x + 10, y + 10, x, y + 10)
    path = made_packages.with_shape(tmp_path, b"GP\0\1" + struct.pack("<i", 4549) + ring)
    card = inspect(path)
    assert card["layers"][0]["features"] == N
    assert card["layers"][0]["area_m2"] >= 700 * 0.999
    assert told(card) & {"ring_closed", "geometry_unreadable"}


def test_8_a_solid_costs_itself(tmp_path: Path) -> None:
    triangle = struct.pack("<BIII", 1, 1017, 1, 4) + struct.pack("<12d", 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0)
    solid = struct.pack("<BII", 1, 1016, 1) + triangle
    card = inspect(made_packages.with_shape(tmp_path, b"GP\0\1" + struct.pack("<i", 4549) + solid))
    assert card["layers"][0]["features"] == N
    assert card["layers"][0]["area_m2"] == pytest.approx(700, rel=1e-3)
    assert told(card)


# 9: files that hang or end a library


def endless(folder: Path) -> Path:
    """A sound layer and a view whose rows never end."""
    view = (
        "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, NULL AS geom FROM c;"
    )
    return made_packages.altered(made_packages.package(folder), view + made_packages.listed("v"))


def test_9_an_endless_view_does_not_hang(tmp_path: Path) -> None:
    path, start = endless(tmp_path), time.monotonic()
    card = inspect(path)
    assert time.monotonic() - start < 25
    assert [layer["features"] for layer in card["layers"]] == [N]
    assert "layer_unreadable" in told(card)


def test_9_a_locked_file_is_read_at_once(tmp_path: Path) -> None:
    path = made_packages.package(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        start = time.monotonic()
        card = inspect(path)
        assert time.monotonic() - start < 10
        other.kill()
    assert card["layers"][0]["features"] == N


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_9_a_library_that_dies_is_one_line(tmp_path: Path) -> None:
    from landplan.io import apart

    (tmp_path / "other").mkdir()
    path = endless(tmp_path)  # it is read for five seconds
    made_packages.package(tmp_path / "other")
    child = apart._processes.taken()
    apart._processes.given_back(child)
    threading.Timer(1.0, lambda: os.kill(child.process.pid, signal.SIGSEGV)).start()
    with pytest.raises(InputError) as caught:
        inspect(path)
    assert (caught.value.id, path.name in str(caught.value)) == ("reading_crashed", True)
    assert inspect(tmp_path / "other" / "plots.gpkg")["layers"][0]["features"] == N


# 10: litter


def test_10_nothing_is_left_beside_a_gml(tmp_path: Path) -> None:
    from mutations import _gml

    path = _gml(tmp_path / "a.gml")
    before = bytes_of(tmp_path)
    assert inspect(path)["layers"][0]["features"] == 20
    assert bytes_of(tmp_path) == before


# 11: areas


@pytest.mark.parametrize(
    "crs", ["EPSG:3857", "EPSG:4490", "+proj=tmerc +lat_0=0 +lon_0=120 +x_0=500000 +ellps=GRS80 +units=us-ft"]
)
def test_11_area_is_that_on_the_ground(crs: str, tmp_path: Path) -> None:
    import pyproj

    move = pyproj.Transformer.from_crs("EPSG:4549", crs, always_xy=True)
    shapes = shapely.transform(made_files.squares(N, 1000.0), lambda xy: pa.array([]) if not len(xy) else _moved(move, xy))
    path = made_files.write(tmp_path / "a.gpkg", shapes, {"id": pa.array(range(N))}, crs=pyproj.CRS(crs).to_wkt("WKT1_GDAL"))
    assert inspect(path)["layers"][0]["area_m2"] == pytest.approx(N * 1e6, rel=1e-3)


def _moved(move: Any, xy: Any) -> Any:
    import numpy as np

    return np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
