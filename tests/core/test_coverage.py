"""Pixels of polygons against shapely: every centre, every part."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from factories import geometry_of
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.coverage import pixel_centres, pixel_parts

NORTH_UP = (10.0, 0.0, 0.0, 0.0, -10.0, 120.0)


def _shape(seed: int) -> shapely.Geometry:
    random = np.random.default_rng(seed)
    points = random.uniform(-5, 125, (random.integers(3, 12), 2)).round(random.integers(0, 3))
    shape = shapely.convex_hull(shapely.multipoints(points))
    hole = shapely.affinity.scale(shape, 0.4, 0.5) if seed % 2 else shapely.Polygon()
    return shape.difference(hole).difference(shapely.box(40, 30, 55, 70) if seed % 3 == 0 else shapely.Polygon())


def _pixel(row: int, col: int) -> shapely.Geometry:
    return shapely.box(10 * col, 120 - 10 * (row + 1), 10 * (col + 1), 120 - 10 * row)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_exact_parts_are_those_of_shapely(seed: int) -> None:
    shape = _shape(seed)
    if shapely.get_dimensions(shape) < 2:
        return
    turned = shapely.reverse(shape) if seed % 5 == 0 else shape
    found = pixel_parts(geometry_of([turned]), NORTH_UP)
    parts = {(r, c): w for r, c, w in zip(found.row.tolist(), found.col.tolist(), found.weight.tolist(), strict=True)}
    assert len(parts) == len(found.row)
    for row in range(-1, 13):
        for col in range(-1, 13):
            assert parts.get((row, col), 0.0) == pytest.approx(shape.intersection(_pixel(row, col)).area / 100, abs=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_centres_are_those_inside(seed: int) -> None:
    shape = shapely.affinity.translate(_shape(seed), 0.0137, 0.0071)  # no centre exactly on an edge
    if shapely.get_dimensions(shape) < 2:
        return
    found = pixel_centres(geometry_of([shape]), NORTH_UP)
    inside = {(r, c) for r in range(-2, 14) for c in range(-2, 14) if shape.contains(shapely.Point(10 * c + 5, 115 - 10 * r))}
    assert set(zip(found.row.tolist(), found.col.tolist(), strict=True)) == inside


def test_neighbours_share_every_centre_on_their_border() -> None:
    left, right = shapely.box(0, 0, 55, 120), shapely.box(55, 0, 120, 120)
    found = pixel_centres(geometry_of([left, None, right]), NORTH_UP)
    assert len(found.owner) == 144
    assert sorted(set(found.owner.tolist())) == [0, 2]
    assert len(set(zip(found.row.tolist(), found.col.tolist(), strict=True))) == 144
