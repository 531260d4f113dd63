"""A histogram in the colours of the map: a drag selects a range, the selected part is marked, a ghost stays during a change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.core.layers import Int
from landplan.gui.charts.axes import ticks
from landplan.gui.charts.bins import Bars
from landplan.gui.theme import POINT_SIZE, font, theme
from landplan.gui.widgets.row_list import track

_TOP, _BOTTOM, _RIGHT = 8, 20, 10


@dataclass(frozen=True, slots=True)
class _Scale:
    """Pixels of bins first … last − 1 and of counts 0 … most."""

    plot: QRectF
    first: int
    last: int
    most: float

    def left(self, k: float) -> float:
        """Where a bin begins."""
        return float(self.plot.left() + self.plot.width() * (k - self.first) / (self.last - self.first))

    def top(self, count: float) -> float:
        return float(self.plot.bottom() - self.plot.height() * count / self.most)


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

    def span(self) -> tuple[int, int]:
        """First bin and the one after the last: the tenths that hold all counts, those of the ghost too."""
        bars = self._bars
        if bars is None:
            return 0, 1
        counts = bars.counts if self._ghost is None else bars.counts + self._ghost
        used, tenth = np.flatnonzero(counts), max(len(bars) // 10, 1)
        if not len(used):
            return 0, len(bars)
        return int(used[0]) // tenth * tenth, min(-(-(int(used[-1]) + 1) // tenth) * tenth, len(bars))

    def scale(self) -> _Scale:
        """Where bins are, as painted now."""
        return _Scale(self.plot(), *self.span(), self._most())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        bars = self._bars
        if bars is None:
            return
        painter = QPainter(self)
        scale = self.scale()
        self._axes(painter, scale, len(bars))
        self._range(painter, scale)
        self._columns(painter, bars, scale)
        if self._ghost is not None:
            self._outline(painter, self._ghost, scale)
        painter.end()

    def _axes(self, painter: QPainter, scale: _Scale, n: int) -> None:
        colours, plot = theme(), scale.plot
        painter.setFont(self._small)
        marks = [one for one in ticks(0.0, scale.most, max(int(plot.height() // 36), 1)) if one == int(one)]
        for mark in marks:
            y = round(scale.top(mark)) + 0.5
            painter.setPen(QPen(track(), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colours.soft))
            label = QRectF(0, y - 9, plot.left() - 6, 18)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{mark:,.0f}")
        for mark in ticks(scale.first / n, scale.last / n, 5 if plot.width() < 400 else 10):
            label = QRectF(scale.left(mark * n) - 24, plot.bottom() + 2, 48, _BOTTOM - 4)
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, f"{mark:.2f}".removesuffix("0"))

    def _range(self, painter: QPainter, scale: _Scale) -> None:
        """The bins under the hand, or where the keyboard is."""
        if not (self._drag or self.hasFocus() or self._hover >= 0):
            return
        low, high = sorted((self._from, self._to)) if self._drag or self._hover < 0 else (self._hover, self._hover)
        left, right = scale.left(max(low, scale.first)), scale.left(min(high + 1, scale.last))
        box = QRectF(left, scale.plot.top(), right - left, scale.plot.height())
        painter.fillRect(box, QColor(theme().tint))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.drawRect(box.adjusted(0, 0, -1, -1))

    def _columns(self, painter: QPainter, bars: Bars, scale: _Scale) -> None:
        colours, bottom = theme(), scale.plot.bottom()
        chosen = np.zeros(len(bars), np.int64) if self._chosen is None else self._chosen
        painter.setPen(QPen(QColor(colours.faint), 0.6))
        for k in (np.flatnonzero(bars.counts[scale.first : scale.last]) + scale.first).tolist():
            left, right = round(scale.left(k)), round(scale.left(k + 1)) - 1
            high = max(bottom - scale.top(float(bars.counts[k])), 1.0)
            column = QRectF(left, bottom - high, right - left, high)
            painter.fillRect(column, QColor(f"#{bars.colours[k]}"))
            if chosen[k]:
                part = max(bottom - scale.top(float(chosen[k])), 2.0)
                painter.fillRect(QRectF(left, bottom - part, right - left, part), QColor(colours.selection))
            painter.drawRect(column)

    @staticmethod
    def _outline(painter: QPainter, counts: Int, scale: _Scale) -> None:
        line = QPolygonF()
        for k, count in enumerate(counts[scale.first : scale.last].tolist(), scale.first):
            y = scale.top(count)
            line.append(QPointF(scale.left(k), y))
            line.append(QPointF(scale.left(k + 1), y))
        painter.setPen(QPen(QColor(theme().ink), 1.25, Qt.PenStyle.DotLine))
        painter.drawPolyline(line)

    # The hand and the keys

    def bin_at(self, x: float) -> int:
        """The bin at a place; beyond the ends the nearest."""
        (first, last), plot = self.span(), self.plot()
        if self._bars is None:
            return -1
        return int(min(max(first + (x - plot.left()) / plot.width() * (last - first), first), last - 1))

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
            first, last = self.span()
            self._to = int(min(max(self._to + step, first), last - 1))
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
