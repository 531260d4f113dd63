"""How deep a parcel is."""

from __future__ import annotations

import numpy as np

from landplan.core.layers import Float, Int, Text
from landplan.core.measuring import Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column

_EDGES_AT_ONCE = 200_000


@measures.add("Depth", zh="地块进深", unit="m", source="Freeman & Shapira (1975) Communications of the ACM 18(7):409-413")
def depth(context: Measuring) -> Column:
    """The short side of the smallest rectangle around the parcel, in any direction: what a building line can use.

    Metres, NaN without geometry or area. The smallest rectangle lies along an edge of the convex hull.
    """
    return context.column(short_side_m(context.subject.shapes), "m")


def short_side_m(shapes: Text) -> Float:
    """(n,) short side of the minimum-area rotated rectangle, m."""
    import shapely

    out = np.full(len(shapes), np.nan)
    hulls = shapely.convex_hull(shapes)
    rows = np.flatnonzero(shapely.get_type_id(hulls) == 3)
    step = max(1, _EDGES_AT_ONCE // 8)
    for low in range(0, len(rows), step):
        block = rows[low : low + step]
        xy, owner = shapely.get_coordinates(hulls[block], return_index=True)
        out[block] = _short_sides(xy, np.searchsorted(owner, np.arange(len(block) + 1)))
    return out


def _short_sides(xy: Float, start: Int) -> Float:
    """Short side of the smallest rectangle of each closed ring xy[start[i] : start[i+1]] of a convex polygon."""
    last = np.zeros(len(xy), bool)
    last[start[1:] - 1] = True
    edge = np.flatnonzero(~last)
    owner = np.searchsorted(start, edge, side="right") - 1
    along = xy[edge + 1] - xy[edge]
    length = np.hypot(along[:, 0], along[:, 1])
    edge, owner, along = edge[length > 0], owner[length > 0], along[length > 0] / length[length > 0, None]
    count = np.diff(start)[owner]  # every edge meets every vertex of its ring
    first = np.concatenate([[0], np.cumsum(count)])
    vertex = np.arange(first[-1]) - np.repeat(first[:-1] - start[owner], count)
    offset = xy[vertex] - np.repeat(xy[edge], count, axis=0)
    u = np.repeat(along, count, axis=0)
    wide = offset[:, 0] * u[:, 0] + offset[:, 1] * u[:, 1]
    high = offset[:, 1] * u[:, 0] - offset[:, 0] * u[:, 1]
    sides = [np.maximum.reduceat(side, first[:-1]) - np.minimum.reduceat(side, first[:-1]) for side in (wide, high)]
    area = sides[0] * sides[1]
    least = np.full(len(start) - 1, np.inf)
    np.minimum.at(least, owner, area)
    order = np.lexsort((np.minimum(*sides), np.round(area / least[owner], 9), owner))  # every triangle has ties
    ring, best = np.unique(owner[order], return_index=True)
    out = np.full(len(start) - 1, np.nan)
    out[ring] = np.minimum(*sides)[order[best]]
    return out
