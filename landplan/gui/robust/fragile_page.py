"""The fragile decisions, the least sure first: how often each holds, what takes its place, what would change it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from landplan.app.flip_words import flip_words
from landplan.app.robust_findings import Findings
from landplan.core.messages import pick, text
from landplan.export.drawing.colours import MODEL_HUES
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, Cells
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.section import small_button

MOST = 500
"""So many are listed; the map shows them all."""
_COLUMNS = ("parcel", "recommended", "holds", "rival", "rival_share", "flip")
_WHY = {"holds": "holds_why", "rival": "rival_why", "rival_share": "rival_why", "flip": "flip_why"}


class FragilePage(QWidget):
    """A line a decision; a click shows the parcel."""

    picked = Signal(object)
    """Rows (Int)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Findings | None = None
        self._flips: dict[int, str] = {}
        self.rows = np.empty(0, np.int64)
        self.table = FittedTable(text("robustness_tab_fragile"), stretch=5, most=3, words=160)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.empty, self.more = EmptyState("sure", text("robustness_not_run"), text("robustness_not_run_advice")), QLabel()
        self.more.setProperty("role", "soft")
        self.select = small_button("select", text("robustness_select"), self._select)
        self.table.entered_row.connect(self._enter)
        foot, whole = QHBoxLayout(), QWidget()
        foot.setContentsMargins(8, 0, 8, 4)
        foot.addWidget(self.more, 1)
        foot.addWidget(self.select)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(whole)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def refresh(self) -> None:
        """What was last found."""
        found = self._desk.robustness.found
        mask = self._desk.robustness.fragile
        if found is None or mask is None or not mask.any():
            self._shown = None
            self._say_none(found)
            return
        if found is not self._shown:
            self._shown, self._flips = found, {}
            whole = found.acceptability.decisions.worst_first
            self.rows = whole[:MOST]
            headers = tuple(text(f"robustness_col_{id}") for id in _COLUMNS)
            tips = tuple(text(f"robustness_col_{_WHY[id]}") if id in _WHY else "" for id in _COLUMNS)
            self.table.show_cells(Cells(headers, len(self.rows), self._cell, tips))
            more = {"n": f"{len(self.rows):,}", "of": f"{len(whole):,}"}
            self.more.setText(text("robustness_more", more) if len(whole) > len(self.rows) else "")
        self.pages.setCurrentIndex(1)

    def _say_none(self, found: Findings | None) -> None:
        if found is None:
            self.empty.say(text("robustness_not_run"), text("robustness_not_run_advice"))
        elif found.acceptability.recommended is None:
            self.empty.say(text("robustness_tab_fragile"), text("robustness_free_note"))
        else:
            least = figures.percent(found.acceptability.asked.least, 0)
            self.empty.say(text("robustness_no_fragile"), text("robustness_no_fragile_advice", {"least": least}))
        self.pages.setCurrentIndex(0)

    def _cell(self, line: int, column: int) -> Cell:
        found = self._shown
        if found is None:
            return Cell()
        row, scores, decisions = int(self.rows[line]), found.results.scores, found.acceptability.decisions
        models, rival = found.results.scheme.models, int(decisions.rival[row])
        now = int(scores.recommended[row])
        if column == 0:
            return Cell(str(scores.ids[row]))
        if column == 1:
            return Cell(pick(models[now].title), swatch=MODEL_HUES[now % len(MODEL_HUES)])
        if column == 2:
            why = "" if found.acceptability.alone is None else text(f"robustness_why_{found.acceptability.because(row)}")
            return Cell(figures.percent(float(decisions.holds[row]), 0), right=True, colour=theme().data, tip=why)
        if column in (3, 4) and rival < 0:
            return Cell("–", right=column == 4)
        if column == 3:
            return Cell(pick(models[rival].title), swatch=MODEL_HUES[rival % len(MODEL_HUES)])
        if column == 4:
            return Cell(figures.percent(float(decisions.rival_share[row]), 0), right=True)
        if row not in self._flips:
            self._flips[row] = flip_words(found.results, row)
        return Cell(self._flips[row], tip=self._flips[row], loose=True)

    def _enter(self, line: int) -> None:
        self.picked.emit(self.rows[line : line + 1])

    def _select(self) -> None:
        if self._shown is not None:
            self.picked.emit(np.sort(self._shown.acceptability.decisions.worst_first))
