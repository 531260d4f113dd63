"""Text tables: delimiters, encodings, headers, ids as they are written, and points from columns that are coordinates."""

from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io.inspection import inspect
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import read_layer, read_raw

IDS = ["00123", "12E10", "1-2", "1.10", "9007199254740993"]


def read(tmp_path: Path, content: str, codec: str = "utf-8", name: str = "t.csv", **spec: Any) -> RawLayer:
    path = tmp_path / name
    path.write_bytes(content.encode(codec))
    return read_raw(path, LayerInput(path=name, **spec), "firms")


def codes(raw: RawLayer) -> list[str]:
    return [issue.id for issue in raw.issues if issue.id != "encoding_guessed"]


def points(raw: RawLayer) -> list[Any]:
    if raw.wkb is None:
        return []
    shapes = [None if one is None else shapely.from_wkb(one) for one in raw.wkb.to_pylist()]
    return [None if shape is None else (shape.x, shape.y) for shape in shapes]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(("mark", "name"), [(",", "t.csv"), ("\t", "t.txt"), (";", "t.txt"), ("\t", "t.tsv")])
def test_every_delimiter_in_every_encoding(tmp_path: Path, codec: str, mark: str, name: str) -> None:
    rows = [["编号", "名称", "产值"], *([id, f"安亭{k}厂", str(k + 0.5)] for k, id in enumerate(IDS))]
    raw = read(tmp_path, "\r\n".join(mark.join(row) for row in rows), codec, name)
    assert raw.table.column("编号").to_pylist() == IDS
    assert raw.table.column("产值").to_pylist() == [k + 0.5 for k in range(5)]
    assert raw.table.column("名称")[2].as_py() == "安亭2厂"
    assert (raw.rows_in, raw.wkb, codes(raw)) == (5, None, [])


@pytest.mark.parametrize(("east", "north"), [
    ("x", "y"), ("X坐标", "Y坐标"), ("lon", "lat"), ("经度", "纬度"), ("东坐标", "北坐标"), ("横坐标", "纵坐标"),
    ("Longitude", "Latitude"), ("经度（°）", "纬度（°）"), ("横坐标(Y)", "纵坐标(X)"), ("Y(东)", "X(北)"), ("POINT_X", "POINT_Y"),
    ("x_2000", "y_2000"),
])  # fmt: skip
def test_coordinates_are_found_by_name_and_said(tmp_path: Path, east: str, north: str) -> None:
    raw = read(tmp_path, f"id,{north},{east}\na,31.3,121.2\nb,31.4,121.3\n")
    assert points(raw) == [(121.2, 31.3), (121.3, 31.4)]
    found = next(issue for issue in raw.issues if issue.id == "coordinates_found")
    assert (found.weight, found.values["east"], found.values["north"], found.values["n"]) == ("note", east, north, 2)
    assert raw.crs is None


def test_a_table_without_coordinates_stays_one(tmp_path: Path) -> None:
    for head in ("id,name,area", "id,起点X,终点Y", "id,x,area"):
        assert read(tmp_path, f"{head}\n1,2,3\n").wkb is None


def test_missing_coordinates_are_counted_and_never_a_place(tmp_path: Path) -> None:
    raw = read(tmp_path, "id,x,y\na,611000,3463000\nb,0,0\nc,-9999,-9999\nd,,\ne,******,3463000\nf,nan,3463000\n")
    assert points(raw) == [(611_000, 3_463_000), None, None, None, None, None]
    missing = next(issue for issue in raw.issues if issue.id == "points_missing")
    assert dict(missing.values) == {"n": 5, "zero": 1, "nodata": 1, "blank": 1, "unreadable": 2}


@pytest.mark.parametrize(("x", "y"), [("3463000", "611000"), ("3463000", "40611000"), ("31.3", "121.2")])
def test_survey_order_is_said_and_not_turned_until_the_recipe_says_so(tmp_path: Path, x: str, y: str) -> None:
    text = f"编号,X坐标,Y坐标\na,{x},{y}\nb,{x},{y}\n"
    raw = read(tmp_path, text)
    turned = next(issue for issue in raw.issues if issue.id == "coordinates_turned")
    assert turned.weight == "blocks"
    assert points(raw)[0] == (float(x), float(y))
    raw = read(tmp_path, text, fields={"x": "Y坐标", "y": "X坐标"})
    assert (points(raw)[0], codes(raw)) == ((float(y), float(x)), ["coordinates_found"])


def test_single_rows_the_other_way_round_are_said(tmp_path: Path) -> None:
    raw = read(tmp_path, "id,x,y\n" + "a,611000,3463000\n" * 4 + "b,3463000,611000\n")
    issue = next(issue for issue in raw.issues if issue.id == "coordinates_turned_rows")
    assert (issue.values["n"], issue.values["row"]) == (1, 5)


def test_degrees_minutes_seconds(tmp_path: Path) -> None:
    raw = read(tmp_path, "id,经度,纬度\na,121°15′30″,31°18'0.0\"\n")
    assert points(raw)[0] == pytest.approx((121 + 15 / 60 + 30 / 3600, 31.3))
    assert "coordinates_sexagesimal" in codes(raw)


