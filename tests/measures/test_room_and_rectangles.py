"""The largest circle in a parcel and the least rectangle around it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.kernels.inscribed import inscribed_radius_m
from landplan.core.measuring import Measuring, NotMeasurable
from landplan.core.registry import measures
from landplan.core.tables import Column, ZoneShares

NAN = float("nan")
SEEDS = st.integers(0, 10_000)
CENTIMETRE = 0.0101


def measured(kind: str, shapes: Any, **params: Any) -> Column:
    layers = make_layers(make_layer(shapes))
    environment = parcel_environment(layers.parcels, ZoneShares({}), {})
    column: Column = measures[kind].run(Measuring(layers, ZoneShares({}), environment, layers.parcels, "it"), **params)
    return column


def spots(seed: int, n: int = 5) -> list[Any]:
    """Stars, strips, rings and parts."""
    random = np.random.default_rng(seed)
    out = []
    for _ in range(n):
        turn = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 14)))
        reach = random.uniform(15, 150, len(turn))
        out.append(shapely.Polygon(np.column_stack([reach * np.cos(turn), reach * np.sin(turn)])))
    out.append(shapely.affinity.rotate(shapely.box(0, 0, 400, random.uniform(5, 60)), seed % 360))
    whole = shapely.Point(0, 0).buffer(120, quad_segs=3)
    out.append(whole.difference(shapely.Point(*random.uniform(-60, 60, 2)).buffer(30, quad_segs=2)))
    out.append(shapely.MultiPolygon([square(0, 0, 40), square(100, 0, random.uniform(10, 70))]))
    return [shape for shape in out if shape.is_valid and shape.area > 1]


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_the_circle_is_the_one_geos_finds(seed: int) -> None:
    shapes = spots(seed)
    wanted = [shapely.length(shapely.maximum_inscribed_circle(shape, tolerance=1e-4)) for shape in shapes]
    found = measured("inscribed_circle", shapes).values
    assert (np.asarray(wanted) - found < CENTIMETRE).all()
    assert (found - wanted < 1e-3).all()  # never too large


@given(SEEDS, st.floats(0, 360))
@settings(max_examples=15, deadline=None)
def test_turned_and_moved_they_stay_and_they_fit_into_each_other(seed: int, turn: float) -> None:
    shapes = spots(seed)
    away = np.array([5e5, 3e6])
    moved = [shapely.transform(shapely.affinity.rotate(shape, turn, (0, 0)), lambda xy: xy + away) for shape in shapes]
    radius = measured("inscribed_circle", shapes).values
    width, length = (measured("min_rectangle_width", shapes, side=side).values for side in ("short", "long"))
    assert measured("inscribed_circle", moved).values == pytest.approx(radius, abs=CENTIMETRE)
    assert measured("min_rectangle_width", moved, side="long").values == pytest.approx(length, rel=1e-5)
    assert (2 * radius <= width + 1e-6).all() and (width <= length).all()
    assert (np.pi * radius**2 <= shapely.area(shapes)).all()
    assert (width * length >= shapely.area(shapely.convex_hull(shapes)) - 1e-6).all()
    assert (measured("depth", shapes).values == width).all()


def test_shapes_a_planner_knows() -> None:
    strip = shapely.affinity.rotate(shapely.box(0, 0, 400, 25), 33)
    corner = shapely.Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 200), (0, 200)])
    ring = square(0, 0).difference(shapely.box(40, 40, 60, 60))
    shapes = [strip, square(0, 0), corner, ring, shapely.Polygon([(0, 0), (9, 0), (4, 0)]), None]
    inner = 20 / (1 + 1 / np.sqrt(2))  # where the L bends: 20 m from both outer sides, as far from the inner corner
    radius = measured("inscribed_circle", shapes)
    assert radius.values == pytest.approx([12.5, 50, inner, 40 * np.sqrt(2) / (1 + np.sqrt(2)), NAN, NAN], abs=0.02, nan_ok=True)
    assert radius.unit == "m"
    assert measured("min_rectangle_width", shapes[:2]).values == pytest.approx([25, 100])
    assert measured("min_rectangle_width", shapes[:2], side="long").values == pytest.approx([400, 100])
    for kind in ("inscribed_circle", "min_rectangle_width", "depth", "compactness"):
        with pytest.raises(NotMeasurable) as found:
            measured(kind, [shapely.Point(0, 0)])
        assert found.value.issue.id == "measure_needs_areas"


def test_a_finer_precision_comes_nearer_from_below() -> None:
    layer = make_layer(spots(7))
    rough, fine, finer = (inscribed_radius_m(layer.geometry, metres) for metres in (1.0, 0.01, 1e-5))
    assert ((rough <= fine + 1e-9) & (fine <= finer + 1e-9) & (finer - rough < 1.0) & (finer - fine < 0.01)).all()
