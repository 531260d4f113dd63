"""A value function over the histogram of what was measured; its handles are dragged by mouse or keys."""

from __future__ import annotations

from math import floor, log10

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.app.proposed_curves import worth
from landplan.core.layers import Float, Int
from landplan.core.messages import text
from landplan.core.scheme import MethodCall
from landplan.gui.charts.axes import tick_text, ticks
from landplan.gui.charts.handles import Handle, dragged, handles, with_point, without_point
from landplan.gui.charts.spread import Spread
from landplan.gui.theme import POINT_SIZE, font, theme
from landplan.gui.widgets.row_list import track

_TOP, _BOTTOM, _RIGHT = 22, 20, 38
_RADIUS, _REACH = 5.0, 9.0
_KEYS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1),
}  # fmt: skip
FINE, COARSE = 0.01, 0.05
"""Steps of utility: with Shift, and without."""


class ValueChart(QWidget):
    """Bars of plots, the curve from 0 to 1 (right axis), and its handles. Only what the planner does is told."""

    moved = Signal(object)
    """The value function (MethodCall) under the hand, while it moves."""
    let_go = Signal()
    at_handle = Signal(int)
    """The handle that the keys move, −1 for none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spread: Spread | None = None
        self._value: MethodCall | None = None
        self._ghost: MethodCall | None = None
        self._chosen: Int | None = None
        self.current, self._held, self._over = -1, -1, -1
        self._grip, self._unit = QPointF(), ""
        self._small = font(POINT_SIZE - 0.5)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(420, 170)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(180, 90)

    @property
    def held(self) -> bool:
        """Whether a handle is under the hand: axes then stay as they are."""
        return self._held >= 0

    @property
    def ghost(self) -> MethodCall | None:
        """The curve before the drag that is going on."""
        return self._ghost

    @property
    def axis(self) -> tuple[float, float]:
        return (self._spread.low, self._spread.high) if self._spread is not None else (0.0, 1.0)

    @property
    def step(self) -> float:
        """What a drag and the keys go by, in the unit of the criterion: a round number, about a hundredth of the axis."""
        raw = (self.axis[1] - self.axis[0]) / 100
        unit = 10.0 ** floor(log10(raw))
        return next(unit * k for k in (1, 2, 5, 10) if unit * k >= raw * (1 - 1e-9))

    def show_value(self, spread: Spread, value: MethodCall, chosen: Int, unit: str) -> None:
        """spread: the bars; chosen (b,) how many plots of each are selected; unit: of the lower axis, as it is shown."""
        self._spread, self._value, self._chosen, self._unit = spread, value, chosen, unit
        if self.current >= len(self.handles()):
            self._go_to(-1)
        self.update()

    def handles(self) -> tuple[Handle, ...]:
        """The handles as they are now."""
        return handles(self._value, self.axis) if self._value is not None else ()

    # Where things are

    def plot(self) -> QRectF:
        """Where bars and curve are."""
        most = self._spread.counts.max(initial=1) if self._spread is not None else 1
        wide = QFontMetricsF(self._small).horizontalAdvance(f"{most:,.0f}") + 12
        return QRectF(wide, _TOP, max(self.width() - wide - _RIGHT, 1), max(self.height() - _TOP - _BOTTOM, 1))

    def place(self, x: float, y: float) -> QPointF:
        """Pixels of a value and a utility."""
        plot, (low, high) = self.plot(), self.axis
        return QPointF(plot.left() + plot.width() * (x - low) / (high - low), plot.bottom() - plot.height() * y)

    def _value_at(self, at: QPointF) -> tuple[float, float]:
        plot, (low, high) = self.plot(), self.axis
        return low + (at.x() - plot.left()) / plot.width() * (high - low), (plot.bottom() - at.y()) / plot.height()

    def _snapped(self, x: float, y: float, *, fine: bool) -> tuple[float, float]:
        step, up = (self.step / 10, FINE) if fine else (self.step, FINE)
        return round(round(x / step) * step, 12), round(round(y / up) * up, 6)

    def handle_near(self, at: QPointF) -> int:
        """The handle within reach of a place, −1 for none."""
        away = [(self.place(one.x, one.y) - at).manhattanLength() for one in self.handles()]
        return int(np.argmin(away)) if away and min(away) <= _REACH else -1

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        k = self.handle_near(event.position())
        if event.button() != Qt.MouseButton.LeftButton or k < 0:
            return
        one = self.handles()[k]
        self._grip = event.position() - self.place(one.x, one.y)
        self._held, self._ghost = k, self._value
        self._go_to(k)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._held < 0:
            self._hover(self.handle_near(event.position()))
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._drag(self._held, *self._snapped(*self._value_at(event.position() - self._grip), fine=fine), fine=fine)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._held >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._held, self._ghost = -1, None
            self.let_go.emit()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A double click beside the points of a curve makes one more."""
        value = self._value
        if value is not None and value.kind == "piecewise" and self.handle_near(event.position()) < 0:
            self._tell(with_point(value, *self._snapped(*self._value_at(event.position()), fine=False)))
            self.let_go.emit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._hover(-1)

    def _hover(self, k: int) -> None:
        if k != self._over:
            self._over = k
            shape = {"x": Qt.CursorShape.SizeHorCursor, "y": Qt.CursorShape.SizeVerCursor, "xy": Qt.CursorShape.SizeAllCursor}
            self.setCursor(shape[self.handles()[k].moves] if k >= 0 else Qt.CursorShape.ArrowCursor)
            self.at_handle.emit(k if k >= 0 else self.current)
            self.update()

    def _drag(self, k: int, x: float, y: float, *, fine: bool) -> None:
        if self._value is not None:
            self._tell(dragged(self._value, k, x, y, self.axis, self.step / 10 if fine else self.step))

    def _tell(self, value: MethodCall) -> None:
        if value != self._value:
            self._value = value
            self.moved.emit(value)
            self.update()

    # The keys

    def event(self, event: QEvent) -> bool:
        """Tab goes from handle to handle, then on to the next field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            turn = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()), 0)
            if turn and 0 <= self.current + turn < len(self.handles()):
                self._go_to(self.current + turn)
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, value = Qt.Key(event.key()), self._value
        if value is None or self.current < 0:
            super().keyPressEvent(event)
        elif key in _KEYS:
            across, up = _KEYS[key]
            one, fine = self.handles()[self.current], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if one.moves != "xy":
                across, up = (across or up, 0) if one.moves == "x" else (0, across or up)
            step = self.step / 10 if fine else self.step
            self._drag(self.current, round(one.x + across * step, 12), one.y + up * (FINE if fine else COARSE), fine=fine)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and value.kind == "piecewise":
            self._tell(without_point(value, self.current))
            self.let_go.emit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if Qt.Key(event.key()) in _KEYS and not event.isAutoRepeat():
            self.let_go.emit()
        else:
            super().keyReleaseEvent(event)

    def _go_to(self, k: int) -> None:
        self.current = k
        self.at_handle.emit(k)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        last = event.reason() == Qt.FocusReason.BacktabFocusReason
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason) or self.current < 0:
            self._go_to(len(self.handles()) - 1 if last else 0 if self.handles() else -1)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        self._go_to(-1)
        super().focusOutEvent(event)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        spread, value = self._spread, self._value
        if spread is None or value is None:
            return
        painter = QPainter(self)
        painter.setFont(self._small)
        self._bars(painter, spread)
        self._axes(painter, spread)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._ghost is not None:
            self._curve(painter, self._ghost, spread, QPen(QColor(theme().ink), 1.25, Qt.PenStyle.DotLine))
        self._curve(painter, value, spread, QPen(QColor(theme().accent), 2.0))
        self._knobs(painter)
        painter.end()

    def _bars(self, painter: QPainter, spread: Spread) -> None:
        plot, colours, most = self.plot(), theme(), max(int(spread.counts.max(initial=0)), 1)
        for k in np.flatnonzero(spread.counts).tolist():
            left, right = (self.place(at, 0.0).x() for at in spread.span(k))
            room = min((right - left) * 0.2, 12.0) if spread.names else 0.5
            chosen = 0 if self._chosen is None or k >= len(self._chosen) else int(self._chosen[k])
            for count, colour in ((int(spread.counts[k]), QColor(colours.line)), (chosen, QColor(colours.selection))):
                if count:
                    high = max(plot.height() * count / most, 1.5)
                    painter.fillRect(QRectF(left + room, plot.bottom() - high, max(right - left - 2 * room, 1.0), high), colour)

    def _axes(self, painter: QPainter, spread: Spread) -> None:
        plot, colours, most = self.plot(), theme(), max(int(spread.counts.max(initial=0)), 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QPen(track(), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        painter.setPen(QColor(colours.soft))
        unit = 10 ** floor(log10(most))
        for mark in (0, most // unit * unit):
            y = plot.bottom() - plot.height() * mark / most
            painter.drawText(QRectF(0, y - 9, plot.left() - 6, 18), Qt.AlignmentFlag.AlignRight | middle, f"{mark:,.0f}")
        painter.setPen(QColor(colours.accent))
        for share in (0.0, 0.5, 1.0):
            y = plot.bottom() - plot.height() * share
            painter.drawText(QRectF(plot.right() + 6, y - 9, _RIGHT - 8, 18), middle, f"{share:g}")
        painter.setPen(QColor(colours.soft))
        painter.drawText(QRectF(2, 0, 120, 14), middle, text("value_axis_plots"))
        painter.drawText(QRectF(self.width() - 122, 0, 120, 14), Qt.AlignmentFlag.AlignRight | middle, text("value_axis"))
        self._lower(painter, spread)

    def _lower(self, painter: QPainter, spread: Spread) -> None:
        """Numbers or categories below, and the unit at their right end; a number gives way to it."""
        plot, metrics = self.plot(), QFontMetricsF(self._small)
        end = QRectF(self.width() - metrics.horizontalAdvance(self._unit) - 4, plot.bottom() + 2, self.width(), _BOTTOM - 4)
        painter.drawText(end, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "" if spread.names else self._unit)
        for at, words in self._below(spread):
            wide = plot.width() / len(spread.names) if spread.names else metrics.horizontalAdvance(words) + 4
            box = QRectF(max(self.place(at, 0.0).x() - wide / 2, 0.0), plot.bottom() + 2, wide, _BOTTOM - 4)
            if spread.names or box.right() < end.left():
                shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, wide)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)

    def _below(self, spread: Spread) -> list[tuple[float, str]]:
        """What stands along the lower axis."""
        if spread.names:
            return [(float(k), name) for k, name in enumerate(spread.names)]
        marks = ticks(spread.low, spread.high, max(int(self.plot().width() // 80), 2))
        step = marks[1] - marks[0] if len(marks) > 1 else 1.0
        return [(one, tick_text(one, step)) for one in marks if spread.low <= one <= spread.high]

    def _curve(self, painter: QPainter, value: MethodCall, spread: Spread, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if value.kind == "category":
            for k, y in enumerate(value.params["table"].values()):
                painter.drawLine(self.place(k - 0.4, y), self.place(k + 0.4, y))
            return
        xs: Float = np.linspace(spread.low, spread.high, max(int(self.plot().width()), 2))
        line = QPolygonF([self.place(x, y) for x, y in zip(xs.tolist(), worth(value, xs).tolist(), strict=True)])
        painter.drawPolyline(line)

    def _knobs(self, painter: QPainter) -> None:
        accent = QColor(theme().accent)
        for k, one in enumerate(self.handles()):
            at = self.place(one.x, one.y)
            if k == self.current and self.hasFocus():
                painter.setPen(QPen(accent, 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(at, _RADIUS + 3.0, _RADIUS + 3.0)
            painter.setPen(QPen(accent, 1.6))
            painter.setBrush(accent if k in (self._held, self._over) else QColor(theme().base))
            painter.drawEllipse(at, _RADIUS, _RADIUS)
