"""A small plan without a CRS as files: parcels and zones as shapefiles without .prj, roads, a table of points."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from tests import small_plan

Move = Callable[[Any], Any]
WEST_M, SOUTH_M = -1200.0, -430.5
"""The south-west corner: small and negative, as city grids have it."""


def write_files(folder: Path, move: Move = lambda xy: xy) -> dict[str, Path]:
    """parcels.shp, zones.shp, roads.shp (no .prj) and labs.csv, by role; `move` takes (v, 2) coordinates elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    back = np.array([WEST_M - small_plan.WEST_M, SOUTH_M - small_plan.SOUTH_M])
    shapes, fields = small_plan.parcels()
    shapes = [shapely.transform(shape, lambda xy: xy + back) for shape in shapes]
    fields["地块编号"][9] = "P09"
    del fields["备注"]
    fields["证载面积"] = np.full(len(shapes), small_plan.SIDE_M**2 * 1.02)
    _write(folder / "parcels.shp", shapes, fields, move)
    west, south, middle = WEST_M - 5, SOUTH_M - 5, WEST_M + 480
    halves = [shapely.box(west, south, middle, south + 970), shapely.box(middle, south, WEST_M + 970, south + 970)]
    _write(folder / "zones.shp", halves, {"id": ["Z1", "Z2"], "name": ["西片", "东片"], "set": ["town", "town"]}, move)
    road = shapely.LineString([(WEST_M - 50, SOUTH_M + 480), (WEST_M + 1000, SOUTH_M + 480)])
    _write(folder / "roads.shp", [road], {"class": ["主干路"]}, move)
    labs = move(np.array([[-1000.5, -200.0], [-600.0, 120.25]])).tolist()
    rows = [f"L{k + 1},实验室{k + 1},{x!r},{y!r}" for k, (x, y) in enumerate(labs)]
    (folder / "labs.csv").write_text("\n".join(["编号,名称,x,y", *rows]) + "\n", encoding="utf-8")
    return {role: folder / f"{role}.{'csv' if role == 'labs' else 'shp'}" for role in ("parcels", "zones", "roads", "labs")}


def _write(path: Path, shapes: list[Any], fields: Mapping[str, Any], move: Move) -> None:
    import pyogrio

    wkb = shapely.to_wkb(np.array([shapely.transform(shape, move) for shape in shapes], object))
    columns = [np.array(values, object) if isinstance(values, list) else values for values in fields.values()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.raw.write(
            str(path),
            wkb,
            columns,
            list(fields),
            geometry_type=shapes[0].geom_type,
            crs=None,
            driver="ESRI Shapefile",
            encoding="GBK",
        )


def texts_of(file: Path) -> bytes:
    """All bytes of a file, with what zips, workbooks and PDFs hold packed unpacked behind them."""
    import io
    import zipfile

    import pikepdf

    data = file.read_bytes()
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return data + b"".join(archive.read(name) for name in archive.namelist())
    if data[:5] == b"%PDF-":
        with pikepdf.open(file) as pdf:
            streams = (one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Width" not in one)
            return data + b"".join(streams)
    return data
