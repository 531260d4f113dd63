"""What is seen in the model space of a drawing: blocks expanded within limits, and an account of all that is left out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from landplan.core.layers import Float
from landplan.io.dxf_curves import axes
from landplan.io.dxf_figures import Figure, figure
from landplan.io.dxf_tags import Drawing, Entity

_MOST_FIGURES, _MOST_POINTS, _MOST_DEPTH = 200_000, 10_000_000, 16
"""More figures out of blocks, points of all figures, or blocks in blocks, than a drawing of plots has."""
_DRAFTING = frozenset((
    "DIMENSION", "LEADER", "MULTILEADER", "MLEADER", "TOLERANCE", "VIEWPORT", "XLINE", "RAY", "ATTDEF", "LIGHT", "SUN", "CAMERA",
    "SHAPE", "WIPEOUT", "IMAGE", "PDFUNDERLAY", "DWFUNDERLAY", "DGNUNDERLAY", "OLEFRAME", "OLE2FRAME", "ARC_DIMENSION",
    "LARGE_RADIAL_DIMENSION", "SECTION",
))  # fmt: skip
"""Entities that dimension, light or illustrate a drawing and bound no land."""
_XREF = 4 | 8
_BY_BLOCK, _BY_LAYER = 0, 256
_FAULTS = (ValueError, ArithmeticError, LookupError)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A figure in the plane of the drawing. Names are raw bytes; color is an ACI number or #rrggbb; block is the outermost one it
    comes from; tag that of an attribute; line where the entity starts in the file; height that of all points, NaN where they
    differ."""

    figure: Figure
    entity: str
    layer: bytes
    color: str
    handle: bytes
    block: bytes
    tag: bytes
    line: int
    height: float


@dataclass(slots=True)
class Model:
    """Everything shown, and what is not: counts by reason, by kind and by name."""

    shown: list[Shown] = field(default_factory=list)
    not_read: Counter[str] = field(default_factory=Counter)
    drafting: Counter[str] = field(default_factory=Counter)
    hidden: Counter[bytes] = field(default_factory=Counter)
    blocks: Counter[str] = field(default_factory=Counter)
    """References not expanded: xref, missing, recursive, large."""
    paper: int = 0
    broken: list[int] = field(default_factory=list)
    """The lines of entities whose numbers cannot be, or of which a part is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where the content of a block goes, and what it inherits."""

    turn: Float
    shift: Float
    layer: bytes = b"0"
    color: str = "7"
    block: bytes = b""


def model(drawing: Drawing) -> Model:
    """All entities of the model space; hidden ones, those of layouts, and those that are not read are counted."""
    return _Walk(drawing).done()


class _Walk:
    def __init__(self, drawing: Drawing) -> None:
        self.drawing, self.out = drawing, Model()
        self.colors = {one.raw(2).strip().upper(): _color(one, "7", "7") for one in drawing.layers}
        self.off = {one.raw(2).strip().upper(): _layer_state(one) for one in drawing.layers}
        self.sizes, self.loops = _sizes(drawing)
        self.figures: dict[int, Figure | None] = {}
        self.points = 0

    def done(self) -> Model:
        world = _Place(np.eye(3), np.zeros(3))
        for entity in self.drawing.entities:
            if _on_paper(entity):
                self.out.paper += 1
            else:
                self._entity(entity, world, b"")
        return self.out

    def _entity(self, entity: Entity, place: _Place, inside: bytes) -> None:
        if not entity.whole or not all(member.whole for member in entity.members) or entity.kind in ("VERTEX", "ATTRIB"):
            self.out.broken.append(entity.line)
            return
        layer = entity.raw(8).strip() or b"0"
        layer = place.layer if layer == b"0" and place.block else layer
        state = self.off.get(layer.upper(), "")
        try:
            seen = not entity.whole_number(60)
            if state == "frozen" or not seen or (state and entity.kind != "INSERT"):
                self.out.hidden[layer] += 1
            elif entity.kind == "INSERT":
                self._insert(entity, place, layer, inside)
            else:
                self._drawn(entity, place, layer)
        except _FAULTS:
            self.out.broken.append(entity.line)

    def _drawn(self, entity: Entity, place: _Place, layer: bytes) -> None:
        found = self._figure(entity) if place.block else figure(entity)
        if found is None and entity.kind == "ATTDEF" and place.block:  # the attributes of the reference stand for it
            return
        if found is None:
            (self.out.drafting if entity.kind in _DRAFTING else self.out.not_read)[entity.kind] += 1
            return
        rings = [ring @ place.turn.T + place.shift for ring in found.rings] if place.block else found.rings
        if not all(math.isfinite(float(ring.sum())) for ring in rings):
            raise ValueError
        self.points += sum(len(ring) for ring in rings)
        height = float(rings[0][0, 2])
        height = height if all((ring[:, 2] == height).all() for ring in rings) else math.nan
        found = replace(found, rings=[ring[:, :2].copy() for ring in rings])
        if found.kind == "plots" and math.isnan(height) and _is_upright(found.rings[0]):
            found = replace(found, kind="lines")
        color = _color(entity, self.colors.get(layer.upper(), "7"), place.color)
        tag = entity.raw(2) if entity.kind == "ATTRIB" else b""
        handle, block = entity.raw(5).strip(), place.block
        self.out.shown.append(Shown(found, entity.kind, layer, color, handle, block, tag, entity.line, height))

    def _figure(self, entity: Entity) -> Figure | None:
        """What a member of a block shows, worked out once for all its copies."""
        if id(entity) not in self.figures:
            self.figures[id(entity)] = figure(entity)
        return self.figures[id(entity)]

    def _insert(self, entity: Entity, place: _Place, layer: bytes, inside: bytes) -> None:
        for member in entity.members:
            if not member.whole_number(60):
                self._drawn(member, place, layer if member.raw(8).strip() in (b"", b"0") else member.raw(8).strip())
        name = entity.raw(2).strip().upper()
        columns, rows = (max(entity.whole_number(code, 1), 1) for code in (70, 71))
        reason = self._reason(name, inside, columns * rows)
        if reason:
            self.out.blocks[reason] += 1
            return
        block, members = self.drawing.blocks[name]
        color = _color(entity, self.colors.get(layer.upper(), "7"), place.color)
        for turn, shift in _placed(entity, block, columns, rows):
            inner = _Place(place.turn @ turn, place.turn @ shift + place.shift, layer, color, place.block or name)
            for member in members:
                self._entity(member, inner, name)

    def _reason(self, name: bytes, inside: bytes, copies: int) -> str:
        """Why a reference is not expanded, "" when it is."""
        if name not in self.drawing.blocks:
            return "missing"
        if self.drawing.blocks[name][0].whole_number(70) & _XREF:
            return "xref"
        if (inside, name) in self.loops:
            return "recursive"
        figures = len(self.out.shown) + copies * max(self.sizes[name], 1)
        if figures > _MOST_FIGURES + len(self.drawing.entities) or self.points > _MOST_POINTS:
            return "large"
        return ""


