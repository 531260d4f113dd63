"""The trade-off as points: the second goal across, the first one up; levels without a plan stand on the axis, hollow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.gui.charts.axes import tick_text, ticks, widened
from landplan.gui.theme import POINT_SIZE, font, theme
from landplan.gui.widgets.row_list import track

_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 16, 20, 34
_DOT, _REACH_PX = 5.0, 14.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the chart. y NaN: a level without a plan. words: what it says."""

    x: float
    y: float
    words: str

    @property
    def open(self) -> bool:
        return bool(np.isnan(self.y))


class FrontChart(QWidget):
    """Hovering and the arrow keys tell a point, a click or Enter picks it."""

    told = Signal(int)
    """The point under the cursor, else the one picked; −1 for none."""
    picked = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dots: tuple[Dot, ...] = ()
        self._titles = ("", "")
        self._small = font(POINT_SIZE - 0.5)
        self.hovered = self.chosen = -1
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def dots(self) -> tuple[Dot, ...]:
        return self._dots

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(360, 160)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(180, 96)

    def show_dots(self, dots: Sequence[Dot], across: str, up: str) -> None:
        """Other points; across, up: what the axes show, with units."""
        self._dots, self._titles = tuple(dots), (across, up)
        self.hovered = self.chosen = -1
        self.setAccessibleDescription("\n".join(dot.words for dot in dots))
        self.update()

    def pick(self, k: int) -> None:
        """Choose a point; a level without a plan cannot be chosen."""
        if 0 <= k < len(self._dots) and not self._dots[k].open:
            self.chosen = k
            self.picked.emit(k)
            self.told.emit(k)
            self.update()

    def place(self, k: int) -> QPointF:
        """Where a point is."""
        plot, ((left, right), (low, high)) = self._plot(), self._ranges()
        dot = self._dots[k]
        y = plot.bottom() if dot.open else plot.bottom() - (dot.y - low) / (high - low) * plot.height()
        return QPointF(plot.left() + (dot.x - left) / (right - left) * plot.width(), y)

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, max(self.width() - _LEFT - _RIGHT, 4), max(self.height() - _TOP - _BOTTOM, 4))

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        xs, ys = [dot.x for dot in self._dots], [dot.y for dot in self._dots if not dot.open] or [0.0]
        return widened(min(xs), max(xs)), widened(min(ys), max(ys))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self._dots:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small)
        self._axes(painter)
        of = theme()
        painter.setPen(QPen(QColor(of.faint), 1, Qt.PenStyle.DotLine))
        for k, (one, other) in enumerate(pairwise(self._dots)):  # no line past a level without a plan
            if not (one.open or other.open):
                painter.drawLine(self.place(k), self.place(k + 1))
        for k, dot in enumerate(self._dots):
            at, size = self.place(k), _DOT + (2 if k in (self.hovered, self.chosen) else 0)
            colour = QColor(of.soft if dot.open else of.selection if k == self.chosen else of.accent)
            painter.setPen(QPen(colour, 1.5))
            painter.setBrush(QColor(of.window) if dot.open else colour)
            painter.drawEllipse(at, size, size)
        if self.hasFocus():
            painter.setPen(QPen(QColor(of.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _axes(self, painter: QPainter) -> None:
        plot, soft, line, metrics = self._plot(), QColor(theme().soft), QPen(track(), 1), QFontMetricsF(self._small)
        (left, right), (low, high) = self._ranges()
        for value, words in _labels(left, right, max(int(plot.width() // 90), 2)):
            x = plot.left() + (value - left) / (right - left) * plot.width()
            painter.setPen(line)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(soft)
            painter.drawText(QRectF(x - 45, plot.bottom() + 2, 90, 15), Qt.AlignmentFlag.AlignCenter, words)
        for value, words in _labels(low, high, max(int(plot.height() // 28), 2)):
            y = plot.bottom() - (value - low) / (high - low) * plot.height()
            painter.setPen(line)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(soft)
            beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 9, plot.left() - 6, 18), beside, words)
        across, up = (metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 16) for words in self._titles)
        below = QRectF(8, self.height() - 17, self.width() - 8 - _RIGHT, 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, across)
        painter.drawText(QRectF(8, 1, self.width() - 16, 16), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, up)

    # The hand

    def _at(self, where: QPointF) -> int:
        aways = [(where - self.place(k)).manhattanLength() for k in range(len(self._dots))]
        nearest = int(np.argmin(aways)) if aways else -1
        return nearest if nearest >= 0 and aways[nearest] <= _REACH_PX else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._hover(self._at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, k: int) -> None:
        if k != self.hovered:
            self.hovered = k
            self.setToolTip(self._dots[k].words if k >= 0 else "")
            self.setCursor(Qt.CursorShape.PointingHandCursor if k >= 0 else Qt.CursorShape.ArrowCursor)
            self.told.emit(k if k >= 0 else self.chosen)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.pick(self._at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        able = sorted((k for k, dot in enumerate(self._dots) if not dot.open), key=lambda k: self._dots[k].x)
        if not step or not able:
            super().keyPressEvent(event)
        else:
            at = able.index(self.chosen) + step if self.chosen in able else 0
            self.pick(able[min(max(at, 0), len(able) - 1)])


def _labels(low: float, high: float, most: int) -> list[tuple[float, str]]:
    marks = [one for one in ticks(low, high, most) if low <= one <= high]
    if len(marks) < 2:  # one number says nothing of an axis
        marks = [one for one in ticks(low, high, 2 * most + 1) if low <= one <= high]
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    return [(one, tick_text(one, step)) for one in marks]
