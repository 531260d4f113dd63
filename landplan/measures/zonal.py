"""What a raster says about a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue, SchemeError
from landplan.core.kernels import scanline
from landplan.core.kernels.bands import THREADS
from landplan.core.kernels.rings import bounds
from landplan.core.layers import Float, Geometry, Int, Layer, Raster, Text, take
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column
from landplan.core.units import UNITS, factor

_PIXELS_AT_ONCE, _PIXELS_A_WINDOW, _PIXELS_A_READ = 4_000_000, 16_000_000, 500_000
"""Pixels of all parcels of a block, of the strip of the raster that their tops lie in, and what one more reading costs."""
Affine = tuple[float, float, float, float, float, float]
_STATISTICS = ("mean", "sum", "max", "min", "share_above", "majority")
_CLASSES = 256


@measures.add("Raster statistic", zh="栅格统计", reach=0.0)
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
    """What the pixels on the parcel say together, each by its centre, or exactly by the part of it inside.

    Formula: with w = 1 for a pixel whose centre is inside (or w = its share inside) and value v: mean Σwv / Σw, sum Σwv,
    max, min, share_above Σw[v > threshold] / Σw, majority the class v of the largest Σw (the lowest of equal ones; whole
    numbers, at most 256 of them). Known pixels only: where more than nodata_max of the parcel has no data the value is unknown,
    below that it is that of the rest (a sum is then too small; an Issue counts the parcels). A parcel that holds no known pixel
    centre takes the pixel at a point inside it (counted in an Issue), for a sum by the parcel's share of it; so do points and
    lines, for a sum as a whole. NaN without geometry. Unit: `unit`, else the raster's; share, class. Skipped when the raster is
    absent. Not pixel centres where parcels are hardly larger than pixels: take exact.
    """
    grid = context.raster(raster)
    stats = _statistics(context.subject, grid, _Rule(statistic, threshold, pixels == "exact", context.criterion))
    values = stats.values.copy()
    values[stats.empty > nodata_max + 1e-12] = np.nan
    stated = grid.unit if grid.unit in UNITS else ""
    result = {"share_above": "share", "majority": unit or "class"}.get(statistic) or context.unit(unit or stated)
    if stated and statistic not in ("share_above", "majority"):
        values = values * factor(stated, result, context.criterion)
    return context.column(values, result, issues=tuple(_said(context, stats, raster)))


@dataclass(frozen=True, slots=True)
class _Rule:
    """What is asked of the pixels, and for which criterion."""

    statistic: str
    threshold: float
    exact: bool
    criterion: str

    def judged(self, values: Float, raster: str) -> tuple[Float, float, int]:
        """The pixels as they are counted, the class that 0 stands for, and how many classes there are."""
        if self.statistic == "share_above":
            return np.where(np.isnan(values), np.nan, values > self.threshold), 0.0, 0
        known = values[~np.isnan(values)] if self.statistic == "majority" else values[:0]
        if not known.size:
            return values, 0.0, 0
        low, high = float(known.min()), float(known.max())
        if high - low >= _CLASSES or (known != np.rint(known)).any():
            raise SchemeError("majority_needs_classes", self.criterion, raster=raster, most=_CLASSES)
        return values - low, low, int(high - low) + 1

    def of(self, found: scanline.PixelStatistics, low: float) -> Float:
        """(n,) the statistic."""
        named = {"max": found.high, "min": found.low, "sum": found.total, "majority": found.majority + low}
        return named.get(self.statistic, found.mean)


@dataclass(frozen=True, eq=False)
class _Stats:
    """Per parcel (n,): the statistic, NaN unknown; the share of its pixels without data; whether a point had to do."""

    values: Float
    empty: Float
    by_point: npt.NDArray[np.bool_]


def _statistics(subject: Layer, raster: Raster, rule: _Rule) -> _Stats:
    n = len(subject)
    values, empty = np.full(n, np.nan), np.full(n, np.nan)
    by_point = np.zeros(n, np.bool_)
    a, b, _, d, e, _ = raster.transform
    for rows, geometry, box in _blocks(subject.geometry, raster):
        window, transform = _window(raster, box)
        judged, low, classes = rule.judged(window, raster.id)
        found = scanline.zonal(geometry, judged, transform, exact=rule.exact, classes=classes, threads=THREADS)
        values[rows] = rule.of(found, low)
        empty[rows] = 1.0 - found.covered
        none = rows[found.covered == 0.0]
        values[none] = _at_points(judged, transform, subject.shapes[none]) + low
        by_point[none] = ~np.isnan(values[none])
    empty[by_point] = 0.0
    if rule.statistic == "sum" and subject.geometry.kind == "polygon":
        values[by_point] *= subject.area_m2[by_point] / abs(a * e - b * d)
    return _Stats(values, empty, by_point)


def _blocks(geometry: Geometry, raster: Raster) -> Iterator[tuple[Int, Geometry, Float]]:
    """Rows with geometry, from the top of the raster down, in blocks of a bounded number of pixels and height, and the box of
    each block in pixels, two corners; one by one where they lie far apart."""
    rows = np.flatnonzero(np.diff(geometry.row) > 0)
    if not len(rows):
        return
    box = bounds(geometry)[rows]
    corners = [scanline.in_pixels(box[:, at], raster.transform) for at in ([0, 1], [0, 3], [2, 1], [2, 3])]
    low, high = np.minimum.reduce(corners), np.maximum.reduce(corners)
    order = np.argsort(low[:, 1], kind="stable")
    width, height = (high - low + 2.0).T
    block = np.cumsum((width * height)[order]) // _PIXELS_AT_ONCE
    strip = low[order, 1] // max(_PIXELS_A_WINDOW // max(raster.width, 1), 1)
    for members in np.split(order, np.flatnonzero((np.diff(block) != 0) | (np.diff(strip) != 0)) + 1):
        pixels = (high[members].max(axis=0) - low[members].min(axis=0)).prod()
        for group in [members] if pixels <= _PIXELS_A_READ * len(members) else np.split(members, len(members)):
            yield rows[group], take(geometry, rows[group]), np.array([low[group].min(axis=0), high[group].max(axis=0)])


def _window(raster: Raster, box: Float) -> tuple[Float, Affine]:
    """The part of the raster under the box (2, 2), and its transform."""
    edge = (raster.width, raster.height)
    low = np.clip(np.floor(box[0]), 0, edge).astype(int).tolist()
    high = np.maximum(np.clip(np.floor(box[1]) + 1, 0, edge).astype(int), low).tolist()
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
