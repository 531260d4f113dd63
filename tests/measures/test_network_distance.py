"""The way along the roads against every way, tried one after another, and the laws of distances."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
import shapely
import shapely.ops
from factories import make_layer, make_layers, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import SchemeError
from landplan.core.layers import LayerSet
from landplan.core.measuring import BEYOND, MISSING, STRAIGHT, Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column, ZoneShares

Shapes = Sequence[Any]
SEEDS = st.integers(0, 10_000)


def measured(parcels: Shapes, roads: Shapes, goals: Shapes, **params: Any) -> Column:
    layers = make_layers(make_layer(parcels), make_layer(roads, id="roads"), make_layer(goals, id="goals"))
    column: Column = measures["network_distance"].run(context(layers), layer="goals", **params)
    return column


def context(layers: LayerSet) -> Measuring:
    zones = ZoneShares({})
    return Measuring(layers, zones, parcel_environment(layers.parcels, zones, {}), layers.parcels, "it")


def line(*xy: tuple[float, float]) -> Any:
    return shapely.LineString(xy)


def town(seed: int) -> tuple[list[Any], list[Any], list[Any]]:
    """Parcels, roads that share vertices, end on each other and cross, and stations."""
    random = np.random.default_rng(seed)
    spots = random.uniform(0, 1000, (9, 2))
    pairs = random.integers(0, 9, (10, 2))
    roads = [line(*spots[[a, b]]) for a, b in pairs if a != b]
    host = roads[0]
    roads.append(line(tuple(host.interpolate(0.4, normalized=True).coords[0]), (500.0, 1100.0)))  # ends on another's middle
    roads.append(line((-50, 300), (400, 320), (1050, 280)))
    parcels = [square(*xy, random.uniform(5, 60)) for xy in random.uniform(0, 1000, (8, 2))]
    return parcels, roads, [shapely.Point(*xy) for xy in random.uniform(0, 1000, (4, 2))]


def place(point: Any) -> tuple[float, float]:
    return round(point.x, 6), round(point.y, 6)


def nearest_places(shape: Any, lines: Shapes) -> tuple[float, list[tuple[int, Any]]]:
    """How far the nearest line is, and every end of the stretches of lines at that distance, with the line's number."""
    least = min((shape.distance(line) for line in lines), default=np.inf)
    found = []
    for k, road in enumerate(lines):
        if road.distance(shape) <= least + 1e-9:
            met = road.intersection(shape) if least == 0 else shapely.shortest_line(road, shape)
            points = shapely.points(shapely.get_coordinates(met)) if least == 0 else [shapely.Point(met.coords[0])]
            found += [(k, point) for point in points]
    return least, found


def slowly(parcels: Shapes, roads: Shapes, goals: Shapes, snap_m: float, join_m: float, crossings: bool) -> list[float]:
    """The definition: roads cut wherever something happens, every way relaxed until none gets shorter."""
    cuts = [{road.project(shapely.Point(xy)) for xy in road.coords} for road in roads]
    ways = joined(roads, cuts, join_m)
    led: list[Any] = [(None, *pair) for pair in ways]
    for (i, one), (j, other) in combinations(enumerate(roads), 2) if crossings else ():
        for point in shapely.points(shapely.get_coordinates(one.intersection(other))):
            cuts[i].add(one.project(point))
            cuts[j].add(other.project(point))
    best: dict[Any, float] = {}
    for gap, met in (nearest_places(goal, roads) for goal in goals):
        for k, point in met if gap <= snap_m else ():
            at = roads[k].project(point)
            cuts[k].add(at)
            end = place(roads[k].interpolate(at))
            best[end] = min(gap, best.get(end, np.inf))
    for piece in pieces(roads, cuts):
        a, b = (place(shapely.Point(piece.coords[end])) for end in (0, -1))
        ways[a, b] = piece.length
        led.append((piece, a, b))
    for _ in range(len(ways)):
        for (a, b), metres in ways.items():
            for start, end in ((a, b), (b, a)):
                best[end] = min(best.get(end, np.inf), best.get(start, np.inf) + metres)
    return [one_way(parcel, [one for one in led if best[one[1]] < np.inf], best, goals, snap_m) for parcel in parcels]


