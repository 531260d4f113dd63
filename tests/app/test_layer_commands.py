"""Layers in and out of a project: read whole or refused in a sentence, undone, said in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.app.session import Session, applied, said
from landplan.core.errors import InputError, SchemeError
from landplan.core.paths import sample
from landplan.core.project import Project


@pytest.fixture(scope="module")
def project() -> Project:
    return open_recipe(sample("recipe.toml"))


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """Two points in the middle of the sample, in degrees."""
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [x, 31.38]}}
        for name, x in (("甲", 121.25), ("乙", 121.26))
    ]
    path = tmp_path / "schools.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_a_layer_is_added_under_its_role(project: Project, points: Path) -> None:
    after = applied(project, "add_layer", {"role": "schools", "path": str(points), "title": "学校"})
    assert after.layers.layers["schools"].texts("name").tolist() == ["甲", "乙"]
    assert after.layers.layers["schools"].crs == project.layers.crs
    assert after.layers.parcels is project.layers.parcels
    assert after.recipe.layers["schools"].title == {"zh": "学校"}
    assert (Path("/elsewhere") / after.recipe.layers["schools"].path) == points.resolve()
    assert after.history[-1] == "添加图层：学校 – → schools.geojson"
    assert said("remove_layer", after, project, "en") == "Remove layer: 学校 schools.geojson → –"


def test_adding_and_removing_are_undone(project: Project, points: Path) -> None:
    session = Session(project)
    session.do("add_layer", role="schools", path=str(points))
    session.do("remove_layer", role="stations")
    assert [entry.words("zh") for entry in session.history] == [
        "添加图层：schools – → schools.geojson", "移除图层：站点 plan.gpkg → –",
    ]  # fmt: skip
    assert {"schools"} == set(session.project.layers.names) - set(project.layers.names)
    assert "stations" not in session.project.recipe.layers
    session.undo()
    assert session.undo() is project


def test_a_raster_is_added_with_its_unit(project: Project) -> None:
    bare = applied(project, "remove_layer", {"role": "coverage_5ga"})
    assert "coverage_5ga" not in bare.layers.rasters
    path = str(sample("data", "coverage_5ga.tif"))
    after = applied(bare, "add_layer", {"role": "coverage_5ga", "path": path, "unit": "percent"})
    assert after.layers.rasters["coverage_5ga"].unit == "percent"


def test_a_criterion_without_its_layer_is_skipped_and_says_so(project: Project) -> None:
    after = applied(project, "remove_layer", {"role": "labs"})
    assert "labs" in results(after, upto="score").criteria.skipped["lab_m"].text()


def test_what_cannot_be_added_is_refused(project: Project, points: Path, tmp_path: Path) -> None:
    with pytest.raises(SchemeError) as caught:
        applied(project, "add_layer", {"role": "stations", "path": str(points)})
    assert caught.value.id == "layer_role_taken"
    with pytest.raises(SchemeError) as caught:
        applied(project, "add_layer", {"role": "学校", "path": str(points)})
    assert caught.value.id == "layer_role_odd"
    with pytest.raises(InputError):
        applied(project, "add_layer", {"role": "schools", "path": str(tmp_path / "absent.gpkg")})


def test_a_layer_that_cannot_be_where_it_says_is_refused(project: Project, tmp_path: Path) -> None:
    """Else no score could be computed any more."""
    for file in sample("dirty").glob("degrees_as_4549.*"):
        shutil.copy(file, tmp_path)
    with pytest.raises(InputError) as caught:
        applied(project, "add_layer", {"role": "odd", "path": str(tmp_path / "degrees_as_4549.shp")})
    assert caught.value.id == "degrees_as_metres"


def test_parcels_stay_and_unknown_roles_name_the_nearest(project: Project) -> None:
    with pytest.raises(SchemeError) as caught:
        applied(project, "remove_layer", {"role": "parcels"})
    assert caught.value.id == "layer_parcels_stay"
    with pytest.raises(InputError, match="stations"):
        applied(project, "remove_layer", {"role": "station"})
