"""Which pixels a polygon covers: by pixel centres, or by the exact part of each pixel. Arrays in, arrays out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Geometry, Int

Affine = tuple[float, float, float, float, float, float]
_NO_INT = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Pixels:
    """owner (p,) row of the geometry; row, col (p,) of a pixel, maybe off the raster; weight (p,) its covered part, 0…1."""

    owner: Int
    row: Int
    col: Int
    weight: Float


def in_pixels(xy: Float, transform: Affine) -> Float:
    """(v, 2) column and row coordinates: pixel (r, c) spans c…c+1, r…r+1."""
    a, b, c, d, e, f = transform
    x, y = xy[:, 0] - c, xy[:, 1] - f
    det = a * e - b * d
    return np.column_stack([(e * x - b * y) / det, (a * y - d * x) / det])


def pixel_centres(geometry: Geometry, transform: Affine) -> Pixels:
    """Pixels whose centre lies inside a polygon (even–odd over all rings), each with weight 1.

    A centre on a left or upper edge counts, on a right or lower edge it does not: neighbours never share one.
    """
    start, end, owner, _ = _edges(geometry, transform)
    row0 = np.ceil(np.minimum(start[:, 1], end[:, 1]) - 0.5).astype(np.int64)
    row1 = np.ceil(np.maximum(start[:, 1], end[:, 1]) - 0.5).astype(np.int64)
    edge, row = _expanded(row0, row1)
    rise = end[edge, 1] - start[edge, 1]
    x = start[edge, 0] + (row + 0.5 - start[edge, 1]) / rise * (end[edge, 0] - start[edge, 0])
    order = np.lexsort((x, row, owner[edge]))
    x, row, of = x[order], row[order], owner[edge][order]
    left, right = np.ceil(x[0::2] - 0.5).astype(np.int64), np.ceil(x[1::2] - 0.5).astype(np.int64)
    span, col = _expanded(left, right)
    return Pixels(of[0::2][span], row[0::2][span], col, np.ones(len(col)))


def pixel_parts(geometry: Geometry, transform: Affine) -> Pixels:
    """Every pixel a polygon touches with the exact part of it that is covered: Σ weight = area in pixels.

    Edges are cut at all grid lines; a piece inside pixel (r, c) covers the strip to its right: in its own pixel dy·(1 − x̄),
    in every later pixel of the row dy. Shells count +, holes −, whichever way they are drawn.
    """
    start, end, owner, sign = _edges(geometry, transform)
    if not len(start):
        return Pixels(_NO_INT, _NO_INT, _NO_INT, np.zeros(0))
    piece, low, high = _cut(start, end)
    middle = (low + high) / 2.0
    row, col = np.floor(middle[:, 1]).astype(np.int64), np.floor(middle[:, 0]).astype(np.int64)
    rise = (high[:, 1] - low[:, 1]) * sign[piece]
    own = rise * (1.0 - (middle[:, 0] - col))
    order = np.lexsort((col, row, owner[piece]))
    keys = np.column_stack([owner[piece], row, col])[order]
    first = np.flatnonzero(np.r_[True, (np.diff(keys, axis=0) != 0).any(axis=1)])
    of, row, col = keys[first].T
    rise, own = np.add.reduceat(rise[order], first), np.add.reduceat(own[order], first)
    new_row = np.r_[True, (of[1:] != of[:-1]) | (row[1:] != row[:-1])]
    before = _running(rise, new_row)
    until = np.where(np.r_[new_row[1:], True], col + 1, np.r_[col[1:], 0])  # full cells up to the next cut one
    span, between = _expanded(col + 1, until)
    after = (before + rise)[span]
    owners, rows, cols = (np.concatenate(pair) for pair in ((of, of[span]), (row, row[span]), (col, between)))
    weight = np.concatenate([before + own, after])
    real = weight > 1e-12
    return Pixels(owners[real], rows[real], cols[real], np.minimum(weight[real], 1.0))


def _edges(geometry: Geometry, transform: Affine) -> tuple[Float, Float, Int, Float]:
    """Start and end (e, 2) of each edge in pixels, the row that owns it, the sign that makes what a shell covers positive."""
    xy, ring = in_pixels(geometry.xy, transform), geometry.ring
    count = np.diff(ring)
    last = np.zeros(len(xy), np.bool_)
    last[ring[1:][count > 0] - 1] = True
    at = np.flatnonzero(~last)
    of_ring = np.repeat(np.arange(len(count)), count)[at]
    start, end = xy[at], xy[at + 1]
    twice = np.bincount(of_ring, start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1], len(count))
    shell = np.zeros(len(count), np.bool_)
    shell[geometry.part[:-1][np.diff(geometry.part) > 0]] = True
    part = np.repeat(np.arange(len(geometry.part) - 1), np.diff(geometry.part))
    row = np.repeat(np.arange(len(geometry)), np.diff(geometry.row))
    sign = np.sign(twice) * np.where(shell, -1.0, 1.0)  # land lies to the right of edges that run against the ring
    return start, end, row[part[of_ring]], sign[of_ring]


def _cut(start: Float, end: Float) -> tuple[Int, Float, Float]:
    """Edges cut at every grid line: the edge of each piece, its start and its end (p, 2)."""
    edges, cuts = [np.arange(len(start))] * 2, [np.zeros(len(start)), np.ones(len(start))]
    for axis in (0, 1):
        low, high = np.minimum(start[:, axis], end[:, axis]), np.maximum(start[:, axis], end[:, axis])
        edge, line = _expanded(np.floor(low).astype(np.int64) + 1, np.ceil(high).astype(np.int64))
        edges.append(edge)
        cuts.append((line - start[edge, axis]) / (end[edge, axis] - start[edge, axis]))
    edge, cut = np.concatenate(edges), np.clip(np.concatenate(cuts), 0.0, 1.0)
    order = np.lexsort((cut, edge))
    edge, cut = edge[order], cut[order]
    point = start[edge] + cut[:, None] * (end[edge] - start[edge])
    point[cut == 1.0] = end[edge][cut == 1.0]
    same = edge[1:] == edge[:-1]
    return edge[:-1][same], point[:-1][same], point[1:][same]


def _running(values: Float, new: npt.NDArray[np.bool_]) -> Float:
    """Sum of the values before each one since the last `new`."""
    total = np.cumsum(values) - values
    begin = np.maximum.accumulate(np.where(new, np.arange(len(values)), 0))
    return np.asarray(total - total[begin])


def _expanded(low: Int, high: Int) -> tuple[Int, Int]:
    """For each i the integers low[i] … high[i] − 1: which i, and the integer."""
    count = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    return which, np.arange(len(which)) - first[which] + low[which]
