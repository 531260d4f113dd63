"""Area shares by zone set: exact, closed, and the same for a parcel in one piece or several."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.zones import counts_to_main, zone_medians, zone_totals
from landplan.steps.join import join

BOXES = st.lists(st.tuples(*[st.integers(0, 900)] * 2, *[st.integers(10, 400)] * 2), min_size=1, max_size=8)


def _boxes(sizes: list[tuple[int, int, int, int]]) -> list[shapely.Geometry]:
    return [shapely.affinity.rotate(shapely.box(x, y, x + w, y + h), x % 90) for x, y, w, h in sizes]


def test_shares_main_zone_and_the_outside_row() -> None:
    parcels = make_layer([square(0, 0), square(150, 0), square(60, 200), None, square(450, 450)])
    zones = make_layer(
        [shapely.box(0, 0, 200, 120), shapely.box(200, 0, 400, 120)],
        id="zones",
        ids=["B", "A"],
        set=["block"] * 2,
        name=["乙", None],
    )
    found = join(make_layers(parcels, zones)).sets["block"]
    assert (found.zone_ids, found.zone_names) == (("A", "B", "outside"), ("A", "乙", "其余"))
    table = np.zeros((5, 3))
    table[found.parcel, found.zone] = found.share
    assert table == pytest.approx(np.array([[0, 1, 0], [0.5, 0.5, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1]]))
    assert found.main.tolist() == [1, 0, 2, 2, 2]  # the tie goes to the lowest id
    assert counts_to_main(found).tolist() == [1, 1, 3]
    assert counts_to_main(found, [3, 1, 1, np.nan, 1]).tolist() == [1, 3, 2]


def test_no_zones_layer_gives_no_sets() -> None:
    assert join(make_layers(make_layer([square(0, 0)]))).sets == {}


def test_overlapping_zones_are_scaled_and_said() -> None:
    parcels = make_layer([square(0, 0), square(1000, 0)])
    zones = make_layer([square(0, 0), square(0, 0), square(0, 0)], id="zones", set=["s", "s", None])
    found = join(make_layers(parcels, zones))
    assert found.sets["s"].share.tolist() == [0.5, 0.5, 1.0]
    assert [(issue.id, issue.values["n"]) for issue in found.issues] == [("zones_without_set", 1), ("zones_overlap", 1)]


@given(BOXES, BOXES)
@settings(max_examples=40, deadline=None)
def test_totals_of_a_set_equal_the_district(
    parcels: list[tuple[int, int, int, int]], zones: list[tuple[int, int, int, int]]
) -> None:
    layer = make_layer(_boxes(parcels))
    members = make_layer(_boxes(zones), id="zones", set=["s"] * len(zones))
    found = join(make_layers(layer, members)).sets["s"]
    money = np.arange(1.0, len(layer) + 1)
    money[0] = np.nan
    assert zone_totals(found, layer.area_m2).sum() == pytest.approx(layer.area_m2.sum(), rel=1e-9)
    assert zone_totals(found, money).sum() == pytest.approx(np.nansum(money), rel=1e-9)
    assert np.bincount(found.parcel, found.share) == pytest.approx(np.ones(len(layer)), abs=1e-9)
    assert (found.share > 0).all()


@given(BOXES, st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_shares_are_those_of_plain_intersections(parcels: list[tuple[int, int, int, int]], cut: int) -> None:
    shapes = _boxes(parcels)
    halves = [shapely.box(-1000, -1000, cut, 3000), shapely.box(cut, -1000, 3000, 500)]
    found = join(make_layers(make_layer(shapes), make_layer(halves, id="zones", set=["s", "s"]))).sets["s"]
    for i, shape in enumerate(shapes):
        for k, half in enumerate(halves):
            share = found.share[(found.parcel == i) & (found.zone == k)].sum()
            assert share == pytest.approx(shape.intersection(half).area / shape.area, abs=1e-9)


@given(BOXES, st.integers(100, 900))
@settings(max_examples=40, deadline=None)
def test_splitting_parcels_keeps_the_area_of_every_zone(parcels: list[tuple[int, int, int, int]], cut: int) -> None:
    shapes = _boxes(parcels)
    pieces = [
        part
        for shape in shapes
        for part in (shape & shapely.box(-2000, -2000, cut, 3000), shape - shapely.box(-2000, -2000, cut, 3000))
    ]
    split = make_layer([part for part in pieces if part.area > 0])
    zones = make_layer([shapely.box(0, 0, 450, 450), shapely.box(450, 0, 900, 300)], id="zones", set=["s", "s"])
    whole, parts = make_layer(shapes), split
    one, other = (join(make_layers(layer, zones)).sets["s"] for layer in (whole, parts))
    assert zone_totals(other, parts.area_m2) == pytest.approx(zone_totals(one, whole.area_m2), rel=1e-9, abs=1e-6)


def test_medians_go_by_main_zone() -> None:
    parcels = make_layer([square(0, 0), square(10, 0), square(20, 0), square(900, 0)])
    zones = make_layer([shapely.box(0, 0, 500, 500)], id="zones", set=["s"])
    found = join(make_layers(parcels, zones)).sets["s"]
    assert zone_medians(found, np.array([1.0, np.nan, 5.0, np.nan])) == pytest.approx([3.0, np.nan], nan_ok=True)


def test_an_invalid_parcel_still_has_its_land() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    found = join(make_layers(make_layer([bow_tie]), make_layer([shapely.box(0, 0, 50, 100)], id="zones", set=["s"]))).sets["s"]
    assert found.share.tolist() == pytest.approx([0.5, 0.5])
