"""How far each geometry is from the nearest of many features, edge to edge.

The edges of the features lie in a grid; each row looks outwards from its own cells, ring by ring, until no nearer edge
can come. Features that lie inside a polygon are at 0; a row inside a feature's area is not: only edges count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.adjacency import _cells
from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel
from landplan.core.kernels.rings import bounds

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class EdgeGrid:
    """Edges (e, 4) x, y, x, y from `corner` on, in square cells: member[start[c] : start[c + 1]] pass through cell c, row by row.

    About two cells an edge, and cells about as wide as an edge is long.
    """

    corner: Float
    edges: Float
    cell: float
    across: int
    start: Int
    member: Int


def nearest_m(geometry: Geometry, features: Geometry, reach_m: float) -> Float:
    """(n,) distance of each row's edges and area to the nearest edge or point of a feature, m.

    inf beyond reach_m, NaN for a null row. Differences are taken first, so that large eastings cost no digits.
    """
    return nearest_edge_m(geometry, edge_grid(edges_of(features)), reach_m)


def nearest_edge_m(geometry: Geometry, grid: EdgeGrid, reach_m: float) -> Float:
    """The same for edges that lie in a grid."""
    out = np.where(np.diff(geometry.row) > 0, np.inf, np.nan)
    if len(grid.edges) and len(geometry.xy):
        xy, ends, first, box, step, areal = rows_at(geometry, grid.corner)
        cells = (grid.edges, grid.cell, grid.across, grid.start, grid.member)

        def search(a: int, b: int) -> None:
            seen = np.full(len(grid.edges), -1, np.int64)
            _search(xy, ends, first[a : b + 1], box[a:b], step, areal, *cells, reach_m, seen, out[a:b])

        in_bands(search, len(geometry))
    return out


def rows_at(geometry: Geometry, corner: Float) -> tuple[Float, Bits, Int, Float, int, bool]:
    """What the kernels ask of a layer: vertices from `corner` on, whether no edge starts at each, the first vertex of each row,
    the box of each row, how far an edge's end is from its start (0 for points), and whether the rows have an inside."""
    xy, box = geometry.xy - corner, bounds(geometry) - np.tile(corner, 2)
    ends = np.zeros(len(xy), np.bool_)
    ends[geometry.ring[1:] - 1] = geometry.kind != "point"
    first = geometry.ring[geometry.part[geometry.row]]
    return xy, ends, first, box, int(geometry.kind != "point"), geometry.kind == "polygon"


def edges_of(geometry: Geometry) -> Float:
    """(e, 4) x, y, x, y of every edge; a point is an edge from itself to itself."""
    if geometry.kind == "point":
        return np.column_stack([geometry.xy, geometry.xy])
    starts = np.ones(len(geometry.xy), np.bool_)
    starts[geometry.ring[1:] - 1] = False
    at = np.flatnonzero(starts)
    return np.column_stack([geometry.xy[at], geometry.xy[at + 1]])


def edge_grid(edges: Float) -> EdgeGrid:
    """The grid of the edges (e, 4)."""
    if not len(edges):
        return EdgeGrid(np.zeros(2), edges, 1.0, 1, np.zeros(2, np.int64), np.zeros(0, np.int64))
    corner = edges.reshape(-1, 2).min(axis=0)
    local = edges - np.tile(corner, 2)
    extent = np.maximum(local[:, :2], local[:, 2:]).max(axis=0)
    size = np.hypot(local[:, 2] - local[:, 0], local[:, 3] - local[:, 1])
    cell = max(float(np.sqrt(extent.prod() / (2 * len(edges)))), float(size.mean()), float(extent.max()) / 4096.0, 1e-3)
    count = _cells(local, cell, 0.0, np.zeros(0, np.int64), np.zeros(0, np.int64))
    key, edge = np.empty(count, np.int64), np.empty(count, np.int64)
    _cells(local, cell, 0.0, key, edge)
    across, up = (int(side) for side in np.floor(extent / cell) + 1)
    flat = np.clip((key >> 32) - 1, 0, up - 1) * across + np.clip((key & 0xFFFFFFFF) - 1, 0, across - 1)
    start = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=across * up))]).astype(np.int64)
    return EdgeGrid(corner, local, cell, across, start, edge[np.argsort(flat, kind="stable")])


