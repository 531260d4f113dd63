"""What a raster says of itself before a pixel is decoded, and what of that matters to whoever measures with it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.io.files import kind, opening
from landplan.io.gdal import heard, raster_errors, rasters
from landplan.io.raster_formats import raster_driver
from landplan.io.raster_length import length_issues
from landplan.io.raster_place import Transform, place
from landplan.io.raw_layer import refused

_GDAL_NODATA = 42113
_FEW_BANDS = 4


@dataclass(frozen=True, slots=True)
class Header:
    """One band of a raster. transform: None where it lies nowhere; crs as declared, None for none; nodata: None for none."""

    width: int
    height: int
    bands: int
    dtype: str
    transform: Transform | None
    crs: str | None
    nodata: float | None
    unit: str
    issues: tuple[Issue, ...]

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_plain(cls, facts: Mapping[str, Any]) -> Header:
        six = facts["transform"]
        issues = tuple(Issue(**issue) for issue in facts["issues"])
        return cls(**{**facts, "transform": None if six is None else tuple(six), "issues": issues})


def read_header(path: Path, role: str, band: int = 1) -> Header:
    """The header of a raster. InputError when it is none, a VRT, or damaged; Issues name `role`."""
    driver = driver_of(path)
    with opened(path, role) as grid:
        if not 1 <= band <= grid.count:
            raise refused(role, path, IndexError(f"band {band}"))
        where = place(path, driver, grid, role, band)
        nodata = grid.nodatavals[band - 1]
        lost = _unrepresentable(path, driver) if nodata is None else None
        nodata = where.nodata if nodata is None else float(nodata)
        issues = (*where.issues, *_of_values(grid, role, band, lost), *length_issues(path, grid, role))
        unit = grid.units[band - 1] or ""
        return Header(
            grid.width, grid.height, grid.count, grid.dtypes[band - 1], where.transform, where.crs, nodata, unit, issues
        )


@contextmanager
def opened(path: Path, role: str) -> Iterator[Any]:
    """The dataset, by the only driver that its bytes call for; what the driver stumbles over is one line."""
    rasterio = rasters()
    driver, whole = driver_of(path), path.absolute()  # a bare name may look like one of GDAL's own
    with heard():
        try:
            with rasterio.Env(GDAL_ERROR_ON_LIBJPEG_WARNING="YES", GDAL_CACHEMAX=64), rasterio.open(whole, driver=driver) as grid:
                yield grid
        except raster_errors() as error:
            if "missing codec" in str(error):
                raise InputError("raster_codec", path.name) from error
            raise refused(role, path, OSError(str(error).replace(str(whole), path.name))) from error


def driver_of(path: Path) -> str:
    """GDAL's driver for a raster; InputError for what is none."""
    format = kind(path)
    if format == "vrt":
        raise InputError("vrt_refused", path.name)
    driver = raster_driver(path, opening(path)) if format == "raster" else None
    if driver is None:
        raise InputError("not_a_raster", path.name)
    return driver


def _of_values(grid: Any, role: str, band: int, lost: str | None) -> Iterator[Issue]:
    """What the header says that makes the values other than a plain number a pixel."""
    colours = [str(one).rpartition(".")[2].split(":")[0] for one in grid.colorinterp] if grid.count <= _FEW_BANDS else []
    if grid.count - colours.count("alpha") > 1:
        yield Issue("raster_bands", role, "note", values={"bands": grid.count, "band": band})
    if grid.subdatasets:
        yield Issue("raster_pages", role, values={"n": len(grid.subdatasets)})
    if grid.dtypes[band - 1].startswith("complex"):
        yield Issue("raster_complex", role, "blocks")
    if colours and colours[band - 1] == "palette":
        yield Issue("raster_palette", role, "note")
    scale, offset = grid.scales[band - 1], grid.offsets[band - 1]
    if not np.isfinite([scale, offset]).all() or scale == 0:
        yield Issue("raster_scale_odd", role, "blocks", values={"scale": str(scale), "offset": str(offset)})
    elif (scale, offset) != (1.0, 0.0):
        yield Issue("raster_scaled", role, "note", values={"scale": scale, "offset": offset})
    if lost is not None:
        yield Issue("nodata_unrepresentable", role, values={"nodata": lost, "type": grid.dtypes[band - 1]})


def _unrepresentable(path: Path, driver: str) -> str | None:
    """The no-data value that a GeoTIFF states and its pixels cannot hold, which GDAL passes over; None where it states none."""
    if driver != "GTiff":
        return None
    try:
        with path.open("rb") as file:
            head = file.read(16)
            order, wide = "<" if head[:2] == b"II" else ">", head[2:4] in (b"+\0", b"\0+")
            file.seek(struct.unpack(f"{order}Q", head[8:16])[0] if wide else struct.unpack(f"{order}I", head[4:8])[0])
            entries = struct.unpack(f"{order}{'Q' if wide else 'H'}", file.read(8 if wide else 2))[0]
            layout = struct.Struct(f"{order}HHQ8s" if wide else f"{order}HHI4s")
            for _ in range(min(entries, 4096)):
                tag, _type, count, value = layout.unpack(file.read(layout.size))
                if tag == _GDAL_NODATA:
                    if count > len(value):
                        file.seek(int.from_bytes(value, "little" if order == "<" else "big"))
                        value = file.read(min(count, 64))
                    return value.rstrip(b"\0 ").decode("ascii", "replace") or None
    except (OSError, struct.error):
        pass
    return None
