"""What `score` says: nothing asked for is passed over, nothing that affects numbers is only counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from landplan.core.errors import InputError, UsageError
from landplan.core.registry import jobs
from tests.small_plan import write_parcels, write_plan


@pytest.fixture
def own(tmp_path: Path) -> Path:
    write_parcels(tmp_path / "own.shp", "ESRI Shapefile")
    return tmp_path / "own.shp"


@pytest.mark.parametrize(
    "option", [{"parcels": Path("x.shp")}, {"zones": Path("x.gpkg")}, {"scheme": "x.toml"}, {"crs": "EPSG:4549"}]
)
def test_options_beside_a_recipe_are_refused_by_name(option: dict, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        jobs["score"].run(recipe=write_plan(tmp_path), out=tmp_path / "s.csv", **option)
    assert caught.value.values["options"] == [f"--{next(iter(option))}"]


def test_a_given_crs_is_checked_and_never_passed_over(own: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        jobs["score"].run(parcels=own, crs="rubbish", out=tmp_path / "s.csv")
    with pytest.raises(UsageError) as caught:
        jobs["score"].run(parcels=own, crs="EPSG:4528", out=tmp_path / "s.csv")
    assert caught.value.id == "crs_conflicts"
    assert jobs["score"].run(parcels=own, crs="EPSG:4549", out=tmp_path / "s.csv").exit_code == 0


def test_without_a_crs_the_plane_is_said_with_what_it_looks_like(own: Path, tmp_path: Path) -> None:
    own.with_suffix(".prj").unlink()
    lines = jobs["score"].run(parcels=own, out=tmp_path / "s.csv").lines
    assert any("EPSG:4549" in line for line in lines)


def test_rules_that_could_not_be_checked_are_named_on_screen_and_issues_listed_as_data(own: Path, tmp_path: Path) -> None:
    report = jobs["score"].run(parcels=own, out=tmp_path / "s.csv")
    assert any("basic_farmland" in line and "urban_boundary" in line for line in report.lines)
    assert {"rule_not_checked", "criteria_dropped"} <= {issue["code"] for issue in report.data["issue_list"]}
