"""Zonal statistics equal a slow oracle: shapely's own points in polygons and areas of pixel boxes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from flat_geometries import EAST_M, NORTH_M, flat, layer, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.core.kernels.scanline import zonal
from landplan.core.layers import Geometry

STEP_M = 25.0


def raster(seed, height=20, width=24):
    rng = np.random.default_rng(seed)
    values = rng.normal(5, 3, (height, width))
    values[rng.random((height, width)) < 0.15] = np.nan
    transform = (STEP_M, 0.0, EAST_M - 30.0, 0.0, -STEP_M, NORTH_M + 430.0)
    return values, transform


def pixel_boxes(transform, height, width):
    a, _, c, _, e, f = transform
    row, col = np.mgrid[0:height, 0:width]
    return shapely.box(c + a * col, f + e * row, c + a * (col + 1), f + e * (row + 1))


def weights(shape, boxes, exact):
    if exact:
        return shapely.area(shapely.intersection(boxes, shape)) / STEP_M**2
    return shapely.contains(shape, shapely.centroid(boxes)).astype(float)


@settings(deadline=None, max_examples=25)
@given(seeds, st.booleans(), st.sampled_from([1, 2, 5]))
def test_equal_to_the_oracle(seed, exact, threads):
    geometry, shapes = layer(seed, "polygon", n=8)
    values, transform = raster(seed)
    boxes = pixel_boxes(transform, *values.shape)
    found = zonal(geometry, values, transform, exact=exact, threads=threads)
    for i, shape in enumerate(shapes):
        if shape is None:
            assert np.isnan(found.covered[i])
            assert found.weight[i] == 0
            continue
        parts = [weights(part, boxes, exact) for part in shapely.get_parts(shape)]
        weight = sum(parts)
        known = (weight > 1e-9) & ~np.isnan(values)
        np.testing.assert_allclose(found.weight[i], weight[known].sum(), atol=1e-7)
        np.testing.assert_allclose(found.total[i], (weight * values)[known].sum(), atol=1e-6)
        if known.any():
            assert found.low[i] == values[known].min()
            assert found.high[i] == values[known].max()
            np.testing.assert_allclose(found.mean[i], np.average(values[known], weights=weight[known]), atol=1e-6)
        else:
            assert np.isnan([found.low[i], found.high[i], found.mean[i]]).all()
        if exact:
            np.testing.assert_allclose(found.covered[i], weight[known].sum() / (shapely.area(shape) / STEP_M**2), atol=1e-6)


@settings(deadline=None, max_examples=25)
@given(seeds, st.booleans())
def test_neighbours_share_every_pixel_once(seed, exact):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 20, (6, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(corner), extend_to=shapely.box(-5, -5, 25, 25)))
    cells = [cell for cell in cells if cell.area > 0]
    values = rng.random((20, 20))
    found = zonal(flat(cells, "polygon"), values, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), exact=exact)
    np.testing.assert_allclose(found.weight.sum(), 400.0, atol=1e-9)
    np.testing.assert_allclose(found.total.sum(), values.sum(), atol=1e-9)


def test_a_centre_on_a_common_edge_counts_once():
    halves = [shapely.box(0, 0, 2.5, 4), shapely.box(2.5, 0, 4, 4), shapely.box(0, 4, 4, 6.5), shapely.box(0, 6.5, 4, 8)]
    found = zonal(flat(halves, "polygon"), np.ones((8, 4)), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    assert found.weight.tolist() == [8.0, 8.0, 8.0, 8.0]


def test_a_comb_with_many_teeth_is_sorted_right():
    teeth = [(x, y) for k in range(60) for x, y in ((k, 10), (k + 0.4, 0), (k + 0.6, 0), (k + 1, 10))]
    comb = shapely.Polygon([(0, 11), *teeth, (60, 11)])
    values = np.random.default_rng(1).random((12, 64))
    found = zonal(flat([comb], "polygon"), values, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    row, col = np.mgrid[0:12, 0:64]
    inside = shapely.contains_xy(comb, col + 0.5, row + 0.5)
    np.testing.assert_allclose(found.total, [values[inside].sum()])


def test_threads_and_row_order_do_not_change_a_bit():
    geometry, shapes = layer(5, "polygon", n=40)
    values, transform = raster(5)
    one = zonal(geometry, values, transform, exact=True)
    many = zonal(geometry, values, transform, exact=True, threads=7)
    turned = zonal(flat(shapes[::-1], "polygon"), values, transform, exact=True)
    for name in ("weight", "total", "low", "high", "covered"):
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))
        np.testing.assert_array_equal(getattr(one, name), getattr(turned, name)[::-1])


@pytest.mark.parametrize("exact", [False, True])
def test_off_the_grid_is_not_covered(exact):
    values = np.ones((4, 4))
    half = flat([shapely.box(-2, 0, 2, 4), shapely.box(10, 10, 12, 12), shapely.box(0, 0, 4, 4)], "polygon")
    found = zonal(half, values, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), exact=exact)
    np.testing.assert_allclose(found.covered, [0.5, 0.0, 1.0])
    np.testing.assert_allclose(found.weight, [8.0, 0.0, 16.0])


@pytest.mark.parametrize("exact", [False, True])
def test_no_data_is_left_out_and_counted(exact):
    values = np.array([[1.0, np.nan], [3.0, 5.0]])
    found = zonal(flat([shapely.box(0, 0, 2, 2)], "polygon"), values, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), exact=exact)
    assert found.mean.tolist() == [3.0]
    assert found.covered.tolist() == [0.75]


def test_a_turned_grid_measures_the_same():
    values = np.arange(100.0).reshape(10, 10)
    angle = 0.3
    cos, sin = np.cos(angle), np.sin(angle)
    transform = (2 * cos, -2 * sin, 5.0, 2 * sin, 2 * cos, 7.0)
    square = np.array([(1, 1), (6.5, 1.5), (7, 8), (2, 6.5), (1, 1)], float)
    turned = np.column_stack(
        [2 * cos * square[:, 0] - 2 * sin * square[:, 1] + 5, 2 * sin * square[:, 0] + 2 * cos * square[:, 1] + 7]
    )
    plain = zonal(flat([shapely.Polygon(square)], "polygon"), values, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), exact=True)
    found = zonal(flat([shapely.Polygon(turned)], "polygon"), values, transform, exact=True)
    np.testing.assert_allclose(found.mean, plain.mean, rtol=1e-9)
    with pytest.raises(MethodError):
        zonal(flat([shapely.Polygon(square)], "polygon"), values, (1.0, 1.0, 0.0, 1.0, 1.0, 0.0))


@pytest.mark.parametrize("exact", [False, True])
def test_giants_and_slivers_end(exact):
    far = shapely.box(-1e12, -1e12, 1e12, 1e12)
    sliver = shapely.Polygon([(0.2, 0.2), (3.9, 0.2), (3.9, 0.2 + 1e-13), (0.2, 0.2)])
    found = zonal(flat([far, sliver, None], "polygon"), np.ones((4, 4)), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), exact=exact)
    np.testing.assert_allclose(found.weight, [16.0, 0.0, 0.0], atol=1e-9)
    assert len(zonal(Geometry.empty(0), np.ones((1, 1)), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0), exact=exact).weight) == 0
