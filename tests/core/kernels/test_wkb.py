"""WKB read from its bytes equals what shapely reads; a bad row costs itself."""

from __future__ import annotations

import struct
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
import shapely
from flat_geometries import kinds, layer, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.kernels import bands, wkb
from landplan.core.layers import Geometry


def same(one, other):
    assert one.kind == other.kind
    for a, b in zip((one.xy, one.ring, one.part, one.row), (other.xy, other.ring, other.part, other.row), strict=True):
        np.testing.assert_array_equal(a, b)


def column(values, type_=None):
    return pa.array(list(values), type_ or pa.binary())


@settings(deadline=None, max_examples=40)
@given(seeds, kinds, st.sampled_from([0, 1]), st.sampled_from(["iso", "extended"]), st.integers(2, 4))
def test_any_flavour_reads_as_shapely_reads_it(seed, kind, byte_order, flavour, dimensions):
    geometry, shapes = layer(seed, kind)
    if dimensions > 2:
        shapes = shapely.force_3d(shapes, 7.5)
    raw = shapely.to_wkb(shapes, output_dimension=dimensions, byte_order=byte_order, flavor=flavour)
    for type_ in (pa.binary(), pa.large_binary()):
        found = wkb.read(column(raw, type_), kind)
        same(found.geometry, geometry)
        assert (found.fate == np.where(np.diff(geometry.row) == 0, wkb.NULL, wkb.GOOD)).all()


@settings(deadline=None, max_examples=40)
@given(seeds, kinds)
def test_what_is_written_reads_the_same_here_and_in_shapely(seed, kind):
    geometry, shapes = layer(seed, kind)
    raw = wkb.written(geometry)
    same(wkb.read(column(raw), kind).geometry, geometry)
    there = shapely.from_wkb(raw)
    assert [shape is None for shape in there] == [shape is None for shape in shapes]
    known = ~shapely.is_missing(there)
    assert shapely.equals_exact(shapely.normalize(there[known]), shapely.normalize(shapely.from_wkb(raw[known]))).all()
    np.testing.assert_array_equal(shapely.get_coordinates(there), geometry.xy)
    np.testing.assert_allclose(shapely.area(there[known]), shapely.area(shapes[known]), rtol=1e-12)


def test_a_slice_of_a_column_starts_where_it_starts():
    raw = shapely.to_wkb(shapely.points(np.arange(5.0), np.arange(5.0)))
    found = wkb.read(column(raw).slice(2, 2))
    assert found.geometry.xy.tolist() == [[2.0, 2.0], [3.0, 3.0]]


