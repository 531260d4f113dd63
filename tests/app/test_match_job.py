"""Plots for firms from files: who gets what and why not, unknown told apart from too little, forms written and read back."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from landplan import api
from landplan.core.errors import ExportError, InputError, UsageError
from landplan.core.messages import set_language
from tests.small_plan import RECIPE, SCHEME, write_plan

CHAIN = """
[land_value]
price = "area_mu * after_tax_wan_per_mu_year * 4"
income = "area_mu"

[[criteria]]
id = "chain"
title = { zh = "产业链", en = "Chain" }
measure = { kind = "chain_fit", set = "town", segment = "segment", outside = 0.4 }
"""
JOINS = """
[[layers.parcels.join]]
path = "buildings.csv"
key = "地块编号"
[[layers.zones.join]]
path = "focus.csv"
key = "id"

[choose]
"""
BUILDINGS = [
    ["地块编号", "楼面荷载", "供电容量", "产业环节", "可供年份", "土地总价"],
    ["P00", 5, 400, "SiC", 2026, ""],
    ["P01", 10, 900, "", 2028, 2000],
    ["P02", 20, 2000, "研发", 2027, 3000],
    ["P03", 15, "", "", 2026, ""],
]
FIRMS = [
    ["企业名称", "需求用地面积（亩）", "楼面荷载(t/㎡)", "供电容量（kW）", "产业环节", "预算（万元）", "用地年份", "联系人"],
    ["甲电池", 25, 0.9, "", "", "", "", "张"],
    ["=cmd|'x'厂", "1.5公顷", 1, 900, "SiC", 3500, 2027, ""],
    ["乙物流", 400, "", "", "", "", "", ""],
    ["丙没写", "", "", "不限", "", "", "", ""],
    ["丁急用", "", 1.6, "", "", "2000", 2026, ""],
]


def rows(path: Path, table: list[list[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def book(path: Path, table: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    for row in table:
        made.active.append(["" if cell == "" else cell for cell in row])
    for row in made.active.iter_rows():
        for cell in row:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    made.save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(tmp_path)
    (tmp_path / "recipe.toml").write_text(RECIPE.replace("\n[choose]\n", JOINS), encoding="utf-8")
    (tmp_path / "scheme.toml").write_text(SCHEME.replace("\n[[rules]]", f"{CHAIN}\n[[rules]]", 1), encoding="utf-8")
    rows(tmp_path / "buildings.csv", BUILDINGS)
    rows(tmp_path / "focus.csv", [["id", "focus"], ["Z1", "SiC、研发"]])
    book(tmp_path / "firms.xlsx", FIRMS)
    return tmp_path


def matched(folder: Path, **options: Any) -> dict[str, Any]:
    report = api.match(table=folder / "firms.xlsx", recipe=folder / "recipe.toml", **options)
    found: dict[str, Any] = json.loads(report.json) | {"lines": report.lines}
    return found | {"by_firm": {one["firm"]: one for one in found["firms"]}}


def test_each_firm_is_told_what_fits_what_may_and_what_does_not(folder: Path) -> None:
    found = matched(folder, top=2)
    assert (found["parcels"], found["considered"], found["unused"]) == (36, 36, ["联系人"])
    battery = found["by_firm"]["甲电池"]  # 0.9 t/m2 = 8.83 kN/m2
    assert (battery["kind"], battery["sure"], battery["suiting"]) == ("fits", 3, 35)
    assert [one["id"] for one in battery["plots"]] == ["P01", "P03"]  # the floor that is just strong enough first
    assert battery["short_of"] == {"area": 0, "load": 1}
    assert battery["unknown_of"] == {"area": 0, "load": 32}
    assert battery["plots"][0]["score"] == pytest.approx((25 / 25.35 + 0.9 * 9.80665 / 10) / 2)
    logistics = found["by_firm"]["乙物流"]
    assert (logistics["kind"], logistics["plots"], logistics["short_of"]) == ("none", [], {"area": 36})
    assert logistics["nearest"]["needs"]["area"]["short"] == pytest.approx(400 - 25.35)
    assert found["by_firm"]["丙没写"]["kind"] == "no_needs"
    assert found["counts"] == {"fits": 2, "unknown": 1, "none": 1, "taken": 0, "no_needs": 1}
    said = "\n".join(found["lines"])
    assert "乙物流：没有合适地块。不满足的地块数：用地面积 36；最接近：=1+1（用地面积差 374.6 亩）" in said
    assert "没有用到的列：联系人" in said


def test_units_segments_prices_and_years(folder: Path) -> None:
    found = matched(folder)
    firm = found["by_firm"]["=cmd|'x'厂"]
    assert firm["needs"]["area"] == pytest.approx(22.5)  # 1.5 ha in the unit of the heading
    assert firm["needs"]["power"] == pytest.approx(1000)  # 900 kW at 0.9
    assert [one["id"] for one in firm["plots"] if all(need["verdict"] == "fits" for need in one["needs"].values())] == ["P02"]
    first = firm["plots"][0]["needs"]
    assert first["segment"] == {"has": "strengthen", "verdict": "fits", "short": None}  # P00 of the zone works in SiC
    assert first["budget"]["has"] == 3000  # the field before the scheme's land value
    urgent = found["by_firm"]["丁急用"]
    assert urgent["kind"] == "unknown"
    assert urgent["short_of"]["load"] == 3
    assert urgent["short_of"]["year"] == 2  # P01 in 2028, P02 in 2027
    assert urgent["unknown_of"]["budget"] == sum(one["needs"]["budget"]["has"] is None for one in urgent["plots"])


def test_what_is_unknown_is_told_and_comes_last(folder: Path) -> None:
    found = matched(folder, top=36)
    plots = found["by_firm"]["甲电池"]["plots"]
    assert [one["needs"]["load"]["verdict"] for one in plots] == ["fits"] * 3 + ["unknown"] * 32
    assert plots[-1]["needs"]["load"] == {"has": None, "verdict": "unknown", "short": None}
    none = matched(folder, where="id = 'P10'", top=1)
    assert none["by_firm"]["甲电池"]["kind"] == "unknown"
    assert any(line.startswith("楼面荷载：所比较的地块都没有数据") for line in none["lines"])
    said = matched(folder, where="id = 'P10'", supply=["load=12"])
    assert said["by_firm"]["甲电池"]["kind"] == "fits"


def test_only_plots_that_meet_the_condition_count(folder: Path) -> None:
    found = matched(folder, where="available_year <= 2027")
    assert (found["considered"], found["undecided"]) == (3, 32)
    assert any("32 个地块因数据未知" in line for line in found["lines"])
    assert [one["id"] for one in found["by_firm"]["甲电池"]["plots"]] == ["P03", "P02"]


def test_one_each_gives_no_plot_twice_and_places_most(folder: Path) -> None:
    found = matched(folder, one_each=True, where="id IN ('P02', 'P03')")
    given = [one["plots"][0]["id"] for one in found["firms"] if one["plots"]]
    assert sorted(given) == ["P02", "P03"]
    single = matched(folder, one_each=True, where="id = 'P02'")
    kinds = {one["firm"]: one["kind"] for one in single["firms"]}
    assert sorted(kinds.values()) == ["fits", "no_needs", "none", "none", "taken"]
    assert any("都已分给别家" in line for line in single["lines"])


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_the_list_is_written_with_words_for_every_need(folder: Path, name: str) -> None:
    matched(folder, top=1, out=folder / name)
    if name.endswith("csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file))
    else:
        made = openpyxl.load_workbook(folder / name)
        assert made.sheetnames == ["推荐地块", "企业"]
        table = [["" if cell is None else str(cell) for cell in row] for row in made.active.values]
        assert all(cell.data_type != "f" for sheet in made for row in sheet.iter_rows() for cell in row)
        years = {cell.value: cell.number_format for row in made.active.iter_rows() for cell in row if cell.value in (2026, 2027)}
        assert years == {2026: "0", 2027: "0"}, "not 2,026"
    top = next(number for number, row in enumerate(table) if row[0] == "企业名称")
    head = [cell.replace("\n", " ") for cell in table[top]]
    found = {row[0].lstrip("'"): dict(zip(head, row, strict=True)) for row in table[top + 1 :]}
    assert set(found) == {row[0] for row in FIRMS[1:]}
    assert found["乙物流"]["名次"] == ""
    assert found["乙物流"]["用地面积·比较"] == "差 374.6 亩"
    assert found["甲电池"]["地块编号"] == "P01"
    assert found["甲电池"]["楼面荷载·比较"] == "满足"
    assert found["丁急用"]["用地年份·需要"] == "2026"
    again = (folder / name).read_bytes()
    matched(folder, top=1, out=folder / name)
    assert (folder / name).read_bytes() == again


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_blank_form_is_filled_in_and_read_back(folder: Path, lang: str) -> None:
    set_language(lang)
    blank = folder / "blank.xlsx"
    api.match(blank=blank)
    with pytest.raises(ExportError):
        api.match(blank=blank)
    with pytest.raises(InputError, match="没有一家企业" if lang == "zh" else "no firm"):
        api.match(table=blank, recipe=folder / "recipe.toml")
    made = openpyxl.load_workbook(blank)
    sheet = made.worksheets[0]
    for column, value in enumerate(["甲", 25, 9000, 0.9, 300, 4, "SiC", 2000, 2030], 1):
        sheet.cell(2, column).value = value
    made.save(blank)
    report = api.match(table=blank, recipe=folder / "recipe.toml")
    needs = json.loads(report.json)["firms"][0]["needs"]
    assert needs == pytest.approx(
        {"area": 25, "floor": 9000, "load": 0.9, "power": 300, "height": 4, "budget": 2000, "year": 2030, "segment": "SiC"}
    )
    assert json.loads(report.json)["unused"] == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([["用地面积（亩）"], [3]], "企业名称"),
        ([["企业名称", "备注"], ["甲", "x"]], "没有一列"),
        ([["企业名称", "用地面积（平方英尺）"], ["甲", 3]], "单位"),
        ([["企业名称", "用地面积"], ["甲", 3]], "用地面积 = 3"),
        ([["企业名称", "用地面积（亩）"], ["甲", "20-30"]], "20-30"),
        ([["企业名称", "用地面积（亩）", "土地面积（公顷）"], ["甲", 3, 4]], "同一项需求"),
    ],
)
def test_tables_that_cannot_be_understood_are_refused_by_name(folder: Path, table: list[list[Any]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        api.match(table=rows(folder / "odd.csv", table), recipe=folder / "recipe.toml")


def test_a_condition_that_no_plot_meets_is_told_and_written(folder: Path) -> None:
    for one_each in (False, True):
        found = matched(folder, where="area_mu < 0", one_each=one_each, out=folder / "none.xlsx")
        assert (found["considered"], found["counts"]["none"], found["counts"]["no_needs"]) == (0, 4, 1)
        assert found["by_firm"]["乙物流"]["nearest"] is None
    assert openpyxl.load_workbook(folder / "none.xlsx").sheetnames == ["推荐地块", "企业"]


def test_a_formula_that_was_never_computed_is_no_gap(folder: Path) -> None:
    made = openpyxl.load_workbook(folder / "firms.xlsx")
    made.active["C2"] = "=2*10"
    made.save(folder / "formula.xlsx")
    with pytest.raises(InputError, match=r"formula.xlsx \[Sheet!C2\]: .*公式"):
        api.match(table=folder / "formula.xlsx", recipe=folder / "recipe.toml")


def test_merged_needs_are_told_and_no_wish_for_a_segment_is_none(folder: Path) -> None:
    made = openpyxl.load_workbook(
        book(folder / "merged.xlsx", [["企业名称", "用地面积（亩）", "产业环节"], ["甲", 25, "无要求"], ["乙", "", "/"]])
    )
    made.active.merge_cells("B2:B3")
    made.save(folder / "merged.xlsx")
    report = api.match(table=folder / "merged.xlsx", recipe=folder / "recipe.toml")
    assert [one["needs"] for one in json.loads(report.json)["firms"]] == [{"area": 25.0}, {}]  # as it was typed, not 24.99…
    assert "B2:B3" in report.lines[-1]


def test_wrong_options_say_what_to_do(folder: Path) -> None:
    with pytest.raises(UsageError, match="--blank"):
        api.match(table=folder / "firms.xlsx")
    with pytest.raises(UsageError, match="power"):
        matched(folder, supply=["powre=3"])
    with pytest.raises(UsageError, match="两次"):
        matched(folder, supply=["power=3", "load=4", "power=5"])
    for name in ("firms.xlsx", "buildings.csv", "out.txt"):
        with pytest.raises(ExportError):
            matched(folder, out=folder / name)
