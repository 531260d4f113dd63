"""What a raster says about a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue
from landplan.core.kernels import scanline
from landplan.core.layers import Float, Geometry, Int, Layer, Raster, Text, take
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column
from landplan.core.units import UNITS, factor

_PIXELS_AT_ONCE, _PIXELS_A_WINDOW, _PIXELS_A_READ = 4_000_000, 16_000_000, 500_000
"""Pixels of all parcels of a block, of the strip of the raster that their tops lie in, and what one more reading costs."""
Affine = tuple[float, float, float, float, float, float]
_STATISTICS = ("mean", "max", "min", "share_above")


@measures.add("Raster statistic", zh="栅格统计")
def zonal(
    context: Measuring,
    *,
    raster: Annotated[str, Param("raster", zh="栅格")],
    statistic: Annotated[str, Param("statistic of the pixels", zh="统计量", choices=_STATISTICS)] = "mean",
    threshold: Annotated[
        float, Param("share_above: pixels above this count, in the raster's unit", zh="share_above 的阈值（栅格单位）")
    ] = 0.0,
    pixels: Annotated[str, Param("which pixels count", zh="像元取法", choices=("centres", "exact"))] = "centres",
    nodata_max: Annotated[
        float, Param("more no-data than this: unknown", zh="无数据占比上限", unit="share", low=0, high=1)
    ] = 0.5,
    unit: Annotated[str, Param("unit of the result", zh="结果的单位")] = "",
) -> Column:
    """Mean, highest or lowest value of the pixels on the parcel, or the share of them above a threshold.

    Pixels count by their centre, or exactly by the part inside. A parcel that holds no known pixel takes the pixel at
    a point inside it (counted in an Issue). NaN without geometry, and where more than nodata_max of it has no data; unit:
    `unit`, else the raster's, share for share_above. Skipped when the raster is absent.
    """
    grid = context.raster(raster)
    stats = _statistics(context.subject, grid, statistic, threshold, exact=pixels == "exact")
    values = stats.values.copy()
    values[stats.empty > nodata_max + 1e-12] = np.nan
    stated = grid.unit if grid.unit in UNITS else ""
    result = "share" if statistic == "share_above" else context.unit(unit or stated)
    if stated and statistic != "share_above":
        values = values * factor(stated, result, context.criterion)
    return context.column(values, result, issues=tuple(_said(context, stats, raster)))


@dataclass(frozen=True, eq=False)
class _Stats:
    """Per parcel (n,): the statistic, NaN unknown; the share of its pixels without data; whether a point had to do."""

    values: Float
    empty: Float
    by_point: npt.NDArray[np.bool_]


def _statistics(subject: Layer, raster: Raster, statistic: str, threshold: float, *, exact: bool) -> _Stats:
    n = len(subject)
    values, empty = np.full(n, np.nan), np.full(n, np.nan)
    by_point = np.zeros(n, np.bool_)
    for rows, geometry in _blocks(subject.geometry, raster):
        window, transform = _window(raster, geometry)
        judged = _judged(window, statistic, threshold)
        found = scanline.zonal(geometry, judged, transform, exact=exact)
        values[rows] = {"max": found.high, "min": found.low}.get(statistic, found.mean)
        empty[rows] = 1.0 - found.covered
        none = rows[found.covered == 0.0]
        values[none] = _at_points(judged, transform, subject.shapes[none])
        by_point[none] = ~np.isnan(values[none])
    empty[by_point] = 0.0
    return _Stats(values, empty, by_point)


def _judged(values: Float, statistic: str, threshold: float) -> Float:
    """The pixels, or for a share whether they lie above the threshold (1, 0)."""
    return values if statistic != "share_above" else np.where(np.isnan(values), np.nan, values > threshold)


def _blocks(geometry: Geometry, raster: Raster) -> Iterator[tuple[Int, Geometry]]:
    """Rows with geometry, from the top of the raster down, in blocks of a bounded number of pixels and height; one by one where
    they lie far apart."""
    rows = np.flatnonzero(np.diff(geometry.row) > 0)
    if not len(rows):
        return
    first = geometry.ring[geometry.part[geometry.row[rows]]]
    last = geometry.ring[geometry.part[geometry.row[rows + 1]]]
    xy = scanline.in_pixels(geometry.xy, raster.transform)
    bounds = np.column_stack([first, last]).ravel()[:-1]
    low, high = np.minimum.reduceat(xy, bounds)[::2], np.maximum.reduceat(xy, bounds)[::2]
    order = np.argsort(low[:, 1], kind="stable")
    block = np.cumsum((high - low + 2.0).prod(axis=1)[order]) // _PIXELS_AT_ONCE
    strip = low[order, 1] // max(_PIXELS_A_WINDOW // max(raster.width, 1), 1)
    for members in np.split(order, np.flatnonzero((np.diff(block) != 0) | (np.diff(strip) != 0)) + 1):
        pixels = (high[members].max(axis=0) - low[members].min(axis=0)).prod()
        for group in [members] if pixels <= _PIXELS_A_READ * len(members) else np.split(members, len(members)):
            yield rows[group], take(geometry, rows[group])


def _window(raster: Raster, geometry: Geometry) -> tuple[Float, Affine]:
    """The part of the raster under the geometry, and its transform."""
    at = scanline.in_pixels(geometry.xy, raster.transform)
    edge = (raster.width, raster.height)
    low = np.clip(np.floor(at.min(axis=0)), 0, edge).astype(int).tolist()
    high = np.maximum(np.clip(np.ceil(at.max(axis=0)), 0, edge).astype(int), low).tolist()
    (col, row), (a, b, c, d, e, f) = low, raster.transform
    values = raster.read(row, high[1], col, high[0]) if high[0] > col and high[1] > row else np.empty((0, 0))
    return values, (a, b, c + a * col + b * row, d, e, f + d * col + e * row)


def _at_points(values: Float, transform: Affine, shapes: Text) -> Float:
    """Value of the pixel at a point inside each shape; NaN for no data and off the raster."""
    import shapely

    out = np.full(len(shapes), np.nan)
    at = scanline.in_pixels(shapely.get_coordinates(shapely.point_on_surface(shapes)), transform)
    col, row = np.floor(at).astype(np.int64).T
    on = (row >= 0) & (row < values.shape[0]) & (col >= 0) & (col < values.shape[1])
    out[on] = values[row[on], col[on]]
    return out


def _said(context: Measuring, stats: _Stats, raster: str) -> Iterator[Issue]:
    if context.subject.geometry.kind == "polygon" and stats.by_point.any():
        yield context.issue("zonal_small", n=int(stats.by_point.sum()), raster=raster)
    gaps = int(((stats.empty > 1e-12) & (stats.empty < 1)).sum())
    none = int((stats.empty == 1).sum())
    if gaps or none:
        yield context.issue("zonal_nodata", gaps=gaps, none=none, raster=raster)
