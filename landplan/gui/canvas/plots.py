"""Plots ready for the map, and frames: their image for one view. No Qt here; workers run it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from landplan.core.kernels.display import Colours, Flags, Look, Table, picture
from landplan.core.kernels.number_image import SPOT_PX, Overview, View, number_image, overview, shifted
from landplan.core.kernels.plot_index import Box, Number, PlotIndex, plot_index
from landplan.core.layers import Geometry
from landplan.gui.canvas.kept_plots import keep_plots, kept_plots

THREADS = 2


@dataclass(frozen=True, eq=False)
class Plots:
    """A layer of polygons or points with what the map reads of it. `plots_of` makes it, off the main thread."""

    geometry: Geometry
    index: PlotIndex
    far: Overview | None


def plots_of(geometry: Geometry) -> Plots:
    """Index and overview of a layer: a second or two per million plots, once for the same bytes of a large file."""
    before = kept_plots(geometry)
    if before is not None:
        return Plots(geometry, *before)
    index = plot_index(geometry)
    far = overview(index, threads=THREADS)
    keep_plots(geometry, index, far)
    return Plots(geometry, index, far)


@dataclass(frozen=True, eq=False)
class Request:
    """What the map wants to see: width × height device pixels from `view` on, at that oversampling, in that look."""

    plots: Plots
    look: Look
    view: View
    width: int
    height: int
    oversample: int
    tiles: Flags
    hover: int = -1
    ratio: float = 1.0
    """Device pixels a pixel: points are spots of one size for the eye."""

    @property
    def spot_px(self) -> float:
        """Radius of a point, device pixels."""
        return SPOT_PX * self.ratio


@dataclass(frozen=True, eq=False)
class Frame:
    """A request's answer: numbers and picture of the view."""

    request: Request
    table: Table
    numbers: Number
    picture: Colours

    @property
    def box(self) -> Box:
        """West, south, east, north of the picture, m."""
        request = self.request
        west, north = request.view.upper_left(request.plots.index)
        pixel_m = request.view.pixel_m
        return west, north - request.height * pixel_m, west + request.width * pixel_m, north

    def holds(self, box: Box) -> bool:
        """Whether the rectangle lies in the picture, but for a pixel."""
        west, south, east, north = self.box
        spare = self.request.view.pixel_m
        return west - spare <= box[0] and south - spare <= box[1] and box[2] <= east + spare and box[3] <= north + spare

    def sample(self, x: float, y: float) -> tuple[int, int]:
        """Row and column in `numbers` of a point (m); it may lie outside."""
        fine = self.request.view.finer(self.request.oversample)
        at = View.at(self.request.plots.index, x, y, fine.pixel_m)
        return at.row - fine.row, at.column - fine.column

    def window(self, number: int) -> tuple[int, int, int, int]:
        """Top, bottom, left, right of the pixels that a plot and its lines can touch."""
        view, spare = self.request.view, self.table.line_px + 2
        spare += ceil(self.request.spot_px) if self.request.plots.index.points else 0
        west, north, east, south = (self.request.plots.index.box[number] / view.pixel_m).tolist()
        reach = int(self.request.plots.index.detail(view.pixel_m / self.request.oversample).step_m / view.pixel_m) + spare
        top, left = int(north) - view.row - reach, int(west) - view.column - reach
        return top, int(south) - view.row + reach + 1, left, int(east) - view.column + reach + 1


def frame(request: Request, before: Frame | None = None) -> Frame:
    """The answer to a request; the numbers and the look-up table of the frame before are used again where they serve."""
    old = before if before is not None and before.request.plots is request.plots else None
    table = old.table if old is not None and old.request.look is request.look else request.look.table(request.plots.index)
    numbers = _numbers(request, old)
    painted = picture(
        numbers, table, request.view, hover=request.hover, oversample=request.oversample, tiles=request.tiles, threads=THREADS
    )
    return Frame(request, table, numbers, painted)


def _numbers(request: Request, before: Frame | None) -> Number:
    """The numbers of a request; what the frame before has of them, at the same scale, is not drawn again."""
    index, far, width, height, times = request.plots.index, request.plots.far, request.width, request.height, request.oversample
    alike = before is not None and before.request.oversample == times and before.request.ratio == request.ratio
    if before is None or not alike or before.request.view.pixel_m != request.view.pixel_m:
        return number_image(
            index, request.view, width, height, oversample=times, threads=THREADS, far=far, spot_px=request.spot_px
        )
    if (before.request.view, before.numbers.shape) == (request.view, (height * times, width * times)):
        return before.numbers
    old, new = before.request.view.finer(times), request.view.finer(times)
    spot_px = request.spot_px * times
    return shifted(index, old, before.numbers, new, width * times, height * times, threads=THREADS, far=far, spot_px=spot_px)


def rehovered(frame: Frame, before: int, now: int) -> list[tuple[int, int, int, int]]:
    """Paint the hover line anew in the frame's picture, for the plot that had it and the one that has it now.

    Returns the windows painted: top, bottom, left, right.
    """
    windows = [frame.window(number) for number in (before, now) if number >= 0]
    for window in windows:
        request = frame.request
        picture(
            frame.numbers, frame.table, request.view, hover=now, oversample=request.oversample, tiles=request.tiles,
            out=frame.picture, window=window,
        )  # fmt: skip
    return windows


def outline_for(pixel_m: float, size_m: float, colour: int) -> int:
    """The outline's colour, fading out as plots shrink from 14 to 5 pixels: far views would be nothing but lines."""
    share = float(np.clip((size_m / pixel_m - 5.0) / 9.0, 0.0, 1.0))
    return (round((colour >> 24) * share) << 24) | (colour & 0xFFFFFF)
