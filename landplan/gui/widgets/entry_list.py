"""The model of the history panel: as opened, what was done, and what was undone; words are made when they are shown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from landplan.app.session import Entry
from landplan.core.messages import text
from landplan.gui.icons import icon
from landplan.gui.theme import font, theme

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class EntryList(QAbstractListModel):
    """Line 0 is the project as opened; line k is after the k-th entry. `present` is the line of the project as it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()
        self.present = -1
        self._words: dict[int, tuple[Entry, str]] = {}
        of = theme()
        self._soft, self._accent = QColor(of.faint), QColor(of.accent)
        self._bold: QFont = font(bold=True)
        self._icons = {"done": icon("good", of.soft), "now": icon("next", of.accent), "undone": icon("redo", of.faint)}

    def put(self, entries: tuple[Entry, ...], present: int) -> None:
        """The same entries with another present, or others; −1: there is no project."""
        self.beginResetModel()
        self.entries, self.present = entries, present
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:  # noqa: N802
        return 0 if parent.isValid() or self.present < 0 else len(self.entries) + 1

    def entry(self, line: int) -> Entry | None:
        """The entry of a line; None for the project as opened."""
        return self.entries[line - 1] if 1 <= line <= len(self.entries) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = index.row()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._said(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._said(line)} ({text('history_' + self._state(line))})"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icons[self._state(line)]
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if line == self.present else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._soft if line > self.present else None
        return None

    def _state(self, line: int) -> str:
        return "now" if line == self.present else "done" if line < self.present else "undone"

    def _said(self, line: int) -> str:
        entry = self.entry(line)
        if entry is None:
            return text("history_opened")
        kept = self._words.get(line)
        if kept is None or kept[0] is not entry:
            kept = self._words[line] = (entry, entry.words())
        return kept[1]
