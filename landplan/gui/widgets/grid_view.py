"""The view of the attribute table: many rows, a selection that is an array, mouse and keys as everywhere else."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QToolTip,
    QWidget,
)

from landplan.core.layers import Int
from landplan.gui.widgets.grid_header import GridHeader
from landplan.gui.widgets.grid_model import GridModel
from landplan.gui.widgets.grid_painter import PAD, GridPainter

Index = QModelIndex | QPersistentModelIndex
_LOOK = 200
"""Rows that a column's width is taken from."""
_WIDEST, _NARROWEST = 240, 56
_MOVES = frozenset(
    {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End}
    | {Qt.Key.Key_Left, Qt.Key.Key_Right}
)
_NO_SELECTION = QAbstractItemView.SelectionMode.NoSelection
_CENTRE = QAbstractItemView.ScrollHint.PositionAtCenter


class GridView(QTableView):
    """Click selects, Ctrl toggles, Shift takes the rows between; Enter or double click opens."""

    picked = Signal(object, str)
    """Rows of the layer (Int), and how: "replace", "add" or "toggle"."""
    opened = Signal(object)
    """Rows to look at on the map."""
    pointed = Signal(int)
    """Row under the cursor, −1 for none."""
    copy_wanted = Signal()
    sort_wanted = Signal(int, bool)
    """A column by number, descending."""
    current_changed = Signal()

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid, self._anchor, self._dragged = model, -1, -1
        self._painter = GridPainter(model, self.font())
        self._header = GridHeader(self)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self._dress()

    def _dress(self) -> None:
        self.setSelectionMode(_NO_SELECTION)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        upright = self.verticalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        upright.setMinimumSectionSize(16)
        upright.setDefaultSectionSize(self.fontMetrics().height() + 7)
        self.selectionModel().currentChanged.connect(self._tell_current)

    @property
    def header(self) -> GridHeader:
        return self._header

    @property
    def current_row(self) -> int:
        """The row of the layer that has the focus, −1 for none."""
        line = self.currentIndex().row()
        return int(self._grid.rows[line]) if 0 <= line < len(self._grid.rows) else -1

    def fit_columns(self, widths: dict[str, int]) -> None:
        """Widths the user gave; the others by the title and the first rows in view."""
        rows, metrics = self._grid.rows[:_LOOK].tolist(), self.fontMetrics()
        for number, column in enumerate(self._grid.columns):
            width = widths.get(column.id, 0)
            if not width:
                longest = sorted({column.values.shown(row) for row in rows}, key=len)[-12:]
                needed = max((metrics.horizontalAdvance(words) for words in longest), default=0) + 2 * PAD + 2
                width = min(max(needed, self._header.needed_width(column), _NARROWEST), _WIDEST)
            self.setColumnWidth(number, width)

    def go_to(self, row: int, *, centre: bool = True) -> None:
        """Put the focus on a row of the layer and scroll there if it is out of view."""
        line = self._grid.line_of(row)
        if line < 0:
            return
        index = self._grid.index(line, max(self.currentIndex().column(), 0))
        self._anchor = line
        self._set_current(index)
        if not self.viewport().rect().intersects(self.visualRect(self._grid.index(line, 0)).adjusted(0, 2, 9999, -2)):
            self.scrollTo(index, _CENTRE if centre else QAbstractItemView.ScrollHint.EnsureVisible)

    def show_hovered(self, row: int) -> None:
        """Mark the row under the cursor, here or on the map."""
        if row == self._grid.hovered:
            return
        before, self._grid.hovered = self._grid.hovered, row
        for one in (before, row):
            line = self._grid.line_of(one)
            if line >= 0:
                top = self.rowViewportPosition(line)
                self.viewport().update(0, top, self.viewport().width(), self.rowHeight(line))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() == Qt.MouseButton.MiddleButton:
            return
        self._set_current(index)
        if event.button() == Qt.MouseButton.RightButton:
            if not self._grid.selected[self._grid.rows[index.row()]]:
                self._pick(index.row(), Qt.KeyboardModifier.NoModifier)
            return
        self._dragged = index.row()
        self._pick(index.row(), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        line = self.rowAt(int(event.position().y()))
        if event.buttons() & Qt.MouseButton.LeftButton:
            if line >= 0 and self._dragged not in (-1, line):
                self._dragged = line
                self._pick(line, Qt.KeyboardModifier.ShiftModifier)
            return
        self.pointed.emit(int(self._grid.rows[line]) if line >= 0 else -1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._dragged = -1

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._grid.rows[index.row() : index.row() + 1])

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.pointed.emit(-1)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key, held = event.key(), event.modifiers()
        alt, control = bool(held & Qt.KeyboardModifier.AltModifier), bool(held & Qt.KeyboardModifier.ControlModifier)
        line = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.picked.emit(self._grid.rows, "replace")
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.currentIndex().isValid():
            self.sort_wanted.emit(self.currentIndex().column(), key == Qt.Key.Key_Down)
        elif key in _MOVES:
            super().keyPressEvent(event)
            moved = self.currentIndex().row()
            if moved >= 0 and moved != line and not control:
                self._pick(moved, held)
        elif key == Qt.Key.Key_Space and line >= 0:
            self._pick(line, Qt.KeyboardModifier.ControlModifier)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line >= 0:
            selected = np.flatnonzero(self._grid.selected)
            self.opened.emit(selected if len(selected) else self._grid.rows[line : line + 1])
        elif key == Qt.Key.Key_Escape and self._grid.selected.any():
            self.picked.emit(np.empty(0, np.int64), "replace")
        else:
            event.ignore()

    def _pick(self, line: int, held: Qt.KeyboardModifier) -> None:
        """Select as the held keys say; the anchor of a range is where the last single click was."""
        shift, control = held & Qt.KeyboardModifier.ShiftModifier, held & Qt.KeyboardModifier.ControlModifier
        if shift and 0 <= self._anchor < len(self._grid.rows):
            low, high = sorted((self._anchor, line))
            self.picked.emit(self._grid.rows[low : high + 1], "add" if control else "replace")
            return
        self._anchor = line
        self.picked.emit(self._grid.rows[line : line + 1], "toggle" if control else "replace")

    def _set_current(self, index: Index) -> None:
        self.selectionModel().setCurrentIndex(index, self.selectionModel().SelectionFlag.NoUpdate)

    def _tell_current(self, now: Index, before: Index) -> None:
        self.current_changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """All cells in the part that changed, in one go."""
        if not len(self._grid.rows) or not self._grid.columns:
            return
        part, painter, height = event.rect(), QPainter(self.viewport()), self.verticalHeader().defaultSectionSize()
        first, last = max(self.rowAt(part.top()), 0), self.rowAt(part.bottom())
        lines = range(first, last + 1 if last >= 0 else len(self._grid.rows))
        top = self.rowViewportPosition(first)
        painter.setFont(self.font())
        self._painter.lines(painter, lines, top, height, min(self.viewport().width(), self._header.length()))
        for number, column in enumerate(self._grid.columns):
            left, width = self.columnViewportPosition(number), self.columnWidth(number)
            if left <= part.right() and left + width >= part.left():
                self._painter.column(painter, column.values, lines, (left, top), (width, height))
        if self.hasFocus() and self.currentIndex().isValid():
            self._painter.focus(painter, self.visualRect(self.currentIndex()))
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            words = str(index.data() or "")
            QToolTip.showText(
                event.globalPos(), words if self._painter.cut(words, self.columnWidth(index.column())) else "", self
            )
            return True
        return super().viewportEvent(event)

    def rows_in_view(self) -> Int:
        """The rows of the layer in view, from the top."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        return self._grid.rows[max(first, 0) : last + 1 if last >= 0 else None]
