"""A plan whose files have moved: what is lost is listed, found by name, and read from its new place; nothing is changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from landplan.app.jobs.relink import relink
from landplan.app.opening import open_file, project_of, save_project
from landplan.app.packaging import package
from landplan.app.relinking import Lost, lost_files, open_relinked
from landplan.app.session import Session
from landplan.core.errors import InputError, UsageError
from landplan.core.paths import sample
from landplan.export.review_package import check_inputs


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The sample with its data in another folder than the recipe says: parcels nearby, rasters elsewhere."""
    home, away = tmp_path / "plan", tmp_path / "elsewhere"
    (home / "moved" / "here").mkdir(parents=True)
    away.mkdir()
    shutil.copy(sample("recipe.toml"), home)
    for file in sample("data").iterdir():
        shutil.copy(file, away if file.suffix == ".tif" else home / "moved" / "here")
    return home / "recipe.toml"


def test_lost_files_are_named_with_their_roles_and_those_of_their_name_nearby(plan: Path) -> None:
    lost = {one.place: one for one in lost_files(plan)}
    here = plan.parent / "moved" / "here"
    assert lost["data/parcels.shp"] == Lost("data/parcels.shp", ("parcels",), here / "parcels.shp")
    assert len(lost["data/plan.gpkg"].roles) > 3
    assert lost["data/flood_depth.tif"].near is None
    found = {one.place: one.near for one in lost_files(plan, [plan.parents[1] / "elsewhere"])}
    assert found["data/flood_depth.tif"] == plan.parents[1] / "elsewhere" / "flood_depth.tif"
    assert lost_files(sample("recipe.toml")) == ()


def test_of_two_different_files_of_a_name_none_is_proposed(plan: Path) -> None:
    (plan.parent / "parcels.shp").write_bytes(b"another one")
    assert {one.place: one.near for one in lost_files(plan)}["data/parcels.shp"] is None


def test_a_plan_opens_with_its_files_at_other_places_and_keeps_them(plan: Path, tmp_path: Path) -> None:
    before = plan.read_bytes()
    with pytest.raises(InputError, match="parcels"):
        open_file(plan)
    places = {one.place: one.near for one in lost_files(plan, [plan.parents[1]]) if one.near is not None}
    opened = open_relinked(plan, places)
    assert plan.read_bytes() == before
    same = open_file(sample("recipe.toml")).project
    assert opened.project.layers.parcels.source.sha256 == same.layers.parcels.source.sha256
    assert Path(opened.project.recipe.layers["parcels"].path) == plan.parent / "moved" / "here" / "parcels.shp"
    assert opened.project.layers.rasters.keys() == same.layers.rasters.keys()


def test_the_job_lists_and_then_saves(plan: Path, tmp_path: Path) -> None:
    looked = relink(plan=plan)
    assert any("data/flood_depth.tif" in line and "--search" in line for line in looked.lines)
    out = tmp_path / "again.landplan"
    with pytest.raises(InputError, match="tif"):
        relink(plan=plan, out=out)
    assert not out.exists()
    saved = relink(plan=plan, search=[plan.parents[1] / "elsewhere"], out=out)
    assert saved.exit_code == 0
    assert (
        open_file(out).project.layers.parcels.ids.tolist() == open_file(sample("recipe.toml")).project.layers.parcels.ids.tolist()
    )


def test_a_saved_project_finds_its_rasters_again(plan: Path, tmp_path: Path) -> None:
    away, folder = plan.parents[1] / "elsewhere", tmp_path / "own"
    folder.mkdir()
    project = tmp_path / "own" / "p.landplan"
    places = {one.place: one.near for one in lost_files(plan, [away]) if one.near is not None}
    save_project(open_relinked(plan, places).project, project)
    away.rename(tmp_path / "archive")
    lost = lost_files(project, [tmp_path / "archive"])
    assert all(one.needed for one in lost)
    assert {one.near.name for one in lost if one.near} == {file.name for file in (tmp_path / "archive").glob("*.tif")}
    again = open_relinked(project, {one.place: one.near for one in lost if one.near})
    assert set(again.project.layers.rasters) == {role for one in lost for role in one.roles}
    assert {Path(raster.path).parent for raster in again.project.layers.rasters.values()} == {tmp_path / "archive"}


