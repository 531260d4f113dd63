"""Where geometries meet straight pieces of road: which piece, how far along it, across what gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.nearest import EdgeGrid, _apart, rows_at

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]
_EVEN_M = 1e-6
"""Two ways on to the road that differ by less are equally near."""


@dataclass(frozen=True, eq=False)
class Access:
    """Ways from rows on to edges, by row: row (k,), edge (k,), along (k,) 0…1 of the edge, gap_m (k,) straight to that point."""

    row: Int
    edge: Int
    along: Float
    gap_m: Float

    def only(self, mask: Bits) -> Access:
        return Access(self.row[mask], self.edge[mask], self.along[mask], self.gap_m[mask])


def access(geometry: Geometry, grid: EdgeGrid, limit_m: Float) -> Access:
    """The points of edges that lie within limit_m (n,) of each row: its distance from the edges, so that they are the nearest.

    Where a stretch of an edge is equally near (it runs alongside, or through the row), its two ends; nothing for a row whose
    limit is not finite. Along one edge the way on is shortest at one of the two.
    """
    rows = (*rows_at(geometry, grid.corner), np.ascontiguousarray(limit_m, np.float64))
    cells = (grid.edges, grid.cell, grid.across, grid.start, grid.member)
    room = 8 * len(geometry) + 16
    while True:
        index, value = np.empty((room, 2), np.int64), np.empty((room, 2))
        count = _touches(*rows, *cells, np.full(len(grid.edges), -1, np.int64), index, value)
        if count <= room:
            return Access(index[:count, 0].copy(), index[:count, 1].copy(), value[:count, 0].copy(), value[:count, 1].copy())
        room = count


@kernel
def _share(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    """How far along the edge its point nearest to (x, y) is, 0…1."""
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy
    return min(max(((x - x0) * dx + (y - y0) * dy) / square, 0.0), 1.0) if square > 0.0 else 0.0


@kernel
def _gap(x: float, y: float, x0: float, y0: float, x1: float, y1: float, along: float) -> float:
    """Metres from (x, y) to the point `along` the edge."""
    return float(np.hypot(x - (x0 + along * (x1 - x0)), y - (y0 + along * (y1 - y0))))


@kernel
def _crossing(x0: float, y0: float, x1: float, y1: float, u0: float, v0: float, u1: float, v1: float) -> float:
    """How far along (u0, v0)-(u1, v1) the other edge crosses it; -1 where it does not, or runs along it."""
    dx, dy, du, dv = x1 - x0, y1 - y0, u1 - u0, v1 - v0
    across = dx * dv - dy * du
    if across == 0.0:
        return -1.0
    own = ((u0 - x0) * dv - (v0 - y0) * du) / across
    along = ((u0 - x0) * dy - (v0 - y0) * dx) / across
    return along if 0.0 <= own <= 1.0 and 0.0 <= along <= 1.0 else -1.0


@kernel
def _keep(along: float, gap: float, limit: float, found: Float) -> None:
    """Widen the stretch `found` (first along, its gap, last along, its gap) by a point that is near enough."""
    if gap <= limit:
        if along < found[0]:
            found[0], found[1] = along, gap
        if along > found[2]:
            found[2], found[3] = along, gap


@kernel
def _meet(x0: float, y0: float, x1: float, y1: float, edge: Float, limit: float, found: Float) -> None:
    """The points of a road edge that are nearest to an edge of the row: opposite an end of either, or where they cross."""
    u0, v0, u1, v1 = edge[0], edge[1], edge[2], edge[3]
    along = _crossing(x0, y0, x1, y1, u0, v0, u1, v1)
    if along >= 0.0:
        _keep(along, 0.0, limit, found)
    along = _share(x0, y0, u0, v0, u1, v1)
    _keep(along, _gap(x0, y0, u0, v0, u1, v1, along), limit, found)
    along = _share(x1, y1, u0, v0, u1, v1)
    _keep(along, _gap(x1, y1, u0, v0, u1, v1, along), limit, found)
    _keep(0.0, _gap(u0, v0, x0, y0, x1, y1, _share(u0, v0, x0, y0, x1, y1)), limit, found)
    _keep(1.0, _gap(u1, v1, x0, y0, x1, y1, _share(u1, v1, x0, y0, x1, y1)), limit, found)


@kernel
def _beside(xy: Float, ends: Bits, a: int, b: int, step: int, areal: bool, edge: Float, limit: float, found: Float) -> None:
    """The stretch of a road edge within `limit` of the row of vertices a…b-1."""
    found[0], found[2] = np.inf, -np.inf
    first, last = False, False
    near = limit * limit
    for k in range(a, b):
        if ends[k]:
            continue
        x0, y0, x1, y1 = xy[k, 0], xy[k, 1], xy[k + step, 0], xy[k + step, 1]
        if areal and (y0 > edge[1]) != (y1 > edge[1]) and edge[0] < x0 + (edge[1] - y0) / (y1 - y0) * (x1 - x0):
            first = not first
        if areal and (y0 > edge[3]) != (y1 > edge[3]) and edge[2] < x0 + (edge[3] - y0) / (y1 - y0) * (x1 - x0):
            last = not last
        if _apart(x0, y0, x1, y1, edge[0], edge[1], edge[2], edge[3]) <= near:
            _meet(x0, y0, x1, y1, edge, limit, found)
    if first:
        _keep(0.0, 0.0, limit, found)
    if last:
        _keep(1.0, 0.0, limit, found)


@kernel
def _write(i: int, e: int, found: Float, count: int, index: Int, value: Float) -> int:
    """The ends of a stretch, where there is one, where the arrays have room; how many there are by now."""
    for at in range(0, 4, 2):
        if found[2] < found[0] or (at == 2 and found[2] == found[0]):
            continue
        if count < len(index):
            index[count, 0], index[count, 1] = i, e
            value[count, 0], value[count, 1] = found[at], found[at + 1]
        count += 1
    return count


@kernel
def _touches(
    xy: Float, ends: Bits, first: Int, box: Float, step: int, areal: bool, limits: Float, edges: Float, cell: float, across: int,
    start: Int, member: Int, seen: Int, index: Int, value: Float,
) -> int:  # fmt: skip
    """Stretches of edges within its limit of every row, written where the arrays have room; the number of their ends."""
    up = (len(start) - 1) // across
    count, found = 0, np.zeros(4)
    for i in range(len(first) - 1):
        if first[i] == first[i + 1] or not np.isfinite(limits[i]):
            continue
        limit = limits[i] + _EVEN_M
        west, south, east, north = box[i, 0] - limit, box[i, 1] - limit, box[i, 2] + limit, box[i, 3] + limit
        below, above = max(np.floor(south / cell), 0.0), min(np.floor(north / cell), up - 1.0)
        left, right = max(np.floor(west / cell), 0.0), min(np.floor(east / cell), across - 1.0)
        for r in range(int(below), int(above) + 1):
            for c in range(int(left), int(right) + 1):
                for e in member[start[r * across + c] : start[r * across + c + 1]]:
                    edge = edges[e]
                    if seen[e] == i or _apart(west, south, east, north, edge[0], edge[1], edge[2], edge[3]) > 0.0:
                        continue
                    seen[e] = i
                    _beside(xy, ends, first[i], first[i + 1], step, areal, edge, limit, found)
                    count = _write(i, e, found, count, index, value)
    return count
