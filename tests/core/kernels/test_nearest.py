"""Distances equal shapely's, whatever the kinds, the reach and the place."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from flat_geometries import EAST_M, NORTH_M, flat, kinds, layer, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.kernels.nearest import nearest_m


def oracle(shapes, features):
    """Every pair, the features as their edges: areas of features do not count, those of the rows do."""
    lines = [shapely.boundary(one) if shapely.get_dimensions(one) == 2 else one for one in features if one is not None]
    far = [np.nan if shape is None else min((shape.distance(line) for line in lines), default=np.inf) for shape in shapes]
    return np.array(far)


@settings(deadline=None, max_examples=120)
@given(seeds, kinds, kinds, st.sampled_from([0.0, 15.0, 120.0, 1e9]), st.sampled_from([200.0, 3000.0]))
def test_distances_are_shapelys(seed, kind, other, reach_m, spread_m):
    geometry, shapes = layer(seed, kind, spread_m=spread_m)
    features, there = layer(seed + 1, other, n=9, spread_m=spread_m)
    found, wanted = nearest_m(geometry, features, reach_m), oracle(shapes, there)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    clear = np.abs(wanted - reach_m) > 1e-6  # what lies at the reach itself is a matter of the last bit
    np.testing.assert_allclose(found[clear], np.where(wanted > reach_m, np.inf, wanted)[clear], rtol=0, atol=1e-8)


def test_a_feature_inside_a_parcel_is_at_0_and_one_in_its_hole_is_not():
    shell, hole = shapely.box(0, 0, 100, 100), shapely.box(30, 30, 70, 70)
    parcel = flat([shell.difference(hole)], "polygon")
    for x, y, metres in ((10, 10, 0.0), (50, 50, 20.0), (130, 140, 50.0), (100, 50, 0.0)):
        for kind, feature in (("point", shapely.Point(x, y)), ("line", shapely.LineString([(x, y), (x + 1e-9, y)]))):
            assert nearest_m(parcel, flat([feature], kind), 1e3)[0] == pytest.approx(metres, abs=1e-8)


def test_a_long_road_and_a_far_town_are_found_once_the_reach_allows():
    square = flat([shapely.box(EAST_M, NORTH_M, EAST_M + 10, NORTH_M + 10), None], "polygon")
    road = shapely.LineString([(EAST_M - 50_000, NORTH_M + 30), (EAST_M + 50_000, NORTH_M + 30)])
    village = shapely.Point(EAST_M + 90_010, NORTH_M + 10)
    assert nearest_m(square, flat([road], "line"), 5000)[0] == pytest.approx(20)
    for reach_m, metres in ((80_000, np.inf), (90_000, 90_000.0), (1e12, 90_000.0)):
        found = nearest_m(square, flat([village], "point"), reach_m)
        assert (found[0], np.isnan(found[1])) == (metres, True)


def test_no_features_and_no_rows():
    square = flat([shapely.box(0, 0, 1, 1)], "polygon")
    assert nearest_m(square, flat([], "line"), 10).tolist() == [np.inf]
    assert nearest_m(flat([], "polygon"), square, 10).tolist() == []
