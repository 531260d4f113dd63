"""Codes of a layer as the recipe wants them: one form, another classification, decisions and checksums."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely

from landplan.core.errors import InputError
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.export.moved_codes import write_moved_codes
from landplan.io.files import sha256
from landplan.io.land_codes import with_settled_codes
from tests.factories import make_layer


def layer(*codes: str | None, **columns: list[str | None]) -> Layer:
    return make_layer([shapely.box(k, 0, k + 1, 1) for k in range(len(codes))], land_use=list(codes), **columns)


def settled(given: Layer, folder: Path, **codes: str) -> Layer:
    spec = LayerInput.model_validate({"path": "parcels.gpkg"} | ({"codes": codes} if codes else {}))
    return with_settled_codes(given, spec, folder)


def test_mixed_use_is_written_in_one_form_and_that_is_said(tmp_path: Path) -> None:
    found = settled(layer("60%1001、40%0902", "1001", None, "工业", "1001 60% + 0902 40%"), tmp_path)
    assert found.texts("land_use").tolist() == ["1001 60% + 0902 40%", "1001", None, "工业", "1001 60% + 0902 40%"]
    assert [(issue.id, issue.values["n"]) for issue in found.issues] == [("mixed_use_rewritten", 1)]
    assert "land_use_version" not in found.fields
    as_it_is = layer("1001")
    assert settled(as_it_is, tmp_path) is as_it_is


def test_codes_move_and_those_to_be_decided_are_missing_and_named(tmp_path: Path) -> None:
    given = layer("M1", "M1", "M4", "X9", None, planned_use=["C65", None, None, None, "M1"])
    found = settled(given, tmp_path, version="shanghai", to="2023")
    assert found.texts("land_use").tolist() == ["100101", "100101", None, None, None]
    assert found.texts("planned_use").tolist() == ["0802", None, None, None, "100101"]
    assert found.texts("land_use_version").tolist() == ["2023"] * 2 + [None] * 3
    told = {(issue.id, issue.values["code"]): issue for issue in found.issues if issue.values["field"] == "land_use"}
    assert set(told) == {("code_moved", "M1"), ("code_open", "M4"), ("code_unlisted", "X9")}
    assert (told["code_moved", "M1"].values["plots"], told["code_moved", "M1"].weight) == ("P0, P1", "note")
    assert (told["code_open", "M4"].feature, told["code_open", "M4"].values["candidates"]) == ("P2", "M4 → 1001 / 0802")


def test_rows_that_state_another_version_are_moved_from_it(tmp_path: Path) -> None:
    given = layer("1001", "1001", "M1", land_use_version=["2023", None, "2011"])
    found = settled(given, tmp_path, version="2017", to="2023")
    assert found.texts("land_use").tolist() == ["1001", "1201", "100101"]


def test_a_declared_version_is_stated_for_every_plot(tmp_path: Path) -> None:
    found = settled(layer("0601", None), tmp_path, version="2017")
    assert found.texts("land_use").tolist() == ["0601", None]
    assert found.texts("land_use_version").tolist() == ["2017", None]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_table_of_ones_own_decides_and_is_held_by_its_checksum(tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "own.csv"
    table.write_text("from,to,说明\nM4,100101,研发为主按一类工业\n", encoding=encoding)
    sum_ = sha256(table)
    found = settled(layer("M4", "M1"), tmp_path, version="shanghai", to="2023", table="own.csv", sha256=sum_)
    assert found.texts("land_use").tolist() == ["100101", "100101"]
    assert found.source.joined == (sum_,)
    table.write_text("from,to\nM4,0802\n")
    with pytest.raises(InputError) as caught:
        settled(layer("M4"), tmp_path, version="shanghai", to="2023", table="own.csv", sha256=sum_)
    assert caught.value.id == "crosswalk_changed"


@pytest.mark.parametrize(
    "codes", [{"version": "1999"}, {"version": "2017", "to": "2011"}, {"version": "2017", "to": "2023", "table": "x"}]
)
def test_what_is_not_known_is_refused(tmp_path: Path, codes: dict[str, str]) -> None:
    with pytest.raises(InputError):
        settled(layer("0601"), tmp_path, **codes)


def test_the_table_is_among_the_files_of_a_layer_and_moves_with_the_recipe() -> None:
    spec = LayerInput.model_validate({"path": "a.gpkg", "codes": {"version": "2017", "to": "2023", "table": "own.csv"}})
    assert spec.files == ("a.gpkg", "own.csv")
    assert spec.placed(lambda path: f"inputs/{path}").files == ("inputs/a.gpkg", "inputs/own.csv")


def test_many_plots_of_one_code_are_one_note(tmp_path: Path) -> None:
    codes = np.array(["M1", "M2", "M1 60%+C65 40%"], object)[np.arange(30_000) % 3].tolist()
    one = make_layer([shapely.box(0, 0, 1, 1)], land_use=["M1"])
    import pyarrow as pa

    from landplan.core.layers import Geometry

    ids = np.arange(len(codes)).astype(str).astype(object)
    many = Layer("parcels", pa.table({"land_use": codes}), Geometry.empty(len(codes)), one.crs, ids, one.source)
    found = settled(many, tmp_path, version="shanghai", to="2023")
    assert found.texts("land_use").tolist()[2] == "100101 60% + 0802 40%"
    assert len(found.issues) == 4


def test_every_moved_plot_is_in_the_list_of_the_package(tmp_path: Path) -> None:
    found = settled(layer("M1", "M1", "M4", "M2"), tmp_path, version="shanghai", to="2023")
    path = write_moved_codes(found.issues, tmp_path / "moved_codes.csv", "zh")
    assert path is not None
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))[1:]
    assert [row[1:6] for row in rows] == [
        ["P0", "land_use", "M1", "100101", "moved"],
        ["P1", "land_use", "M1", "100101", "moved"],
        ["P3", "land_use", "M2", "100102", "moved"],
        ["P2", "land_use", "M4", "", "open"],
    ]
    assert rows[3][-1] == "M4 → 1001 / 0802"
    assert write_moved_codes((), tmp_path / "none.csv") is None
