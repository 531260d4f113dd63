"""The image of plot numbers: which plot owns each pixel of a view. Colours, outlines and picking read it.

A plot's number is its place in the index (`PlotIndex.row` gives the layer's row): neighbours on the map then have
neighbouring numbers, and a look-up stays in the processor's cache.

The rule: a pixel belongs to the plot that its centre lies in, by the even-odd rule over all rings of the plot (holes and
parts alike); a centre on a boundary belongs to the plot east or south of it, so two plots with a common boundary neither
share a pixel nor leave one out. Where plots overlap, the later row of the layer is on top. −1: no plot.

Pixels stand on a lattice fixed to the ground, and a pixel's number depends on nothing but its own place on it: any split
over threads, and a shifted image with a new strip, give the same numbers as one full drawing.

Points are spots of one radius on the screen: a pixel belongs to the last of them in the layer whose spot holds its centre.

Boundaries are right to a quarter of a pixel: coordinates are float32 (4 mm in 64 km), far views use vertices on a lattice of
at most that size, and farther ones a ready overview. A plot that covers no centre is not in the image; a finer image
(`oversample`) has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel
from landplan.core.kernels.plot_index import BLOCK, Int, Number, PlotIndex, Single, places_in_box

SPOT_PX = 5.5
"""Radius of a point on the screen, pixels."""
CROSSINGS = 32
"""Crossings of one pixel row that the fast way has room for; plots with more go the slow way."""


@dataclass(frozen=True)
class View:
    """The upper left pixel of an image on the lattice, which starts at the origin of the index.

    Pixel (r, c) covers x from (column + c) · pixel_m to the next, and y to the south from (row + r) · pixel_m.
    """

    pixel_m: float
    column: int
    row: int

    @classmethod
    def at(cls, index: PlotIndex, west: float, north: float, pixel_m: float) -> View:
        """The view whose first pixel holds the point (m, layer's CRS)."""
        x, y = index.origin
        return cls(pixel_m, int(np.floor((west - x) / pixel_m)), int(np.floor((y - north) / pixel_m)))

    def upper_left(self, index: PlotIndex) -> tuple[float, float]:
        """West and north edge of the image, m in the layer's CRS."""
        return index.origin[0] + self.column * self.pixel_m, index.origin[1] - self.row * self.pixel_m

    def moved(self, columns: int, rows: int) -> View:
        """The view so many pixels to the east and the south."""
        return View(self.pixel_m, self.column + columns, self.row + rows)

    def finer(self, times: int) -> View:
        """The same place with pixels `times` smaller."""
        return View(self.pixel_m / times, self.column * times, self.row * times)


@dataclass(frozen=True, eq=False)
class Overview:
    """The whole layer as one image of numbers, for views with pixels at least twice as large."""

    view: View
    numbers: Number


def overview(index: PlotIndex, *, size: int = 4096, threads: int = 1) -> Overview | None:
    """The image of the whole extent, `size` pixels along its longer side; None for a layer that is quicker drawn afresh."""
    extent = index.extent
    if extent is None or index.points or len(index.row) < 20_000:
        return None
    west, south, east, north = extent
    pixel_m = max(east - west, north - south, 1e-6) / (size - 2)
    view = View.at(index, west, north, pixel_m)
    width, height = int((east - west) / pixel_m) + 2, int((north - south) / pixel_m) + 2
    return Overview(view, number_image(index, view, width, height, threads=threads))


def number_image(
    index: PlotIndex, view: View, width: int, height: int, *, oversample: int = 1, threads: int = 1,
    far: Overview | None = None, spot_px: float = SPOT_PX,
) -> Number:  # fmt: skip
    """(height · oversample, width · oversample) int32: the number of the plot that owns each pixel, −1 where there is none.

    width, height: pixels of the view; oversample 2 halves their size. `far`: the layer's overview, used where it serves.
    spot_px: radius of points, in pixels of the view.
    """
    fine = view.finer(oversample)
    out = np.empty((height * oversample, width * oversample), np.int32)
    _draw(index, fine, out, threads, far, spot_px * oversample)
    return out


def shifted(
    index: PlotIndex, old: View, numbers: Number, view: View, width: int, height: int, *, threads: int = 1,
    far: Overview | None = None, spot_px: float = SPOT_PX,
) -> Number:  # fmt: skip
    """The image (height, width) at `view`, with the pixels it shares with the old one taken from there, the rest drawn.

    Both views have the pixel size of the numbers themselves. Equal to a full drawing.
    """
    out = np.empty((height, width), np.int32)
    down, right_by = old.row - view.row, old.column - view.column
    top, bottom = max(0, down), min(height, down + numbers.shape[0])
    left, right = max(0, right_by), min(width, right_by + numbers.shape[1])
    if view.pixel_m != old.pixel_m or top >= bottom or left >= right:
        _draw(index, view, out, threads, far, spot_px)
        return out
    out[top:bottom, left:right] = numbers[top - down : bottom - down, left - right_by : right - right_by]
    strips = ((0, top, 0, width), (bottom, height, 0, width), (top, bottom, 0, left), (top, bottom, right, width))
    for r0, r1, c0, c1 in strips:
        if r0 < r1 and c0 < c1:
            strip = np.empty((r1 - r0, c1 - c0), np.int32)
            _draw(index, view.moved(c0, r0), strip, threads, far, spot_px)
            out[r0:r1, c0:c1] = strip
    return out


def number_near(numbers: Number, row: int, column: int, reach: int) -> int:
    """The number of the pixel, else of the nearest pixel with a plot within `reach` pixels either way; −1 if none.

    What a click means: small plots need no better aim than that.
    """
    height, width = numbers.shape
    if not (0 <= row < height and 0 <= column < width):
        return -1
    if numbers[row, column] >= 0:
        return int(numbers[row, column])
    top, left = max(row - reach, 0), max(column - reach, 0)
    near = numbers[top : row + reach + 1, left : column + reach + 1]
    rows, columns = np.nonzero(near >= 0)
    if not len(rows):
        return -1
    closest = np.argmin((rows + top - row) ** 2 + (columns + left - column) ** 2)
    return int(near[rows[closest], columns[closest]])


def _draw(index: PlotIndex, view: View, out: Number, threads: int, far: Overview | None, spot_px: float) -> None:
    """Fill `out` with the numbers of the view."""
    if index.points:
        _draw_spots(index, view, out, spot_px)
        return
    if far is not None and far.view.pixel_m * 2.0 <= view.pixel_m:
        ratio, place = view.pixel_m / far.view.pixel_m, (view.column, view.row, far.view.column, far.view.row)
        in_bands(lambda top, bottom: _sample(far.numbers, ratio, *place, out, top, bottom), len(out), threads)
        return
    level = index.detail(view.pixel_m)
    arrays = (level.xy, level.ring, index.plot, index.row, index.box, index.block)
    numbers = (level.step_m, 1.0 / view.pixel_m, view.column, view.row)
    in_bands(lambda top, bottom: _fill(*arrays, *numbers, out, top, bottom), len(out), threads)


def _draw_spots(index: PlotIndex, view: View, out: Number, spot_px: float) -> None:
    """Fill `out` with the spots of points, later rows of the layer over earlier ones."""
    height, width = out.shape
    west, north, pixel_m = view.column - spot_px, view.row - spot_px, view.pixel_m
    east, south = view.column + width + spot_px, view.row + height + spot_px
    places = places_in_box(index, (west * pixel_m, north * pixel_m, east * pixel_m, south * pixel_m))
    places = places[np.argsort(index.row[places], kind="stable")]
    out[:] = -1
    _spots(index.details[0].xy, index.plot, places, 1.0 / pixel_m, view.column, view.row, spot_px, out)


@kernel
def _spots(xy: Single, plot: Int, places: Int, scale: float, column: int, row: int, radius: float, out: Number) -> None:
    """The pixels whose centres lie within `radius` of the vertices of places; reckoned from the lattice, not from the view."""
    height, width = out.shape
    for place in places:
        for v in range(plot[place], plot[place + 1]):
            x, y = xy[v, 0] * scale - 0.5, xy[v, 1] * scale - 0.5
            for r in range(max(int(np.ceil(y - radius)), row), min(int(np.floor(y + radius)), row + height - 1) + 1):
                for c in range(max(int(np.ceil(x - radius)), column), min(int(np.floor(x + radius)), column + width - 1) + 1):
                    if (c - x) ** 2 + (r - y) ** 2 <= radius * radius:
                        out[r - row, c - column] = place


@kernel
def _sample(
    numbers: Number, ratio: float, column: int, row: int, left: int, above: int, out: Number, top: int, bottom: int
) -> None:
    """Rows top…bottom-1 of `out` from the overview's pixel under each centre."""
    height, width = numbers.shape
    for r in range(top, bottom):
        out[r] = -1
        y = int(np.floor((row + r + 0.5) * ratio)) - above
        if y < 0 or y >= height:
            continue
        for c in range(out.shape[1]):
            x = int(np.floor((column + c + 0.5) * ratio)) - left
            if 0 <= x < width:
                out[r, c] = numbers[y, x]


@kernel
def _centres(low: float, high: float, step: float, scale: float, first: int, last: int) -> tuple[int, int]:
    """The lattice lines, of first…last-1, whose centres lie from low to high (m), once both stand on the step of the level."""
    if step > 0.0:
        low, high = np.rint(low / step) * step, np.rint(high / step) * step
    return max(int(np.ceil(low * scale - 0.5)), first), min(int(np.ceil(high * scale - 0.5)), last)


@kernel
def _cross(
    xy: Single, ring: Int, plot: int, end: int, scale: float, first: int, last: int, top: int, crossing: Number, count: Int
) -> bool:
    """Columns where rings plot…end-1 cross the pixel rows first…last-1, in rising order: the first centre right of each edge.

    An edge is reckoned from its upper end, whichever way it is drawn: two plots get the same columns from a common edge.
    False where a row has more than there is room for.
    """
    for q in range(plot, end):
        start = ring[q]
        x0, y0 = xy[start, 0] * scale - 0.5, xy[start, 1] * scale - 0.5
        row0 = int(np.ceil(y0))
        for e in range(start + 1, ring[q + 1]):
            x1, y1 = xy[e, 0] * scale - 0.5, xy[e, 1] * scale - 0.5
            row1 = int(np.ceil(y1))
            if row0 != row1:
                down = row0 < row1
                x, y = (x0, y0) if down else (x1, y1)
                slope = (x1 - x0) / (y1 - y0) if down else (x0 - x1) / (y0 - y1)
                for r in range(max(min(row0, row1), first), min(max(row0, row1), last)):
                    k, column = r - top, int(np.ceil(x + (r - y) * slope))
                    j = count[k]
                    if j == crossing.shape[1]:
                        return False
                    while j > 0 and crossing[k, j - 1] > column:
                        crossing[k, j] = crossing[k, j - 1]
                        j -= 1
                    crossing[k, j] = column
                    count[k] += 1
            x0, y0, row0 = x1, y1, row1
    return True


@kernel
def _paint(
    place: int, row: Number, out: Number, above: int, left: int, r0: int, r1: int, c0: int, c1: int, top: int,
    crossing: Number, count: Int,
) -> None:  # fmt: skip
    """The pixels between pairs of crossings; a later row of the layer is not painted over."""
    for r in range(r0, r1):
        k, line = r - top, np.uint64(r - above)  # unsigned: no test for counting from the end
        for j in range(0, count[k] - 1, 2):
            a, b = max(crossing[k, j], c0) - left, min(crossing[k, j + 1], c1) - left
            for c in range(np.uint64(a), np.uint64(max(b, 0))):
                before = out[line, c]
                if before < 0 or row[before] < row[place]:
                    out[line, c] = place


@kernel
def _fill(
    xy: Single, ring: Int, plot: Int, row: Number, box: Single, block: Single,
    step: float, scale: float, left: int, above: int, out: Number, top: int, bottom: int,
) -> None:  # fmt: skip
    """Rows top…bottom-1 of `out`; its first pixel is (above, left) of the lattice."""
    out[top:bottom] = -1
    first, last, end = above + top, above + bottom, left + out.shape[1]
    crossing, count = np.empty((bottom - top, CROSSINGS), np.int32), np.zeros(bottom - top, np.int64)
    for b in range(len(block)):
        r0, r1 = _centres(block[b, 1], block[b, 3], step, scale, first, last)
        c0, c1 = _centres(block[b, 0], block[b, 2], step, scale, left, end)
        if r0 >= r1 or c0 >= c1:
            continue
        for k in range(b * BLOCK, min(b * BLOCK + BLOCK, len(row))):
            r0, r1 = _centres(box[k, 1], box[k, 3], step, scale, first, last)
            c0, c1 = _centres(box[k, 0], box[k, 2], step, scale, left, end)
            if r0 >= r1 or c0 >= c1:
                continue
            room = _cross(xy, ring, plot[k], plot[k + 1], scale, r0, r1, first, crossing, count)
            if room:
                _paint(k, row, out, above, left, r0, r1, c0, c1, first, crossing, count)
            count[r0 - first : r1 - first] = 0
            if not room:
                wide, one = np.empty((1, ring[plot[k + 1]] - ring[plot[k]]), np.int32), np.zeros(1, np.int64)
                for r in range(r0, r1):
                    one[0] = 0
                    _cross(xy, ring, plot[k], plot[k + 1], scale, r, r + 1, r, wide, one)
                    _paint(k, row, out, above, left, r, r + 1, c0, c1, r, wide, one)
