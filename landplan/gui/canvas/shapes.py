"""Painter's paths from flat geometry, about a point near it so that no digit is lost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath

from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]


def vertices(geometry: Geometry, row: int) -> slice:
    """The vertices of a row."""
    return slice(*geometry.ring[geometry.part[geometry.row[row : row + 2]]].tolist())


def row_path(geometry: Geometry, first: int, last: int, about: Float) -> QPainterPath:
    """The rings of rows first…last-1 as one path, metres about `about`."""
    start, end = geometry.ring[geometry.part[geometry.row[[first, last]]]]
    if start == end:
        return QPainterPath()
    xy = geometry.xy[start:end] - about
    connect = np.ones(end - start, np.int32)
    rings = geometry.ring[geometry.part[geometry.row[first]] : geometry.part[geometry.row[last]] + 1]
    connect[rings[1:] - start - 1] = 0
    path = pg.arrayToQPath(xy[:, 0].copy(), xy[:, 1].copy(), connect=connect)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path


def chunks(geometry: Geometry, about: Float, *, vertices_each: int = 4000) -> Iterator[tuple[Float, QPainterPath]]:
    """(box, path) of runs of rows with some thousand vertices each; boxes are west, south, east, north, m."""
    offset = geometry.ring[geometry.part[geometry.row]]
    row = 0
    while row < len(geometry):
        last = max(int(np.searchsorted(offset, offset[row] + vertices_each, side="right")) - 1, row + 1)
        last = min(last, len(geometry))
        xy = geometry.xy[offset[row] : offset[last]]
        if len(xy):
            yield np.concatenate([xy.min(axis=0), xy.max(axis=0)]), row_path(geometry, row, last, about)
        row = last


def label_point(geometry: Geometry, row: int) -> QPointF | None:
    """A point well inside a polygon (m): the middle of the widest stretch inside along a few levels; None for no geometry."""
    start, end = (int(k) for k in geometry.ring[geometry.part[geometry.row[row : row + 2]]])
    if start == end:
        return None
    xy = geometry.xy[start:end]
    edges = np.ones(end - start, np.bool_)
    rings = geometry.ring[geometry.part[geometry.row[row]] : geometry.part[geometry.row[row + 1]] + 1]
    edges[rings[1:] - start - 1] = False
    a = np.flatnonzero(edges)
    low, high = xy[:, 1].min(), xy[:, 1].max()
    best, found = 0.0, QPointF(*xy.mean(axis=0))
    for share in (0.5, 0.42, 0.58, 0.33, 0.67, 0.2, 0.8):
        y = low + share * (high - low)
        crossing = a[(xy[a, 1] <= y) != (xy[a + 1, 1] <= y)]
        rise = xy[crossing + 1, 1] - xy[crossing, 1]
        x = np.sort(xy[crossing, 0] + (y - xy[crossing, 1]) / rise * (xy[crossing + 1, 0] - xy[crossing, 0]))
        width = x[1::2] - x[: len(x) // 2 * 2 : 2]
        if len(width) and width.max() > best * 1.15:
            k = int(np.argmax(width))
            best, found = float(width[k]), QPointF((x[2 * k] + x[2 * k + 1]) / 2.0, y)
    return found
