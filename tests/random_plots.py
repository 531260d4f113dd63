"""Plots for tests and measurements of the map, and the slow way to say which plot owns which pixel."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from landplan.core.layers import Geometry


def grid_of_plots(
    columns: int, rows: int, *, cell_m: float = 77.0, wobble_m: float = 12.0, edges: int = 3, seed: int = 5
) -> Geometry:
    """columns × rows plots that tile a rectangle; common boundaries are exactly common. Rows in random order.

    edges: pieces of each side, so that a plot has four times as many vertices.
    """
    random = np.random.default_rng(seed)
    x = np.arange(edges * columns + 1) * cell_m / edges + 619_000.0
    y = np.arange(edges * rows + 1) * cell_m / edges + 3_469_000.0
    points = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)
    points += random.uniform(-wobble_m, wobble_m, (len(y), len(x), 2))
    side, still = np.arange(edges), np.full(edges, edges)
    around_x = np.concatenate([side, still, edges - side, still * 0, [0]])
    around_y = np.concatenate([still * 0, side, still, edges - side, [0]])
    place = random.permutation(columns * rows)
    column, row = place % columns, place // columns
    xy = points[edges * row[:, None] + around_y, edges * column[:, None] + around_x].reshape(-1, 2)
    steps = np.arange(len(place) + 1, dtype=np.int64)
    return Geometry("polygon", xy, steps * (4 * edges + 1), steps, steps)


def star(random: np.random.Generator, x: float, y: float, size: float, corners: int) -> np.ndarray:
    """A closed ring about a point; its corners lie from 0.5 to 1 sizes away."""
    angle = np.sort(random.uniform(0, 2 * np.pi, corners))
    reach = size * random.uniform(0.5, 1.0, corners)
    ring = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
    return np.vstack([ring, ring[:1]])


def random_plots(seed: int, *, count: int = 14, extent_m: float = 400.0) -> list[Any]:
    """Overlapping plots about (619 000, 3 469 000): plain, holed, of several parts, slivers, tiny, comb-like, dense, null."""
    random = np.random.default_rng(seed)
    shapes: list[Any] = []
    for k in range(count):
        x, y = np.array([619_000.0, 3_469_000.0]) + random.uniform(-extent_m, extent_m, 2)
        size = float(10 ** random.uniform(0.8, 2.3))
        outer = star(random, x, y, size, int(random.integers(3, 16)))
        kind = k % 7
        if kind == 1:
            shapes.append(shapely.Polygon(outer, [star(random, x, y, size * 0.15, 5)]))
        elif kind == 2:
            other = star(random, x + 3 * size, y - size, size * 0.6, 6)
            shapes.append(shapely.MultiPolygon([(outer, [star(random, x, y, size * 0.1, 4)]), (other, [])]))
        elif kind == 3:  # a sliver
            shapes.append(shapely.Polygon([(x, y), (x + size * 4, y + size), (x + size * 4, y + size + 0.3), (x, y + 0.2)]))
        elif kind == 4:  # smaller than a pixel of most views
            shapes.append(shapely.box(x, y, x + 0.4, y + 0.4))
        elif kind == 5:  # a comb: more crossings in a row than there is room for
            teeth = [(x + 2.0 * i + j, y + (size if j else 0.0)) for i in range(40) for j in (0.0, 1.0)]
            shapes.append(shapely.Polygon([*teeth, (x + 80.0, y - 5.0), (x, y - 5.0)]))
        elif kind == 6:  # surveyed every metre
            shapes.append(shapely.segmentize(shapely.Polygon(outer), 1.0))
        else:
            shapes.append(shapely.Polygon(outer))
    return [*shapes, None]


def inside(shape: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether points lie in a shape: rays to the east cross its rings an odd number of times."""
    odd = np.zeros(x.shape, bool)
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            xy = shapely.get_coordinates(ring)
            for (x0, y0), (x1, y1) in pairwise(xy):
                spans = (y0 > y) != (y1 > y)
                side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
                odd ^= spans & ((side > 0) == (y1 > y0)) & (side != 0)
    return odd


def owners(shapes: list[Any], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The last row whose shape holds each point; −1 where none does."""
    out = np.full(x.shape, -1)
    for row, shape in enumerate(shapes):
        if shape is not None:
            out[inside(shape, x, y)] = row
    return out
