"""Panel: what is wrong or worth knowing, kind by kind; a click goes there."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QHeaderView, QLineEdit, QStackedLayout, QTreeView, QVBoxLayout, QWidget

from landplan.core.errors import Weight
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.icons import icon
from landplan.gui.issue_kinds import (
    WEIGHTS,
    IssueKind,
    Part,
    counts,
    criterion_titles,
    filtered,
    issue_kinds,
    issue_parts,
    parcel_rows,
    place,
)
from landplan.gui.kept import keep, kept
from landplan.gui.theme import theme
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.issue_tree import ICONS, IssueTree, weight_colour
from landplan.gui.widgets.mark_filters import MarkFilters
from landplan.gui.widgets.section import small_button

_WIDTHS = {0: 132, 2: 96, 3: 64}
_AROUND_M = 100.0
"""About a point without a shape, so much of the map is shown to each side."""


@panel("checks", "bottom", 1, icon="check", tabbed=True)
class Checks(QWidget):
    """Every issue of every step. The title counts those that matter: what must be settled and what affects numbers."""

    title_changed = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.tree = desk, IssueTree(self)
        self._parts: tuple[Part, ...] = ()
        self._kinds: tuple[IssueKind, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0)  # the window listens once the panel is made
        self._soon.timeout.connect(self._refresh)
        self._lay_out()
        self._connect()
        self._show_page()
        self._soon.start()

    def _lay_out(self) -> None:
        self.view, self.search = QTreeView(), QLineEdit()
        marks = {weight: (ICONS[weight], text(f"checks_weight_{weight}"), weight_colour(weight)) for weight in WEIGHTS}
        self.weights = MarkFilters(cast("dict[str, tuple[str, str, str]]", marks))
        self.save = small_button("export", text("checks_export"), self.export, text("checks_export_tip"))
        self.search.addAction(icon("filter", theme().soft), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(text("checks_search"))
        self.search.setAccessibleName(text("checks_search"))
        self.search.setToolTip(f"{text('checks_search')} (Ctrl+F)")
        self._empty = EmptyState("check", text("checks_empty"), text("checks_empty_advice"))
        self._fine = EmptyState("good", text("checks_fine"), text("checks_fine_advice"))
        self._busy = EmptyState("check", text("checks_busy"), text("checks_busy_advice"))
        top, whole = QHBoxLayout(), QWidget()
        for widget, share in ((self.weights, 0), (self.search, 1), (self.save, 0)):
            top.addWidget(widget, share)
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(8)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self._pages = QStackedLayout(self)
        for page in (self._empty, self._busy, self._fine, whole):
            self._pages.addWidget(page)
        self._dress_view()
        state = kept(self.desk, "checks")
        if state is not None:
            self.weights.set_on(state)

    def _dress_view(self) -> None:
        self.view.setModel(self.tree)
        self.view.setUniformRowHeights(True)
        self.view.setAllColumnsShowFocus(True)
        self.view.setAccessibleName(text("panel_checks"))
        header = self.view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)

    def _connect(self) -> None:
        desk = self.desk
        for signal in (desk.opened, desk.project_changed, desk.results_changed, desk.options_changed, desk.plan_changed):
            signal.connect(self._follow)
        self.weights.changed.connect(self._filter)
        self.search.textChanged.connect(self._filter)
        self.view.clicked.connect(self.go_to)
        self.view.activated.connect(self.go_to)
        find = QShortcut(QKeySequence.StandardKey.Find, self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)

    # What there is

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._refresh()

    def _follow(self, *_: object) -> None:
        """The count in the title is worth looking for even while hidden, but not in the frame of a drag."""
        self._soon.start()

    def _found_parts(self) -> tuple[Part, ...]:
        desk = self.desk
        if desk.project is None:
            return ()
        results = desk.results
        if results is not None and results.layers is not desk.project.layers:
            results = None
        portfolio = desk.portfolio if desk.plan_current else None
        return issue_parts(desk.project.layers, results, desk.options, portfolio)

    def _refresh(self) -> None:
        """Group anew only where a step gave other issues than before."""
        parts = self._found_parts()
        if len(parts) != len(self._parts) or any(a is not b for a, b in zip(parts, self._parts, strict=True)):
            project = self.desk.project
            titles = criterion_titles(project) if project is not None else {}
            self._parts, self._kinds = parts, issue_kinds(parts, titles)
            self._filter()
        self._show_page()

    def _show_page(self) -> None:
        empty, busy = self.desk.project is None, self.desk.results is None
        self._pages.setCurrentIndex(0 if empty else 3 if self._kinds else 1 if busy else 2)
        found = counts(self._kinds)
        self.weights.count({str(weight): n for weight, n in found.items()})
        heavy = found["blocks"] + found["data"]
        title = text("panel_checks")
        self.title_changed.emit(f"{title} {heavy:,}" if heavy else title)

    def _filter(self, *_: object) -> None:
        """List what the buttons and the search leave; what was open stays open."""
        keep(self.desk, "checks", self.weights.on)
        opened = {kind.id for row, kind in enumerate(self.tree.kinds) if self.view.isExpanded(self.tree.index(row, 0))}
        scrolled = self.view.verticalScrollBar().value()
        weights = [cast(Weight, id) for id in self.weights.on]
        self.tree.put(filtered(self._kinds, weights, self.search.text()))
        for row, kind in enumerate(self.tree.kinds):
            if kind.id in opened:
                self.view.expand(self.tree.index(row, 0))
        self.view.verticalScrollBar().setValue(scrolled)

    # What a click does

    def go_to(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Select the parcels of this line and show them; what is no parcel is shown where it lies."""
        project, issues = self.desk.project, self.tree.issues_at(index)
        if project is None or not issues:
            return
        rows = parcel_rows(project.layers.parcels, issues)
        if len(rows):
            self.desk.select(rows)
            self.desk.zoom_wanted.emit(rows)
            return
        boxes = [box for box in (place(project.layers, issue) for issue in issues[:1000]) if box is not None]
        if boxes:
            self.desk.zoom_wanted.emit(_round(boxes))

    def export(self) -> None:
        """Ask where, and write every issue as a table."""
        results, source = self.desk.results, self.desk.source
        if results is None or source is None:
            return
        name = str(source.folder / "issues.csv")
        chosen, _filter = QFileDialog.getSaveFileName(self, text("checks_export"), name, "CSV (*.csv)")
        if chosen:
            self.write(Path(chosen if Path(chosen).suffix else f"{chosen}.csv"))

    def write(self, path: Path) -> None:
        """Write every issue to a file, off the main thread."""
        from landplan.export.numbers import write_issues

        results = self.desk.results
        if results is None:
            return

        def work(progress: Progress) -> Path:
            return write_issues(results, path)

        def done(written: Path) -> None:
            self.desk.say("good", text("checks_exported", {"path": written}))

        self.desk.run(text("checks_export"), work, done)


def _round(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    """The rectangle round all of them; about a point, some room."""
    corners = np.array(boxes)
    (west, south), (east, north) = corners[:, :2].min(axis=0).tolist(), corners[:, 2:].max(axis=0).tolist()
    room = 0.0 if east > west or north > south else _AROUND_M
    return west - room, south - room, east + room, north + room