def _is_upright(ring: Float) -> bool:
    """Whether an outline in space encloses nothing when seen from above, as a wall does."""
    x, y = (ring - ring[0]).T
    area = abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2
    return area <= 1e-9 * float(np.ptp(ring, axis=0).max()) ** 2


def _placed(entity: Entity, block: Entity, columns: int, rows: int) -> Iterator[tuple[Float, Float]]:
    """Rotation with scale, and shift, of each copy of a block."""
    angle = math.radians(entity.real(50))
    cos, sin = math.cos(angle), math.sin(angle)
    spin = np.array([[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]])
    scale = spin * np.array([entity.real(code, 1.0) for code in (41, 42, 43)])
    own = axes((entity.real(210), entity.real(220), entity.real(230, 1.0)))
    own = np.eye(3) if own is None else own
    turn, base, start = own @ scale, np.array(block.point(10)), np.array(entity.point(10))
    across, up = entity.real(44), entity.real(45)
    for row in range(rows):
        for column in range(columns):
            step = spin @ np.array([column * across, row * up, 0.0])
            yield turn, own @ (start + step) - turn @ base


def _on_paper(entity: Entity) -> bool:
    try:
        return entity.whole_number(67) == 1
    except ValueError:
        return False


def _layer_state(layer: Entity) -> str:
    """ "frozen", "off", or "" for a layer that is seen."""
    try:
        frozen, color = layer.whole_number(70) & 1, layer.whole_number(62, 7)
    except ValueError:
        return ""
    return "frozen" if frozen else "off" if color < 0 else ""


def _color(entity: Entity, of_layer: str, of_block: str) -> str:
    """An ACI number, or #rrggbb."""
    try:
        true = entity.first(420)
        if true is not None:
            return f"#{entity.whole_number(420) & 0xFFFFFF:06x}"
        index = entity.whole_number(62, _BY_LAYER)
    except ValueError:
        return of_layer
    return of_layer if index == _BY_LAYER else of_block if index == _BY_BLOCK else str(abs(index))


def _sizes(drawing: Drawing) -> tuple[dict[bytes, int], set[tuple[bytes, bytes]]]:
    """How many figures each block becomes, and the pairs (block, block inside it) that lead back to where they come from.

    What is larger, or deeper, than allowed has a size beyond every limit.
    """
    inner = {name: _references(members) for name, (_, members) in drawing.blocks.items()}
    sizes: dict[bytes, int] = {}
    depths: dict[bytes, int] = {}
    loops: set[tuple[bytes, bytes]] = set()
    for root in inner:
        open_blocks, path = {root}, [(root, iter(inner[root]))] if root not in sizes else []
        while path:
            name, rest = path[-1]
            child = next((one for one in rest if one in inner and one not in sizes), None)
            if child is None:
                kept = {one: n for one, n in inner[name].items() if one in sizes and (name, one) not in loops}
                depths[name] = 1 + max((depths[one] for one in kept), default=0)
                total = len(drawing.blocks[name][1]) + sum(n * max(sizes[one], 1) for one, n in kept.items())
                sizes[name] = min(total, 1 << 40) if depths[name] <= _MOST_DEPTH else 1 << 40
                open_blocks.discard(name)
                path.pop()
            elif child in open_blocks:
                loops.add((name, child))
            else:
                open_blocks.add(child)
                path.append((child, iter(inner[child])))
    return sizes, loops


def _references(members: list[Entity]) -> dict[bytes, int]:
    """The blocks inside a block, with how many copies of each."""
    found: dict[bytes, int] = {}
    for member in members:
        if member.kind == "INSERT":
            try:
                copies = max(member.whole_number(70, 1), 1) * max(member.whole_number(71, 1), 1)
            except ValueError:
                copies = 1
            name = member.raw(2).strip().upper()
            found[name] = found.get(name, 0) + copies
    return found
