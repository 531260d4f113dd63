"""GeoParquet and Parquet: every encoding, missing and broken metadata, damage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from cases import Layers, Refused, add, case
from made_rasters import changed

SQUARES = made_files.squares(4)
IDS = pa.array(["00123", "00124", None, "12E10"])
WHOLE = Layers(4, crs="EPSG:4549", geometry="polygon", area_m2=400.0, first={"id": "00123"}, fields=["id"])
TABLE = Layers(4, crs=None, geometry="none", fields=["id", "n"])
DEGREES = shapely.box(121.2, 31.3, 121.201, 31.301)


def geo(encoding: str = "WKB", crs: Any = "EPSG:4549", **more: Any) -> dict[str, Any]:
    column = {"encoding": encoding, "geometry_types": [], "crs": crs, **more}
    if isinstance(crs, str) and crs.startswith("EPSG"):
        import pyproj

        column["crs"] = pyproj.CRS(crs).to_json_dict()
    if crs == "absent":
        del column["crs"]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def written(folder: Path, shapes: pa.Array | None, about: Any, more: dict[str, Any] | None = None, **options: Any) -> Path:
    """a.parquet with ids, the geometry column and the `geo` entry (text as it is)."""
    columns = {
        "id": IDS[: 4 if shapes is None else len(shapes)],
        **({} if shapes is None else {"geometry": shapes}),
        **(more or {}),
    }
    table = pa.table(columns)
    if about is not None:
        table = table.replace_schema_metadata({"geo": about if isinstance(about, str) else json.dumps(about)})
    pq.write_table(table, folder / "a.parquet", **options)
    return folder / "a.parquet"


def wkb(shapes: Any = SQUARES) -> pa.Array:
    return pa.array(shapely.to_wkb(shapes).tolist(), pa.binary())


def lists(shapes: Any, interleaved: bool) -> pa.Array:
    """The GeoArrow form of polygons."""
    _kind, xy, offsets = shapely.to_ragged_array(shapes)
    if interleaved:
        level = pa.FixedSizeListArray.from_arrays(pa.array(xy[:, :2].ravel()), 2)
    else:
        level = pa.StructArray.from_arrays([pa.array(xy[:, 0]), pa.array(xy[:, 1])], ["x", "y"])
    for one in offsets:
        level = pa.ListArray.from_arrays(pa.array(one, pa.int32()), level)
    return level


def made(shapes: Callable[[], pa.Array | None], about: Any, **options: Any) -> Callable[[Path], Path]:
    return lambda folder: written(folder, shapes(), about, **options)


for _compression in ("none", "snappy", "zstd", "gzip", "brotli", "lz4"):
    add("parquet", f"wkb_{_compression}", made(wkb, geo(), compression=_compression), WHOLE)
add("parquet", "large_wkb", made(lambda: wkb().cast(pa.large_binary()), geo()), WHOLE)
add("parquet", "geoarrow_polygon", made(lambda: lists(SQUARES, False), geo("polygon")), WHOLE)
add("parquet", "geoarrow_interleaved", made(lambda: lists(SQUARES, True), geo("polygon")), WHOLE)
add(
    "parquet", "geoarrow_multipolygon",
    made(lambda: lists(np.array([shapely.MultiPolygon([one]) for one in SQUARES]), False), geo("multipolygon")), WHOLE,
)  # fmt: skip
add("parquet", "wkt", made(lambda: pa.array(shapely.to_wkt(SQUARES).tolist()), geo("WKT")), WHOLE)
add("parquet", "encoding_unknown", made(wkb, geo("TWKB")), Refused("parquet_encoding"))
add("parquet", "encoding_untrue", made(wkb, geo("polygon")), Refused("parquet_encoding_wrong"))


@case(Layers(3, crs="EPSG:4549", geometry="point", says={"geometry_missing"}))
def geoarrow_points_with_height_and_null(folder: Path) -> Path:
    kind = pa.struct([("x", pa.float64()), ("y", pa.float64()), ("z", pa.float64())])
    points = pa.array([{"x": 611_000.0, "y": 3_463_000.0, "z": 4.0}, None, {"x": 611_010.0, "y": 3_463_000.0, "z": 5.0}], kind)
    return written(folder, points, geo("point"))


add("parquet", "crs_absent_is_degrees", made(lambda: wkb(np.array([DEGREES])), geo(crs="absent")), Layers(1, crs="EPSG:4326"))
add("parquet", "crs_null", made(wkb, geo(crs=None)), Layers(4, crs=None, says={"crs_absent"}))
add(
    "parquet",
    "crs_nonsense",
    made(wkb, geo(crs={"type": "Nothing"})),
    Layers(4, crs=None, says={"crs_absent", "parquet_crs_unknown"}),
)
add("parquet", "crs_wrong", made(wkb, geo(crs="EPSG:4326")), Layers(4, crs="EPSG:4326", area_m2=None, says={"metres_as_degrees"}))
add("parquet", "crs_as_wkt", made(wkb, geo(crs=__import__("pyproj").CRS(4549).to_wkt())), WHOLE)
add(
    "parquet", "several_geometry_columns",
    made(wkb, {**geo(), "columns": {**geo()["columns"], "centre": {"encoding": "WKB"}}},
         more={"centre": wkb(shapely.centroid(SQUARES))}),
    Layers(4, crs="EPSG:4549", geometry="polygon", fields=["id"], notes={"parquet_geometries_left"}),
)  # fmt: skip
add("parquet", "no_geo_entry", made(wkb, None), Layers(4, crs=None, says={"parquet_geometry_guessed", "crs_absent"}))
add(
    "parquet",
    "geo_entry_cut",
    made(wkb, '{"version": "1.1.0", "prim'),
    Layers(4, crs=None, says={"parquet_geo_broken", "crs_absent"}),
)
add("parquet", "geo_entry_of_another_kind", made(wkb, "[1, 2]"), Layers(4, crs=None, says={"parquet_geo_broken", "crs_absent"}))
add("parquet", "primary_column_absent", made(wkb, {**geo(), "primary_column": "shape"}), WHOLE)
add("parquet", "plain_table", made(lambda: None, None, more={"n": pa.array([1, 2, 2**53 + 1, None])}), TABLE)
add("parquet", "empty", made(lambda: wkb(SQUARES[:0]), geo()), Layers(0, crs="EPSG:4549"))


@case(Layers(4, crs="EPSG:4549", geometry="polygon", fields=["id"]))
def bounding_boxes(folder: Path) -> Path:
    boxes = pa.array([dict(zip(("xmin", "ymin", "xmax", "ymax"), one, strict=True)) for one in shapely.bounds(SQUARES).tolist()])
    covering = {"bbox": {name: ["bbox", name] for name in ("xmin", "ymin", "xmax", "ymax")}}
    return written(folder, wkb(), geo(covering=covering), {"bbox": boxes})


@case(Layers(4, crs="EPSG:4549", geometry="polygon", says={"geometry_unreadable"}))
def one_bad_geometry(folder: Path) -> Path:
    rows = wkb().to_pylist()
    rows[1] = rows[1][:20]
    return written(folder, pa.array(rows, pa.binary()), geo())


@case(Layers(4, crs="EPSG:4549", geometry="polygon"))
def types_of_every_kind(folder: Path) -> Path:
    import datetime

    more = {
        "decimal": pa.array([1, 2, None, 4]).cast(pa.decimal128(22, 2)), "when": pa.array([10**15] * 4, pa.timestamp("us")),
        "list": pa.array([[1], [], None, [2, 3]]), "word": pa.array(["a", "b", "a", None]).dictionary_encode(),
        "day": pa.array([datetime.date(2026, 1, 1)] * 4), "big": pa.array([2**63, 2**64 - 1, 0, None], pa.uint64()),
        "bytes": pa.array([b"\0", b"", None, b"x"]),
        "map": pa.array([[("a", 1)], [], None, []], pa.map_(pa.string(), pa.int64())),
    }  # fmt: skip
    return written(folder, wkb(), geo(), more)


@case(Refused("file_damaged"))
def corrupt_footer(folder: Path) -> Path:
    path = written(folder, wkb(), geo())
    raw = bytearray(path.read_bytes())
    raw[-40:-8] = bytes(32)
    raw[-8:-4] = (2**31 - 1).to_bytes(4, "little")
    path.write_bytes(raw)
    return path


@case(Refused("file_damaged"))
def cut_short(folder: Path) -> Path:
    return changed(written(folder, wkb(), geo()), 0.5, 1.0, "cut")


@case(Refused("file_damaged"))
def corrupt_pages(folder: Path) -> Path:
    path = written(folder, wkb(), geo(), compression="zstd", write_page_checksum=True)
    raw = bytearray(path.read_bytes())
    raw[30:200] = bytes(byte ^ 0x5A for byte in raw[30:200])
    path.write_bytes(raw)
    return path


@case(Layers(4, crs="EPSG:4549", geometry="polygon", says={"rows_lost"}))
def one_group_of_rows_damaged(folder: Path) -> Path:
    path = written(folder, wkb(), geo(), row_group_size=2, write_page_checksum=True, compression="none", use_dictionary=False)
    group = pq.ParquetFile(path).metadata.row_group(1).column(1)
    raw = bytearray(path.read_bytes())
    middle = group.data_page_offset + group.total_compressed_size // 2
    raw[middle : middle + 8] = bytes(byte ^ 0x5A for byte in raw[middle : middle + 8])
    path.write_bytes(raw)
    return path


@case(Refused("file_damaged"))
def magic_and_nothing(folder: Path) -> Path:
    path = folder / "a.parquet"
    path.write_bytes(b"PAR1" + bytes(20) + b"PAR1")
    return path


@case(Layers(4, crs="EPSG:4549", geometry="polygon", encoding="GBK", notes={"encoding_guessed"}, first={"名称": "嘉定区华亭镇"}))
def text_in_gbk(folder: Path) -> Path:
    """A column that is text by its type, and GBK by its bytes: what C++ writers that do not look leave."""
    raw = pa.array([f"嘉定区华亭镇{k or ''}".encode("gbk") for k in range(4)], pa.binary())
    text = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    return written(folder, wkb(), geo(), {"名称": text})


@case(Layers(4, crs="EPSG:4549", encoding="GBK", notes={"encoding_guessed"}, first={"名称": "嘉定区华亭镇"}))
def numbered_words_in_gbk(folder: Path) -> Path:
    raw = pa.array(["嘉定区华亭镇".encode("gbk"), "嘉定区安亭镇".encode("gbk")], pa.binary())
    words = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    return written(folder, wkb(), geo(), {"名称": pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0], pa.int32()), words)})
