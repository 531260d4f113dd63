"""Area, length, bounds and centroid equal shapely's on random geometries."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from flat_geometries import flat, kinds, layer, seeds
from hypothesis import given, settings

from landplan.core.kernels import rings
from landplan.core.layers import Geometry


@settings(deadline=None, max_examples=60)
@given(seeds, kinds)
def test_equal_to_shapely(seed, kind):
    geometry, shapes = layer(seed, kind)
    null = np.array([shape is None for shape in shapes])
    area, length = shapely.area(shapes), shapely.length(shapes)
    np.testing.assert_allclose(rings.area_m2(geometry), np.where(null, np.nan, area), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(rings.length_m(geometry), np.where(null, np.nan, length), rtol=1e-12)
    np.testing.assert_array_equal(rings.bounds(geometry), shapely.bounds(shapes))
    centre = shapely.get_coordinates(shapely.centroid(shapes[~null]))
    np.testing.assert_allclose(rings.centroid(geometry)[~null], centre, atol=1e-6)
    assert np.isnan(rings.centroid(geometry)[null]).all()


def test_direction_of_rings_does_not_matter_for_area_but_for_the_sign_of_each():
    shell = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)]
    hole = [(1, 1), (1, 2), (2, 2), (2, 1), (1, 1)]
    for a in (shell, shell[::-1]):
        for b in (hole, hole[::-1]):
            geometry = flat([shapely.Polygon(a, [b])], "polygon")
            assert rings.area_m2(geometry).tolist() == [15.0]
            assert abs(rings.ring_areas(geometry)).tolist() == [16.0, 1.0]
    assert rings.ring_areas(flat([shapely.Polygon(shell)], "polygon")).tolist() == [16.0]
    assert rings.ring_areas(flat([shapely.Polygon(shell[::-1])], "polygon")).tolist() == [-16.0]


def test_large_eastings_cost_no_digits():
    square = shapely.box(3.5e7, 3.4e6, 3.5e7 + 0.5, 3.4e6 + 0.5)
    assert rings.area_m2(flat([square], "polygon")).tolist() == [0.25]


def test_no_area_has_the_centre_of_its_outline():
    flat_ring = shapely.Polygon([(0, 0), (4, 0), (0, 0)])
    np.testing.assert_allclose(rings.centroid(flat([flat_ring], "polygon")), [[2.0, 0.0]])
    one_spot = shapely.Polygon([(1, 2), (1, 2), (1, 2)])
    np.testing.assert_allclose(rings.centroid(flat([one_spot], "polygon")), [[1.0, 2.0]])


@pytest.mark.parametrize("n", [0, 3])
def test_nothing_at_all(n):
    geometry = Geometry.empty(n)
    assert np.isnan(rings.area_m2(geometry)).tolist() == [True] * n
    assert rings.bounds(geometry).shape == (n, 4)
    assert np.isnan(rings.centroid(geometry)).all()
