"""Job: a layer mended and written anew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Mend and convert a layer", zh="修正并转换图层")
def convert(
    *,
    path: Annotated[Path, Param("the layer's file; it is not changed", zh="图层文件，不会被改动", positional=True)],
    out: Annotated[Path, Param(".gpkg, .shp or .geojson to write", zh="写出的 .gpkg、.shp 或 .geojson", positional=True)],
    fix: Annotated[
        list[str] | None,
        Param(
            "a fix by the code that inspect gives; repeat it, or separate by commas",
            zh="修正，按 inspect 给出的编号；可重复，或用逗号分隔",
        ),
    ] = None,
    crs: Annotated[
        str | None,
        Param(
            "with a fix of the CRS: the right one; else the CRS to convert to", zh="修正坐标系时为正确的坐标系，否则为目标坐标系"
        ),
    ] = None,
    from_: Annotated[
        str | None,
        Param(
            "what the coordinates are in, whatever the file says: EPSG:4549, grid:NAME",
            zh="坐标所在坐标系（不论文件怎么说），如 EPSG:4549、grid:名称",
        ),
    ] = None,
    to: Annotated[
        str | None, Param("the CRS to convert to: EPSG:4549, grid:NAME", zh="目标坐标系，如 EPSG:4549、grid:名称")
    ] = None,
    layer: Annotated[str | None, Param("the layer, where the file has several", zh="文件有多个图层时的图层名")] = None,
    encoding: Annotated[str | None, Param("encoding of the file's text", zh="文件文字的编码")] = None,
    accept_area_change: Annotated[
        bool, Param("mend geometries even where an area changes by more than 0.01 %", zh="修复几何时允许面积变化超过 0.01 %")
    ] = False,
    progress: Progress = silent,
) -> Report:
    """Apply fixes to one layer and write it as UTF-8: GeoPackage, Shapefile or GeoJSON by the suffix of OUT.

    Fixes: axes_swapped, zone_prefix, zone_prefix_missing, metres_as_degrees, degrees_as_metres, mercator_as_metres,
    crs_absent, encoding_guessed, encoding_declared_wrong, encoding_given_wrong, shifted_gcj02, shifted_bd09,
    invalid_geometries; and the plain conversions gcj02_to_wgs84, wgs84_to_gcj02, bd09_to_wgs84, wgs84_to_bd09, gcj02_to_bd09,
    bd09_to_gcj02 (approximate: for maps, not for surveying). A grid without a code (grid:NAME, see `fit` and `grids`) is
    converted with the parameters kept in the user's settings, which no file carries. Nothing else changes: ids and values are
    read back and compared before the file is in place.
    """
    from landplan.app.conversion import conversion_report
    from landplan.core.errors import ExportError
    from landplan.io.conversion import Wanted
    from landplan.io.conversion import convert as converted

    source, target = Path(path), Path(out)
    beside = target.suffix.lower() == ".shp" and target.resolve().with_suffix("") == source.resolve().with_suffix("")
    if beside or target.resolve() == source.resolve():
        raise ExportError("would_overwrite_input", target)
    progress(0.0, "reading_layer", layer=source.name)
    codes = [code.strip() for codes in fix or () for code in codes.split(",")]
    wanted = Wanted(tuple(codes), crs, from_, to, layer, encoding, accept_area_change)
    return conversion_report(source, converted(source, target, wanted))
