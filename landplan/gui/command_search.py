"""Ctrl+K: every action and command by name, in Chinese or English."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.core.registry import commands
from landplan.gui.actions import Actions, other_language
from landplan.gui.theme import theme

_WIDE, _HIGH = 480, 360


class CommandSearch(QFrame):
    """A field and what fits; Enter runs it, Escape closes. It lies over the window, not before it."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        of = theme()
        self.setObjectName("search")
        self.setStyleSheet(f"#search {{ background: {of.base}; border: 1px solid {of.faint}; border-radius: 4px; }}")
        titles = {method.id: method.titles for method in commands}
        self._offered = [(action, f"{action.text()} {other_language(action, titles)}".lower()) for action in actions.all]
        self.field, self.found = QLineEdit(), QListWidget()
        self.field.setPlaceholderText(text("search_hint"))
        self.field.setAccessibleName(text("action_search"))
        self.found.setUniformItemSizes(True)
        self.found.setIconSize(QSize(16, 16))
        self.found.setSpacing(2)
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.field)
        column.addWidget(self.found)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.field.returnPressed.connect(self._run)
        self.found.itemActivated.connect(self._run)
        self.hide()

    def open(self) -> None:
        """Show it, empty, over the upper middle of the window."""
        parent = self.parentWidget()
        self.resize(min(_WIDE, parent.width() - 40), min(_HIGH, parent.height() - 120))
        self.move((parent.width() - self.width()) // 2, 64)
        self.field.clear()
        self._search("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                self.found.setCurrentRow(max(0, min(self.found.count() - 1, self.found.currentRow() + step)))
                return True
        if event.type() == QEvent.Type.FocusOut and not self.found.hasFocus():
            self.hide()
        return super().eventFilter(watched, event)

    def _search(self, words: str) -> None:
        self.found.clear()
        wanted = words.lower().split()
        for action, names in self._offered:
            if all(word in names for word in wanted):
                self._add(action)
        if not self.found.count():
            none = QListWidgetItem(text("search_nothing"))
            none.setFlags(Qt.ItemFlag.NoItemFlags)
            self.found.addItem(none)
        self.found.setCurrentRow(0)

    def _add(self, action: QAction) -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        picture = self._blank if action.icon().isNull() else action.icon()
        item = QListWidgetItem(picture, action.text() + (f"    {keys}" if keys else ""))
        item.setData(Qt.ItemDataRole.UserRole, action)
        if not action.isEnabled():
            item.setForeground(self.palette().placeholderText())
        self.found.addItem(item)

    def _run(self, *_: object) -> None:
        item = self.found.currentItem()
        action = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(action, QAction) and action.isEnabled():
            self.hide()
            action.trigger()
