"""Firms to plots from files: a list to confirm, decisions read back, every firm counted once, and nothing taken silently."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pytest

from landplan import api, cli
from landplan.core.credit_code import check_character
from landplan.core.errors import ExportError, InputError
from landplan.core.firm_decisions import bare, decision_of
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.io.files import sha256
from landplan.io.firm_tables import with_firms
from landplan.io.vector import read_layer
from tests.io.made_files import squares, write
from tests.small_plan import write_plan


def code(first: str) -> str:
    return first + check_character(first)


A, B, C = code("91310114MA1GT0AB1"), code("91310114MA1GT0AB2"), code("91310114MA1GT0AB3")
FIRMS = [
    ["企业名称", "统一社会信用代码", "地址", "产值", "税收", "从业人数"],
    ["甲汽车有限公司", A.lower(), "", 300, 30, 12],  # three plots by code
    ["上海蔚蓝科技有限公司", "", "墨玉路8号", 50, 5, 3],  # like the holder of P3
    ["=cmd|'x'厂", B[:-1] + ("0" if B[-1] != "0" else "1"), "", 7, 1, 1],  # a wrong code, and a name like a formula
    ["毫无线索厂", "310114000123456", "", 9, "", 2],
    ["", "", "", 1, 1, 1],
]


def plots(folder: Path) -> Path:
    owners = ["甲汽车", "甲汽车", "甲汽车有限公司", "蔚蓝科技（上海）有限责任公司", None]
    columns = {
        "地块编号": ["P0", "P1", "P2", "P3", "P4"],
        "权利人": owners,
        "权利人证件号": [A, A, A, None, None],
        "坐落": [None, None, None, "嘉定区墨玉路8号", None],
    }
    return write(folder / "plots.gpkg", squares(5), {name: pa.array(values, pa.string()) for name, values in columns.items()})


def table(path: Path, rows: list[list[Any]] = FIRMS) -> Path:
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(folder: Path, **wish: Any) -> Layer:
    spec = LayerInput.model_validate({"path": "plots.gpkg", "firms": {"path": "firms.csv", **wish}})
    return with_firms(read_layer(folder / spec.path, spec, "parcels", "EPSG:4549"), spec, folder)


def listed(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    rows = list(openpyxl.load_workbook(path).active.values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def decide(path: Path, firm: str, decision: str, plots_: str | None = None) -> None:
    """Write a decision as a planner would."""
    if path.suffix == ".csv":
        rows = listed(path)
        for row in rows:
            if bare(row["企业"]) == firm:
                row |= {"决定（是/否）": decision} | ({} if plots_ is None else {"候选地块": plots_})
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        if row[0].value == firm:
            row[8].value = decision
            row[5].value = plots_ or row[5].value
    book.save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plots(tmp_path)
    table(tmp_path / "firms.csv")
    return tmp_path


def ids(layer: Layer) -> dict[str, Any]:
    return {one.id: one.values for one in layer.issues if one.id.startswith("firms_")}


def test_without_a_list_only_the_code_counts_and_the_rest_is_told(folder: Path) -> None:
    layer = read(folder)
    assert layer.column("firms").to_pylist() == [1, 0, 0, None, None]  # once, on its main plot (equal areas: lowest id)
    assert layer.numbers("output_wan")[:3].tolist() == [100, 100, 100]
    assert layer.column("jobs").to_pylist() == [12, 0, 0, None, None]
    found = ids(layer)
    account = found["firms_account"]
    assert (account["rows"], account["blank"], account["firms"], account["coded"], account["unplaced"]) == (5, 1, 4, 1, 3)
    assert [name for name, _ in found["firms_unplaced"]["all"]] == ["上海蔚蓝科技有限公司", "=cmd|'x'厂", "毫无线索厂"]
    assert found["firms_code_wrong"]["n"] == found["firms_old_number"]["n"] == found["firms_code_rewritten"]["n"] == 1
    assert layer.source.joined == (sha256(folder / "firms.csv"),)
    assert layer.units["tax_wan"] == "wan"


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv"])
def test_a_list_is_written_confirmed_and_read_back(folder: Path, name: str) -> None:
    out = folder / name
    report = api.firms(table=folder / "firms.csv", parcels=folder / "plots.gpkg", out=out)
    assert report.data["coded"] == 1
    rows = listed(out)
    assert [bare(row["企业"]) for row in rows] == ["上海蔚蓝科技有限公司", "=cmd|'x'厂", "毫无线索厂"]
    assert (rows[0]["候选地块"], float(rows[0]["得分"])) == ("P3", 0.96)
    assert rows[0]["依据"] == "名称去掉地名与公司形式后相同；地址相同"
    assert not any(str(row["企业"]).startswith("=") for row in rows) or name.endswith("xlsx")
    if name.endswith("xlsx"):
        assert openpyxl.load_workbook(out).active["A3"].data_type == "s"  # a text, not a formula
    assert read(folder, confirmed=name).column("firms").to_pylist() == [1, 0, 0, None, None]  # nobody has said yes
    decide(out, "上海蔚蓝科技有限公司", "是")
    decide(out, "=cmd|'x'厂", "是", "P3、P4")
    decide(out, "毫无线索厂", "否")
    layer = read(folder, confirmed=name)
    assert layer.column("firms").to_pylist() == [1, 0, 0, 2, 0]
    assert layer.numbers("output_wan").tolist() == pytest.approx([100, 100, 100, 53.5, 3.5])
    assert np.nansum(layer.numbers("tax_wan")) == pytest.approx(30 + 5 + 1)
    assert ids(layer)["firms_account"]["confirmed"] == 2
    assert [name for name, _ in ids(layer)["firms_unplaced"]["all"]] == ["毫无线索厂"]
    assert layer.source.joined == (sha256(folder / "firms.csv"), sha256(out))


def test_decisions_survive_when_the_list_is_made_again(folder: Path) -> None:
    out = folder / "list.csv"
    api.firms(table=folder / "firms.csv", parcels=folder / "plots.gpkg", out=out)
    decide(out, "上海蔚蓝科技有限公司", "是")
    decide(out, "毫无线索厂", "是", "P4")
    again = api.firms(table=folder / "firms.csv", parcels=folder / "plots.gpkg", out=out)
    assert again.data["decisions_kept"] == 2
    assert {(row["企业"], row["候选地块"]): row["决定（是/否）"] for row in listed(out) if row["决定（是/否）"]} == {
        ("上海蔚蓝科技有限公司", "P3"): "是", ("毫无线索厂", "P4"): "是",
    }  # fmt: skip


def test_decisions_that_fit_nothing_or_are_unclear_are_told(folder: Path) -> None:
    out = folder / "list.csv"
    api.firms(table=folder / "firms.csv", parcels=folder / "plots.gpkg", out=out)
    decide(out, "上海蔚蓝科技有限公司", "也许")
    decide(out, "毫无线索厂", "是", "P77")
    found = ids(read(folder, confirmed="list.csv"))
    assert found["firms_list_odd"]["all"] == [["1", "也许"]]
    assert found["firms_list_stale"]["all"] == [["毫无线索厂", "P77"]]
    table(folder / "firms.csv", FIRMS[:3])
    assert ids(read(folder, confirmed="list.csv"))["firms_list_stale"]["n"] == 1


def test_owners_of_a_table_and_stated_plots(folder: Path) -> None:
    rows = [["宗地编号", "权利人", "权利人证件号"], ["P4", "乙", B], ["P3、P4", "丙", C], ["P9", "丁", ""]]
    table(folder / "owners.csv", rows)
    firms = [["名称", "信用代码", "所在地块", "税收"], ["乙", B, "", 1], ["丙", C, "", 2], ["甲", "", "P0、P8", 4]]
    table(folder / "firms.csv", firms)
    layer = read(folder, owners={"path": "owners.csv"}, split="main", counts="area")
    assert layer.column("tax_wan").to_pylist() == [4, None, None, 2, 1]
    assert layer.column("firms").to_pylist() == [1, None, None, 0.5, 1.5]
    assert [one.values["all"] for one in layer.issues if one.id == "owners_plot_missing"] == [[["P9", ""]]]
    assert ids(layer)["firms_plot_missing"]["all"] == [["甲", "P8"]]


def test_a_firm_in_three_rows_with_its_whole_output_in_each_counts_once(folder: Path) -> None:
    rows = [["企业名称", "信用代码", "地块编号", "产值"], *[["甲", A, f"P{k}", 300] for k in range(3)]]
    table(folder / "firms.csv", rows)
    layer = read(folder)
    assert np.nansum(layer.numbers("output_wan")) == 300
    assert np.nansum(layer.numbers("firms")) == 1
    rows[2][3] = 100
    table(folder / "firms.csv", rows)
    layer = read(folder)
    assert np.isnan(layer.numbers("output_wan")).all()
    assert ids(layer)["firms_torn"]["all"] == [["甲", "output_wan"]]


@pytest.mark.parametrize(("rows", "id"), [([["a", "b"], ["1", "2"]], "firms_without_names"), ([["企业名称"], ["甲"]], None)])
def test_a_table_without_names_is_refused(folder: Path, rows: list[list[Any]], id: str | None) -> None:
    table(folder / "firms.csv", rows)
    if id is None:
        assert ids(read(folder))["firms_account"]["firms"] == 1
        return
    with pytest.raises(InputError) as caught:
        read(folder)
    assert caught.value.id == id


def test_what_is_no_list_and_what_would_be_overwritten(folder: Path) -> None:
    with pytest.raises(InputError, match="landplan firms"):
        read(folder, confirmed="firms.csv")
    for out in ("firms.csv", "plots.gpkg", "list.ods"):
        with pytest.raises(ExportError):
            api.firms(table=folder / "firms.csv", parcels=folder / "plots.gpkg", out=folder / out)


def test_the_command_line_says_what_the_api_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "firms",
        str(folder / "firms.csv"),
        "--parcels",
        str(folder / "plots.gpkg"),
        "--out",
        str(folder / "one.csv"),
        "--json",
        "-q",
    ]
    assert cli.main(words) == 0
    said = json.loads(capsys.readouterr().out)
    mine = json.loads(api.firms(table=folder / "firms.csv", parcels=folder / "plots.gpkg", out=folder / "two.csv").json)
    assert {key: said[key] for key in said if key != "list"} == {key: mine[key] for key in mine if key != "list"}
    assert (folder / "one.csv").read_bytes() == (folder / "two.csv").read_bytes()


def test_a_package_carries_firms_and_list_and_verifies(tmp_path: Path) -> None:
    recipe = write_plan(tmp_path)
    rows = [["企业名称", "信用代码", "地块编号", "能耗"], ["甲", A, "P00、P01", 9], ["乙", "", "", 4]]
    table(tmp_path / "firms.csv", rows)
    head = ["企业", "统一社会信用代码", "候选地块", "决定（是/否）"]
    table(tmp_path / "list.csv", [head, ["乙", "", "P02", "是"]])
    firms = '\n[layers.parcels.firms]\npath = "firms.csv"\nconfirmed = "list.csv"\nreplace = true\n'
    recipe.write_text(recipe.read_text("utf-8") + firms, "utf-8")
    out = tmp_path / "package"
    api.run(recipe=recipe, out=out)
    manifest = json.loads((out / "review_package" / "package.json").read_text("utf-8"))
    assert [one["file"] for one in manifest["inputs"] if one["role"] == "parcels.join"] == ["firms.csv", "list.csv"]
    assert api.verify(package=out).data["differences"] == []
    table(out / "review_package" / "inputs" / "list.csv", [head, ["乙", "", "P02", "否"]])
    assert api.verify(package=out).exit_code == 6


@pytest.mark.parametrize(
    ("written", "kind"),
    [("是", "yes"), (" YES ", "yes"), ("√", "yes"), ("否", "no"), ("0", "no"), ("", "open"), (None, "open"), ("?", "odd")],
)
def test_decisions_are_read_as_people_write_them(written: str | None, kind: str) -> None:
    assert decision_of(written) == kind


def test_a_guarding_apostrophe_goes_and_any_other_stays() -> None:
    assert bare("'=1") == "=1"
    assert bare("'甲'") == "'甲'"
    assert bare(None) == ""
