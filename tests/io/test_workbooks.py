"""Workbooks: every sheet, text as text, digits as they are stored; what is no value is said and never 0."""

import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from landplan.core.errors import InputError, LandplanError
from landplan.core.recipe import LayerInput
from landplan.io.inspection import inspect
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import list_layers, read_raw

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def made(path: Path, rows: list[list[Any]], **more: Any) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "地块"
    for row in rows:
        sheet.append(row)
    for area in more.get("merged", ()):
        sheet.merge_cells(area)
    for cell, shown in more.get("formats", {}).items():
        sheet[cell].number_format = shown
    book.save(path)
    return path


def raw_book(path: Path, sheet: str, head: str = "", strings: str | None = None) -> Path:
    """A workbook of one sheet whose XML is given."""
    sheets = '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
    parts = {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"{head}<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
    }
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{strings}</sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def read(path: Path, **spec: Any) -> RawLayer:
    return read_raw(path, LayerInput(path=path.name, **spec), "firms")


def codes(raw: RawLayer) -> list[str]:
    return [issue.id for issue in raw.issues]


def test_text_stays_text_and_numbers_are_numbers(tmp_path: Path) -> None:
    ids = ["00123", "12E10", "1-2", "1.10"]
    rows = [[id, str(k), k / 2, date(2031, 5, 6)] for k, id in enumerate(ids)]
    raw = read(made(tmp_path / "a.xlsx", [["地块编号", "备注", "产值", "日期"], *rows]))
    assert raw.table.column("地块编号").to_pylist() == ids
    assert raw.table.column("备注").to_pylist() == ["0", "1", "2", "3"]
    assert raw.table.column("产值").to_pylist() == [0.0, 0.5, 1.0, 1.5]
    assert raw.table.column("日期").to_pylist() == [date(2031, 5, 6)] * 4
    assert (raw.rows_in, codes(raw), raw.wkb) == (4, [], None)


def test_digits_of_long_numbers_are_those_of_the_file_and_said(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row><row r="2"><c r="A2"><v>9007199254740993</v></c></row>'
    raw = read(raw_book(tmp_path / "a.xlsx", cells))
    assert raw.table.column("n").to_pylist() == [9007199254740993]
    assert codes(raw) == ["cells_beyond_digits"]


def test_a_padded_number_is_read_as_it_is_shown(tmp_path: Path) -> None:
    moment = datetime(2031, 5, 6, 7, 8)  # noqa: DTZ001
    path = made(tmp_path / "a.xlsx", [["编号", "时刻"], [123, moment]], formats={"A2": "00000"})
    assert read(path).table.to_pylist() == [{"编号": "00123", "时刻": "2031-05-06 07:08:00"}]


def test_every_sheet_is_a_layer_and_a_hidden_one_is_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "v"])
    book.active.append(["a", 1])
    hidden = book.create_sheet("隐藏")
    hidden.sheet_state = "veryHidden"
    hidden.append(["id", "v"])
    hidden.append(["b", 2])
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    assert list_layers(tmp_path / "a.xlsx") == ("Sheet", "隐藏", "空")
    assert codes(read(tmp_path / "a.xlsx")) == ["layer_not_named"]
    assert codes(read(tmp_path / "a.xlsx", layer="隐藏")) == ["sheet_hidden"]
    card = inspect(tmp_path / "a.xlsx")
    assert [(layer["name"], layer["features"]) for layer in card["layers"]] == [("Sheet", 1), ("隐藏", 1), ("空", 0)]


def test_errors_and_formulas_without_a_result_are_missing_and_counted(tmp_path: Path) -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>v</t></is></c></row>'
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#REF!</v></c></row>'
        '<row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>A2+1</f></c></row>'
        '<row r="4"><c r="A4"><v>3</v></c><c r="B4"><f>A3+1</f><v>7</v></c></row>'
    )
    raw = read(raw_book(tmp_path / "a.xlsx", cells))
    assert raw.table.column("v").to_pylist() == [None, None, 7]
    said = {issue.id: issue.values for issue in raw.issues}
    assert set(said) == {"cells_in_error", "cells_not_computed", "cells_formula"}
    assert said["cells_in_error"]["example"] == "B2 #REF!"


