"""Shapefiles, whole and damaged: every row accounted for, nothing said wrong, nothing left behind."""

from pathlib import Path

import made_files
import numpy as np
import pytest
import shapely

from landplan.core.errors import InputError
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.io import dbf
from landplan.io.encoding import Encoding
from landplan.io.files import sha256, sidecars
from landplan.io.shp_records import located
from landplan.io.vector import read_layer


def read(path: Path, **spec: object) -> Layer:
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    try:
        return read_layer(path, LayerInput(path=path.name, **spec), "parcels", "EPSG:4549")
    finally:
        assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before


def codes(layer: Layer) -> list[str]:
    return [issue.id for issue in layer.issues]


def test_a_sound_file_is_read_without_a_word(tmp_path: Path) -> None:
    layer = read(made_files.shapefile(tmp_path))
    assert codes(layer) == []
    assert layer.texts("name").tolist() == [f"华亭镇{k}号" for k in range(8)]
    assert layer.ids.tolist() == [str(k) for k in range(8)]
    assert shapely.equals_exact(layer.shapes, shapely.normalize(made_files.squares(8)), normalize=True).all()
    assert (layer.source.rows_in, layer.source.encoding, layer.source.crs) == (8, "GBK", "EPSG:4549")


def test_fewer_attribute_rows_keep_every_shape(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    fields = [(b"ID", "N", 10, 0), (b"T", "C", 5, 0)]
    made_files.dbf(tmp_path / "plots.dbf", fields, [[str(k).encode(), b"x"] for k in range(5)])
    layer = read(path)
    assert len(layer) == 8
    assert layer.source.rows_in == 8
    assert layer.table.column("T").null_count == 3
    assert not np.isnan(layer.area_m2).any()
    assert {"rows_differ", "ids_missing"} <= set(codes(layer))


def test_more_attribute_rows_are_kept_without_geometry(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    made_files.dbf(tmp_path / "plots.dbf", [(b"ID", "N", 10, 0)], [[str(k).encode()] for k in range(10)])
    layer = read(path)
    assert len(layer) == 10
    assert np.flatnonzero(np.isnan(layer.area_m2)).tolist() == [8, 9]
    assert codes(layer).count("geometry_missing") == 2


def test_a_dbf_that_ends_early_says_so(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    file = tmp_path / "plots.dbf"
    file.write_bytes(file.read_bytes()[:-70])
    layer = read(path)
    assert len(layer) == 8
    assert {"dbf_cut", "rows_differ"} <= set(codes(layer))


def test_deleted_rows_are_counted_not_shifted(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    made_files.dbf(tmp_path / "plots.dbf", [(b"ID", "N", 10, 0)], [[str(k).encode()] for k in range(8)], deleted=[2])
    layer = read(path)
    assert layer.ids.tolist() == ["0", "1", "3", "4", "5", "6", "7"]
    assert layer.shapes[2].bounds[0] == made_files.X + 60
    assert (layer.source.rows_in, dict(layer.source.dropped)) == (8, {"deleted": 1})


@pytest.mark.parametrize("missing", [".shx", ".dbf", ".cpg"])
def test_missing_companions(tmp_path: Path, missing: str) -> None:
    path = made_files.shapefile(tmp_path)
    (tmp_path / f"plots{missing}").unlink()
    layer = read(path)
    assert len(layer) == 8
    assert not np.isnan(layer.area_m2).any()
    expected = {".shx": "shx_missing", ".dbf": "dbf_missing", ".cpg": "encoding_guessed"}
    assert expected[missing] in codes(layer)


def test_a_truncated_shp_keeps_its_whole_records_and_all_attributes(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    path.write_bytes(path.read_bytes()[: 100 + 3 * 136 + 50])
    layer = read(path)
    assert len(layer) == 8
    assert (~np.isnan(layer.area_m2)).sum() == 3
    assert {"shx_wrong", "rows_differ"} <= set(codes(layer))


def test_a_lying_index_is_not_believed(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    index = tmp_path / "plots.shx"
    index.write_bytes(index.read_bytes()[: 100 + 8 * 4])
    records = located(np.fromfile(path, np.uint8), index)
    assert (records.found, records.stated, records.right) == (8, 4, False)
    assert "shx_wrong" in codes(read(path))


def test_upper_case_companions_belong_to_the_shapefile(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    for suffix in (".dbf", ".prj", ".cpg", ".shx"):
        (tmp_path / f"plots{suffix}").rename(tmp_path / f"PLOTS{suffix.upper()}")
    assert codes(read(path)) == []


def test_checksum_covers_the_companions(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path)
    before = sha256(path)
    (tmp_path / "plots.sbn").write_bytes(b"index of somebody")
    assert sha256(path) == before
    (tmp_path / "plots.cpg").write_text("UTF-8")
    assert sha256(path) != before
    assert set(sidecars(path)) == {".shp", ".shx", ".dbf", ".prj", ".cpg"}


@pytest.mark.parametrize(
    ("content", "word"), [(b"just text\n" * 50, "不是 Shapefile"), (b"", "空"), (b"\0\0\x27\x0a" + bytes(50), "54 字节")]
)
def test_what_is_no_shapefile_is_refused_in_one_line(tmp_path: Path, content: bytes, word: str) -> None:
    path = tmp_path / "plots.shp"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert word in str(caught.value)
    assert str(caught.value).startswith("plots.shp")
    assert "\n" not in str(caught.value)


def test_an_empty_shapefile_has_no_rows(tmp_path: Path) -> None:
    layer = read(made_files.shapefile(tmp_path, 0))
    assert len(layer) == 0


def test_one_bad_geometry_costs_one_row(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path, 4)
    data = bytearray(path.read_bytes())
    data[100 + 136 + 72 : 100 + 136 + 80] = np.float64(np.nan).tobytes()
    path.write_bytes(data)
    layer = read(path)
    assert np.flatnonzero(np.isnan(layer.area_m2)).tolist() == [1]
    rows = [(issue.id, issue.row, issue.feature) for issue in layer.issues if issue.row >= 0]
    assert rows == [("geometry_not_finite", 1, "1")]


def test_crs_is_never_assumed(tmp_path: Path) -> None:
    path = made_files.shapefile(tmp_path, prj=False)
    with pytest.raises(InputError, match="EPSG:4549"):
        read(path)
    assert codes(read(path, crs="EPSG:4549")) == []
    plane = read_layer(path, LayerInput(path=path.name), "parcels", "plane:field")
    assert plane.crs == "plane:field"
    assert plane.area_m2 == pytest.approx(np.full(8, 100.0))


def test_a_long_column_of_chinese_is_read_in_however_many_pieces_it_comes(tmp_path: Path) -> None:
    n = 150_000
    path = made_files.dbf(tmp_path / "plots.dbf", [(b"NAME", "C", 254, 0)], [["华亭镇".encode("gbk")]], stated=n)
    one = path.read_bytes()
    path.write_bytes(one[:65] + one[65 : 65 + 255] * n + b"\x1a")
    columns, issues = dbf.columns(dbf.opened(path), Encoding("GBK", "cpg"), "plots")
    assert columns["NAME"].to_pylist() == ["华亭镇"] * n
    assert issues == ()
