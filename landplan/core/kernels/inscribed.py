"""The largest circle inside each polygon, by cutting squares into four as long as a larger circle may still be in one.

How large a circle in a square may be is told by the nearest two edges: between opposite edges it cannot grow by moving, which
is what makes long rectangles quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.nearest import _point, rows_at

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]


def inscribed_radius_m(geometry: Geometry, precision_m: float = 0.01) -> Float:
    """(n,) radius of the largest circle that lies in each polygon and touches no hole, m, too small by at most `precision_m`.

    0 for a polygon without area, NaN for a null row.
    """
    out = np.where(np.diff(geometry.row) > 0, 0.0, np.nan)
    if len(geometry.xy):
        xy, ends, first, box, _step, _areal = rows_at(geometry, np.zeros(2))
        corner = box[:, :2]  # every row from its own corner on: no other row changes a bit
        _radii(xy - np.repeat(corner, np.diff(first), axis=0), ends, first, box - np.tile(corner, 2), precision_m, out)
    return out


@kernel
def _clear(xy: Float, ends: Bits, a: int, b: int, x: float, y: float) -> tuple[float, int]:
    """Distance of (x, y) from the edges, negative outside, and the vertex where the nearest begins."""
    best, nearest, inside = np.inf, a, False
    for k in range(a, b):
        if ends[k]:
            continue
        x0, y0, x1, y1 = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
        square = _point(x, y, x0, y0, x1, y1)
        if square < best:
            best, nearest = square, k
    return np.sqrt(best) if inside else -np.sqrt(best), nearest


@kernel
def _away(xy: Float, k: int, x: float, y: float, reach: float, way: Float) -> float:
    """Distance from edge k, plus what it may curve within `reach`; `way`: the direction in which it grows. inf on the edge."""
    x0, y0, dx, dy = xy[k, 0], xy[k, 1], xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1]
    square = dx * dx + dy * dy
    along = min(max(((x - x0) * dx + (y - y0) * dy) / square, 0.0), 1.0) if square > 0.0 else 0.0
    way[0], way[1] = x - x0 - along * dx, y - y0 - along * dy
    far = np.hypot(way[0], way[1])
    if far == 0.0:
        return np.inf
    way[0], way[1] = way[0] / far, way[1] / far
    spare = min(along, 1.0 - along) * np.sqrt(square)
    return float(far) if spare >= reach else float(far + reach * reach / (2.0 * far))


@kernel
def _most(
    xy: Float, ends: Bits, a: int, b: int, x: float, y: float, reach: float, nearest: int, bound: float, one: Float, other: Float
) -> float:
    """The most that the distance from the edges can be within `reach` of (x, y), which is inside, if that is below `bound`."""
    far = _away(xy, nearest, x, y, reach, one)
    if far == np.inf:
        return bound
    for k in range(a, b):
        if ends[k] or k == nearest:
            continue
        also = _away(xy, k, x, y, reach, other)
        if (far + also) / 2.0 < bound:
            bound = min(bound, (far + also) / 2.0 + reach * np.hypot(one[0] + other[0], one[1] + other[1]) / 2.0)
    return bound


@kernel
def _radius(xy: Float, ends: Bits, a: int, b: int, box: Float, precision: float, stack: Float, ways: Float) -> float:
    """The largest distance from the edges that a place inside has; a square is x, y, half its side, its bound."""
    stack[0, 0], stack[0, 1] = (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0
    stack[0, 2], stack[0, 3] = max(box[2] - box[0], box[3] - box[1]) / 2.0, np.inf
    best, left = 0.0, 1
    while left > 0:
        left -= 1
        x0, y0, half = stack[left, 0], stack[left, 1], stack[left, 2] / 2.0
        if stack[left, 3] <= best + precision or left + 4 > len(stack):
            continue
        reach, first = half * np.sqrt(2.0), left
        for quarter in range(4):
            x, y = x0 + (half if quarter % 2 else -half), y0 + (half if quarter // 2 else -half)
            clear, nearest = _clear(xy, ends, a, b, x, y)
            best, bound = max(best, clear), clear + reach
            if clear > 0.0 and bound > best + precision:
                bound = _most(xy, ends, a, b, x, y, reach, nearest, bound, ways[0], ways[1])
            if bound <= best + precision:
                continue
            place = left
            while place > first and stack[place - 1, 3] > bound:  # the most promising square is looked at first
                stack[place] = stack[place - 1]
                place -= 1
            stack[place, 0], stack[place, 1], stack[place, 2], stack[place, 3] = x, y, half, bound
            left += 1
    return best


@kernel
def _radii(xy: Float, ends: Bits, first: Int, box: Float, precision: float, out: Float) -> None:
    stack, ways = np.empty((256, 4)), np.empty((2, 2))
    for i in range(len(first) - 1):
        if first[i] < first[i + 1]:
            out[i] = _radius(xy, ends, first[i], first[i + 1], box[i], precision, stack, ways)