def test_titles_merged_headers_and_merged_cells(tmp_path: Path) -> None:
    rows = [
        ["某镇企业用地一览表"], ["单位：亩"], ["编号", "坐标", None, "权利人"], [None, "X", "Y", None],
        ["00123", 611_000.5, 3_463_000.5, "甲"], ["00124", 611_010.5, 3_463_000.5, None],
    ]  # fmt: skip
    raw = read(made(tmp_path / "a.xlsx", rows, merged=["A1:D1", "A3:A4", "B3:C3", "D3:D4", "D5:D6"]))
    assert codes(raw) == ["header_lower", "header_two_rows", "coordinates_found", "cells_merged"]
    assert raw.issues[-1].values == {"n": 1, "example": "D5:D6"}
    assert raw.table.column("权利人").to_pylist() == ["甲", None]
    assert (raw.rows_in, raw.table.column_names) == (2, ["编号", "X", "Y", "权利人"])


def test_shared_texts_without_how_they_are_spoken(tmp_path: Path) -> None:
    strings = "<si><t>名</t></si><si><r><t>安</t></r><r><t>亭_x0041_</t></r><rPh sb='0' eb='1'><t>ān</t></rPh></si>"
    cells = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
    assert read(raw_book(tmp_path / "a.xlsx", cells, strings=strings)).table.to_pylist() == [{"名": "安亭A"}]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(("cells", "head", "word"), [
    ("", BOMB, "DOCTYPE"),
    ("<row><c><v>1</v>", "", "损坏"),
    ('<row r="9999999"><c r="A9999999"><v>1</v></c></row>', "", "损坏"),
    ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "", "损坏"),
    ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "", "损坏"),
    ('<row r="x"><c><v>1</v></c></row>', "", "损坏"),
])  # fmt: skip
def test_a_hostile_sheet_is_one_line(tmp_path: Path, cells: str, head: str, word: str) -> None:
    with pytest.raises(InputError, match=word) as caught:
        read(raw_book(tmp_path / "a.xlsx", cells, head))
    assert "\n" not in str(caught.value)


def test_a_cell_that_cannot_be_read_costs_itself(tmp_path: Path) -> None:
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    bad = ['t="s"><v>99</v>', "><v>abc</v>", "><v>NaN</v>", "><v>1e400</v>", 't="d"><v>2031-13-45</v>']
    rows = "".join(f'<row r="{k}"><c r="A{k}"><v>{k}</v></c><c r="B{k}" {cell}</c></row>' for k, cell in enumerate(bad, 2))
    raw = read(raw_book(tmp_path / "a.xlsx", head + rows, strings="<si><t>id</t></si><si><t>v</t></si>"))
    assert [row["id"] for row in raw.table.to_pylist()] == ["2", "3", "4", "5", "6"]
    (issue,) = [issue for issue in raw.issues if issue.id == "cells_unreadable"]
    assert (issue.values["n"], issue.weight) == (5, "data")


def test_a_sheet_outside_of_the_workbook_is_not_opened(tmp_path: Path) -> None:
    path = raw_book(tmp_path / "a.xlsx", "<row><c><v>1</v></c></row>")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    at = "xl/_rels/workbook.xml.rels"
    parts[at] = parts[at].replace(b"worksheets/sheet1.xml", b"../../../etc/hostname")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match="损坏"):
        read(path)


def test_a_far_cell_costs_no_memory(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert read(raw_book(tmp_path / "a.xlsx", cells)).table.to_pylist() == [{"id": "1"}]


def test_no_mutant_gets_through_as_a_traceback(tmp_path: Path) -> None:
    sound = made(tmp_path / "a.xlsx", [["id", "X", "Y"], *([f"K{k}", 611_000 + k, 3_463_000] for k in range(20))]).read_bytes()
    random_ = random.Random(4)
    for number in range(12):
        data = bytearray(sound)
        for _ in range(random_.choice((1, 5, 20))):
            data[random_.randrange(len(data))] = random_.randrange(256)
        path = tmp_path / f"m{number}.xlsx"
        mutant = bytes(data[: random_.randrange(len(data))] if number % 4 == 0 else data)
        path.write_bytes(mutant)
        try:
            assert inspect(path)["layers"]
        except LandplanError as error:
            assert "\n" not in str(error)
        assert path.read_bytes() == mutant
