"""A target against the plan as a bar: base, what the plan changes, and the mark of the target."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from landplan.gui.theme import theme
from landplan.gui.widgets.row_list import track

_HIGH, _BAR = 20, 10


class TargetBar(QWidget):
    """From 0 to a little beyond the largest of base, after and target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = self._after = self._target = 0.0
        self.setFixedHeight(_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_target(self, base: float, after: float, target: float) -> None:
        """All in the target's unit."""
        self._base, self._after, self._target = base, after, target
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, _HIGH)

    def at(self, value: float) -> float:
        """Where a value is, pixels from the left."""
        most = max(self._base, self._after, self._target, 1e-12) * 1.05
        return max(value, 0.0) / most * (self.width() - 2) + 1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, top = theme(), (_HIGH - _BAR) / 2
        base, after, mark = self.at(self._base), self.at(self._after), self.at(self._target)
        painter.fillRect(QRectF(1, top, self.width() - 2, _BAR), track())
        pale = QColor(colours.accent)
        pale.setAlphaF(0.45)
        painter.fillRect(QRectF(1, top, min(base, after) - 1, _BAR), pale)
        change = QRectF(min(base, after), top, abs(after - base), _BAR)
        painter.fillRect(change, QColor(colours.accent if after >= base else colours.bad))
        painter.setPen(QPen(QColor(colours.ink), 1.5))
        painter.drawLine(QPointF(mark, 2), QPointF(mark, _HIGH - 2))
        painter.setBrush(QColor(colours.ink))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(mark - 4, 0), QPointF(mark + 4, 0), QPointF(mark, 5)]))
        painter.end()
