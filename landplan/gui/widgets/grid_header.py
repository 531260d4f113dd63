"""The header of the table: a title with its unit under it, and the direction of the order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget

from landplan.core.messages import text
from landplan.gui.grid.columns import GridColumn
from landplan.gui.theme import font, theme
from landplan.gui.widgets.grid_model import GridModel

_PAD, _MARK = 8, 12
_SMALL = 8.0


class GridHeader(QHeaderView):
    """Click sorts; right click asks for the menu of the column (`customContextMenuRequested`)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.sorted_by, self.descending = "", False
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(48)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._small = font(_SMALL)
        self.setAccessibleName(text("table_header"))

    def column_at(self, point: QPoint) -> GridColumn | None:
        """The column under a point of the header."""
        model, section = self.model(), self.logicalIndexAt(point)
        return model.columns[section] if isinstance(model, GridModel) and 0 <= section < len(model.columns) else None

    def show_order(self, column: str, descending: bool) -> None:
        self.sorted_by, self.descending = column, descending
        self.viewport().update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + 16 + 8)

    def needed_width(self, column: GridColumn) -> int:
        """How wide the title and the unit are, with room for the mark of the order."""
        title = self.fontMetrics().horizontalAdvance(column.title)
        return max(title, self.fontMetrics().horizontalAdvance(column.unit_words)) + 2 * _PAD + _MARK

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:  # noqa: N802
        model, of = self.model(), theme()
        painter.fillRect(rect, QColor(of.window))
        painter.setPen(QColor(of.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        if not isinstance(model, GridModel) or section >= len(model.columns):
            return
        column = model.columns[section]
        by_this = column.id == self.sorted_by
        inner = rect.adjusted(_PAD, 4, -_PAD - (_MARK if by_this else 0), -4)
        side = Qt.AlignmentFlag.AlignRight if column.values.right else Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(of.accent if by_this else of.ink))
        self._write(painter, inner, side | Qt.AlignmentFlag.AlignTop, column.title)
        if column.unit_words:
            painter.setPen(QColor(of.soft))
            painter.setFont(self._small)
            self._write(painter, inner, side | Qt.AlignmentFlag.AlignBottom, column.unit_words)
        if by_this:
            self._mark(painter, QPointF(rect.right() - _PAD - 3, rect.center().y() + 0.5))

    @staticmethod
    def _write(painter: QPainter, rect: QRect, where: Qt.AlignmentFlag, words: str) -> None:
        painter.drawText(rect, where, painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, rect.width()))

    def _mark(self, painter: QPainter, at: QPointF) -> None:
        up = -1.0 if not self.descending else 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().accent))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = [at + QPointF(-4, -2 * up), at + QPointF(4, -2 * up), at + QPointF(0, 3 * up)]
        painter.drawPolygon(QPolygonF(points))

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            column = self.column_at(event.pos())
            QToolTip.showText(event.globalPos(), explained(column) if column is not None else "", self)
            return True
        return super().viewportEvent(event)


def explained(column: GridColumn) -> str:
    """What a column is: title, unit, its name in rules, where it comes from, and what a click does."""
    lines = [f"{column.title}  {column.unit_words}".strip()]
    lines += [text("table_in_rules", {"field": column.field})] if column.field else []
    lines += [column.note] if column.note else []
    return "\n".join([*lines, text("table_header_tip")])
