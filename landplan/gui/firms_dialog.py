"""The window's list of firms to confirm: candidates with score and reasons, a yes or no for each, saved as the file is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from landplan.app.firm_matching import FirmsAsked, Matching, matching
from landplan.core.firm_decisions import decision_of
from landplan.core.firms import plot_ids
from landplan.core.layers import Layer
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.export.firm_list import ListRow, write_firm_list
from landplan.gui.desk import Desk
from landplan.gui.icons import icon
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, Cells
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.path_field import PathField
from landplan.gui.widgets.section import small_button, soft_label
from landplan.gui.work import Task

_HEADS = ("firm", "holder", "plots", "score", "reasons", "decision")
_SHARES = (0.27, 0.27, 0.16, 0.0, 0.3, 0.0)
"""Of the room that is left: firm, holder, plots and reasons; score and decision take what they need."""
_DECISION = len(_HEADS) - 1
_ROWS = 14


class FirmsDialog(QDialog):
    """Firms, holders and the list as files; below them the candidates. Nothing is on a plot before somebody has said yes."""

    wanted = Signal(object)
    """The values of the command `add_firms`: the list is written, and the firms are to come to the parcels."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self._rows: list[ListRow] = []
        self._found: Matching | None = None
        self._known: tuple[Layer | None, dict[str, int]] = None, {}
        """The parcels, and the row of each by its id."""
        self._asked: FirmsAsked | None = None
        self.setWindowTitle(text("firms_title"))
        self.setMinimumWidth(820)
        tables = f"{text('firms_tables')} (*.xlsx *.csv *.txt *.dbf);;{text('open_layers_all_files')} (*)"
        self.firms = PathField(text("firms_table"), text("firms_table_why"), tables)
        self.owners = PathField(text("firms_owners"), text("firms_owners_why"), tables)
        self.list_file = PathField(text("firms_list"), text("firms_list_why"), f"{text('firms_tables')} (*.xlsx *.csv)")
        for field in (self.firms, self.owners, self.list_file):
            field.look.hide()
            field.changed.connect(self._show)
        self.firms.changed.connect(self._name_list)
        self.table = CandidateTable(text("firms_candidates"), most=_ROWS)
        self.table.entered_row.connect(self._entered)
        self.table.removed.connect(lambda _row: self.decide(""))
        self.table.selectionModel().currentRowChanged.connect(self._show_plots)
        self.said, self.wrong = soft_label(text("firms_intro")), soft_label(role="data")
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for id, field in (("firms_table", self.firms), ("firms_owners", self.owners), ("firms_list", self.list_file)):
            form.addRow(text(id), field)
        self.match = QPushButton(icon("search"), text("firms_match"), autoDefault=False)
        self.match.clicked.connect(self._match)
        self.yes = small_button("good", text("firms_yes"), partial(self.decide, "yes"), text("firms_yes_why"))
        self.no = small_button("bad", text("firms_no"), partial(self.decide, "no"), text("firms_no_why"))
        self.open_ = small_button("reset", text("firms_open"), partial(self.decide, ""), text("firms_open_why"))
        self.save = QPushButton(icon("save"), text("firms_save"), autoDefault=False)
        self.save.clicked.connect(lambda: self._save(use=False))
        self.use = QPushButton(icon("good", theme().accent_ink), text("firms_use"), autoDefault=False)
        self.use.setProperty("role", "primary")
        self.use.clicked.connect(lambda: self._save(use=True))
        for key, decision in (("Y", "yes"), ("N", "no")):
            QShortcut(key, self.table, partial(self.decide, decision))
        decisions, buttons = QHBoxLayout(), QHBoxLayout()
        for widget in (self.yes, self.no, self.open_):
            decisions.addWidget(widget)
        decisions.addStretch(1)
        buttons.addWidget(self.match)
        buttons.addStretch(1)
        buttons.addWidget(self.save)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(8)
        column.addLayout(form)
        for part in (self.said, self.wrong, self.table):
            column.addWidget(part)
        column.addLayout(decisions)
        column.addStretch(1)
        column.addLayout(buttons)

    # What the planner does

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """The list as it stands, decisions included."""
        return tuple(self._rows)

    def decide(self, decision: str) -> None:
        """ "yes", "no" or "" for the row that has the focus; then the next row has it."""
        row = self.table.currentIndex().row()
        if not 0 <= row < len(self._rows):
            return
        written = text(f"firms_{decision}") if decision else ""
        self._rows[row] = replace(self._rows[row], decision=written)
        self._show_rows()
        if decision and row + 1 < len(self._rows):
            self.table.setCurrentIndex(self.table.cells.index(row + 1, _DECISION))

    def _entered(self, row: int) -> None:
        """A click on a decision, or Enter, takes the next of: open, yes, no."""
        if self.table.currentIndex().column() == _DECISION:
            now = decision_of(self._rows[row].decision)
            self._rows[row] = replace(self._rows[row], decision={"open": text("firms_yes"), "yes": text("firms_no")}.get(now, ""))
            self._show_rows()

    def _name_list(self) -> None:
        """A list beside the table, until another is named."""
        path = self.firms.path
        if path is not None and path.suffix and not self.list_file.line.isModified():
            self.list_file.show_path(path.with_name(f"{path.stem}_list.xlsx"))

    def _match(self) -> None:
        project, table, out = self._desk.project, self.firms.place, self.list_file.path
        if project is None or table is None or out is None:
            return
        self._asked = asked = FirmsAsked(table, None, self.owners.place, out)
        layer = project.layers.parcels

        def work(progress: Progress) -> Matching:
            return matching(asked, layer, progress)

        self._task = self._desk.run(text("firms_title"), work, self._matched, failed=self._failed)
        self._show()

    def _matched(self, found: Matching) -> None:
        if not isValid(self):
            return
        self._task, self._found, self._rows = None, found, list(found.rows)
        odd = [one.text() for one in found.issues if one.weight == "data" and one.id != "firms_unplaced"]
        self.said.setText(text("said_firms", found.facts))
        self.wrong.setText("\n".join(odd))
        self._show_rows()
        self._show()

    def _failed(self, _error: BaseException) -> None:
        if isValid(self):
            self._task = None
            last = self._desk.messages[-1]
            self.wrong.setText(last.text if last.mood == "bad" else "")
            self._show()

    def _save(self, *, use: bool) -> None:
        """Write the list as it stands, off the main thread; then, where asked, the firms come to the parcels."""
        asked, rows = self._asked, self.rows
        if asked is None:
            return

        def done(path: Path) -> None:
            self._desk.say("good", text("said_firm_list", {"path": path, "n": len(rows), "name": path.name}))
            if use and isValid(self):
                values = {"path": str(asked.table), "confirmed": str(path.resolve())}
                self.wanted.emit(values | ({"owners": str(asked.owners)} if asked.owners else {}))
                self.accept()

        self._desk.run(text("firms_save"), lambda _progress: write_firm_list(rows, asked.out), done, failed=self._failed)

    def done(self, result: int) -> None:
        """Closed, in whatever way: matching that still runs is given up."""
        if self._task is not None:
            self._task.cancel()
        super().done(result)

    # What is shown

    def _show(self) -> None:
        project, there = self._desk.project, self._found is not None and self._task is None
        ready = project is not None and self.firms.path is not None and self.list_file.path is not None
        self.match.setEnabled(ready and self._task is None)
        self.wrong.setVisible(bool(self.wrong.text()))
        self.table.setVisible(bool(self._rows))
        for widget in (self.yes, self.no, self.open_):
            widget.setEnabled(bool(self._rows))
        self.save.setEnabled(there)
        twice = project is not None and project.recipe.layers["parcels"].firms is not None
        self.use.setEnabled(there and not twice)
        self.use.setToolTip(text("firms_twice") if twice else text("firms_use_why"))

    def _show_rows(self) -> None:
        headers = tuple(text(f"firms_head_{id}") for id in _HEADS)
        self.table.show_cells(Cells(headers, len(self._rows), lambda row, column: _cell(self._rows[row], column)))

    def _show_plots(self) -> None:
        """The candidate plots of the row are selected, so that the map shows them."""
        row, project = self.table.currentIndex().row(), self._desk.project
        if project is not None and 0 <= row < len(self._rows):
            layer = project.layers.parcels
            if self._known[0] is not layer:
                self._known = layer, {str(id): place for place, id in enumerate(layer.ids.tolist())}
            row_of = self._known[1]
            places = [row_of[id] for id in plot_ids(self._rows[row].plots, row_of) if id in row_of]
            self._desk.select(np.array(sorted(places), np.int64))


