"""Tables joined to layers: keys as written, every row accounted for, nothing replaced silently, files kept by their sums."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import xlsxwriter

from landplan.core.errors import InputError, Issue
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.io.files import sha256
from landplan.io.joined_tables import joined
from landplan.io.vector import read_layer
from tests.io.made_files import squares, write


def plots(folder: Path, ids: Sequence[Any], **columns: Any) -> Path:
    kind = pa.string() if all(id is None or isinstance(id, str) for id in ids) else pa.float64()
    return write(folder / "plots.gpkg", squares(len(ids)), {"地块编号": pa.array(ids, kind), **columns})


def table(path: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> Path:
    """A table as CSV or, by its suffix, as a workbook; there numbers are number cells."""
    if path.suffix == ".csv":
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("表一")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return path


def read(folder: Path, *joins: Mapping[str, Any]) -> Layer:
    spec = LayerInput.model_validate({"path": "plots.gpkg", "join": list(joins)})
    return joined(read_layer(folder / spec.path, spec, "parcels", "EPSG:4549"), spec, folder)


def issue(layer: Layer, id: str) -> Issue:
    (found,) = (one for one in layer.issues if one.id == id)
    return found


def ids_of(layer: Layer) -> set[str]:
    return {one.id for one in layer.issues if one.id.startswith("join_")}


@pytest.mark.parametrize("name", ["tax.csv", "tax.xlsx"])
def test_a_table_comes_to_the_plots_by_its_key(tmp_path: Path, name: str) -> None:
    plots(tmp_path, ["A1", "A2", "A3", None])
    path = table(
        tmp_path / name,
        [["编号", "年税收", "产值", "备注"], ["　A2 ", 7.5, 100, "好"], ["A1\xa0", 2, 50, "=1+1"], ["X9", 1, 1, ""]],
    )
    layer = read(tmp_path, {"path": name, "key": "编号"})
    assert layer.numbers("tax_wan").tolist()[:2] == [2.0, 7.5]
    assert np.isnan(layer.numbers("tax_wan")[2:]).all()
    assert layer.texts("备注").tolist() == ["=1+1", "好", None, None]
    assert layer.units["tax_wan"] == "wan"
    assert layer.source.joined == (sha256(path),)
    account = issue(layer, "join_account").values
    assert (account["rows"], account["rows_matched"], account["rows_alone"]) == (3, 2, 1)
    assert issue(layer, "join_rows_alone").values["all"] == [["X9", 3]]
    assert issue(layer, "join_features_alone").values["keys"] == "A3"
    assert issue(layer, "join_features_blank").values["n"] == 1


def test_number_cells_are_the_text_that_is_seen_and_leading_zeros_count(tmp_path: Path) -> None:
    plots(tmp_path, ["123", "00123", "1.1", "1.10"])
    table(tmp_path / "t.xlsx", [["键", "税收"], [123.0, 1], ["1.10", 2]])
    layer = read(tmp_path, {"path": "t.xlsx", "key": "键"})
    assert layer.column("tax_wan").to_pylist() == [1, None, None, 2]
    table(tmp_path / "t.csv", [["键", "税收"], ["1.10", 5], ["1.1", 6], ["123", 7]])
    layer = read(tmp_path, {"path": "t.csv", "key": "键"})
    assert layer.column("tax_wan").to_pylist() == [7, None, 6, 5]


def test_ids_that_look_like_numbers_of_another_size_never_meet(tmp_path: Path) -> None:
    plots(tmp_path, ["00123", "12E10", "A"])
    table(tmp_path / "t.csv", [["键", "税收"], ["123", 1], ["120000000000", 2], ["A", 3]])
    layer = read(tmp_path, {"path": "t.csv", "key": "键"})
    assert layer.column("tax_wan").to_pylist() == [None, None, 3]
    assert issue(layer, "join_keys_near").values["keys"] == "123 ≠ 00123"
    assert "00123" in issue(layer, "join_keys_near").text("zh")


def test_a_key_of_several_rows_gives_nothing_until_the_recipe_says_how(tmp_path: Path) -> None:
    plots(tmp_path, ["A", "B"])
    table(tmp_path / "t.csv", [["键", "税收"], ["A", 1], ["A", 2], ["B", 4]])
    withheld = read(tmp_path, {"path": "t.csv", "key": "键"})
    assert withheld.column("tax_wan").to_pylist() == [None, 4]
    assert issue(withheld, "join_rows_several").values["k"] == 1
    for many, expected in (("sum", [3, 4]), ("first", [1, 4])):
        layer = read(tmp_path, {"path": "t.csv", "key": "键", "many": many})
        assert layer.column("tax_wan").to_pylist() == expected
        assert issue(layer, "join_rows_combined").values["many"] == many
    counted = read(tmp_path, {"path": "t.csv", "key": "键", "many": "count"})
    assert counted.column("rows").to_pylist() == [2, 1]


def test_plots_of_one_id_do_not_count_a_row_twice_unasked(tmp_path: Path) -> None:
    plots(tmp_path, ["A", "A", "B"])
    table(tmp_path / "t.csv", [["键", "税收"], ["A", 8], ["B", 1]])
    layer = read(tmp_path, {"path": "t.csv", "key": "键"})
    assert layer.column("tax_wan").to_pylist() == [None, None, 1]
    assert issue(layer, "join_features_shared").values["n"] == 2
    layer = read(tmp_path, {"path": "t.csv", "key": "键", "each": True})
    assert layer.column("tax_wan").to_pylist() == [8, 8, 1]
    assert "join_features_each" in ids_of(layer)


def test_a_field_that_is_there_already_is_kept_beside_or_replaced_as_told(tmp_path: Path) -> None:
    plots(tmp_path, ["A", "B"], 税收=pa.array([10.0, 20.0]))
    table(tmp_path / "t.csv", [["键", "税收"], ["A", 1.5]])
    layer = read(tmp_path, {"path": "t.csv", "key": "键"})
    assert layer.column("tax_wan").to_pylist() == [10.0, 20.0]
    assert layer.column("tax_wan_2").to_pylist() == [1.5, None]
    assert issue(layer, "join_field_taken").values["name"] == "tax_wan_2"
    layer = read(tmp_path, {"path": "t.csv", "key": "键", "replace": True})
    assert layer.column("tax_wan").to_pylist() == [1.5, None]
    layer = read(tmp_path, {"path": "t.csv", "key": "键", "prefix": "new_"})
    assert layer.column("new_tax_wan").to_pylist() == [1.5, None]
    assert layer.units["new_tax_wan"] == "wan"
    assert not ids_of(layer) & {"join_field_taken", "join_field_replaced"}


def test_only_the_columns_asked_for_come_in_units_of_the_dictionary(tmp_path: Path) -> None:
    plots(tmp_path, ["A"])
    table(tmp_path / "t.csv", [["键", "收入", "杂"], ["A", 2, "x"]])
    wish = {"path": "t.csv", "key": "键", "take": ["收入"], "fields": {"output_wan": "收入"}, "units": {"output_wan": "yi"}}
    layer = read(tmp_path, wish)
    assert layer.numbers("output_wan").tolist() == [20_000.0]
    assert "杂" not in layer.fields


@pytest.mark.parametrize(
    ("wish", "id"),
    [
        ({"key": "没有"}, "no_such_field"),
        ({"key": "键", "to": "owner"}, "no_such_field"),
        ({"key": "键", "take": ["没有"]}, "no_such_field"),
        ({"key": "税收"}, "join_nothing_matches"),
    ],
)
def test_what_cannot_be_joined_is_one_line_about_the_table(tmp_path: Path, wish: dict[str, Any], id: str) -> None:
    plots(tmp_path, ["A"])
    table(tmp_path / "t.csv", [["键", "税收"], ["A", 1]])
    with pytest.raises(InputError) as caught:
        read(tmp_path, {"path": "t.csv", **wish})
    assert caught.value.id == id
    assert "t.csv" in str(caught.value)


def test_two_tables_come_one_after_the_other_and_gbk_is_read(tmp_path: Path) -> None:
    plots(tmp_path, ["A", "B"])
    table(tmp_path / "a.csv", [["地块编号", "权利人"], ["A", "某某厂"], ["B", "另一公司"]], "gbk")
    table(tmp_path / "b.csv", [["权利人名称", "税收"], ["另一公司", 3], ["某某厂", 4]])
    layer = read(tmp_path, {"path": "a.csv", "key": "地块编号"}, {"path": "b.csv", "key": "权利人名称", "to": "owner"})
    assert layer.texts("owner").tolist() == ["某某厂", "另一公司"]
    assert layer.column("tax_wan").to_pylist() == [4, 3]
    assert len(layer.source.joined) == 2
    assert all(one.feature in ("a.csv", "b.csv") for one in layer.issues if one.id.startswith("encoding"))


def test_coordinates_of_a_joined_table_are_left_alone(tmp_path: Path) -> None:
    plots(tmp_path, ["A"])
    table(tmp_path / "t.csv", [["键", "x", "y", "税收"], ["A", 0, 0, 1]])
    layer = read(tmp_path, {"path": "t.csv", "key": "键"})
    assert not [one for one in layer.issues if one.id.startswith(("points_", "coordinates_"))]
    assert layer.geometry.kind == "polygon"
