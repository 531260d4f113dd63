"""Area, length, bounds and centroid of flat geometries, per row. Units follow the coordinates (metres: m, m2).

A null geometry gives NaN. A ring's area does not depend on its direction: the first ring of a part counts +, others -.
Coordinates are taken relative to the first vertex of each ring, so that large eastings cost no digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
SPARE_M = 1.0


def area_m2(geometry: Geometry) -> Float:
    """(n,) planar area, m2: Σ shells - Σ holes, each |Σ (x_k y_{k+1} - x_{k+1} y_k)| / 2. 0 for lines and points."""
    out = np.full(len(geometry), np.nan)
    _areas(geometry.xy, geometry.ring, geometry.part, geometry.row, out)
    return np.where(np.isnan(out), out, 0.0) if geometry.kind != "polygon" else out


def length_m(geometry: Geometry) -> Float:
    """(n,) length of lines, perimeter of polygons with their holes, m. 0 for points."""
    out = np.full(len(geometry), np.nan)
    _lengths(geometry.xy, geometry.ring, geometry.part, geometry.row, out)
    return out


def bounds(geometry: Geometry) -> Float:
    """(n, 4) smallest x, smallest y, largest x, largest y."""
    out = np.full((len(geometry), 4), np.nan)
    flat = (geometry.xy, geometry.ring, geometry.part)
    in_bands(lambda a, b: _bounds(*flat, geometry.row[a : b + 1], out[a:b]), len(geometry))
    return out


def extent(geometry: Geometry) -> Float:
    """(4,) the box of all rows; NaN where none has a vertex."""
    return np.concatenate([geometry.xy.min(axis=0), geometry.xy.max(axis=0)]) if len(geometry.xy) else np.full(4, np.nan)


def within(boxes: Float, box: Float, distance_m: float) -> npt.NDArray[np.bool_]:
    """(n,) which boxes (n, 4) come within a distance of another box (4,), to spare rather than too few; none of NaN does."""
    far = distance_m + SPARE_M
    return np.asarray(((boxes[:, :2] <= box[2:] + far) & (boxes[:, 2:] >= box[:2] - far)).all(axis=1))


def centroid(geometry: Geometry) -> Float:
    """(n, 2) centre of gravity of the areas; of the lines for lines and areas of 0; of the vertices for points."""
    out = np.full((len(geometry), 2), np.nan)
    _centroids(geometry.xy, geometry.ring, geometry.part, geometry.row, geometry.kind == "polygon", out)
    return out


def ring_areas(geometry: Geometry) -> Float:
    """(rings,) signed area of every ring: positive when it turns left."""
    out = np.empty(len(geometry.ring) - 1)
    _ring_areas(geometry.xy, geometry.ring, out)
    return out


@kernel
def _ring_area(xy: Float, a: int, b: int) -> float:
    """Signed area of the ring xy[a:b]."""
    twice = 0.0
    if b > a:
        x0, y0 = xy[a, 0], xy[a, 1]
        for k in range(a + 1, b - 1):
            twice += (xy[k, 0] - x0) * (xy[k + 1, 1] - y0) - (xy[k + 1, 0] - x0) * (xy[k, 1] - y0)
    return twice / 2.0


@kernel
def _ring_areas(xy: Float, ring: Int, out: Float) -> None:
    for r in range(len(ring) - 1):
        out[r] = _ring_area(xy, ring[r], ring[r + 1])


@kernel
def _areas(xy: Float, ring: Int, part: Int, row: Int, out: Float) -> None:
    for i in range(len(row) - 1):
        if row[i] == row[i + 1]:
            continue
        area = 0.0
        for p in range(row[i], row[i + 1]):
            for r in range(part[p], part[p + 1]):
                size = abs(_ring_area(xy, ring[r], ring[r + 1]))
                area += size if r == part[p] else -size
        out[i] = area


@kernel
def _lengths(xy: Float, ring: Int, part: Int, row: Int, out: Float) -> None:
    for i in range(len(row) - 1):
        if row[i] == row[i + 1]:
            continue
        length = 0.0
        for r in range(part[row[i]], part[row[i + 1]]):
            for k in range(ring[r], ring[r + 1] - 1):
                length += np.hypot(xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1])
        out[i] = length


@kernel
def _bounds(xy: Float, ring: Int, part: Int, row: Int, out: Float) -> None:
    for i in range(len(row) - 1):
        first, last = ring[part[row[i]]], ring[part[row[i + 1]]]
        if first == last:
            continue
        west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
        for k in range(first, last):
            west, east = min(west, xy[k, 0]), max(east, xy[k, 0])
            south, north = min(south, xy[k, 1]), max(north, xy[k, 1])
        out[i, 0], out[i, 1], out[i, 2], out[i, 3] = west, south, east, north


@kernel
def _ring_moments(xy: Float, a: int, b: int, x0: float, y0: float) -> tuple[float, float, float]:
    """Signed area of a ring and its first moments about (x0, y0)."""
    area, mx, my = 0.0, 0.0, 0.0
    for k in range(a, b - 1):
        x, y, u, v = xy[k, 0] - x0, xy[k, 1] - y0, xy[k + 1, 0] - x0, xy[k + 1, 1] - y0
        cross = x * v - u * y
        area += cross / 2.0
        mx += (x + u) * cross / 6.0
        my += (y + v) * cross / 6.0
    return area, mx, my


@kernel
def _line_moments(xy: Float, ring: Int, first: int, last: int) -> tuple[float, float, float]:
    """Length of rings first…last-1 and its first moments about their first vertex; vertices count 1 where there is no length."""
    x0, y0 = xy[ring[first], 0], xy[ring[first], 1]
    total, mx, my = 0.0, 0.0, 0.0
    for r in range(first, last):
        for k in range(ring[r], ring[r + 1] - 1):
            size = np.hypot(xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1])
            total += size
            mx += size * ((xy[k, 0] + xy[k + 1, 0]) / 2.0 - x0)
            my += size * ((xy[k, 1] + xy[k + 1, 1]) / 2.0 - y0)
    if total == 0.0:
        for k in range(ring[first], ring[last]):
            total += 1.0
            mx += xy[k, 0] - x0
            my += xy[k, 1] - y0
    return total, mx, my


@kernel
def _centroids(xy: Float, ring: Int, part: Int, row: Int, areal: bool, out: Float) -> None:
    for i in range(len(row) - 1):
        first, last = part[row[i]], part[row[i + 1]]
        if ring[first] == ring[last]:
            continue
        x0, y0 = xy[ring[first], 0], xy[ring[first], 1]
        total, mx, my = 0.0, 0.0, 0.0
        for p in range(row[i], row[i + 1] if areal else row[i]):
            for r in range(part[p], part[p + 1]):
                area, ax, ay = _ring_moments(xy, ring[r], ring[r + 1], x0, y0)
                sign = 1.0 if (area >= 0.0) == (r == part[p]) else -1.0
                total += sign * area
                mx += sign * ax
                my += sign * ay
        if total <= 0.0:
            total, mx, my = _line_moments(xy, ring, first, last)
        out[i, 0], out[i, 1] = x0 + mx / total, y0 + my / total
