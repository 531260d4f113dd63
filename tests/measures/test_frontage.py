"""Frontage against its definition, metre by metre, and by hand for shapes a planner knows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.measuring import Measuring, NotMeasurable
from landplan.core.registry import measures
from landplan.core.tables import Column, ZoneShares

Shapes = Sequence[Any]


def measured(parcels: Shapes, roads: Shapes, **params: Any) -> Column:
    layers, zones = make_layers(make_layer(parcels), make_layer(roads, id="roads")), ZoneShares({})
    environment = parcel_environment(layers.parcels, zones, {})
    column: Column = measures["frontage_length"].run(Measuring(layers, zones, environment, layers.parcels, "it"), **params)
    return column


def line(*xy: tuple[float, float]) -> Any:
    return shapely.LineString(xy)


def sides(shape: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """The edges of an outline with the inside to their left."""
    rings = [ring for part in shapely.get_parts(shapely.orient_polygons(shape)) for ring in (part.exterior, *part.interiors)]
    return [(np.array(a), np.array(b)) for ring in rings for a, b in pairwise(ring.coords)]


def looks_at(a: np.ndarray, b: np.ndarray, road: Any) -> Any:
    """The part of a straight road that the edge a → b with the inside to its left looks at, or None."""
    along, (u, v) = (b - a) / np.hypot(*(b - a)), np.array(road.coords)
    if abs(along @ (v - u)) < np.cos(np.pi / 4) * np.hypot(*(v - u)):
        return None
    outer = np.array([along[1], -along[0]])
    middle = (a + b) / 2
    corners = [
        middle - 9e3 * along - outer,
        middle + 9e3 * along - outer,
        middle + 9e3 * (along + outer),
        middle - 9e3 * (along - outer),
    ]
    part = road.intersection(shapely.Polygon(corners))
    return None if part.is_empty or part.length == 0 else part


def slowly(shape: Any, roads: Shapes, within_m: float, facing: bool) -> float:
    """Every edge cut into places 10 cm apart, each looked at."""
    total = 0.0
    straight = [line(a, b) for road in roads for a, b in pairwise(road.coords)]
    for a, b in sides(shape):
        seen = [looks_at(a, b, road) for road in straight] if facing else straight
        seen = [road for road in seen if road is not None]
        size = float(np.hypot(*(b - a)))
        steps = max(int(size / 0.1), 1)
        at = shapely.points(a + np.outer((np.arange(steps) + 0.5) / steps, b - a))
        near = shapely.distance(at, shapely.union_all(seen)) <= within_m if seen else np.zeros(steps, bool)
        total += size * float(near.mean())
    return total


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([0.0, 15.0, 80.0]))
@settings(max_examples=25, deadline=None)
def test_it_is_the_outline_that_lies_near(seed: int, facing: bool, within_m: float) -> None:
    random = np.random.default_rng(seed)
    spots = [shapely.Point(*xy).buffer(r, quad_segs=2) for *xy, r in random.uniform([0, 0, 30], [300, 300, 90], (3, 3))]
    spots.append(spots[0].difference(shapely.Point(spots[0].centroid).buffer(15, quad_segs=1)))
    spots.append(shapely.MultiPolygon([square(0, 0, 40), square(50, 0, 40)]))
    roads = [line(*xy) for xy in random.uniform(0, 300, (4, 3, 2))]
    found = measured([*spots, None], roads, within_m=within_m, facing=facing)
    wanted = [slowly(spot, roads, within_m, facing) for spot in spots]
    assert found.values[:-1] == pytest.approx(wanted, abs=1.0)
    assert (found.values[:-1] <= shapely.length(spots) + 1e-6).all()
    assert np.isnan(found.values[-1])


def test_a_plot_on_a_street_fronts_with_its_street_side_alone() -> None:
    street = line((-500, -10), (500, -10))
    plots = [square(0, 0), shapely.box(0, 0, 100, 12), square(0, 8), square(0, 15)]
    assert measured(plots, [street], within_m=20).values == pytest.approx([100, 100, 100, 0])
    everything = measured(plots, [street], within_m=20, facing=False).values
    assert everything == pytest.approx([120, 100 + 2 * 10, 104, 0])  # the sides as well, as far as they are near
    shallow = measured([shapely.box(0, 0, 100, 9)], [street], within_m=20, facing=False).values
    assert shallow == pytest.approx([218])  # … and the back


def test_two_streets_make_a_corner_plot_and_a_stretch_counts_once() -> None:
    streets = [line((-50, -10), (150, -10)), line((110, -50), (110, 150)), line((-50, -12), (150, -12))]
    assert measured([square(0, 0)], streets).values == pytest.approx([200])
    assert measured([square(0, 0)], 70 * streets).values == pytest.approx([200])
    half = [line((-50, -10), (40, -10))]
    assert measured([square(0, 0)], half, within_m=10).values == pytest.approx([40])
    assert measured([square(0, 0)], half, within_m=20).values == pytest.approx([40 + np.sqrt(300)])  # past its end, round it


def test_a_street_drawn_just_inside_the_outline_still_lies_before_it() -> None:
    sloppy = [line((-50, 0.4), (150, 0.4))]
    assert measured([square(0, 0)], sloppy).values == pytest.approx([100])
    deep = [line((-50, 5), (150, 5))]
    assert measured([square(0, 0)], deep).values == pytest.approx([0])
    assert measured([square(0, 0)], deep, facing=False).values == pytest.approx([100 + 50])


@given(st.integers(0, 10_000), st.floats(0, 360))
@settings(max_examples=15, deadline=None)
def test_turned_and_moved_it_is_the_same_and_wider_is_never_less(seed: int, turn: float) -> None:
    random = np.random.default_rng(seed)
    spots = [shapely.Point(*xy).buffer(r, quad_segs=2) for *xy, r in random.uniform([0, 0, 30], [300, 300, 90], (4, 3))]
    roads = [line(*xy) for xy in random.uniform(0, 300, (3, 4, 2))]
    away = np.array([5e5, 3e6])
    one = measured(spots, roads, within_m=33.0).values
    moved = [
        [shapely.transform(shapely.affinity.rotate(s, turn, (0, 0)), lambda xy: xy + away) for s in part]
        for part in (spots, roads)
    ]
    assert measured(*moved, within_m=33.0).values == pytest.approx(one, abs=1e-2)
    assert (measured(spots, roads, within_m=40.0).values >= one - 1e-9).all()
    assert (measured(spots, roads, within_m=33.0, facing=False).values >= one - 1e-9).all()


def test_an_area_counts_by_its_outline_and_points_are_refused() -> None:
    land = [shapely.box(-50, -30, 150, -10)]
    assert measured([square(0, 0)], land).values == pytest.approx([100])
    with pytest.raises(SchemeError, match="roads"):
        measured([square(0, 0)], [shapely.Point(0, 0)])
    with pytest.raises(NotMeasurable):
        measured([shapely.Point(0, 0)], land)