SQUARE = shapely.to_wkb(shapely.box(0, 0, 1, 1))
ROWS = {
    "null": (None, wkb.NULL),
    "no bytes": (b"", wkb.MALFORMED),
    "cut short": (SQUARE[:-1], wkb.MALFORMED),
    "header only": (SQUARE[:5], wkb.MALFORMED),
    "text": (b"POLYGON ((0 0, 1 0))", wkb.MALFORMED),
    "unknown type": (struct.pack("<BI", 1, 99) + bytes(16), wkb.MALFORMED),
    "four billion rings": (struct.pack("<BII", 1, 3, 2**32 - 1) + bytes(40), wkb.MALFORMED),
    "four billion parts": (struct.pack("<BII", 1, 6, 2**32 - 1) + bytes(40), wkb.MALFORMED),
    "points in a multipolygon": (struct.pack("<BII", 1, 6, 1) + shapely.to_wkb(shapely.Point(0, 0)), wkb.MALFORMED),
    "empty": (shapely.to_wkb(shapely.Polygon()), wkb.NULL),
    "empty multi": (shapely.to_wkb(shapely.MultiPolygon()), wkb.NULL),
    "line": (shapely.to_wkb(shapely.LineString([(0, 0), (1, 1)])), wkb.OTHER_KIND),
    "collection": (shapely.to_wkb(shapely.GeometryCollection([shapely.box(0, 0, 1, 1)])), wkb.OTHER_KIND),
    "arc": (struct.pack("<BII", 1, 8, 3) + struct.pack("<6d", 0, 0, 1, 1, 2, 0), wkb.CURVED),
    "curve polygon": (struct.pack("<BII", 1, 10, 1) + bytes(20), wkb.CURVED),
    "surfaces of arcs in 3d": (struct.pack("<BII", 1, 1012, 1) + bytes(20), wkb.CURVED),
    "nan": (struct.pack("<BIII8d", 1, 3, 1, 4, 0, 0, 1, float("nan"), 1, 1, 0, 0), wkb.NOT_FINITE),
    "infinite": (struct.pack("<BIII8d", 1, 3, 1, 4, 0, 0, float("inf"), 0, 1, 1, 0, 0), wkb.NOT_FINITE),
    "open ring": (struct.pack("<BIII8d", 1, 3, 1, 4, 0, 0, 1, 0, 1, 1, 0, 1), wkb.UNCLOSED),
    "two vertices": (struct.pack("<BIII4d", 1, 3, 1, 2, 0, 0, 0, 0), wkb.UNCLOSED),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_costs_itself_only(name):
    raw, fate = ROWS[name]
    found = wkb.read(column([SQUARE, raw, SQUARE]), "polygon")
    assert found.fate.tolist() == [wkb.GOOD, fate, wkb.GOOD]
    same(found.geometry, wkb.read(column([SQUARE, None, SQUARE]), "polygon").geometry)
    assert np.diff(found.geometry.row).tolist() == [1, 0, 1]


def test_empty_points_and_lines_are_null():
    raw = shapely.to_wkb([shapely.Point(), shapely.Point(1, 2), shapely.MultiPoint([(3, 4)])])
    found = wkb.read(column(raw))
    assert (found.geometry.kind, found.fate.tolist()) == ("point", [wkb.NULL, wkb.GOOD, wkb.GOOD])
    assert wkb.read(column([shapely.to_wkb(shapely.LineString())])).geometry.kind == "none"


def test_an_empty_part_of_a_multi_is_left_out():
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.Polygon(), shapely.box(2, 2, 3, 3)])
    found = wkb.read(column([shapely.to_wkb(parts)]))
    assert (found.geometry.part.tolist(), found.fate.tolist()) == ([0, 1, 2], [wkb.GOOD])


def test_the_kind_is_that_of_most_rows():
    raw = shapely.to_wkb([shapely.Point(0, 0), shapely.box(0, 0, 1, 1), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])])
    found = wkb.read(column(raw))
    assert found.geometry.kind == "polygon"
    assert found.fate.tolist() == [wkb.OTHER_KIND, wkb.GOOD, wkb.GOOD]
    assert found.type.tolist() == [1, 3, 6]


@pytest.mark.parametrize("type_", [pa.binary(), pa.large_binary()])
def test_no_rows_and_nothing_but_null(type_):
    assert len(wkb.read(column([], type_)).geometry) == 0
    found = wkb.read(column([None, None], type_))
    same(found.geometry, Geometry.empty(2))
    assert wkb.written(found.geometry).tolist() == [None, None]


@settings(deadline=None, max_examples=150)
@given(seeds, st.integers(0, 400), st.integers(0, 255), st.booleans())
def test_random_damage_never_harms_the_neighbours(seed, place, byte, cut):
    _, shapes = layer(seed, "polygon", n=3)
    raw = bytearray(shapely.to_wkb(shapes[0]) if shapes[0] is not None else SQUARE)
    place %= len(raw)
    raw = raw[:place] if cut else raw[:place] + bytes([byte]) + raw[place + 1 :]
    found = wkb.read(column([SQUARE, bytes(raw), SQUARE]), "polygon")
    assert found.fate[[0, 2]].tolist() == [wkb.GOOD, wkb.GOOD]
    geometry = found.geometry
    assert geometry.ring[-1] == len(geometry.xy)
    assert geometry.part[-1] == len(geometry.ring) - 1
    assert geometry.row[-1] == len(geometry.part) - 1
    assert geometry.xy[:5].tolist() == geometry.xy[-5:].tolist()


def test_many_rows_split_over_threads_read_as_a_few_at_a_time():
    shapes = [one for seed in range(30) for one in layer(seed, "polygon")[1]]
    raw = [*(None if one is None else shapely.to_wkb(one) for one in shapes), b"?", b""] * 3
    assert len(raw) > 3 * bands._FEW
    with mock.patch.object(bands, "_FEW", len(raw) + 1):
        alone = wkb.read(column(raw))
    split = wkb.read(column(raw))
    same(split.geometry, alone.geometry)
    np.testing.assert_array_equal(split.fate, alone.fate)
    np.testing.assert_array_equal(split.type, alone.type)
