"""A hierarchy of streets (trunk, secondary, local) and the street blocks between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, Polygon

from .ground import district, on_grid, warp
from .places import CLUSTERS, RURAL, TOWNS, URBAN, Array, Cluster, centre_xy, rng, town_centres

HALF_M = {"主干路": 26.0, "次干路": 17.0, "支路": 10.0}  # half width between the plots on both sides
Box = tuple[float, float, float, float]
SPAN = 18_500.0


@dataclass(frozen=True)
class Cell:
    """A rectangle of the plan plane between street axes; `sides` are the street classes W, S, E, N."""

    box: Box
    sides: tuple[str, str, str, str]
    use: Cluster
    plant: bool = False

    @property
    def to_axes(self) -> Polygon:
        """Outline on the map, to the street axes."""
        return polygon(self.box)

    @property
    def block(self) -> Polygon:
        """Street block on the map: inside the streets, corners chamfered."""
        (u0, v0, u1, v1), (w, s, e, n) = self.box, (HALF_M[c] for c in self.sides)
        return polygon((u0 + w, v0 + s, u1 - e, v1 - n), chamfer_m=min(14.0, 0.12 * min(u1 - u0, v1 - v0)))


@dataclass
class Town:
    """All streets and cells."""

    cells: list[Cell] = field(default_factory=list)
    roads: list[tuple[str, LineString]] = field(default_factory=list)  # (class, axis), clipped to the district
    quarters: list[Cell] = field(default_factory=list)  # cells between trunk and secondary roads


def _edge(a: Array, b: Array) -> Array:
    n = max(2, int(np.ceil(np.hypot(*(b - a)) / 70)) + 1)
    return a + np.linspace(0, 1, n)[:, None] * (b - a)


def polygon(box: Box, chamfer_m: float = 0.0) -> Polygon:
    """A rectangle of the plan plane as a polygon on the map."""
    u0, v0, u1, v1 = box
    c = chamfer_m
    ring = np.array(
        [(u0 + c, v0), (u1 - c, v0), (u1, v0 + c), (u1, v1 - c), (u1 - c, v1), (u0 + c, v1), (u0, v1 - c), (u0, v0 + c)]
    )
    closed = np.concatenate([ring, ring[:1]])
    dense = np.concatenate([_edge(a, b)[:-1] for a, b in pairwise(closed)])
    return on_grid(shapely.simplify(Polygon(warp(dense)), 0.8))


def axis(a: tuple[float, float], b: tuple[float, float]) -> LineString:
    """A straight line of the plan plane as a line on the map."""
    return on_grid(shapely.simplify(LineString(warp(_edge(np.array(a), np.array(b)))), 1.2))


@cache
def _ellipses() -> tuple[Array, Array, Array, Array]:
    """Centres (k, 2), half axes (k, 2), angles (k,) in rad and rim phases (k,) of the industrial areas."""
    centres = np.array([centre_xy(c.lonlat) for c in CLUSTERS])
    return centres, np.array([c.axes_m for c in CLUSTERS]), np.deg2rad([c.angle for c in CLUSTERS]), centres.sum(1) % 7


def reaches(xy: Array) -> Array:
    """Of one place (2,), per area: 0 at its centre, 1 on its edge, an ellipse with a ragged rim; shape (k,)."""
    centres, axes, t, phase = _ellipses()
    d = xy - centres
    p = np.stack([np.cos(t) * d[:, 0] + np.sin(t) * d[:, 1], np.cos(t) * d[:, 1] - np.sin(t) * d[:, 0]], 1) / axes
    bearing = np.arctan2(p[:, 1], p[:, 0])
    rim = 1 + 0.10 * np.sin(3 * bearing + phase) + 0.06 * np.sin(5 * bearing + 2 * phase)
    return np.asarray(np.hypot(p[:, 0], p[:, 1]) / rim, dtype=float)


def reach(cluster: Cluster, xy: Array) -> float:
    """`reaches` of one area."""
    return float(reaches(xy)[CLUSTERS.index(cluster)])


def use_at(xy: Array) -> Cluster:
    """What a place is: an industrial area, a built-up town centre or countryside."""
    inside = np.flatnonzero(reaches(xy) < 1)
    if len(inside):
        return CLUSTERS[int(inside[0])]
    if (np.hypot(*(town_centres() - xy).T) < np.array([t.centre_m for t in TOWNS])).any():
        return URBAN
    return RURAL


def _centre(box: Box) -> Array:
    return np.asarray(warp(np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]]))[0])


class Surveyor:
    """Divides the plan plane; keeps the roads it lays."""

    def __init__(self) -> None:
        self.random = rng(2)
        self.town = Town()
        self.plants: dict[str, int] = {}
        self.around = shapely.buffer(district(), 1500)
        shapely.prepare(self.around)

    def _axes(self) -> list[float]:
        steps = self.random.uniform(1900, 3000, 40).cumsum() - SPAN
        return [-SPAN, *(float(s) for s in steps if s < SPAN - 900), SPAN]

    def lay_out(self) -> Town:
        us, vs = self._axes(), self._axes()
        for u in us:
            self._lay("主干路", (u, -SPAN), (u, SPAN))
        for v in vs:
            self._lay("主干路", (-SPAN, v), (SPAN, v))
        for u0, u1 in pairwise(us):
            for v0, v1 in pairwise(vs):
                self._divide(Cell((u0, v0, u1, v1), ("主干路",) * 4, RURAL), "次干路")
        return self.town

    def _lay(self, kind: str, a: tuple[float, float], b: tuple[float, float]) -> None:
        inside = shapely.intersection(axis(a, b), district(), grid_size=0.001)
        self.town.roads += [
            (kind, part) for part in shapely.get_parts(inside) if part.geom_type == "LineString" and part.length > 40
        ]

    def _limit_m(self, kind: str, use: Cluster) -> float:
        if kind == "次干路":
            return 1500 if use is RURAL else 950
        return 1e9 if use is RURAL else use.street_m * 1.45

    def _divide(self, cell: Cell, kind: str) -> None:
        box = cell.box
        centre = _centre(box)
        if not shapely.contains_xy(self.around, *centre):
            return
        use = use_at(centre)
        size = (box[2] - box[0], box[3] - box[1])
        if max(size) <= self._limit_m(kind, use):
            self._close(Cell(box, cell.sides, use), kind)
            return
        upright, t = size[0] > size[1], float(self.random.uniform(0.4, 0.6))
        (u0, v0, u1, v1), (w, s, e, n) = box, cell.sides
        if upright:
            m = u0 + t * size[0]
            self._lay(kind, (m, v0), (m, v1))
            halves = Cell((u0, v0, m, v1), (w, s, kind, n), use), Cell((m, v0, u1, v1), (kind, s, e, n), use)
        else:
            m = v0 + t * size[1]
            self._lay(kind, (u0, m), (u1, m))
            halves = Cell((u0, v0, u1, m), (w, s, e, kind), use), Cell((u0, m, u1, v1), (w, kind, e, n), use)
        for half in halves:
            self._divide(half, kind)

    def _close(self, cell: Cell, kind: str) -> None:
        """A cell small enough for its level: keep it as one works, go down a level, or end here."""
        if kind == "支路":
            self.town.cells.append(cell)
            return
        self.town.quarters.append(cell)
        built = self.plants.get(cell.use.id, 0)
        if built < cell.use.plants and self.random.random() < 0.45 and reach(cell.use, _centre(cell.box)) < 0.8:
            self.plants[cell.use.id] = built + 1
            self.town.cells.append(Cell(cell.box, cell.sides, cell.use, plant=True))
        else:
            self._divide(cell, "支路")


def town() -> Town:
    """Streets and cells of the whole district."""
    return Surveyor().lay_out()
