"""A button that shows a value function in small and opens it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolButton, QWidget

from landplan.app.proposed_curves import worth
from landplan.core.layers import Float
from landplan.core.scheme import MethodCall
from landplan.gui.charts.handles import handles
from landplan.gui.theme import theme

WIDE, HIGH = 22, 18
_POINTS = 33


class CurveButton(QToolButton):
    """The curve between and a little beyond its bounds; which way is better is seen at a glance."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: MethodCall | None = None
        self._line: Float = np.zeros((0, 2))
        self.setAutoRaise(True)
        self.setFixedSize(WIDE, HIGH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(WIDE, HIGH)

    def set_value(self, value: MethodCall | None) -> None:
        """Show a value function."""
        if value != self._value:
            self._value = value
            self._line = sketch(value) if value is not None else np.zeros((0, 2))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, high = self.width() - 8.0, self.height() - 8.0
        colour = QColor(theme().accent if self.isEnabled() and (self.underMouse() or self.hasFocus()) else theme().soft)
        painter.setPen(QPen(colour, 1.4, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF([QPointF(4 + x * wide, 4 + (1 - y) * high) for x, y in self._line.tolist()]))
        painter.end()


def sketch(value: MethodCall) -> Float:
    """(k, 2) points of a curve from 0 to 1 both ways: its bounds and a fifth of their distance beyond; a table as stairs."""
    if value.kind == "category":
        ys = np.repeat(np.fromiter(value.params["table"].values(), np.float64), 2)
        steps = np.arange(len(ys) + 1) // 2
        return np.column_stack([(np.arange(len(ys)) + 1) // 2 / max(steps[-1], 1), ys])
    at = [one.x for one in handles(value, (0.0, 0.0)) if one.moves != "y"]
    low, high = (min(at), max(at)) if at else (0.0, 1.0)
    if value.kind in ("logistic", "gaussian"):  # their handles are on one side
        low = min(low, 2 * at[0] - high) if at else low
        high = max(high, 2 * at[0] - low) if at else high
    air = 0.2 * (high - low) or 1.0
    xs = np.linspace(low - air, high + air, _POINTS)
    return np.column_stack([np.linspace(0.0, 1.0, _POINTS), worth(value, xs)])
