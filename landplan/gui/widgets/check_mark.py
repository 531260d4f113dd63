"""Check boxes with an outline that is seen on every ground: Fusion's own is lost on a dark one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from landplan.gui.theme import theme

SIDE = 14


def paint_check(painter: QPainter, box: QRectF, state: Qt.CheckState, *, lit: bool = False, enabled: bool = True) -> None:
    """A check box of `SIDE` in the middle of a rectangle; `lit`: under the mouse or with the focus."""
    colours = theme()
    middle = box.center()
    square = QRectF(round(middle.x() - SIDE / 2) + 0.5, round(middle.y() - SIDE / 2) + 0.5, SIDE - 1, SIDE - 1)
    on = state != Qt.CheckState.Unchecked
    ground = (colours.accent if enabled else colours.faint) if on else colours.base
    edge = colours.accent if lit else ground if on else colours.faint
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(edge), 1.0))
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(square, 2.5, 2.5)
    pen = QPen(QColor(colours.accent_ink), 1.8, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    x, y = square.left(), square.top()
    if state == Qt.CheckState.Checked:
        painter.drawPolyline([QPointF(x + 3.2, y + 6.8), QPointF(x + 5.7, y + 9.4), QPointF(x + 10.0, y + 3.8)])
    elif state == Qt.CheckState.PartiallyChecked:
        painter.drawLine(QPointF(x + 3.5, y + 6.5), QPointF(x + 9.5, y + 6.5))
    painter.restore()


class CheckMark(QCheckBox):
    """A check box without words; what it is about stands beside it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(SIDE + 4, SIDE + 4)

    minimumSizeHint = sizeHint  # noqa: N815

    def hitButton(self, _place: object) -> bool:  # noqa: N802
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        lit = self.hasFocus() or self.underMouse()
        paint_check(painter, QRectF(self.rect()), self.checkState(), lit=lit, enabled=self.isEnabled())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme().accent), 1.0))
            middle = QRectF(self.rect()).center()
            painter.drawRoundedRect(QRectF(round(middle.x()) - 8.5, round(middle.y()) - 8.5, 17, 17), 3, 3)
        painter.end()
