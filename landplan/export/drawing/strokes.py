"""Content streams: records become PDF painting operators, in whole hundredths of a millimetre, y downwards.

A stream begins with no state of its own and leaves none; the form that holds it carries the matrix to points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt

from landplan.export.drawing.records import (
    Area,
    Colour,
    Float,
    Hatch,
    Int,
    Lines,
    Marker,
    Pen,
    Points,
    Polygons,
    Rectangle,
    Symbol,
    Vector,
)

UNITS_PER_MM = 100
HATCH_PEN = {
    "diagonal": ("70767E", 0.12),
    "dots": ("8E959D", 0.34),
    "crossed": ("70767E", 0.1),
    "stripes": ("202428", 0.13),
}
"""Colour and width in mm of each hatch."""
HATCH_STEP_MM = {"diagonal": 1.1, "dots": 0.8, "crossed": 1.5, "stripes": 0.7}
BESIDE = Pen("FFFFFF", 0.13)
"""The second ink of the stripes, so that they show on dark colours, too."""


def stream(items: Iterable[Vector]) -> bytes:
    """The painting operators of surfaces, lines, symbols and boxes, in their order."""
    parts: list[str] = ["1 j"]
    for item in items:
        if isinstance(item, Polygons):
            parts += _surfaces(item)
        elif isinstance(item, Lines):
            parts += _lines(item)
        elif isinstance(item, Points):
            parts += _symbols(item)
        else:
            parts += _surfaces(_ring_of(item))
    return "\n".join(parts).encode("ascii")


def _surfaces(polygons: Polygons) -> list[str]:
    xy, rings = _rounded(polygons.xy_mm, polygons.rings)
    out: list[str] = []
    for number, area in enumerate(polygons.palette):
        rows = np.flatnonzero(polygons.classes == number)
        if len(rows):
            out += _surface_class(xy, rings, polygons.rows, rows, area)
    return out


def _surface_class(xy: Int, rings: Int, offsets: Int, rows: Int, area: Area) -> list[str]:
    operator = {(True, True): "B*", (True, False): "f*", (False, True): "S"}.get((area.fill is not None, area.pen is not None))
    out: list[str] = []
    if area.hatch is not None:
        if area.fill is not None:
            out += [_fill(area.fill), *_paths(xy, rings, offsets, rows, "f*")]
        out += _hatched(xy, rings, offsets, rows, area.hatch)
        operator = "S" if area.pen else None
    if operator is not None:
        fill = [_fill(area.fill)] if area.fill and operator != "S" else []
        out += [*fill, *([_stroke(area.pen)] if area.pen else []), *_paths(xy, rings, offsets, rows, operator)]
    return out


def _hatched(xy: Int, rings: Int, offsets: Int, rows: Int, hatch: Hatch) -> list[str]:
    """Rows as one clip, hatch lines across all of them: the same in every reader, and continuous between neighbours."""
    path = _paths(xy, rings, offsets, rows, "")
    members, _ = _members(rings, _members(offsets, rows)[0])
    if not len(members):
        return []
    low, high = xy[members].min(axis=0), xy[members].max(axis=0)
    return ["q", *path, "W n", *hatch_lines(hatch, (int(low[0]), int(low[1]), int(high[0]), int(high[1]))), "Q"]


def hatch_lines(hatch: Hatch, bounds: tuple[int, int, int, int]) -> list[str]:
    """The strokes of a hatch over left, top, right, bottom in hundredths of a millimetre."""
    colour, width = HATCH_PEN[hatch]
    step = round(HATCH_STEP_MM[hatch] * UNITS_PER_MM)
    left, top, right, bottom = bounds
    if hatch == "dots":
        lines = [
            f"[0 {2 * step}] {(k % 2) * step} d {left + step // 2} {y} m {right} {y} l S"
            for k, y in enumerate(range(top + step // 2, bottom + step, step))
        ]
        return [_stroke(Pen(colour, width)), "1 J", *lines]
    slanted = round(step * math.sqrt(2))
    height = bottom - top
    starts = range(left - height, right + 1, slanted)
    if hatch == "stripes":
        shift = round(width * UNITS_PER_MM * math.sqrt(2))
        pens = ((Pen(colour, width), 0), (BESIDE, shift))
        falling = ((pen, [f"{x + by} {top} m {x + by + height} {bottom} l" for x in starts]) for pen, by in pens)
        return [stroke for pen, lines in falling for stroke in (_stroke(pen), *lines, "S")]
    lines = [f"{x} {bottom} m {x + height} {top} l" for x in starts]
    if hatch == "crossed":
        lines += [f"{x} {top} m {x + height} {bottom} l" for x in starts]
    return [_stroke(Pen(colour, width)), *lines, "S"]


def _lines(lines: Lines) -> list[str]:
    xy, offsets = _rounded(lines.xy_mm, lines.rows)
    drawn = [(pen, np.flatnonzero(lines.classes == n)) for n, pen in enumerate(lines.palette)]
    drawn = [(pen, rows) for pen, rows in drawn if len(rows)]
    cased = [(Pen(pen.casing, pen.casing_width_mm), rows) for pen, rows in drawn if pen.casing is not None]
    out: list[str] = []
    for pen, rows in [*cased, *drawn]:
        members, starts = _members(offsets, rows)
        out += [_stroke(pen), _formatted(xy[members], np.diff(starts), closed=False, after=" S")]
    return out


def _symbols(points: Points) -> list[str]:
    out: list[str] = []
    for number, marker in enumerate(points.palette):
        centres = points.xy_mm[points.classes == number]
        if not len(centres):
            continue
        if marker.symbol == "cross":
            out += _crosses(centres, marker)
            continue
        outline = symbol_outline(marker.symbol) * (marker.size_mm / 2)
        xy = (centres[:, None, :] + outline[None]).reshape(-1, 2)
        rings = np.arange(len(centres) + 1) * len(outline)
        rows = np.arange(len(centres) + 1)
        area = Area(marker.fill, None, marker.pen)
        out += _surfaces(Polygons(xy, rings, rows, np.zeros(len(centres), np.int64), (area,)))
    return out


def _crosses(centres: Float, marker: Marker) -> list[str]:
    pen = marker.pen or Pen(marker.fill or "000000", marker.size_mm / 6)
    half = (marker.size_mm - pen.width_mm) / 2
    arms = np.array([[-half, 0.0], [half, 0.0], [0.0, -half], [0.0, half]])
    xy = (centres[:, None, :] + arms[None]).reshape(-1, 2)
    return _lines(Lines(xy, np.arange(2 * len(centres) + 1) * 2, np.zeros(2 * len(centres), np.int64), (pen,)))


@cache
def symbol_outline(symbol: Symbol) -> Float:
    """The closed outline of a symbol about (0, 0), two units across."""
    if symbol == "star":
        angles = np.arange(11) * math.pi / 5
        radii = np.where(np.arange(11) % 2 == 0, 1.0, 0.42)
    else:
        corners, turn = {"circle": (24, 0.0), "square": (4, 0.25), "triangle": (3, 0.0), "diamond": (4, 0.0)}[symbol]
        angles = (np.arange(corners + 1) + turn * 2) * 2 * math.pi / corners
        radii = np.full(corners + 1, 1.18 if symbol in ("square", "triangle") else 1.0)
    return np.column_stack([radii * np.sin(angles), -radii * np.cos(angles)])


def _ring_of(rectangle: Rectangle) -> Polygons:
    box = rectangle.box
    corners = [[box.x, box.y], [box.right, box.y], [box.right, box.bottom], [box.x, box.bottom], [box.x, box.y]]
    return Polygons(np.array(corners), np.array([0, 5]), np.array([0, 1]), np.zeros(1, np.int64), (rectangle.area,))


def _rounded(xy_mm: Float, offsets: Int) -> tuple[Int, Int]:
    """Vertices in whole units, each differing from the one before it in its ring, and the offsets that go with them."""
    xy = np.rint(xy_mm * UNITS_PER_MM).astype(np.int64)
    if not len(xy):
        return xy, offsets
    keep = np.ones(len(xy), bool)
    keep[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    starts = offsets[:-1][np.diff(offsets) > 0]
    keep[starts] = True
    count = np.concatenate([[0], np.cumsum(keep)])
    return xy[keep], count[offsets].astype(np.int64)


def _members(offsets: Int, rows: Int) -> tuple[Int, Int]:
    """Numbers of all children of `rows`, row i owning offsets[i] : offsets[i+1], and their new offsets."""
    counts = np.diff(offsets)[rows]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return np.arange(starts[-1]) + np.repeat(offsets[rows] - starts[:-1], counts), starts


def _paths(xy: Int, rings: Int, offsets: Int, rows: Int, operator: str) -> list[str]:
    """The rings of each row, then the operator (none: one path of all rows)."""
    ring_numbers, ring_starts = _members(offsets, rows)
    members, starts = _members(rings, ring_numbers)
    last = np.zeros(len(ring_numbers), bool)
    last[ring_starts[1:][np.diff(ring_starts) > 0] - 1] = bool(operator)
    return [_formatted(xy[members], np.diff(starts), closed=True, after=f" {operator}", where=last)]


def _formatted(xy: Int, sizes: Int, *, closed: bool, after: str, where: npt.NDArray[np.bool_] | None = None) -> str:
    """Move, line, line … per ring; one % formatting for all of them, by far the quickest in Python."""
    ends = np.ones(len(sizes), bool) if where is None else where
    templates = [_template(n, closed) + (after if end else "") for n, end in zip(sizes.tolist(), ends.tolist(), strict=True)]
    return "\n".join(templates) % tuple(xy.ravel().tolist())


@cache
def _template(vertices: int, closed: bool) -> str:
    """A ring of so many vertices, its first repeated at its end when closed: "%d %d m %d %d l … h"."""
    if not vertices:
        return ""
    lines = max(vertices - (2 if closed and vertices > 1 else 1), 0)
    last = "%.0s%.0sh" if closed and vertices > 1 else "h" if closed else ""
    return "%d %d m" + " %d %d l" * lines + (f" {last}" if last else "")


def _fill(colour: Colour) -> str:
    return f"{_rgb(colour)} rg"


def _stroke(pen: Pen | None) -> str:
    """Colour, width, dash and cap of a pen; 0.1 mm of width is 10 units."""
    if pen is None:
        return ""
    dash = " ".join(f"{value * UNITS_PER_MM:g}" for value in pen.dash_mm)
    return f"{_rgb(pen.colour)} RG {pen.width_mm * UNITS_PER_MM:g} w [{dash}] 0 d {0 if pen.dash_mm else 1} J"


def _rgb(colour: Colour) -> str:
    return " ".join(f"{int(colour[k : k + 2], 16) / 255:.3g}" for k in (0, 2, 4))
