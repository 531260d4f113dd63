"""Tables of control points: columns by their names in two languages, nothing guessed where it cannot be told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from landplan.core.errors import InputError
from landplan.io.control_table import ControlTable, read_control

START = [[1000.25, -500.5], [-2000.0, 800.0], [350.0, 4000.125]]
GOAL = [[546_000.25, 3_455_500.5], [543_000.0, 3_456_800.0], [545_350.0, 3_460_000.125]]


def table(folder: Path, header: str, order: str = "abcd", more: tuple[str, ...] = (), name: str = "control.csv") -> Path:
    """a, b: east and north of the start; c, d: of the goal; `more`: a further cell a row."""
    rows = [header] if header else []
    for k, (start, goal) in enumerate(zip(START, GOAL, strict=True)):
        cells = {"a": start[0], "b": start[1], "c": goal[0], "d": goal[1], "h": 4.5 + k, "i": 9.5 + k}
        rows.append(",".join([f"K{k + 1}", *(str(cells[key]) for key in order), *more]))
    (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder / name


def check(found: ControlTable) -> None:
    np.testing.assert_array_equal(found.control.start[:, :2], START)
    np.testing.assert_array_equal(found.control.goal[:, :2], GOAL)
    assert found.control.ids == ("K1", "K2", "K3")
    assert not found.control.geocentric


@pytest.mark.parametrize(
    ("header", "order"),
    [
        ("id,x_from,y_from,x_to,y_to", "abcd"),
        ("点号,源X,源Y,目标X,目标Y", "abcd"),
        ("点名,东坐标(源),北坐标(源),东坐标(目标),北坐标(目标)", "abcd"),
        ("点名,旧纵坐标,旧横坐标,新纵坐标,新横坐标", "badc"),
        ("点号,X北(原),Y东(原),X北(目标),Y东(目标)", "badc"),
        ("Point,X1,Y1,X2,Y2", "abcd"),
        ("no,north_from,east_from,E target,N target", "bacd"),
        ("name,x,y,x,y", "abcd"),
        ("编号,地方x,地方y,国家x,国家y", "abcd"),
        ("id,y_to,x_to,y_from,x_from", "dcba"),
        ("", "abcd"),
    ],
)
def test_columns_are_found_by_name(tmp_path: Path, header: str, order: str) -> None:
    check(read_control(table(tmp_path, header, order), {}))


def test_a_txt_and_a_workbook_are_as_good(tmp_path: Path) -> None:
    rows = [["点号", "x_from", "y_from", "x_to", "y_to"]]
    rows += [[f"K{k + 1}", *start, *goal] for k, (start, goal) in enumerate(zip(START, GOAL, strict=True))]
    (tmp_path / "c.txt").write_text("\n".join("\t".join(map(str, row)) for row in rows), encoding="gbk")
    with xlsxwriter.Workbook(tmp_path / "c.xlsx") as book:
        sheet = book.add_worksheet("控制点")
        for k, row in enumerate(rows):
            sheet.write_row(k, 0, row)
        book.add_worksheet("说明").write(0, 0, "无")
    check(read_control(tmp_path / "c.txt", {}))
    check(read_control(tmp_path / "c.xlsx", {}, "控制点"))


def test_heights_of_both_of_one_or_of_none(tmp_path: Path) -> None:
    both = read_control(table(tmp_path, "id,x_from,y_from,h_from,x_to,y_to,h_to", "abhcdi"), {})
    assert both.control.start[:, 2].tolist() == [4.5, 5.5, 6.5]
    assert both.control.goal[:, 2].tolist() == [9.5, 10.5, 11.5]
    one = read_control(table(tmp_path, "点号,源X,源Y,目标X,目标Y,高程", "abcdh"), {})
    assert one.control.start[:, 2].tolist() == one.control.goal[:, 2].tolist() == [4.5, 5.5, 6.5]
    assert read_control(table(tmp_path, "id,x_from,y_from,h_from,x_to,y_to", "abhcd"), {}).control.start.shape == (3, 2)


def test_degrees_minutes_and_seconds_are_numbers(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "点号,源经度,源纬度,目标x,目标y\nA,121°15′36″,31°22′12″,524700,3471200\nB,121.5,31.5,547000,3486000\n", encoding="utf-8"
    )
    found = read_control(tmp_path / "c.csv", {}).control
    np.testing.assert_allclose(found.start, [[121.26, 31.37], [121.5, 31.5]], atol=1e-9)


def test_metres_from_the_centre_of_the_earth_are_geocentric(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(
        "id,x_from,y_from,z_from,x_to,y_to,z_to\nA,-2831000,4676000,3275000,-2831015,4676154,3275082\n", encoding="utf-8"
    )
    assert read_control(tmp_path / "c.csv", {}).control.geocentric


def test_a_row_without_a_coordinate_is_left_out_and_counted(tmp_path: Path) -> None:
    path = table(tmp_path, "id,x_from,y_from,x_to,y_to")
    path.write_text(path.read_text(encoding="utf-8") + "K4,1,2,,4\n", encoding="utf-8")
    found = read_control(path, {})
    check(found)
    assert [(issue.id, issue.values["points"]) for issue in found.issues] == [("control_rows_left", ["K4"])]


def test_what_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    odd = table(tmp_path, "id,A,B,C,D")
    with pytest.raises(InputError) as caught:
        read_control(odd, {})
    assert caught.value.id == "control_columns_missing"
    check(read_control(odd, {"x_from": "A", "y_from": "B", "x_to": "C", "y_to": "D"}))
    with pytest.raises(InputError) as caught:
        read_control(odd, {"x_from": "nowhere"})
    assert caught.value.id == "control_column_odd"
    with pytest.raises(InputError) as caught:
        read_control(table(tmp_path, "id,x_from,src_x,x_to,y_to"), {})
    assert caught.value.id == "control_columns_alike"
