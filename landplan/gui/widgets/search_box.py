"""The search box of the table: words or a rule; it completes the names of fields."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from landplan.core.messages import text
from landplan.gui.grid.sheet import FieldName
from landplan.gui.icons import icon
from landplan.gui.theme import theme

_WORD = re.compile(r"[^\W\d]\w*$")
_PLAIN = re.compile(r"[^\W\d]\w*")
_REST_MS = 350
_NAME, _LOOKED_UP = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class SearchBox(QLineEdit):
    """Says what to look for a moment after typing stops, and at once on Enter."""

    asked = Signal(str, bool)
    """What to look for; whether Enter asked for it."""
    left = Signal()
    """Down or Escape: the rows have the word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addAction(icon("filter", theme().soft), QLineEdit.ActionPosition.LeadingPosition)
        self.setClearButtonEnabled(True)
        self.setPlaceholderText(text("table_search"))
        self.setToolTip(f"{text('table_search_tip')} (Ctrl+F)")
        self.setAccessibleName(text("table_search"))
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask_quietly)
        self._names = QStandardItemModel(self)
        self._completer = QCompleter(self._names, self)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._completer.setWidget(self)
        self._completer.setCompletionRole(_LOOKED_UP)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated[QModelIndex].connect(self._complete)
        self.textEdited.connect(self._suggest)
        self.textChanged.connect(self._wait)
        self.returnPressed.connect(self.ask)

    def set_names(self, names: Sequence[FieldName]) -> None:
        """The names it completes, by name or title."""
        self._names.clear()
        for one in names:
            item = QStandardItem(f"{one.name}    {one.title}" + (f" ({one.unit})" if one.unit else ""))
            item.setData(one.name, _NAME)
            item.setData(f"{one.name} {one.title}", _LOOKED_UP)
            self._names.appendRow(item)

    def ask(self) -> None:
        """Look now."""
        self._rest.stop()
        self._popup.hide()
        self.asked.emit(self.text(), True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _ask_quietly(self) -> None:
        self.asked.emit(self.text(), False)

    def _wait(self) -> None:
        self._rest.start()

    def _word(self) -> str:
        """The word before the cursor; "" inside a text in quotes."""
        before = self.text()[: self.cursorPosition()]
        found = _WORD.search(before)
        return found.group() if found and before.count("'") % 2 == 0 else ""

    def _suggest(self) -> None:
        word = self._word()
        if len(word) < (2 if word.isascii() else 1):
            self._popup.hide()
            return
        self._completer.setCompletionPrefix(word)
        self._popup.setCurrentIndex(QModelIndex())
        if self._completer.completionCount() and self._completer.currentCompletion() != word:
            area = self.rect()
            area.setWidth(min(area.width(), max(self._popup.sizeHintForColumn(0) + 32, 240)))
            self._completer.complete(area)
        else:
            self._popup.hide()

    def _complete(self, index: QModelIndex) -> None:
        name, end = str(index.data(_NAME)), self.cursorPosition()
        written = name if _PLAIN.fullmatch(name) else f'"{name}"'
        start = end - len(self._word())
        self.setText(f"{self.text()[:start]}{written} {self.text()[end:].lstrip()}")
        self.setCursorPosition(start + len(written) + 1)
