"""Arcs of any format GDAL reads become chords; what is straight stays byte for byte."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landplan.io.gdal import heard, ogr
from landplan.io.ogr_layer import read_geopackage
from landplan.io.strokes import kinds


def circular(*xy: tuple[float, float]) -> bytes:
    return struct.pack("<BII", 1, 8, len(xy)) + b"".join(struct.pack("<dd", *point) for point in xy)


def test_arcs_of_a_geopackage_are_stroked_and_counted(tmp_path: Path) -> None:
    straight = shapely.to_wkb(shapely.LineString([(0, 0), (5, 5)]))
    half = circular((0, 0), (1, 1), (2, 0))
    only_straight = struct.pack("<BII", 1, 9, 1) + straight
    table = pa.table({"v": pa.array([1, 2, 3, 4]), "geometry": pa.array([straight, half, None, only_straight], pa.binary())})
    path = tmp_path / "a.gpkg"
    with heard():
        options = {"geometry_name": "geometry", "geometry_type": "Unknown", "crs": "EPSG:4549"}
        ogr().raw.write_arrow(table, path, driver="GPKG", layer="roads", **options)
    raw = read_geopackage(path, None, "roads")
    assert [(issue.id, issue.weight, issue.values["n"]) for issue in raw.issues] == [("curves_stroked", "note", 1)]
    rows = raw.wkb.to_pylist()
    assert (rows[0], rows[2]) == (straight, None)
    shapes = shapely.from_wkb(rows)
    assert shapes[1].length == pytest.approx(np.pi, rel=1e-4)
    assert np.abs(np.hypot(*(shapely.get_coordinates(shapes[1]) - [1, 0]).T) - 1).max() < 1e-9
    assert shapely.equals(shapes[3], shapes[0])


ROWS = (None, b"", b"\1\2", "POINT (1 2)", "LINESTRING Z (0 0 1, 1 1 1)", "MULTIPOLYGON EMPTY")


@given(st.lists(st.sampled_from(ROWS), min_size=1), st.data())
def test_kinds_are_those_that_shapely_finds(rows: list[bytes | str | None], data: st.DataObject) -> None:
    wkb = [
        shapely.to_wkb(shapely.from_wkt(row), flavor=data.draw(st.sampled_from(["iso", "extended"])),
                       byte_order=data.draw(st.integers(0, 1))) if isinstance(row, str) else row for row in rows
    ]  # fmt: skip
    expected = [{"P": 1, "L": 2, "M": 6}[row[0]] if isinstance(row, str) else 0 for row in rows]
    start = data.draw(st.integers(0, len(rows)))
    for type_ in (pa.binary(), pa.large_binary()):
        column = pa.array(wkb, type_)
        assert kinds(column.slice(start)).tolist() == expected[start:]
        assert kinds(pa.chunked_array([column[:start], column[start:]], type_)).tolist() == expected
