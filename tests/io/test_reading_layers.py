"""Layers of every format: names, units, ids, values, places; nothing lost silently, nothing written beside the input."""

import datetime
import json
import math
import sqlite3
import zipfile
from pathlib import Path

import made_files
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from landplan.core.errors import InputError
from landplan.core.layers import Layer
from landplan.core.paths import sample
from landplan.core.recipe import LayerInput, Recipe
from landplan.io.apart import reading_inside
from landplan.io.layer_set import blocking, read_layers
from landplan.io.vector import list_layers, read_layer


def read(path: Path, role: str = "parcels", crs: str = "EPSG:4549", **spec: object) -> Layer:
    before = {file: file.read_bytes() for file in sorted(path.parent.iterdir()) if file.is_file()}
    try:
        return read_layer(path, LayerInput(path=path.name, **spec), role, crs)
    finally:
        assert {file: file.read_bytes() for file in sorted(path.parent.iterdir()) if file.is_file()} == before


def codes(layer: Layer) -> list[str]:
    return [issue.id for issue in layer.issues]


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".geojson", ".fgb", ".parquet", ".zip"])
def test_every_format_gives_the_same_layer(tmp_path: Path, suffix: str) -> None:
    squares = made_files.squares(4)
    columns = {"dkbh": pa.array(["00123", "12E10", "1-2", "甲"]), "ncz": pa.array([1.5, None, 0.0, 4.0])}
    path = tmp_path / f"plots{suffix}"
    if suffix == ".parquet":
        geo = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB", "crs": "EPSG:4549"}}}
        table = pa.table({**columns, "g": pa.array(shapely.to_wkb(squares).tolist())})
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    elif suffix == ".zip":
        inner = made_files.write(tmp_path / "plots.shp", squares, columns, encoding="UTF-8")
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(tmp_path.glob("plots.*")):
                if file.suffix != ".zip":
                    archive.write(file, f"交付/{file.name}")
                    file.unlink()
        assert not inner.exists()
    else:
        options = {".shp": {"encoding": "UTF-8"}, ".fgb": {"SPATIAL_INDEX": "NO"}}.get(suffix, {})
        made_files.write(path, squares, columns, **options)
    layer = read(path)
    assert layer.ids.tolist() == ["00123", "12E10", "1-2", "甲"]
    assert np.array_equal(layer.numbers("output_wan"), [1.5, np.nan, 0.0, 4.0], equal_nan=True)
    tolerance = 1e-4 if suffix == ".geojson" else 0.0
    assert shapely.equals_exact(layer.shapes, squares, tolerance, normalize=True).all()
    assert (layer.source.rows_in, layer.crs, layer.source.crs) == (4, "EPSG:4549", "EPSG:4549")
    assert codes(layer) == (["values_starred"] if suffix in (".shp", ".zip") else [])


def test_the_recipe_names_fields_and_units(tmp_path: Path) -> None:
    columns = {"编码": pa.array([7, 8]), "产值亿": pa.array([1.5, None]), "output": pa.array([9.0, 9.0])}
    columns["Area"] = pa.array([1.0, 2.0])
    path = made_files.write(tmp_path / "p.gpkg", made_files.squares(2), columns)
    layer = read(path, fields={"id": "编码", "output_wan": "产值亿"}, units={"output_wan": "yi", "area_declared_m2": "mu"})
    assert layer.ids.tolist() == ["7", "8"]
    assert layer.column("output_wan").to_pylist() == [15000.0, None]
    assert layer.numbers("area_declared_m2") == pytest.approx([2000 / 3, 4000 / 3])
    assert layer.column("output").to_pylist() == [9.0, 9.0]
    assert layer.units["output_wan"] == "wan"
    with pytest.raises(InputError, match="产值亿"):
        read(path, fields={"output_wan": "产值义"})


def test_ids_are_mended_and_told(tmp_path: Path) -> None:
    ids = pa.array(["A", "A", None, " A ", "A#2", ""])
    layer = read(made_files.write(tmp_path / "p.gpkg", made_files.squares(6), {"id": ids}))
    assert layer.ids.tolist() == ["A", "A#2'", "@2", "A#3", "A#2", "@5"]
    assert {issue.id: issue.values["n"] for issue in layer.issues} == {"ids_missing": 2, "ids_repeated": 2}


