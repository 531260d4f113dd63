"""Every check finds its fault, with row, place and by how much, and nothing in sound data."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from factories import make_layer, make_layers
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.checks.overlap import overlap
from landplan.core.errors import Issue
from landplan.core.layers import LayerSet, take
from landplan.core.paths import sample
from landplan.core.recipe import LayerInput
from landplan.core.registry import checks
from landplan.io.vector import read_layer

IDS = {
    "area_mismatch", "duplicate_id", "floor_area_basis", "gap_sliver", "invalid_geometry", "missing_id", "outside_district",
    "obstacles", "overlap", "unknown_code", "code_version",
}  # fmt: skip
BOW_TIE = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def run(id: str, layers: LayerSet, **params: Any) -> list[Issue]:
    return list(checks[id].run(layers, **params))


def told(issues: list[Issue]) -> list[tuple[str, int]]:
    return [(issue.id, issue.row) for issue in issues]


def grid(n: int, side: float = 10.0) -> list[Any]:
    return [shapely.box(side * (k % 60), side * (k // 60), side * (k % 60 + 1), side * (k // 60 + 1)) for k in range(n)]


def _parcels(n: int) -> Any:
    uses = {"land_use": ["1001"] * n, "land_use_version": ["2023"] * n, "planned_use": ["1001 60% + 0902 40%"] * n}
    layer = make_layer(grid(n), area_declared_m2=[100.0] * n, **uses)
    return replace(layer, table=layer.table.append_column("id", pa.array([f"P{k}" for k in range(n)])))


def test_all_are_registered_with_titles_in_both_languages() -> None:
    assert set(checks.all()) == IDS
    assert all(check.title and check.title_zh for check in checks)


@pytest.mark.parametrize("id", sorted(IDS))
def test_sound_parcels_have_nothing_to_tell(id: str) -> None:
    district = make_layer([shapely.box(-1, -1, 601, 601)], id="zones", set=["district"])
    assert run(id, make_layers(_parcels(200), district)) == []


@pytest.mark.parametrize("id", sorted(IDS))
def test_parcels_without_geometry_or_fields_stop_no_check(id: str) -> None:
    layers = make_layers(make_layer([shapely.box(0, 0, 1, 100), None]))
    assert {issue.row for issue in run(id, layers)} <= {0}
    assert run(id, make_layers(make_layer([None, None]))) == []


def test_invalid_geometry_says_why_where_and_how_much() -> None:
    (issue,) = run("invalid_geometry", make_layers(make_layer([shapely.box(20, 0, 30, 10), BOW_TIE])))
    assert (issue.id, issue.row, issue.feature, issue.x_m, issue.y_m) == ("invalid_crosses_itself", 1, "P1", 5.0, 5.0)
    assert issue.values["mended_m2"] == 50.0


def test_overlap_is_told_once_with_area_share_and_place() -> None:
    layers = make_layers(make_layer([shapely.box(0, 0, 10, 10), shapely.box(8, 0, 28, 10), shapely.box(28, 0, 30, 10)]))
    (issue,) = run("overlap", layers)
    assert (issue.id, issue.feature, issue.values) == ("overlap", "P0", {"other": "P1", "area_m2": 20.0, "share": 0.2})
    assert 8 <= issue.x_m <= 10 and 0 <= issue.y_m <= 10
    assert run("overlap", layers, least_m2=25.0) == []


def test_a_parcel_drawn_twice_is_a_duplicate() -> None:
    (issue,) = run("overlap", make_layers(make_layer([shapely.box(0, 0, 10, 10)] * 2)))
    assert issue.id == "overlap_duplicate"


def test_zones_overlap_only_within_their_set() -> None:
    boxes = [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10), shapely.box(0, 0, 15, 10)]
    zones = make_layer(boxes, id="zones", set=["town", "town", "block"])
    issues = run("overlap", make_layers(make_layer([shapely.box(0, 0, 1, 1)]), zones))
    assert [(issue.layer, issue.row, issue.values["other"]) for issue in issues] == [("zones", 0, "Z1")]


boxes = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 8), st.integers(1, 8))


@settings(max_examples=50, deadline=None)
@given(st.lists(boxes, min_size=1, max_size=15))
def test_overlaps_are_those_of_every_pair(corners: list[tuple[int, int, int, int]]) -> None:
    shapes = [shapely.box(x, y, x + w, y + h) for x, y, w, h in corners]
    every = [(i, j) for i in range(len(shapes)) for j in range(i + 1, len(shapes))]
    pairs = [(i, j) for i, j in every if shapes[i].intersection(shapes[j]).area > 1.0]
    found = overlap(make_layers(make_layer(shapes)))
    assert [(issue.row, int(str(issue.values["other"])[1:])) for issue in found] == pairs


def test_a_gap_between_parcels_is_told_a_courtyard_is_not() -> None:
    hollow = shapely.box(0, 0, 60, 60).difference(shapely.box(30, 10, 50, 50))
    halves = [hollow.intersection(shapely.box(0, 0, 10, 60)), hollow.intersection(shapely.box(10, 0, 60, 60))]
    halves[1] = halves[1].difference(shapely.box(9, 10, 10.5, 30))
    (issue,) = run("gap_sliver", make_layers(make_layer(halves)))
    assert (issue.id, issue.row, issue.values["area_m2"]) == ("gap", 0, 10.0)
    assert issue.values["width_m"] == pytest.approx(0.488, abs=1e-3)
    assert issue.x_m == pytest.approx(10.25)
    assert len(run("gap_sliver", make_layers(make_layer(halves)), gap_m2=1000.0)) == 2


def test_an_open_slit_between_two_parcels_is_a_gap_and_a_lane_is_not() -> None:
    slit = [shapely.box(0, 0, 50, 50), shapely.box(50.05, 0, 100, 50), shapely.box(0, 50, 100, 90)]
    (issue,) = run("gap_sliver", make_layers(make_layer(slit)))
    assert (issue.id, issue.row, issue.values["area_m2"]) == ("gap", 0, pytest.approx(2.5, rel=0.02))
    assert (issue.x_m, issue.values["width_m"]) == (pytest.approx(50.025), pytest.approx(0.05, abs=0.002))
    lane = [shapely.box(0, 0, 50, 50), shapely.box(54, 0, 100, 50)]
    assert run("gap_sliver", make_layers(make_layer(lane))) == []


def test_a_narrow_parcel_between_two_is_no_gap() -> None:
    strips = [shapely.box(0, 0, 50, 50.1), shapely.box(50, 0, 50.3, 50), shapely.box(50.3, 0, 99, 50.1)]
    assert [issue.id for issue in run("gap_sliver", make_layers(make_layer(strips)))] == ["sliver"]


def test_a_thin_parcel_is_a_sliver() -> None:
    (issue,) = run("gap_sliver", make_layers(make_layer([shapely.box(0, 0, 50, 50), shapely.box(50, 0, 51, 50)])))
    assert (issue.id, issue.row, issue.values) == ("sliver", 1, {"width_m": 0.98, "area_m2": 50.0})


def _sample(file: str) -> LayerSet:
    return make_layers(read_layer(sample("dirty", file), LayerInput(path=file), "parcels", "EPSG:4549"))


def test_repeated_and_missing_ids_are_listed_one_by_one() -> None:
    layers = _sample("duplicate_ids.shp")
    issues = run("duplicate_id", layers)
    assert len(issues) == 4
    for issue in issues:
        assert layers.parcels.texts("id")[issue.row] == issue.values["id"]
        assert issue.feature == layers.parcels.ids[issue.row] != issue.values["id"]
        assert issue.x_m is not None
    layers = _sample("missing_ids.shp")
    issues = run("missing_id", layers)
    assert [issue.feature for issue in issues] == [f"@{issue.row}" for issue in issues]
    assert len(issues) == 3


def test_faults_of_the_dirty_sample_are_found() -> None:
    assert len(run("invalid_geometry", _sample("bow_ties.shp"))) == 3
    thin = _sample("overlaps_slivers.shp")
    assert {issue.id for issue in run("overlap", thin)} | {issue.id for issue in run("gap_sliver", thin)} >= {"overlap", "gap"}
    codes = {issue.id for issue in run("unknown_code", _sample("unknown_codes.shp"))}
    assert {"unknown_code", "mixed_use_not_100_here"} <= codes


@pytest.mark.parametrize(("code", "version", "expected"), [
    ("1001", None, None), ("100101 60% + 0902 40%", "2023", None), ("M1", None, "unknown_code"), ("9999", "2023", "unknown_code"),
    ("1001 60% + 0902 30%", None, "mixed_use_not_100_here"), ("一类工业", None, "mixed_use_unreadable_here"),
    ("1001+0902", None, "mixed_use_no_shares_here"), ("1001 60%+0902", None, "mixed_use_some_shares_here"),
    ("60%1001、40%9902", None, "unknown_code"),
    ("1001", "1999", "code_version_unknown_here"), (None, None, None), ("01001", None, "unknown_code"),
])  # fmt: skip
def test_codes_are_checked_against_their_version(code: str | None, version: str | None, expected: str | None) -> None:
    parcels = make_layer([shapely.box(0, 0, 1, 1)] * 2, land_use=[code, "1001"], land_use_version=[version, "2023"])
    assert told(run("unknown_code", make_layers(parcels))) == ([(expected, 0)] if expected else [])


@pytest.mark.parametrize(("codes", "version", "expected", "weight"), [
    (["1001", "0902"], None, "code_version_open", "note"), (["M1", "M4"], None, "code_version_likely", "data"),
    (["0508", "1001"], None, "code_version_open", "note"), (["1001", "0902"], "2023", None, ""),
    (["100101", "080301"], None, None, ""),
    (["1312", "0903"], None, "code_version_open", "note"), ([None, "工业"], None, None, ""),
    (["0501", "0604"], None, "code_version_likely", "data"),
])  # fmt: skip
def test_a_version_that_is_not_stated_is_told_never_taken(codes: list[str], version: str, expected: str, weight: str) -> None:
    parcels = make_layer([shapely.box(0, 0, 1, 1)] * 2, land_use=codes, land_use_version=[version] * 2)
    found = run("code_version", make_layers(parcels))
    assert [(issue.id, issue.weight) for issue in found] == ([(expected, weight)] if expected else [])
    if codes[0] == "1312":
        assert "2020 水工设施用地" in found[0].text("zh")
        assert "2023 其他公用设施用地" in found[0].text("zh")


def test_declared_area_is_compared_with_both_areas() -> None:
    square = shapely.box(611_000, 3_463_000, 612_000, 3_464_000)
    planar = make_layer([square] * 4, area_declared_m2=[1e6, 1e6 * 1.004, 1e6 * 1.02, None])
    (issue,) = run("area_mismatch", make_layers(planar))
    assert (issue.row, issue.values["percent"], issue.values["difference_m2"]) == (2, 2.0, 20000.0)
    assert told(run("area_mismatch", make_layers(planar), tolerance_share=0.001)) == [("area_mismatch", 1), ("area_mismatch", 2)]


def test_a_declared_area_of_what_has_none_is_told_without_dividing_by_it() -> None:
    flat = shapely.Polygon([(0, 0), (10, 0), (20, 0)])
    (issue,) = run("area_mismatch", make_layers(make_layer([flat], area_declared_m2=[100.0])))
    assert (issue.values["percent"], issue.values["difference_m2"]) == ("∞", 100.0)
    assert "∞" in issue.text("en")


def test_a_far_from_gross_floor_area_is_counted_once() -> None:
    both = make_layer(grid(4), gfa_m2=[10.0, 20.0, None, 40.0], far_area_m2=[9.0, None, None, None])
    (issue,) = run("floor_area_basis", make_layers(both))
    assert (issue.id, issue.row, issue.weight, issue.values) == ("far_from_gross", -1, "note", {"n": 2})
    (issue,) = run("floor_area_basis", make_layers(make_layer(grid(4), gfa_m2=[10.0, 20.0, None, 40.0])))
    assert issue.values == {"n": 3}
    assert run("floor_area_basis", make_layers(make_layer(grid(2), gfa_m2=[1.0, 2.0], far_area_m2=[1.0, 2.0]))) == []


def test_parcels_that_leave_the_district() -> None:
    district = make_layer([shapely.box(0, 0, 100, 100), shapely.box(0, 0, 500, 500)], id="zones", set=["district", "block"])
    parcels = make_layer([shapely.box(10, 10, 20, 20), shapely.box(95, 0, 105, 10), shapely.box(200, 0, 210, 10)])
    issues = run("outside_district", make_layers(parcels, district))
    assert [(issue.row, *issue.values.values()) for issue in issues] == [(1, 50.0, 0.5), (2, 100.0, 1.0)]
    assert issues[0].x_m > 100
    assert run("outside_district", make_layers(parcels)) == []


@pytest.mark.parametrize("id", sorted(IDS))
def test_order_of_rows_does_not_matter(id: str) -> None:
    parcels = _sample("overlaps_slivers.shp").parcels
    order = np.random.default_rng(7).permutation(len(parcels))
    shuffled = make_layers(_reordered(parcels, order))
    plain = {_pair(issue) for issue in run(id, make_layers(parcels))}
    assert {_pair(issue) for issue in run(id, shuffled)} == plain


def _reordered(layer: Any, order: Any) -> Any:
    return replace(layer, table=layer.table.take(pa.array(order)), geometry=take(layer.geometry, order), ids=layer.ids[order])


def _pair(issue: Issue) -> tuple[Any, ...]:
    """What is told, whichever of the two parcels of a pair or gap comes first."""
    both = frozenset([issue.feature, str(issue.values.get("other", ""))]) if issue.id.startswith("overlap") else None
    single = issue.feature if issue.id not in ("gap", "overlap") else None
    return (issue.id, both, single, issue.values.get("area_m2"))


def test_three_thousand_parcels_take_no_time() -> None:
    layers = make_layers(_parcels(3000))
    start = time.process_time()
    for check in checks:
        check.run(layers)
    assert time.process_time() - start < 15.0
