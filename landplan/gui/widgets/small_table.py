"""A small table of figures, painted: words left, numbers right, a soft header."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from landplan.gui.theme import POINT_SIZE, font, theme

_HEAD, _ROW, _GAP = 18, 18, 8


class SmallTable(QWidget):
    """Rows of text cells; the first column takes what room the others leave. `why`: a tooltip for each column."""

    def __init__(self, name: str, head: Sequence[str], why: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head, self._why = tuple(head), tuple(why)
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._plain, self._small = font(), font(POINT_SIZE - 0.5)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        return self._rows

    def set_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self._rows = tuple(tuple(row) for row in rows)
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription("\n".join("  ".join(row) for row in (self._head, *self._rows)))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, _HEAD + _ROW * len(self._rows))

    def columns(self) -> list[tuple[float, float]]:
        """Left and width of each column."""
        plain, small = QFontMetricsF(self._plain), QFontMetricsF(self._small)
        wide = [
            max(small.horizontalAdvance(self._head[k]), *(plain.horizontalAdvance(row[k]) for row in self._rows), 0.0) + _GAP
            for k in range(len(self._head))
        ]
        first = max(self.width() - 4 - sum(wide[1:]), 40.0)
        lefts, left = [2.0], 2.0 + first
        for width in wide[1:]:
            lefts.append(left)
            left += width
        return list(zip(lefts, [first, *wide[1:]], strict=True))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if not self._rows:
            return
        painter = QPainter(self)
        columns, colours = self.columns(), theme()
        painter.setFont(self._small)
        painter.setPen(QColor(colours.soft))
        self._write(painter, self._head, 0, _HEAD, columns, QFontMetricsF(self._small))
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(2, _HEAD - 1, self.width() - 2, _HEAD - 1)
        painter.setFont(self._plain)
        painter.setPen(QColor(colours.ink))
        for k, row in enumerate(self._rows):
            self._write(painter, row, _HEAD + k * _ROW, _ROW, columns, QFontMetricsF(self._plain))
        painter.end()

    @staticmethod
    def _write(
        painter: QPainter, row: tuple[str, ...], top: int, high: int, columns: list[tuple[float, float]], metrics: QFontMetricsF
    ) -> None:
        for k, (cell, (left, width)) in enumerate(zip(row, columns, strict=True)):
            side = Qt.AlignmentFlag.AlignRight if k else Qt.AlignmentFlag.AlignLeft
            shown = metrics.elidedText(cell, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(left, top, width, high), side | Qt.AlignmentFlag.AlignVCenter, shown)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            at = next((k for k, (left, width) in enumerate(self.columns()) if left <= event.pos().x() < left + width), -1)
            words = self._why[at] if 0 <= at < len(self._why) else ""
            row = (event.pos().y() - _HEAD) // _ROW
            cells = "  ".join(self._rows[row]) if 0 <= row < len(self._rows) else ""
            QToolTip.showText(event.globalPos(), "\n".join(one for one in (cells, words) if one), self)
            return True
        return bool(super().event(event))