class CandidateTable(FittedTable):
    """Columns of words share the room that score and decision leave; what is elided is whole in the tooltip."""

    def _fit_columns(self) -> None:
        header, room = self.horizontalHeader(), self.viewport().width()
        own = {column: self._needed(column, True) for column, share in enumerate(_SHARES) if not share}
        for column in range(min(self.cells.columnCount(), len(_SHARES))):
            share = int(_SHARES[column] * (room - sum(own.values())))
            header.resizeSection(column, own.get(column, max(share, 60)))


def _cell(row: ListRow, column: int) -> Cell:
    """What one cell of the list shows."""
    id = _HEADS[column]
    if id == "firm":
        return Cell(row.firm or row.code, tip="\n".join(filter(None, (row.firm, row.code, row.address))), loose=True)
    if id == "holder":
        return Cell(row.holder, tip="\n".join(filter(None, (row.holder, row.holder_address))), loose=True)
    if id == "score":
        return Cell("" if row.score is None else f"{row.score:.2f}", right=True)
    if id == "decision":
        mood = {"yes": theme().good, "no": theme().bad}.get(decision_of(row.decision), "")
        return Cell(row.decision or "–", colour=mood)
    words = str(getattr(row, id))
    return Cell(words or text("firms_no_candidate") if id == "plots" else words, tip=words, loose=True)
