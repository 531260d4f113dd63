"""Small files for reading tests: shapefiles written byte by byte where a fault is wanted, by pyogrio else."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from landplan.io.gdal import heard, ogr

X, Y = 611_000.0, 3_463_000.0
"""A place in Jiading, EPSG:4549."""


def squares(n: int, side: float = 10.0, x: float = X, y: float = Y) -> Any:
    """n squares in a row, a gap of one side between neighbours."""
    west = x + 2 * side * np.arange(n)
    return shapely.box(west, y, west + side, y + side)


def write(path: Path, geometry: Any, columns: dict[str, Any], *, crs: str | None = "EPSG:4549", **options: Any) -> Path:
    """A layer in the format of the path's suffix."""
    table = pa.table({**columns, "geometry": pa.array(shapely.to_wkb(geometry).tolist(), pa.binary())})
    driver = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}[path.suffix]
    kind = options.pop("geometry_type", "Polygon")
    with heard():
        ogr().raw.write_arrow(table, path, driver=driver, geometry_name="geometry", geometry_type=kind, crs=crs, **options)
    return path


def dbf(path: Path, fields: Sequence[tuple[bytes, str, int, int]], rows: Sequence[Sequence[bytes]], *, stated: int | None = None,
        language_byte: int = 0, deleted: Sequence[int] = ()) -> Path:  # fmt: skip
    """A .dbf of raw cells. fields: (name, type, width, decimals). `stated` rows in the header, else the true number."""
    length = 1 + sum(width for _, _, width, _ in fields)
    head = struct.pack("<BBBBIHH", 3, 125, 1, 1, len(rows) if stated is None else stated, 33 + 32 * len(fields), length)
    out = head + bytes(17) + bytes([language_byte]) + bytes(2)
    for name, kind, width, decimals in fields:
        out += name[:11].ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width, decimals]) + bytes(14)
    out += b"\r"
    for number, row in enumerate(rows):
        out += b"*" if number in deleted else b" "
        for cell, (_, kind, width, _) in zip(row, fields, strict=True):
            out += cell.rjust(width) if kind in "NF" else cell.ljust(width)
    path.write_bytes(out + b"\x1a")
    return path


def shapefile(folder: Path, n: int = 8, *, prj: bool = True, geometry: Any = None) -> Path:
    """plots.shp with n squares and fields ID (N), 名称 (GBK)."""
    path = write(folder / "plots.shp", squares(n) if geometry is None else geometry, {"a": pa.array(range(n), pa.int64())})
    (folder / "plots.cpg").write_text("GBK")
    if not prj:
        (folder / "plots.prj").unlink()
    rows = [[str(k).encode(), f"华亭镇{k}号".encode("gbk")] for k in range(n)]
    dbf(folder / "plots.dbf", [(b"ID", "N", 10, 0), ("名称".encode("gbk"), "C", 20, 0)], rows)
    return path
