"""Pairs that lie near each other are shapely's, whatever the kind, nested ones too, in blocks or at once."""

from __future__ import annotations

import pytest
import shapely
from flat_geometries import flat, kinds, layer, seeds
from hypothesis import example, given, settings
from hypothesis import strategies as st

from landplan.core.kernels.neighbours import near_pairs


def pairs(geometry, within_m, at_once=50_000):
    found = [
        pair for row, other in near_pairs(geometry, within_m, at_once) for pair in zip(row.tolist(), other.tolist(), strict=True)
    ]
    assert len(set(found)) == len(found), "each pair once either way round"
    return set(found)


@settings(deadline=None, max_examples=60)
@example(689864906, "polygon", 0.0, 1)
@example(657350800, "polygon", 0.0, 1)
@given(seeds, kinds, st.sampled_from([0.0, 15.0, 150.0]), st.sampled_from([1, 3, 100]))
def test_near_is_what_shapely_calls_near(seed, kind, within_m, at_once):
    geometry, shapes = layer(seed, kind, n=12)
    wanted = {
        (i, j)
        for i, one in enumerate(shapes)
        for j, other in enumerate(shapes)
        if i != j and one is not None and other is not None and one.distance(other) <= within_m
    }
    assert pairs(geometry, within_m, at_once) == wanted


@pytest.mark.parametrize("within_m", [0.0, 5.0, 200.0])
def test_a_plot_inside_another_is_near_it(within_m):
    outer, inner, hole = shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60), shapely.box(200, 0, 300, 100)
    nested = [outer, inner, hole.difference(shapely.box(210, 10, 290, 90)), shapely.box(245, 45, 255, 55)]
    wanted = {(0, 1), (1, 0)} if within_m < 100 else {(i, j) for i in range(4) for j in range(4) if i != j}
    assert pairs(flat(nested, "polygon"), within_m) == wanted


@pytest.mark.parametrize("at_once", [1, 100])
def test_parts_that_lie_in_each_other_make_one_pair_each_way(at_once):
    one = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(240, 40, 260, 60)])
    two = shapely.MultiPolygon([shapely.box(40, 40, 60, 60), shapely.box(200, 0, 300, 100)])
    assert pairs(flat([one, two], "polygon"), 5.0, at_once) == {(0, 1), (1, 0)}
