"""File geodatabases: folders with every table, whole numbers exact, rows by the tables' own headers, damage in one line."""

from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path

import made_files
import pyarrow as pa
import pytest
import shapely

from landplan.core.errors import InputError, LandplanError
from landplan.core.recipe import LayerInput
from landplan.io import filegdb
from landplan.io.files import is_input, kind, sha256
from landplan.io.gdal import heard, ogr
from landplan.io.recipe_file import read_recipe
from landplan.io.vector import list_layers, read_layer

BIG = 9007199254740993


def written(folder: Path, **layers: int) -> Path:
    path = folder / "交付.gdb"
    for layer, n in layers.items():
        columns = {"dkbh": pa.array([BIG + k for k in range(n)]), "name": pa.array([f"华{k}" for k in range(n)])}
        table = pa.table({**columns, "geometry": pa.array(shapely.to_wkb(made_files.squares(n)).tolist(), pa.binary())})
        with heard():
            ogr().raw.write_arrow(
                table, path, driver="OpenFileGDB", layer=layer, geometry_name="geometry", geometry_type="MultiPolygon",
                crs="EPSG:4549", append=path.exists(), layer_options={"TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"},
            )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = written(tmp_path_factory.mktemp("sound"), plots=5, zones=2)
    with heard():
        ogr().raw.write_arrow(pa.table({"a": pa.array([1, 2, 3])}), path, driver="OpenFileGDB", layer="firms", append=True)
    return path


def content(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def test_every_table_is_a_layer(sound: Path) -> None:
    before = content(sound.parent)
    assert kind(sound) == "filegdb"
    assert list_layers(sound) == ("plots", "zones", "firms")
    layer = read_layer(sound, LayerInput(path=sound.name, layer="plots"), "parcels", "EPSG:4549")
    assert layer.ids.tolist() == [str(BIG + k) for k in range(5)]
    assert layer.texts("name").tolist() == [f"华{k}" for k in range(5)]
    assert shapely.equals(layer.shapes, made_files.squares(5)).all()
    assert (layer.source.rows_in, layer.source.crs, layer.issues) == (5, "EPSG:4549", ())
    table = filegdb.read(sound, LayerInput(path=sound.name, layer="firms"), "firms")
    assert (table.wkb, table.table.column("a").to_pylist()) == (None, [1, 2, 3])
    assert content(sound.parent) == before


@pytest.mark.parametrize("place", ["交付.gdb/", "some/where/x.gdb/", "bare folder/"])
def test_a_zip_with_a_geodatabase(sound: Path, tmp_path: Path, place: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(sound.iterdir()):
            archive.write(file, place + file.name)
    assert list_layers(path) == ("plots", "zones", "firms")
    layer = read_layer(path, LayerInput(path="a.zip", layer="zones"), "zones", "EPSG:4549")
    assert (layer.source.layer, len(layer)) == ("zones", 2)


def test_rows_that_the_header_states_and_nobody_reads_are_told(sound: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(sound, tmp_path / "a.gdb"))
    table = path / "a00000009.gdbtable"
    raw = bytearray(table.read_bytes())
    place = 4 if raw[0] == 3 else 16
    assert raw[place] == 5
    index = path / "a00000009.gdbtablx"
    offsets = bytearray(index.read_bytes())
    width = int.from_bytes(offsets[12:16], "little")
    offsets[16 + 2 * width : 16 + 3 * width] = bytes(width)  # the third row is marked as deleted
    index.write_bytes(offsets)
    layer = filegdb.read(path, LayerInput(path="a.gdb", layer="plots"), "parcels")
    assert (layer.rows_in, len(layer), dict(layer.dropped)) == (5, 4, {"unreadable": 1})
    assert [dict(issue.values) for issue in layer.issues if issue.id == "rows_lost"] == [{"stated": 5, "found": 4}]


def test_the_checksum_is_that_of_all_files_but_locks(sound: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(sound, tmp_path / "a.gdb"))
    first = sha256(path)
    assert first == sha256(sound)
    (path / "x.sr.lock").write_bytes(b"held")
    assert sha256(path) == first
    file = path / "a00000009.gdbtable"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    changed = sha256(path)
    assert changed != first
    (path / "timestamps").rename(path / "timestampz")
    assert len({first, changed, sha256(path)}) == 3


def test_folders_that_are_no_geodatabase_are_refused(sound: Path, tmp_path: Path) -> None:
    empty, plain = tmp_path / "a.gdb", tmp_path / "plain"
    empty.mkdir()
    shutil.copytree(sound, plain)
    for path, word in ((empty, "没有图层"), (plain, "文件夹")):
        assert not is_input(path)
        with pytest.raises(InputError, match=word):
            list_layers(path)
    fresh = Path(shutil.copytree(sound, tmp_path / "b.gdb"))
    (fresh / "a00000001.gdbtable").write_bytes(b"")
    with pytest.raises(InputError) as caught:
        list_layers(fresh)
    assert "b.gdb" in str(caught.value)


def test_no_damage_gets_through_as_a_traceback(sound: Path, tmp_path: Path) -> None:
    random_ = random.Random("filegdb 1")
    said = 0
    for number in range(24):
        path = Path(shutil.copytree(sound, tmp_path / f"{number}.gdb"))
        file = random_.choice([one for one in sorted(path.iterdir()) if one.stat().st_size > 40])
        raw = bytearray(file.read_bytes())
        if number % 2:
            del raw[random_.randrange(len(raw)) :]
        else:
            for _ in range(8):
                raw[random_.randrange(len(raw))] = random_.randrange(256)
        file.write_bytes(raw)
        before = content(path)
        try:
            for name in filegdb.layers(path):
                raw_layer = filegdb.read(path, LayerInput(path=path.name, layer=name), "parcels")
                assert raw_layer.rows_in == len(raw_layer) + sum(raw_layer.dropped.values())
        except LandplanError as error:
            said += 1
            assert path.name in str(error)
            assert "\n" not in str(error)
        assert content(path) == before
    assert said


def test_a_recipe_may_name_a_geodatabase(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / "a.gdb")
    text = 'format = "landplan-recipe/1"\ntitle = {zh = "x"}\ncrs = "EPSG:4549"\n'
    text += '[layers.parcels]\npath = "a.gdb"\nlayer = "plots"\n'
    (tmp_path / "r.toml").write_text(text, "utf-8")
    assert read_recipe(tmp_path / "r.toml")[0].layers["parcels"].layer == "plots"
    (tmp_path / "r.toml").write_text(text.replace('"a.gdb"', '"."'), "utf-8")
    with pytest.raises(InputError, match="文件夹"):
        read_recipe(tmp_path / "r.toml")
