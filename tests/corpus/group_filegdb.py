"""File geodatabases: whole numbers, tables; empty, cut, with tables gone."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import made_files
import pyarrow as pa
import shapely
from cases import Layers, Refused, add, case

from landplan.io.gdal import heard, ogr

BIG = 9007199254740993


def table(path: Path, name: str, columns: dict[str, Any], shapes: Any = None, kind: str = "MultiPolygon") -> Path:
    """Add a feature class (or a table, without shapes) to a geodatabase."""
    options: dict[str, Any] = {}
    if shapes is not None:
        wkb = shapes if isinstance(shapes, list) else shapely.to_wkb(shapes).tolist()
        columns = {**columns, "geometry": pa.array(wkb, pa.binary())}
        options = {"geometry_name": "geometry", "geometry_type": kind, "crs": "EPSG:4549"}
    with heard():
        ogr().raw.write_arrow(
            pa.table(columns), path, driver="OpenFileGDB", layer=name, append=path.exists(),
            layer_options={"TARGET_ARCGIS_VERSION": "ARCGIS_PRO_3_2_OR_LATER"}, **options,
        )  # fmt: skip
    return path


def two(folder: Path) -> Path:
    """交付.gdb with 5 plots and 2 zones."""
    path = folder / "交付.gdb"
    for name, n in (("plots", 5), ("zones", 2)):
        table(path, name, {"dkbh": pa.array([BIG + k for k in range(n)])}, made_files.squares(n))
    return path


def file_of(path: Path, name: str, suffix: str = ".gdbtable") -> Path:
    """The file of a feature class: they are numbered as they were made, after eight of the system."""
    return path / f"a{9 + ['plots', 'zones'].index(name):08x}{suffix}"


@case(Layers((5, 2), crs="EPSG:4549", geometry="polygon", first={"dkbh": BIG}))
def two_feature_classes(folder: Path) -> Path:
    return two(folder)


@case(Layers(3, geometry="none", crs=None, fields=["a", "名称"], first={"a": 1, "名称": "甲"}))
def table_without_geometry(folder: Path) -> Path:
    return table(folder / "a.gdb", "firms", {"a": pa.array([1, 2, None]), "名称": pa.array(["甲", None, "丙"])})


@case(Layers(0, crs="EPSG:4549"))
def empty_feature_class(folder: Path) -> Path:
    return table(folder / "a.gdb", "plots", {"a": pa.array([], pa.int64())}, made_files.squares(0))


@case(Layers(4))
def values_of_every_type(folder: Path) -> Path:
    columns = {
        "whole": pa.array([2**31, -(2**53) - 1, None, 0]), "small": pa.array([1, None, -1, 2], pa.int16()),
        "real": pa.array([0.1, None, 1e300, -0.0]), "day": pa.array([0, 20_000, None, 1], pa.date32()),
        "time": pa.array([10**15, None, 0, 1], pa.timestamp("ms")), "text": pa.array(["00123", "", None, "𠮷野"]),
    }  # fmt: skip
    return table(folder / "a.gdb", "plots", columns, made_files.squares(4))


@case(Layers((5, 2), crs="EPSG:4549"))
def in_a_zip(folder: Path) -> Path:
    path = two(folder)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for file in sorted(path.iterdir()):
            archive.write(file, f"成果/{path.name}/{file.name}")
    shutil.rmtree(path)
    return folder / "a.zip"


@case(Layers((5, 2)))
def held_by_locks(folder: Path) -> Path:
    path = two(folder)
    (path / "_gdb.HOST.1.2.sr.lock").write_bytes(b"")
    return path


# --- damaged


@case(Layers(2, says={"layer_unreadable"}))
def table_gone(folder: Path) -> Path:
    path = two(folder)
    file_of(path, "plots").unlink()
    return path


@case(Layers(2, says={"layer_unreadable"}))
def table_of_zeros(folder: Path) -> Path:
    path = two(folder)
    file_of(path, "plots").write_bytes(bytes(2000))
    return path


@case(Layers(2, says={"layer_unreadable"}))
def table_cut(folder: Path) -> Path:
    path = two(folder)
    file = file_of(path, "plots")
    file.write_bytes(file.read_bytes()[:300])
    return path


@case(Layers((5, 2)))
def index_gone(folder: Path) -> Path:
    path = two(folder)
    file_of(path, "plots", ".gdbtablx").unlink()
    return path


@case(Layers((5, 2), says={"rows_lost"}))
def row_marked_as_deleted(folder: Path) -> Path:
    path = two(folder)
    index = file_of(path, "plots", ".gdbtablx")
    raw = bytearray(index.read_bytes())
    width = int.from_bytes(raw[12:16], "little")
    raw[16 + 2 * width : 16 + 3 * width] = bytes(width)
    index.write_bytes(raw)
    return path


def _without(name: str) -> Any:
    def made(folder: Path) -> Path:
        path = two(folder)
        (path / name).unlink()
        return path

    return made


for _name in ("a00000001.gdbtable", "a00000004.gdbtable"):
    add("filegdb", f"without_{_name[7:9]}", _without(_name), Refused("gdb_damaged"))


@case(Refused("gdb_empty"))
def empty_folder(folder: Path) -> Path:
    path = folder / "a.gdb"
    path.mkdir()
    return path


@case(Refused("file_is_folder"))
def folder_of_another_name(folder: Path) -> Path:
    return two(folder).rename(folder / "plain")


@case(Refused("part_of_gdb"))
def one_file_of_it(folder: Path) -> Path:
    return file_of(two(folder), "plots")


@case(Refused("mdb_refused"))
def personal_geodatabase(folder: Path) -> Path:
    path = folder / "a.mdb"
    path.write_bytes(b"\0\1\0\0Standard Jet DB\0" + bytes(4000))
    return path
