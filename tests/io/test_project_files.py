"""The project file: bit-equal round trip, whole or not at all, readable by any GIS, newer versions refused untouched."""

import hashlib
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from landplan.core.errors import ExportError, InputError
from landplan.core.paths import sample
from landplan.core.project import Project, Scenario
from landplan.io.gdal import heard, ogr
from landplan.io.layer_set import read_layers
from landplan.io.project_file import open_project, save_project
from landplan.io.recipe_file import read_recipe
from landplan.io.scheme_file import read_scheme


@pytest.fixture(scope="module")
def project() -> Project:
    recipe, folder = read_recipe(sample("recipe.toml"))
    scheme = read_scheme(recipe.scheme, folder)
    scenarios = {"main": Scenario("main", scheme), "低碳": Scenario("低碳", scheme.model_copy(update={"discount_rate": 0.08}))}
    return Project(read_layers(recipe, folder), recipe, scenarios, "低碳", ("打开样例", "改折现率"))


@pytest.fixture
def saved(project: Project, tmp_path: Path) -> Path:
    path = tmp_path / "plan.landplan"
    save_project(project, path)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_everything_comes_back_bit_equal(project: Project, saved: Path) -> None:
    again = open_project(saved)
    assert list(again.layers.layers) == list(project.layers.layers)
    for a, b in zip(project.layers, again.layers, strict=True):
        assert a.table.equals(b.table)
        assert a.ids.tolist() == b.ids.tolist()
        for name in ("xy", "ring", "part", "row"):
            assert getattr(a.geometry, name).tobytes() == getattr(b.geometry, name).tobytes()
        assert (a.source, a.units, a.issues, a.crs, a.geometry.kind) == (b.source, b.units, b.issues, b.crs, b.geometry.kind)
    assert {one.id: one.sha256 for one in again.layers.rasters.values()} == {
        one.id: one.sha256 for one in project.layers.rasters.values()
    }
    assert again.recipe == project.recipe
    assert {id: one.scheme for id, one in again.scenarios.items()} == {id: one.scheme for id, one in project.scenarios.items()}
    assert (again.active, again.history) == (project.active, project.history)


def test_saving_twice_gives_the_same_bytes_and_opening_changes_none(project: Project, saved: Path) -> None:
    before = digest(saved)
    again = open_project(saved)
    assert digest(saved) == before
    save_project(again, saved)
    assert digest(saved) == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


def test_a_gis_opens_its_layers(saved: Path) -> None:
    with heard():
        layers = dict(ogr().list_layers(saved).tolist())
        info = ogr().read_info(saved, layer="parcels")
    assert layers["parcels"] == "MultiPolygon" and layers["stations"] == "MultiPoint"
    assert info["crs"] == "EPSG:4549"
    with sqlite3.connect(saved) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_failed_save_leaves_the_old_file(project: Project, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(saved)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("landplan.io.project_file._write_tables", full)
    with pytest.raises(ExportError, match="原文件未动"):
        save_project(project, saved)
    assert digest(saved) == before
    assert [file.name for file in saved.parent.iterdir()] == [saved.name]


def test_a_newer_version_is_refused_untouched(saved: Path) -> None:
    with sqlite3.connect(saved) as database:
        database.execute("UPDATE landplan_project SET value = 'landplan-project/99' WHERE key = 'format'")
    database.close()
    before = digest(saved)
    with pytest.raises(InputError, match="99"):
        open_project(saved)
    assert digest(saved) == before


def test_what_is_no_project_is_refused(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="不是 landplan"):
        open_project(sample("data", "plan.gpkg"))
    text = tmp_path / "a.landplan"
    text.write_text("hello")
    with pytest.raises(InputError, match="不是 landplan"):
        open_project(text)
    data = bytearray(saved.read_bytes())
    text.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"a\.landplan"):
        open_project(text)
    with sqlite3.connect(saved) as database:
        database.execute("DROP TABLE landplan_history")
    database.close()
    with pytest.raises(InputError, match="landplan_history"):
        open_project(saved)


def test_a_changed_raster_is_told(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(sample(), folder, ignore=shutil.ignore_patterns("_make", "dirty", "__pycache__"))
    recipe, _ = read_recipe(folder / "recipe.toml")
    small = Project(read_layers(recipe, folder), recipe, project.scenarios, "main")
    path = folder / "plan.landplan"
    save_project(small, path)
    moved = tmp_path / "moved"
    folder.rename(moved)
    raster = open_project(moved / "plan.landplan").layers.rasters["flood_depth"]
    assert np.isnan(raster.read(0, 1, 0, 1)).all()
    with (moved / "data" / "flood_depth.tif").open("ab") as file:
        file.write(b"x")
    with pytest.raises(InputError, match="flood_depth"):
        open_project(moved / "plan.landplan")