def joined(roads: Shapes, cuts: list[set[float]], join_m: float) -> dict[tuple[Any, Any], float]:
    """Ends of roads near other roads: those are cut there, and the gap is a way."""
    ways = {}
    for end in (shapely.Point(road.coords[k]) for road in roads for k in (0, -1)):
        for k, other in enumerate(roads):
            if end.distance(other) <= join_m and end.coords[0] not in other.coords:
                cuts[k].add(other.project(end))
                ways[place(end), place(other.interpolate(other.project(end)))] = end.distance(other)
    return ways


def pieces(roads: Shapes, cuts: list[set[float]]) -> list[Any]:
    return [
        shapely.ops.substring(road, a, b)
        for road, at in zip(roads, cuts, strict=True)
        for a, b in pairwise(sorted(at))
        if b - a > 1e-7
    ]


def parts(led: Sequence[Any]) -> list[list[Any]]:
    """The pieces by connected part."""
    found: list[tuple[set[Any], list[Any]]] = []
    for one in led:
        ends = set(one[1:])
        met = [part for part in found if part[0] & ends]
        found = [part for part in found if not part[0] & ends]
        found.append((ends.union(*(places for places, _ in met)), sum((own for _, own in met), [one])))
    return [[one for one in own if one[0] is not None] for _, own in found]


def one_way(parcel: Any, led: Sequence[Any], best: dict[Any, float], goals: Shapes, snap_m: float) -> float:
    """NaN where no road leads."""
    if any(goal.intersects(parcel) for goal in goals):
        return 0.0
    ways = [float("inf")]
    for part in parts(led):
        gap, met = nearest_places(parcel, [piece for piece, *_ in part])
        for k, point in met if gap <= snap_m else ():
            piece, a, b = part[k]
            at = piece.project(point)
            ways.append(gap + min(best.get(a, np.inf) + at, best.get(b, np.inf) + piece.length - at))
    return min(ways) if min(ways) < np.inf else float("nan")


@given(SEEDS, st.booleans(), st.sampled_from([30.0, 150.0]))
@settings(max_examples=25, deadline=None)
def test_it_is_the_shortest_of_all_ways(seed: int, crossings: bool, snap_m: float) -> None:
    parcels, roads, goals = town(seed)
    column = measured([*parcels, None], roads, goals, snap_m=snap_m, crossings=crossings)
    wanted = slowly(parcels, roads, goals, snap_m, 1.0, crossings)
    straight = [min(goal.distance(parcel) for goal in goals) for parcel in parcels]
    off = np.isnan(wanted)
    assert column.values[:-1] == pytest.approx(np.where(off, straight, wanted), abs=1e-5)
    assert (column.states[:-1] == STRAIGHT).tolist() == off.tolist()
    assert (np.isnan(column.values[-1]), column.states[-1], column.unit) == (True, MISSING, "m")
    said = {issue.id: issue.values for issue in column.issues}
    assert said.get("network_straight", {"n": 0})["n"] == off.sum()


@given(SEEDS, st.floats(0, 360), st.booleans())
@settings(max_examples=15, deadline=None)
def test_the_laws_of_distances(seed: int, turn: float, crossings: bool) -> None:
    parcels, roads, goals = town(seed)
    given_, rules = (parcels, roads, goals), {"snap_m": 200.0, "crossings": crossings}
    column = measured(*given_, **rules)
    straight = np.array([min(goal.distance(parcel) for goal in goals) for parcel in parcels])
    assert (column.values >= straight - 1e-7).all()
    away = np.array([5e5, 3e6])
    moved = [
        [shapely.transform(shapely.affinity.rotate(one, turn, (0, 0)), lambda xy: xy + away) for one in part] for part in given_
    ]
    there = measured(*moved, **rules)
    assert there.values == pytest.approx(column.values, abs=1e-4)
    assert there.states.tolist() == column.states.tolist()
    more = measured(parcels, roads, [*goals, shapely.Point(500, 500)], **rules)
    both = (column.states != STRAIGHT) & (more.states != STRAIGHT)
    assert (more.values[both] <= column.values[both] + 1e-6).all()
    if not crossings:
        through = measured(parcels, roads, goals, snap_m=200.0, crossings=True)
        assert (through.states[column.states != STRAIGHT] != STRAIGHT).all()