def test_whole_numbers_keep_every_digit(tmp_path: Path) -> None:
    values = [9007199254740993, -9223372036854775808, None]
    layer = read(made_files.write(tmp_path / "p.gpkg", made_files.squares(3), {"id": pa.array(values), "n": pa.array(values)}))
    assert layer.ids.tolist()[:2] == ["9007199254740993", "-9223372036854775808"]
    assert layer.column("n").to_pylist() == values
    path = tmp_path / "p.geojson"
    feature = {"type": "Feature", "properties": {"id": 9007199254740993}, "geometry": {"type": "Point", "coordinates": [121, 31]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert read(path, "stations").ids.tolist() == ["9007199254740993"]


def test_values_that_are_no_numbers_are_unknown_and_counted(tmp_path: Path) -> None:
    columns = {
        "年产值": pa.array([math.nan, math.inf, 3.0, None]),  # SQLite keeps NaN as NULL
        "年税收": pa.array(["1,200.5", "约三百", "", "12"]),
        "到期日": pa.array(["2031-05-06", "2031/5/7", "永久", "20310508"]),
        "用地代码": pa.array([1001.0, 100101.0, None, 902.0]),
    }
    layer = read(made_files.write(tmp_path / "p.gpkg", made_files.squares(4), columns))
    assert layer.column("output_wan").to_pylist() == [None, None, 3.0, None]
    assert layer.column("tax_wan").to_pylist() == [1200.5, None, None, 12.0]
    assert layer.column("tenure_end").to_pylist()[:2] == [datetime.date(2031, 5, 6), datetime.date(2031, 5, 7)]
    assert layer.texts("land_use").tolist() == ["1001", "100101", None, "902"]
    counted = {issue.values["field"]: issue.values["n"] for issue in layer.issues if "field" in issue.values}
    assert counted == {"output_wan": 1, "tax_wan": 1, "tenure_end": 1}


@pytest.mark.parametrize(("file", "cause"), [
    ("degrees_as_4549.shp", "degrees_as_metres"), ("swapped_axes.shp", "axes_swapped"), ("zone40_as_4549.shp", "zone_prefix"),
])  # fmt: skip
def test_impossible_places_block_scoring(file: str, cause: str) -> None:
    layer = read(sample("dirty", file))
    assert [issue.id for issue in layer.issues if issue.weight == "blocks"] == [cause]
    recipe = Recipe.model_validate({"format": "landplan-recipe/1", "title": {"zh": "x"}, "crs": "EPSG:4549",
                                    "layers": {"parcels": {"path": file}}})  # fmt: skip
    assert [issue.id for issue in blocking(read_layers(recipe, sample("dirty")))] == [cause]


@pytest.mark.parametrize("declared", ["EPSG:4490", "EPSG:4326", "EPSG:4528", "EPSG:32651", "EPSG:3857", "EPSG:4549"])
def test_any_declared_crs_gives_the_same_place(tmp_path: Path, declared: str) -> None:
    from landplan.core.crs import reprojected

    squares = made_files.squares(3)
    moved = shapely.transform(squares, lambda xy: reprojected(xy, "EPSG:4549", declared, "test"))
    layer = read(made_files.write(tmp_path / "p.gpkg", moved, {"id": pa.array(["a", "b", "c"])}, crs=declared))
    assert codes(layer) == []
    assert np.abs(shapely.get_coordinates(layer.shapes) - shapely.get_coordinates(shapely.normalize(squares))).max() < 60
    assert shapely.area(layer.shapes) == pytest.approx(np.full(3, 100.0), rel=1e-4)
    assert shapely.distance(shapely.centroid(layer.shapes), shapely.centroid(squares)).max() < 1e-3


def test_metres_declared_as_degrees_are_told(tmp_path: Path) -> None:
    path = made_files.write(tmp_path / "p.gpkg", made_files.squares(3), {"a": pa.array([1, 2, 3])}, crs="EPSG:4326")
    assert "metres_as_degrees" in codes(read(path))


def test_layers_of_a_file_are_listed_and_a_silent_choice_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.gpkg"
    for name in ("a", "zones", "b"):
        made_files.write(path, made_files.squares(2), {"id": pa.array(["x", "y"])}, layer=name, append=path.exists())
    assert list_layers(path) == ("a", "zones", "b")
    layer = read(path, "zones")
    assert layer.source.layer == "zones"
    assert codes(layer) == ["layer_not_named"]
    assert codes(read(path, "zones", layer="b")) == []
    with pytest.raises(InputError, match="zones"):
        read(path, layer="zone")


def test_pending_changes_are_read_and_the_file_is_not_touched(tmp_path: Path) -> None:
    path = made_files.write(tmp_path / "p.gpkg", made_files.squares(2), {"id": pa.array(["a", "b"]), "v": pa.array([1, 2])})
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("UPDATE gpkg_contents SET description = 'x'")
    writer.commit()
    assert (tmp_path / "p.gpkg-wal").stat().st_size > 0
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in tmp_path.glob("p.gpkg*"):
        (copy / file.name).write_bytes(file.read_bytes())
    writer.close()
    assert len(read(copy / "p.gpkg")) == 2


def test_an_endless_view_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landplan.io.geopackage._PATIENCE_S", 0.3)
    path = made_files.write(tmp_path / "p.gpkg", made_files.squares(2), {"id": pa.array(["a", "b"])})
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW endless AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c")
        entry = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (?, ?, ?)"
        database.execute(entry, ("endless", "attributes", "endless"))
    database.close()
    with reading_inside(), pytest.raises(InputError, match="endless"):
        read(path, layer="endless")


def test_tables_without_geometry(tmp_path: Path) -> None:
    path = tmp_path / "firms.csv"
    path.write_bytes("编号,名称,产值\n00123,甲厂,1.5\n12E10,乙厂,\n".encode("gbk"))
    layer = read(path, "firms")
    assert layer.geometry.kind == "none"
    assert layer.ids.tolist() == ["00123", "12E10"]
    assert layer.texts("name").tolist() == ["甲厂", "乙厂"]
    assert layer.column("产值").to_pylist() == [1.5, None]
    assert codes(layer) == ["encoding_guessed"]


@pytest.mark.parametrize(("name", "content", "word"), [
    ("a.vrt", '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>', "VRT"),
    ("a.gpkg", '<OGRVRTDataSource></OGRVRTDataSource>', "VRT"),
    ("a.geojson", '{"type": "FeatureCollection", "features": [{"type": ', "第 1 行"),
    ("a.geojson", '[' * 100_000, "嵌套"),
    ("a.json", '{"a": 1}', "GeoJSON"),
    ("a.gpkg", "SQLite format 3\0" + "x" * 500, "a.gpkg"),
    ("a.dwg", "AC1021" + "x" * 50, "DXF"),
    ("a.xyz", "who knows", "格式"),
    ("a.zip", "PK\x03\x04broken", "压缩包"),
    ("a.parquet", "PAR1xxxxPAR1", "损坏"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, name: str, content: str, word: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("entry", ["../out.shp", "/abs.shp", "C:\\x.shp"])
def test_a_zip_cannot_write_elsewhere(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "in" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, b"x")
    with pytest.raises(InputError, match="不予解压"):
        read(path)
    assert [file.name for file in tmp_path.iterdir()] == ["in"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.shp", bytes(80 << 20))
    with pytest.raises(InputError, match="过大"):
        read(path)


@pytest.mark.parametrize(("codec", "cause"), [("gbk", "encoding_declared_wrong"), ("utf-16", None), ("utf-8-sig", None)])
def test_geojson_in_other_encodings(tmp_path: Path, codec: str, cause: str | None) -> None:
    place = {"type": "Point", "coordinates": [121.2, 31.3]}
    features = [{"type": "Feature", "properties": {"name": name}, "geometry": place} for name in ("华亭镇工业区", "安亭汽车城")]
    path = tmp_path / "p.geojson"
    path.write_bytes(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode(codec))
    layer = read(path, "stations")
    assert layer.texts("name").tolist() == ["华亭镇工业区", "安亭汽车城"]
    assert codes(layer) == ([cause] if cause else [])


def test_a_field_name_that_is_a_slip_of_the_pen_is_noted_and_an_own_name_is_not(tmp_path: Path) -> None:
    path = made_files.write(tmp_path / "p.gpkg", made_files.squares(1), {"a": pa.array([1.0]), "b": pa.array([2.0])})
    layer = read(path, fields={"outptu_wan": "a", "roof_age": "b"})
    assert [dict(issue.values) for issue in layer.issues if issue.id == "field_name_odd"] == [
        {"field": "outptu_wan", "nearest": "output_wan"}
    ]
