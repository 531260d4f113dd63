"""Files with the same bytes every time: fixed dates, fixed widths, blanks for NULL."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from .features import Layer
from .places import CRS

STAMP = "2025-11-22T00:00:00Z"
Schema = list[tuple[str, str, str]]  # (source column, field name, fiona type)
PARCEL_FIELDS: Schema = [
    ("id", "地块编号", "str:8"),
    ("name", "地块名称", "str:40"),
    ("land_use", "用地代码", "str:24"),
    ("land_use_version", "代码版本", "str:6"),
    ("planned_use", "规划用途", "str:24"),
    ("planned_far", "规划容积率", "float:5.2"),
    ("height_limit_m", "限高", "float:6.1"),
    ("area_declared_m2", "证载面积", "float:10.1"),
    ("gfa_m2", "建筑面积", "float:9.0"),
    ("far_area_m2", "计容面积", "float:9.0"),
    ("building_density", "建筑系数", "float:6.3"),
    ("built_year", "建成年份", "int:4"),
    ("condition", "建筑质量", "int:1"),
    ("owner", "权利人", "str:40"),
    ("owner_kind", "权利人性质", "str:4"),
    ("right_kind", "权利性质", "str:4"),
    ("tenure_end", "到期日", "date"),
    ("encumbrance", "抵押查封", "str:4"),
    ("willingness", "意愿", "str:6"),
    ("output_wan", "年产值", "float:10.0"),
    ("tax_wan", "年税收", "float:10.1"),
    ("energy_tce", "能耗", "float:10.1"),
    ("emissions_tco2", "排放", "float:10.1"),
    ("safety", "安全等级", "str:1"),
    ("jobs", "从业人数", "int:6"),
    ("firms", "企业数", "int:3"),
    ("investment_wan", "投资额", "float:9.0"),
    ("segment", "产业环节", "str:12"),
    ("contamination", "污染状况", "str:6"),
    ("vacant_share", "空置率", "float:5.2"),
    ("rights", "宗地数", "int:2"),
    ("note", "备注", "str:8"),
]


def write_gpkg(path: Path, layers: list[Layer]) -> None:
    """All layers into one new GeoPackage."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        for k, layer in enumerate(layers):
            frame = gpd.GeoDataFrame({n: _nullable(v) for n, v in layer.columns.items()}, geometry=layer.shapes, crs=layer.crs)
            pyogrio.write_dataframe(
                frame,
                path,
                layer=layer.name,
                driver="GPKG",
                append=k > 0,
                dataset_options={} if k else {"VERSION": "1.2"},
                geometry_type=layer.kind,
                layer_options={"DESCRIPTION": layer.title, "IDENTIFIER": layer.name, "GEOMETRY_NAME": "geom"},
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _nullable(values: list[Any]) -> Any:
    import pandas as pd

    known = [v for v in values if v is not None]
    if known and all(isinstance(v, bool) for v in known):
        return pd.array(values, dtype="boolean")
    if known and all(isinstance(v, int) for v in known):
        return pd.array(values, dtype="Int64")
    return values


def write_shp(
    path: Path, shapes: list[Any], columns: dict[str, list[Any]], fields: Schema, kind: str = "Polygon", crs: str = CRS
) -> None:
    """A GBK Shapefile with .prj and .cpg; NULL is blank in the .dbf."""
    schema = {"geometry": kind, "properties": {name: spec for _, name, spec in fields}}
    with fiona.open(
        path, "w", driver="ESRI Shapefile", schema=schema, crs=crs, encoding="GBK", DBF_DATE_LAST_UPDATE=STAMP[:10]
    ) as out:
        rows = zip(shapes, *(columns[source] for source, _, _ in fields), strict=True)
        out.writerecords(
            {
                "geometry": shapely.geometry.mapping(_clockwise(shape)),
                "properties": dict(zip(schema["properties"], values, strict=True)),
            }
            for shape, *values in rows
        )
    finish_dbf(path.with_suffix(".dbf"))
    path.with_suffix(".cpg").write_text("GBK", encoding="ascii")


def _clockwise(shape: Any) -> Any:
    return shapely.geometry.polygon.orient(shape, -1.0) if shape.geom_type == "Polygon" else shape


def dbf_fields(data: bytes) -> list[tuple[bytes, str, int, int]]:
    """(name, type, offset in the row, width) of the fields of a .dbf."""
    out, offset = [], 1
    for at in range(32, struct.unpack_from("<H", data, 8)[0] - 1, 32):
        if data[at] == 0x0D:
            break
        width = data[at + 16]
        out.append((data[at : at + 11].split(b"\0")[0], chr(data[at + 11]), offset, width))
        offset += width
    return out


def finish_dbf(path: Path) -> None:
    """Say that the text is GBK, and blank what GDAL writes for NULL: asterisks (numbers) and zeros (dates)."""
    data = np.frombuffer(path.read_bytes(), np.uint8).copy()
    raw = data.tobytes()
    count, head, size = struct.unpack_from("<IHH", raw, 4)
    rows = data[head : head + count * size].reshape(count, size)
    for _, kind, at, width in dbf_fields(raw):
        cell = rows[:, at : at + width]
        empty = (cell == (ord("0") if kind == "D" else ord("*"))).all(1) & (kind in "NFD")
        cell[empty] = ord(" ")
    data[29] = 0x4D  # language id: GBK
    path.write_bytes(data.tobytes())
