"""Polygons laid out for drawing and picking: built once per layer, then read by `number_image` and by the questions below.

Coordinates are float32 metres from `origin`, x to the east and y to the SOUTH, as rows of an image go. Places follow a
Hilbert curve, so that neighbours on the ground are neighbours in memory; `row` says which row of the layer stands at a
place. Rows without geometry have no place.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import THREADS, in_bands
from landplan.core.kernels.compile import kernel
from landplan.core.kernels.rings import bounds

if TYPE_CHECKING:
    from landplan.core.layers import Geometry

Float = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Int = npt.NDArray[np.int64]
Number = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]
Box = tuple[float, float, float, float]

BLOCK = 64
STEPS_M = (2.0, 8.0)
"""Lattices of the two levels of detail: powers of two, so that lattice points are exact in float32."""


@dataclass(frozen=True, eq=False)
class Detail:
    """One level of detail: xy (v, 2) and ring offsets; every vertex stands on the lattice of step_m (0: as it was).

    The lattice moves equal vertices of neighbours to equal places: a common boundary stays common, without slits.
    """

    step_m: float
    xy: Single
    ring: Int

    @property
    def tolerance_m(self) -> float:
        """How far a boundary may lie from the true one, m: half a diagonal of the lattice."""
        return self.step_m / 2.0 * 1.4142135623730951


@dataclass(frozen=True, eq=False)
class PlotIndex:
    """n plots of a layer, m ≤ n of them with geometry.

    row (m,) the layer's row at each place; plot (m+1,) its rings; box (m, 4) smallest x, smallest y, largest x, largest y
    in metres from `origin` (y south); block (⌈m/64⌉, 4) the box of 64 places.
    """

    count: int
    origin: tuple[float, float]
    row: Number
    plot: Int
    box: Single
    block: Single
    details: tuple[Detail, ...]

    def detail(self, pixel_m: float) -> Detail:
        """The coarsest level that moves no boundary by more than a quarter of a pixel."""
        return [one for one in self.details if one.tolerance_m <= pixel_m / 4.0][-1]

    @property
    def points(self) -> bool:
        """Whether these are points, a vertex a ring: spots of one size on the screen, whatever the scale."""
        return 0 < len(self.details[0].xy) == len(self.details[0].ring) - 1

    @property
    def extent(self) -> Box | None:
        """West, south, east, north of all plots, m in the layer's CRS; None where there is nothing."""
        if not len(self.block):
            return None
        low, high = self.block[:, :2].min(axis=0).astype(float), self.block[:, 2:].max(axis=0).astype(float)
        x, y = self.origin
        return x + low[0], y - high[1], x + high[0], y - low[1]

    @property
    def typical_size_m(self) -> float:
        """Median of the longer sides of the plots' boxes, m; 0 where there is nothing."""
        some = self.box[:: max(len(self.box) // 10_000, 1)]
        return float(np.median((some[:, 2:] - some[:, :2]).max(axis=1))) if len(some) else 0.0


def plot_index(geometry: Geometry) -> PlotIndex:
    """The index of a polygon layer. Costs about a second per million plots, once."""
    ring_of_row = geometry.part[geometry.row]
    has = np.flatnonzero(np.diff(geometry.ring[ring_of_row]) > 0)
    around = bounds(geometry)[has]
    low, high = (around[:, :2].min(axis=0), around[:, 2:].max(axis=0)) if len(has) else (np.zeros(2), np.zeros(2))
    order = has[hilbert_order(around)]
    rings, vertices = np.diff(ring_of_row)[order], np.diff(geometry.ring[ring_of_row])[order]
    plot = np.concatenate([[0], np.cumsum(rings)]).astype(np.int64)
    ring = np.zeros(plot[-1] + 1, np.int64)
    xy, box = np.empty((int(vertices.sum()), 2), np.float32), np.empty((len(order), 4), np.float32)
    origin = ((low + high) / 2.0).tolist()
    start = np.concatenate([[0], np.cumsum(vertices)]).astype(np.int64)
    source, east, north = (geometry.xy, geometry.ring, ring_of_row), origin[0], origin[1]

    def lay_out(a: int, b: int) -> None:
        _laid_out(*source, order[a:b], east, north, start[a], plot[a], ring, xy, box[a:b])

    in_bands(lay_out, len(order))
    details = _levels(Detail(0.0, xy, ring))
    return PlotIndex(len(geometry), (origin[0], origin[1]), order.astype(np.int32), plot, box, _blocks(box), details)


def _levels(whole: Detail) -> tuple[Detail, ...]:
    """The plots as they are, and each coarser level that has a quarter less vertices than the one before."""
    levels = [whole]
    if len(whole.xy) == len(whole.ring) - 1:  # points
        return (whole,)
    with ThreadPoolExecutor(THREADS) as pool:
        coarse = list(pool.map(lambda step_m: _on_lattice(whole, step_m), STEPS_M))
    for coarser in coarse:
        if len(coarser.xy) < 0.75 * len(levels[-1].xy):
            levels.append(coarser)
    return tuple(levels)


def _blocks(box: Single) -> Single:
    """The boxes of 64 boxes at a time."""
    at = np.arange(0, len(box), BLOCK)
    if not len(at):
        return np.empty((0, 4), np.float32)
    return np.hstack([np.minimum.reduceat(box[:, :2], at), np.maximum.reduceat(box[:, 2:], at)])


def _on_lattice(whole: Detail, step_m: float) -> Detail:
    """The level with vertices moved to the lattice, repeated ones and those amid a straight run left out."""
    xy, ring = np.empty_like(whole.xy), np.zeros_like(whole.ring)
    kept = _snapped(whole.xy, whole.ring, np.float32(step_m), xy, ring)
    return Detail(step_m, xy[:kept], ring)  # what lies behind is never touched, and costs no memory


def hilbert_order(boxes: Float) -> Int:
    """The rows of boxes (n, 4) along a Hilbert curve through their centres: what lies near comes near."""
    key = np.empty(len(boxes), np.int64)
    if len(boxes):
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        _hilbert(boxes, low, max(float((high - low).max()), 1e-9), key)
    return np.argsort(key, kind="stable")


@kernel
def _hilbert(box: Float, low: Float, size: float, key: Int) -> None:
    """Place of each box's centre along a Hilbert curve of 2^16 × 2^16 cells."""
    for i in range(len(box)):
        a = np.int64(((box[i, 0] + box[i, 2]) / 2.0 - low[0]) / size * 65535.0)
        b = np.int64(((box[i, 1] + box[i, 3]) / 2.0 - low[1]) / size * 65535.0)
        place, side = np.int64(0), np.int64(1 << 15)
        while side > 0:
            right, up = np.int64((a & side) != 0), np.int64((b & side) != 0)
            place += side * side * ((3 * right) ^ up)
            if up == 0:
                if right == 1:
                    a, b = 65535 - a, 65535 - b
                a, b = b, a
            side >>= 1
        key[i] = place


@kernel
def _laid_out(
    source: Float, source_ring: Int, ring_of_row: Int, order: Int, east: float, north: float, at: int, r: int, ring: Int,
    xy: Single, box: Single,
) -> None:  # fmt: skip
    """Rings, vertices and boxes of the rows in that order from vertex `at` and ring `r` on, about the origin, y to the south."""
    for k in range(len(order)):
        west, top, right, bottom = np.float32(np.inf), np.float32(np.inf), np.float32(-np.inf), np.float32(-np.inf)
        for q in range(ring_of_row[order[k]], ring_of_row[order[k] + 1]):
            for v in range(source_ring[q], source_ring[q + 1]):
                x, y = np.float32(source[v, 0] - east), np.float32(north - source[v, 1])
                xy[at, 0], xy[at, 1] = x, y
                west, right, top, bottom = min(west, x), max(right, x), min(top, y), max(bottom, y)
                at += 1
            r += 1
            ring[r] = at
        box[k, 0], box[k, 1], box[k, 2], box[k, 3] = west, top, right, bottom


@kernel
def _snapped(source: Single, source_ring: Int, step: np.float32, xy: Single, ring: Int) -> int:
    """Vertices on the lattice, without those that add nothing; their number."""
    at, steps = 0, np.float32(1.0) / step  # a power of two: as exact as dividing
    for q in range(len(source_ring) - 1):
        start = at
        for v in range(source_ring[q], source_ring[q + 1]):
            x, y = np.rint(source[v, 0] * steps) * step, np.rint(source[v, 1] * steps) * step
            while at - start >= 2:
                dx, dy = xy[at - 1, 0] - xy[at - 2, 0], xy[at - 1, 1] - xy[at - 2, 1]
                if dx * (y - xy[at - 1, 1]) != dy * (x - xy[at - 1, 0]):
                    break
                at -= 1
            if at == start or x != xy[at - 1, 0] or y != xy[at - 1, 1]:
                xy[at, 0], xy[at, 1] = x, y
                at += 1
        if at - start < 4:
            at = start
        ring[q + 1] = at
    return at


def rows_in_box(index: PlotIndex, west: float, south: float, east: float, north: float) -> Int:
    """Rows whose box meets the rectangle (m, layer's CRS), rising."""
    places = places_in_box(index, _from_origin(index, west, south, east, north))
    return np.sort(index.row[places]).astype(np.int64)


def rows_in_rectangle(index: PlotIndex, west: float, south: float, east: float, north: float) -> Int:
    """Rows of the plots that share a point with the rectangle (m, layer's CRS), rising; a hole around it does not count."""
    box = _from_origin(index, west, south, east, north)
    places = places_in_box(index, box)
    if index.points:
        inside = ((index.details[0].xy >= box[:2]) & (index.details[0].xy <= box[2:])).all(axis=1)
        rings = np.repeat(np.arange(len(index.row)), np.diff(index.plot))
        return np.sort(index.row[np.unique(rings[inside])]).astype(np.int64)
    meets = np.zeros(len(places), np.bool_)
    whole = index.details[0]
    _meeting(whole.xy, whole.ring, index.plot, places, np.array(box), meets)
    return np.sort(index.row[places[meets]]).astype(np.int64)


def _from_origin(index: PlotIndex, west: float, south: float, east: float, north: float) -> Box:
    x, y = index.origin
    return west - x, y - north, east - x, y - south


def places_in_box(index: PlotIndex, box: Box) -> Int:
    """Places whose box meets the one given (about the origin, y south)."""

    def met(boxes: Single) -> Bool:
        out: Bool = (boxes[:, 0] <= box[2]) & (boxes[:, 2] >= box[0]) & (boxes[:, 1] <= box[3]) & (boxes[:, 3] >= box[1])
        return out

    near = (np.flatnonzero(met(index.block))[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    near = near[near < len(index.row)]
    return near[met(index.box[near])]


@kernel
def _cuts(x0: float, y0: float, x1: float, y1: float, box: Float) -> bool:
    """Whether the segment shares a point with the box: what is left of it after each side has cut."""
    first, last = 0.0, 1.0
    for axis in range(2):
        start, run = (x0, x1 - x0) if axis == 0 else (y0, y1 - y0)
        if run == 0.0:
            if start < box[axis] or start > box[axis + 2]:
                return False
        else:
            a, b = (box[axis] - start) / run, (box[axis + 2] - start) / run
            first, last = max(first, min(a, b)), min(last, max(a, b))
    return first <= last


@kernel
def _meeting(xy: Single, ring: Int, plot: Int, places: Int, box: Float, meets: Bool) -> None:
    """Whether a boundary of each place cuts the box, or the box lies inside (even-odd about its corner)."""
    for i in range(len(places)):
        inside, cut = False, False
        for q in range(plot[places[i]], plot[places[i] + 1]):
            for e in range(ring[q], ring[q + 1] - 1):
                x0, y0, x1, y1 = float(xy[e, 0]), float(xy[e, 1]), float(xy[e + 1, 0]), float(xy[e + 1, 1])
                if _cuts(x0, y0, x1, y1, box):
                    cut = True
                    break
                if (y0 <= box[1]) != (y1 <= box[1]) and x0 + (box[1] - y0) / (y1 - y0) * (x1 - x0) > box[0]:
                    inside = not inside
            if cut:
                break
        meets[i] = cut or inside
