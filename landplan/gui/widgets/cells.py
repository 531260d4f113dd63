"""Plain cells for small tables: what each shows, and the model that hands them to a view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows. colour: "" = the ink of the theme. note: soft words at its right end. picture: an icon's name.

    edit: what the field starts with where a number can be typed; None where not. bar: a share drawn as a thin bar under
    the words. swatch: a colour (RRGGBB) before them. heading: names the rows below it. loose:
    its words may be elided rather than make the column wider. marked: a selected parcel. check: whether a rule is on, as a
    check box before the words; None for none.
    """

    words: str = ""
    tip: str = ""
    right: bool = False
    colour: str = ""
    note: str = ""
    picture: str = ""
    edit: str | None = None
    bar: float | None = None
    bar_colour: str = ""
    swatch: str = ""
    heading: bool = False
    loose: bool = False
    marked: bool = False
    check: bool | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """Headers and the cells under them, asked for when they are seen."""

    headers: tuple[str, ...] = ()
    count: int = 0
    cell: Callable[[int, int], Cell] = field(default=lambda _row, _column: Cell())
    header_tips: tuple[str, ...] = ()


def listed(headers: Sequence[str], rows: Sequence[Sequence[Cell]], tips: Sequence[str] = ()) -> Cells:
    """Cells of rows that are all there."""
    return Cells(tuple(headers), len(rows), lambda row, column: rows[row][column], tuple(tips))


class CellModel(QAbstractTableModel):
    """Shows `Cells`; nothing is edited in it (a delegate hears what is typed and a command changes the project)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = Cells()

    def show(self, cells: Cells) -> None:
        """Show these; the same shape keeps selection and place."""
        old, self._cells = self._cells, cells
        if (old.headers, old.count) != (cells.headers, cells.count):
            self.beginResetModel()
            self.endResetModel()
        elif cells.count:
            self.dataChanged.emit(self.index(0, 0), self.index(cells.count - 1, len(cells.headers) - 1))

    def cell(self, row: int, column: int) -> Cell:
        return self._cells.cell(row, column)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else self._cells.count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._cells.headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self._cells.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.words
        if role == Qt.ItemDataRole.UserRole:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or cell.words or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if cell.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.CheckStateRole and cell.check is not None:
            return Qt.CheckState.Checked if cell.check else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{cell.words} {cell.note}".strip() or cell.tip
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        if orientation != Qt.Orientation.Horizontal or section >= len(self._cells.headers):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._cells.headers[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            tips = self._cells.header_tips
            return (tips[section] if section < len(tips) else "") or self._cells.headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            rows = range(min(self._cells.count, 3))  # a heading may come first
            right = any(self._cells.cell(row, section).right for row in rows)
            return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
        return None
