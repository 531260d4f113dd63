"""VRT and other files that name files: refused whatever they are called, and nothing of what they name is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

from cases import Layers, Refused, add, case

THEFT = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>CSV:/etc/passwd</SrcDataSource><SrcLayer>passwd</SrcLayer>
<GeometryType>wkbNone</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""
DELETE = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource relativeToVRT="1">b.gpkg</SrcDataSource>
<SrcSQL>DELETE FROM plots</SrcSQL></OGRVRTLayer></OGRVRTDataSource>"""
REMOTE = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/http://127.0.0.1:9/a.geojson</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""
RASTER = """<VRTDataset rasterXSize="20" rasterYSize="20"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
<SourceFilename>{file}</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"""
PYTHON = """<VRTDataset rasterXSize="20" rasterYSize="20"><VRTRasterBand dataType="Byte" band="1" subClass="VRTDerivedRasterBand">
<PixelFunctionType>f</PixelFunctionType><PixelFunctionLanguage>Python</PixelFunctionLanguage><PixelFunctionCode><![CDATA[
open("stolen", "w")]]></PixelFunctionCode></VRTRasterBand></VRTDataset>"""
TEXTS = {
    "theft": THEFT, "sql_delete": DELETE, "vsicurl": REMOTE, "raster": RASTER.format(file="/etc/passwd"),
    "raster_vsicurl": RASTER.format(file="/vsicurl/http://127.0.0.1:9/a.tif"), "python": PYTHON,
}  # fmt: skip
for _name, _text in TEXTS.items():

    def _vrt(folder: Path, text: str = _text) -> Path:
        path = folder / "a.vrt"
        path.write_text(text, "utf-8")
        return path

    add("vrt", _name, _vrt, Refused("vrt_refused"))

for _suffix in (".tif", ".gpkg", ".geojson", ".kml", ".gml", ".csv", ".txt", ".asc", ".img", ""):

    def _disguised(folder: Path, suffix: str = _suffix) -> Path:
        path = folder / f"a{suffix}"
        path.write_text(THEFT if suffix not in (".tif", ".asc", ".img") else TEXTS["raster"], "utf-8")
        return path

    add("vrt", f"called_{_suffix[1:] or 'nothing'}", _disguised, Refused("vrt_refused"))


@case(Refused("not_a_shapefile"))
def called_shp(folder: Path) -> Path:
    path = folder / "a.shp"
    path.write_text(THEFT, "utf-8")
    return path


@case(Refused("vrt_refused"))
def behind_a_mark_a_declaration_and_a_long_comment(folder: Path) -> Path:
    path = folder / "a.vrt"
    path.write_text(f"\ufeff<?xml version='1.0'?>\n<!-- {'x' * 9000} -->\n{THEFT}", "utf-8")
    return path


@case(Refused("vrt_refused"))
def in_utf_16(folder: Path) -> Path:
    path = folder / "a.vrt"
    path.write_text(THEFT, "utf-16")
    return path


@case(Refused("vrt_refused"))
def in_a_zip(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.vrt", THEFT)
        archive.writestr("b.txt", "x")
    return path


@case(Refused("vrt_refused"))
def in_a_zip_called_gpkg(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.gpkg", THEFT)
    return path


@case(Layers(1, says={"zip_files_left"}))
def in_a_zip_beside_a_layer(folder: Path) -> Path:
    path = folder / "a.zip"
    point = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[121.2,31.3]}}'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.vrt", THEFT)
        archive.writestr("b.geojson", point)
    return path


@case(Refused("format_unknown"))
def wms_description(folder: Path) -> Path:
    path = folder / "a.xml"
    path.write_text('<GDAL_WMS><Service name="TMS"><ServerUrl>http://127.0.0.1:9/</ServerUrl></Service></GDAL_WMS>', "utf-8")
    return path
