"""Tables and firms joined to an open project: as the recipe would, undone, and kept when it is saved."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landplan import api
from landplan.app.opening import open_recipe, save_project
from landplan.app.session import Session, applied
from landplan.core.errors import InputError, Issue, SchemeError
from landplan.core.project import Project
from landplan.io.files import sha256
from tests.small_plan import write_plan


def table(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    table(tmp_path / "energy.csv", [["编号", "能耗"], ["P00", 10], ["P01", 20], ["X", 1]])
    table(tmp_path / "firms.csv", [["企业名称", "地块编号", "碳排放"], ["甲", "P00、P01", 8], ["乙", "", 3]])
    table(tmp_path / "list.csv", [["企业", "统一社会信用代码", "候选地块", "决定"], ["乙", "", "P02", "是"]])
    return open_recipe(write_plan(tmp_path))


def test_a_joined_table_is_that_of_a_recipe_and_is_undone(project: Project, tmp_path: Path) -> None:
    session = Session(project)
    session.do("add_table", path=str(tmp_path / "energy.csv"), key="编号")
    after = session.project
    assert after.layers.parcels.column("energy_tce").to_pylist()[:3] == [10, 20, None]
    assert after.layers.parcels.source.joined == (sha256(tmp_path / "energy.csv"),)
    assert after.recipe.layers["parcels"].files[1:] == ((tmp_path / "energy.csv").as_posix(),)
    assert any(issue.id == "join_rows_alone" for issue in after.layers.parcels.issues)
    assert session.undo() is project


def test_firms_and_list_come_to_the_parcels(project: Project, tmp_path: Path) -> None:
    one = applied(project, "add_table", {"path": str(tmp_path / "energy.csv"), "key": "编号"})
    wish = {"path": str(tmp_path / "firms.csv"), "confirmed": str(tmp_path / "list.csv"), "replacing": True}
    after = applied(one, "add_firms", wish)
    assert after.layers.parcels.numbers("emissions_tco2")[:3].tolist() == [4, 4, 3]
    assert np.nansum(after.layers.parcels.numbers("firms")) == 2
    names = ("energy.csv", "firms.csv", "list.csv")
    assert after.layers.parcels.source.joined == tuple(sha256(tmp_path / name) for name in names)
    target = tmp_path / "plan.landplan"
    save_project(after, target)
    again = api.open_any(target)
    assert again.layers.parcels.source == after.layers.parcels.source
    assert again.recipe == after.recipe
    out = tmp_path / "package"
    api.run(recipe=target, out=out)
    assert api.verify(package=out).data["differences"] == []


def test_what_cannot_be_is_refused_in_a_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="parcels"):
        applied(project, "add_table", {"path": str(tmp_path / "energy.csv"), "key": "编号", "role": "parcel"})
    with pytest.raises(InputError, match="编号"):
        applied(project, "add_table", {"path": str(tmp_path / "energy.csv"), "key": "编码号"})
    after = applied(project, "add_firms", {"path": str(tmp_path / "firms.csv")})
    for command, values in (("add_firms", {"path": str(tmp_path / "firms.csv")}), ("add_table", {"path": "x.csv", "key": "a"})):
        with pytest.raises(SchemeError):
            applied(after, command, values)


def test_a_table_that_brings_codes_belongs_into_the_recipe(project: Project, tmp_path: Path) -> None:
    codes = table(tmp_path / "codes.csv", [["编号", "用地代码"], ["P00", "0601"], ["P01", "1001 60% + 0902 40%"]])
    with pytest.raises(SchemeError, match="land_use"):
        applied(project, "add_table", {"path": str(codes), "key": "编号", "replacing": True})


def test_issues_of_firms_stand_where_reading_the_recipe_has_them(project: Project, tmp_path: Path) -> None:
    far = replace(project.layers.parcels, issues=(Issue("layer_far_away", "parcels", values={"km": 60}),))
    there = replace(project, layers=replace(project.layers, layers={**project.layers.layers, "parcels": far}))
    after = applied(there, "add_firms", {"path": str(tmp_path / "firms.csv")})
    assert after.layers.parcels.issues[-1].id == "layer_far_away"
    assert len(after.layers.parcels.issues) > 1
