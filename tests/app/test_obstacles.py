"""堵点: a register beside the plots: what is open, what cannot be followed up, and what holds up the plan."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from landplan import api
from landplan.core.messages import set_language
from landplan.core.obstacles import Obstacle, last_day, of_plot, plan_issues, register
from tests.small_plan import RECIPE, write_plan

TABLE = [
    ["地块编号", "堵点类型", "堵点内容", "责任单位", "完成期限", "状态"],
    ["P00", "环保", "土壤修复未验收", "区生态环境局", "2030-12-31", "已解决"],
    ["P00", "权属", "抵押未解除", "区规划资源局", "2030年6月", "办理中"],
    ["P07", "搬迁", "=租户", "安亭镇", "2026-12-31", "未解决"],
    ["P99", "权属", "编号写错", "区规划资源局", "2026-01-01", "未办"],
    ["P11", "权属", "无期限", "", "", ""],
    ["P12", "权属", "上半年", "安亭镇", "2027年上半年", ""],
]


def plan(folder: Path, table: list[list[Any]] = TABLE, must: str = '"P00", "P07", "P11", "P12"') -> Path:
    write_plan(folder)
    with (folder / "堵点.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    layer = '\n[layers.obstacles]\npath = "堵点.csv"\n\n[choose]\n'
    recipe = RECIPE.replace("\n[choose]\n", layer).replace("maximise", f"must = [{must}]\nmaximise", 1)
    (folder / "recipe.toml").write_text(recipe, encoding="utf-8")
    return folder / "recipe.toml"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027-06-30", date(2027, 6, 30)), ("2027/6/3", date(2027, 6, 3)), ("20270630", date(2027, 6, 30)),
        ("2027年6月30日前", date(2027, 6, 30)), ("2027-06-30 00:00:00", date(2027, 6, 30)), ("2028年2月底", date(2028, 2, 29)),
        ("2027.6", date(2027, 6, 30)), ("2027年底前", date(2027, 12, 31)), ("2027", date(2027, 12, 31)),
        ("2027年上半年", None), ("2027-13", None), ("2027-02-30", None), ("尽快", None), ("", None),
    ],
)  # fmt: skip
def test_a_due_date_is_the_last_day_of_what_is_written(written: str, day: date | None) -> None:
    assert last_day(written) == day


@pytest.mark.parametrize(
    ("state", "open_"), [("已解决", False), ("Done", False), (" 已销号 ", False), ("未解决", True), ("", True)]
)
def test_only_a_state_that_says_so_ends_an_obstacle(state: str, open_: bool) -> None:
    one = Obstacle(0, "P00", "", "", "", date(2027, 6, 30), "2027-06-30", state, 0)
    assert one.open == open_
    assert [one.late_for(year) for year in (2026, 2027, 2028)] == [open_, False, False]


def test_the_register_is_read_by_plot_open_ones_first(tmp_path: Path) -> None:
    layers = api.open_recipe(plan(tmp_path)).layers
    found = register(layers)
    assert found is not None
    assert [one.what for one in found] == ["编号写错", "=租户", "抵押未解除", "无期限", "上半年", "土壤修复未验收"]
    assert [(one.what, one.open) for one in of_plot(found, 0)] == [("抵押未解除", True), ("土壤修复未验收", False)]
    assert of_plot(found, 0)[0].due == date(2030, 6, 30)
    assert register(layers) is found
    (tmp_path / "other").mkdir()
    assert register(api.open_recipe(write_plan(tmp_path / "other")).layers) is None


def test_rows_that_cannot_be_followed_up_are_told(tmp_path: Path) -> None:
    issues = [one for one in api.check(api.open_recipe(plan(tmp_path)).layers) if one.layer == "obstacles"]
    assert [(one.id, one.row) for one in issues] == [
        ("obstacle_plot_unknown", 3), ("obstacle_no_unit", 4), ("obstacle_no_date", 4), ("obstacle_date_odd", 5),
    ]  # fmt: skip
    assert issues[0].x_m is None
    assert issues[1].x_m is not None
    assert "P99" in issues[0].text()


def test_a_register_without_plots_says_how_to_name_them(tmp_path: Path) -> None:
    table = [["序列", *TABLE[0][1:]], *TABLE[1:]]
    recipe = plan(tmp_path, table)
    issues = [one for one in api.check(api.open_recipe(recipe).layers) if one.layer == "obstacles"]
    assert [one.id for one in issues] == ["obstacles_no_plots"]
    assert 'fields = { plot = "列名" }' in issues[0].text()
    named = recipe.read_text(encoding="utf-8").replace('path = "堵点.csv"\n', 'path = "堵点.csv"\nfields = { plot = "序列" }\n')
    recipe.write_text(named, encoding="utf-8")
    found = register(api.open_recipe(recipe).layers)
    assert found is not None
    assert found[1].id == "P07"


def test_chosen_plots_with_obstacles_due_later_are_issues_of_the_plan(tmp_path: Path) -> None:
    results = api.results(api.open_recipe(plan(tmp_path)))
    assert results.portfolio is not None
    assert results.options is not None
    chosen = results.options.parcel[results.portfolio.option]
    starts = dict(zip(chosen.tolist(), results.portfolio.start_year.tolist(), strict=True))
    late = {one.row: one for one in results.issues if one.id == "obstacle_late"}
    assert set(late) == {0}  # P07 starts in 2026 at the earliest, when it is due
    assert late[0].values["due"] == "2030-06-30"
    assert str(starts[0]) in late[0].text()
    assert {one.row for one in results.issues if one.id == "obstacle_undated"} == {11, 12}
    assert list(plan_issues(results.layers, chosen[:0], results.portfolio.start_year[:0])) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_package_lists_them_and_verifies(tmp_path: Path, lang: str) -> None:
    set_language(lang)
    recipe = plan(tmp_path)
    recipe.write_text(recipe.read_text(encoding="utf-8").replace('lang = "en"', f'lang = "{lang}"'), encoding="utf-8")
    api.run(recipe=recipe, out=tmp_path / "out")
    package = tmp_path / "out" / "review_package"
    assert (package / "inputs" / "堵点.csv").exists()
    sheet = openpyxl.load_workbook(package / "workbook.xlsx")["堵点清单" if lang == "zh" else "Obstacles"]
    rows = [list(row) for row in sheet.values]
    first = next(k for k, row in enumerate(rows) if row[0] in ("地块编号", "Parcel")) + 1
    assert [row[0] for row in rows[first:]] == ["P99", "P07", "P00", "P11", "P12", "P00"]
    assert rows[first + 1][2] == "=租户"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert rows[first + 2][8] == ("期限晚于启动年份" if lang == "zh" else "due after works start")
    assert rows[first + 5][8] is None
    assert api.verify(package=package).exit_code == 0


def test_a_project_takes_and_keeps_a_register(tmp_path: Path) -> None:
    plan(tmp_path)
    (tmp_path / "bare").mkdir()
    session = api.Session(api.open_recipe(write_plan(tmp_path / "bare")))
    session.do("add_layer", role="obstacles", path=str(tmp_path / "堵点.csv"))
    found = register(session.project.layers)
    assert found is not None
    api.save_project(session.project, tmp_path / "kept.landplan")
    assert register(api.open_any(tmp_path / "kept.landplan").layers) == found
