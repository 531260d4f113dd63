"""Grids without a code at work: fitted, named in recipes, used for layers, and never written anywhere but the settings."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from landplan.app.opening import open_any, open_recipe, save_project
from landplan.app.session import applied
from landplan.core.errors import InputError, LandplanError, UsageError
from landplan.core.grids import PlaneGrid, TextGrid
from landplan.core.registry import jobs
from landplan.io.grid_file import forget_grid, grids_file, keep_grid, kept_grids
from tests.plane_plan import texts_of, write_files
from tests.small_plan import SCHEME

CITY = (
    "+proj=tmerc +lat_0=31.2531975 +lon_0=121.4641975 +k=1.000017 +x_0=-3457.1375 +y_0=2841.6625 +ellps=GRS80 +units=m +no_defs"
)
SECRETS = (b"31.25319", b"121.46419", b"3457.1375", b"2841.6625", b"1.000017", b"tmerc", b"Transverse")
"""Made-up parameters, in the spellings in which programs write them."""
TRUE = PlaneGrid(
    model=4, to="EPSG:4549", from_origin=(0, 0), to_origin=(545_123.456, 3_455_678.901), rotation_deg=0.2345, scale=1.0000123
)


def control(folder: Path, noise_m: float = 0.008, n: int = 7) -> Path:
    rng = np.random.default_rng(5)
    start = rng.uniform(-20_000, 20_000, (n, 2))
    goal = TRUE.forward(start) + rng.normal(0, noise_m, (n, 2))
    rows = [f"K{k + 1},{a!r},{b!r},{c!r},{d!r}" for k, (a, b, c, d) in enumerate(np.hstack([start, goal]).tolist())]
    (folder / "control.csv").write_text("\n".join(["点号,源x,源y,目标x,目标y", *rows]) + "\n", encoding="utf-8")
    return folder / "control.csv"


def recipe(folder: Path, crs: str, **layer_crs: str) -> Path:
    """A recipe of the small scheme over made files; `layer_crs` by role."""
    (folder / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    lines = ['format = "landplan-recipe/1"', 'title = { zh = "样" }', 'scheme = "scheme.toml"', f'crs = "{crs}"']
    for role, file in (("parcels", "parcels.shp"), ("zones", "zones.shp"), ("labs", "labs.csv")):
        lines += [f"[layers.{role}]", f'path = "data/{file}"']
        lines += [f'crs = "{layer_crs[role]}"'] if role in layer_crs else []
    lines += [
        "[choose]",
        "years = { from = 2026, to = 2028 }",
        "[export]",
        'what = ["geopackage", "shapefile", "workbook", "plan_sheets"]',
    ]
    (folder / "recipe.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "recipe.toml"


def leaks(folder: Path) -> list[str]:
    """Files that hold a parameter, packed or not."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    assert files
    return [f"{file.name}: {secret!r}" for file in files for secret in SECRETS if secret in texts_of(file)]


def test_fit_keeps_a_grid_and_says_how_good_it_is(tmp_path: Path) -> None:
    report = jobs["fit"].run(control=control(tmp_path), name="上海2000")
    assert report.exit_code == 0
    assert report.data["to"] == "EPSG:4549"  # told by the coordinates
    assert (report.data["redundancy"], len(report.data["points"]), report.data["suspects"]) == (10, 7, [])
    assert 2 < report.data["rmse_mm"] < 20
    assert all(f"K{k}" in "\n".join(report.lines) for k in range(1, 8))
    grid = kept_grids()["上海2000"]
    assert isinstance(grid, PlaneGrid)
    assert (grid.points, grid.to) == (7, "EPSG:4549")
    points = np.random.default_rng(1).uniform(-1e4, 1e4, (50, 2))
    assert np.abs(grid.forward(points) - TRUE.forward(points)).max() < 0.03
    json.loads(report.json)


def test_a_gross_error_is_named_and_can_be_left_out(tmp_path: Path) -> None:
    path = control(tmp_path)
    rows = path.read_text(encoding="utf-8").splitlines()
    cells = rows[5].split(",")
    rows[5] = ",".join([*cells[:3], str(float(cells[3]) + 0.25), cells[4]])
    path.write_text("\n".join(rows), encoding="utf-8")
    report = jobs["fit"].run(control=path)
    assert report.data["suspects"] == ["K5"]
    assert any("K5" in line and "--without" in line for line in report.lines)
    assert not grids_file().exists()  # not kept unasked
    assert jobs["fit"].run(control=path, without=["K5"]).data["suspects"] == []
    with pytest.raises(UsageError, match="K55"):
        jobs["fit"].run(control=path, without=["K55"])


