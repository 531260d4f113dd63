"""The plots on the map: the newest frame, and smooth shapes when few are in view."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from landplan.core.kernels.display import Look, mark_tiles
from landplan.core.kernels.number_image import View, number_near
from landplan.core.kernels.plot_index import Int
from landplan.gui.canvas.close_up import CloseUp
from landplan.gui.canvas.frame_maker import FrameMaker
from landplan.gui.canvas.plots import Frame, Plots, Request, outline_for, rehovered
from landplan.gui.canvas.screen import Screen, ScreenPainter

REST_MS = 120
"""How long the map must be still before the fine image is drawn."""
_BOLD_PX = 14.0
"""As large as a plot is taken to be that always has its outline."""
MARGIN = 0.2
"""Share of the view drawn beyond each side at rest, so that panning starts at once."""


class PlotsItem(pg.GraphicsObject):
    """One layer of polygons or points. It asks for frames as the view moves, and paints the newest it has, scaled if need be."""

    shown = Signal()
    """A new frame is on the screen."""

    def __init__(self, plots: Plots, look: Look) -> None:
        super().__init__()
        self.plots, self._look = plots, look
        self.close_up = CloseUp(plots)
        self.hover = -1
        self.frame: Frame | None = None
        self.few: Int | None = None
        self._image = QImage()
        self._screen: Screen | None = None
        self._tiles = mark_tiles()
        self._maker = FrameMaker(self)
        self._maker.made.connect(self._receive)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_fine)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)

    @property
    def still(self) -> bool:
        """Whether the fine picture of this view, in this look, is shown and nothing is under way."""
        return not (self._maker.busy or self._rest.isActive())

    @property
    def look(self) -> Look:
        return self._look

    def set_look(self, look: Look) -> None:
        """Repaint with other colours, marks or selection: a look-up in a worker."""
        self._look = look
        self._ask(oversample=self._kept_oversample())
        self._rest.start()
        self.update()

    def set_screen(self, screen: Screen) -> None:
        """The view has moved or changed its size."""
        if abs(screen.ratio - (self._screen.ratio if self._screen else 1.0)) > 1e-6:
            self._tiles = mark_tiles(screen.ratio)
        self._screen = screen
        self.few = self.close_up.rows(screen.box)
        frame = self.frame
        fits = frame is not None and self._scale(frame) == screen.pixel_m and frame.holds(screen.box)
        if not fits:
            self._ask(oversample=self._kept_oversample())
        if not fits or frame is None or frame.request.oversample == 1:
            self._rest.start()
        self.update()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._rest.stop()
        self._maker.stop()

    def number_at(self, x: float, y: float, reach_px: int = 0) -> int:
        """The number of the plot at a point (m), or of the nearest within `reach_px` pixels; −1 if none is shown there."""
        if self.frame is None:
            return -1
        row, column = self.frame.sample(x, y)
        return number_near(self.frame.numbers, row, column, reach_px * self.frame.request.oversample)

    def row_of(self, number: int) -> int:
        """The layer's row of a number; −1 for −1."""
        return int(self.plots.index.row[number]) if number >= 0 else -1

    def set_hover(self, number: int) -> None:
        """Draw the hover line about another plot."""
        if number == self.hover or self.frame is None:
            return
        before, self.hover = self.hover, number
        windows = rehovered(self.frame, before, number)
        if self.few is not None:
            self.update()
            return
        west, north = self.frame.box[0], self.frame.box[3]
        pixel_m = self.frame.request.view.pixel_m
        for top, bottom, left, right in windows:
            corner = QPointF(west + left * pixel_m, north - bottom * pixel_m)
            self.update(QRectF(corner, QPointF(west + right * pixel_m, north - top * pixel_m)))

    def boundingRect(self) -> QRectF:  # noqa: N802
        extent = self.plots.index.extent
        if extent is None:
            return QRectF()
        return QRectF(QPointF(extent[0], extent[1]), QPointF(extent[2], extent[3]))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        with ScreenPainter(painter) as on:
            if self.few is not None and self._screen is not None:
                look = self._faded(self._screen.pixel_m)
                self.close_up.paint(on, self.few, look, self.row_of(self.hover), self._tiles)
            elif self.frame is not None:
                target = on.rectangle(self.frame.box)
                if abs(target.width() * on.ratio / self._image.width() - 1.0) < 1e-5:
                    painter.drawImage(on.whole(target.topLeft()), self._image)
                else:
                    painter.drawImage(target, self._image, QRectF(self._image.rect()))

    def _scale(self, frame: Frame) -> float:
        """The frame's metres per pixel; exactly the screen's where they are the same but for rounding."""
        pixel_m = frame.request.view.pixel_m
        if self._screen is not None and abs(pixel_m / self._screen.pixel_m - 1.0) < 1e-7:
            return self._screen.pixel_m
        return pixel_m

    def _kept_oversample(self) -> int:
        """2 while panning over a fine frame, which needs only its strip; else 1."""
        if self.frame is None or self._screen is None or self._scale(self.frame) != self._screen.pixel_m:
            return 1
        return self.frame.request.oversample

    def _faded(self, pixel_m: float) -> Look:
        """The look with the outline that this scale bears."""
        index = self.plots.index
        size_m = _BOLD_PX * pixel_m if index.points else index.typical_size_m
        outline = outline_for(pixel_m, size_m, self._look.outline)
        if self._faded_from is self._look and self._faded_look.outline == outline:
            return self._faded_look
        self._faded_from, self._faded_look = self._look, replace(self._look, outline=outline)
        return self._faded_look

    _faded_from: Look | None = None
    _faded_look: Look

    def _ask_fine(self) -> None:
        self._ask(oversample=2, margin=MARGIN)

    def _ask(self, *, oversample: int, margin: float = 0.0) -> None:
        """Ask for the view, and a share of it beyond each side."""
        screen = self._screen
        if screen is None:
            return
        same = self.frame is not None and self._scale(self.frame) == screen.pixel_m
        pixel_m = self.frame.request.view.pixel_m if self.frame is not None and same else screen.pixel_m
        across, down = round(screen.width * margin), round(screen.height * margin)
        view = View.at(self.plots.index, screen.box[0], screen.box[3], pixel_m).moved(-across, -down)
        width, height = screen.width + 2 * across + 1, screen.height + 2 * down + 1
        look = self._faded(pixel_m)
        request = Request(self.plots, look, view, width, height, oversample, self._tiles, self.hover, screen.ratio)
        self._maker.ask(request, self.frame)

    def _receive(self, frame: Frame) -> None:
        """Show a frame, unless it is of another scale than the view and a better one is coming."""
        screen, shown = self._screen, self.frame
        better = screen is not None and self._maker.newest is not None and self._scale(frame) != screen.pixel_m
        if better and shown is not None and screen is not None and shown.holds(screen.box):
            return
        if frame.request.hover != self.hover:
            rehovered(frame, frame.request.hover, self.hover)
        self.frame = frame
        height, width = frame.picture.shape
        self._image = QImage(frame.picture.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        self._image.setDevicePixelRatio(screen.ratio if screen else 1.0)
        self.update()
        self.shown.emit()


def plain_look(n: int) -> Look:
    """All plots in one light grey."""
    return Look.plain(n, int(np.uint32(0xFFDADDE1)))
