"""The grids a user keeps: a readable file of the user's own, names everywhere else."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import numpy as np
import pyproj
import pytest

from landplan.core.errors import InputError, LandplanError, SchemeError
from landplan.core.grids import PlaneGrid, TextGrid
from landplan.io.grid_file import (
    check_measuring_grid,
    declares,
    forget_grid,
    grid_issues,
    grids_file,
    keep_grid,
    keep_met,
    kept_grids,
    moved,
    named,
)
from landplan.io.recipe_file import recipe_of_text, recipe_text

CITY = "+proj=tmerc +lat_0=31.25 +lon_0=121.4641975 +k=1 +x_0=-3457.1375 +y_0=0 +ellps=GRS80 +units=m +no_defs"
PLANE = PlaneGrid(
    model=4, to="EPSG:4549", from_origin=(0, 0), to_origin=(545_000, 3_456_000), rotation_deg=0.25, scale=1.00002,
    points=7, rmse_mm=8.1, box=(-1000, -1000, 1000, 1000),
)  # fmt: skip
XY = np.array([[0.0, 0.0], [250.5, -31.25]])
WKT = pyproj.CRS(CITY).to_wkt("WKT1_GDAL").replace('PROJCS["unknown"', 'PROJCS["Old_City"', 1)


def refused(id: str) -> object:
    return pytest.raises(LandplanError, check=lambda error: error.id == id)


def test_grids_come_back_as_they_were_kept_from_a_file_people_can_read() -> None:
    assert kept_grids() == {}
    keep_grid("上海2000", PLANE)
    path = keep_grid("老城", TextGrid(proj=CITY))
    assert kept_grids() == {"上海2000": PLANE, "老城": TextGrid(proj=CITY)}
    assert path == grids_file()
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    assert data["grids"]["老城"] == {"proj": CITY}
    assert '[grids."上海2000"]' in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    forget_grid("老城")
    assert list(kept_grids()) == ["上海2000"]
    with refused("grid_not_kept"):
        forget_grid("老城")


@pytest.mark.parametrize("name", ["", " x", "a:b", 'a"b', "a/b", "[x]", "x" * 61, "a\nb", "+proj=tmerc"])
def test_a_name_that_could_be_taken_for_something_else_is_refused(name: str) -> None:
    with refused("grid_name_odd"):
        keep_grid(name, PLANE)


def test_a_damaged_file_is_one_line_that_names_it() -> None:
    grids_file().parent.mkdir(parents=True)
    grids_file().write_text('[grids."x"]\nmodel = 4\n', encoding="utf-8")
    with pytest.raises(SchemeError, match=r"grids\.toml"):
        kept_grids()


def test_coordinates_move_into_a_grid_and_out_of_it() -> None:
    keep_grid("上海2000", PLANE)
    keep_grid("老城", TextGrid(proj=CITY))
    there = moved(XY, "grid:上海2000", "EPSG:4549", "x")
    np.testing.assert_allclose(there, PLANE.forward(XY))
    np.testing.assert_allclose(moved(there, "EPSG:4549", "grid:上海2000", "x"), XY, atol=1e-6)
    old = moved(XY, "grid:上海2000", "grid:老城", "x")
    np.testing.assert_allclose(moved(old, "grid:老城", "grid:上海2000", "x"), XY, atol=1e-5)
    assert moved(XY, "grid:nobody", "grid:nobody", "x") is XY  # nothing is to be done, nothing is to be known


@pytest.mark.parametrize(
    ("source", "target", "id"),
    [
        ("grid:nobody", "EPSG:4549", "grid_not_here"),
        ("EPSG:4549", "grid:nobody", "grid_not_here"),
        ("grid:上海2000", "plane:local", "plane_cannot_reproject"),
        ("plane:local", "EPSG:4549", "plane_cannot_reproject"),
        ("plane:a", "plane:b", "plane_cannot_reproject"),
    ],
)
def test_what_cannot_be_converted_is_one_line(source: str, target: str, id: str) -> None:
    keep_grid("上海2000", PLANE)
    with refused(id):
        moved(XY, source, target, "a.shp")


def test_a_grid_that_is_not_here_says_its_name_and_how_to_add_it() -> None:
    with pytest.raises(InputError) as caught:
        moved(XY, "grid:上海2000", "EPSG:4549", "a.shp [layers.labs]")
    line = str(caught.value)
    assert "\n" not in line
    assert all(part in line for part in ("a.shp", "上海2000", "landplan grids --name", "landplan fit", "plane:上海2000"))


@pytest.mark.parametrize("crs", [None, "EPSG:4549", "plane:local", "grid:上海2000"])
def test_codes_planes_and_names_stay(crs: str | None) -> None:
    assert named(crs) == crs
    assert not grids_file().exists()


def test_parameters_become_a_name_and_the_same_ones_the_same_name() -> None:
    name = named(CITY)
    assert name is not None
    assert name.startswith("grid:own-")
    assert named(f"  {CITY} ") == name
    assert kept_grids() == {name.removeprefix("grid:"): TextGrid(proj=CITY)}
    assert named(WKT) == name  # the same figures
    forget_grid(name.removeprefix("grid:"))
    assert named(WKT) == "grid:Old_City"
    other = named(str(pyproj.CRS(CITY.replace("lon_0=121.4641975", "lon_0=121.5")).to_wkt()).replace("unknown", "Old_City", 1))
    assert other not in (None, "grid:Old_City")
    with refused("crs_unknown"):
        named("rubbish")


def test_what_is_only_looked_at_is_not_kept_but_known_while_it_is_looked_at() -> None:
    name = named(CITY, keep=False)
    assert not grids_file().exists()
    np.testing.assert_allclose(moved(moved(XY, str(name), "EPSG:4549", "x"), "EPSG:4549", str(name), "x"), XY, atol=1e-5)
    keep_grid("老城", PLANE)
    assert "tmerc" not in grids_file().read_text(encoding="utf-8")
    keep_met([name, None, "EPSG:4549", "plane:local"])
    assert grids_file().read_text(encoding="utf-8").count("tmerc") == 1
    assert list(kept_grids()) == [str(name).removeprefix("grid:"), "老城"]
    forget_grid(str(name).removeprefix("grid:"))
    assert list(kept_grids()) == ["老城"]


def test_settings_that_cannot_be_written_do_not_stop_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file" / "below"))
    name = str(named(CITY))
    assert moved(XY, name, CITY, "x").tolist() == XY.tolist()
    with pytest.raises(LandplanError):
        keep_grid("x", PLANE)


def test_text_that_is_a_code_is_that_code() -> None:
    assert named(pyproj.CRS("EPSG:4549").to_wkt("WKT1_ESRI")) == "EPSG:4549"
    assert not grids_file().exists()


def test_a_datum_shift_of_ones_own_is_private_too() -> None:
    assert str(named("+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +no_defs")).startswith("grid:")


def test_a_recipe_with_parameters_is_one_with_a_name() -> None:
    text = f"""format = "landplan-recipe/1"
