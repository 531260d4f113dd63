"""Rasters in: a grid and a function that reads windows of it; never warped silently."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from landplan.core.crs import is_plane, parsed, same
from landplan.core.errors import InputError
from landplan.core.layers import Float, Raster
from landplan.io.files import kind, opening, sha256
from landplan.io.gdal import heard, rasters
from landplan.io.raw_layer import crs_text, refused

_DRIVERS = {b"II": "GTiff", b"MM": "GTiff", b"EH": "HFA"}
"""First bytes → the driver that may open the file. All hold their own pixels and name no other file."""


def open_raster(path: Path, role: str, measuring_crs: str, *, crs: str | None = None, unit: str = "", band: int = 1) -> Raster:
    """One band of a raster in the measuring CRS; InputError naming both CRSs when it is in another, or has none.

    crs overrides what the file declares. unit: of the values; else what the band states.
    """
    rasterio = rasters()
    driver = _driver(path)
    with heard():
        try:
            with rasterio.open(path, driver=driver) as grid:
                declared = crs or crs_text(grid.crs.to_wkt() if grid.crs else None)
                size, transform, stated = (grid.width, grid.height), tuple(grid.transform)[:6], grid.units[band - 1]
        except (rasterio.errors.RasterioError, IndexError) as error:
            raise refused(role, path, error) from error
    if declared is None and not is_plane(measuring_crs):
        raise InputError("crs_missing", f"{path.name} [layers.{role}]", layer=role, suggestion=measuring_crs)
    if declared is not None and not same(declared, measuring_crs):
        raise InputError("raster_other_crs", path.name, layer=role, crs=_short(declared), wanted=measuring_crs)

    def read(row0: int, row1: int, col0: int, col1: int) -> Float:
        return _window(path, role, band, (row0, row1), (col0, col1))

    unit = unit or stated or ""
    return Raster(role, str(path), sha256(path), measuring_crs, *size, transform, unit, read)


def grid_facts(path: Path) -> tuple[dict[str, object], str | None]:
    """Width, height, bands, nodata and resolution_m (x, y; None in degrees) of a raster, and its CRS."""
    rasterio = rasters()
    driver = _driver(path)
    with heard():
        try:
            with rasterio.open(path, driver=driver) as grid:
                crs = crs_text(grid.crs.to_wkt() if grid.crs else None)
                size = {"width": grid.width, "height": grid.height, "bands": grid.count}
                nodata = None if grid.nodata is None else float(grid.nodata)
                pixel = [round(abs(float(side)), 9) for side in grid.res]
        except rasterio.errors.RasterioError as error:
            raise refused("", path, error) from error
    in_metres = crs is None or not parsed(crs).is_geographic
    nodata_text = str(nodata) if nodata is not None and not np.isfinite(nodata) else nodata
    return {**size, "nodata": nodata_text, "resolution_m": pixel if in_metres else None}, crs


def _window(path: Path, role: str, band: int, rows: tuple[int, int], cols: tuple[int, int]) -> Float:
    """(rows, cols) float64 of a window, scale and offset applied, NaN for no data; opened afresh, so any thread may ask."""
    rasterio = rasters()
    with heard():
        try:
            with rasterio.open(path, driver=_driver(path)) as grid:
                masked = grid.read(band, window=(rows, cols), masked=True)
                scale, offset = grid.scales[band - 1], grid.offsets[band - 1]
        except rasterio.errors.RasterioError as error:
            raise refused(role, path, error) from error
    values: Float = masked.astype(np.float64).filled(np.nan) * scale + offset
    values[~np.isfinite(values)] = np.nan
    return values


def _driver(path: Path) -> str:
    format = kind(path)
    if format == "vrt":
        raise InputError("vrt_refused", path.name)
    if format != "raster":
        raise InputError("not_a_raster", path.name)
    return _DRIVERS.get(opening(path, 2), "AAIGrid")


def _short(crs: str) -> str:
    return crs if len(crs) < 40 else crs.split('"')[1]
