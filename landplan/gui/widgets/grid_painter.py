"""Paints the cells of the attribute table, column by column, without asking a model role by role."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QStaticText

from landplan.gui.grid.values import Values
from landplan.gui.theme import theme
from landplan.gui.widgets.grid_model import GridModel, mixed

PAD = 8
_KEPT = 20_000
"""Laid-out words that are kept from frame to frame."""


class GridPainter:
    """Grounds and hairlines of lines, then the words of each column; in the colours of the theme it was made under."""

    def __init__(self, model: GridModel, font: QFont) -> None:
        of = theme()
        self._model, self._font, self._metrics = model, font, QFontMetrics(font)
        self._ink, self._soft = QPen(QColor(of.ink)), QPen(QColor(of.soft))
        self._edge, self._focus = QColor(of.selection), QPen(QColor(of.accent))
        self._hover, self._hair = mixed(of.base, of.tint, 0.75), QPen(mixed(of.base, of.line, 0.55))
        self._laid_out: dict[tuple[str, int], tuple[QStaticText, int, int]] = {}

    def lines(self, painter: QPainter, lines: range, top: int, height: int, width: int) -> None:
        """The grounds of these lines, the first of which begins at `top`."""
        model = self._model
        for line, row in zip(lines, model.rows[lines.start : lines.stop].tolist(), strict=True):
            y = top + (line - lines.start) * height
            if model.selected[row]:
                painter.fillRect(0, y, width, height, model.selected_ground)
                painter.fillRect(0, y, 3, height, self._edge)
            elif row == model.hovered:
                painter.fillRect(0, y, width, height, self._hover)
            painter.setPen(self._hair)
            painter.drawLine(0, y + height - 1, width - 1, y + height - 1)

    def column(self, painter: QPainter, values: Values, lines: range, corner: tuple[int, int], size: tuple[int, int]) -> None:
        """The words of one column in these lines; `corner` is its upper left, `size` that of a cell."""
        (left, top), (width, height) = corner, size
        for row in self._model.rows[lines.start : lines.stop].tolist():
            words, w, h = self._words(values.shown(row), width - 2 * PAD)
            painter.setPen(self._ink if values.known(row) else self._soft)
            painter.drawStaticText(left + width - PAD - w if values.right else left + PAD, top + (height - h) // 2, words)
            top += height

    def focus(self, painter: QPainter, cell: QRect) -> None:
        """The frame of the cell that has the keyboard."""
        painter.setPen(self._focus)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(cell.adjusted(0, 0, -1, -2))

    def cut(self, words: str, width: int) -> bool:
        """Whether a cell of this width cannot show all its words."""
        return bool(self._metrics.horizontalAdvance(words) > width - 2 * PAD)

    def _words(self, words: str, room: int) -> tuple[QStaticText, int, int]:
        """The words laid out, cut to the room, and their width and height in px."""
        found = self._laid_out.get((words, room))
        if found is None:
            if len(self._laid_out) > _KEPT:
                self._laid_out.clear()
            laid_out = QStaticText(self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
            laid_out.setTextFormat(Qt.TextFormat.PlainText)
            laid_out.prepare(font=self._font)
            size = laid_out.size()
            found = self._laid_out[(words, room)] = (laid_out, round(size.width()), round(size.height()))
        return found
