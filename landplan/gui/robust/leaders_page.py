"""The first places of every model: how often each is held under drawn weights, and the one weight that unseats it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from landplan.app.leaders import Leader, unseated
from landplan.app.robust_findings import Findings
from landplan.core.messages import pick, text
from landplan.export.drawing.colours import MODEL_HUES
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.row_list import Row, RowList
from landplan.gui.widgets.scrolled import scrolled


class LeadersPage(QWidget):
    """Three parcels a model, each with what unseats it; a click shows the parcel."""

    picked = Signal(object)
    """Rows (Int)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Findings | None = None
        self.list = RowList(text("robustness_tab_leaders"), links=True)
        self.list.chosen.connect(self._choose)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 8)
        column.addWidget(self.list)
        column.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(EmptyState("sure", text("robustness_not_run"), text("robustness_not_run_advice")))
        self.pages.addWidget(scrolled(inside))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def refresh(self) -> None:
        """What was last found."""
        found = self._desk.robustness.found
        self.pages.setCurrentIndex(0 if found is None else 1)
        if found is not None and found is not self._shown:
            self.list.set_rows([_row(found, one) for one in found.leaders])
        self._shown = found

    def _choose(self, k: int) -> None:
        if self._shown is not None:
            self.picked.emit(np.array([self._shown.leaders[k].row], np.int64))


def _row(found: Findings, one: Leader) -> Row:
    results, shares = found.results, found.acceptability
    model = pick(results.scheme.models[one.model].title)
    title = text("robustness_leader", {"model": model, "rank": one.rank, "id": results.scores.ids[one.row]})
    first, within = (figures.percent(float(table[one.row, one.model]), 0) for table in (shares.first, shares.top))
    share = text("robustness_leader_share", {"first": first, "top": shares.asked.top, "within": within})
    words = unseated(results, one)
    why = text("robustness_leader_why", {"title": title, "share": share, "unseated": words})
    return Row(title, share, detail=words, why=why, colour=MODEL_HUES[one.model % len(MODEL_HUES)], swatch=True)
