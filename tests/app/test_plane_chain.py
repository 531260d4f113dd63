"""One unnamed plane in metres from end to end: new, score, run, verify, edit; every output opened, planar areas said."""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import pypdfium2
import pytest
import shapely

from landplan.app.opening import open_any
from landplan.core.errors import InputError, UsageError
from landplan.core.messages import set_language
from landplan.core.registry import jobs
from tests.plane_plan import SOUTH_M, WEST_M, write_files
from tests.small_plan import SIDE_M

SAID = {"zh": ("未命名平面（local）", "平面"), "en": ("unnamed plane (local)", "planar")}


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole chain once a language: its folder and the reports of the jobs."""
    set_language(request.param)
    folder = tmp_path_factory.mktemp(f"plane_{request.param}")
    files = write_files(folder / "data")
    recipe = folder / "own.toml"
    layers = [f"roads={files['roads']}", f"labs={files['labs']}"]
    reports = {
        "inspect": jobs["inspect"].run(path=[files["parcels"]]),
        "new": jobs["new"].run(recipe=recipe, parcels=files["parcels"], zones=files["zones"], layer=layers),
        "score": jobs["score"].run(recipe=recipe, out=folder / "scores.gpkg"),
        "run": jobs["run"].run(recipe=recipe, out=folder / "out"),
        "verify": jobs["verify"].run(package=folder / "out" / "review_package.zip"),
        "edit": jobs["edit"].run(
            project=recipe, command="set_weight", values={"criterion": "compact", "weight": 3.0}, out=folder / "own.landplan"
        ),
    }
    if request.param == "zh":
        reports["again"] = jobs["run"].run(recipe=folder / "own.landplan", out=folder / "out2")
        reports["verify2"] = jobs["verify"].run(package=folder / "out2")
    return {"folder": folder, "lang": request.param, "package": folder / "out" / "review_package", **reports}


@pytest.fixture(autouse=True)
def _language(request: pytest.FixtureRequest) -> None:
    if "made" in request.fixturenames:
        set_language(request.getfixturevalue("made")["lang"])


def test_every_step_goes_well_and_the_package_verifies(made: dict[str, Any]) -> None:
    steps = [step for step in ("inspect", "new", "score", "run", "verify", "edit", "again", "verify2") if step in made]
    assert len(steps) >= 6
    for step in steps:
        assert made[step].exit_code == 0, step
    assert all(made[step].data["equal"] and made[step].data["recomputed"] for step in steps if step.startswith("verify"))


def test_inspect_offers_a_plane_and_gives_the_planar_area(made: dict[str, Any]) -> None:
    (card,) = made["inspect"].data
    (layer,) = card["layers"]
    assert (layer["crs"], layer["area_m2"]) == (None, None)
    absent = next(one for one in card["warnings"] if one["code"] == "crs_absent")
    assert "plane:local" in absent["fix"]
    assert "grid:" in absent["fix"]
    mu = f"{36 * SIDE_M**2 / (2000 / 3):,.1f}"
    planar = {"zh": "平面面积", "en": "in the plane"}[made["lang"]]
    assert any(mu in line and planar in line for line in made["inspect"].lines)


def test_new_says_which_plane_and_what_that_means(made: dict[str, Any]) -> None:
    assert made["new"].data["crs"] == "plane:local"
    said = "\n".join(made["new"].lines)
    assert "plane:local" in said
    assert SAID[made["lang"]][1] in said
    assert 'crs = "plane:local"' in (made["folder"] / "own.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("job", ["score", "run"])
def test_score_and_run_say_that_areas_are_planar(made: dict[str, Any], job: str) -> None:
    title, planar = SAID[made["lang"]]
    assert any(title in line and planar in line for line in made[job].lines)


def test_shapefiles_have_no_prj_and_the_coordinates_they_came_with(made: dict[str, Any]) -> None:
    folder = made["package"] / "shapefile"
    assert not list(made["package"].rglob("*.prj"))
    meta, _, geometry, _ = pyogrio.raw.read(folder / "parcels.shp")
    assert meta["crs"] is None
    assert shapely.total_bounds(shapely.from_wkb(geometry))[:2].tolist() == [WEST_M, SOUTH_M]


@pytest.mark.parametrize("place", ["out/review_package/landplan.gpkg", "scores.gpkg", "own.landplan"])
def test_geopackages_are_undefined_cartesian(made: dict[str, Any], place: str) -> None:
    with closing(sqlite3.connect(made["folder"] / place)) as database:
        systems = database.execute("SELECT DISTINCT srs_id FROM gpkg_geometry_columns").fetchall()
        known = dict(database.execute("SELECT srs_id, srs_name FROM gpkg_spatial_ref_sys"))
        said = "".join(str(row[0]) for row in database.execute("SELECT description FROM gpkg_contents"))
    assert systems == [(-1,)]
    assert set(known) == {-1, 0, 4326}
    assert known[-1] == "Undefined Cartesian SRS"
    assert place == "own.landplan" or SAID[made["lang"]][0] in said


def test_sheets_have_the_plane_in_the_title_block_and_its_coordinates_in_the_margin(made: dict[str, Any]) -> None:
    data = (made["package"] / "plan_sheets.pdf").read_bytes()
    assert b"/Measure" not in data  # not georeferenced
    pdf = pypdfium2.PdfDocument(data)
    try:
        text = pdf[0].get_textpage().get_text_range()
    finally:
        pdf.close()
    title, planar = SAID[made["lang"]]
    assert title in " ".join(text.split())
    assert planar in text
    assert "-1 000" in text


def test_the_workbook_says_planar_and_has_no_ellipsoidal_area(made: dict[str, Any]) -> None:
    book = openpyxl.load_workbook(made["package"] / "workbook.xlsx", read_only=True)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    about = next(iter(sheets.values()))
    cells = [str(cell) for row in about for cell in row if cell is not None]
    title, planar = SAID[made["lang"]]
    assert title in cells
    assert any(planar in cell for cell in cells)
    assert not any("另列椭球面积" in cell or "ellipsoidal areas beside" in cell for cell in cells)
    name, heading = ("地块清单", "椭球面积") if made["lang"] == "zh" else ("Parcels", "Ellipsoidal area")
    rows = next(rows for sheet, rows in sheets.items() if sheet.startswith(name))
    at = next((r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell and str(cell).startswith(heading))
    assert {row[at[1]] for row in rows[at[0] + 1 :] if row[0]} <= {None, ""}


def test_manifest_read_me_and_checks_name_the_plane(made: dict[str, Any]) -> None:
    folder = made["package"]
    assert json.loads((folder / "package.json").read_text(encoding="utf-8"))["crs"] == "plane:local"
    read_me = (folder / "README.txt").read_text(encoding="utf-8")
    assert all(title in read_me for title, _ in SAID.values())
    rows = list(csv.DictReader((folder / "checks.csv").read_text(encoding="utf-8-sig").splitlines()))
    (planar,) = [row for row in rows if row["code"] == "planar_plane"]
    assert (planar["weight"], planar["layer"]) == ("note", "parcels")
    mismatch = [row["text"] for row in rows if row["code"] == "area_mismatch"]
    assert len(mismatch) == 36
    assert all("–" in one for one in mismatch)  # no ellipsoidal area is made up


def test_the_zip_is_the_folder(made: dict[str, Any]) -> None:
    with zipfile.ZipFile(made["package"].with_suffix(".zip")) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert names == {path.relative_to(made["package"]).as_posix() for path in made["package"].rglob("*") if path.is_file()}


def test_the_saved_project_is_in_the_plane(made: dict[str, Any]) -> None:
    project = open_any(made["folder"] / "own.landplan")
    assert {layer.crs for layer in project.layers} == {project.layers.crs} == {"plane:local"}
    np.testing.assert_allclose(project.layers.parcels.area_m2, SIDE_M**2)


def test_a_layer_with_a_crs_is_refused_in_a_plane_with_one_line(tmp_path: Path) -> None:
    files = write_files(tmp_path)
    from tests.small_plan import write_parcels

    write_parcels(tmp_path / "other.shp", "ESRI Shapefile", "EPSG:4549")
    with pytest.raises(InputError) as caught:
        jobs["score"].run(parcels=files["parcels"], layer=[f"labs={tmp_path / 'other.shp'}"], out=tmp_path / "s.csv")
    assert caught.value.id == "plane_cannot_reproject"
    assert "\n" not in str(caught.value)
    assert "other.shp" in str(caught.value)


def test_a_plane_of_ones_own_name_and_one_that_conflicts(tmp_path: Path) -> None:
    files = write_files(tmp_path)
    report = jobs["new"].run(recipe=tmp_path / "r.toml", parcels=files["parcels"], crs="plane:老厂区")
    assert report.data["crs"] == "plane:老厂区"
    from tests.small_plan import write_parcels

    write_parcels(tmp_path / "other.shp", "ESRI Shapefile", "EPSG:4549")
    with pytest.raises(UsageError) as caught:
        jobs["new"].run(recipe=tmp_path / "s.toml", parcels=tmp_path / "other.shp", crs="plane:老厂区")
    assert caught.value.id == "crs_conflicts"
