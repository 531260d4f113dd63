"""A slider for a weight: thin, with a notch at the weight the project was opened with."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from landplan.gui.theme import theme

FINE, COARSE = 1, 5
"""Steps of 100 to the right end: a drag and the keys go by five, with Shift by one."""
_STEPS = 100
_RADIUS = 5.0
_KEYS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -2, Qt.Key.Key_PageUp: 2, Qt.Key.Key_Home: -_STEPS, Qt.Key.Key_End: _STEPS,
}  # fmt: skip


class WeightSlider(QSlider):
    """Only what the planner does is told; a weight that is set from outside moves it silently."""

    moved = Signal(float)
    """The weight under the hand, while it moves."""
    let_go = Signal()
    """The mouse or key was let go."""
    reset_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._top, self._opened, self._grip = 10.0, -1.0, 0.0
        self.setRange(0, _STEPS)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setMinimumWidth(56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(84, 20)

    minimumSizeHint = sizeHint  # noqa: N815

    def set_weight(self, weight: float, top: float, opened: float | None) -> None:
        """Show a weight on a scale that ends at `top`, with a notch at what it was when the project was opened."""
        self._top, self._opened = top, -1.0 if opened is None else opened
        self.setValue(round(min(weight / top, 1.0) * _STEPS))
        self.update()

    @property
    def weight(self) -> float:
        """The weight where the handle is."""
        return float(round(self.value() * self._top / _STEPS, 6))

    def _x(self, share: float) -> float:
        return _RADIUS + 1 + share * (self.width() - 2 * (_RADIUS + 1))

    def _go(self, value: float, step: int) -> None:
        """Move the handle to the nearest step and tell, if it is another."""
        at = min(max(round(value / step) * step, 0), _STEPS)
        if at != self.value():
            self.setValue(at)
            self.moved.emit(self.weight)

    # Mouse, wheel and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        handle = self._x(self.value() / _STEPS)
        x = event.position().x()
        self._grip = x - handle if abs(x - handle) <= _RADIUS + 3 else 0.0
        if not self._grip:
            self.mouseMoveEvent(event)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.isSliderDown():
            share = (event.position().x() - self._grip - _RADIUS - 1) / max(self.width() - 2 * (_RADIUS + 1), 1.0)
            fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._go(share * _STEPS, FINE if fine else COARSE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.let_go.emit()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset_asked.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if turned := event.angleDelta().y():
            self._go(self.value() + (COARSE if turned > 0 else -COARSE), FINE)
            self.let_go.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = _KEYS.get(Qt.Key(event.key()))
        if steps is None:
            super().keyPressEvent(event)
            return
        fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self._go(self.value() + steps * (FINE if fine else COARSE), FINE)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if Qt.Key(event.key()) in _KEYS and not event.isAutoRepeat():
            self.let_go.emit()
        else:
            super().keyReleaseEvent(event)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, share = self.height() / 2.0, self.value() / _STEPS
        ink = QColor(colours.accent if self.isEnabled() else colours.faint)
        left = self._x(0.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(QRectF(left, middle - 1.0, self._x(1.0) - left, 2.0), 1.0, 1.0)
        if self.isEnabled():
            painter.setBrush(ink)
            painter.drawRoundedRect(QRectF(left, middle - 2.0, self._x(share) - left, 4.0), 2.0, 2.0)
        if 0.0 <= self._opened <= self._top:
            x = round(self._x(self._opened / self._top)) + 0.5
            painter.setPen(QPen(QColor(colours.faint), 1.0))
            painter.drawLine(QPointF(x, middle - 7.0), QPointF(x, middle - 3.5))
        self._handle(painter, QPointF(self._x(share), middle), ink)
        painter.end()

    def _handle(self, painter: QPainter, at: QPointF, ink: QColor) -> None:
        held = self.isSliderDown() or self.underMouse()
        if self.hasFocus():
            painter.setPen(QPen(ink, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, _RADIUS + 2.0, _RADIUS + 2.0)
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(ink if held and self.isEnabled() else QColor(theme().base))
        painter.drawEllipse(at, _RADIUS - 0.7, _RADIUS - 0.7)
