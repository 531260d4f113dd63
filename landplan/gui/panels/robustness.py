"""Robustness: whether ranks and recommendations stand when weights are uncertain, and how far scoring methods agree."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from landplan.core.layers import Int
from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.kept import keep, kept
from landplan.gui.robust.agreement_page import AgreementPage
from landplan.gui.robust.form import RobustForm
from landplan.gui.robust.fragile_page import FragilePage
from landplan.gui.robust.leaders_page import LeadersPage
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget

_EMPTY, _WHOLE = range(2)


@panel("robustness", "bottom", 4, icon="sure", tabbed=True)
class RobustnessPanel(LateWidget):
    """What is asked on the left; what was found on the right: fragile decisions, first places, agreement of methods."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.empty, self.form = EmptyState("sure", text("panel_robustness")), RobustForm(desk)
        self.fragile, self.leaders, self.agreement = FragilePage(desk), LeadersPage(desk), AgreementPage(desk)
        self.tabs, self.views = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(text("panel_robustness"))
        for id, page in (("fragile", self.fragile), ("leaders", self.leaders), ("agreement", self.agreement)):
            self.tabs.addTab(text(f"robustness_tab_{id}"))
            self.views.addWidget(page)
        self._lay_out()
        self.tabs.currentChanged.connect(self._turn)
        for signal in (desk.opened, desk.results_changed, desk.robustness.changed):
            signal.connect(self.refresh)
        for page in (self.fragile, self.leaders):
            page.picked.connect(self._show)
        self.tabs.setCurrentIndex(cast(int, kept(desk, "robustness") or 0))
        self.refresh()

    def _lay_out(self) -> None:
        whole, right = QWidget(), QVBoxLayout()
        right.setContentsMargins(0, 4, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.tabs)
        right.addWidget(self.views, 1)
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.form)
        line.addLayout(right, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def refresh(self) -> None:
        """What was found, once it can be seen: a slider is not to wait for a hidden panel."""
        if self.put_off():
            return
        results = self._desk.results
        if results is None:
            self.empty.say(
                text("panel_robustness"), text(f"robustness_{'no_project' if self._desk.project is None else 'scoring'}")
            )
            self.pages.setCurrentIndex(_EMPTY)
            return
        self.pages.setCurrentIndex(_WHOLE)
        self.form.refresh()
        mask = self._desk.robustness.fragile
        count = "" if mask is None else f" {int(mask.sum()):,}"
        self.tabs.setTabText(0, f"{text('robustness_tab_fragile')}{count}")
        (self.fragile, self.leaders, self.agreement)[self.tabs.currentIndex()].refresh()

    def _turn(self, k: int) -> None:
        keep(self._desk, "robustness", k)
        self.views.setCurrentIndex(k)
        self.refresh()

    def _show(self, rows: Int) -> None:
        self._desk.select(np.asarray(rows, np.int64))
        self._desk.zoom_wanted.emit(rows)
