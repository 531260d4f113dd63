"""Which polygons are plainly sound, so that nobody need ask GEOS: one ring that neither crosses nor touches itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.nearest import _side

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bits = npt.NDArray[np.bool_]


def plainly_sound(geometry: Geometry) -> Bits:
    """(n,) True for polygons of one ring without self-contact, by a margin far above rounding; False says nothing.

    Every edge is held against every other one, so rings of more than 200 vertices are not looked at.
    """
    out = np.zeros(len(geometry), np.bool_)
    if geometry.kind == "polygon":
        _sound(geometry.xy, geometry.ring, geometry.part, geometry.row, out)
    return out


@kernel
def _clear(xy: Float, j: int, k: int, margin: float) -> bool:
    """Whether edges j and k keep apart for certain: their boxes do, or one of them lies on one side of the other."""
    for axis in range(2):
        low, high = min(xy[j, axis], xy[j + 1, axis]), max(xy[j, axis], xy[j + 1, axis])
        if min(xy[k, axis], xy[k + 1, axis]) > high or max(xy[k, axis], xy[k + 1, axis]) < low:
            return True
    for a, b in ((j, k), (k, j)):
        one = _side(xy[b, 0], xy[b, 1], xy[a, 0], xy[a, 1], xy[a + 1, 0], xy[a + 1, 1])
        other = _side(xy[b + 1, 0], xy[b + 1, 1], xy[a, 0], xy[a, 1], xy[a + 1, 0], xy[a + 1, 1])
        if min(one, other) > margin or max(one, other) < -margin:
            return True
    return False


@kernel
def _bends(xy: Float, j: int, k: int, margin: float) -> bool:
    """Whether the edges j and k, which share a vertex, plainly differ in direction or go on: no spike, no edge of no length."""
    dx, dy, ex, ey = xy[j + 1, 0] - xy[j, 0], xy[j + 1, 1] - xy[j, 1], xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1]
    return bool(abs(dx * ey - dy * ex) > margin or dx * ex + dy * ey > margin)


@kernel
def _simple(xy: Float, a: int, b: int) -> bool:
    """Whether the closed ring xy[a:b] keeps clear of itself."""
    span = 0.0
    for k in range(a, b):
        span = max(span, abs(xy[k, 0] - xy[a, 0]), abs(xy[k, 1] - xy[a, 1]))
    far = max(abs(xy[a, 0]), abs(xy[a, 1])) + span
    margin = 1e-14 * far * span + 1e-12 * span * span
    for j in range(a, b - 1):
        for k in range(j + 1, b - 1):
            meet = k == j + 1 or (j == a and k == b - 2)
            apart = _bends(xy, min(j, k), max(j, k), margin) if meet else _clear(xy, j, k, margin)
            if not apart:
                return False
    return True


@kernel
def _sound(xy: Float, ring: Int, part: Int, row: Int, out: Bits) -> None:
    for i in range(len(row) - 1):
        p = row[i]
        if row[i + 1] - p != 1 or part[p + 1] - part[p] != 1:
            continue
        a, b = ring[part[p]], ring[part[p] + 1]
        out[i] = 4 <= b - a <= 200 and xy[a, 0] == xy[b - 1, 0] and xy[a, 1] == xy[b - 1, 1] and _simple(xy, a, b)
