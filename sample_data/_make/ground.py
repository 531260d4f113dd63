"""The ground: a smooth warp of the plane, the district's outline, its towns, creeks, railway, metro and expressways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from shapely import LineString, Polygon

from .places import TOWNS, Array, metres, rng, town_centres

ORIGIN = np.array([618_000.0, 3_470_500.0])
GRID = 0.001  # all coordinates are multiples of 1 mm
OUTLINE_SCALE = 0.825  # gives about 460 km2


@cache
def _swirls() -> tuple[tuple[complex, float, float], ...]:
    """Places where the street pattern turns: (centre as x + iy, angle in rad, radius in m)."""
    r = rng(1)
    centres = town_centres() + r.normal(0, 900, (len(TOWNS), 2))
    angles, radii = r.uniform(-0.38, 0.38, len(TOWNS)), r.uniform(2000, 3000, len(TOWNS))
    return tuple((complex(*c), float(a), float(s)) for c, a, s in zip(centres, angles, radii, strict=True))


def warp(uv: Array) -> Array:
    """Map metres (n, 2) of plan coordinates (n, 2) in which all streets are straight and square."""
    turn, k = np.deg2rad(11), 2 * np.pi / 21_000
    xy = uv @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    x = xy[:, 0] + 650 * np.sin(k * xy[:, 1] + 0.4) + 90 * np.sin(4.3 * k * xy[:, 1] + 1.1)
    y = xy[:, 1] + 600 * np.sin(k * xy[:, 0] + 1.9) + 90 * np.sin(3.7 * k * xy[:, 0])
    z = (x + ORIGIN[0]) + 1j * (y + ORIGIN[1])
    for centre, angle, radius in _swirls():
        d = z - centre
        z = centre + d * np.exp(1j * angle * np.exp(-(d.real**2 + d.imag**2) / (2 * radius**2)))
    return np.stack([z.real, z.imag], 1)


def wiggle(xy: Array) -> Array:
    """A natural waver of borders and creeks: a displacement that depends on the place only, so shared lines stay shared."""
    p = (xy - ORIGIN) / 1000
    dx = 170 * np.sin(1.9 * p[:, 1] + 0.7 * p[:, 0]) + 60 * np.sin(5.3 * p[:, 1] - 2.1 * p[:, 0] + 1)
    dy = 170 * np.sin(1.7 * p[:, 0] - 0.9 * p[:, 1] + 2) + 60 * np.sin(4.7 * p[:, 0] + 2.6 * p[:, 1])
    return np.asarray(xy + np.stack([dx, dy], 1), dtype=float)


def on_grid(geometry: shapely.Geometry) -> shapely.Geometry:
    """The geometry with coordinates rounded to 1 mm, still valid."""
    return shapely.set_precision(geometry, GRID)


def smooth(points: Array, rounds: int = 4) -> Array:
    """Chaikin's corner cutting of an open line."""
    for _ in range(rounds):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], 1).reshape(-1, 2)
        points = np.concatenate([points[:1], cut, points[-1:]])
    return points


def line(lonlat: list[tuple[float, float]], wavy: bool = False) -> LineString:
    """Smooth line through rounded invented points."""
    curve = LineString(smooth(metres(lonlat)))
    if wavy:
        curve = shapely.transform(shapely.segmentize(curve, 120), wiggle)
    return on_grid(shapely.simplify(curve, 1.5))


def _power_cell(i: int, sites: Array, pulls: Array) -> Polygon:
    """Cell of town i in the power diagram (weight = pull squared)."""
    cell: Polygon = shapely.buffer(shapely.Point(ORIGIN), 60_000, cap_style="square")
    for j in range(len(sites)):
        if j == i:
            continue
        d = sites[j] - sites[i]
        length = float(np.hypot(*d))
        n, along = d / length, np.array([-d[1], d[0]]) / length
        offset = (length**2 + pulls[i] ** 2 - pulls[j] ** 2) / (2 * length)
        m, far = sites[i] + n * offset, 200_000.0
        cell = cell.intersection(
            Polygon([m + along * far, m - along * far, m - along * far - n * far, m + along * far - n * far])
        )
    return cell


@cache
def town_cells() -> tuple[Polygon, ...]:
    """The 12 units in the order of TOWNS: they share borders exactly and together fill the district."""
    sites, pulls = town_centres(), np.array([t.pull_m for t in TOWNS])
    discs = [shapely.Point(s).buffer(t.disc_m * OUTLINE_SCALE) for s, t in zip(sites, TOWNS, strict=True)]
    outline = shapely.union_all(discs).buffer(7500).buffer(-7500).simplify(5)
    borders = [_power_cell(i, sites, pulls).boundary.intersection(outline) for i in range(len(TOWNS))]
    net = shapely.union_all([outline.boundary, *borders], grid_size=GRID)
    curved = shapely.transform(shapely.segmentize(net, 180), wiggle)
    faces = [f for f in shapely.get_parts(shapely.polygonize([shapely.union_all([curved], grid_size=GRID)])) if f.area > 1e4]
    return tuple(next(f for f in faces if f.contains(shapely.Point(s))) for s in wiggle(sites))


@cache
def district() -> Polygon:
    """Outline of the district."""
    return on_grid(shapely.union_all(town_cells(), grid_size=GRID))


