"""Joining tables from the command line and in recipes: the API and the command line agree, packages carry the tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from landplan import api, cli
from landplan.core.errors import ExportError, InputError, SchemeError, UsageError
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.io.files import sha256
from landplan.io.vector import read_raw
from tests.small_plan import write_layers, write_plan

ROWS = [
    ["编号", "能耗", "备注"],
    ["P00", "10", "一"],
    [" P01　", "20", "=cmd|x"],
    ["P02", "1", ""],
    ["P02", "2", ""],
    ["P99", "5", ""],
    ["", "6", ""],
]
JOIN = '\n[[layers.parcels.join]]\npath = "energy.csv"\nkey = "编号"\n'


def write_table(folder: Path, rows: list[list[str]] = ROWS) -> Path:
    with (folder / "energy.csv").open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder / "energy.csv"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    recipe = write_plan(tmp_path)
    write_table(tmp_path)
    recipe.write_text(recipe.read_text("utf-8") + JOIN, "utf-8")
    return recipe


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert cli.main([*words, "--json", "-q"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_join_table_writes_the_layer_and_lists_every_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_layers(tmp_path / "plan.gpkg")
    table, out = write_table(tmp_path), tmp_path / "joined.gpkg"
    words = ["join-table", f"{tmp_path / 'plan.gpkg'}::parcels", str(table), "--key", "编号", "--out", str(out)]
    said = told(words, capsys)
    report = api.join_table(path=Path(f"{tmp_path / 'plan.gpkg'}::parcels"), table=table, key="编号", out=tmp_path / "again.gpkg")
    ignored = ("file", "keys_file")
    mine = json.loads(report.json)
    assert {key: mine[key] for key in mine if key not in ignored} == {key: said[key] for key in said if key not in ignored}
    account = said["account"]
    assert account["rows"] == sum(account[f"rows_{kind}"] for kind in ("matched", "several", "shared", "alone", "blank")) == 6
    found = read_raw(out, LayerInput(path=""), "parcels").table.to_pydict()
    assert len(found["地块编号"]) == 36
    assert found["能耗"][:3] == [10, 20, None]
    assert found["备注_2"][1] == "=cmd|x"
    with (tmp_path / "joined_keys.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["row"] for row in rows if row["code"] == "join_rows_several"] == ["3", "4"]
    alone = [row["key"] for row in rows if row["code"] == "join_features_alone"]
    assert len(alone) == 33
    assert "'=1+1" in alone  # an id like a formula runs in no spreadsheet


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    write_layers(tmp_path / "plan.gpkg")
    table = write_table(tmp_path)
    before = table.read_bytes()
    for wish in ({"out": tmp_path / "plan.gpkg"}, {"out": tmp_path / "o.gpkg", "keys": table}):
        with pytest.raises(ExportError, match=r"plan\.gpkg|energy\.csv"):
            api.join_table(path=Path(f"{tmp_path / 'plan.gpkg'}::parcels"), table=table, key="编号", **wish)
    assert table.read_bytes() == before


def test_score_joins_what_a_recipe_joins(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = plan.parent
    place, scheme = f"{folder / 'plan.gpkg'}::parcels", str(folder / "scheme.toml")
    words = ["score", "--parcels", place, "--scheme", scheme, "--join", f"{folder / 'energy.csv'}:key=编号"]
    said = told([*words, "--out", str(folder / "one.csv")], capsys)
    keys = {one["code"]: one["keys"] for one in said["issue_list"] if "keys" in one}
    assert keys["join_rows_alone"] == [["P99", 5]]
    project = api.open_recipe(plan)
    parcels: Layer = project.layers.parcels
    assert parcels.column("energy_tce").to_pylist()[:3] == [10, 20, None]
    assert parcels.source.joined == (sha256(folder / "energy.csv"),)
    assert {issue.id: issue.values["all"] for issue in parcels.issues if "all" in issue.values} == keys


def test_new_writes_the_join_into_the_recipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_layers(tmp_path / "plan.gpkg")
    write_table(tmp_path)
    recipe = tmp_path / "own.toml"
    parcels, table = f"{tmp_path / 'plan.gpkg'}::parcels", str(tmp_path / "energy.csv")
    assert cli.main(["new", str(recipe), "--parcels", parcels, "--join", f"{table}:many=sum"]) == 0
    (join,) = api.open_recipe(recipe).recipe.layers["parcels"].join
    assert (join.path, join.key, join.many, join.fields) == ("energy.csv", "编号", "sum", {"energy_tce": "能耗"})
    capsys.readouterr()
    for part, error in ((":kez=编号", UsageError), (":key=没有", InputError), (":many=all", SchemeError)):
        with pytest.raises(error):
            api.new(recipe=tmp_path / "x.toml", parcels=Path(parcels), join=[table + part])


def test_a_package_carries_the_table_and_verifies(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "package"
    api.run(recipe=plan, out=out)
    folder = out / "review_package"
    manifest = json.loads((folder / "package.json").read_text("utf-8"))
    assert {"role": "parcels.join", "file": "energy.csv", "sha256": sha256(plan.parent / "energy.csv")} in manifest["inputs"]
    assert (folder / "inputs" / "energy.csv").read_bytes() == (plan.parent / "energy.csv").read_bytes()
    assert "P99" in (folder / "joined_keys.csv").read_text("utf-8-sig")
    assert api.verify(package=out).data["differences"] == []
    write_table(folder / "inputs", [*ROWS, ["P05", "7", ""]])
    changed = api.verify(package=out)
    assert changed.exit_code == 6
    assert any("energy.csv" in str(one) for one in changed.data["differences"])


def test_a_saved_project_keeps_what_was_joined(plan: Path, tmp_path: Path) -> None:
    project = api.open_recipe(plan)
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "plan.landplan"
    api.edit(project=plan, command="set_discount_rate", values={"rate": 0.05}, out=target)
    again = api.open_any(target)
    assert again.layers.parcels.source == project.layers.parcels.source
    assert again.layers.parcels.issues == project.layers.parcels.issues
    assert again.recipe.layers["parcels"].files == ("../plan.gpkg", "../energy.csv")


def test_a_missing_table_is_named_with_the_recipe(plan: Path) -> None:
    (plan.parent / "energy.csv").unlink()
    with pytest.raises(InputError, match=r"energy\.csv"):
        api.open_recipe(plan)
