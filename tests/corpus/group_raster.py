"""Rasters: damaged, mislabelled, misplaced, without data, of every type; in every format that landplan reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cases import Grid, Refused, add, case
from made_rasters import NORTH_UP, bare_tif, beside, changed, copied, noise, tif, world

SOUND = {"width": 30, "height": 20, "bands": 1, "crs": "EPSG:4549", "nodata": None, "resolution_m": [10.0, 10.0]}
UNPLACED = {**SOUND, "crs": None, "resolution_m": None}
NOT_OURS = "<PAMDataset><SRS>{srs}</SRS><GeoTransform> {six}</GeoTransform></PAMDataset>"


def facts(**changes: Any) -> dict[str, Any]:
    return {**SOUND, **changes}


# --- sound ones, of every type and format


def of_type(kind: Any, **options: Any) -> Callable[[Path], Path]:
    return lambda folder: tif(folder / "a.tif", noise(kind=kind), **options)


for _name, _kind, _options in (
    ("uint8", np.uint8, {}), ("int8", np.int8, {}), ("uint16", np.uint16, {}), ("int32", np.int32, {}),
    ("float64", np.float64, {}),
    ("float16", np.float32, {"nbits": 16}), ("float24", np.float32, {"nbits": 24}), ("int24", np.uint32, {"nbits": 24}),
    ("int12", np.uint16, {"nbits": 12}), ("big", np.uint8, {"BIGTIFF": "YES"}), ("big_endian", np.int16, {"ENDIANNESS": "BIG"}),
    ("tiled_lerc", np.float32, {"compress": "lerc", "tiled": True, "blockxsize": 16, "blockysize": 16}),
    ("lzw_predictor", np.float32, {"compress": "lzw", "predictor": 3}), ("zstd", np.float32, {"compress": "zstd"}),
):  # fmt: skip
    add("raster", f"type_{_name}", of_type(_kind, **_options), Grid(SOUND))


@case(Grid(SOUND))
def one_bit(folder: Path) -> Path:
    return tif(folder / "a.tif", (noise() > 50).astype(np.uint8), nbits=1)


@case(Grid(SOUND, says={"raster_inexact"}))
def int64_beyond_float(folder: Path) -> Path:
    return tif(folder / "a.tif", (noise(kind=np.float64) * 1e16).astype(np.int64))


@case(Grid(SOUND, says={"raster_complex"}))
def complex_values(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(kind=np.complex64))


@case(Grid(SOUND, says={"raster_complex"}))
def complex_whole_numbers(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(kind=np.complex64), dtype="complex_int16")


@case(Grid(facts(bands=4)))
def several_bands(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(bands=4, kind=np.uint8))


@case(Grid(SOUND))
def scale_and_offset(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(kind=np.int16), scales=[0.01], offsets=[2.0])


@case(Grid(SOUND, says={"raster_scale_odd"}))
def scale_of_zero(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(kind=np.int16), scales=[0.0], offsets=[2.0])


@case(Grid(SOUND))
def erdas_image(folder: Path) -> Path:
    return tif(folder / "a.img", noise(kind=np.uint8), driver="HFA")


@case(Grid(SOUND))
def envi(folder: Path) -> Path:
    return tif(folder / "a.dat", noise(), driver="ENVI")


@case(Grid(SOUND))
def esri_bil(folder: Path) -> Path:
    return tif(folder / "a.bil", noise(kind=np.int16), driver="EHdr")


@case(Grid(SOUND))
def arc_grid(folder: Path) -> Path:
    return copied(folder / "a.asc", "AAIGrid", noise(kind=np.int32))


@case(Grid(facts(nodata=1.70141e38)))
def surfer_text_grid_with_prj(folder: Path) -> Path:
    path = copied(folder / "a.grd", "GSAG", noise())
    from pyproj import CRS

    return beside(path, ".prj", CRS(4549).to_wkt("WKT1_ESRI"))


@case(Grid(SOUND))
def jpeg2000(folder: Path) -> Path:
    return copied(folder / "a.jp2", "JP2OpenJPEG", noise(kind=np.uint8), QUALITY="100", REVERSIBLE="YES")


def _picture(folder: Path, name: str, driver: str, bands: int = 1) -> Path:
    return copied(folder / name, driver, noise(bands=bands, kind=np.uint8), crs=None)


for _name, _driver, _bands, _world in (
    ("png", "PNG", 1, ".pgw"), ("jpg", "JPEG", 3, ".jgw"), ("webp", "WEBP", 3, ".wld"), ("gif", "GIF", 1, ".gfw"),
):  # fmt: skip

    def _placed(folder: Path, name: str = f"a.{_name}", driver: str = _driver, bands: int = _bands, end: str = _world) -> Path:
        return world(_picture(folder, name, driver, bands), end)

    add("raster", f"{_name}_with_world_file", _placed, Grid(facts(bands=_bands, crs=None), says={"crs_absent"}))


@case(Grid(UNPLACED, says={"raster_unplaced", "crs_absent"}))
def png_without_world_file(folder: Path) -> Path:
    return _picture(folder, "a.png", "PNG")


@case(Grid(SOUND))
def tif_named_shp(folder: Path) -> Path:
    return tif(folder / "a.tif", noise()).rename(folder / "a.bin")


# --- no data


for _name, _nodata in (("nan", np.nan), ("float_max", float(np.finfo(np.float32).max)), ("float_lowest", -3.4028234663852886e38),
                       ("minus_3_4e38", float(np.float32(-3.4e38))), ("minus_9999", -9999.0)):  # fmt: skip

    def _with_nodata(folder: Path, nodata: float = _nodata, all_of_it: bool = False) -> Path:
        values = noise()
        values[:, : 20 if all_of_it else 5] = nodata
        return tif(folder / "a.tif", values, nodata=nodata)

    def _only_nodata(folder: Path, nodata: float = _nodata) -> Path:
        values = noise()
        values[:] = nodata
        return tif(folder / "a.tif", values, nodata=nodata)

    _said = "nan" if np.isnan(_nodata) else _nodata
    add("raster", f"nodata_{_name}", _with_nodata, Grid(facts(nodata=_said)))
    add("raster", f"all_nodata_{_name}", _only_nodata, Grid(facts(nodata=_said), says={"raster_all_nodata"}))


@case(Grid(SOUND, says={"nodata_suspected"}))
def nodata_undeclared(folder: Path) -> Path:
    values = noise()
    values[:, :3] = -9999
    return tif(folder / "a.tif", values)


@case(Grid(facts(nodata=-1e38), says={"nodata_suspected"}))
def nodata_declared_far_off(folder: Path) -> Path:
    values = noise(kind=np.float64)
    values[:, :3] = -3.4028234663852886e38
    return tif(folder / "a.tif", values, nodata=-1e38)


@case(Grid(SOUND, says={"nodata_unrepresentable"}))
def nodata_beyond_the_type(folder: Path) -> Path:
    path = tif(folder / "a.tif", noise(kind=np.uint8), nodata=255)
    path.write_bytes(path.read_bytes().replace(b"255\0", b"-99\0"))
    return path


@case(Grid(facts(nodata=-9999.0)))
def nodata_in_the_aux_file(folder: Path) -> Path:
    values = noise()
    values[:, :3] = -9999
    path = tif(folder / "a.tif", values)
    band = '<PAMDataset><PAMRasterBand band="1"><NoDataValue>-9.99900000000000E+03</NoDataValue></PAMRasterBand></PAMDataset>'
    return beside(path, ".aux.xml", band)


@case(Grid(SOUND, says={"nodata_suspected"}))
def infinite_and_enormous(folder: Path) -> Path:
    values = noise()
    values[0, 0, :2] = np.inf, 1e35
    return tif(folder / "a.tif", values)


@case(Grid(SOUND, says={"raster_all_sparse"}))
def sparse_without_nodata(folder: Path) -> Path:
    from landplan.io.gdal import heard, rasters

    path, rasterio = folder / "a.tif", rasters()
    options = {"driver": "GTiff", "height": 20, "width": 30, "count": 1, "dtype": "float32", "sparse_ok": True}
    with heard(), rasterio.open(path, "w", crs="EPSG:4549", transform=rasterio.Affine(*NORTH_UP), **options):
        pass
    return path


# --- where it lies


@case(Grid(facts(crs=None), says={"crs_absent"}))
def no_crs(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), crs=None)


@case(Grid(UNPLACED, says={"raster_unplaced", "crs_absent"}))
def no_georeference(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), crs=None, transform=None)


@case(Grid(facts(crs="EPSG:4490", resolution_m=None), says={"raster_in_degrees"}))
def in_degrees(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), crs="EPSG:4490", transform=(0.001, 0, 121.2, 0, -0.001, 31.4))


@case(Grid(facts(resolution_m=None), says={"degrees_as_metres"}))
def degrees_called_4549(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), transform=(0.001, 0, 121.2, 0, -0.001, 31.4)).rename(folder / "a.bin")


@case(Grid(facts(crs="EPSG:4326", resolution_m=None), says={"metres_as_degrees", "raster_in_degrees"}))
def metres_called_4326(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), crs="EPSG:4326")


@case(Grid(facts(resolution_m=None), says={"zone_prefix"}))
def zone_40_called_4549(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), transform=(10, 0, 40_611_000, 0, -10, 3_463_000))


@case(Grid(facts(crs="EPSG:2263", resolution_m=[3.048006096, 3.048006096]), says={"raster_in_feet"}))
def in_feet(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), crs="EPSG:2263", transform=(10, 0, 985_000, 0, -10, 200_000))


@case(Grid(facts(crs=None), says={"crs_absent"}))
def local_crs(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), crs='LOCAL_CS["city grid",UNIT["metre",1]]')


@case(Grid(SOUND))
def rotated(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), transform=(8.0, 6.0, 611_000, 6.0, -8.0, 3_463_000))


@case(Grid(SOUND))
def south_up(folder: Path) -> Path:
    return tif(folder / "a.tif", noise(), transform=(10, 0, 611_000, 0, 10, 3_462_800))


@case(Grid(facts(resolution_m=[0.0, 10.0]), says={"raster_transform"}))
def flat_transform(folder: Path) -> Path:
    return world(tif(folder / "a.tif", noise(), transform=None), six=(0.0, 0.0, 0.0, -10.0, 611_005.0, 3_462_995.0))


@case(Grid(facts(resolution_m=None), says={"raster_points_only"}))
def control_points_only(folder: Path) -> Path:
    from rasterio.control import GroundControlPoint as Point

    points = [Point(row=r, col=c, x=611_000 + 10 * c + 0.3 * r * c, y=3_463_000 - 10 * r) for r in (0, 20) for c in (0, 15, 30)]
    return tif(folder / "a.tif", noise(), transform=None, gcps=points)


@case(Grid(facts(resolution_m=None), says={"raster_model_only"}))
def camera_model_only(folder: Path) -> Path:
    from rasterio.rpc import RPC

    terms = [1.0] + [0.0] * 19
    line = [0.0, 0.0, 1.0] + [0.0] * 17
    model = RPC(height_off=10.0, height_scale=100.0, lat_off=31.3, lat_scale=0.1, line_den_coeff=terms, line_num_coeff=line,
                line_off=10.0, line_scale=10.0, long_off=121.2, long_scale=0.1, samp_den_coeff=terms, samp_num_coeff=line,
                samp_off=15.0, samp_scale=15.0)  # fmt: skip
    return tif(folder / "a.tif", noise(), transform=None, rpcs=model)


@case(Grid(SOUND, says={"georeferences_differ"}))
def world_file_elsewhere(folder: Path) -> Path:
    return world(tif(folder / "a.tif", noise()), six=(10, 0, 0, -10, 612_005, 3_462_995))


@case(Grid(SOUND, says={"georeferences_differ"}))
def world_file_half_a_pixel_off(folder: Path) -> Path:
    return world(tif(folder / "a.tif", noise()), six=(10, 0, 0, -10, 611_000, 3_463_000))


@case(Grid(SOUND))
def world_file_that_agrees(folder: Path) -> Path:
    return world(tif(folder / "a.tif", noise()))


@case(Grid(SOUND))
def prj_of_a_shapefile_of_the_same_name(folder: Path) -> Path:
    from pyproj import CRS

    (folder / "a.shp").write_bytes(b"")
    return beside(tif(folder / "a.tif", noise()), ".prj", CRS(4490).to_wkt("WKT1_ESRI"))


@case(Grid(SOUND, says={"raster_crs_differs"}))
def prj_of_another_crs(folder: Path) -> Path:
    from pyproj import CRS

    return beside(tif(folder / "a.tif", noise()), ".prj", CRS(32651).to_wkt("WKT1_ESRI"))


@case(Grid(SOUND))
def prj_of_the_same_crs(folder: Path) -> Path:
    from pyproj import CRS

    return beside(tif(folder / "a.tif", noise()), ".prj", CRS(4549).to_wkt("WKT1_ESRI"))


@case(Grid(SOUND, says={"georeferences_differ", "raster_crs_differs"}))
def three_georeferences(folder: Path) -> Path:
    path = world(tif(folder / "a.tif", noise()), six=(10, 0, 0, -10, 611_105, 3_462_995))
    from pyproj import CRS

    six = "6.5e5, 1e1, 0, 3.4e6, 0, -1e1"
    return beside(path, ".aux.xml", NOT_OURS.format(srs=CRS(4548).to_wkt("WKT1_GDAL").replace('"', "&quot;"), six=six))


@case(Grid(SOUND))
def georeference_of_the_aux_file(folder: Path) -> Path:
    path = tif(folder / "a.tif", noise(), crs=None, transform=None)
    from pyproj import CRS

    six = "6.11e+05, 1.0e+01, 0.0, 3.463e+06, 0.0, -1.0e+01"
    return beside(path, ".aux.xml", NOT_OURS.format(srs=CRS(4549).to_wkt("WKT1_GDAL").replace('"', "&quot;"), six=six))


@case(Grid(SOUND, says={"raster_pages"}))
def several_images(folder: Path) -> Path:
    path = tif(folder / "a.tif", noise())
    tif(path, noise(seed=2), APPEND_SUBDATASET="YES")
    return path


# --- damaged


def damaged(compress: str | None, start: float, end: float, how: str, kind: Any = np.float32) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        return changed(tif(folder / "a.tif", noise(200, 200, kind=kind), compress=compress), start, end, how)

    return made


_LARGE = facts(width=200, height=200)
for _compress, _kind in (("none", np.float32), ("lzw", np.float32), ("deflate", np.float32), ("zstd", np.float32),
                         ("lerc", np.float32), ("jpeg", np.uint8)):  # fmt: skip
    add(
        "raster", f"cut_{_compress}", damaged(None if _compress == "none" else _compress, 0.6, 1.0, "cut", _kind),
        Grid(_LARGE, says={"pixels_unreadable"}),
    )  # fmt: skip
for _compress, _kind, _says in (("lzw", np.float32, "pixels_unreadable"), ("deflate", np.float32, "pixels_unreadable"),
                                ("lerc", np.float32, "pixels_unreadable"), ("jpeg", np.uint8, "pixels_unreadable"),
                                ("packbits", np.float32, "pixels_doubtful")):  # fmt: skip
    add("raster", f"corrupt_{_compress}", damaged(_compress, 0.5, 0.503, "flip", _kind), Grid(_LARGE, says={_says}))


@case(Refused("file_damaged"))
def cut_in_the_header(folder: Path) -> Path:
    return changed(tif(folder / "a.tif", noise()), 0.01, 1.0, "cut")


@case(Grid({"width": 100_000, "height": 100_000, "bands": 1}, says={"raster_unplaced", "crs_absent", "pixels_unreadable"}))
def enormous_of_a_header(folder: Path) -> Path:
    return bare_tif(folder / "a.tif", 100_000, 100_000, rows=1)


@case(Grid({"width": 10, "height": 10, "bands": 65_535}, says={"raster_unplaced", "crs_absent", "pixels_unreadable"}))
def bands_without_end(folder: Path) -> Path:
    return bare_tif(folder / "a.tif", 10, 10, bands=65_535)


@case(Refused("file_damaged"))
def too_wide(folder: Path) -> Path:
    return bare_tif(folder / "a.tif", 2**31, 1)


@case(Grid({"width": 2**31 - 1, "height": 1}, says={"raster_unplaced", "crs_absent", "pixels_unreadable"}))
def as_wide_as_can_be(folder: Path) -> Path:
    return bare_tif(folder / "a.tif", 2**31 - 1, 1)


@case(Grid(facts(width=8000, height=8000), says={"pixels_unreadable"}))
def large_and_cut(folder: Path) -> Path:
    values = np.tile(noise(8000, 10, kind=np.uint8)[0], 800)
    return changed(tif(folder / "a.tif", values, compress="deflate", tiled=True), 0.9, 1, "cut")


@case(Grid(facts(width=8000, height=8000), says={"raster_blocks_large"}))
def one_block_of_half_a_gigabyte(folder: Path) -> Path:
    path = folder / "a.tif"
    return tif(path, np.zeros((8000, 8000)), compress="zstd", zstd_level=1, blockysize=8000)


@case(Refused("file_damaged"))
def letters_in_the_size_of_an_arc_grid(folder: Path) -> Path:
    path = copied(folder / "a.asc", "AAIGrid", noise(kind=np.int32))
    path.write_bytes(re.sub(rb"ncols +\d+", b"ncols        -3", path.read_bytes()))
    return path


@case(Grid(SOUND, says={"pixels_unreadable", "raster_values_count"}))
def arc_grid_cut(folder: Path) -> Path:
    return changed(copied(folder / "a.asc", "AAIGrid", noise(kind=np.int32)), 0.7, 1.0, "cut")


@case(Grid({"width": 100_000, "height": 100_000}, says={"pixels_unreadable", "raster_values_count", "crs_absent"}))
def arc_grid_of_a_header(folder: Path) -> Path:
    path = folder / "a.asc"
    path.write_text("ncols 100000\nnrows 100000\nxllcorner 611000\nyllcorner 3463000\ncellsize 10\n1 2 3\n")
    return path


@case(Grid({"width": 3, "height": 1, "resolution_m": None}, says={"raster_transform", "crs_absent"}))
def arc_grid_without_a_cell_size(folder: Path) -> Path:
    path = folder / "a.asc"
    path.write_text("ncols 3\nnrows 1\nxllcorner 611000\nyllcorner 3463000\ncellsize nan\n1 2 3\n")
    return path


@case(Grid({"width": 3, "height": 1, "crs": None}, says={"raster_values_count", "crs_absent"}))
def arc_grid_with_values_too_many(folder: Path) -> Path:
    path = folder / "a.asc"
    path.write_text("ncols 3\nnrows 1\nxllcorner 611000\nyllcorner 3463000\ncellsize 10\nNODATA_value -9999\n1 -9999 3 4\n")
    return path


@case(Grid(SOUND, says={"raster_values_odd"}))
def arc_grid_with_words(folder: Path) -> Path:
    path = copied(folder / "a.asc", "AAIGrid", noise(kind=np.int32))
    head, _, rest = path.read_bytes().rpartition(b" 5")
    path.write_bytes(head + b" n/a" + rest)
    return path


@case(Refused("not_a_raster", "format_unknown"))
def text_called_asc(folder: Path) -> Path:
    path = folder / "a.asc"
    path.write_text("-----BEGIN PGP MESSAGE-----\nhello\n")
    return path


@case(Refused("raster_codec"))
def unknown_codec(folder: Path) -> Path:
    path = tif(folder / "a.tif", noise(), compress="lzw")
    tag = (259).to_bytes(2, "little") + (3).to_bytes(2, "little") + (1).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(tag + b"\x05\0", tag + b"\x52\xc3"))
    return path


@case(Refused("hdf_refused"))
def hdf5(folder: Path) -> Path:
    path = folder / "a.h5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(512))
    return path


@case(Grid(SOUND, says={"raster_cut"}))
def bil_cut(folder: Path) -> Path:
    return changed(tif(folder / "a.bil", noise(kind=np.int16), driver="EHdr"), 0.6, 1.0, "cut")


@case(
    Grid(
        facts(width=200, height=200, crs=None, resolution_m=None),
        says={"raster_cut", "pixels_unreadable", "raster_unplaced", "crs_absent"},
    )
)
def erdas_image_cut(folder: Path) -> Path:
    return changed(tif(folder / "a.img", noise(200, 200, kind=np.uint8), driver="HFA", COMPRESSED="YES"), 0.6, 1.0, "cut")


@case(Grid(UNPLACED, says={"pixels_unreadable", "raster_unplaced", "crs_absent"}))
def png_with_a_wrong_checksum(folder: Path) -> Path:
    return changed(_picture(folder, "a.png", "PNG"), 0.6, 0.61)


@case(Refused("raster_part"))
def header_of_a_bil(folder: Path) -> Path:
    return tif(folder / "a.bil", noise(kind=np.int16), driver="EHdr").with_suffix(".hdr")


@case(Grid(UNPLACED, says={"raster_cut", "raster_unplaced", "crs_absent"}))
def png_cut(folder: Path) -> Path:
    return changed(_picture(folder, "a.png", "PNG"), 0.6, 1.0, "cut")


@case(Grid(facts(bands=3, crs=None), says={"pixels_unreadable", "crs_absent"}))
def jpeg_cut(folder: Path) -> Path:
    return changed(world(_picture(folder, "a.jpg", "JPEG", 3), ".jgw"), 0.6, 1.0, "cut")
