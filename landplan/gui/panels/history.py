"""Panel: what was done, in words; a click goes back there or forward again."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QMenu, QStackedLayout, QVBoxLayout, QWidget

from landplan.app.command_line import edit_line, python_line
from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.icons import icon
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.entry_list import EntryList
from landplan.gui.widgets.line_field import LineField
from landplan.gui.widgets.section import small_button


@panel("history", "bottom", 11, icon="history", tabbed=True)
class History(QWidget):
    """The project as opened, the entries of the session, and what was undone; the present is marked."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.entries = desk, EntryList(self)
        self._due = False
        self._lay_out()
        desk.opened.connect(self._refresh)
        desk.project_changed.connect(self._refresh)
        self.view.clicked.connect(self.go_to)
        self.view.activated.connect(self.go_to)
        self.view.selectionModel().currentChanged.connect(self._show_line)
        self.view.customContextMenuRequested.connect(self._menu)
        self._refresh()

    def _lay_out(self) -> None:
        self.view, self.line = QListView(), LineField()
        self.view.setModel(self.entries)
        self.view.setUniformItemSizes(True)
        self.view.setIconSize(QSize(16, 16))
        self.view.setSpacing(1)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setAccessibleName(text("panel_history"))
        self.python = small_button("copy", text("history_python"), self.copy_python, text("history_python_tip"))
        self._empty = EmptyState("history", text("history_empty"), text("history_empty_advice"))
        foot, whole = QHBoxLayout(), QWidget()
        foot.setContentsMargins(8, 2, 8, 4)
        foot.setSpacing(4)
        foot.addWidget(self.line, 1)
        foot.addWidget(self.python)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(whole)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._due:
            self._refresh()

    def _refresh(self, *_: object) -> None:
        self._due = not self.isVisible() and self.entries.present >= 0
        if self._due:
            return
        session = self.desk.session
        self._pages.setCurrentIndex(0 if session is None else 1)
        if session is None:
            self.entries.put((), -1)
            return
        self.entries.put((*session.history, *session.future), len(session.history))
        present = self.entries.index(self.entries.present, 0)
        self.view.setCurrentIndex(present)
        self.view.scrollTo(present)
        self._show_line()

    def go_to(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Undo or redo until the project is as it was after this line; several steps are said once."""
        session = self.desk.session
        if session is None or not index.isValid():
            return
        steps = index.row() - self.entries.present
        if steps == -1:
            self.desk.undo()
        elif steps == 1:
            self.desk.redo()
        elif steps:
            words = str(index.data())
            for _ in range(abs(steps)):
                session.redo() if steps > 0 else session.undo()
            self.desk.say("note", text("history_went", {"what": words}))

    def _show_line(self, *_: object) -> None:
        """The command line of the entry that has the focus."""
        entry = self.entries.entry(self.view.currentIndex().row())
        self.line.show_line(edit_line(self.desk.name, entry.command, dict(entry.values)) if entry is not None else "")
        self.python.setEnabled(entry is not None)

    def copy_python(self) -> None:
        entry = self.entries.entry(self.view.currentIndex().row())
        if entry is not None:
            QGuiApplication.clipboard().setText(python_line(entry.command, dict(entry.values)))

    def _menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if not index.isValid():
            return
        self.view.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("reset"), text("history_go"), lambda: self.go_to(self.view.currentIndex()))
        copies = [
            menu.addAction(icon("copy"), text("line_copy"), self.line.copy),
            menu.addAction(icon("copy"), text("history_python"), self.copy_python),
        ]
        for action in copies:
            action.setEnabled(bool(self.line.line))
        menu.popup(self.view.viewport().mapToGlobal(place))