def test_a_kept_grid_is_replaced_only_when_that_is_asked(tmp_path: Path) -> None:
    path = control(tmp_path)
    jobs["fit"].run(control=path, name="城")
    before = grids_file().read_bytes()
    with pytest.raises(InputError, match="--replace"):
        jobs["fit"].run(control=path, name="城", without=["K1"])
    assert grids_file().read_bytes() == before
    jobs["fit"].run(control=path, name="城", without=["K1"], replace=True)
    assert grids_file().read_bytes() != before


@pytest.mark.parametrize(
    ("options", "id"),
    [
        ({"model": "7"}, "fit_needs_source"),
        ({"to": "plane:x"}, "fit_target_plane"),
        ({"to": "EPSG:4978"}, "fit_target_plane"),
        ({"to": "EPSG:4490"}, "crs_not_metric"),
        ({"model": "7", "from_": "EPSG:4978"}, "fit_needs_source"),
        ({"to": "EPSG:4528"}, "fit_target_odd"),
        ({"to": "EPSG:999999"}, "crs_unknown"),
        ({"column": ["x_from"]}, "control_column_pair"),
        ({"column": ["x_from=nowhere"]}, "control_column_odd"),
        ({"name": "a:b"}, "grid_name_odd"),
    ],
)
def test_what_cannot_be_fitted_is_one_line(tmp_path: Path, options: dict[str, Any], id: str) -> None:
    with pytest.raises(LandplanError) as caught:
        jobs["fit"].run(control=control(tmp_path), **options)
    assert caught.value.id == id
    assert "\n" not in str(caught.value)


def test_seven_parameters_between_two_ellipsoids(tmp_path: Path) -> None:
    from landplan.core.grids import HelmertGrid, from_geocentric, to_geocentric

    true = HelmertGrid(
        model=7,
        source="EPSG:4214",
        to="EPSG:4490",
        shift_m=(15.8, -154.4, -82.3),
        rotation_seconds=(0.5, -1.2, 2.2),
        scale_ppm=-3,
    )
    start = np.column_stack([np.random.default_rng(3).uniform((120.8, 30.9), (121.9, 31.6), (6, 2)), np.arange(6) * 20.0])
    goal = from_geocentric(true.moved(to_geocentric(start, "EPSG:4214")), "EPSG:4490")
    rows = [",".join([f"G{k}", *map(repr, one)]) for k, one in enumerate(np.hstack([start, goal]).tolist())]
    (tmp_path / "g.csv").write_text("\n".join(["id,lon_from,lat_from,h_from,lon_to,lat_to,h_to", *rows]), encoding="utf-8")
    report = jobs["fit"].run(control=tmp_path / "g.csv", model="7", name="五四", from_="EPSG:4214", to="EPSG:4490")
    assert report.data["rmse_mm"] < 0.1
    grid = kept_grids()["五四"]
    assert isinstance(grid, HelmertGrid)
    np.testing.assert_allclose(grid.forward(start[:, :2]), true.forward(start[:, :2]), atol=1e-9)


def test_grids_lists_adds_and_removes(tmp_path: Path) -> None:
    assert jobs["grids"].run().data["grids"] == []
    jobs["grids"].run(name="老城", proj=CITY)
    with pytest.raises(InputError, match="--replace"):
        jobs["grids"].run(name="老城", proj=CITY)
    with pytest.raises(InputError, match="rubbish"):
        jobs["grids"].run(name="x", proj="rubbish")
    jobs["fit"].run(control=control(tmp_path), name="上海2000")
    listed = jobs["grids"].run()
    assert [(row["name"], row["kind"]) for row in listed.data["grids"]] == [("上海2000", "fitted"), ("老城", "text")]
    assert not any(secret.decode() in "\n".join(listed.lines) for secret in SECRETS)
    jobs["grids"].run(name="老城", remove=True)
    assert list(kept_grids()) == ["上海2000"]
    with pytest.raises(UsageError):
        jobs["grids"].run(proj=CITY)


def test_convert_out_of_a_grid_and_into_it_again(tmp_path: Path) -> None:
    files = write_files(tmp_path / "data")
    jobs["fit"].run(control=control(tmp_path), name="上海2000")
    out, back = tmp_path / "out.gpkg", tmp_path / "back.shp"
    report = jobs["convert"].run(path=files["parcels"], out=out, from_="grid:上海2000", to="EPSG:4549")
    assert any("7" in step["message"] for step in report.data["steps"] if step["code"] == "grid_used_fitted")
    meta, _, wkb, _ = pyogrio.raw.read(out)
    assert meta["crs"] == "EPSG:4549"
    _, _, before, _ = pyogrio.raw.read(files["parcels"])
    grid = kept_grids()["上海2000"]
    np.testing.assert_allclose(_xy(wkb), grid.forward(_xy(before)), atol=1e-6)
    jobs["convert"].run(path=out, out=back, to="grid:上海2000")
    meta, _, again, _ = pyogrio.raw.read(back)
    assert meta["crs"] is None
    assert not back.with_suffix(".prj").exists()
    np.testing.assert_allclose(np.sort(_xy(again), axis=0), np.sort(_xy(before), axis=0), atol=1e-5)


