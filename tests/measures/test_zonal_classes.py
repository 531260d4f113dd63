"""Sums, majorities and points: what the pixels of a raster say together."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, make_raster
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.measuring import MISSING, Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column, ZoneShares

NAN = float("nan")
STEP_M = 10.0


def measured(shapes: Any, values: Any, pixel_unit: str = "", **params: Any) -> Column:
    layers = make_layers(make_layer(shapes), rasters=[make_raster(values, id="r", unit=pixel_unit)])
    environment = parcel_environment(layers.parcels, ZoneShares({}), {})
    column: Column = measures["zonal"].run(
        Measuring(layers, ZoneShares({}), environment, layers.parcels, "it"), raster="r", **params
    )
    return column


def pixels(height: int, width: int) -> Any:
    """The boxes of a raster that stands on 0, row by row from the top."""
    row, column = np.mgrid[0:height, 0:width]
    top = (height - row) * STEP_M
    return shapely.box(column * STEP_M, top - STEP_M, (column + 1) * STEP_M, top)


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=30, deadline=None)
def test_sum_and_majority_follow_their_definition(seed: int, exact: bool) -> None:
    random = np.random.default_rng(seed)
    values = random.integers(3, 7, (16, 18)).astype(float)
    values[random.random(values.shape) < 0.1] = NAN
    shapes = [shapely.Point(*xy).buffer(r, quad_segs=2) for *xy, r in random.uniform([30, 30, 12], [140, 120, 28], (5, 3))]
    rule = {"pixels": "exact" if exact else "centres", "nodata_max": 1.0}
    total = measured(shapes, values, statistic="sum", **rule).values
    most = measured(shapes, values, statistic="majority", **rule).values
    boxes = pixels(*values.shape)
    for shape, found, winner in zip(shapes, total, most, strict=True):
        part = shapely.area(shapely.intersection(boxes, shape)) / STEP_M**2
        weight = part if exact else shapely.contains(shape, shapely.centroid(boxes)).astype(float)
        weight = np.where(np.isnan(values), 0.0, weight)
        assert found == pytest.approx(float(np.nansum(weight * values)), abs=1e-6)
        by_class = Counter({kind: round(float(weight[values == kind].sum()), 7) for kind in (3.0, 4.0, 5.0, 6.0)})
        assert winner == min(kind for kind, size in by_class.items() if size == max(by_class.values()))


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_exact_parts_of_pixels_make_up_the_area(seed: int) -> None:
    random = np.random.default_rng(seed)
    shapes = [shapely.Point(*xy).buffer(r, quad_segs=3) for *xy, r in random.uniform([50, 50, 1], [150, 150, 45], (6, 3))]
    ones = measured(shapes, np.ones((20, 20)), statistic="sum", pixels="exact").values
    assert ones * STEP_M**2 == pytest.approx(shapely.area(shapes), rel=1e-9)
    wild = random.normal(0, 9, (20, 20))
    whole = measured([shapely.box(0, 0, 200, 200)], wild, statistic="sum", pixels="exact").values
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(random.uniform(0, 200, (7, 2)))))
    clipped = list(shapely.intersection(cells, shapely.box(0, 0, 200, 200)))
    assert measured(clipped, wild, statistic="sum", pixels="exact").values.sum() == pytest.approx(whole[0], abs=1e-6)


def test_a_parcel_smaller_than_a_pixel_takes_its_share_of_a_sum() -> None:
    values = np.full((10, 10), 50.0)
    small = shapely.box(21, 21, 24, 24)
    assert measured([small], values, statistic="sum").values == pytest.approx([50 * 9 / 100])
    assert measured([small], values, statistic="sum", pixels="exact").values == pytest.approx([50 * 9 / 100])


def test_points_take_the_pixel_they_lie_on() -> None:
    values = np.arange(100.0).reshape(10, 10)
    values[0, 0] = NAN
    spots = [shapely.Point(15, 95), shapely.Point(95, 5), shapely.Point(5, 95), shapely.Point(500, 5), None]
    for statistic, wanted in (
        ("mean", [1, 99]),
        ("sum", [1, 99]),
        ("max", [1, 99]),
        ("majority", [1, 99]),
        ("share_above", [0, 1]),
    ):
        column = measured(spots, values, statistic=statistic, threshold=50.0)
        assert column.values == pytest.approx([*wanted, NAN, NAN, NAN], nan_ok=True)
        assert column.states.tolist() == [0, 0, MISSING, MISSING, MISSING]


def test_ties_go_to_the_lowest_class_and_fractions_are_no_classes() -> None:
    halves = np.repeat([[7.0, 7.0, 2.0, 2.0]], 4, axis=0)
    column = measured([shapely.box(0, 0, 40, 40), shapely.box(0, 0, 25, 40)], halves, "m", statistic="majority")
    assert (column.values.tolist(), column.unit) == ([2.0, 7.0], "class")
    negative = measured([shapely.box(0, 0, 40, 40)], halves - 9, statistic="majority", unit="count")
    assert (negative.values.tolist(), negative.unit) == ([-7.0], "count")
    for values in (halves + 0.5, halves * 100):
        with pytest.raises(SchemeError, match="“r”"):
            measured([shapely.box(0, 0, 40, 40)], values, statistic="majority")
    nothing = measured([shapely.box(0, 0, 40, 40)], np.full((4, 4), NAN), statistic="majority")
    assert np.isnan(nothing.values).all()
