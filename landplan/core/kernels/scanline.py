"""What a raster says under each polygon: by pixel centres, or by the exact part of every pixel inside.

A centre belongs to exactly one of two polygons that share an edge. Exact weights are the covered share of each pixel:
every edge adds the signed area to its right, row by row, and a running sum along the row is the coverage (the method of
analytic font rasterisers); the exact result has no sampling error. Overlapping parts of one row count twice.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.kernels.compile import kernel
from landplan.core.kernels.rings import _ring_areas

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]
Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, eq=False)
class PixelStatistics:
    """Statistics of n rows over known (not NaN) pixels.

    weight: number of pixels, in pixels; total: Σ weight · value; low, high: NaN where no pixel is known. covered: known
    share of the pixels of the row, 0 where it has none, NaN for a null geometry. majority: the class of the largest weight, the
    lowest of equal ones; NaN where no pixel is known, and where classes were not asked for.
    """

    weight: Float
    total: Float
    low: Float
    high: Float
    covered: Float
    majority: Float

    @property
    def mean(self) -> Float:
        """(n,) total / weight; NaN where no pixel is known."""
        return np.asarray(np.divide(self.total, self.weight, out=np.full(len(self.total), np.nan), where=self.weight > 0))


def zonal(
    geometry: Geometry, values: Float, transform: Transform, *, exact: bool = False, classes: int = 0, threads: int = 1
) -> PixelStatistics:
    """Statistics of `values` (height, width; NaN = no data) under each polygon.

    transform: x = a·col + b·row + c, y = d·col + e·row + f of pixel corners, as `layers.Raster` has it. classes: the values are
    whole numbers from 0 to below it, and their majority is wanted. Outside the grid nothing is known. The same bits for any
    number of threads. MethodError for a transform without an inverse.
    """
    n = len(geometry)
    xy = in_pixels(geometry.xy, transform)
    first = geometry.ring[geometry.part[geometry.row]]
    arguments = (np.ascontiguousarray(values, np.float64), xy, _edge_signs(geometry, xy), first, exact, classes)
    out = np.zeros((n, 6))
    out[:, 2:4] = np.inf, -np.inf
    out[:, 5] = np.nan
    cuts = np.linspace(0, n, threads + 1).astype(np.int64).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda block: _statistics(*arguments, out, *block), pairwise(cuts)))
    weight, total, low, high, whole, majority = out.T
    known = weight > 0
    covered = np.divide(weight, whole, out=np.zeros(n), where=whole > 0)
    covered[np.diff(geometry.row) == 0] = np.nan
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    return PixelStatistics(weight, total, low, high, np.minimum(covered, 1.0), majority)


def in_pixels(xy: Float, transform: Transform) -> Float:
    """(v, 2) column and row of points, as fractions: pixel (r, c) covers c…c+1, r…r+1."""
    a, b, c, d, e, f = transform
    determinant = a * e - b * d
    if not np.isfinite(determinant) or determinant == 0.0:
        raise MethodError("raster_transform", values=str(transform))
    x, y = xy[:, 0] - c, xy[:, 1] - f
    return np.column_stack([(e * x - b * y) / determinant, (a * y - d * x) / determinant])


def _edge_signs(geometry: Geometry, xy: Float) -> Signs:
    """(v,) what the rise of the edge from a vertex to the next counts, so that shells add and holes take away; 0 at ring ends."""
    area = np.empty(len(geometry.ring) - 1)
    _ring_areas(xy, geometry.ring, area)
    shell = np.zeros(len(area), np.bool_)
    shell[geometry.part[:-1][np.diff(geometry.part) > 0]] = True
    sign = np.repeat(np.where((area >= 0.0) == shell, -1, 1).astype(np.int8), np.diff(geometry.ring))
    sign[geometry.ring[1:] - 1] = 0
    return sign


@kernel
def _rows_of(xy: Float, k: int, top: int, rows: int) -> tuple[int, int]:
    """First and past-last row, from `top`, that edge k runs in; none for a level edge."""
    low, high = min(xy[k, 1], xy[k + 1, 1]) - top, max(xy[k, 1], xy[k + 1, 1]) - top
    if low == high:
        return 0, 0
    return int(min(max(np.floor(low), 0.0), rows)), int(min(max(np.ceil(high), 0.0), rows))


@kernel
def _count_edges(xy: Float, sign: Signs, a: int, b: int, top: int, rows: int, start: Int) -> int:
    """Offsets in `start` of the edges of each row, in the order of `_list_edges`; their number."""
    for j in range(rows + 1):
        start[j] = 0
    for k in range(a, b):
        if sign[k] != 0:
            first, last = _rows_of(xy, k, top, rows)
            for j in range(first, last):
                start[j + 1] += 1
    for j in range(rows):
        start[j + 1] += start[j]
    return int(start[rows])


@kernel
def _list_edges(xy: Float, sign: Signs, a: int, b: int, top: int, rows: int, start: Int, edges: Int) -> None:
    """The edges of each row; row j then ends at start[j]."""
    for k in range(a, b):
        if sign[k] != 0:
            first, last = _rows_of(xy, k, top, rows)
            for j in range(first, last):
                edges[start[j]] = k
                start[j] += 1


@kernel
def _x_at(xy: Float, k: int, y: float) -> float:
    """x of edge k at height y: the same bits whichever way the edge is drawn."""
    low, high = (k, k + 1) if xy[k, 1] < xy[k + 1, 1] else (k + 1, k)
    return float(xy[low, 0] + (y - xy[low, 1]) / (xy[high, 1] - xy[low, 1]) * (xy[high, 0] - xy[low, 0]))


@kernel
def _take(value: float, weight: float, stat: Float, counts: Float) -> None:
    """One pixel of that weight; `counts` has a place for each class, or none."""
    if weight > 1e-12 and not np.isnan(value):
        stat[0] += weight
        stat[1] += weight * value
        stat[2] = min(stat[2], value)
        stat[3] = max(stat[3], value)
        if len(counts) > 0:
            counts[int(value)] += weight


@kernel
def _largest(counts: Float) -> float:
    """The class of the largest count, the lowest of equal ones; NaN where nothing is counted. The counts are 0 afterwards."""
    best, most = np.nan, 0.0
    for k in range(len(counts)):
        if counts[k] > most + 1e-9:
            best, most = float(k), counts[k]
        counts[k] = 0.0
    return best


@kernel
def _sort(values: Float, count: int) -> None:
    """The first `count` values in rising order; two to eight of them, nearly always (Shell's sort, gaps of Knuth)."""
    gap = 1
    while 3 * gap + 1 < count:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(gap, count):
            value, j = values[i], i
            while j >= gap and values[j - gap] > value:
                values[j] = values[j - gap]
                j -= gap
            values[j] = value
        gap //= 3


@kernel
def _centres(values: Float, xy: Float, edges: Int, r: int, crossing: Float, stat: Float, counts: Float) -> None:
    """The pixels of row r whose centre is inside."""
    height, width = values.shape
    count = 0
    for k in edges:
        if (xy[k, 1] <= r + 0.5) != (xy[k + 1, 1] <= r + 0.5):
            crossing[count] = _x_at(xy, k, r + 0.5)
            count += 1
    _sort(crossing, count)
    for j in range(0, count - 1, 2):
        first, last = np.ceil(crossing[j] - 0.5), np.ceil(crossing[j + 1] - 0.5)
        stat[4] += last - first
        if 0 <= r < height:
            for c in range(int(min(max(first, 0.0), width)), int(min(max(last, 0.0), width))):
                _take(values[r, c], 1.0, stat, counts)


@kernel
def _add(share: Float, width: int, x0: float, x1: float, rise: float) -> None:
    """The area to the right of an edge piece within one row, from x0 to x1, to the running sum of shares."""
    if x0 > x1:
        x0, x1 = x1, x0
    if x1 <= 0.0:
        share[0] += rise
        return
    x, slope = x0, rise / (x1 - x0) if x1 > x0 else 0.0
    if x < 0.0:
        share[0] -= slope * x
        x = 0.0
    while x < width:
        cell = int(np.floor(x))
        to = min(cell + 1.0, x1)
        part = slope * (to - x) if x1 > x0 else rise
        right = (x + to) / 2.0 - cell
        share[cell] += part * (1.0 - right)
        share[cell + 1] += part * right
        if to >= x1:
            break
        x = to


@kernel
def _parts(
    values: Float, xy: Float, sign: Signs, edges: Int, r: int, left: int, share: Float, stat: Float, counts: Float
) -> None:
    """The pixels of row r from column `left` on, by the share of each that is inside; `share` has one cell to spare."""
    width = len(share) - 1
    for c in range(width + 1):
        share[c] = 0.0
    for k in edges:
        low, high = max(min(xy[k, 1], xy[k + 1, 1]), r * 1.0), min(max(xy[k, 1], xy[k + 1, 1]), r + 1.0)
        if low < high:
            rise = (high - low) * sign[k] * (1.0 if xy[k, 1] < xy[k + 1, 1] else -1.0)
            _add(share, width, _x_at(xy, k, low) - left, _x_at(xy, k, high) - left, rise)
    inside = 0.0
    for c in range(width):
        inside += share[c]
        _take(values[r, left + c], inside, stat, counts)


@kernel
def _window(xy: Float, a: int, b: int, height: int, width: int, margin: int) -> tuple[int, int, int, int]:
    """First and past-last row and column of the vertices a…b-1, at most `margin` rows off the grid."""
    west, east, north, south = np.inf, -np.inf, np.inf, -np.inf
    for k in range(a, b):
        west, east = min(west, xy[k, 0]), max(east, xy[k, 0])
        north, south = min(north, xy[k, 1]), max(south, xy[k, 1])
    top, bottom = min(max(np.floor(north), -margin), height + margin), min(max(np.ceil(south), -margin), height + margin)
    return int(top), int(bottom), int(min(max(np.floor(west), 0.0), width)), int(min(max(np.ceil(east), 0.0), width))


@kernel
def _statistics(
    values: Float, xy: Float, sign: Signs, first: Int, exact: bool, classes: int, out: Float, lo: int, hi: int
) -> None:
    """Rows lo…hi-1 of `out`: weight, total, low, high, weight of all pixels known or not, majority."""
    height, width = values.shape
    counts = np.zeros(classes)
    start, edges, crossing, share = np.zeros(64, np.int64), np.zeros(256, np.int64), np.zeros(256), np.zeros(width + 1)
    for i in range(lo, hi):
        a, b = first[i], first[i + 1]
        if a == b:
            continue
        top, bottom, left, right = _window(xy, a, b, height, width, 0 if exact else 1_000_000)
        rows = bottom - top
        if rows + 1 > len(start):
            start = np.zeros(2 * rows + 2, np.int64)
        count = _count_edges(xy, sign, a, b, top, rows, start)
        if count > len(edges):
            edges, crossing = np.zeros(2 * count, np.int64), np.zeros(2 * count)
        _list_edges(xy, sign, a, b, top, rows, start, edges)
        for j in range(rows):
            here = edges[0 if j == 0 else start[j - 1] : start[j]]
            if exact:
                _parts(values, xy, sign, here, top + j, left, share[: right - left + 1], out[i], counts)
            else:
                _centres(values, xy, here, top + j, crossing, out[i], counts)
        out[i, 5] = _largest(counts)
        if exact:
            for k in range(a, b):  # the whole area, on the grid or off it
                dx = (xy[k, 0] + xy[k + 1, 0]) / 2.0 - xy[a, 0] if sign[k] != 0 else 0.0
                out[i, 4] -= dx * (xy[k + 1, 1] - xy[k, 1]) * sign[k] if sign[k] != 0 else 0.0
