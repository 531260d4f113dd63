"""The scatter plot as it is painted and used: a drag selects what is in the box, a click the nearest parcel."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.core.layers import Int
from landplan.gui import figures
from landplan.gui.charts.axes import tick_text, ticks, widened
from landplan.gui.charts.cloud import Cells, Cloud, Frame, nearest, picture, rows_in
from landplan.gui.theme import POINT_SIZE, font, theme
from landplan.gui.widgets.row_list import track

_TOP, _BOTTOM, _RIGHT = 6, 20, 10
_CLICK_PX, _REACH_PX = 4, 8


class ScatterView(QWidget):
    """Points over two axes. `picked`: rows, and whether to add them."""

    picked = Signal(object, bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cloud: Cloud | None = None
        self._selection: Int = np.empty(0, np.int64)
        self._logs = (False, False)
        self._image: QImage | None = None
        self._placed: tuple[Cloud, Frame, Cells] | None = None
        self._start: QPointF | None = None
        self._end = QPointF()
        self._small = font(POINT_SIZE - 0.5)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 160)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(160, 80)

    def show_cloud(self, points: Cloud, selection: Int, logs: tuple[bool, bool]) -> None:
        """Other points, or another selection; logs: whether x and y are logarithms."""
        self._cloud, self._selection, self._logs, self._image = points, selection, logs, None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._image = None

    def plot(self) -> QRectF:
        """Where the points are, on whole pixels."""
        left = 56
        return QRectF(left, _TOP, max(self.width() - left - _RIGHT, 4), max(self.height() - _TOP - _BOTTOM, 4))

    def frame(self) -> Frame | None:
        """The picture's pixels over the values; None where there is nothing to show."""
        if self._cloud is None or not self._cloud.shown:
            return None
        plot, ratio = self.plot(), self.devicePixelRatioF()
        (left, right), (bottom, top) = widened(*self._cloud.x_range), widened(*self._cloud.y_range)
        return Frame(round(plot.width() * ratio), round(plot.height() * ratio), left, right, bottom, top)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        frame, plot = self.frame(), self.plot()
        painter = QPainter(self)
        painter.setFont(self._small)
        if frame is not None and self._cloud is not None:
            self._grid(painter, frame, plot)
            if self._image is None:
                self._image = self._drawn(self._cloud, frame)
            painter.drawImage(plot.topLeft(), self._image)
        if self._start is not None:
            painter.setPen(QPen(QColor(theme().selection), 1))
            fill = QColor(theme().selection)
            fill.setAlpha(32)
            painter.setBrush(fill)
            painter.drawRect(QRectF(self._start, self._end).normalized())
        painter.end()

    def _drawn(self, points: Cloud, frame: Frame) -> QImage:
        colours, ratio = theme(), self.devicePixelRatioF()
        full, chosen = QColor(colours.accent).rgb(), QColor(colours.selection).rgb()
        pale = _mixed(QColor(colours.window), QColor(colours.accent), 0.3).rgb()
        pixels = np.ascontiguousarray(
            picture(frame, self._cells(points, frame), self._selection, (pale, full, chosen), max(round(1.4 * ratio), 1))
        )
        image = QImage(pixels.data, frame.width, frame.height, frame.width * 4, QImage.Format.Format_ARGB32).copy()
        image.setDevicePixelRatio(ratio)
        return image

    def _cells(self, points: Cloud, frame: Frame) -> Cells:
        """Where every parcel is; kept while points and frame stay, so that selecting costs little."""
        if self._placed is None or self._placed[0] is not points or self._placed[1] != frame:
            self._placed = points, frame, frame.cells(points)
        return self._placed[2]

    def _grid(self, painter: QPainter, frame: Frame, plot: QRectF) -> None:
        line, soft, metrics = QPen(track(), 1), QColor(theme().soft), QFontMetricsF(self._small)
        for value, words in _labels(frame.left, frame.right, max(int(plot.width() // 72), 2), self._logs[0]):
            x = round(plot.left() + (value - frame.left) / (frame.right - frame.left) * plot.width()) + 0.5
            painter.setPen(line)
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(soft)
            half = metrics.horizontalAdvance(words) / 2 + 2
            middle = min(max(x, half), self.width() - half)
            room = QRectF(middle - half, plot.bottom() + 2, 2 * half, _BOTTOM - 4)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, words in _labels(frame.bottom, frame.top, max(int(plot.height() // 32), 2), self._logs[1]):
            y = round(plot.bottom() - (value - frame.bottom) / (frame.top - frame.bottom) * plot.height()) + 0.5
            painter.setPen(line)
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(soft)
            room = QRectF(0, y - 9, plot.left() - 6, 18)
            painter.drawText(room, right, metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width()))

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.frame() is not None:
            self._start = self._end = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._start is not None:
            self._end = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._start is None or event.button() != Qt.MouseButton.LeftButton:
            return
        box, self._start = QRectF(self._start, event.position()).normalized(), None
        add = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.picked.emit(self._rows(box), add)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and self._start is not None:
            self._start = None
            self.update()
        else:
            super().keyPressEvent(event)

    def _rows(self, box: QRectF) -> Int:
        frame, points, plot, ratio = self.frame(), self._cloud, self.plot(), self.devicePixelRatioF()
        if frame is None or points is None:
            return np.empty(0, np.int64)
        if max(box.width(), box.height()) < _CLICK_PX:
            at = (box.center() - plot.topLeft()) * ratio
            row = nearest(frame, self._cells(points, frame), at.x(), at.y(), _REACH_PX * ratio)
            return np.array([row] if row >= 0 else [], np.int64)
        corners = [(one - plot.topLeft()) * ratio for one in (box.bottomLeft(), box.topRight())]
        (left, bottom), (right, top) = (frame.value(one.x(), one.y()) for one in corners)
        return rows_in(points, left, right, bottom, top)


def _labels(low: float, high: float, most: int, logarithm: bool) -> list[tuple[float, str]]:
    """Where ticks are and what they say; on a logarithmic axis the number itself."""
    marks = ticks(low, high, most)
    if len(marks) < 2:  # one number says nothing of an axis
        marks = ticks(low, high, 2 * most + 1)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    return [(one, figures.plain(10**one) if logarithm else tick_text(one, step)) for one in marks]


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    """So much of the other colour in the one."""
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))
