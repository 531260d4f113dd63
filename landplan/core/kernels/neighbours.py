"""Which rows of a layer lie within a distance of each other, edge to edge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.nearest import _apart, _from_row, edge_grid, edges_of, rows_at

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]
_AT_ONCE = 50_000


def near_pairs(geometry: Geometry, within_m: float, at_once: int = _AT_ONCE) -> Iterator[tuple[Int, Int]]:
    """Every pair of rows within `within_m` of each other, both ways round, block by block; a row inside another is near."""
    grid = edge_grid(edges_of(geometry))
    if not len(grid.edges):
        return
    rows = np.repeat(np.arange(len(geometry)), np.diff(geometry.ring[geometry.part[geometry.row]]))
    layer = rows_at(geometry, grid.corner)
    cells = (grid.edges, rows[~layer[1]].astype(np.int64), grid.cell, grid.across, grid.start, grid.member)
    seen, held, room = np.full(len(geometry), -1, np.int64), np.empty(len(geometry), np.int64), 16 * at_once
    for low in range(0, len(geometry), at_once):
        block = (float(within_m), low, min(low + at_once, len(geometry)))
        pairs = np.empty((room, 2), np.int64)
        count = _near(*layer, *cells, *block, seen, held, pairs)
        if count > room:
            room, seen[:] = count, -1
            pairs = np.empty((room, 2), np.int64)
            _near(*layer, *cells, *block, seen, held, pairs)
        yield pairs[:count, 0].copy(), pairs[:count, 1].copy()


@kernel
def _judged(xy: Float, ends: Bits, a: int, b: int, step: int, areal: bool, edge: Float, reach: float) -> int:
    """2 where the edge is within reach (squared) of the row's edges, 1 where it is far from them but inside, 0 elsewhere."""
    beyond = np.nextafter(reach, np.inf)
    least = _from_row(xy, ends, a, b, step, areal, edge, beyond)
    if least > reach:
        return 0
    return 2 if least > 0.0 or not areal or _from_row(xy, ends, a, b, step, False, edge, beyond) <= reach else 1


@kernel
def _holds(xy: Float, ends: Bits, a: int, b: int, c: int, d: int, step: int, reach: float) -> bool:
    """Whether an edge of the row of vertices c…d-1 lies inside the row a…b-1, whose edges are all out of reach."""
    for k in range(c, d):
        if not ends[k]:
            edge = np.array([xy[k, 0], xy[k, 1], xy[k + step, 0], xy[k + step, 1]])
            if _judged(xy, ends, a, b, step, True, edge, reach) == 1:
                return True
    return False


@kernel
def _write(i: int, other: int, count: int, pairs: Int) -> int:
    """One pair where there is room; how many there are by now."""
    if count < len(pairs):
        pairs[count, 0], pairs[count, 1] = i, other
    return count + 1


@kernel
def _write_inner(
    xy: Float, ends: Bits, first: Int, step: int, reach: float, i: int, held: Int, seen: Int, count: int, pairs: Int
) -> int:
    """The pairs of row i with rows of which edges lie inside it, out of reach of its own, and none is near; how many there are
    by now. What lies inside a row does not see it, so that pair is told both ways at once; but for parts of two rows that lie in
    each other, which both see."""
    for other in held:
        if seen[other] != i:
            seen[other] = i
            count = _write(i, other, count, pairs)
            if not _holds(xy, ends, first[other], first[other + 1], first[i], first[i + 1], step, reach):
                count = _write(other, i, count, pairs)
    return count


@kernel
def _near(
    xy: Float, ends: Bits, first: Int, box: Float, step: int, areal: bool, edges: Float, owner: Int, cell: float, across: int,
    start: Int, member: Int, within: float, low: int, high: int, seen: Int, held: Int, pairs: Int,
) -> int:  # fmt: skip
    """Pairs of the rows low…high-1, written where there is room; their number."""
    up = (len(start) - 1) // across
    count, reach = 0, within * within
    for i in range(low, high):
        if first[i] == first[i + 1]:
            continue
        inside = 0
        west, south, east, north = box[i]
        for r in range(
            int(max(np.floor((south - within) / cell), 0.0)), int(min(np.floor((north + within) / cell), up - 1.0)) + 1
        ):
            left, right = max(np.floor((west - within) / cell), 0.0), min(np.floor((east + within) / cell), across - 1.0)
            for place in range(start[r * across + int(left)], start[r * across + int(right) + 1] if left <= right else 0):
                e = member[place]
                other = owner[e]
                if (
                    other == i
                    or seen[other] == i
                    or _apart(west, south, east, north, edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]) > reach
                ):
                    continue
                judged = _judged(xy, ends, first[i], first[i + 1], step, areal, edges[e], reach)
                if judged == 2:
                    seen[other] = i
                    count = _write(i, other, count, pairs)
                elif judged == 1 and seen[other] != -2 - i:  # held once, whatever number of its edges lie inside
                    seen[other] = -2 - i
                    held[inside] = other
                    inside += 1
        count = _write_inner(xy, ends, first, step, reach, i, held[:inside], seen, count, pairs)
    return count
