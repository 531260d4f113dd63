"""The model of the attribute table: cells are asked for one by one, from column arrays, for the rows in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from landplan.core.layers import Int
from landplan.gui.grid.columns import GridColumn
from landplan.gui.grid.order import places
from landplan.gui.grid.values import Bool
from landplan.gui.theme import theme

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def mixed(ground: str, colour: str, share: float) -> QColor:
    """`share` of a colour over a ground."""
    a, b = QColor(ground), QColor(colour)
    red, green, blue = (
        round(x + (y - x) * share)
        for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(red, green, blue)


class GridModel(QAbstractTableModel):
    """`rows[k]` is the row of the layer in line k; `selected` (n,) is painted, it is no selection of Qt."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[GridColumn, ...] = ()
        self.rows: Int = np.empty(0, np.int64)
        self.selected: Bool = np.zeros(0, bool)
        self.hovered = -1
        self._places: Int | None = None
        self.selected_ground = mixed(theme().base, theme().selection, 0.30 if theme().name == "dark" else 0.16)

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], int(self.rows[index.row()])
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.values.shown(row)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.values.right else _LEFT
        if role == Qt.ItemDataRole.BackgroundRole:
            return self.selected_ground if self.selected[row] else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{column.title} {column.unit_words}".strip()
        return None

    def put(self, columns: Sequence[GridColumn], rows: Int, selected: Bool) -> None:
        """Another table: other columns, or rows of another layer."""
        self.beginResetModel()
        self.columns, self.rows, self.selected, self._places = tuple(columns), rows, selected, None
        self.endResetModel()

    def swap_columns(self, columns: Sequence[GridColumn]) -> None:
        """The same columns with other values or titles."""
        self.columns = tuple(columns)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)
        self.repaint()

    def show_rows(self, rows: Int) -> None:
        """Other rows, or the same in another order; the view stays where it is."""
        before, now = len(self.rows), len(rows)
        if now < before:
            self.beginRemoveRows(_NONE, now, before - 1)
        elif now > before:
            self.beginInsertRows(_NONE, before, now - 1)
        self.rows, self._places = rows, None
        if now < before:
            self.endRemoveRows()
        elif now > before:
            self.endInsertRows()
        self.repaint()

    def repaint(self) -> None:
        """Say that every cell may look otherwise; only those in view are asked for."""
        if len(self.rows) and self.columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def line_of(self, row: int) -> int:
        """Where a row of the layer stands, −1 where it is not shown."""
        if not 0 <= row < len(self.selected):
            return -1
        if self._places is None:
            self._places = places(self.rows, len(self.selected))
        return int(self._places[row])

    def lines_of(self, rows: Int) -> Int:
        """The lines of these rows that are shown, rising."""
        if not len(rows) or not len(self.rows):
            return np.empty(0, np.int64)
        self.line_of(0)
        assert self._places is not None  # noqa: S101
        lines = self._places[rows]
        return np.sort(lines[lines >= 0])
