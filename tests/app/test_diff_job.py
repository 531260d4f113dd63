"""`landplan diff`: two files of one layer, what is said, what is listed, and where the CRS is in doubt."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
import shapely

from landplan.app.report import Report
from landplan.core.errors import ExportError, InputError
from landplan.core.recipe import LayerInput
from landplan.core.registry import jobs
from landplan.io.layer_writing import write_layer
from landplan.io.vector import read_raw

KEYS = ["001", "002", "003", "004"]
FAR = [1.0, 2.0, None, 4.0]


def boxes(columns: list[float], east: float = 530_000.0) -> Any:
    return shapely.box(east + 100 * np.array(columns), 3.47e6, east + 100 * np.array(columns) + 100, 3.47e6 + 100)


def write(path: Path, keys: list[str], far: list[float | None], columns: list[float], crs: str | None = "EPSG:4549") -> Path:
    east = 530_000.0 if crs != "EPSG:4528" else 40_530_000.0
    table = pa.table({"地块编号": pa.array(keys, pa.string()), "far": pa.array(far, pa.float64())})
    write_layer(path, "parcels", table, np.array(boxes(columns, east), object), crs)
    return path


def diff(old: Path, new: Path, **options: Any) -> Report:
    report: Report = jobs["diff"].run(old=old, new=new, **options)
    json.loads(report.json)
    return report


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    old = write(tmp_path / "old.shp", KEYS, FAR, [0, 2, 4, 6])
    return old, write(tmp_path / "new.gpkg", ["003", "002", "005"], [3.0, 2.0, 4.0], [4, 2.1, 6], "EPSG:4528")


def test_what_changed_is_said_and_listed(pair: tuple[Path, Path]) -> None:
    report = diff(*pair)
    data = report.data
    assert report.exit_code == 0
    assert data["features"] == {"old": 4, "new": 3, "kept": 2, "removed": 2, "added": 1, "changed": 2, "matched_by_shape": 0}
    assert [one["key"] for one in data["removed"]] == ["001", "004"]
    changed = {one["key"]: one for one in data["changed"]}
    assert changed["003"]["values"] == [{"field": "far", "old": None, "new": 3.0}]
    assert (changed["002"]["shape"], round(changed["002"]["shift_m"])) == ("moved", 10)
    assert data["renumbered"] == [{"old": ["004"], "new": ["005"]}]
    assert (data["old"]["crs"], data["new"]["crs"]) == ("EPSG:4549", "EPSG:4528")
    assert any("EPSG:4549 → EPSG:4528" in line for line in report.lines)
    assert any("far – → 3" in line for line in report.lines)


def test_the_same_layer_in_another_format_has_not_changed(tmp_path: Path) -> None:
    old = write(tmp_path / "a.shp", KEYS, FAR, [0, 2, 4, 6])
    new = write(tmp_path / "b.geojson", KEYS, FAR, [0, 2, 4, 6])
    assert diff(old, old).data["same"]
    data = diff(old, new).data
    assert (data["features"]["changed"], data["features"]["removed"], data["shapes"]["same"]) == (0, 0, 4)


def test_every_change_is_listed_in_a_file(pair: tuple[Path, Path], tmp_path: Path) -> None:
    diff(*pair, out=tmp_path / "changes.xlsx")
    book = openpyxl.load_workbook(tmp_path / "changes.xlsx")
    plots, values = (list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)
    assert [row[0] for row in plots[1:]] == ["删除", "删除", "新增", "改动", "改动"]
    assert values[1:] == [("003", "003", "far", None, "3.0")]
    diff(*pair, out=tmp_path / "changes.gpkg")
    layer = read_raw(tmp_path / "changes.gpkg", LayerInput(path="", layer="changes"), "changes")
    assert layer.crs == "EPSG:4528"
    bounds = shapely.total_bounds(shapely.from_wkb(layer.wkb.to_pylist()))
    assert bounds == pytest.approx([40_530_000, 3.47e6, 40_530_700, 3.47e6 + 100], abs=1e-3)
    again = (tmp_path / "changes.gpkg").read_bytes()
    diff(*pair, out=tmp_path / "changes.gpkg")
    assert (tmp_path / "changes.gpkg").read_bytes() == again


def test_a_layer_without_crs_is_taken_to_be_in_the_other_ones(tmp_path: Path) -> None:
    old = write(tmp_path / "a.gpkg", KEYS, FAR, [0, 2, 4, 6])
    new = write(tmp_path / "b.gpkg", KEYS, FAR, [0, 2, 4, 6], None)
    data = diff(old, new).data
    assert [one["code"] for one in data["issues"]] == ["diff_crs_assumed"]
    assert (data["areas"], data["shapes"]["same"], data["same"]) == ("ellipsoidal", 4, False)
    data = diff(new, new).data
    assert "diff_plane" in [one["code"] for one in data["issues"]]
    assert (data["areas"], data["old"]["area_m2"]) == ("planar", 4e4)


def test_what_cannot_be_is_one_line(pair: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="xlsx"):
        diff(*pair, out=tmp_path / "changes.csv")
    with pytest.raises(ExportError):
        diff(*pair, out=pair[1])
    with pytest.raises(InputError, match="nothing"):
        diff(*pair, key="nothing")
    with pytest.raises(InputError):
        diff(pair[0], tmp_path / "absent.shp")


def test_tables_have_no_crs_to_doubt(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("统一社会信用代码,产值\nX1,2\nX2,5\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("统一社会信用代码,产值\nX2,6\nX3,1\n", encoding="utf-8")
    data = diff(tmp_path / "a.csv", tmp_path / "b.csv", key="统一社会信用代码").data
    assert not [one for one in data["issues"] if one["code"].startswith("diff_")]
    assert [one["values"] for one in data["changed"]] == [[{"field": "产值", "old": 5, "new": 6}]]
    assert ([one["key"] for one in data["removed"]], [one["key"] for one in data["added"]]) == (["X1"], ["X3"])
