"""Rasters in: a grid and a function that reads windows of it; never warped silently, decoded in a process apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.crs import is_plane, parsed, same
from landplan.core.errors import InputError, Issue
from landplan.core.layers import Float, Raster
from landplan.io import apart
from landplan.io.apart_answer import Pixels
from landplan.io.files import sha256
from landplan.io.gdal import raster_errors
from landplan.io.grid_file import declares
from landplan.io.placement import guessed_crs, implausible
from landplan.io.raster_header import Header, opened, read_header
from landplan.io.raster_pixels import FARTHEST, pixel_issues
from landplan.io.raster_place import corners, short

_STRIP_PIXELS = 16_000_000
"""What is asked for at once; a larger window comes in strips."""
_INSET = 0.25


def open_raster(path: Path, role: str, measuring_crs: str, *, crs: str | None = None, unit: str = "", band: int = 1) -> Raster:
    """One band of a raster in the measuring CRS; InputError naming both CRSs when it is in another, or has none.

    crs overrides what the file declares. unit: of the values; else what the band states. InputError too for what would make
    every number wrong: a place that is not known or disputed, complex values. Other findings are Issues of the raster.
    """
    header = _header(path, role, band)
    where = f"{path.name} [layers.{role}]"
    declared = crs or header.crs
    for issue in header.issues:
        if issue.weight == "blocks" and not (crs and issue.id == "raster_crs_differs"):
            raise InputError(issue.id, where, **dict(issue.values))
    if declared is None and not is_plane(measuring_crs):
        raise InputError("crs_missing", where, layer=role, suggestion=measuring_crs)
    if declared is not None and not (same(declared, measuring_crs) or declares(declared, measuring_crs)):
        raise InputError("raster_other_crs", path.name, layer=role, crs=short(declared), wanted=measuring_crs)
    for issue in _misplaced(header, declared, role):
        raise InputError(issue.id, where, **dict(issue.values))

    def read(row0: int, row1: int, col0: int, col1: int) -> Float:
        return _window(path, role, (band, header.nodata), (row0, row1), (col0, col1))

    assert header.transform is not None  # noqa: S101  (a raster without one has an Issue that blocks)
    size = header.width, header.height
    return Raster(role, str(path), sha256(path), measuring_crs, *size, header.transform, unit or header.unit, read, header.issues)


def raster_card(path: Path, crs: str | None = None) -> tuple[dict[str, Any], str | None, tuple[Issue, ...]]:
    """Width, height, bands, type, nodata and resolution_m (x, y; None in degrees) of a raster; its CRS (`crs` where one is
    given instead); and what is wrong with it. Pixels are decoded: all of a small raster, blocks spread over a large one."""
    role = path.stem
    header = read_header(path, role)
    declared = crs or header.crs
    nodata = header.nodata
    facts = {
        "width": header.width, "height": header.height, "bands": header.bands, "type": header.dtype,
        "nodata": str(nodata) if nodata is not None and not np.isfinite(nodata) else nodata,
        "resolution_m": _resolution_m(header, declared),
    }  # fmt: skip
    issues = (*header.issues, *_of_system(header, declared, role), *pixel_issues(path, header, role))
    return facts, declared, issues


def read_pixels(path: Path, role: str, band: int, nodata: float | None, rows: tuple[int, int], cols: tuple[int, int]) -> Pixels:
    """(rows, cols) values of a window, scale and offset applied, NaN for no data; opened afresh, so any thread may ask.

    float32 where that loses no digit of what is stored, else float64.
    """
    with opened(path, role) as grid:
        try:
            masked = grid.read(band, window=(rows, cols), masked=True)
        except raster_errors() as error:
            raise InputError("window_unreadable", path.name, layer=role, rows=f"{rows[0] + 1}–{rows[1]}") from error
        scale, offset = grid.scales[band - 1], grid.offsets[band - 1]
        nodata = nodata if grid.nodatavals[band - 1] is None else None  # its own is masked already
    if masked.dtype.kind == "c":
        raise InputError("raster_complex", path.name)
    plain = (scale, offset) == (1.0, 0.0)
    whole = not plain or masked.dtype.itemsize > (4 if masked.dtype.kind == "f" else 2)
    values: Pixels = masked.data.astype(np.float64 if whole else np.float32)
    if np.ma.is_masked(masked):
        values[masked.mask] = np.nan
    if nodata is not None:
        values[values == nodata] = np.nan
    if masked.dtype.kind == "f":
        values[~(np.abs(values) <= FARTHEST)] = np.nan
    if not plain:
        values *= scale
        values += offset
    return values


def _header(path: Path, role: str, band: int) -> Header:
    if apart.inside():
        return read_header(path, role, band)
    return Header.of_plain(apart.apart("raster", path, {"role": role, "band": band}))


def _window(path: Path, role: str, what: tuple[int, float | None], rows: tuple[int, int], cols: tuple[int, int]) -> Float:
    """A window from the process apart, in strips where it is large."""
    if apart.inside():
        return read_pixels(path, role, *what, rows, cols).astype(np.float64, copy=False)
    tall = max(1, _STRIP_PIXELS // max(cols[1] - cols[0], 1))
    strips: list[Float] = []
    for top in range(rows[0], rows[1], tall):
        strip = (top, min(top + tall, rows[1]))
        asked = {"role": role, "band": what[0], "nodata": what[1], "rows": strip, "cols": cols}
        strips.append(apart.apart("pixels", path, asked))
    return strips[0] if len(strips) == 1 else np.concatenate(strips or [np.empty((0, cols[1] - cols[0]))])


def _resolution_m(header: Header, crs: str | None) -> list[float] | None:
    """The sides of a pixel, m; None in degrees, and where the raster lies nowhere or cannot be where it says."""
    if (
        header.transform is None
        or _misplaced(header, crs, "")
        or (crs is not None and not is_plane(crs) and parsed(crs).is_geographic)
    ):
        return None
    a, b, _c, d, e, _f = header.transform
    if not np.isfinite(header.transform).all():
        return None
    return [round(float(np.hypot(*side)) * _metres(crs), 9) for side in ((a, d), (b, e))]


def _metres(crs: str | None) -> float:
    """The length of the CRS's unit, m."""
    axes = parsed(crs).axis_info if crs is not None and not is_plane(crs) else ()
    return float(axes[0].unit_conversion_factor) if axes else 1.0


def _of_system(header: Header, crs: str | None, role: str) -> list[Issue]:
    """What is wrong with the CRS: absent, degrees, feet, or impossible for where the raster lies."""
    if crs is None:
        place = "" if header.transform is None else guessed_crs(corners(header.transform, (header.width, header.height)))
        return [Issue("crs_absent", role, "blocks", values={"suggestion": place or "plane:local"})]
    if is_plane(crs):
        return []
    issues = _misplaced(header, crs, role)
    if parsed(crs).is_geographic:
        issues.append(Issue("raster_in_degrees", role, values={"crs": short(crs)}))
    elif abs(_metres(crs) - 1.0) > 1e-12:
        issues.append(Issue("raster_in_feet", role, values={"crs": short(crs), "unit": parsed(crs).axis_info[0].unit_name}))
    return issues


def _misplaced(header: Header, crs: str | None, role: str) -> list[Issue]:
    """An Issue when the middle of the raster cannot be where its CRS says."""
    if crs is None or is_plane(crs) or header.transform is None or not np.isfinite(header.transform).all():
        return []
    middle = corners(header.transform, (header.width, header.height), _INSET)
    return [issue for issue in implausible(middle, crs, role) if issue.weight == "blocks"]
