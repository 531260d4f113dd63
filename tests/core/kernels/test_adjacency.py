"""Common boundaries equal shapely's intersections; components equal scipy's."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from flat_geometries import EAST_M, NORTH_M, flat, seeds
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landplan.core.kernels.adjacency import adjacency, components
from landplan.core.layers import Geometry

TOLERANCE_M = 0.01


def town(seed, n):
    """Cells of a Voronoi diagram: every inner edge shared, some rows with two cells, some cells built over."""
    rng = np.random.default_rng(seed)
    seeds_xy = rng.uniform(0, 300, (n, 2)) + np.array([EAST_M, NORTH_M])
    frame = shapely.box(EAST_M, NORTH_M, EAST_M + 300, NORTH_M + 300)
    cells = shapely.intersection(
        shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds_xy), extend_to=frame)), frame
    )
    cells = [cell for cell in cells if cell.area > 1]
    rows = [shapely.MultiPolygon([cells[0], cells[-1]]), *cells[1:-1]]
    return [row if rng.random() > 0.1 else None for row in rows]


def oracle(shapes):
    """Length of the part of each boundary within the tolerance of the other."""
    found = {}
    for i, one in enumerate(shapes):
        for j in range(i + 1, len(shapes)):
            other = shapes[j]
            if one is not None and other is not None and one.distance(other) <= TOLERANCE_M:
                common = one.boundary.intersection(other.boundary.buffer(TOLERANCE_M, cap_style="flat")).length
                if common >= 0.1:
                    found[i, j] = common
    return found


def measured(shapes, **options):
    found = adjacency(flat(shapes, "polygon"), tolerance_m=TOLERANCE_M, **options)
    return {(int(i), int(j)): float(m) for i, j, m in zip(found.first, found.second, found.length_m, strict=True)}


@settings(deadline=None, max_examples=20)
@given(seeds, st.integers(4, 25))
def test_equal_to_shapely(seed, n):
    shapes = town(seed, n)
    mine, theirs = measured(shapes), oracle(shapes)
    assert {pair for pair, m in theirs.items() if m > 0.5} <= set(mine)
    assert {pair for pair, m in mine.items() if m > 0.5} <= set(theirs)
    for pair in mine.keys() & theirs.keys():
        assert mine[pair] == pytest.approx(theirs[pair], abs=0.3)


@settings(deadline=None, max_examples=20)
@given(seeds, st.randoms())
def test_row_order_changes_no_bit(seed, random):
    shapes = town(seed, 15)
    order = random.sample(range(len(shapes)), len(shapes))
    plain = measured(shapes)
    shuffled = measured([shapes[k] for k in order])
    assert {tuple(sorted((order[i], order[j]))): m for (i, j), m in shuffled.items()} == plain


SQUARE = shapely.box(0, 0, 100, 100)


@pytest.mark.parametrize(
    ("other", "length"),
    [
        (shapely.box(100, 0, 200, 100), 100.0),
        (shapely.box(100, 30, 200, 55), 25.0),
        (shapely.box(100, 50, 200, 300), 50.0),
        (shapely.box(100.008, 20, 200, 80), 60.0),
        (shapely.box(99.995, 20, 200, 80), 60.0),
        (shapely.Polygon([(100, 0), (200, 0), (200, 90), (100, 90), (100, 60), (100, 33.3), (100, 12)]), 90.0),
        (shapely.box(20, 20, 40, 40), None),
        (shapely.box(100, 100, 200, 200), None),
        (shapely.box(100.02, 0, 200, 100), None),
        (shapely.Polygon([(100, 50), (150, 0), (150, 100)]), None),
        (shapely.Polygon([(0, 0), (100, 100), (200, 0)]).difference(SQUARE), 100.0),
    ],
    ids=["edge", "T", "beyond", "gap", "overlap", "split", "inside", "corner", "apart", "tip", "slant"],
)
def test_cases(other, length):
    found = measured([SQUARE, other])
    if length is None:
        assert found == {}
    else:
        assert found == {(0, 1): pytest.approx(length, abs=0.05)}


def test_a_hole_and_what_fills_it_touch_all_round():
    ring = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(30, 30, 60, 60).exterior.coords])
    assert measured([ring, shapely.box(30, 30, 60, 60)]) == {(0, 1): pytest.approx(120.0, abs=0.1)}


def test_parts_of_one_row_do_not_count_and_nothing_is_nothing():
    two = shapely.MultiPolygon([SQUARE, shapely.box(100, 0, 200, 100)])
    assert measured([two, None]) == {}
    assert len(adjacency(Geometry.empty(3)).first) == 0


def test_a_giant_among_small_ones():
    small = [shapely.box(k, 0, k + 1, 1) for k in range(200)]
    giant = shapely.box(-1e6, -1e6, 1e6, 0)
    found = measured([giant, *small])
    assert sum(1 for pair in found if pair[0] == 0) == 200
    assert len(found) == 399


@settings(deadline=None)
@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_components_equal_scipy(n, pairs):
    pairs = [(a % n, b % n) for a, b in pairs]
    first, second = np.array([a for a, _ in pairs], np.int64), np.array([b for _, b in pairs], np.int64)
    found = components(first, second, n)
    count, wanted = connected_components(coo_array((np.ones(len(pairs)), (first, second)), shape=(n, n)), directed=False)
    assert len(set(found.tolist())) == count
    assert len(set(zip(found.tolist(), wanted.tolist(), strict=True))) == count
    assert found[0] == 0
    assert np.diff(np.maximum.accumulate(found)).max(initial=0) <= 1
