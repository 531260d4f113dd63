"""Points are scored like plots: car parks, stops, doors. What needs areas is skipped or refused in a sentence."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from factories import CRS, make_layer, make_layers, make_raster, square
from measure_cases import MEASURES
from measure_cases import layers as town

from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.app.packaging import package
from landplan.core.environment import parcel_environment
from landplan.core.errors import InputError, SchemeError
from landplan.core.layers import LayerSet
from landplan.core.measuring import Measuring, NotMeasurable
from landplan.core.registry import checks, commands, jobs, measures
from landplan.core.tables import Column
from landplan.steps.join import join

NAN = float("nan")
WEST_M, SOUTH_M = 600_000.0, 3_470_000.0

SCHEME = """\
format = "landplan-scheme/1"
id = "car_parks"
title = { zh = "自动代客泊车", en = "Automated valet parking" }
base_year = 2025
[[criteria]]
id = "spaces"
title = { zh = "车位", en = "Spaces" }
weight = 1
measure = { kind = "field", expression = "spaces", unit = "count" }
value = { kind = "linear", worst = 0, best = 400 }
[[criteria]]
id = "station_m"
title = { zh = "距站点", en = "Distance to a station" }
weight = 1
measure = { kind = "distance", layer = "stations", reach_m = 1000 }
value = { kind = "linear", worst = 1000, best = 0 }
[[criteria]]
id = "compact"
title = { zh = "形状", en = "Shape" }
weight = 2
measure = { kind = "compactness" }
value = { kind = "linear", worst = 0, best = 1 }
[[criteria]]
id = "size"
title = { zh = "规模", en = "Size" }
weight = 2
measure = { kind = "field", expression = "area_mu", unit = "mu" }
value = { kind = "linear", worst = 0, best = 9 }
[[models]]
id = "valet"
title = { zh = "代客泊车", en = "Valet parking" }
use = { "1207" = 1.0 }
far = { low = 0, target = 0, high = 0 }
tenures = []
zones = { set = "town" }
"""
RECIPE = f"""\
format = "landplan-recipe/1"
title = {{ zh = "停车场", en = "Car parks" }}
scheme = "scheme.toml"
crs = "{CRS}"
[layers.parcels]
path = "parks.gpkg"
layer = "parks"
[layers.stations]
path = "parks.gpkg"
layer = "stations"
[layers.zones]
path = "parks.gpkg"
layer = "zones"
"""


def layers() -> LayerSet:
    spots = [
        shapely.Point(10, 10),
        shapely.Point(60, 10),
        shapely.MultiPoint([(10, 10), (60, 10)]),
        None,
        shapely.Point(900, 900),
    ]
    zones = make_layer(
        [square(0, 0, 50), square(50, 0, 50)], id="zones", ids=["A", "B"], set=["town", "town"], focus=["SiC", "SiC"]
    )
    water = make_layer([square(0, 0, 50), square(5, 5, 10)], id="water")
    stations = make_layer([shapely.Point(10, 30), shapely.Point(60, 40)], id="stations")
    roads = make_layer([shapely.LineString([(0, 20), (100, 20)])], id="roads")
    raster = make_raster(np.arange(100.0).reshape(10, 10), id="noise", unit="")
    return make_layers(make_layer(spots, jobs=[1.0, 2.0, 3.0, 4.0, 5.0]), zones, water, stations, roads, rasters=[raster])


def measured(kind: str, **params: Any) -> Column:
    given = layers()
    zones = join(given)
    context = Measuring(given, zones, parcel_environment(given.parcels, zones, {}), given.parcels, "it")
    column: Column = measures[kind].run(context, **params)
    return column


@pytest.mark.parametrize(
    ("kind", "params", "values"),
    [
        ("distance", {"layer": "stations", "reach_m": 500.0}, [20, 30, 20, NAN, 500]),
        ("network_distance", {"layer": "stations", "reach_m": 500.0}, [10 + 10, 10 + 20, 10 + 10, NAN, 500]),
        ("density", {"layer": "stations", "radius_m": 35.0}, [1, 1, 1, NAN, 0]),
        ("cover_share", {"layer": "water"}, [1, 0, 0.5, NAN, 0]),
        ("zone_share", {"set": "town", "ids": ["A"]}, [1, 0, 0.5, NAN, 0]),
        ("zonal", {"raster": "noise"}, [91, 96, 91, NAN, NAN]),
        ("neighbour_mean", {"expression": "jobs", "within_m": 50.0}, [2.5, 2, 1.5, NAN, NAN]),
        ("field", {"expression": "jobs * 2"}, [2, 4, 6, 8, 10]),
        ("field", {"expression": "area_mu + 1"}, [NAN] * 5),  # no area, not an area of 0
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_point_is_measured_where_it_lies(kind: str, params: dict[str, Any], values: list[float]) -> None:
    found = measured(kind, **params).values
    assert found == pytest.approx(values, nan_ok=True)


def test_every_measure_takes_points_or_says_that_it_needs_areas() -> None:
    whole = town()
    spots = make_layer([shapely.Point(50, 20), None], output_wan=[1.0, 2.0], segment=["SiC", "SiC"])
    given = LayerSet(whole.crs, {**whole.layers, "parcels": spots}, whole.rasters)
    zones = join(given)
    taken = set()
    for kind, params in MEASURES.items():
        context = Measuring(given, zones, parcel_environment(spots, zones, {}), spots, kind)
        try:
            column: Column = measures[kind].run(context, **params)
        except NotMeasurable as found:
            assert found.issue.id == "measure_needs_areas", kind
            continue
        assert column.values.shape == (2,) and np.isnan(column.values[1])
        taken.add(kind)
    assert {
        "distance",
        "network_distance",
        "density",
        "cover_share",
        "zonal",
        "zone_share",
        "chain_fit",
        "neighbour_mean",
    } <= taken


def test_points_lie_in_their_zone_and_a_border_belongs_to_the_first() -> None:
    found = join(layers()).sets["town"]
    assert [found.zone_ids[k] for k in found.main] == ["A", "B", "A", "outside", "outside"]
    assert np.bincount(found.parcel, found.share).tolist() == [1.0] * 5
    zones = make_layer([square(0, 0, 50), square(50, 0, 50)], id="zones", ids=["A", "B"], set=["town", "town"])
    border = join(make_layers(make_layer([shapely.Point(50, 20)]), zones))
    assert (border.sets["town"].zone.tolist(), border.sets["town"].share.tolist(), border.issues) == ([0], [1.0], ())


def test_no_check_stumbles_over_points() -> None:
    found = [issue.id for check in checks for issue in check.run(layers())]
    assert not {"overlap", "sliver", "gap", "invalid_geometry"} & set(found)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    def write(layer: str, kind: str, shapes: list[Any], **fields: Any) -> None:
        moved = shapely.transform(np.array(shapes, object), lambda xy: xy + np.array([WEST_M, SOUTH_M]))
        names, data = list(fields), [np.array(values) for values in fields.values()]
        path = tmp_path / "parks.gpkg"
        pyogrio.raw.write(path, shapely.to_wkb(moved), data, names, layer=layer, driver="GPKG", crs=CRS, geometry_type=kind)

    spots = [shapely.Point(100 * k, 0) for k in range(5)]
    write("parks", "Point", spots, id=["a", "b", "c", "d", "e"], spaces=[400.0, 300.0, 200.0, 100.0, 0.0])
    write("stations", "Point", [shapely.Point(400, 0)], name=["站"])
    write("zones", "Polygon", [shapely.box(-50, -50, 350, 50)], id=["Z"], set=["town"], name=["区"])
    (tmp_path / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    (tmp_path / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    return tmp_path / "recipe.toml"


def test_a_scheme_scores_car_parks(recipe: Path) -> None:
    found = results(open_recipe(recipe))
    spaces, near = np.array([4, 3, 2, 1, 0]) / 4, 1 - np.array([400, 300, 200, 100, 0]) / 1000
    assert found.scores.score[:4, 0] == pytest.approx((spaces + near)[:4] / 2)  # shape and size drop out of the weights
    assert np.isnan(found.scores.score[4, 0])  # outside the zones of the model
    told = {issue.id for issue in found.issues}
    assert {"measure_needs_areas", "criteria_dropped"} <= told


@pytest.mark.parametrize("suffix", [".csv", ".gpkg", ".shp", ".parquet", ".xlsx"])
def test_the_job_writes_the_scores_of_points(recipe: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"scores{suffix}"
    assert jobs["score"].run(recipe=recipe, out=out).exit_code == 0
    if suffix == ".csv":
        rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
        assert [row["parcel_id"] for row in rows] == ["a", "b", "c", "d", "e"]
    elif suffix != ".xlsx" and suffix != ".parquet":
        assert pyogrio.read_info(out)["geometry_type"] in ("MultiPoint", "Point")
        assert pyogrio.read_info(out)["features"] == 5


def test_plans_and_packages_of_points_are_refused_in_a_sentence(recipe: Path, tmp_path: Path) -> None:
    project = open_recipe(recipe)
    with pytest.raises(InputError) as refused:
        package(project, recipe.parent, tmp_path / "out")
    assert refused.value.id == "plan_needs_areas"
    assert not (tmp_path / "out").exists()
    with pytest.raises(SchemeError) as lacking:
        commands["start_choose"].run(project)
    assert any("点" in str(field) or "point" in str(field) for field in lacking.value.values["fields"])
    recipe.write_text(RECIPE + "[choose]\nyears = { from = 2026, to = 2027 }\n", encoding="utf-8")
    with pytest.raises(InputError) as again:
        results(open_recipe(recipe))
    assert again.value.id == "plan_needs_areas"


def test_lines_are_still_refused(recipe: Path) -> None:
    lines = shapely.to_wkb(np.array([shapely.LineString([(WEST_M, SOUTH_M), (WEST_M + 9, SOUTH_M)])], object))
    pyogrio.raw.write(
        recipe.parent / "lines.gpkg", lines, [], [], layer="parks", driver="GPKG", crs=CRS, geometry_type="LineString"
    )
    recipe.write_text(RECIPE.replace("parks.gpkg", "lines.gpkg", 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        open_recipe(recipe)
    assert refused.value.id == "parcels_not_scored"
