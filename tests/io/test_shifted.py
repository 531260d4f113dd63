"""A shifted layer is named in a project and among files inspected together, with the command that undoes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import pytest
import shapely

from landplan.app.jobs.inspect import inspect
from landplan.core.layers import LayerSet
from landplan.core.recipe import LayerInput, Recipe
from landplan.io.conversion import Wanted, convert
from landplan.io.layer_set import read_layers, with_layer

SHIFTS = {"shifted_gcj02": "wgs84_to_gcj02", "shifted_bd09": "wgs84_to_bd09"}


def plots(seed: int = 1) -> Any:
    random = np.random.default_rng(seed)
    west, south = made_files.X + random.uniform(0, 3_000, 120), made_files.Y + random.uniform(0, 3_000, 120)
    return shapely.box(west, south, west + random.uniform(30, 120, 120), south + random.uniform(30, 120, 120))


@pytest.fixture
def true(tmp_path: Path) -> Path:
    return made_files.write(tmp_path / "true.gpkg", plots(), {"id": pa.array([f"P{k}" for k in range(120)])})


def shifted(true: Path, code: str) -> Path:
    out = true.with_name(f"{code} web map.geojson")
    convert(true, out, Wanted((SHIFTS[code],), crs="EPSG:4490"))
    return out


def project(folder: Path, **files: Path) -> LayerSet:
    layers = {role: {"path": path.name} for role, path in files.items()}
    recipe = {"format": "landplan-recipe/1", "title": {"zh": "甲"}, "crs": "EPSG:4549", "layers": layers}
    return read_layers(Recipe.model_validate(recipe), folder)


def shift_issues(layers: LayerSet) -> list[tuple[str, str, str]]:
    return [(one.layer, one.id, one.weight) for layer in layers for one in layer.issues if one.id in SHIFTS]


@pytest.mark.parametrize("code", SHIFTS)
def test_a_project_says_it_of_the_shifted_layer_alone(code: str, true: Path, tmp_path: Path) -> None:
    other = shifted(true, code)
    assert shift_issues(project(tmp_path, parcels=true, outlines=other)) == [("outlines", code, "data")]
    assert shift_issues(project(tmp_path, parcels=other, outlines=true)) == [("parcels", code, "data")]
    assert shift_issues(project(tmp_path, parcels=true, outlines=true)) == []
    added = with_layer(project(tmp_path, parcels=true), "outlines", LayerInput(path=other.name), other)
    assert shift_issues(added) == [("outlines", code, "data")]


def test_the_message_says_metres_control_and_command(true: Path, tmp_path: Path) -> None:
    layers = project(tmp_path, parcels=true, outlines=shifted(true, "shifted_gcj02"))
    (issue,) = [one for one in layers.layers["outlines"].issues if one.id in SHIFTS]
    assert issue.values["m"] == pytest.approx(477, abs=10)
    for lang in ("zh", "en"):
        said = issue.text(lang)
        assert str(issue.values["m"]) in said
        assert "parcels" in said
        assert "--fix shifted_gcj02" in said
        assert "{" not in said


@pytest.mark.parametrize("code", SHIFTS)
@pytest.mark.parametrize("order", [1, -1])
def test_inspect_compares_the_files_it_is_given(code: str, order: int, true: Path, tmp_path: Path) -> None:
    other = shifted(true, code)
    told = {card["path"]: card["warnings"] for card in inspect(path=[true, other][::order]).data}
    assert not [one for one in told[str(true)] if one["code"] in SHIFTS]
    (warning,) = [one for one in told[str(other)] if one["code"] in SHIFTS]
    assert (warning["code"], warning["weight"]) == (code, "data")
    assert f"landplan convert '{other}' '{other.with_name(other.stem)}_fixed.gpkg' --fix {code}" in warning["fix"]
    convert(other, tmp_path / "mended.gpkg", Wanted((code,)))
    again = inspect(path=[true, tmp_path / "mended.gpkg"]).data
    assert not [one for card in again for one in card["warnings"] if one["code"] in SHIFTS]
    assert not [one for one in inspect(path=[other]).data[0]["warnings"] if one["code"] in SHIFTS]


def test_two_layers_in_degrees_tell_on_each_other(true: Path, tmp_path: Path) -> None:
    convert(true, tmp_path / "degrees.gpkg", Wanted(crs="EPSG:4490"))
    other = shifted(true, "shifted_gcj02")
    for files in ([tmp_path / "degrees.gpkg", other], [other, tmp_path / "degrees.gpkg"]):
        told = {
            card["path"]: [one["code"] for one in card["warnings"] if one["code"] in SHIFTS] for card in inspect(path=files).data
        }
        assert told == {str(tmp_path / "degrees.gpkg"): [], str(other): ["shifted_gcj02"]}


def test_the_sample_is_not_suspected(true: Path) -> None:
    from landplan.core.paths import sample

    cards = inspect(path=[sample("data", "parcels.shp"), sample("data", "plan.gpkg"), true]).data
    assert not [one for card in cards for one in card["warnings"] if one["code"] in SHIFTS]
