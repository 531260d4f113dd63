"""Layers over the plots: outlines of zones, lines, points with symbols, and where their names stand. For some ten thousand
features."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from landplan.core.kernels.plot_index import Bool
from landplan.core.layers import Geometry
from landplan.gui.canvas.labels import MARGIN_PX, Lettering
from landplan.gui.canvas.screen import KeptPicture, Screen, ScreenPainter
from landplan.gui.canvas.shapes import chunks, label_point, vertices

Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Symbol = Literal["circle", "square", "diamond", "triangle", "cross"]


@dataclass(frozen=True)
class Style:
    """How a layer is drawn. Colours as #RRGGBB, "" for none; widths and sizes in logical pixels; dash in line widths.

    casing: a wider line under the line (roads), or a halo round an outline.
    """

    line: str = "#3A3F45"
    width: float = 1.2
    dash: tuple[float, ...] = ()
    casing: str = ""
    casing_width: float = 0.0
    fill: str = ""
    fill_opacity: float = 0.35
    symbol: Symbol = "circle"
    size: float = 8.0
    ink: str = "#1F2328"
    halo: str = "#FFFFFF"
    labels_above_m: float = 0.0
    """Names are shown for extents (smaller side of the view, m) up to this; 0: always."""

    def pen(self) -> QPen:
        pen = QPen(QColor(self.line), self.width, j=Qt.PenJoinStyle.RoundJoin)
        pen.setCosmetic(True)
        if self.dash:
            pen.setDashPattern(list(self.dash))
        return pen

    def casing_pen(self) -> QPen:
        pen = QPen(QColor(self.casing), self.casing_width or self.width + 2.0, j=Qt.PenJoinStyle.RoundJoin)
        pen.setCosmetic(True)
        return pen


def symbol_path(symbol: Symbol, size: float) -> QPainterPath:
    """The symbol about (0, 0)."""
    path, half = QPainterPath(), size / 2.0
    if symbol == "circle":
        path.addEllipse(QPointF(0, 0), half, half)
        return path
    corners: dict[str, list[tuple[float, float]]] = {
        "square": [(-1, -1), (1, -1), (1, 1), (-1, 1)],
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "triangle": [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)],
        "cross": [(-1, -1), (1, 1), (0, 0), (1, -1), (-1, 1), (0, 0)],
    }
    for k, (x, y) in enumerate(corners[symbol]):
        (path.lineTo if k else path.moveTo)(x * half * 0.9, y * half * 0.9)
    path.closeSubpath()
    return path


class VectorItem(pg.GraphicsObject):
    """One layer of zones, lines or points. `moving`: drawn quickly, without smoothing."""

    def __init__(self, geometry: Geometry, style: Style, font: QFont, names: Sequence[str | None] | None = None) -> None:
        super().__init__()
        self.geometry, self.style = geometry, style
        self.names = None if names is None else list(names)
        self.moving = False
        self.lettering = Lettering(font, ink=style.ink, halo=style.halo)
        xy = geometry.xy
        self._about = xy.mean(axis=0) if len(xy) else np.zeros(2)
        drawn = geometry.kind in ("polygon", "line")
        self._chunks = list(chunks(geometry, self._about)) if drawn else []
        self._bounds = (*xy.min(axis=0), *xy.max(axis=0)) if len(xy) else None
        self._points: Points | None = None
        self._screen: Screen | None = None
        self._kept = KeptPicture()
        self._stamp: tuple[float, QPixmap] | None = None

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north, m; None where there is nothing."""
        return None if self._bounds is None else tuple(float(k) for k in self._bounds)  # type: ignore[return-value]

    def set_screen(self, screen: Screen) -> None:
        self._screen = screen

    def boundingRect(self) -> QRectF:  # noqa: N802
        if self._bounds is None:
            return QRectF()
        west, south, east, north = self._bounds
        # symbols and wide lines reach beyond the coordinates
        spare = 40.0 * self._screen.pixel_m * self._screen.ratio if self._screen else 0.0
        return QRectF(west - spare, south - spare, east - west + 2 * spare, north - south + 2 * spare)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """At rest the drawing is kept: when plots change colour under it, only its picture is put on them."""
        if self._screen is None:
            return
        if self.moving or painter.device() is None:
            self._draw(painter)
            return
        self._kept.paint(painter, self._screen, self._draw)

    def _draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not self.moving)
        if self.geometry.kind == "point":
            self._paint_points(painter)
        else:
            self._paint_paths(painter)

    def _paint_paths(self, painter: QPainter) -> None:
        west, south, east, north = self._screen.box if self._screen else (0.0, 0.0, 0.0, 0.0)
        near = [path for box, path in self._chunks if box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south]
        painter.save()
        painter.translate(*self._about.tolist())
        painter.setBrush(self._brush() if self.geometry.kind == "polygon" else Qt.BrushStyle.NoBrush)
        if self.style.fill:
            painter.setPen(Qt.PenStyle.NoPen)
            for path in near:
                painter.drawPath(path)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pens = [self.style.casing_pen()] if self.style.casing else []
        for pen in [*pens, self.style.pen()]:
            painter.setPen(pen)
            for path in near:
                painter.drawPath(path)
        painter.restore()

    def _brush(self) -> QBrush:
        colour = QColor(self.style.fill or "#000000")
        colour.setAlphaF(self.style.fill_opacity if self.style.fill else 0.0)
        return QBrush(colour)

    def _paint_points(self, painter: QPainter) -> None:
        with ScreenPainter(painter) as on:
            stamp = self._symbol(on.ratio)
            place, ratio = on.to_screen, on.ratio
            x, y = self.geometry.xy[self._in_view(self.geometry.xy)].T
            left = place.m11() * x + place.m21() * y + place.dx() - stamp.width() / ratio / 2.0
            top = place.m12() * x + place.m22() * y + place.dy() - stamp.height() / ratio / 2.0
            corners = np.round(np.column_stack([left, top]) * ratio) / ratio  # whole pixels of the screen
            for one in corners.tolist():
                painter.drawPixmap(QPointF(*one), stamp)

    def _in_view(self, xy: Points, spare_px: float = 20.0) -> Bool:
        west, south, east, north = self._screen.box if self._screen else (0.0, 0.0, 0.0, 0.0)
        spare = spare_px * (self._screen.pixel_m if self._screen else 0.0)
        low, high = np.array([west, south]) - spare, np.array([east, north]) + spare
        return np.asarray(((xy >= low) & (xy <= high)).all(axis=1))

    def _symbol(self, ratio: float) -> QPixmap:
        if self._stamp is None or self._stamp[0] != ratio:
            side = self.style.size * 1.4 + 2 * self.style.width + 2
            picture = QPixmap(round(side * ratio), round(side * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(side / 2.0, side / 2.0)
            painter.setPen(QPen(QColor(self.style.line), self.style.width))
            painter.setBrush(QColor(self.style.fill) if self.style.fill else QColor("#FFFFFF"))
            painter.drawPath(symbol_path(self.style.symbol, self.style.size))
            painter.end()
            self._stamp = (ratio, picture)
        return self._stamp[1]

    # Names

    def named(self, on: ScreenPainter) -> Iterator[tuple[str, tuple[QPointF, ...]]]:
        """(name, logical pixels about which it may stand, the best first) of what is in view, from the first row on."""
        if self.names is None or self._screen is None or not self._names_shown(self._screen):
            return
        if self._points is None:
            self._points = np.array([self._name_point(row) for row in range(len(self.geometry))], np.float64).reshape(-1, 2)
        spare = self.style.size / 2.0 + self.lettering.height * 0.75
        for row in np.flatnonzero(self._in_view(self._points, spare_px=0.0)).tolist():
            if name := self.names[row]:
                at = on.point(*self._points[row].tolist())
                aside = self.style.size / 2.0 + self.lettering.width(name) / 2.0 + MARGIN_PX
                around = ((0.0, spare), (0.0, -spare), (aside, 0.0), (-aside, 0.0))
                yield name, tuple(at + QPointF(*step) for step in around) if self.geometry.kind == "point" else (at,)

    def _names_shown(self, screen: Screen) -> bool:
        west, south, east, north = screen.box
        return self.style.labels_above_m <= 0.0 or min(east - west, north - south) <= self.style.labels_above_m

    def _name_point(self, row: int) -> tuple[float, float]:
        if self.geometry.kind == "polygon":
            point = label_point(self.geometry, row)
            return (np.nan, np.nan) if point is None else (point.x(), point.y())
        xy = self.geometry.xy[vertices(self.geometry, row)]
        return tuple(xy[len(xy) // 2].tolist()) if len(xy) else (np.nan, np.nan)