def test_a_saved_project_names_the_files_it_holds_too_and_opens_without_them(tmp_path: Path) -> None:
    home, away = tmp_path / "own", tmp_path / "away"
    home.mkdir()
    for file in (*sample("data").glob("parcels.*"), *sample("data").glob("plan.gpkg")):
        shutil.copy(file, home)
    (home / "jobs.csv").write_text("key,jobs\nJD-0001,7\n")
    (home / "r.toml").write_text(
        'format = "landplan-recipe/1"\ntitle = { zh = "t" }\ncrs = "EPSG:4549"\n[layers.parcels]\npath = "parcels.shp"\n'
        '[[layers.parcels.join]]\npath = "jobs.csv"\nkey = "key"\nprefix = "t_"\n'
        '[layers.zones]\npath = "plan.gpkg"\nlayer = "zones"\n'
    )
    project, opened = home / "p.landplan", open_file(home / "r.toml")
    save_project(opened.project, project)
    assert lost_files(project) == ()
    away.mkdir()
    for name in ("plan.gpkg", "jobs.csv"):
        (home / name).rename(away / name)
    lost = {one.place: one for one in lost_files(project, [away])}
    assert set(lost) == {"plan.gpkg", "jobs.csv"} and not any(one.needed for one in lost.values())
    with pytest.raises(InputError, match="relink"):
        package(open_file(project).project, home, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    out = tmp_path / "new" / "p.landplan"
    out.parent.mkdir()
    assert relink(plan=project, search=[away], out=out).exit_code == 0
    assert lost_files(out) == ()
    found = open_file(out).project
    check_inputs(found.layers, found.recipe, out.parent)
    (away / "jobs.csv").write_text("key,jobs\nJD-0001,8\n")
    with pytest.raises(InputError, match=r"jobs\.csv"):
        package(found, out.parent, tmp_path / "out")


def test_a_wrong_pair_is_said(plan: Path) -> None:
    with pytest.raises(UsageError, match=r"a\.shp"):
        relink(plan=plan, file=["a.shp"])
    with pytest.raises(UsageError, match="none"):
        relink(plan=plan, file=["none=a.shp"])


def test_a_layer_is_taken_from_another_file_and_back(tmp_path: Path) -> None:
    session = Session(open_file(sample("recipe.toml")).project)
    before = session.project
    for file in sample("data").glob("parcels.*"):
        shutil.copy(file, tmp_path)
    session.do("relink_layer", role="parcels", path=str(tmp_path / "parcels.shp"))
    parcels = session.project.layers.parcels
    assert parcels.source.sha256 == before.layers.parcels.source.sha256
    assert parcels.numbers("output_wan").tolist() == pytest.approx(
        before.layers.parcels.numbers("output_wan").tolist(), nan_ok=True
    )
    assert Path(session.project.recipe.layers["parcels"].path) == tmp_path / "parcels.shp"
    assert session.undo() is before
    with pytest.raises(InputError, match="栅格"):
        session.do("relink_layer", role="parcels", path=str(sample("data", "flood_depth.tif")))
    with pytest.raises(InputError, match="zones"):
        session.do("relink_layer", role="zonez", path=str(tmp_path / "parcels.shp"))


def test_a_relinked_layer_is_as_one_that_is_read_with_the_recipe(tmp_path: Path) -> None:
    home, away = tmp_path / "own", tmp_path / "away"
    (home / "tables").mkdir(parents=True)
    away.mkdir()
    for suffix in (".shp", ".dbf", ".shx", ".cpg"):  # no .prj: one plane
        shutil.copy(sample("data") / f"parcels{suffix}", home)
        shutil.copy(sample("data") / f"parcels{suffix}", away)
    (home / "tables" / "jobs.csv").write_text("key,jobs\nJD-0001,7\n")
    (home / "r.toml").write_text(
        'format = "landplan-recipe/1"\ntitle = { zh = "t" }\ncrs = "plane:local"\n[layers.parcels]\npath = "parcels.shp"\n'
        '[[layers.parcels.join]]\npath = "tables/jobs.csv"\nkey = "key"\nprefix = "t_"\n'
    )
    save_project(open_file(home / "r.toml").project, home / "p.landplan")
    for plan in (home / "r.toml", home / "p.landplan"):
        session = Session(open_file(plan).project)
        before = session.project.layers.parcels
        session.do("relink_layer", role="parcels", path=str(away / "parcels.shp"))
        after = session.project.layers.parcels
        assert after.source == before.source
        assert [issue.id for issue in after.issues] == [issue.id for issue in before.issues]
        assert "planar_plane" in {issue.id for issue in after.issues}
        assert after.table.equals(before.table)
        more = {"role": "parcels", "path": str(home / "tables" / "jobs.csv"), "key": "key", "prefix": "u_"}
        session.do("add_table", **more)
        again = project_of(session.project.recipe, home).layers.parcels
        assert [issue.id for issue in again.issues] == [issue.id for issue in session.project.layers.parcels.issues]
