"""Names of plots and layers over everything else on the map, none over another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from landplan.core.kernels.display import SELECTED
from landplan.core.kernels.plot_index import Int
from landplan.gui.canvas.labels import Lettering
from landplan.gui.canvas.plots_item import PlotsItem
from landplan.gui.canvas.screen import KeptPicture, Screen, ScreenPainter
from landplan.gui.canvas.vectors import VectorItem

Name = tuple[Lettering, float, str, tuple[QPointF, ...]]
"""How it looks, its opacity, the text, and where it may stand (logical pixels), the best place first."""


class NamesItem(pg.GraphicsObject):
    """Where two names would overlap, the one that matters more stands: selected plots, then areas, then plots, then points
    and lines, each from the topmost layer down. `moving`: names of plots alone.

    plots, layers: what the map shows now.
    """

    def __init__(self, font: QFont, plots: Callable[[], PlotsItem | None], layers: Callable[[], list[VectorItem]]) -> None:
        super().__init__()
        self.lettering = Lettering(font)
        """The names of plots."""
        self.moving = False
        self.placed: list[tuple[str, QRectF]] = []
        """What was drawn last, and where on the screen (logical pixels)."""
        self._plots, self._layers = plots, layers
        self._screen: Screen | None = None
        self._kept = KeptPicture()
        self.setZValue(1e6)

    def renew(self) -> None:
        """There are other plots, layers or letters."""
        self._kept.renew()
        self.update()

    def set_screen(self, screen: Screen) -> None:
        self.prepareGeometryChange()
        self._screen = screen

    def boundingRect(self) -> QRectF:  # noqa: N802
        if self._screen is None:
            return QRectF()
        west, south, east, north = self._screen.box
        return QRectF(west, south, east - west, north - south)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """At rest the drawing is kept until the view, a layer, or the selection in view is another."""
        if self.moving or painter.device() is None:
            self._draw(painter)
            return
        plots = self._plots()
        items: list[QGraphicsItem] = [*self._layers(), *([plots] if plots is not None else [])]
        layers = tuple((one.isVisible(), one.zValue(), one.opacity()) for one in items)
        self._kept.paint(painter, (self._screen, layers, self._few().tobytes(), self._selected().tobytes()), self._draw)

    def _draw(self, painter: QPainter) -> None:
        taken: list[QRectF] = []
        self.placed = []
        with ScreenPainter(painter) as on:
            for lettering, opacity, text, spots in self._names(on):
                painter.setOpacity(opacity)
                if lettering.draw(painter, spots, text, on.ratio, taken):
                    self.placed.append((text, taken[-1]))

    def _names(self, on: ScreenPainter) -> Iterator[Name]:
        few, selected, layers = self._few(), self._selected(), [] if self.moving else self._shown()
        yield from self._of_plots(on, few[selected], lambda _text, _box: True)
        for layer in layers:
            if layer.geometry.kind == "polygon":
                yield from self._of_layer(on, layer)
        yield from self._of_plots(on, few[~selected], self._has_room)
        for layer in layers:
            if layer.geometry.kind != "polygon":
                yield from self._of_layer(on, layer)

    def _of_plots(self, on: ScreenPainter, rows: Int, room: Callable[[str, QRectF], bool]) -> Iterator[Name]:
        plots = self._plots()
        if plots is not None:
            for text, point in plots.close_up.names(rows, room):
                yield self.lettering, plots.opacity(), text, (on.to_screen.map(point),)

    @staticmethod
    def _of_layer(on: ScreenPainter, layer: VectorItem) -> Iterator[Name]:
        for text, spots in layer.named(on):
            yield layer.lettering, layer.opacity(), text, spots

    def _has_room(self, text: str, box: QRectF) -> bool:
        pixel_m = self._screen.pixel_m * self._screen.ratio if self._screen is not None else np.inf
        return box.width() >= self.lettering.width(text) * 1.1 * pixel_m and box.height() >= self.lettering.height * 1.3 * pixel_m

    def _few(self) -> Int:
        """The rows of the plots in view where they are few enough for names."""
        plots = self._plots()
        shown = plots is not None and plots.isVisible() and plots.few is not None
        return plots.few if shown and plots is not None and plots.few is not None else np.empty(0, np.int64)

    def _selected(self) -> Any:
        """Whether each of the few is selected."""
        plots, few = self._plots(), self._few()
        return (plots.look.flags[few] & SELECTED) > 0 if plots is not None else np.zeros(len(few), bool)

    def _shown(self) -> list[VectorItem]:
        """Layers with names, the topmost first."""
        named = [one for one in self._layers() if one.names is not None and one.isVisible()]
        return sorted(named, key=lambda one: -one.zValue())
