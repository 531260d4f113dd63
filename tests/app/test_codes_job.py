"""`landplan codes`: the lists with their sources, a version by content, every plot's code in another version."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from landplan.core.errors import ExportError, InputError
from landplan.core.recipe import LayerInput
from landplan.core.registry import jobs
from landplan.io.layer_writing import write_layer
from landplan.io.vector import read_raw

CODES = ["M1", "M4", "M1 60%+C65 40%", "X9", None, "工业", "C8"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "plots.csv"
    rows = "".join(f"A{k},{code or ''}\n" for k, code in enumerate(CODES))
    path.write_text("地块编号,用地代码\n" + rows, encoding="utf-8")
    return path


def test_the_lists_are_shown_with_their_sources() -> None:
    report = jobs["codes"].run()
    assert [one["version"] for one in report.data] == ["2023", "2020", "2017", "2011", "shanghai"]
    assert any("自然资发〔2023〕234号" in line for line in report.lines)
    assert any("GB/T 21010-2017" in line for line in report.lines)


def test_the_version_is_guessed_and_said(table: Path) -> None:
    report = jobs["codes"].run(file=table)
    assert (report.data["likely"], report.data["known"]) == (("shanghai",), {"shanghai": 4, "2011": 1})
    assert report.lines[-1].endswith("--from shanghai --out codes.csv")
    assert "rows" not in report.data


def test_every_plot_is_listed_with_what_became_of_its_code(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "codes.csv"
    report = jobs["codes"].run(file=table, from_="shanghai", out=out)
    json.loads(report.json)
    states = {one["id"]: (one["state"], one["new"]) for one in report.data["rows"]}
    assert states == {
        "A0": ("moved", "100101"), "A1": ("open", None), "A2": ("moved", "100101 60% + 0802 40%"), "A3": ("unlisted", None),
        "A5": ("unreadable", None), "A6": ("moved", "0902"),
    }  # fmt: skip
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[2] == ["2", "A1", "M4", "", "待定", "M4 → 1001 / 0802"]


def test_a_table_of_ones_own_decides_and_its_recipe_lines_are_shown(table: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("from,to\nM4,0802\n", encoding="utf-8")
    report = jobs["codes"].run(file=table, from_="shanghai", table=own)
    assert {one["id"]: one["new"] for one in report.data["rows"]}["A1"] == "0802"
    assert f'sha256 = "{report.data["sha256"]}"' in report.lines


def test_a_layer_is_written_with_the_old_codes_beside_the_new(tmp_path: Path) -> None:
    shapes = np.array([shapely.box(k, 0, k + 1, 1) for k in range(2)], object)
    columns = pa.table({"id": ["1", "2"], "dlbm": ["0601", "0604"]})
    write_layer(tmp_path / "old.gpkg", "plots", columns, shapes, "EPSG:4549")
    jobs["codes"].run(file=tmp_path / "old.gpkg", from_="2017", out=tmp_path / "new.gpkg")
    found = read_raw(tmp_path / "new.gpkg", LayerInput(path=""), "plots")
    assert found.table.column("dlbm").to_pylist() == ["1001", None]
    assert found.table.column("dlbm_old").to_pylist() == ["0601", "0604"]
    assert (len(found), found.crs) == (2, "EPSG:4549")


def test_what_cannot_be_is_one_line(table: Path) -> None:
    with pytest.raises(InputError):
        jobs["codes"].run(file=table, from_="1999")
    with pytest.raises(InputError, match="nothing"):
        jobs["codes"].run(file=table, field="nothing")
    with pytest.raises(ExportError):
        jobs["codes"].run(file=table, from_="shanghai", out=table)
