"""Polygons taken from a .shp as they stand are byte by byte what GDAL makes of them, in whatever order the records lie."""

import struct
from pathlib import Path
from unittest import mock

import numpy as np
import pyogrio
import pytest
import shapely
from random_plots import random_plots

from landplan.io import shapefile, shp_plain, shp_records


def written(path: Path, shapes: list[object]) -> Path:
    columns = [np.arange(len(shapes))]
    pyogrio.raw.write(path, shapely.to_wkb(shapes), columns, ["n"], geometry_type="Polygon", crs="EPSG:4549", encoding="UTF-8")
    return path


def ours(path: Path) -> list[bytes | None]:
    raw = shapefile.read(path, "parcels", None)
    assert raw.wkb is not None
    return list(raw.wkb.to_pylist())


def by_others(path: Path) -> list[bytes | None]:
    """What GDAL, and our reader of odd records, make of it without the way that is tested."""
    with mock.patch.object(shp_plain, "plain", lambda _data, _records, sound: np.zeros(len(sound), np.bool_)):
        return ours(path)


def easy(path: Path) -> list[bool]:
    data = np.fromfile(path, np.uint8)
    records = shp_records.located(data, path.with_suffix(".shx"))
    return list(shp_plain.plain(data, records, records.start >= 0))


@pytest.mark.parametrize("seed", range(6))
def test_plain_and_other_records_together_are_what_gdal_makes_of_them(tmp_path: Path, seed: int) -> None:
    path = written(tmp_path / "a.shp", random_plots(seed, count=30))
    assert {*easy(path)} == {True, False}  # holes, several parts and null are among them
    assert ours(path) == by_others(path)


@pytest.mark.parametrize("bunch", [1, 3, 20_000])
def test_plain_records_alone_need_no_other_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bunch: int) -> None:
    path = written(tmp_path / "a.shp", [shapely.box(k, 0, k + 1, 2 + k) for k in range(10)])
    wanted = by_others(path)
    assert all(easy(path))
    monkeypatch.setattr(shp_plain, "_BUNCH", bunch)
    monkeypatch.setattr(shapefile, "_read", None)
    assert ours(path) == wanted


def test_records_that_lie_in_another_order_come_by_their_index(tmp_path: Path) -> None:
    path = written(tmp_path / "a.shp", random_plots(1, count=9)[:9])
    wanted, raw = by_others(path), path.read_bytes()
    index = np.frombuffer(path.with_suffix(".shx").read_bytes()[100:], ">i4").reshape(-1, 2) * 2
    body, places = b"", []
    for start, length in index[::-1].tolist():
        places.append((100 + len(body), length))
        body += raw[start : start + 8 + length]
    path.write_bytes(raw[:100] + body)
    head = path.with_suffix(".shx").read_bytes()[:100]
    entries = b"".join(struct.pack(">ii", start // 2, length // 2) for start, length in places[::-1])
    path.with_suffix(".shx").write_bytes(head + entries)
    assert any(easy(path))
    assert ours(path) == wanted


@pytest.mark.parametrize("change", ["open", "three", "part"])
def test_what_is_not_plain_is_left_to_the_others(tmp_path: Path, change: str) -> None:
    path = written(tmp_path / "a.shp", [shapely.box(k, 0, k + 1, 2) for k in range(3)])
    raw = bytearray(path.read_bytes())
    size = (len(raw) - 100) // 3
    at = 100 + size  # the second record
    if change == "open":
        raw[at + size - 16 : at + size - 8] = struct.pack("<d", 7.5)
    elif change == "three":
        raw[at + 48 : at + 52] = struct.pack("<i", 3)
    else:
        raw[at + 52 : at + 56] = struct.pack("<i", 1)
    path.write_bytes(bytes(raw))
    assert easy(path) == [True, False, True]
    assert ours(path) == by_others(path)