def test_wkt_with_its_crs_and_one_bad_row(tmp_path: Path) -> None:
    text = 'id;wkt\n1;"SRID=4549;POLYGON((0 0,10 0,10 10,0 0))"\n'
    text += '2;"SRID=4549;POLYGON((0 0,10 0,10 10))"\n3;"SRID=4549;POLYGON((0 x"\n4;\n'
    raw = read(tmp_path, text)
    assert raw.crs == "EPSG:4549"
    assert [one is not None for one in raw.wkb.to_pylist()] == [True, True, False, False]
    assert [(issue.id, issue.row) for issue in raw.issues] == [("coordinates_wkt", -1), ("wkt_unreadable", 2), ("ring_closed", 1)]
    assert raw.table.column_names == ["id"]


def test_wkt_as_deep_as_an_attack_costs_its_row(tmp_path: Path) -> None:
    deep = "GEOMETRYCOLLECTION(" * 50_000
    raw = read(tmp_path, f'id,wkt\n1,"{deep}"\n2,POINT(1 2)\n')
    assert [one is not None for one in raw.wkb.to_pylist()] == [False, True]


def test_parcels_of_wkt_from_file_to_layer(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('地块编号,geom\n00123,"POLYGON((611000 3463000,611100 3463000,611100 3463100,611000 3463000))"\n', "utf-8")
    layer = read_layer(path, LayerInput(path="p.csv", crs="EPSG:4549"), "parcels", "EPSG:4549")
    assert (layer.ids.tolist(), layer.area_m2.tolist()) == (["00123"], [5000.0])
    assert inspect(path)["layers"][0]["geometry"] == "polygon"


def test_titles_above_the_header_and_a_header_of_two_rows(tmp_path: Path) -> None:
    head = "某镇企业一览表,,,\n制表：规划科,,,\n编号,坐标,,备注\n,X,Y,\n"
    raw = read(tmp_path, head + "00123,611000,3463000,无\n00124,611010,3463000,无\n")
    assert raw.table.column_names == ["编号", "X", "Y", "备注"]
    assert (codes(raw), raw.rows_in, points(raw)[0]) == (
        ["header_lower", "header_two_rows", "coordinates_found"], 2, (611_000, 3_463_000),
    )  # fmt: skip


def test_a_missing_header_costs_no_row(tmp_path: Path) -> None:
    raw = read(tmp_path, "J1,3463000.1,611000.2\nJ2,3463010.1,611000.2\nJ3,3463010.1,611010.2\n")
    assert (raw.rows_in, codes(raw)[0]) == (3, "header_missing")
    assert raw.table.column("column_1").to_pylist() == ["J1", "J2", "J3"]


def test_repeated_and_missing_names_ragged_rows_and_totals(tmp_path: Path) -> None:
    raw = read(tmp_path, "编号,值,值,\na,1,2,3\nb,1,2\n合计,2,4,3\n")
    assert raw.table.column_names == ["编号", "值", "值_2", "column_4"]
    assert set(codes(raw)) == {"header_names_mended", "rows_ragged", "rows_of_totals"}


def test_a_quote_without_partner_swallows_no_rows(tmp_path: Path) -> None:
    sound = read(tmp_path, 'id,name\n1,"a\nb"\n2,"c ""d"" e"\n3,5" pipe\n4,6" pipe\n')
    assert (codes(sound), sound.rows_in, sound.table.column("name")[0].as_py()) == ([], 4, "a\nb")
    raw = read(tmp_path, 'id,name\n1,"abc\n2,d\n3,e\n')
    assert (codes(raw), raw.rows_in) == (["quotes_unclosed"], 3)


@pytest.mark.parametrize(("name", "content", "word"), [
    ("a.txt", "Dear planner,\nwe send the plans and hope.\nYours", "格式"),
    ("a.csv", "id,x\n" + "\x01\x02\x00" * 50, "文本"),
    ("a.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "LFS"),
    ("a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
])  # fmt: skip
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, name: str, content: str, word: str) -> None:
    with pytest.raises(InputError, match=word) as caught:
        read(tmp_path, content, "latin-1", name)
    assert "\n" not in str(caught.value)


def test_one_endless_row_does_not_make_a_column_of_each_cell(tmp_path: Path) -> None:
    raw = read(tmp_path, "id,v\n" + "1,2\n" * 2000 + "1" + ",2" * 500_000 + "\n")
    assert (raw.rows_in, raw.table.num_columns, codes(raw)) == (2001, 2, ["rows_ragged"])
    with pytest.raises(InputError, match="2,001"):
        read(tmp_path, "a," * 100_000 + "\n" + "1\n" * 2000)


CELL = st.text(st.sampled_from("0123456789Ee-.+华,;\"' \n\t"), max_size=8)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_ids_are_read_as_they_are_written(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("编号", "名称"), *(("K" + a, b) for a, b in rows)])
    raw = read(tmp_path, out.getvalue())
    assert raw.rows_in == len(rows)
    assert raw.table.column("编号").to_pylist() == [("K" + a).strip() for a, _ in rows]
