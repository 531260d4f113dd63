"""Rows of layers as they come onto a sheet: only those that touch its map, so that a legend lists what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.layers import Float, Geometry, Int, Layer, take
from landplan.export.drawing.furniture import Entry
from landplan.export.drawing.geometry import Bounds, boundaries, courses, extent_of, places, surfaces
from landplan.export.drawing.labels import Label
from landplan.export.drawing.records import Area, Box, Item, Lines, MapFrame, Marker, Pen, Points, Polygons

Named = tuple[str, Entry]
"""The id of a section of the legend, and a line of it."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """One part of a map: its records, its lines of the legend by section, its names, and boxes no name may cover.

    `layer` and the sections are ids of texts.
    """

    layer: str
    items: tuple[Item, ...] = ()
    entries: tuple[Named, ...] = ()
    labels: tuple[Label, ...] = ()
    avoid: tuple[Box, ...] = ()


@dataclass(frozen=True, eq=False)
class Features:
    """Geometry of n rows, a class (n,) for each (negative: not drawn), and a search tree over them."""

    geometry: Geometry
    classes: Int
    tree: Any

    def seen(self, frame: MapFrame) -> tuple[Geometry, Int]:
        """The drawn rows that touch the map, in order, and their classes."""
        rows = rows_seen(self.tree, frame)
        rows = rows[self.classes[rows] >= 0]
        return take(self.geometry, rows), self.classes[rows]


def features_of(layer: Layer, classes: Int) -> Features:
    """The rows of a layer under the given classes (n,)."""
    return Features(layer.geometry, np.asarray(classes, np.int64), layer.tree)


def outlines_of(geometry: Geometry) -> Features | None:
    """The boundaries of surfaces, an edge shared by two of them once, as one class of lines; None where there are none."""
    import shapely

    if geometry.kind != "polygon" or not len(geometry.xy):
        return None
    xy, offsets = boundaries(geometry.xy, geometry.ring, geometry.part, geometry.row)
    n = len(offsets) - 1
    each = np.arange(n + 1, dtype=np.int64)
    tree = shapely.STRtree(shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (offsets,)))
    return Features(Geometry("line", xy, offsets, each, each), np.zeros(n, np.int64), tree)


def rows_seen(tree: Any, frame: MapFrame) -> Int:
    """Numbers of the rows of a tree that touch the map, in order."""
    import shapely

    found = tree.query(shapely.box(*extent_of(frame)), predicate="intersects")
    return np.asarray(np.sort(found), np.int64)


def areas(frame: MapFrame, features: Features, palette: tuple[Area, ...]) -> tuple[Polygons, Int]:
    """The surfaces seen, and how many of each class."""
    geometry, classes = features.seen(frame)
    if geometry.kind != "polygon":
        geometry, classes = Geometry.empty(), classes[:0]
    drawn = surfaces(frame, geometry.xy, geometry.ring, geometry.part, geometry.row, classes, palette)
    return drawn, np.bincount(drawn.classes, minlength=len(palette))


def lines(frame: MapFrame, features: Features, palette: tuple[Pen, ...]) -> tuple[Lines, Int]:
    """The lines seen (rings of surfaces too), and how many rows of each class."""
    geometry, classes = features.seen(frame)
    if geometry.kind in ("none", "point"):
        geometry, classes = Geometry.empty(), classes[:0]
    rings = np.diff(geometry.part[geometry.row])
    drawn = courses(frame, geometry.xy, geometry.ring, np.repeat(classes, rings), palette)
    return drawn, np.bincount(classes, minlength=len(palette))


def points(frame: MapFrame, features: Features, palette: tuple[Marker, ...]) -> tuple[Points, Int]:
    """A symbol for each row seen, at its point or the middle of its box, and how many of each class."""
    geometry, classes = features.seen(frame)
    drawn = places(frame, row_middles(geometry), classes, palette)
    return drawn, np.bincount(drawn.classes, minlength=len(palette))


def row_middles(geometry: Geometry) -> Float:
    """(n, 2) the middle of each row's box; NaN where a row has no geometry."""
    out = np.full((len(geometry), 2), np.nan)
    starts = geometry.ring[geometry.part[geometry.row]]
    full = np.flatnonzero(np.diff(starts) > 0)
    if len(full):
        low = np.minimum.reduceat(geometry.xy, starts[:-1][full])
        high = np.maximum.reduceat(geometry.xy, starts[:-1][full])
        out[full] = (low + high) / 2
    return out


def bounds_of(*geometries: Geometry) -> Bounds | None:
    """The box around all vertices, metres; None where there are none."""
    found = [(one.xy.min(axis=0), one.xy.max(axis=0)) for one in geometries if len(one.xy)]
    if not found:
        return None
    west, south = np.min([low for low, _ in found], axis=0).tolist()
    east, north = np.max([high for _, high in found], axis=0).tolist()
    return west, south, east, north


def entries_of(section: str, symbols: Sequence[Any], names: Sequence[str], counts: Int, *, counted: bool) -> list[Named]:
    """A line of the legend for every class that is seen."""
    shown = zip(symbols, names, counts.tolist(), strict=True)
    return [(section, Entry(symbol, name, f"{n:,}" if counted else "")) for symbol, name, n in shown if n]
