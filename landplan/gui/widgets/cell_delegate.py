"""How the cells of small tables are painted: words, soft notes, thin bars, fields, swatches, icons."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from landplan.gui.icons import icon
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell
from landplan.gui.widgets.check_mark import paint_check

PAD = 6
_SWATCH = 10
_MARK = 3
_FIELD = 60
"""A field is at least so wide."""
_ICON = 16
CHECK = 20
"""What a check box before the words takes, px."""


def cell_width(cell: Cell, metrics: QFontMetrics, pad: int = PAD) -> int:
    """The width at which nothing of a cell is cut, px."""
    if cell.picture:
        return 24
    width = metrics.horizontalAdvance(cell.words) + 2 * pad + 1
    width += metrics.horizontalAdvance(cell.note) + pad if cell.note else 0
    width += _SWATCH + pad if cell.swatch else 0
    width += CHECK if cell.check is not None else 0
    return max(width, _FIELD) if cell.edit is not None else width


class CellDelegate(QStyledItemDelegate):
    """Paints a `Cell`; the model gives it as its user data. pad: px left and right of the words."""

    def __init__(self, parent: QObject | None = None, *, pad: int = PAD) -> None:
        super().__init__(parent)
        self.pad = pad

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        cell = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(cell, Cell):
            super().paint(painter, option, index)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, option, cell)
        box = QRect(option.rect).adjusted(self.pad, 0, -self.pad, 0)
        if cell.picture:
            square = QRect(0, 0, _ICON, _ICON)
            square.moveCenter(option.rect.center())
            icon(cell.picture, theme().soft).paint(painter, square)
        else:
            self._words(painter, box, cell)
        if cell.bar is not None:
            _bar(painter, QRectF(box.left(), option.rect.bottom() - 4, box.width(), 3), cell)
        painter.restore()

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, cell: Cell) -> None:
        of, state = theme(), option.state
        rect = QRectF(option.rect)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        chosen = bool(state & QStyle.StateFlag.State_Selected)  # in a window behind another too: the view fills it dark
        if cell.heading:
            painter.fillRect(rect, QColor(of.window))
        if chosen or hovered:
            painter.fillRect(rect, QColor(of.tint))
        if cell.edit is not None:
            painter.setPen(QPen(QColor(of.accent if hovered else of.line), 1))
            painter.setBrush(QColor(of.base))
            painter.drawRoundedRect(rect.adjusted(1.5, 2.5, -1.5, -2.5), 2, 2)
        if cell.marked:
            painter.fillRect(QRectF(rect.left(), rect.top() + 2, _MARK, rect.height() - 4), QColor(of.selection))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(of.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)

    def _words(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        if cell.check is not None:
            state = Qt.CheckState.Checked if cell.check else Qt.CheckState.Unchecked
            paint_check(painter, QRectF(box.left(), box.top(), CHECK - 4, box.height()), state)
            box = box.adjusted(CHECK, 0, 0, 0)
        of, metrics = theme(), painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        if cell.bar is not None:
            box = box.adjusted(0, 0, 0, -3)
        if cell.swatch:
            painter.fillRect(QRect(box.left(), box.center().y() - 4, _SWATCH, _SWATCH), QColor(f"#{cell.swatch}"))
            box = box.adjusted(_SWATCH + self.pad, 0, 0, 0)
        if cell.note:
            room = max(box.width() - metrics.horizontalAdvance(cell.words) - 2 * self.pad, box.width() // 4)
            note = metrics.elidedText(cell.note, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(of.soft))
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, note)
            box = box.adjusted(0, 0, -metrics.horizontalAdvance(note) - self.pad, 0)
        painter.setPen(QColor(cell.colour or of.ink))
        side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
        shown = metrics.elidedText(cell.words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, middle | side, shown)


def _bar(painter: QPainter, rect: QRectF, cell: Cell) -> None:
    """A share as a thin bar; what is more than all fills it whole in another colour."""
    of = theme()
    share = 0.0 if cell.bar is None else min(max(cell.bar, 0.0), 1.0)
    if of.name == "contrast":
        painter.setPen(QPen(QColor(of.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    else:
        painter.fillRect(rect, QColor(of.line))
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width() * share, rect.height()), QColor(cell.bar_colour or of.accent))
