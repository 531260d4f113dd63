"""Random geometries, as flat arrays and as shapely: the two sides of every oracle test."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from landplan.core.layers import Geometry

EAST_M, NORTH_M = 342_000.0, 3_467_000.0
"""Where Jiading lies in its projected CRS: large numbers, so that lost digits show."""


def flat(shapes, kind):
    """Flat arrays of shapely geometries, row by row in plain Python."""
    xy, ring, part, row = [], [0], [0], [0]
    for shape in shapes:
        for piece in shapely.get_parts(shape) if shape is not None and not shape.is_empty else ():
            rings = [piece.exterior, *piece.interiors] if kind == "polygon" else [piece]
            for line in rings:
                xy.extend(np.asarray(line.coords)[:, :2])
                ring.append(len(xy))
            part.append(len(ring) - 1)
        row.append(len(part) - 1)
    return Geometry(kind, np.array(xy, float).reshape(-1, 2), *(np.array(a, np.int64) for a in (ring, part, row)))


def star(rng, x, y, radius, corners):
    """A valid ring around (x, y): random radii at rising angles."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, corners)) + np.arange(corners) * 1e-3
    size = radius * rng.uniform(0.4, 1.0, corners)
    ring = np.column_stack([x + size * np.cos(angle), y + size * np.sin(angle)])
    return ring if rng.random() < 0.5 else ring[::-1]


def polygon(rng, x, y, radius):
    """A polygon with up to two holes, in any direction."""
    shell = shapely.Polygon(star(rng, x, y, radius, int(rng.integers(5, 24))))
    shell = shell if shell.is_valid else shapely.box(x - radius / 2, y - radius / 2, x + radius / 2, y + radius / 2)
    holes = []
    for shift in range(int(rng.integers(0, 3))):
        hole = shapely.Polygon(star(rng, x + (shift - 0.5) * radius * 0.15, y, radius * 0.06, 6))
        if hole.is_valid and shell.contains_properly(hole):
            holes.append(np.asarray(hole.exterior.coords))
    return shapely.Polygon(shell.exterior.coords, holes)


def layer(seed, kind="polygon", n=12, spread_m=400.0, radius_m=60.0):
    """n rows of a kind: single and multi, some null."""
    rng = np.random.default_rng(seed)
    shapes = []
    for _ in range(n):
        x, y = EAST_M + rng.uniform(0, spread_m), NORTH_M + rng.uniform(0, spread_m)
        count = int(rng.choice([0, 1, 1, 1, 3]))
        if kind == "polygon":
            parts = [polygon(rng, x + 2.5 * radius_m * k, y, radius_m * rng.uniform(0.05, 1)) for k in range(count)]
            shape = shapely.MultiPolygon(parts)
        elif kind == "line":
            parts = [np.cumsum(rng.normal(0, 20, (int(rng.integers(2, 9)), 2)), axis=0) + np.array([x, y]) for _ in range(count)]
            shape = shapely.MultiLineString(parts)
        else:
            shape = shapely.MultiPoint(rng.normal((x, y), 20, (count, 2)))
        shapes.append(None if count == 0 else shape.geoms[0] if count == 1 and rng.random() < 0.7 else shape)
    out = np.empty(n, object)
    out[:] = shapes
    return flat(out, kind), out


seeds = st.integers(0, 2**32 - 1)
kinds = st.sampled_from(["polygon", "line", "point"])