@kernel
def _point(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    """Squared distance of a point from an edge, which may be a point itself."""
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy
    along = ((x - x0) * dx + (y - y0) * dy) / square if square > 0.0 else 0.0
    if 0.0 < along < 1.0:
        off = (y - y0) * dx - (x - x0) * dy
        return off * off / square
    if along >= 1.0:
        x0, y0 = x1, y1
    return (x - x0) * (x - x0) + (y - y0) * (y - y0)


@kernel
def _side(x: float, y: float, x0: float, y0: float, x1: float, y1: float) -> float:
    """> 0 where the point lies to the left of the edge, < 0 to its right."""
    return (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)


@kernel
def _apart(x0: float, y0: float, x1: float, y1: float, u0: float, v0: float, u1: float, v1: float) -> float:
    """Squared distance of two boxes, given by any two opposite corners."""
    dx = max(min(x0, x1) - max(u0, u1), min(u0, u1) - max(x0, x1), 0.0)
    dy = max(min(y0, y1) - max(v0, v1), min(v0, v1) - max(y0, y1), 0.0)
    return dx * dx + dy * dy


@kernel
def _from_row(xy: Float, ends: Bits, a: int, b: int, step: int, areal: bool, edge: Float, best: float) -> float:
    """The smaller of `best` and the squared distance of the row of vertices a…b-1 from one edge."""
    u0, v0, u1, v1 = edge[0], edge[1], edge[2], edge[3]
    inside = False
    for k in range(a, b):
        if ends[k]:
            continue
        x0, y0, x1, y1 = xy[k, 0], xy[k, 1], xy[k + step, 0], xy[k + step, 1]
        if areal and (y0 > v0) != (y1 > v0) and u0 < x0 + (v0 - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
        if _apart(x0, y0, x1, y1, u0, v0, u1, v1) >= best:
            continue
        split = (_side(u0, v0, x0, y0, x1, y1) > 0.0) != (_side(u1, v1, x0, y0, x1, y1) > 0.0)
        if split and (_side(x0, y0, u0, v0, u1, v1) > 0.0) != (_side(x1, y1, u0, v0, u1, v1) > 0.0):
            return 0.0
        best = min(best, _point(u0, v0, x0, y0, x1, y1), _point(u1, v1, x0, y0, x1, y1))
        best = min(best, _point(x0, y0, u0, v0, u1, v1), _point(x1, y1, u0, v0, u1, v1))
    return 0.0 if inside else best


@kernel
def _from_cell(
    xy: Float, ends: Bits, a: int, b: int, box: Float, step: int, areal: bool, edges: Float, here: Int, seen: Int, i: int,
    best: float,
) -> float:  # fmt: skip
    """As `_from_row`, for the edges `here` that row i has not met yet and whose box is near enough."""
    for e in here:
        if seen[e] != i and _apart(box[0], box[1], box[2], box[3], edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]) < best:
            best = _from_row(xy, ends, a, b, step, areal, edges[e], best)
        seen[e] = i
    return best


@kernel
def _search(
    xy: Float, ends: Bits, first: Int, box: Float, step: int, areal: bool, edges: Float, cell: float, across: int,
    start: Int, member: Int, reach: float, seen: Int, out: Float,
) -> None:  # fmt: skip
    """The nearest edge of every row. Cells in ring k around a row's cells lie at least (k - 1) cells away."""
    up = (len(start) - 1) // across
    for i in range(len(first) - 1):
        if first[i] == first[i + 1]:
            continue
        west, south, east, north = box[i]
        left, below, right, above = np.floor(west / cell), np.floor(south / cell), np.floor(east / cell), np.floor(north / cell)
        best, ring = np.inf, 0
        while ring <= max(left, below, across - 1 - right, up - 1 - above, 0.0):
            near = max(ring - 1, 0) * cell
            if near > reach or near * near >= best:
                break
            for r in range(int(max(below - ring, 0.0)), int(min(above + ring, up - 1.0)) + 1):
                whole = ring == 0 or r == below - ring or r == above + ring
                c, last = int(max(left - ring, 0.0)), int(min(right + ring, across - 1.0))
                while c <= last:
                    if not whole and left - ring < c < right + ring:  # the inner rings were looked at before
                        c = int(right + ring)
                        continue
                    here = member[start[r * across + c] : start[r * across + c + 1]]
                    best = _from_cell(xy, ends, first[i], first[i + 1], box[i], step, areal, edges, here, seen, i, best)
                    c += 1
            ring += 1
        if best <= reach * reach:
            out[i] = np.sqrt(best)
