"""A starting recipe: fields by name and alias, CRS from the file, what is unknown is listed."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
import small_plan

from landplan.app.main_job import results
from landplan.app.opening import open_recipe, project_of
from landplan.app.starting_recipe import asked, file_and_layer, metric_crs, starting_recipe, starting_text
from landplan.core.errors import InputError, UsageError
from landplan.core.registry import jobs
from landplan.io.layer_writing import write_layer
from landplan.io.recipe_file import read_recipe


def test_a_layer_with_a_metric_crs_is_measured_in_it(tmp_path: Path) -> None:
    small_plan.write_layers(tmp_path / "plan.gpkg")
    start = starting_recipe(asked(tmp_path / "plan.gpkg", None, None, None, None), tmp_path)
    assert start.recipe.crs == "EPSG:4549"
    assert start.recipe.layers["parcels"].layer == "parcels"
    assert start.matched["jobs"] == "从业人数"
    assert start.other == ("备注",)
    assert start.recipe.choose is None


def test_with_zones_and_money_fields_a_portfolio_can_be_chosen(tmp_path: Path) -> None:
    plan = tmp_path / "plan.gpkg"
    small_plan.write_layers(plan)
    start = starting_recipe(asked(plan, plan, [f"stations={plan}"], None, None), tmp_path)
    assert start.recipe.choose is not None
    assert [layer.layer for layer in start.recipe.layers.values()] == ["parcels", "zones", "stations"]
    recipe = tmp_path / "r.toml"
    recipe.write_text(starting_text(start), encoding="utf-8")
    found = results(open_recipe(recipe))
    assert found.portfolio is not None
    assert "metro_m" not in found.scores.criteria or found.criteria.columns["metro_m"] is not None


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:3857", "EPSG:32651"])
def test_any_crs_gives_the_area_on_the_ground(tmp_path: Path, crs: str) -> None:
    """Areas agree within 0.1 % whatever CRS the file came in; degrees and Web Mercator are never measured in."""
    small_plan.write_parcels(tmp_path / "p.shp", "ESRI Shapefile", crs)
    start = starting_recipe(asked(tmp_path / "p.shp", None, None, None, None), tmp_path)
    parcels = project_of(start.recipe, tmp_path).layers.parcels
    np.testing.assert_allclose(parcels.area_m2, small_plan.SIDE_M**2, rtol=1e-3)


def test_degrees_in_china_are_measured_in_its_own_zones(tmp_path: Path) -> None:
    """In UTM a place 2 degrees off the meridian is 0.1 % too large."""
    for lon, code in ((121.2, "EPSG:4549"), (118.9, "EPSG:4549"), (117.9, "EPSG:4548"), (139.7, "EPSG:32654")):
        path = tmp_path / f"p{lon}.geojson"
        ring = [[lon, 31.3], [lon + 0.001, 31.3], [lon + 0.001, 31.301], [lon, 31.301], [lon, 31.3]]
        one = {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}), encoding="utf-8")
        assert starting_recipe(asked(path, None, None, None, None), tmp_path).recipe.crs == code


def test_without_a_crs_metres_are_a_plane_and_degrees_are_asked_about(tmp_path: Path) -> None:
    small_plan.write_parcels(tmp_path / "p.shp", "ESRI Shapefile", crs=None)
    start = starting_recipe(asked(tmp_path / "p.shp", None, None, None, None), tmp_path)
    assert start.recipe.crs == "plane:local"
    assert "EPSG:4549" in starting_text(start)
    told = starting_recipe(asked(tmp_path / "p.shp", None, None, None, "EPSG:4549"), tmp_path)
    assert (told.recipe.crs, told.recipe.layers["parcels"].crs) == ("EPSG:4549", "EPSG:4549")
    small_plan.write_parcels(tmp_path / "deg.shp", "ESRI Shapefile", "EPSG:4490")
    (tmp_path / "deg.prj").unlink()
    with pytest.raises(InputError, match="--crs"):
        starting_recipe(asked(tmp_path / "deg.shp", None, None, None, None), tmp_path)


@pytest.mark.parametrize(
    ("lon", "lat", "cgcs2000", "code"),
    [
        (121.2, 31.3, True, "EPSG:4549"),
        (118.4, 31.3, True, "EPSG:4548"),
        (121.2, 31.3, False, "EPSG:32651"),
        (-58.4, -34.6, False, "EPSG:32721"),
    ],
)
def test_a_metric_crs_around_a_place(lon: float, lat: float, cgcs2000: bool, code: str) -> None:
    import pyproj

    assert metric_crs(lon, lat, cgcs2000) == code
    use = pyproj.CRS(code).area_of_use
    assert use is not None
    assert use.west - 0.1 <= lon <= use.east + 0.1


def test_what_was_asked_is_checked() -> None:
    with pytest.raises(UsageError):
        asked(None, None, None, None, None)
    with pytest.raises(UsageError, match=r"stations\.shp"):
        asked(Path("p.shp"), None, ["stations.shp"], None, None)


def test_a_new_recipe_is_dated_today(tmp_path: Path) -> None:
    small_plan.write_layers(tmp_path / "plan.gpkg")
    today = datetime.now().astimezone().date()
    jobs["new"].run(recipe=tmp_path / "r.toml", parcels=tmp_path / "plan.gpkg")
    recipe, _ = read_recipe(tmp_path / "r.toml")
    assert today <= recipe.export.stamp <= datetime.now().astimezone().date()


def test_one_layer_of_several_is_named_behind_two_colons(tmp_path: Path) -> None:
    small_plan.write_layers(tmp_path / "plan.gpkg")
    place = f"{tmp_path / 'plan.gpkg'}::parcels"
    start = starting_recipe(asked(Path(place), Path(place.replace("parcels", "zones")), [f"labs={place}"], None, None), tmp_path)
    assert [(one.path, one.layer) for one in start.recipe.layers.values()] == [
        ("plan.gpkg", "parcels"), ("plan.gpkg", "zones"), ("plan.gpkg", "parcels"),
    ]  # fmt: skip
    with pytest.raises(InputError, match=r"plan\.gpkg.*parks.*parcels"):
        starting_recipe(asked(tmp_path / "plan.gpkg::parks", None, None, None, None), tmp_path)


def test_a_file_whose_own_name_has_two_colons_is_that_file(tmp_path: Path) -> None:
    odd = tmp_path / "a::b.gpkg"
    odd.touch()
    assert file_and_layer(odd) == (odd, None)
    assert file_and_layer(tmp_path / "a.gpkg::") == (tmp_path / "a.gpkg", None)
    assert file_and_layer(Path("a.gpkg::层::二")) == (Path("a.gpkg::层"), "二")


def test_fields_by_content_are_mappings_where_sure_and_suggestions_where_not(tmp_path: Path) -> None:
    n = 12
    side = 100.0 + np.arange(n)
    x = 530_000.0 + 300.0 * np.arange(n)
    table = pa.table(
        {
            "地块号码": [f"A{k:03d}" for k in range(n)],
            "证书面积（亩）": (side**2 / (2000 / 3)).round(2),
            "年产值（亿元）": np.linspace(0.1, 3.0, n),
            "内容": ["未调查", "清洁", "待修复"] * 4,
            "甲": [1998, 2003, 2015, 2020] * 3,
        }
    )
    write_layer(tmp_path / "p.gpkg", "p", table, shapely.box(x, 3.47e6, x + side, 3.47e6 + side), "EPSG:4549")
    report = jobs["new"].run(recipe=tmp_path / "r.toml", parcels=tmp_path / "p.gpkg")
    spec = read_recipe(tmp_path / "r.toml")[0].layers["parcels"]
    fields = {"id": "地块号码", "output_wan": "年产值（亿元）", "contamination": "内容", "area_declared_m2": "证书面积（亩）"}
    assert spec.fields == fields
    assert spec.units == {"output_wan": "yi", "area_declared_m2": "mu"}
    used = {one["field"]: one["used"] for one in report.data["proposed"]}
    assert used == {"output_wan": True, "id": True, "contamination": True, "area_declared_m2": True, "built_year": False}
    said = (tmp_path / "r.toml").read_text(encoding="utf-8")
    assert any("built_year" in line and "甲" in line and "0.70" in line for line in report.lines)
    assert "# 建议（未采用）：built_year" in said
    plain = starting_recipe(asked(tmp_path / "p.gpkg", None, None, None, None), tmp_path)
    assert (plain.proposed, plain.recipe.layers["parcels"].fields) == ((), {})
