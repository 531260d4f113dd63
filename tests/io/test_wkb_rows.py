"""WKB to flat arrays: a bad geometry costs its row, and the two readers agree."""

import struct
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.layers import Geometry, Layer, Source
from landplan.io import shapes

SQUARE = shapely.box(0, 0, 1, 1)
RING = b"\x01\x03\x00\x00\x00\x01\x00\x00\x00\x04\x00\x00\x00" + struct.pack("<8d", 0, 0, 1, 0, 1, 1, 0, 1)
"""A polygon whose ring lacks its last vertex."""
ARC = b"\x01\x08\x00\x00\x00\x03\x00\x00\x00" + struct.pack("<6d", 0, 0, 1, 1, 2, 0)
ROWS: dict[str, Any] = {
    "square": SQUARE,
    "two": shapely.MultiPolygon([SQUARE, shapely.box(3, 3, 4, 4)]),
    "holed": shapely.Polygon(shapely.box(0, 0, 9, 9).exterior, [shapely.box(1, 1, 2, 2).exterior]),
    "z": shapely.from_wkt("POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))"),
    "null": None,
    "empty": shapely.Polygon(),
    "point": shapely.Point(1, 2),
    "mixed": shapely.GeometryCollection([SQUARE, shapely.Point(5, 5)]),
    "garbage": b"\x01\x03\x00\x00\x00\xff\xff\xff\xff",
    "text": b"POLYGON EMPTY",
    "unclosed": RING,
    "arc": ARC,
    "nan": RING[:9] + struct.pack("<I8d", 4, 0, 0, 1, 0, np.nan, 1, 0, 0),
}
CAUSES = {
    "null": "geometry_missing", "empty": "geometry_missing", "point": "geometry_other_kind",
    "mixed": "geometry_partly_other_kind",
    "garbage": "geometry_unreadable", "text": "geometry_unreadable", "unclosed": "ring_closed", "arc": "geometry_curved",
    "nan": "geometry_not_finite",
}  # fmt: skip


def column(names: list[str]) -> pa.Array:
    rows = [ROWS[name] if ROWS[name] is None or isinstance(ROWS[name], bytes) else shapely.to_wkb(ROWS[name]) for name in names]
    return pa.array(rows, pa.binary())


def as_shapes(geometry: Geometry) -> Any:
    n = len(geometry)
    return Layer("l", pa.table({"a": pa.nulls(n)}), geometry, "EPSG:4549", np.array(["x"] * n, object), Source("l")).shapes


def test_every_row_is_read_or_has_its_cause() -> None:
    names = list(ROWS)
    geometry, issues = shapes.geometry(column(names), len(names), "parcels")
    assert {names[issue.row]: issue.id for issue in issues} == CAUSES
    got = dict(zip(names, as_shapes(geometry), strict=True))
    kept = {"square", "two", "holed", "z", "mixed", "unclosed"}
    assert {name for name, shape in got.items() if shape is not None} == kept
    for name in ("square", "two", "holed"):
        assert got[name].equals(ROWS[name])
    assert got["mixed"].equals(SQUARE)
    assert got["unclosed"].area == 1.0
    assert not got["z"].has_z


@pytest.mark.parametrize("text", ["LINESTRING (0 0, 1 1)", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "POINT (1 2)",
                                  "MULTIPOINT ((1 2), (3 4))"])  # fmt: skip
def test_lines_and_points(text: str) -> None:
    shape = shapely.from_wkt(text)
    geometry, issues = shapes.geometry(pa.array([shapely.to_wkb(shape), None]), 2, "roads")
    assert as_shapes(geometry)[0].equals(shape)
    assert [issue.row for issue in issues] == [1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(ROWS)), min_size=1, max_size=12))
def test_both_readers_agree(names: list[str]) -> None:
    wkb = column(names)
    if wkb.null_count == len(wkb):
        return
    a, why_a = shapes.by_objects(wkb)
    b, why_b = shapes.by_kernel(wkb)
    assert why_a == why_b
    assert a.kind == b.kind
    for name in ("xy", "ring", "part", "row"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
