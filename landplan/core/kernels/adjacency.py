"""Which polygons touch, along how many metres, and which lie together in one piece.

Two edges of different rows run together where they are within `tolerance_m` of each other; edges need not have the same
vertices (T-junctions), and small gaps and overlaps are bridged. Lengths are right to about two tolerances at each end of a
common stretch, so a mere corner counts up to a few tolerances: `at_least_m` leaves those out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.sums import grouped_exact_sum

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Pairs of touching rows, first < second, in that order; length_m (pairs,) of their common boundary."""

    first: Int
    second: Int
    length_m: Float


def adjacency(geometry: Geometry, *, tolerance_m: float = 0.01, at_least_m: float = 0.1) -> Adjacency:
    """Rows whose boundaries run together for at least `at_least_m`.

    The length is the mean of what either side measures, summed exactly: row order changes no bit. Stretches of one row's
    own parts do not count.
    """
    edges, owner = _edges(geometry)
    one, other, length = _alongside(edges, owner, tolerance_m)
    pair = np.minimum(owner[one], owner[other]) * len(geometry) + np.maximum(owner[one], owner[other])
    pairs, group = np.unique(pair, return_inverse=True)
    total = grouped_exact_sum(length, group, len(pairs))
    pairs, total = pairs[total >= at_least_m], total[total >= at_least_m]
    return Adjacency(pairs // max(len(geometry), 1), pairs % max(len(geometry), 1), total)


def components(first: Int, second: Int, n: int) -> Int:
    """(n,) number of the connected piece of each row, from 0 in the order of their first rows; pairs join rows."""
    root, out = np.arange(n), np.empty(n, np.int64)
    _join(np.ascontiguousarray(first, np.int64), np.ascontiguousarray(second, np.int64), root, out)
    return out


def _edges(geometry: Geometry) -> tuple[Float, Int]:
    """(e, 4) x, y, x, y of every edge with a length, and the row (e,) it belongs to."""
    rows = np.repeat(np.arange(len(geometry)), np.diff(geometry.ring[geometry.part[geometry.row]]))
    starts = np.ones(len(geometry.xy), np.bool_)
    starts[geometry.ring[1:] - 1] = False
    at = np.flatnonzero(starts)
    at = at[(geometry.xy[at] != geometry.xy[at + 1]).any(axis=1)]
    return np.column_stack([geometry.xy[at], geometry.xy[at + 1]]), rows[at].astype(np.int64)


def _alongside(edges: Float, owner: Int, tolerance_m: float) -> tuple[Int, Int, Float]:
    """Pairs of edges of different rows that run together, each once, and for how many metres: the mean of either view.

    Edges are compared where they pass through one cell of a grid about as wide as an edge is long.
    """
    if len(edges) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    corner = edges[:, :2].min(axis=0)
    local = edges - np.tile(np.minimum(corner, edges[:, 2:].min(axis=0)), 2)
    size = np.hypot(local[:, 2] - local[:, 0], local[:, 3] - local[:, 1])
    cell = max(float(np.median(size)), float(size.sum()) / (16.0 * len(size)), 4.0 * tolerance_m, float(local.max()) / 2**30)
    count = _cells(local, cell, tolerance_m, np.zeros(0, np.int64), np.zeros(0, np.int64))
    key, edge = np.empty(count, np.int64), np.empty(count, np.int64)
    _cells(local, cell, tolerance_m, key, edge)
    order = np.argsort(key, kind="stable")
    key, edge = key[order], edge[order]
    count = _pairs(key, edge, local, owner, tolerance_m, np.zeros((0, 2), np.int64), np.zeros(0))
    found, length = np.empty((count, 2), np.int64), np.empty(count)
    _pairs(key, edge, local, owner, tolerance_m, found, length)
    _, once = np.unique(found[:, 0] * len(edges) + found[:, 1], return_index=True)
    return found[once, 0], found[once, 1], length[once]


@kernel
def _cells(local: Float, cell: float, reach: float, key: Int, edge: Int) -> int:
    """The grid cells each edge passes through, widened by `reach`; written where `key` has room. Their number."""
    count = 0
    for e in range(len(local)):
        x0, y0, x1, y1 = local[e]
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        for row in range(int(np.floor((y0 - reach) / cell)), int(np.floor((y1 + reach) / cell)) + 1):
            low, high = x0, x1
            if y1 > y0:
                a = min(max((row * cell - reach - y0) / (y1 - y0), 0.0), 1.0)
                b = min(max(((row + 1) * cell + reach - y0) / (y1 - y0), 0.0), 1.0)
                low, high = x0 + a * (x1 - x0), x0 + b * (x1 - x0)
            first, last = np.floor((min(low, high) - reach) / cell), np.floor((max(low, high) + reach) / cell)
            for column in range(int(first), int(last) + 1):
                if count < len(key):
                    key[count] = (np.int64(row) + 1) * (np.int64(1) << 32) + column + 1
                    edge[count] = e
                count += 1
    return count


@kernel
def _apart(local: Float, a: int, b: int, reach: float) -> bool:
    """Whether the boxes of two edges are further apart than `reach`."""
    for axis in range(2):
        low_a, high_a = min(local[a, axis], local[a, axis + 2]), max(local[a, axis], local[a, axis + 2])
        low_b, high_b = min(local[b, axis], local[b, axis + 2]), max(local[b, axis], local[b, axis + 2])
        if low_a > high_b + reach or low_b > high_a + reach:
            return True
    return False


@kernel
def _overlap(x0: float, y0: float, x1: float, y1: float, u0: float, v0: float, u1: float, v1: float, reach: float) -> float:
    """Metres of the edge (x0, y0)-(x1, y1) beside which, within `reach`, runs the edge (u0, v0)-(u1, v1)."""
    dx, dy = x1 - x0, y1 - y0
    size = np.hypot(dx, dy)
    dx, dy = dx / size, dy / size
    along0, along1 = (u0 - x0) * dx + (v0 - y0) * dy, (u1 - x0) * dx + (v1 - y0) * dy
    off0, off1 = (v0 - y0) * dx - (u0 - x0) * dy, (v1 - y0) * dx - (u1 - x0) * dy
    if along0 > along1:
        along0, along1, off0, off1 = along1, along0, off1, off0
    low, high = max(along0, 0.0), min(along1, size)
    if low >= high:
        return 0.0
    slope = (off1 - off0) / (along1 - along0)
    if slope == 0.0:
        return high - low if abs(off0) <= reach else 0.0
    a, b = along0 + (-reach - off0) / slope, along0 + (reach - off0) / slope
    return float(max(min(high, max(a, b)) - max(low, min(a, b)), 0.0))


@kernel
def _together(local: Float, a: int, b: int, reach: float) -> float:
    """Metres that two edges run together: the mean of what either measures."""
    x0, y0, x1, y1 = local[a]
    u0, v0, u1, v1 = local[b]
    return (_overlap(x0, y0, x1, y1, u0, v0, u1, v1, reach) + _overlap(u0, v0, u1, v1, x0, y0, x1, y1, reach)) / 2.0


@kernel
def _pairs(key: Int, edge: Int, local: Float, owner: Int, reach: float, found: Int, length: Float) -> int:
    """Pairs of edges of different rows in one cell that run together; written where `found` has room. Their number."""
    count, start = 0, 0
    while start < len(key):
        end = start
        while end < len(key) and key[end] == key[start]:
            end += 1
        for i in range(start, end):
            for j in range(i + 1, end):
                a, b = edge[i], edge[j]
                if owner[a] == owner[b] or _apart(local, a, b, reach):
                    continue
                metres = _together(local, a, b, reach)
                if metres > 0.0:
                    if count < len(found):
                        found[count, 0], found[count, 1], length[count] = a, b, metres
                    count += 1
        start = end
    return count


@kernel
def _join(first: Int, second: Int, root: Int, out: Int) -> None:
    """Union by the smaller row, with paths halved; then numbers in the order of the rows."""
    for k in range(len(first)):
        a, b = first[k], second[k]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        root[max(a, b)] = min(a, b)
    count = 0
    for i in range(len(root)):
        if root[i] == i:
            out[i] = count
            count += 1
        else:
            out[i] = out[root[i]]
