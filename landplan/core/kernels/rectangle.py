"""The smallest rectangle around each shape, in any direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
_EVEN = 1.0 + 1e-9
"""Areas that differ by less are equal: every triangle has three."""


def rectangle_sides_m(shapes: npt.NDArray[np.object_]) -> Float:
    """(n, 2) short and long side of the rectangle of least area around each shapely geometry, m; NaN without geometry or area.

    It lies along an edge of the convex hull (Freeman & Shapira 1975); of equal areas the one with the shortest side is taken.
    """
    import shapely

    out = np.full((len(shapes), 2), np.nan)
    hulls = shapely.convex_hull(shapes)
    rows = np.flatnonzero(shapely.get_type_id(hulls) == 3)
    xy, owner = shapely.get_coordinates(hulls[rows], return_index=True)
    _sides(xy, np.searchsorted(owner, np.arange(len(rows) + 1)), rows, out)
    return out


@kernel
def _around(xy: Float, a: int, b: int, k: int) -> tuple[float, float]:
    """Sides of the rectangle along edge k of the ring xy[a:b]; inf where the edge has no length."""
    dx, dy = xy[k + 1, 0] - xy[k, 0], xy[k + 1, 1] - xy[k, 1]
    size = np.hypot(dx, dy)
    if size == 0.0:
        return np.inf, np.inf
    dx, dy = dx / size, dy / size
    first, last, high = 0.0, 0.0, 0.0
    for j in range(a, b - 1):
        x, y = xy[j, 0] - xy[k, 0], xy[j, 1] - xy[k, 1]
        along = x * dx + y * dy
        first, last, high = min(first, along), max(last, along), max(high, abs(y * dx - x * dy))
    return last - first, high


@kernel
def _sides(xy: Float, start: Int, rows: Int, out: Float) -> None:
    """Sides of the least rectangle around every closed convex ring xy[start[i] : start[i + 1]]."""
    for i in range(len(start) - 1):
        a, b = start[i], start[i + 1]
        least, short, long = np.inf, np.inf, np.inf
        for k in range(a, b - 1):
            wide, high = _around(xy, a, b, k)
            least = min(least, wide * high)
        for k in range(a, b - 1):
            wide, high = _around(xy, a, b, k)
            if wide * high <= least * _EVEN and min(wide, high) < short:
                short, long = min(wide, high), max(wide, high)
        out[rows[i], 0], out[rows[i], 1] = short, long
