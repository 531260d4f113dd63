"""`landplan money`: its tables are the options' cash flows, and its sentences say the same."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from landplan import api, cli
from landplan.app.money_tables import TABLES
from landplan.core.errors import ExportError, SchemeError, UsageError
from landplan.core.messages import catalogue, set_language
from landplan.renewal.finance import npv, peak_funding
from tests.small_plan import write_plan

MONEY = """
[land_value]
price = "area_mu * 120"
income = "area_mu * 9"
[[funds]]
id = "special"
level = "district"
title = { zh = "区级资金", en = "District fund" }
project_year_wan = 500
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """The small plan with ranges, a price, an investment and what land is worth."""
    made = write_plan(tmp_path)
    scheme = next(tmp_path.glob("*scheme*.toml"))
    text = scheme.read_text(encoding="utf-8")
    text = text.replace("{ value = 100, unit", "{ value = 100, low = 60, high = 150, unit")
    text = text.replace("[[parties]]", MONEY + "[[parties]]", 1)
    scheme.write_text(text, encoding="utf-8")
    return made


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_an_option_with_each_views_money(recipe: Path, tmp_path: Path) -> None:
    api.money(recipe=recipe, out=tmp_path / "m.csv", draws=50)
    options = api.results(api.open_recipe(recipe)).options
    assert options is not None
    table = rows(tmp_path / "m.csv")
    assert [row["parcel_id"].removeprefix("'") for row in table] == [str(options.ids[k]) for k in options.parcel]
    assert [row["path"] for row in table] == [options.paths[k] for k in options.path]
    rate = api.open_recipe(recipe).scheme.discount_rate
    for view, party in (("government", "district"), ("owner", "owner")):
        flows = options.flows[:, options.parties.index(party)]
        for name, values in (("npv_wan", npv(flows, rate)), ("peak_wan", peak_funding(flows)[0])):
            took = flows.any(axis=1)
            assert [row[f"{view}_{name}"] != "" for row in table] == took.tolist()
            said = [float(row[f"{view}_{name}"]) for row in table if row[f"{view}_{name}"]]
            assert said == pytest.approx(values[took].tolist())
    assert {row["operator_npv_wan"] for row in table} == {""}
    assert [float(row["special_wan"]) for row in table] == pytest.approx(options.fund_spend.sum(axis=(1, 2)).tolist())
    best = [row for row in table if row["best"] == "1"]
    assert len(best) == len({row["parcel_id"] for row in table})


def test_one_parcel_is_told_option_by_option(recipe: Path) -> None:
    set_language("zh")
    options = api.results(api.open_recipe(recipe)).options
    assert options is not None
    id = str(options.ids[options.parcel[0]])
    report = api.money(recipe=recipe, parcel=[id], draws=20)
    n = int((options.parcel == options.parcel[0]).sum())
    assert sum(line.startswith(f"{id} ") for line in report.lines) == n == len(report.data["options"])
    assert {row["parcel_id"] for row in report.data["tenures"]} == {id}
    assert report.data["figures"][0]["figure"] == "price_wan_per_mu"
    json.loads(report.json)


def test_all_tables_are_sheets_in_the_plans_language(recipe: Path, tmp_path: Path) -> None:
    api.money(recipe=recipe, out=tmp_path / "m.xlsx", draws=20)
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    assert book.sheetnames == [catalogue("en")[f"money_table_{table}"] for table in TABLES]
    heads = [cell.value for sheet in book for cell in sheet[3]]
    assert all(head and "money_" not in head for head in heads)
    assert "District fund\nwan yuan" in heads
    numbers = [cell.value for row in book.worksheets[3].iter_rows(min_row=4) for cell in row]
    assert 500 in numbers


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_a_csv_and_the_same_seed_gives_the_same_bytes(table: str, recipe: Path, tmp_path: Path) -> None:
    texts = []
    for _ in range(2):
        api.money(recipe=recipe, out=tmp_path / "m.csv", table=table, draws=15)
        texts.append((tmp_path / "m.csv").read_bytes())
    assert texts[0] == texts[1]
    assert rows(tmp_path / "m.csv")


def test_what_land_is_worth_is_asked_for_nowhere_else(tmp_path: Path) -> None:
    report = api.money(recipe=write_plan(tmp_path), out=tmp_path / "m.xlsx", draws=5)
    assert len(openpyxl.load_workbook(tmp_path / "m.xlsx").sheetnames) == 3
    assert report.data["uncertain"] == []
    assert catalogue("zh")["money_said_certain"] in report.lines


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"parcel": ["nowhere"]}, UsageError),
        ({"out": Path("m.txt")}, ExportError),
        ({"table": "band"}, UsageError),
        ({"best_for": "buyer"}, UsageError),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(asked: dict[str, Any], error: type[Exception], recipe: Path) -> None:
    with pytest.raises(error):
        api.money(recipe=recipe, draws=5, **asked)


def test_without_a_plan_there_is_nothing_to_appraise(recipe: Path) -> None:
    text = recipe.read_text(encoding="utf-8")
    recipe.write_text(text[: text.index("[choose]")], encoding="utf-8")
    with pytest.raises(SchemeError) as caught:
        api.money(recipe=recipe)
    assert caught.value.id == "money_needs_options"


def test_from_the_command_line(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["money", str(recipe), "--draws", "10", "--best-for", "owner", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["judge"], said["draws"]) == ("owner", 10)
    assert np.isfinite(said["npv_wan"]["government"])
