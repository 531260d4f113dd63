"""A histogram in the colours of the map: a drag selects a range, the selected part is marked, a ghost stays during a change."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.core.layers import Int
from landplan.gui.charts.axes import tick_text, ticks
from landplan.gui.charts.bins import Bars
from landplan.gui.theme import POINT_SIZE, font, theme

_TOP, _BOTTOM, _RIGHT = 8, 20, 10


class Histogram(QWidget):
    """Bars over scores 0 … 1. `picked` first and last bin, and whether to add; `hovered` a bin or −1."""

    picked = Signal(int, int, bool)
    hovered = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Bars | None = None
        self._chosen: Int | None = None
        self._ghost: Int | None = None
        self._from, self._to, self._drag, self._hover = 0, 0, False, -1
        self._small = font(POINT_SIZE - 0.5)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def ghost(self) -> Int | None:
        """Counts before the change that is going on."""
        return self._ghost

    def show_bars(self, bars: Bars, chosen: Int, ghost: Int | None) -> None:
        """bars; chosen (b,) how many of each are selected; ghost (b,) counts before a drag, None for none."""
        self._bars, self._chosen, self._ghost = bars, chosen, ghost
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(160, 80)

    def plot(self) -> QRectF:
        """Where the bars are."""
        wide = QFontMetricsF(self._small).horizontalAdvance(f"{self._most():,.0f}") + 12
        return QRectF(wide, _TOP, max(self.width() - wide - _RIGHT, 1), max(self.height() - _TOP - _BOTTOM, 1))

    def _most(self) -> float:
        counts = [] if self._bars is None else [self._bars.counts.max(initial=0)]
        return float(max([1, *counts, *([] if self._ghost is None else [self._ghost.max(initial=0)])]))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        bars = self._bars
        if bars is None:
            return
        painter = QPainter(self)
        plot, most = self.plot(), self._most()
        self._axes(painter, plot, most)
        self._range(painter, plot, len(bars))
        self._columns(painter, bars, plot, most)
        if self._ghost is not None:
            self._outline(painter, self._ghost, plot, most)
        painter.end()

    def _axes(self, painter: QPainter, plot: QRectF, most: float) -> None:
        colours = theme()
        painter.setFont(self._small)
        marks = [one for one in ticks(0.0, most, max(int(plot.height() // 36), 1)) if one == int(one)]
        for mark in marks:
            y = round(plot.bottom() - plot.height() * mark / most) + 0.5
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colours.soft))
            label = QRectF(0, y - 9, plot.left() - 6, 18)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{mark:,.0f}")
        steps = ticks(0.0, 1.0, 5 if plot.width() < 400 else 10)
        for mark in steps:
            x = plot.left() + plot.width() * mark
            label = QRectF(x - 24, plot.bottom() + 2, 48, _BOTTOM - 4)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, tick_text(mark, steps[1] - steps[0]))

    def _range(self, painter: QPainter, plot: QRectF, n: int) -> None:
        """The bins under the hand, or where the keyboard is."""
        if not (self._drag or self.hasFocus() or self._hover >= 0):
            return
        low, high = sorted((self._from, self._to)) if self._drag or self._hover < 0 else (self._hover, self._hover)
        wide = plot.width() / n
        box = QRectF(plot.left() + wide * low, plot.top(), wide * (high - low + 1), plot.height())
        painter.fillRect(box, QColor(theme().tint))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _columns(self, painter: QPainter, bars: Bars, plot: QRectF, most: float) -> None:
        colours, wide = theme(), plot.width() / len(bars)
        chosen = np.zeros(len(bars), np.int64) if self._chosen is None else self._chosen
        for k, count in enumerate(bars.counts.tolist()):
            if not count:
                continue
            left, right = round(plot.left() + wide * k), round(plot.left() + wide * (k + 1)) - 1
            high = max(plot.height() * count / most, 1.0)
            painter.setPen(Qt.PenStyle.NoPen)
            column = QRectF(left, plot.bottom() - high, right - left, high)
            painter.fillRect(column, QColor(f"#{bars.colours[k]}"))
            if chosen[k]:
                part = max(plot.height() * float(chosen[k]) / most, 2.0)
                painter.fillRect(QRectF(left, plot.bottom() - part, right - left, part), QColor(colours.selection))
            painter.setPen(QPen(QColor(colours.faint), 0.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(column)

    @staticmethod
    def _outline(painter: QPainter, counts: Int, plot: QRectF, most: float) -> None:
        wide = plot.width() / len(counts)
        line = QPolygonF()
        for k, count in enumerate(counts.tolist()):
            y = plot.bottom() - plot.height() * count / most
            line.append(QPointF(plot.left() + wide * k, y))
            line.append(QPointF(plot.left() + wide * (k + 1), y))
        painter.setPen(QPen(QColor(theme().ink), 1.25, Qt.PenStyle.DotLine))
        painter.drawPolyline(line)

    # The hand and the keys

    def bin_at(self, x: float) -> int:
        """The bin at a place; beyond the ends the nearest."""
        bars, plot = self._bars, self.plot()
        if bars is None:
            return -1
        return int(min(max((x - plot.left()) / plot.width() * len(bars), 0), len(bars) - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self._bars is not None:
            self._from = self._to = self.bin_at(event.position().x())
            self._drag = True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        at = self.bin_at(event.position().x())
        if self._drag:
            self._to = at
        if at != self._hover or self._drag:
            self._hover = at
            self.hovered.emit(at)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._drag and event.button() == Qt.MouseButton.LeftButton:
            self._drag = False
            self._pick(event.modifiers())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._hover = -1
        self.hovered.emit(-1)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if self._bars is not None and step:
            self._to = int(min(max(self._to + step, 0), len(self._bars) - 1))
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._from = self._to
            self.hovered.emit(self._to)
            self.update()
        elif self._bars is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._pick(event.modifiers())
        else:
            super().keyPressEvent(event)

    def _pick(self, keys: Qt.KeyboardModifier) -> None:
        low, high = sorted((self._from, self._to))
        self.picked.emit(low, high, bool(keys & Qt.KeyboardModifier.ControlModifier))
        self.update()

    @property
    def dragging(self) -> tuple[int, int] | None:
        """First and last bin under a drag."""
        return (min(self._from, self._to), max(self._from, self._to)) if self._drag else None

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.hovered.emit(-1)
        self.update()
        super().focusOutEvent(event)
