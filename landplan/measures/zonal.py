"""What a raster says about a parcel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from landplan.core.coverage import Pixels, in_pixels, pixel_centres, pixel_parts
from landplan.core.errors import Issue
from landplan.core.layers import Float, Geometry, Int, Layer, Raster, take
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column
from landplan.core.units import factor

_PIXELS_AT_ONCE = 4_000_000
_STATISTICS = ("mean", "max", "min", "share_above")


@measures.add("Raster statistic", zh="栅格统计")
def zonal(
    context: Measuring,
    *,
    raster: Annotated[str, Param("raster", zh="栅格")],
    statistic: Annotated[str, Param("statistic of the pixels", zh="统计量", choices=_STATISTICS)] = "mean",
    threshold: Annotated[float, Param("share_above: pixels above this count", zh="share_above 的阈值")] = 0.0,
    pixels: Annotated[str, Param("which pixels count", zh="像元取法", choices=("centres", "exact"))] = "centres",
    nodata_max: Annotated[
        float, Param("more no-data than this: unknown", zh="无数据占比上限", unit="share", low=0, high=1)
    ] = 0.5,
    unit: Annotated[str, Param("unit of the result", zh="结果的单位")] = "",
) -> Column:
    """Mean, highest or lowest value of the pixels on the parcel, or the share of them above a threshold.

    Pixels count by their centre, or exactly by the part inside. A parcel that holds no pixel centre takes the pixel at a
    point inside it (counted in an Issue). NaN without geometry, and where more than nodata_max of it has no data; unit:
    `unit`, else the raster's, share for share_above. Skipped when the raster is absent.
    """
    grid = context.raster(raster)
    stats = _statistics(context.subject, grid, threshold, exact=pixels == "exact")
    values = stats.values(statistic)
    values[stats.empty > nodata_max + 1e-12] = np.nan
    result = "share" if statistic == "share_above" else context.unit(unit or grid.unit)
    if result != grid.unit and grid.unit and statistic != "share_above":
        values = values * factor(grid.unit, result, context.criterion)
    return context.column(values, result, issues=tuple(_said(context, stats, raster)))


@dataclass(frozen=True, eq=False)
class _Stats:
    """Per parcel (n,): weight of known pixels, Σ w v, weight above, lowest, highest, share without data, taken by a point."""

    weight: Float
    total: Float
    above: Float
    low: Float
    high: Float
    empty: Float
    by_point: np.ndarray[Any, np.dtype[np.bool_]]

    def values(self, statistic: str) -> Float:
        """(n,) the statistic, NaN where no pixel is known."""
        if statistic in ("max", "min"):
            found = self.high if statistic == "max" else self.low
            return np.where(self.weight > 0, found, np.nan)
        top = self.total if statistic == "mean" else self.above
        return np.asarray(np.divide(top, self.weight, out=np.full(len(top), np.nan), where=self.weight > 0))


def _statistics(subject: Layer, raster: Raster, threshold: float, *, exact: bool) -> _Stats:
    n = len(subject)
    whole, weight, total, above = (np.zeros(n) for _ in range(4))
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    by_point = np.zeros(n, np.bool_)
    for rows, geometry in _blocks(subject.geometry, raster):
        found = (pixel_parts if exact else pixel_centres)(geometry, raster.transform)
        none = np.bincount(found.owner, minlength=len(rows)) == 0
        by_point[rows[none]] = True
        found = _with_points(found, np.flatnonzero(none), subject.shapes[rows[none]], raster)
        value = _read(raster, found)
        known = ~np.isnan(value)
        owner, w, v = found.owner[known], found.weight[known], value[known]
        whole[rows] += np.bincount(found.owner, found.weight, len(rows))
        weight[rows] += np.bincount(owner, w, len(rows))
        total[rows] += np.bincount(owner, w * v, len(rows))
        above[rows] += np.bincount(owner, w * (v > threshold), len(rows))
        np.minimum.at(low, rows[owner], v)
        np.maximum.at(high, rows[owner], v)
    empty = np.divide(whole - weight, whole, out=np.zeros(n), where=whole > 0)
    return _Stats(weight, total, above, low, high, empty, by_point)


def _blocks(geometry: Geometry, raster: Raster) -> Iterator[tuple[Int, Geometry]]:
    """Rows with geometry, from the top of the raster down, in blocks of a bounded number of pixels."""
    rows = np.flatnonzero(np.diff(geometry.row) > 0)
    if not len(rows):
        return
    first = geometry.ring[geometry.part[geometry.row[rows]]]
    last = geometry.ring[geometry.part[geometry.row[rows + 1]]]
    xy = in_pixels(geometry.xy, raster.transform)
    bounds = np.column_stack([first, last]).ravel()[:-1]
    size = np.maximum.reduceat(xy, bounds)[::2] - np.minimum.reduceat(xy, bounds)[::2] + 2.0
    order = np.argsort(np.minimum.reduceat(xy[:, 1], bounds)[::2], kind="stable")
    block = np.cumsum(size.prod(axis=1)[order]) // _PIXELS_AT_ONCE
    for members in np.split(rows[order], np.flatnonzero(np.diff(block)) + 1):
        yield members, take(geometry, members)


def _with_points(found: Pixels, owner: Int, shapes: Any, raster: Raster) -> Pixels:
    """The pixels, and for the given owners the one at a point inside."""
    if not len(owner):
        return found
    import shapely

    at = np.floor(in_pixels(shapely.get_coordinates(shapely.point_on_surface(shapes)), raster.transform)).astype(np.int64)
    return Pixels(
        np.concatenate([found.owner, owner]),
        np.concatenate([found.row, at[:, 1]]),
        np.concatenate([found.col, at[:, 0]]),
        np.concatenate([found.weight, np.ones(len(owner))]),
    )


def _read(raster: Raster, pixels: Pixels) -> Float:
    """(p,) value of each pixel, NaN for no data and off the raster."""
    out = np.full(len(pixels.row), np.nan)
    on = (pixels.row >= 0) & (pixels.row < raster.height) & (pixels.col >= 0) & (pixels.col < raster.width)
    if on.any():
        row, col = pixels.row[on], pixels.col[on]
        row0, col0 = int(row.min()), int(col.min())
        out[on] = raster.read(row0, int(row.max()) + 1, col0, int(col.max()) + 1)[row - row0, col - col0]
    return out


def _said(context: Measuring, stats: _Stats, raster: str) -> Iterator[Issue]:
    if context.subject.geometry.kind == "polygon" and stats.by_point.any():
        yield context.issue("zonal_small", n=int(stats.by_point.sum()), raster=raster)
    gaps = int(((stats.empty > 0) & (stats.empty < 1)).sum())
    none = int((stats.empty == 1).sum())
    if gaps or none:
        yield context.issue("zonal_nodata", gaps=gaps, none=none, raster=raster)
