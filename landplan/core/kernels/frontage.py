"""How much of an outline runs near other edges, to the metre and the millimetre: every stretch exact, none counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.nearest import EdgeGrid, _apart, rows_at
from landplan.core.kernels.rings import ring_areas

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]


def near_length_m(geometry: Geometry, grid: EdgeGrid, within_m: float, *, turn: float = 0.0, inside_m: float = np.inf) -> Float:
    """(n,) metres of each polygon's outline, holes with it, within `within_m` of an edge of the grid; NaN for a null row.

    turn: an edge counts for stretches whose direction it shares to within a cosine of at least this, either way. inside_m: only
    what of it lies outside the stretch, seen from the polygon, or at most so far inside.
    """
    out = np.where(np.diff(geometry.row) > 0, 0.0, np.nan)
    if len(grid.edges) and len(geometry.xy):
        xy, ends, first, _box, _step, _areal = rows_at(geometry, grid.corner)
        shell = np.zeros(len(geometry.ring) - 1, np.bool_)
        shell[geometry.part[:-1][np.diff(geometry.part) > 0]] = True
        left = np.repeat((ring_areas(geometry) >= 0.0) == shell, np.diff(geometry.ring))
        seen = np.full(len(grid.edges), -1, np.int64)
        cells = (grid.edges, grid.cell, grid.across, grid.start, grid.member)
        _outlines(xy, ends, left, first, *cells, float(within_m), turn, inside_m, seen, out)
    return out


@kernel
def _cut(at: float, slope: float, low: float, high: float, span: Float) -> None:
    """Cut the stretch `span` to where low ≤ at + slope · s ≤ high."""
    if slope == 0.0:
        if at < low or at > high:
            span[1] = -np.inf
        return
    a, b = (low - at) / slope, (high - at) / slope
    span[0], span[1] = max(span[0], min(a, b)), min(span[1], max(a, b))


@kernel
def _around(along: float, off: float, within: float, span: Float) -> None:
    """Widen the stretch by what of the line lies within a circle around a point `along` it and `off` it."""
    if abs(off) <= within:
        half = np.sqrt(within * within - off * off)
        span[0], span[1] = min(span[0], along - half), max(span[1], along + half)


@kernel
def _stretch(
    x0: float,
    y0: float,
    dx: float,
    dy: float,
    size: float,
    u0: float,
    v0: float,
    u1: float,
    v1: float,
    within: float,
    span: Float,
) -> None:
    """From where to where, in metres, the line from (x0, y0) along (dx, dy) is within reach of the edge; never: [1] < [0]."""
    span[0], span[1] = -np.inf, np.inf
    ex, ey = u1 - u0, v1 - v0
    long = np.hypot(ex, ey)
    if long > 0.0:
        ex, ey = ex / long, ey / long
        px, py = x0 - u0, y0 - v0
        _cut(px * ex + py * ey, dx * ex + dy * ey, 0.0, long, span)
        _cut(ex * py - ey * px, ex * dy - ey * dx, -within, within, span)
    if long == 0.0 or span[0] > span[1]:
        span[0], span[1] = np.inf, -np.inf
    _around((u0 - x0) * dx + (v0 - y0) * dy, (v0 - y0) * dx - (u0 - x0) * dy, within, span)
    _around((u1 - x0) * dx + (v1 - y0) * dy, (v1 - y0) * dx - (u1 - x0) * dy, within, span)
    span[0], span[1] = max(span[0], 0.0), min(span[1], size)


@kernel
def _facing(x0: float, y0: float, dx: float, dy: float, left: bool, edge: Float, turn: float, inside: float, seen: Float) -> bool:
    """The part of an edge that an outline faces, written to `seen`; False where it faces none of it."""
    ex, ey = edge[2] - edge[0], edge[3] - edge[1]
    seen[0], seen[1], seen[2], seen[3] = edge[0], edge[1], edge[2], edge[3]
    if abs(dx * ex + dy * ey) < turn * np.hypot(ex, ey):
        return False
    if inside == np.inf:
        return True
    off0, off1 = (edge[1] - y0) * dx - (edge[0] - x0) * dy, (edge[3] - y0) * dx - (edge[2] - x0) * dy
    if left:
        off0, off1 = -off0, -off1
    if off0 < -inside and off1 < -inside:
        return False
    if off0 < -inside:
        part = (-inside - off0) / (off1 - off0)
        seen[0], seen[1] = edge[0] + part * ex, edge[1] + part * ey
    if off1 < -inside:
        part = (-inside - off0) / (off1 - off0)
        seen[2], seen[3] = edge[0] + part * ex, edge[1] + part * ey
    return True


@kernel
def _together(spans: Float, count: int) -> float:
    """Length of the union of the first `count` stretches, which are sorted: a handful, nearly always."""
    for k in range(1, count):
        low, high, j = spans[k, 0], spans[k, 1], k
        while j > 0 and spans[j - 1, 0] > low:
            spans[j, 0], spans[j, 1] = spans[j - 1, 0], spans[j - 1, 1]
            j -= 1
        spans[j, 0], spans[j, 1] = low, high
    total, end = 0.0, -np.inf
    for k in range(count):
        total += max(spans[k, 1] - max(spans[k, 0], end), 0.0)
        end = max(end, spans[k, 1])
    return total


@kernel
def _gathered(
    xy: Float, k: int, left: bool, edges: Float, cell: float, across: int, start: Int, member: Int,
    within: float, turn: float, inside: float, seen: Int, spans: Float,
) -> tuple[int, Float]:  # fmt: skip
    """The stretches of the edge from vertex k on that lie near other edges: how many, and the array that holds them."""
    x0, y0, x1, y1 = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
    size = np.hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / size, (y1 - y0) / size
    count, near, part = 0, np.empty(4), np.empty(4)
    up = (len(start) - 1) // across
    below, above = np.floor((min(y0, y1) - within) / cell), np.floor((max(y0, y1) + within) / cell)
    first, last = np.floor((min(x0, x1) - within) / cell), np.floor((max(x0, x1) + within) / cell)
    for r in range(int(max(below, 0.0)), int(min(above, up - 1.0)) + 1):
        for c in range(int(max(first, 0.0)), int(min(last, across - 1.0)) + 1):
            for e in member[start[r * across + c] : start[r * across + c + 1]]:
                u0, v0, u1, v1 = edges[e]
                if seen[e] == k or _apart(x0, y0, x1, y1, u0, v0, u1, v1) > within * within:
                    continue
                near[0], near[1], near[2], near[3] = u0 - x0, v0 - y0, u1 - x0, v1 - y0  # where the grid starts changes no bit
                if not _facing(0.0, 0.0, dx, dy, left, near, turn, inside, part):
                    continue
                seen[e] = k
                if count == len(spans):
                    longer = np.empty((2 * count, 2))
                    longer[:count] = spans
                    spans = longer
                _stretch(0.0, 0.0, dx, dy, size, part[0], part[1], part[2], part[3], within, spans[count])
                if spans[count, 0] < spans[count, 1]:
                    count += 1
    return count, spans


@kernel
def _outlines(
    xy: Float, ends: Bits, left: Bits, first: Int, edges: Float, cell: float, across: int, start: Int, member: Int,
    within: float, turn: float, inside: float, seen: Int, out: Float,
) -> None:  # fmt: skip
    """Metres of every row's outline."""
    spans = np.empty((64, 2))
    for i in range(len(first) - 1):
        for k in range(first[i], first[i + 1]):
            if ends[k] or (xy[k, 0] == xy[k + 1, 0] and xy[k, 1] == xy[k + 1, 1]):
                continue
            count, spans = _gathered(xy, k, left[k], edges, cell, across, start, member, within, turn, inside, seen, spans)
            if count > 0:
                out[i] += _together(spans, count)