@dataclass(frozen=True)
class Corridor:
    """A strip that cuts street blocks: `width_m` is kept free of plots."""

    id: str
    name: str
    kind: str
    line: LineString
    width_m: float

    @property
    def strip(self) -> Polygon:
        return on_grid(shapely.buffer(self.line, self.width_m / 2, quad_segs=2))


_CREEKS: tuple[tuple[str, float, list[tuple[float, float]]], ...] = (
    ("样例江", 95, [(121.08, 31.262), (121.14, 31.256), (121.19, 31.262), (121.25, 31.247), (121.30, 31.237), (121.38, 31.222)]),
    ("白鹭塘", 60, [(121.178, 31.22), (121.185, 31.29), (121.172, 31.34), (121.183, 31.40), (121.17, 31.46), (121.18, 31.52)]),
    ("青萍河", 55, [(121.09, 31.385), (121.15, 31.392), (121.21, 31.392), (121.27, 31.392), (121.31, 31.385), (121.36, 31.38)]),
    ("柳浦", 60, [(121.12, 31.318), (121.19, 31.30), (121.24, 31.318), (121.29, 31.312), (121.34, 31.328), (121.40, 31.33)]),
    ("横塘", 40, [(121.262, 31.23), (121.258, 31.30), (121.268, 31.36), (121.256, 31.41), (121.262, 31.45), (121.255, 31.52)]),
    ("北泾", 50, [(121.10, 31.452), (121.17, 31.478), (121.23, 31.468), (121.29, 31.485), (121.34, 31.47)]),
    ("芦花浜", 26, [(121.10, 31.342), (121.14, 31.337), (121.18, 31.352), (121.23, 31.348), (121.27, 31.34)]),
    ("菱角浜", 24, [(121.20, 31.41), (121.21, 31.44), (121.195, 31.47), (121.21, 31.50)]),
    ("荷叶浜", 24, [(121.30, 31.27), (121.318, 31.30), (121.32, 31.35), (121.305, 31.40), (121.315, 31.44)]),
    ("桑园浜", 22, [(121.12, 31.25), (121.128, 31.29), (121.118, 31.33), (121.13, 31.37), (121.12, 31.42)]),
    ("杏花浜", 22, [(121.15, 31.27), (121.155, 31.30), (121.148, 31.35), (121.155, 31.42), (121.148, 31.46)]),
    ("竹桥浜", 22, [(121.22, 31.25), (121.225, 31.29), (121.218, 31.33), (121.228, 31.37), (121.22, 31.40)]),
    ("稻香浜", 20, [(121.21, 31.425), (121.25, 31.43), (121.30, 31.425), (121.34, 31.43)]),
    ("蚕丝浜", 20, [(121.28, 31.265), (121.32, 31.278), (121.36, 31.27), (121.39, 31.28)]),
    ("莲塘浜", 20, [(121.13, 31.435), (121.17, 31.428), (121.21, 31.438)]),
)
_RAIL = [
    (121.42, 31.262),
    (121.36, 31.272),
    (121.31, 31.288),
    (121.25, 31.296),
    (121.19, 31.287),
    (121.14, 31.293),
    (121.06, 31.318),
]
_METRO_MAIN = [
    (121.42, 31.232),
    (121.36, 31.247),
    (121.33, 31.262),
    (121.315, 31.297),
    (121.29, 31.328),
    (121.262, 31.352),
    (121.254, 31.384),
    (121.24, 31.408),
    (121.222, 31.432),
    (121.205, 31.452),
]
_METRO_WEST = [(121.268, 31.345), (121.24, 31.33), (121.21, 31.315), (121.18, 31.297), (121.16, 31.285), (121.135, 31.283)]
_EXPRESSWAYS: tuple[tuple[str, list[tuple[float, float]]], ...] = (
    ("样例绕城高速", [(121.20, 31.19), (121.198, 31.26), (121.205, 31.33), (121.195, 31.40), (121.225, 31.46), (121.24, 31.54)]),
    ("样例沪西高速", [(121.42, 31.252), (121.34, 31.272), (121.27, 31.278), (121.20, 31.268), (121.12, 31.273), (121.05, 31.29)]),
    (
        "样例嘉北高速",
        [
            (121.41, 31.29),
            (121.345, 31.335),
            (121.30, 31.372),
            (121.285, 31.405),
            (121.22, 31.41),
            (121.14, 31.405),
            (121.06, 31.41),
        ],
    ),
)


@cache
def creeks() -> tuple[Corridor, ...]:
    """Rivers and canals; the strips plots keep clear of are a little wider than the water."""
    return tuple(Corridor(f"W-{i:02d}", n, "water", line(p, wavy=True), w) for i, (n, w, p) in enumerate(_CREEKS, 1))


@cache
def railway() -> Corridor:
    return Corridor("R-01", "样例老铁路", "railway", line(_RAIL), 44)


@cache
def metro() -> tuple[Corridor, ...]:
    """Two metro lines, on viaducts or under streets: they do not cut plots."""
    return (
        Corridor("M-01", "样例轨道1号线", "metro", line(_METRO_MAIN), 12),
        Corridor("M-02", "样例轨道2号线", "metro", line(_METRO_WEST), 12),
    )


@cache
def expressways() -> tuple[Corridor, ...]:
    return tuple(Corridor(f"H-{i:02d}", n, "expressway", line(p), 74) for i, (n, p) in enumerate(_EXPRESSWAYS, 1))


def strips() -> Sequence[Polygon]:
    """Everything that cuts street blocks."""
    return [c.strip for c in (*creeks(), railway(), *expressways())]
