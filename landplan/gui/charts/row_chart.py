"""Rows under one axis of numbers: a name left, something drawn along the axis, words right. Rows are picked by click and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from landplan.gui.charts.axes import tick_text, ticks, widened
from landplan.gui.theme import POINT_SIZE, font, theme
from landplan.gui.widgets.row_list import track

_AXIS, _PAD, _GAP = 22, 8, 10
_MOST_NAME, _MOST_WORDS = 0.34, 0.30
"""Of the width, names and words take at most."""


class RowChart(QWidget):
    """A subclass says what its rows are called (`name`, `words`, `why`) and draws one between two numbers (`paint_row`)."""

    picked = Signal(int)
    """A row was clicked, or Enter pressed in it."""

    def __init__(self, name: str, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high, self._count, self._now, self._hover = row_height, 0, 0, -1
        self._low_end, self._high_end, self._unit = 0.0, 1.0, ""
        self.plain, self.small = font(), font(POINT_SIZE - 1)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # What a subclass says

    def name(self, k: int) -> tuple[str, str]:
        """What a row is called, and the colour of that."""
        raise NotImplementedError

    def words(self, k: int) -> tuple[str, str]:
        """What stands at its right, and the colour of that."""
        raise NotImplementedError

    def why(self, k: int) -> str:
        """Its tooltip, and what a screen reader says."""
        raise NotImplementedError

    def paint_row(self, painter: QPainter, k: int, box: QRectF) -> None:
        """Draw it in the box, numbers where `at` has them."""
        raise NotImplementedError

    # Axis and places

    def show_rows(self, count: int, low: float, high: float, unit: str) -> None:
        """So many rows, on an axis that holds these numbers."""
        self._count, self._unit = count, unit
        self._low_end, self._high_end = widened(low, high)
        self._now = min(self._now, max(count - 1, 0))
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription("\n".join(self.why(k) for k in range(count)))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(480, self._high * self._count + _AXIS)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, self.sizeHint().height())

    def plot(self) -> QRectF:
        """Where rows are drawn."""
        metrics = QFontMetricsF(self.plain)
        names = max((metrics.horizontalAdvance(self.name(k)[0]) for k in range(self._count)), default=0.0)
        words = max((metrics.horizontalAdvance(self.words(k)[0]) for k in range(self._count)), default=0.0)
        words = max(words, QFontMetricsF(self.small).horizontalAdvance(self._unit))
        left = _PAD + min(names + 1, self.width() * _MOST_NAME) + _GAP
        right = self.width() - _PAD - min(words + 1, self.width() * _MOST_WORDS) - _GAP
        return QRectF(left, _AXIS, max(right - left, 1.0), float(self._high * self._count))

    def at(self, value: float, plot: QRectF) -> float:
        """Where a number is, px from the left; one beyond the axis at its end."""
        share = (value - self._low_end) / (self._high_end - self._low_end)
        return plot.left() + min(max(share, 0.0), 1.0) * plot.width()

    def row_at(self, y: float) -> int:
        """The row at a height, −1 for none."""
        k = int((y - _AXIS) // self._high)
        return k if 0 <= k < self._count else -1

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self._count:
            return
        painter, plot = QPainter(self), self.plot()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k in range(self._count):
            self._ground(painter, k)
        self._axis(painter, plot)
        for k in range(self._count):
            box = QRectF(plot.left(), plot.top() + k * self._high, plot.width(), self._high)
            self.paint_row(painter, k, box)
            self._write(painter, QRectF(_PAD, box.top(), plot.left() - _PAD - _GAP, box.height()), *self.name(k))
            self._write(painter, QRectF(plot.right() + _GAP, box.top(), self.width() - plot.right() - _GAP - _PAD, box.height()),
                        *self.words(k))  # fmt: skip
        painter.end()

    def _ground(self, painter: QPainter, k: int) -> None:
        box = QRectF(0, _AXIS + k * self._high, self.width(), self._high)
        if k == self._hover:
            painter.fillRect(box, QColor(theme().tint))
        if k == self._now and self.hasFocus():
            painter.setPen(QPen(QColor(theme().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0.5, 0.5, -1, -1))

    def _axis(self, painter: QPainter, plot: QRectF) -> None:
        marks = ticks(self._low_end, self._high_end, max(int(plot.width() // 90), 2))
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        painter.setFont(self.small)
        for mark in marks:
            x = round(self.at(mark, plot)) + 0.5
            painter.setPen(QPen(track(), 1))
            painter.drawLine(QPointF(x, plot.top() - 3), QPointF(x, plot.bottom()))
            painter.setPen(QColor(theme().soft))
            painter.drawText(QRectF(x - 45, 0, 90, _AXIS - 4), Qt.AlignmentFlag.AlignCenter, tick_text(mark, step))
        unit = QRectF(plot.right() + _GAP, 0, self.width() - plot.right() - _GAP, _AXIS - 4)
        painter.drawText(unit, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._unit)

    def _write(self, painter: QPainter, box: QRectF, words: str, colour: str) -> None:
        painter.setFont(self.plain)
        painter.setPen(QColor(colour))
        shown = QFontMetricsF(self.plain).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    # The hand and the keys

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            k = self.row_at(event.pos().y())
            QToolTip.showText(event.globalPos(), self.why(k) if k >= 0 else "", self)
            return True
        return bool(super().event(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._over(self.row_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._over(-1)

    def _over(self, k: int) -> None:
        if k != self._hover:
            self._hover = k
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self.row_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and k >= 0:
            self._now = k
            self.picked.emit(k)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and 0 <= self._now + step < self._count:
            self._now += step
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._count:
            self.picked.emit(self._now)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self.update()
        super().focusOutEvent(event)
