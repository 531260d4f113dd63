"""Panel: the attribute table of the parcels, linked with the map."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from landplan.core.layers import Int
from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.grid.columns import DEFAULT, GridColumn
from landplan.gui.grid.copying import MOST_ROWS, tab_separated
from landplan.gui.grid.finding import Found, found
from landplan.gui.grid.order import arranged, ordered
from landplan.gui.grid.sheet import Sheet
from landplan.gui.grid.sums import summed_words, sums
from landplan.gui.grid.values import Bool
from landplan.gui.icons import icon
from landplan.gui.kept import keep, kept
from landplan.gui.widgets.column_chooser import ColumnChooser
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.grid_model import GridModel
from landplan.gui.widgets.grid_view import GridView
from landplan.gui.widgets.search_box import SearchBox
from landplan.gui.widgets.section import small_button

_LIVE_ROWS = 20_000
"""More rows than this are not put in order anew in every frame of a drag, but when it rests."""
_REST_MS = 300


@dataclass
class TableState:
    """What the table keeps when the window is made anew."""

    shown: list[str] = field(default_factory=lambda: list(DEFAULT))
    widths: dict[str, int] = field(default_factory=dict)
    sorted_by: str = ""
    descending: bool = False
    asked: str = ""
    only: bool = False
    first: bool = False


@panel("table", "bottom", 0, icon="table", tabbed=True, shortcut="F6")
class AttributeTable(QWidget):
    """Every parcel is a line. Order, search and selection are arrays of row numbers over the columns of the sheet."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.sheet = desk, Sheet()
        self.state: TableState = kept(desk, "table") or TableState()
        keep(desk, "table", self.state)
        self.model = GridModel(self)
        self.view = GridView(self.model, self)
        self._order: Int | None = None
        self._found = Found("all")
        self._first: Bool | None = None
        self._due = self._mine = self._adopting = False
        self._named = 0
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._search_again)
        self._adopt = QTimer(self, singleShot=True, interval=0)
        self._adopt.timeout.connect(self._adopt_moves)
        self._lay_out()
        self._connect()
        self._refresh()

    # Making

    def _lay_out(self) -> None:
        self.search, self._said = SearchBox(), ElidedLabel()
        self.only = self._toggle("select", "table_only", self.state.only)
        self.first = self._toggle("up", "table_first", self.state.first)
        self.choose = small_button("table", text("table_columns"), self._choose_columns, text("table_columns_tip"))
        self._counts, self._sums = QLabel(), ElidedLabel(role="soft")
        self._counts.setProperty("role", "soft")
        self._sums.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._empty = EmptyState("table", text("table_empty"), text("table_empty_advice"))
        top, foot, whole = QHBoxLayout(), QHBoxLayout(), QWidget()
        for widget, share in ((self.search, 1), (self.only, 0), (self.first, 0), (self.choose, 0)):
            top.addWidget(widget, share)
        top.setContentsMargins(8, 4, 8, 4)
        self._said.setContentsMargins(10, 0, 10, 4)
        self._said.hide()
        top.setSpacing(4)
        foot.addWidget(self._counts)
        foot.addWidget(self._sums, 1)
        foot.setContentsMargins(8, 2, 8, 4)
        foot.setSpacing(12)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._said)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(whole)
        self.view.setAccessibleName(text("panel_table"))
        self.search.setText(self.state.asked)

    def _toggle(self, name: str, id: str, on: bool) -> QToolButton:
        button = small_button(name, text(id), self._toggled, text(f"{id}_tip"))
        button.setCheckable(True)
        button.setChecked(on)
        return button

    def _connect(self) -> None:
        desk, view, header = self.desk, self.view, self.view.header
        for signal in (desk.opened, desk.results_changed, desk.plan_changed, desk.project_changed):
            signal.connect(self._refresh)
        for signal in (desk.robustness.changed, desk.survey.changed):
            signal.connect(self._refresh)
        desk.selection_changed.connect(self._follow_selection)
        desk.hovered.connect(view.show_hovered)
        view.picked.connect(self._pick)
        view.opened.connect(desk.zoom_wanted)
        view.pointed.connect(desk.hovered)
        view.copy_wanted.connect(self.copy_rows)
        view.sort_wanted.connect(self._sort_column)
        view.current_changed.connect(self._say_sums)
        view.customContextMenuRequested.connect(self._row_menu)
        header.sectionClicked.connect(self._header_clicked)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._moved)
        header.customContextMenuRequested.connect(self._header_menu)
        self.search.asked.connect(self._ask)
        self.search.left.connect(view.setFocus)
        find = QShortcut(QKeySequence.StandardKey.Find, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self._find)

    # What is on the desk

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._due:
            self._refresh()

    def _refresh(self, *_: object) -> None:
        """Follow the desk; while hidden, only remember that there is something to follow."""
        self._due = not self.isVisible() and bool(self.sheet.columns)
        if self._due:
            return
        desk, before, had = self.desk, self.sheet.n, bool(self.model.columns)
        changed = self.sheet.update(desk.project, desk.results, desk.plan, desk.plan_current, desk.robustness, desk.survey.found)
        self._pages.setCurrentIndex(0 if desk.project is None else 1)
        if desk.project is None:
            self.model.put((), np.empty(0, np.int64), np.zeros(0, bool))
        elif changed:
            shown = self._shown_columns()
            another = self.sheet.n != before or not had
            if another or [one.id for one in shown] != [one.id for one in self.model.columns]:
                self._put(shown)
            else:
                self.model.swap_columns(shown)
            if another or self._named != len(self.sheet.columns):
                self._named = len(self.sheet.columns)
                self.search.set_names(self.sheet.names())
            self._arrange_soon(now=another or self.sheet.n <= _LIVE_ROWS)
        self._say_counts()

    def _shown_columns(self) -> list[GridColumn]:
        wanted = [id for id in self.state.shown if id in self.sheet.columns]
        return [self.sheet.columns[id] for id in wanted or ["id"]]

    def _put(self, shown: list[GridColumn]) -> None:
        """Another set of columns, or of rows; the focus stays on its row where there is one."""
        row, across = self.view.current_row, self.view.horizontalScrollBar().value()
        selected = np.zeros(self.sheet.n, bool)
        selected[self.desk.selection[self.desk.selection < self.sheet.n]] = True
        rows = self.model.rows if len(self.model.selected) == self.sheet.n else np.arange(self.sheet.n)
        self._adopting = True
        self.model.put(shown, rows, selected)
        self.view.fit_columns(self.state.widths)
        self._adopting = False
        self.view.go_to(row)
        self.view.horizontalScrollBar().setValue(across)

    # Order and search

    def _arrange_soon(self, *, now: bool) -> None:
        live = self._found.kind != "rule" and now
        if live:
            self._arrange()
        elif self.state.asked or self.state.sorted_by:
            self._rest.start()

    def _search_again(self) -> None:
        self._ask(self.state.asked, True)

    def _arrange(self, *, keep_first: bool = False) -> None:
        """Rows by the order, the search and the selection."""
        column = self.sheet.columns.get(self.state.sorted_by)
        self._order = ordered(column.values, descending=self.state.descending) if column is not None else None
        self._show_rows(keep_first=keep_first)
        self.view.header.show_order(self.state.sorted_by if column is not None else "", self.state.descending)

    def _show_rows(self, *, keep_first: bool = False) -> None:
        n, mask = self.sheet.n, self._found.mask
        if not keep_first or self._first is None or len(self._first) != n:
            self._first = self.model.selected.copy()
        mask = mask if mask is not None and len(mask) == n else None
        if self.state.only:
            mask = self._first if mask is None else mask & self._first
        order = self._order if self._order is not None and len(self._order) == n else None
        self.model.show_rows(arranged(order, n, mask, self._first if self.state.first and not self.state.only else None))
        self._say_counts()

    def _header_clicked(self, section: int) -> None:
        """Rising, falling, and then the order of the layer."""
        by_this = self.model.columns[section].id == self.state.sorted_by
        if by_this and self.state.descending:
            self.sort("", descending=False)
        else:
            self.sort(self.model.columns[section].id, descending=by_this)

    def _sort_column(self, section: int, descending: bool) -> None:
        self.sort(self.model.columns[section].id, descending=descending)

    def sort(self, column: str, *, descending: bool = False) -> None:
        """Put the rows in the order of a column; "": of the layer."""
        row = self.view.current_row
        self.state.sorted_by, self.state.descending = column, descending
        self._arrange()
        if row >= 0:
            self.view.go_to(row)
        else:
            self.view.scrollToTop()

    def _ask(self, asked: str, entered: bool) -> None:
        """Look for what was typed. A rule that is not finished changes nothing and is said softly until Enter."""
        self.state.asked = asked
        if self.desk.project is None:
            return
        answer = found(asked, self.sheet.environment, self.sheet.texts)
        hits = int(answer.mask.sum()) if answer.mask is not None else self.sheet.n
        facts = {"n": hits, "undecided": answer.undecided}
        if answer.kind == "error":
            self._said.say(answer.error, "bad" if entered else "soft")
        else:
            id = "table_found_undecided" if answer.undecided else f"table_found_{answer.kind}"
            self._said.say("" if answer.kind == "all" else text(id, facts), "soft")
            self._found = answer
            self._arrange()
        self._said.setVisible(bool(self._said.text()))
        self._said.setAccessibleName(self._said.text())

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    # Selection

    def _pick(self, rows: Int, how: str) -> None:
        self._mine = True
        try:
            self.desk.select(rows, how)
        finally:
            self._mine = False

    def _follow_selection(self) -> None:
        """Paint the selection. One made elsewhere is scrolled to; one made here does not move lines under the cursor."""
        n, rows = self.sheet.n, self.desk.selection
        if len(self.model.selected) != n:
            return
        self.model.selected = np.zeros(n, bool)
        self.model.selected[rows[rows < n]] = True
        if not self._mine and (self.state.only or self.state.first):
            self._show_rows()
        else:
            self.view.viewport().update()
        lines = self.model.lines_of(rows) if not self._mine else np.empty(0, np.int64)
        if len(lines):
            self.view.go_to(int(self.model.rows[lines[0]]))
        self._say_counts()

    def _toggled(self) -> None:
        self.state.only, self.state.first = self.only.isChecked(), self.first.isChecked()
        self._show_rows()
        self.view.scrollToTop()

    # Columns

    def _choose_columns(self) -> None:
        chooser = ColumnChooser(list(self.sheet.columns.values()), self.state.shown, self)
        chooser.chosen.connect(self.show_columns)
        chooser.reset_wanted.connect(self._reset_columns)
        chooser.show_under(self.choose)

    def show_columns(self, ids: set[str]) -> None:
        """Show these columns: those shown before in their places, new ones at the end."""
        absent = [id for id in self.state.shown if id not in self.sheet.columns]
        before = [id for id in self.state.shown if id in ids]
        new = [id for id in self.sheet.columns if id in ids and id not in before]
        self.state.shown = [*before, *new, *absent] or ["id"]
        self._put(self._shown_columns())
        if new:
            self.view.horizontalScrollBar().setValue(self.view.horizontalScrollBar().maximum())

    def _reset_columns(self) -> None:
        self.state.shown, self.state.widths = list(DEFAULT), {}
        self._put(self._shown_columns())

    def _resized(self, section: int, _before: int, now: int) -> None:
        if not self._adopting and section < len(self.model.columns):
            self.state.widths[self.model.columns[section].id] = now

    def _moved(self, *_: object) -> None:
        if not self._adopting:
            self._adopt.start()

    def _adopt_moves(self) -> None:
        """Columns the user dragged become the order of the model."""
        header, ids = self.view.header, [one.id for one in self.model.columns]
        moved = [ids[header.logicalIndex(place)] for place in range(len(ids))]
        self.state.shown = [*moved, *(id for id in self.state.shown if id not in moved)]
        self._adopting = True
        for number in range(len(ids)):
            header.moveSection(header.visualIndex(number), number)
        self._adopting = False
        self._put(self._shown_columns())

    # Menus and the clipboard

    def _row_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("zoom_selection"), text("table_zoom"), self._zoom).setEnabled(bool(len(self.desk.selection)))
        menu.addAction(icon("copy"), text("table_copy"), self.copy_rows)
        menu.addAction(icon("select"), text("table_select_shown"), self._select_shown)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def _header_menu(self, place: QPoint) -> None:
        column = self.view.header.column_at(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if column is not None:
            others = {one.id for one in self.model.columns} - {column.id}
            menu.addAction(icon("up"), text("table_rising"), lambda: self.sort(column.id))
            menu.addAction(icon("down"), text("table_falling"), lambda: self.sort(column.id, descending=True))
            menu.addAction(icon("remove"), text("table_hide", {"column": column.title}), lambda: self.show_columns(others))
            menu.addSeparator()
        menu.addAction(icon("table"), text("table_columns"), self._choose_columns)
        menu.popup(self.view.header.mapToGlobal(place))

    def _zoom(self) -> None:
        self.desk.zoom_wanted.emit(self.desk.selection)

    def _select_shown(self) -> None:
        self._pick(self.model.rows, "replace")

    def copy_rows(self) -> None:
        """The selected rows that are shown, in their order, to the clipboard; the current one where none is selected."""
        lines = self.model.lines_of(self.desk.selection)
        rows = self.model.rows[lines] if len(lines) else np.array([self.view.current_row], np.int64)
        if rows[0] < 0:
            return
        QGuiApplication.clipboard().setText(tab_separated(self.model.columns, rows))
        cut = len(rows) > MOST_ROWS
        words = text("table_copied_cut" if cut else "table_copied", {"n": min(len(rows), MOST_ROWS)})
        self.desk.say("data" if cut else "note", words)

    # The foot

    def _say_counts(self) -> None:
        shown, n, selected = len(self.model.rows), self.sheet.n, len(self.desk.selection)
        words = text("table_counts", {"shown": f"{shown:,}", "n": f"{n:,}", "selected": f"{selected:,}"})
        self._counts.setText(words if self.desk.results is not None else f"{words} · {text('table_scoring')}")
        self._say_sums()

    def _say_sums(self) -> None:
        """Sums of the current column over the selected rows, over all shown where none is selected."""
        index: QModelIndex = self.view.currentIndex()
        if not index.isValid() or index.column() >= len(self.model.columns):
            self._sums.setText("")
            return
        column, selected = self.model.columns[index.column()], self.desk.selection
        rows = selected if len(selected) else self.model.rows
        summed = sums(column, rows)
        self._sums.setText("" if summed is None else summed_words(column, summed, len(rows), chosen=bool(len(selected))))