ROADS = [line((0, 0), (400, 0)), line((400.6, 0), (400.6, 300)), line((200, -50), (200, 50))]
GOAL = [shapely.Point(420.6, 300)]


def test_a_gap_between_ends_is_bridged_within_the_tolerance_and_counts() -> None:
    parcel = [square(0, 10, 10)]
    found = measured(parcel, ROADS, GOAL)
    assert found.values == pytest.approx([10 + 390 + 0.6 + 300 + 20], abs=1e-9)
    assert {issue.id: issue.values["parts"] for issue in found.issues} == {"network_in_parts": 2}
    apart = measured(parcel, ROADS, GOAL, join_m=0.5)
    assert (apart.states.tolist(), [issue.id for issue in apart.issues]) == ([STRAIGHT], ["network_in_parts", "network_straight"])
    assert apart.values[0] == pytest.approx(GOAL[0].distance(parcel[0]))


def test_roads_that_cross_join_only_when_told() -> None:
    beside = [square(210, 40, 10)]  # 10 m from the crossing road, 40 m from the road that leads to the goal
    assert measured(beside, ROADS, GOAL).values == pytest.approx([40 + 180 + 0.6 + 300 + 20], abs=1e-9)
    assert measured(beside, ROADS, GOAL, crossings=True).values == pytest.approx([10 + 40 + 200 + 0.6 + 300 + 20], abs=1e-9)


def test_what_no_road_leads_to_is_straight_or_unknown_or_beyond_and_never_mixed() -> None:
    parcels = [square(0, 500, 10), square(-4000, 0, 10), square(0, 10, 10), square(415.6, 295, 10)]
    found = measured(parcels, ROADS, GOAL, reach_m=700.0)
    assert found.states.tolist() == [STRAIGHT, BEYOND, BEYOND, 0]
    assert found.values == pytest.approx([GOAL[0].distance(parcels[0]), 700, 700, 0])
    assert {issue.id: issue.values.get("n") for issue in found.issues} == {
        "network_in_parts": None, "network_straight": 1, "distance_beyond_reach": 2,
    }  # fmt: skip
    unknown = measured(parcels, ROADS, GOAL, reach_m=700.0, off_network="unknown")
    assert unknown.states.tolist() == [MISSING, BEYOND, BEYOND, 0]
    assert [issue.id for issue in unknown.issues] == ["network_in_parts", "network_unknown", "distance_beyond_reach"]


def test_features_off_the_network_are_counted_and_roads_must_be_lines() -> None:
    far = measured([square(0, 10, 10)], ROADS, [*GOAL, shapely.Point(0, 900)])
    assert {issue.id: issue.values.get("n") for issue in far.issues}["network_goals_off"] == 1
    with pytest.raises(SchemeError, match="roads"):
        measured([square(0, 0)], [square(200, 0)], GOAL)


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_areas_and_lines_are_reached_at_their_edge(seed: int) -> None:
    parcels, roads, goals = town(seed)
    for shapes in ([goal.buffer(40, quad_segs=2) for goal in goals], [line(goals[0].coords[0], goals[1].coords[0])]):
        column = measured(parcels, roads, shapes, snap_m=300.0)
        wanted = np.array(slowly(parcels, roads, shapes, 300.0, 1.0, False))
        on = column.states == 0
        assert on.tolist() == (~np.isnan(wanted)).tolist()
        assert column.values[on] == pytest.approx(wanted[on], abs=1e-5)