title = {{ zh = "样" }}
crs = "{CITY}"
[layers.parcels]
path = "p.shp"
[layers.labs]
path = "l.shp"
crs = "{CITY}"
"""
    recipe = recipe_of_text(text, "r.toml")
    assert recipe.crs == recipe.layers["labs"].crs == named(CITY)
    assert recipe.layers["parcels"].crs is None
    written = recipe_text(recipe)
    assert "tmerc" not in written
    assert recipe_of_text(written, "r.toml") == recipe
    with refused("crs_not_metric"):
        recipe_of_text(text.replace("units=m", "units=us-ft"), "r.toml")


def test_a_grid_in_degrees_is_not_measured_in() -> None:
    keep_grid("度", TextGrid(proj="+proj=longlat +ellps=krass +no_defs"))
    with refused("crs_not_metric"):
        check_measuring_grid("grid:度", "r.toml")
    with refused("grid_not_here"):
        check_measuring_grid("grid:nobody", "r.toml")


def test_a_file_that_declares_the_grid_lies_in_it_also_where_only_the_name_is_known() -> None:
    assert declares(WKT, "grid:Old_City")  # not kept here: by name
    assert not declares(WKT, "grid:other")
    keep_grid("other", TextGrid(proj=CITY))
    assert declares(WKT, "grid:other")  # kept here: by figures
    keep_grid("Old_City", TextGrid(proj=CITY.replace("121.4641975", "121.5")))
    assert not declares(WKT, "grid:Old_City")
    assert moved(XY, WKT, "grid:other", "x") is XY


def test_how_good_the_coordinates_are_is_said() -> None:
    keep_grid("上海2000", PLANE)
    keep_grid("老城", TextGrid(proj=CITY))
    there = moved(XY, "grid:上海2000", "EPSG:4549", "x")
    (note,) = grid_issues("labs", XY, there, "grid:上海2000", "EPSG:4549")
    assert (note.id, note.weight, note.values["n"], note.values["rmse_mm"]) == ("grid_used_fitted", "note", 7, 8.1)
    assert "8.1" in note.text()
    assert [one.id for one in grid_issues("labs", there, XY, "EPSG:4549", "grid:上海2000")] == ["grid_used_fitted"]
    far = grid_issues("labs", XY + 9000, there, "grid:上海2000", "EPSG:4549")
    assert [(one.id, one.weight) for one in far] == [("grid_used_fitted", "note"), ("grid_beyond", "data")]
    assert [one.id for one in grid_issues("labs", XY, XY, "grid:老城", "EPSG:4549")] == ["grid_used"]
    assert grid_issues("labs", XY, XY, "grid:nobody", "grid:nobody") == ()