def test_a_layer_in_a_grid_comes_where_it_belongs_and_says_how_well(tmp_path: Path) -> None:
    """The same files, once in the national system and once in the city's grid: the same parcels, at the same place."""
    keep_grid("上海2000", TRUE.model_copy(update={"points": 7, "rmse_mm": 8.1}))
    write_files(tmp_path / "data")
    write_files(tmp_path / "national" / "data", TRUE.forward)
    crs = dict.fromkeys(("parcels", "zones", "labs"), "grid:上海2000")
    through = open_recipe(recipe(tmp_path, "EPSG:4549", **crs)).layers
    plain = open_recipe(recipe(tmp_path / "national", "EPSG:4549", **dict.fromkeys(crs, "EPSG:4549"))).layers
    for role in crs:
        np.testing.assert_allclose(through.layers[role].geometry.xy, plain.layers[role].geometry.xy, atol=1e-5)
        (note,) = [issue for issue in through.layers[role].issues if issue.id.startswith("grid_")]
        assert (note.id, note.values["rmse_mm"]) == ("grid_used_fitted", 8.1)


def test_the_national_system_comes_into_the_grid_that_is_measured_in(tmp_path: Path) -> None:
    keep_grid("上海2000", TRUE)
    write_files(tmp_path / "data", TRUE.forward)
    write_files(tmp_path / "city" / "data")
    crs = dict.fromkeys(("parcels", "zones", "labs"), "EPSG:4549")
    through = open_recipe(recipe(tmp_path, "grid:上海2000", **crs)).layers
    plain = open_recipe(recipe(tmp_path / "city", "grid:上海2000")).layers
    np.testing.assert_allclose(through.parcels.geometry.xy, plain.parcels.geometry.xy, atol=1e-5)
    assert {"planar_grid", "grid_used_fitted"} <= {issue.id for issue in through.parcels.issues}
    assert ("crs_taken_for_grid", "data") in {(issue.id, issue.weight) for issue in plain.layers["zones"].issues}
    assert "crs_taken_for_grid" not in {issue.id for issue in (*through.layers["zones"].issues, *plain.parcels.issues)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, a package and scores of files without a CRS, in a grid given as PROJ text in the recipe and for a layer."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "settings"))
        write_files(folder / "data")
        path = recipe(folder, CITY, labs=CITY)
        jobs["run"].run(recipe=path, out=folder / "out")
        save_project(open_recipe(path), folder / "p.landplan")
        for suffix in (".gpkg", ".shp", ".parquet"):
            jobs["score"].run(recipe=path, out=folder / "scores" / f"s{suffix}")
    return folder


def test_parameters_are_in_no_file_but_the_settings(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(made / "settings"))
    (name,) = kept_grids()
    assert kept_grids()[name] == TextGrid(proj=CITY)
    assert leaks(made / "out") == []
    assert leaks(made / "scores") == []
    assert not any(secret in (made / "p.landplan").read_bytes() for secret in SECRETS)
    assert any(secret in (made / "recipe.toml").read_bytes() for secret in SECRETS)  # the planner's own file stays as it was
    manifest = json.loads((made / "out" / "review_package" / "package.json").read_text(encoding="utf-8"))
    assert manifest["crs"] == f"grid:{name}"
    assert not list((made / "out").rglob("*.prj"))


def test_a_machine_without_the_parameters_opens_and_verifies_what_needs_none(made: Path) -> None:
    assert kept_grids() == {}  # the settings of this test are its own
    report = jobs["verify"].run(package=made / "out" / "review_package.zip")
    assert report.data["equal"]
    assert report.data["recomputed"]
    project = open_any(made / "p.landplan")
    assert project.layers.crs.startswith("grid:")
    after = applied(project, "set_weight", {"criterion": "compact", "weight": 3.0})
    save_project(after, made / "q.landplan")
    assert jobs["run"].run(recipe=made / "q.landplan", out=made / "again").exit_code == 0
    assert not grids_file().exists()


def test_a_machine_without_the_parameters_says_which_are_missing_where_they_are_needed(tmp_path: Path) -> None:
    write_files(tmp_path / "data")
    path = recipe(tmp_path, "EPSG:4549", **dict.fromkeys(("parcels", "zones", "labs"), "grid:上海2000"))
    with pytest.raises(InputError) as caught:
        open_recipe(path)
    line = str(caught.value)
    assert caught.value.id == "grid_not_here"
    assert "parcels.shp" in line
    assert "上海2000" in line
    with pytest.raises(InputError) as caught:
        jobs["new"].run(recipe=tmp_path / "n.toml", parcels=tmp_path / "data" / "parcels.shp", crs="grid:上海2000")
    assert caught.value.id == "grid_not_here"


def test_new_with_parameters_writes_the_name(tmp_path: Path) -> None:
    files = write_files(tmp_path / "data")
    report = jobs["new"].run(recipe=tmp_path / "n.toml", parcels=files["parcels"], zones=files["zones"], crs=CITY)
    spaced = jobs["new"].run(recipe=tmp_path / "n 2.toml", parcels=files["parcels"], crs=CITY)
    assert shlex.split(spaced.lines[-1].partition("landplan ")[2])[1] == str(tmp_path / "n 2.toml")
    (name,) = kept_grids()
    assert report.data["crs"] == f"grid:{name}"
    text = (tmp_path / "n.toml").read_text(encoding="utf-8")
    assert not any(secret.decode() in text for secret in SECRETS)
    assert any(name in line for line in report.lines[2:])
    assert jobs["score"].run(recipe=tmp_path / "n.toml", out=tmp_path / "s.csv").exit_code == 0


def test_a_file_with_a_local_prj_is_measured_in_its_own_grid_and_verifies_anywhere(tmp_path: Path) -> None:
    """What a file itself declares goes with the file; what landplan writes carries the name it has there."""
    import pyproj

    files = write_files(tmp_path / "data")
    prj = pyproj.CRS(CITY).to_wkt("WKT1_ESRI").replace('PROJCS["unknown"', 'PROJCS["Old_City"', 1)
    for role in ("parcels", "zones"):
        files[role].with_suffix(".prj").write_text(prj, encoding="utf-8")
    report = jobs["new"].run(recipe=tmp_path / "n.toml", parcels=files["parcels"], zones=files["zones"])
    assert report.data["crs"] == "grid:Old_City"
    notes = {issue.id for issue in open_recipe(tmp_path / "n.toml").layers.parcels.issues}
    assert {"crs_in_input", "planar_grid"} <= notes
    text = (tmp_path / "n.toml").read_text(encoding="utf-8")
    short = text.replace("export = {", 'export = {what = ["geopackage", "shapefile"], ', 1)
    (tmp_path / "n.toml").write_text(short, encoding="utf-8")
    jobs["run"].run(recipe=tmp_path / "n.toml", out=tmp_path / "out")
    shutil.rmtree(tmp_path / "out" / "review_package" / "inputs", ignore_errors=True)
    assert leaks(tmp_path / "out" / "review_package") == []
    forget_grid("Old_City")
    assert jobs["verify"].run(package=tmp_path / "out" / "review_package.zip").data["equal"]


def test_looking_at_a_file_keeps_nothing(tmp_path: Path) -> None:
    import pyproj

    from landplan.gui.layers_preview import Wish, preview

    files = write_files(tmp_path / "data")
    files["parcels"].with_suffix(".prj").write_text(pyproj.CRS(CITY).to_wkt("WKT1_ESRI"), encoding="utf-8")
    assert jobs["inspect"].run(path=[files["parcels"]]).exit_code == 0
    assert preview(Wish(files["parcels"])).crs.startswith("grid:")
    assert jobs["score"].run(parcels=files["parcels"], out=tmp_path / "s.csv").exit_code == 0
    assert not grids_file().exists()


def test_add_layer_keeps_parameters_out_of_the_project(tmp_path: Path) -> None:
    write_files(tmp_path / "data")
    keep_grid("城", TextGrid(proj=CITY))
    project = open_recipe(recipe(tmp_path, "plane:local"))
    with pytest.raises(InputError):
        applied(project, "add_layer", {"role": "roads", "path": str(tmp_path / "data" / "roads.shp"), "crs": CITY})
    project = open_recipe(recipe(tmp_path, "grid:城"))
    after = applied(project, "add_layer", {"role": "roads", "path": str(tmp_path / "data" / "roads.shp"), "crs": CITY})
    assert after.recipe.layers["roads"].crs == "grid:城"
    save_project(after, tmp_path / "p.landplan")
    assert not any(secret in (tmp_path / "p.landplan").read_bytes() for secret in SECRETS)


def _xy(wkb: Any) -> Any:
    return shapely.get_coordinates(shapely.from_wkb(wkb))
