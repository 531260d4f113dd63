"""Each measure against its definition, spelt out slowly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, make_raster, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.errors import InputError, SchemeError
from landplan.core.layers import Layer, LayerSet
from landplan.core.measuring import BEYOND, MISSING, Measuring, NotMeasurable
from landplan.core.registry import measures
from landplan.core.tables import Column
from landplan.steps.join import join

NAN = float("nan")


def context(layers: LayerSet, **constants: float) -> Measuring:
    zones = join(layers)
    return Measuring(layers, zones, parcel_environment(layers.parcels, zones, constants), layers.parcels, "it")


def measured(kind: str, *layers: Layer, rasters: Any = (), constants: Any = None, **params: Any) -> Column:
    column: Column = measures[kind].run(context(make_layers(*layers, rasters=rasters), **(constants or {})), **params)
    return column


def scattered(seed: int, n: int) -> list[shapely.Geometry]:
    random = np.random.default_rng(seed)
    spots = [shapely.Point(*xy).buffer(r, quad_segs=2) for *xy, r in random.uniform([0, 0, 5], [1000, 1000, 90], (n, 3))]
    return [shapely.affinity.rotate(spot, seed % 360) for spot in spots]


def test_field_keeps_unknown_and_counts_what_cannot_be_computed() -> None:
    parcels = make_layer([square(0, 0)] * 4, output_wan=[10.0, None, 0.0, 4.0], jobs=[2.0, 1.0, 0.0, 0.0])
    column = measured("field", parcels, expression="output_wan / jobs * k", unit="wan", constants={"k": 3.0})
    assert column.values.tolist() == pytest.approx([15.0, NAN, NAN, NAN], nan_ok=True)
    assert column.states.tolist() == [0, MISSING, MISSING, MISSING]
    assert [(issue.id, issue.values["n"]) for issue in column.issues] == [("criterion_not_computable", 2)]
    texts = measured("field", make_layer([square(0, 0)] * 2, segment=["SiC", None]), expression="segment")
    assert texts.values.tolist() == ["SiC", None]
    assert measured("field", parcels, expression="output_wan > 5").values.tolist() == pytest.approx([1, NAN, 0, 0], nan_ok=True)


def test_field_tells_an_absent_field_from_a_misspelt_one() -> None:
    parcels = make_layer([square(0, 0)], jobs=[1.0])
    with pytest.raises(NotMeasurable) as found:
        measured("field", parcels, expression="output_wan / area_mu")
    assert found.value.issue.values["fields"] == "output_wan"
    with pytest.raises(SchemeError, match="output_wan"):
        measured("field", parcels, expression="outptu_wan / area_mu")
    with pytest.raises(SchemeError):
        measured("field", parcels, expression="jobs", unit="mus")


@given(st.integers(0, 1000), st.sampled_from(["point", "line", "polygon"]), st.floats(10, 600))
@settings(max_examples=30, deadline=None)
def test_distance_is_the_least_of_all_distances(seed: int, kind: str, reach_m: float) -> None:
    parcels = scattered(seed, 6)
    others = scattered(seed + 1, 5)
    goals = {
        "point": [shape.centroid for shape in others],
        "polygon": others,
        "line": [shapely.LineString([s.centroid, s.centroid.buffer(300).exterior.coords[7]]) for s in others],
    }
    features = make_layer(goals[kind], id="goals")
    column = measured("distance", make_layer([*parcels, None]), features, layer="goals", reach_m=reach_m)
    for shape, value, state in zip(parcels, column.values, column.states, strict=False):
        least = min(shape.distance(goal) for goal in goals[kind])
        assert value == pytest.approx(min(least, reach_m), abs=1e-9)
        assert state == (BEYOND if least > reach_m else 0)
    assert (np.isnan(column.values[-1]), column.states[-1]) == (True, MISSING)


def test_distance_keeps_to_the_chosen_features() -> None:
    parcels = make_layer([square(0, 0)])
    stations = make_layer(
        [shapely.Point(150, 50), shapely.Point(300, 50), shapely.Point(120, 50)], id="stations", kind=["bus", "metro", None]
    )
    column = measured("distance", parcels, stations, layer="stations", where="kind = 'metro'")
    assert column.values.tolist() == [200.0]
    assert [(issue.id, issue.values["n"]) for issue in column.issues] == [("features_where_unknown", 1)]
    for missing in (
        {"layer": "labs"},
        {"layer": "stations", "where": "kind = 'ferry'"},
        {"layer": "stations", "where": "class = 'a'"},
    ):
        with pytest.raises(NotMeasurable):
            measured("distance", parcels, stations, **missing)
    with pytest.raises(SchemeError, match="kind"):
        measured("distance", parcels, stations, layer="stations", where="knd = 'metro'")


@given(st.integers(0, 1000))
@settings(max_examples=30, deadline=None)
def test_cover_share_is_that_of_the_union(seed: int) -> None:
    parcels, covers = scattered(seed, 6), scattered(seed + 7, 12)
    union = shapely.union_all(covers)
    column = measured("cover_share", make_layer(parcels), make_layer(covers, id="water"), layer="water")
    assert column.values == pytest.approx([shape.intersection(union).area / shape.area for shape in parcels], abs=1e-9)


def test_cover_share_of_lines_needs_a_width() -> None:
    parcels, pipes = make_layer([square(0, 0), None]), make_layer([shapely.LineString([(-50, 50), (150, 50)])], id="pipes")
    assert measured("cover_share", parcels, pipes, layer="pipes", buffer_m=10).values == pytest.approx([0.2, NAN], nan_ok=True)
    with pytest.raises(SchemeError, match="pipes"):
        measured("cover_share", parcels, pipes, layer="pipes")


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_density_counts_and_sums_what_lies_around(seed: int) -> None:
    parcels, firms = scattered(seed, 5), [shape.centroid for shape in scattered(seed + 3, 20)]
    jobs = np.random.default_rng(seed).integers(1, 50, 20).astype(float)
    jobs[0] = NAN
    layers = (make_layer(parcels), make_layer(firms, id="firms", jobs=jobs))
    near = np.array([[shape.centroid.distance(firm) <= 400 for firm in firms] for shape in parcels])
    assert measured("density", *layers, layer="firms", radius_m=400).values.tolist() == near.sum(axis=1).tolist()
    per_km2 = measured("density", *layers, layer="firms", radius_m=400, statistic="count_per_km2")
    assert (per_km2.values, per_km2.unit) == (pytest.approx(near.sum(axis=1) / (np.pi * 0.16)), "per_km2")
    total = measured("density", *layers, layer="firms", radius_m=400, statistic="sum", field="jobs", unit="person")
    assert total.values == pytest.approx(near @ np.nan_to_num(jobs))
    assert [issue.id for issue in total.issues] == ["density_unknown_left_out"]


def test_compactness_and_depth_of_known_shapes() -> None:
    strip, circle = shapely.box(0, 0, 400, 25), shapely.Point(0, 0).buffer(100, quad_segs=256)
    ring = square(0, 0).difference(shapely.box(25, 25, 75, 75))
    parcels = make_layer([square(0, 0), shapely.affinity.rotate(strip, 33), circle, ring, None])
    assert measured("compactness", parcels).values == pytest.approx(
        [np.pi / 4, np.pi * 40000 / 850**2, 1, 4 * np.pi * 7500 / 600**2, NAN], abs=1e-4, nan_ok=True
    )
    assert measured("depth", parcels).values == pytest.approx([100, 25, 200, 100, NAN], abs=0.01, nan_ok=True)


@given(st.integers(0, 2000))
@settings(max_examples=40, deadline=None)
def test_depth_is_the_short_side_of_the_least_rectangle(seed: int) -> None:
    points = np.random.default_rng(seed).uniform(0, 300, (seed % 8 + 3, 2))
    hull = shapely.convex_hull(shapely.multipoints(points))
    angles = [np.arctan2(b[1] - a[1], b[0] - a[0]) for a, b in zip(hull.exterior.coords, hull.exterior.coords[1:], strict=False)]
    boxes = [shapely.affinity.rotate(hull, -angle, origin=(0, 0), use_radians=True).bounds for angle in angles]
    sides = [sorted((x1 - x0, y1 - y0)) for x0, y0, x1, y1 in boxes]
    least = min(short * long for short, long in sides)
    found = measured("depth", make_layer([hull])).values[0]
    assert found == pytest.approx(min(short for short, long in sides if short * long <= least * (1 + 1e-9)), rel=1e-6)


def test_contiguous_area_joins_edges_but_not_corners() -> None:
    shapes = [square(0, 0), square(100, 0), square(200.3, 0), square(300.3, 100), square(0, 500), square(100, 500), None]
    parcels = make_layer(shapes, vacant_share=[1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    column = measured("contiguous_area", parcels, where="vacant_share > 0.5")
    assert column.values == pytest.approx([45, 45, 45, 15, 15, 0, NAN], nan_ok=True)
    unknown = measured("contiguous_area", make_layer(shapes[:2], vacant_share=[1.0, None]), where="vacant_share > 0.5")
    assert unknown.values == pytest.approx([15, NAN], nan_ok=True)
    assert measured("contiguous_area", make_layer(shapes), edge_m=150).values[0] == pytest.approx(15)
    none = measured("contiguous_area", parcels, where="vacant_share > 2")
    assert none.values == pytest.approx([0, 0, 0, 0, 0, 0, NAN], nan_ok=True)


def test_chain_fit_tells_strengthening_filling_and_extending() -> None:
    zones = make_layer(
        [shapely.box(0, 0, 500, 100)], id="zones", ids=["Z"], set=["carrier"], focus=["SiC、热管理,激光雷达"], name=["芯谷"]
    )
    segments = ["SiC", "SiC", "热管理", "物流", "种花", None, "SiC"]
    parcels = make_layer([square(10 * i, 0, 5) for i in range(6)] + [square(900, 0)], segment=segments)
    column = measured("chain_fit", parcels, zones, set="carrier", outside=0.3)
    assert column.values == pytest.approx([1.0, 1.0, 0.8, 0.5, 0.0, NAN, 0.3], nan_ok=True)
    assert column.note == "强链 2, 补链 1, 延链 1, 其他 1, 区外 1"
    assert [(issue.id, issue.values["zones"]) for issue in column.issues] == [("chain_segments_lacking", "芯谷: 激光雷达")]
    with pytest.raises(NotMeasurable):
        measured("chain_fit", parcels, zones, set="block")


def test_zone_share_names_ids_the_set_lacks() -> None:
    zones = make_layer([shapely.box(0, 0, 50, 100), shapely.box(50, 0, 75, 100)], id="zones", ids=["A", "B"], set=["s", "s"])
    parcels = make_layer([square(0, 0), None])
    assert measured("zone_share", parcels, zones, set="s").values == pytest.approx([0.75, NAN], nan_ok=True)
    some = measured("zone_share", parcels, zones, set="s", ids=["B", "Q"])
    assert some.values == pytest.approx([0.25, NAN], nan_ok=True)
    assert some.issues[0].values["ids"] == "Q"
    assert measured("zone_share", parcels, zones, set="s", ids=["Q"]).values[0] == 0.0


def test_zonal_statistics_of_a_small_raster() -> None:
    values = np.arange(12.0).reshape(3, 4)  # 10 m pixels, lower left corner at 0, 0; top row 0 1 2 3
    values[2, 0] = NAN
    raster = make_raster(values, id="flood", unit="m")
    shapes = [
        shapely.box(0, 0, 20, 20),
        shapely.box(21, 21, 24, 24),
        shapely.box(-500, 0, -400, 50),
        shapely.box(15, 15, 30, 30),
        None,
    ]

    def of(**params: Any) -> Column:
        return measured("zonal", make_layer(shapes), rasters=[raster], raster="flood", **params)

    mean = of()
    assert mean.values == pytest.approx([(4 + 5 + 9) / 3, 2, NAN, 1.5, NAN], nan_ok=True)
    assert (mean.unit, {issue.id: issue.values.get("n") for issue in mean.issues}) == (
        "m",
        {"zonal_small": 1, "zonal_nodata": None},
    )
    assert of(statistic="max").values == pytest.approx([9, 2, NAN, 2, NAN], nan_ok=True)
    assert of(statistic="min").values == pytest.approx([4, 2, NAN, 1, NAN], nan_ok=True)
    share = of(statistic="share_above", threshold=4.5)
    assert (share.values, share.unit) == (pytest.approx([2 / 3, 0, NAN, 0, NAN], nan_ok=True), "share")
    exact = (1 * 0.5 * 1 + 2 * 1 * 1 + 5 * 0.5 * 0.5 + 6 * 1 * 0.5) / 2.25
    assert of(pixels="exact").values == pytest.approx([6, 2, NAN, exact, NAN], nan_ok=True)
    assert of(statistic="sum").values == pytest.approx([18, 0.18, NAN, 3, NAN], nan_ok=True)
    assert np.isnan(of(nodata_max=0.2).values[0])
    assert of(unit="km").values[1] == pytest.approx(0.002)
    with pytest.raises(NotMeasurable):
        measured("zonal", make_layer(shapes), raster="flood")


def test_zonal_in_blocks_is_zonal_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import landplan.measures.zonal as room

    parcels = make_layer(scattered(4, 30))
    raster = make_raster(np.random.default_rng(1).uniform(0, 9, (100, 100)), id="noise")
    one = measured("zonal", parcels, rasters=[raster], raster="noise", pixels="exact").values
    monkeypatch.setattr(room, "_PIXELS_AT_ONCE", 50)
    assert measured("zonal", parcels, rasters=[raster], raster="noise", pixels="exact").values == pytest.approx(one, abs=1e-12)


def test_features_without_geometry_measure_nothing_instead_of_far_or_none() -> None:
    lost = make_layer([None, None], id="labs", kind=["a", "b"])
    for kind, params in (("distance", {}), ("density", {"radius_m": 100.0}), ("cover_share", {"buffer_m": 5.0})):
        with pytest.raises(NotMeasurable) as found:
            measured(kind, make_layer([square(0, 0)]), lost, layer="labs", **params)
        assert found.value.issue.id == "criterion_no_feature"


def test_a_sum_over_a_field_of_words_is_one_sentence() -> None:
    labs = make_layer([shapely.Point(50, 50)], id="labs", kind=["a"])
    with pytest.raises(InputError) as found:
        measured("density", make_layer([square(0, 0)]), labs, layer="labs", radius_m=99.0, statistic="sum", field="kind")
    assert found.value.id == "field_not_numbers"


def test_parcels_far_apart_are_read_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    whole = make_raster(np.random.default_rng(2).uniform(0, 9, (200, 200)), id="noise")
    windows: list[int] = []

    def counted(row0: int, row1: int, col0: int, col1: int) -> Any:
        windows.append((row1 - row0) * (col1 - col0))
        return whole.read(row0, row1, col0, col1)

    raster, shapes = replace(whole, read=counted), [square(30, 40), square(30, 1500), square(1500, 1600), square(1560, 1600)]
    found = []
    for most, strip in ((10**9, 10**9), (50, 10**9), (10**9, 200 * 20)):
        monkeypatch.setattr("landplan.measures.zonal._PIXELS_A_READ", most)
        monkeypatch.setattr("landplan.measures.zonal._PIXELS_A_WINDOW", strip)
        windows.clear()
        found.append(measured("zonal", make_layer(shapes), rasters=[raster], raster="noise").values.tolist())
        found.append(sum(windows))
    assert found[0] == found[2] == found[4]
    assert max(found[3], found[5]) < found[1] / 20
