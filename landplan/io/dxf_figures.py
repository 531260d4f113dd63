"""What each entity of a drawing shows: a closed outline, filled faces, an open line, or a point with its text."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from landplan.core.layers import Float
from landplan.io.dxf_curves import arc, axes, bulged, ellipse, spline
from landplan.io.dxf_tags import Entity, Value, number

Kind = Literal["plots", "fills", "lines", "points"]
_TURN = 2 * math.pi
_CLOSED = 1
_FACES_MESH, _GRID_MESH, _IN_SPACE = 64, 16, 8
_CONTROL_POINT = 16
_EDGE_ENDS = (72, 92, 330, 75, 98)
"""Codes with which another edge begins, another boundary, its source objects, or the pattern."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """One entity in space. rings: the outline, the line or the point; of fills every boundary or face.

    faces: the rings are faces of one surface, not outlines and holes. curved: arcs became chords. stated: the vertices it
    says it has, where that is another number.
    """

    kind: Kind
    rings: list[Float]
    curved: bool = False
    faces: bool = False
    text: bytes = b""
    stated: int = -1


def figure(entity: Entity) -> Figure | None:
    """What an entity shows; None for kinds that are not read. ValueError where its numbers cannot be."""
    drawn = _FIGURES.get(entity.kind)
    return drawn(entity) if drawn else None


def _line(entity: Entity) -> Figure:
    return Figure("lines", [np.array([entity.point(10), entity.point(11)])])


def _point(entity: Entity) -> Figure:
    return Figure("points", [np.array([entity.point(10)])])


def _light(entity: Entity) -> Figure:
    """An LWPOLYLINE: x and y of each vertex with its bulge, one elevation."""
    height = entity.real(38)
    points: list[list[float]] = []
    bulges: list[float] = []
    for code, value in entity.tags:
        if code == 10:
            points.append([number(value), 0.0, height])
            bulges.append(0.0)
        elif points and code == 20:
            points[-1][1] = number(value)
        elif points and code == 42:
            bulges[-1] = number(value)
    stated = entity.whole_number(90, len(points))
    return _polyline(entity, points, bulges, stated if stated != len(points) else -1, flat=True)


def _heavy(entity: Entity) -> Figure:
    """A POLYLINE with its vertices: flat, in space, smoothed, or a mesh."""
    flags = entity.whole_number(70)
    if flags & _FACES_MESH:
        return _faces(entity)
    if flags & _GRID_MESH:
        return _grid(entity)
    seen = [vertex for vertex in entity.members if not vertex.whole_number(70) & _CONTROL_POINT]
    flat = not flags & _IN_SPACE
    height = entity.real(30) if flat else 0.0  # the elevation of a flat one stands in the POLYLINE itself
    points = [[x, y, height or z] for x, y, z in (vertex.point(10) for vertex in seen)]
    bulges = [vertex.real(42) if flat else 0.0 for vertex in seen]
    return _polyline(entity, points, bulges, -1, flat=flat)


def _polyline(entity: Entity, points: list[list[float]], bulges: list[float], stated: int, *, flat: bool) -> Figure:
    if not points:
        raise ValueError
    closed = bool(entity.whole_number(70) & _CLOSED)
    xyz = np.array(points)
    drawn = _in_world(entity, bulged(xyz, bulges, closed)) if flat else bulged(xyz, bulges, closed)
    return _outline(drawn, closed, curved=any(bulges), stated=stated)


def _outline(points: Float, closed: bool, *, curved: bool, stated: int = -1) -> Figure:
    """A plot where the line returns to its start and goes round something; a line else, a point where it goes nowhere."""
    again = closed or _meets(points)
    corners = len({(x, y) for x, y, _ in points.tolist()}) if len(points) < 6 else len(points)
    if again and corners >= 3:
        points[-1] = points[0]
        return Figure("plots", [points], curved, stated=stated)
    return Figure("lines" if corners > 1 else "points", [points if corners > 1 else points[:1]], curved, stated=stated)


def _meets(points: Float) -> bool:
    """Whether a line ends where it starts, but for the last digits of its numbers."""
    if len(points) < 4:
        return False
    (x, y, _), (u, v, _) = points[0].tolist(), points[-1].tolist()
    return bool(math.hypot(u - x, v - y) <= 1e-6 + 1e-12 * max(abs(x), abs(y)))


def _circle(entity: Entity) -> Figure:
    ring = arc(entity.point(10), _positive(entity.real(40)), 0.0, _TURN)
    ring[-1] = ring[0]
    return Figure("plots", [_in_world(entity, ring)], curved=True)


def _arc(entity: Entity) -> Figure:
    start, end = math.radians(entity.real(50)), math.radians(entity.real(51))
    sweep = (end - start) % _TURN or _TURN
    points = arc(entity.point(10), _positive(entity.real(40)), start, sweep)
    return _outline(_in_world(entity, points), False, curved=True)


def _ellipse(entity: Entity) -> Figure:
    normal = np.array([entity.real(210), entity.real(220), entity.real(230, 1.0)])
    major = np.array(entity.point(11))
    minor = entity.real(40, 1.0) * np.cross(normal / (np.linalg.norm(normal) or 1.0), major)
    start, end = entity.real(41), entity.real(42, _TURN)
    sweep = (end - start) % _TURN
    sweep = _TURN if sweep < 1e-9 or _TURN - sweep < 1e-9 else sweep
    points = ellipse(np.array(entity.point(10)), major, minor, start, sweep)
    if sweep == _TURN:
        points[-1] = points[0]
    return _outline(points, False, curved=True)


def _spline(entity: Entity) -> Figure:
    control, fit = entity.points(10), entity.points(11)
    closed = bool(entity.whole_number(70) & _CLOSED)
    if not control and len(fit) > 1:  # only the points it passes: chords between them
        points = np.array(fit)
        return _outline(bulged(points, [0.0] * len(points), closed), closed, curved=True)
    points = spline(entity.whole_number(71, 3), entity.numbers(40), control, entity.numbers(41))
    ring = closed and not _meets(points)
    return _outline(np.vstack([points, points[:1]]) if ring else points, closed, curved=True)


def _text(entity: Entity) -> Figure:
    """A TEXT or attribute where it is aligned; its first point where it is not."""
    aligned = (entity.whole_number(72) or entity.whole_number(73 if entity.kind == "TEXT" else 74)) and entity.first(
        11
    ) is not None
    place = np.array([entity.point(11 if aligned else 10)])
    return Figure("points", [_in_world(entity, place)], text=entity.raw(1))


def _paragraph(entity: Entity) -> Figure:
    parts = b"".join(value for code, value in entity.tags if code == 3 and isinstance(value, bytes))
    return Figure("points", [np.array([entity.point(10)])], text=parts + entity.raw(1))


def _corners(entity: Entity) -> Figure:
    """A SOLID or TRACE: four corners, the last two in the other order."""
    points = np.array(
        [entity.point(10), entity.point(11), entity.point(13 if entity.first(13) is not None else 12), entity.point(12)]
    )
    return Figure("fills", [_closed(_in_world(entity, points))])


def _face(entity: Entity) -> Figure:
    points = np.array([entity.point(code) for code in (10, 11, 12, 13) if entity.first(code) is not None])
    return Figure("fills", [_closed(points)])


def _faces(entity: Entity) -> Figure:
    """A polyface mesh: vertices (flag 64), and faces of up to four of them, numbered from 1, negative at hidden edges."""
    corners = [vertex.point(10) for vertex in entity.members if vertex.whole_number(70) & 64]
    points, rings = np.array(corners), []
    for face in entity.members:
        if not face.whole_number(70) & 64:
            numbers = [abs(face.whole_number(code)) for code in (71, 72, 73, 74)]
            at = [n - 1 for n in numbers if 0 < n <= len(corners)]
            if len(at) >= 3:
                rings.append(_closed(points[at]))
    return _surface(rings)


def _grid(entity: Entity) -> Figure:
    """A mesh of m × n vertices, closed in either direction where its flags say so."""
    m, n, flags = entity.whole_number(71), entity.whole_number(72), entity.whole_number(70)
    corners = [vertex.point(10) for vertex in entity.members if not vertex.whole_number(70) & _CONTROL_POINT]
    if m < 2 or n < 2 or m * n > len(corners):
        raise ValueError
    points = np.array(corners[: m * n]).reshape(m, n, 3)
    down, over = m if flags & 1 else m - 1, n if flags & 32 else n - 1
    rings = []
    for i in range(down):
        for j in range(over):
            k, last = (i + 1) % m, (j + 1) % n
            rings.append(_closed(np.array([points[i, j], points[k, j], points[k, last], points[i, last]])))
    return _surface(rings)


def _surface(rings: list[Float]) -> Figure:
    if not rings:
        raise ValueError
    return Figure("fills", rings, faces=True)


def _closed(points: Float) -> Float:
    return np.vstack([points, points[:1]])


def _in_world(entity: Entity, points: Float) -> Float:
    """Points of an entity that is drawn in a plane of its own, in the coordinates of the world."""
    if entity.first(210) is None and entity.first(230) is None:
        return points
    turn = axes((entity.real(210), entity.real(220), entity.real(230, 1.0)))
    return points if turn is None else points @ turn.T


def _positive(radius: float) -> float:
    if radius <= 0:
        raise ValueError(radius)
    return radius


def _hatch(entity: Entity) -> Figure:
    """The boundaries of a HATCH, each closed; islands are told from outlines by what lies in what."""
    tags = _Boundary(entity.tags)
    rings, curved = [], False
    height = entity.real(30)
    for _ in range(entity.whole_number(91)):
        if not tags.until(92):
            break
        ring, round = tags.polyline() if tags.flags & 2 else tags.edges()
        curved |= round
        if len(ring) > 2:
            flat = np.column_stack([ring, np.full(len(ring), height)])
            rings.append(_in_world(entity, flat if (flat[0] == flat[-1]).all() else _closed(flat)))
    if not rings:
        raise ValueError
    return Figure("fills", rings, curved)


@dataclass(slots=True)
class _Boundary:
    """The group codes of a HATCH in their order: the same code means another thing in each edge."""

    tags: list[tuple[int, Value]]
    at: int = 0
    flags: int = 0

    def until(self, code: int) -> bool:
        """Go on behind the next value of this code, kept as `flags`; whether there is one."""
        for at in range(self.at, len(self.tags)):
            if self.tags[at][0] == code:
                self.at, self.flags = at + 1, int(number(self.tags[at][1]))
                return True
        return False

    def polyline(self) -> tuple[Float, bool]:
        points: list[list[float]] = []
        bulges: list[float] = []
        while self.at < len(self.tags) and self.tags[self.at][0] in (72, 73, 93, 10, 20, 42):
            code, value = self.tags[self.at]
            if code == 10:
                points.append([number(value), 0.0, 0.0])
                bulges.append(0.0)
            elif points and code in (20, 42):
                points[-1][1] = number(value) if code == 20 else points[-1][1]
                bulges[-1] = number(value) if code == 42 else bulges[-1]
            self.at += 1
        if not points:
            return np.empty((0, 2)), False
        return bulged(np.array(points), bulges, True)[:, :2], any(bulges)

    def edges(self) -> tuple[Float, bool]:
        """The edges of a boundary one after the other, each turned so that it starts where the one before ends."""
        self.until(93)
        parts: list[Float] = []
        curved = False
        for _ in range(self.flags):
            if self.at >= len(self.tags) or self.tags[self.at][0] != 72:
                break
            kind = int(number(self.tags[self.at][1]))
            last = self.at + 1
            while last < len(self.tags) and self.tags[last][0] not in _EDGE_ENDS:
                last += 1
            edge = Entity("EDGE", self.tags[self.at + 1 : last], 0)
            self.at, curved = last, curved or kind > 1
            parts.append(_EDGES[kind](edge)[:, :2])
        return _chained(parts), curved


def _chained(parts: list[Float]) -> Float:
    """Edges as one ring: the first is turned where only its start meets the second."""
    if not parts:
        return np.empty((0, 2))
    out = [parts[0]]
    if len(parts) > 1:
        ends = min(float(np.abs(parts[0][-1] - parts[1][k]).max()) for k in (0, -1))
        starts = min(float(np.abs(parts[0][0] - parts[1][k]).max()) for k in (0, -1))
        out = [parts[0] if ends <= starts else parts[0][::-1]]
    for part in parts[1:]:
        here = out[-1][-1]
        forward = np.abs(part[0] - here).max() <= np.abs(part[-1] - here).max()
        out.append(part if forward else part[::-1])
    ring = np.concatenate(out)
    kept = np.append(True, (np.abs(np.diff(ring, axis=0)) > 1e-12 * max(1.0, float(np.abs(ring).max()))).any(axis=1))
    return np.asarray(ring[kept])


def _edge_arc(edge: Entity) -> Float:
    start, end = math.radians(edge.real(50)), math.radians(edge.real(51))
    sweep = (end - start) % _TURN or _TURN
    turn = 1.0 if edge.whole_number(73, 1) else -1.0
    return arc(edge.point(10), _positive(edge.real(40)), turn * start, turn * sweep)


def _edge_ellipse(edge: Entity) -> Float:
    major = np.array(edge.point(11))
    start, end = math.radians(edge.real(50)), math.radians(edge.real(51))
    sweep = (end - start) % _TURN or _TURN
    turn = 1.0 if edge.whole_number(73, 1) else -1.0
    minor = edge.real(40, 1.0) * np.array([-major[1], major[0], 0.0])
    return ellipse(np.array(edge.point(10)), major, minor, turn * start, turn * sweep)


def _edge_spline(edge: Entity) -> Float:
    return spline(edge.whole_number(94, 3), edge.numbers(40), edge.points(10), edge.numbers(42))


_EDGES: dict[int, Callable[[Entity], Float]] = {
    1: lambda edge: np.array([edge.point(10), edge.point(11)]),
    2: _edge_arc,
    3: _edge_ellipse,
    4: _edge_spline,
}
_FIGURES: dict[str, Callable[[Entity], Figure]] = {
    "LINE": _line,
    "POINT": _point,
    "LWPOLYLINE": _light,
    "POLYLINE": _heavy,
    "CIRCLE": _circle,
    "ARC": _arc,
    "ELLIPSE": _ellipse,
    "SPLINE": _spline,
    "HELIX": _spline,
    "TEXT": _text,
    "ATTRIB": _text,
    "MTEXT": _paragraph,
    "SOLID": _corners,
    "TRACE": _corners,
    "3DFACE": _face,
    "HATCH": _hatch,
    "MPOLYGON": _hatch,
}
