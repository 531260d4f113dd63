"""Means over neighbours against every pair, looked at one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.measuring import MISSING, Measuring, NotMeasurable
from landplan.core.registry import measures
from landplan.core.tables import Column, ZoneShares

NAN = float("nan")


def measured(shapes: Any, values: Any, **params: Any) -> Column:
    layers = make_layers(make_layer(shapes, jobs=values))
    environment = parcel_environment(layers.parcels, ZoneShares({}), {})
    context = Measuring(layers, ZoneShares({}), environment, layers.parcels, "it")
    column: Column = measures["neighbour_mean"].run(context, **{"expression": "jobs", "unit": "person", **params})
    return column


@given(st.integers(0, 10_000), st.sampled_from(["equal", "area"]), st.floats(1, 400))
@settings(max_examples=30, deadline=None)
def test_within_a_distance_it_is_the_mean_of_all_that_are_near(seed: int, weight: str, within_m: float) -> None:
    random = np.random.default_rng(seed)
    shapes: list[Any] = [
        shapely.Point(*xy).buffer(r, quad_segs=2) for *xy, r in random.uniform([0, 0, 5], [600, 600, 60], (9, 3))
    ]
    shapes.append(None)
    values = random.uniform(1, 99, 10).round(1)
    values[random.integers(0, 10, 2)] = NAN
    found = measured(shapes, values, within_m=within_m, weight=weight)
    for i, shape in enumerate(shapes):
        near = [
            j
            for j, other in enumerate(shapes)
            if i != j and None not in (shape, other) and shape.distance(other) <= within_m and not np.isnan(values[j])
        ]
        by = [shapes[j].area if weight == "area" else 1.0 for j in near]
        assert found.values[i] == pytest.approx(np.average(values[near], weights=by) if near else NAN, nan_ok=True)
    alone = int(np.isnan(found.values[:-1]).sum())
    assert [issue.values["n"] for issue in found.issues] == ([alone] if alone else [])
    assert found.states.tolist() == np.where(np.isnan(found.values), MISSING, 0).tolist()


def test_touching_needs_an_edge_not_a_corner() -> None:
    shapes = [square(0, 0), square(100.3, 0), square(200, 100), square(100, 100), square(900, 0)]
    found = measured(shapes, [10.0, 20.0, 40.0, 80.0, 5.0])
    assert found.values == pytest.approx([20, 45, 80, 30, NAN], nan_ok=True)
    assert measured(shapes, [10.0, 20.0, None, 80.0, 5.0]).values[3] == pytest.approx(20)
    assert measured(shapes, [10.0, 20.0, 40.0, 80.0, 5.0], gap_m=0.1).values[0] == pytest.approx(NAN, nan_ok=True)
    assert found.unit == "person"


@given(st.integers(0, 10_000), st.floats(0, 360))
@settings(max_examples=10, deadline=None)
def test_equal_values_stay_and_no_mean_leaves_their_range(seed: int, turn: float) -> None:
    random = np.random.default_rng(seed)
    shapes = [square(*xy) for xy in random.uniform(0, 500, (8, 2))]
    same = measured(shapes, [7.0] * 8, within_m=90.0).values
    assert set(same[~np.isnan(same)].tolist()) <= {7.0}
    values = random.uniform(0, 9, 8)
    found = measured(shapes, values, within_m=90.0).values
    assert ((found[~np.isnan(found)] >= values.min()) & (found[~np.isnan(found)] <= values.max())).all()
    turned = [shapely.affinity.rotate(shape, turn, (0, 0)) for shape in shapes]
    assert measured(turned, values, within_m=90.0).values == pytest.approx(found, nan_ok=True)


def test_points_need_a_distance_and_absent_fields_skip_it() -> None:
    spots = [shapely.Point(0, 0), shapely.Point(50, 0), shapely.Point(500, 0)]
    assert measured(spots, [1.0, 2.0, 3.0], within_m=60.0).values == pytest.approx([2, 1, NAN], nan_ok=True)
    for params in ({}, {"within_m": 60.0, "weight": "area"}):
        with pytest.raises(SchemeError, match="parcels"):
            measured(spots, [1.0, 2.0, 3.0], **params)
    with pytest.raises(NotMeasurable):
        measured(spots, [1.0, 2.0, 3.0], within_m=60.0, expression="tax_wan")
