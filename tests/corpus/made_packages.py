"""GeoPackages to spoil: a sound one of eight squares, changed by SQL as other programs and people change them."""
# ruff: noqa: S608  (all SQL here is of our own making)

from __future__ import annotations

import shutil
import sqlite3
import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import made_files
import pyarrow as pa
import shapely

N = 8
M2 = 800.0
FIELDS = ["名称", "面积", "编号"]


def package(folder: Path, n: int = N, *, crs: str | None = "EPSG:4549", geometry: Any = None, **options: Any) -> Path:
    """plots.gpkg with n squares of 100 m2, a text, a float and a whole number, and no triggers to get in the way of SQL."""
    columns = {
        "名称": pa.array([f"华亭镇{k}号" for k in range(n)]),
        "面积": pa.array([1.5 * k for k in range(n)]),
        "编号": pa.array(range(n), pa.int64()),
    }
    shapes = made_files.squares(n) if geometry is None else geometry
    path = made_files.write(folder / "plots.gpkg", shapes, columns, crs=crs, layer="plots", **options)
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.commit()
    return path


def altered(path: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> Path:
    """The file after some SQL: a script, or a statement with its values."""
    with closing(sqlite3.connect(path)) as database:
        for one in statements:
            if isinstance(one, str):
                database.executescript(one)
            else:
                database.execute(*one)
        database.commit()
    return path


def listed(name: str, kind: str = "features", geometry: str = "POLYGON", srs: int = 4549) -> str:
    """SQL that lists a table or view as a layer."""
    quoted = name.replace("'", "''")
    out = (
        f"INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('{quoted}', '{kind}', '{quoted}', {srs});"
    )
    if kind == "features":
        out += f"INSERT INTO gpkg_geometry_columns VALUES ('{quoted}', 'geom', '{geometry}', {srs}, 0, 0);"
    return out


def blob(geometry: Any, srs: int = 4549, flags: int = 1) -> bytes:
    """A geometry as a GeoPackage stores it."""
    return b"GP\0" + bytes([flags]) + struct.pack("<i", srs) + bytes(shapely.to_wkb(geometry, flavor="iso"))


def with_shape(folder: Path, value: object, row: int = 3) -> Path:
    """The sound file with something else in the geometry of one row."""
    return altered(package(folder), ("UPDATE plots SET geom = ? WHERE fid = ?", (value, row)))


def pending(path: Path, *statements: str) -> Path:
    """The file with changes that are only in its write-ahead log, as a copy from a program that has it open."""
    home = path.parent
    inside = home / "open"
    inside.mkdir()
    path.rename(inside / path.name)
    with closing(sqlite3.connect(inside / path.name)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        for one in statements:
            database.execute(one)
        database.commit()
        for file in inside.iterdir():
            shutil.copy(file, home / file.name)
    shutil.rmtree(inside)
    return path


def arc(x: float, y: float) -> bytes:
    """A CURVEPOLYGON with one full circle of radius 10 m around x, y."""
    points = [(x - 10, y), (x, y + 10), (x + 10, y), (x, y - 10), (x - 10, y)]
    ring = struct.pack("<BII", 1, 8, len(points)) + b"".join(struct.pack("<2d", *point) for point in points)
    return b"GP\0\1" + struct.pack("<i", 4549) + struct.pack("<BII", 1, 10, 1) + ring
