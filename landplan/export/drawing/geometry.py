"""From the world to paper: the scale, the frame, round coordinates, and which rows touch the frame."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from landplan.export.drawing.records import Area, Box, Float, Int, Lines, MapFrame, Marker, Pen, Points, Polygons

ROUND = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
"""Figures a map scale may begin with: 1:2 000, 1:2 500, 1:5 000, 1:15 000, 1:75 000 …"""

Bounds = tuple[float, float, float, float]
"""west, south, east, north in metres."""


def round_scale(extent: Bounds, box: Box, margin: float = 0.025) -> float:
    """The largest round scale (its denominator) at which `extent` fits in `box` with `margin` free on each side."""
    west, south, east, north = extent
    free = 1 - 2 * margin
    need = max((east - west) / (box.width * free), (north - south) / (box.height * free), 0.5) * 1000
    power = 10.0 ** math.floor(math.log10(need) + 1e-12)
    return next(m * power for m in (*ROUND, 10.0) if m * power >= need * (1 - 1e-9))


def fitted_frame(extent: Bounds, box: Box, epsg: int | None = None, crs_title: str = "") -> MapFrame:
    """A frame that shows all of `extent`, centred, at a round scale; an empty extent is taken as a point."""
    west, south, east, north = extent
    if not all(math.isfinite(v) for v in extent):
        raise ValueError(f"extent is not finite: {extent}")
    return MapFrame(box, round_scale(extent, box), (west + east) / 2, (south + north) / 2, epsg, crs_title)


def snug_frame(extent: Bounds, box: Box) -> MapFrame:
    """A frame that just shows `extent` at whatever scale that takes: for key maps, which state none."""
    west, south, east, north = extent
    scale = max((east - west) / box.width, (north - south) / box.height, 0.001) * 1000
    return MapFrame(box, scale, (west + east) / 2, (south + north) / 2)


def to_paper(frame: MapFrame, en_m: Float) -> Float:
    """World (v, 2) east, north in metres → sheet (v, 2) mm."""
    x0, y0 = frame.box.centre
    k = 1000.0 / frame.scale
    out = np.empty(en_m.shape, np.float64)
    out[:, 0] = (en_m[:, 0] - frame.centre_e_m) * k + x0
    out[:, 1] = (frame.centre_n_m - en_m[:, 1]) * k + y0
    return out


def to_world(frame: MapFrame, xy_mm: Float) -> Float:
    """Sheet (v, 2) mm → world (v, 2) east, north in metres."""
    x0, y0 = frame.box.centre
    k = frame.scale / 1000.0
    east = (xy_mm[:, 0] - x0) * k + frame.centre_e_m
    return np.column_stack([east, frame.centre_n_m - (xy_mm[:, 1] - y0) * k])


def extent_of(frame: MapFrame) -> Bounds:
    """What part of the world the frame shows."""
    half_e, half_n = (side * frame.scale / 2000 for side in (frame.box.width, frame.box.height))
    e, n = frame.centre_e_m, frame.centre_n_m
    return e - half_e, n - half_n, e + half_e, n + half_n


def rows_in_frame(frame: MapFrame, en_m: Float, starts: Int) -> Int:
    """Numbers of the rows whose bounding box touches the frame; row i has the vertices starts[i] : starts[i+1].

    The rest need not be drawn; what leaves the frame is cut off by the clip of its layer. Empty rows touch nothing.
    """
    full = np.flatnonzero(np.diff(starts) > 0)
    if not len(full):
        return full
    west, south, east, north = extent_of(frame)
    at = starts[:-1][full]
    e, n = np.ascontiguousarray(en_m[:, 0]), np.ascontiguousarray(en_m[:, 1])
    stop = int(starts[1:][full][-1])
    low_e, high_e = np.minimum.reduceat(e[:stop], at), np.maximum.reduceat(e[:stop], at)
    low_n, high_n = np.minimum.reduceat(n[:stop], at), np.maximum.reduceat(n[:stop], at)
    return full[(low_e <= east) & (high_e >= west) & (low_n <= north) & (high_n >= south)]


def surfaces(frame: MapFrame, en_m: Float, ring: Int, part: Int, row: Int, classes: Int, palette: tuple[Area, ...]) -> Polygons:
    """The rows that touch the frame, on paper; offsets nest as in GeoArrow: row → part → ring → vertex.

    The first ring of a part is its shell. Rings are turned so that holes run against shells, as hatches ask.
    """
    keep = rows_in_frame(frame, en_m, ring[part[row]])
    rings, rows = _children(part[row], keep)
    hole = np.ones(len(ring) - 1, bool)
    hole[part[:-1][np.diff(part) > 0]] = False
    vertices, offsets = _children(ring, rings)
    xy = to_paper(frame, en_m[vertices])
    return Polygons(_turned(xy, offsets, hole[rings]), offsets, rows, classes[keep], palette)


def courses(frame: MapFrame, en_m: Float, starts: Int, classes: Int, palette: tuple[Pen, ...]) -> Lines:
    """The lines that touch the frame, on paper; line i has the vertices starts[i] : starts[i+1]."""
    keep = rows_in_frame(frame, en_m, starts)
    vertices, offsets = _children(starts, keep)
    return Lines(to_paper(frame, en_m[vertices]), offsets, classes[keep], palette)


def boundaries(en_m: Float, ring: Int, part: Int, row: Int) -> tuple[Float, Int]:
    """The outlines of surfaces as lines (vertices, offsets), an edge shared by two of them once: dashes stay dashes."""
    import shapely

    lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, en_m, (ring,))
    merged = shapely.line_merge(shapely.union_all(lines[part[row[0]] : part[row[-1]]]))
    _, xy, (offsets,) = shapely.to_ragged_array(shapely.get_parts(merged))
    return np.asarray(xy, np.float64), np.asarray(offsets, np.int64)


def places(frame: MapFrame, en_m: Float, classes: Int, palette: tuple[Marker, ...]) -> Points:
    """The points inside the frame, on paper."""
    west, south, east, north = extent_of(frame)
    e, n = en_m[:, 0], en_m[:, 1]
    keep = np.flatnonzero((e >= west) & (e <= east) & (n >= south) & (n <= north))
    return Points(to_paper(frame, en_m[keep]), classes[keep], palette)


def _children(starts: Int, keep: Int) -> tuple[Int, Int]:
    """Numbers of all children of the rows `keep`, row i owning starts[i] : starts[i+1], and their new offsets."""
    counts = np.diff(starts)[keep]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return np.arange(offsets[-1]) + np.repeat(starts[keep] - offsets[:-1], counts), offsets


def _turned(xy: Float, rings: Int, hole: npt.NDArray[np.bool_]) -> Float:
    """The vertices with shells running one way and holes the other."""
    if not len(xy):
        return xy
    x, y = xy[:, 0], xy[:, 1]
    cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    cross[rings[1:] - 1] = 0.0
    area = np.add.reduceat(cross, rings[:-1])
    sizes = np.diff(rings)
    wrong = np.repeat((area < 0) != hole, sizes)
    at = np.arange(len(xy))
    mirror = np.repeat(rings[:-1] + rings[1:] - 1, sizes) - at
    return xy[np.where(wrong, mirror, at)]


def round_step(frame: MapFrame, target_mm: float) -> float:
    """The smallest 1, 2, 5 × 10^k metres that are at least `target_mm` apart on paper."""
    need = target_mm * frame.scale / 1000
    power = 10.0 ** math.floor(math.log10(need) + 1e-12)
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= need * (1 - 1e-9))


def round_coordinates(low: float, high: float, step: float) -> Float:
    """All multiples of `step` from low to high."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.arange(first, last + 1, dtype=np.float64) * step


def scale_text(scale: float) -> str:
    """A scale as printed: 1:25 000."""
    return f"1:{grouped(scale)}"


def grouped(value: float) -> str:
    """A whole number with a space between thousands, as coordinates are printed: 3 469 000."""
    return f"{value:,.0f}".replace(",", " ")


def bar_divisions(scale: float, longest_mm: float = 72.0) -> tuple[int, float]:
    """How many divisions of how many metres a scale bar has: 3 to 5 round ones, as near `longest_mm` as they come."""
    most = longest_mm * scale / 1000
    power = 10.0 ** math.floor(math.log10(most))
    steps = [m * p for p in (power / 10, power) for m in (1.0, 2.0, 2.5, 5.0) if m * p >= 1]
    choices = [(n, step) for step in steps for n in (4, 5, 3) if n * step <= most * (1 + 1e-9)]
    return max(choices, key=lambda choice: (round(choice[0] * choice[1] / most, 1), choice[0] == 4, -choice[0]))
