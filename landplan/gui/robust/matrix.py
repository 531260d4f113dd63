"""A square table of numbers between −1 and 1, each on a ground as strong as it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.gui import figures
from landplan.gui.theme import POINT_SIZE, font, theme

_ROW, _CELL, _PAD = 20, 44, 8
_STRONG = 0.55
"""How much of the accent lies under a 1: the number stays readable in every theme and in grey print."""


class Matrix(QWidget):
    """Rows and columns are the same things: numbered, named at the left."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._values: Float | None = None
        self._measure = ""
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_values(self, names: Sequence[str], values: Float, measure: str) -> None:
        """names (n,), values (n, n)."""
        self._names, self._values, self._measure = tuple(names), values, measure
        self.resize(self.sizeHint())
        said = (f"{one}: {' '.join(figures.number(float(v), 2) for v in row)}" for one, row in zip(names, values, strict=True))
        self.setAccessibleDescription("\n".join(said))
        self.update()

    def words(self, row: int, column: int) -> str:
        """What a cell says."""
        return figures.number(float(self._values[row, column]), 2) if self._values is not None else ""

    def sizeHint(self) -> QSize:  # noqa: N802
        n = len(self._names)
        return QSize(int(self._left) + n * _CELL + _PAD, (n + 1) * _ROW + _PAD)

    @property
    def _left(self) -> float:
        metrics = QFontMetricsF(font(POINT_SIZE - 0.5))
        titles = (metrics.horizontalAdvance(f"{k}  {one}") for k, one in enumerate(self._names, 1))
        return max(titles, default=0.0) + 2 * _PAD

    def box(self, row: int, column: int) -> QRectF:
        """Where a cell is."""
        return QRectF(self._left + column * _CELL, (row + 1) * _ROW, _CELL, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._values is None:
            return
        painter, of, left = QPainter(self), theme(), self._left
        middle = Qt.AlignmentFlag.AlignCenter
        painter.setFont(font(POINT_SIZE - 0.5))
        for k, name in enumerate(self._names):
            painter.setPen(QColor(of.soft))
            painter.drawText(QRectF(left + k * _CELL, 0, _CELL, _ROW), middle, str(k + 1))
            painter.setPen(QColor(of.ink))
            place = QRectF(_PAD, (k + 1) * _ROW, left - _PAD, _ROW)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, f"{k + 1}  {name}")
            for column in range(len(self._names)):
                self._paint_cell(painter, k, column, float(self._values[k, column]))
        painter.end()

    def _paint_cell(self, painter: QPainter, row: int, column: int, value: float) -> None:
        of, box = theme(), self.box(row, column)
        ground = QColor(of.accent if value >= 0 else of.bad)
        ground.setAlphaF(_STRONG * min(abs(value), 1.0) ** 1.5)
        painter.fillRect(box.adjusted(0.5, 0.5, -0.5, -0.5), QColor(of.line) if row == column else ground)
        painter.setPen(QPen(QColor(of.ink), 1))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.words(row, column))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._why(QPointF(event.pos())), self)
            return True
        return bool(super().event(event))

    def _why(self, at: QPointF) -> str:
        row, column = int(at.y() // _ROW) - 1, int((at.x() - self._left) // _CELL)
        if not (0 <= row < len(self._names) and 0 <= column < len(self._names)):
            return ""
        facts = {
            "one": self._names[row],
            "other": self._names[column],
            "measure": self._measure,
            "value": self.words(row, column),
        }
        return text("robustness_cell", facts)
