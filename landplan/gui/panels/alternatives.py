"""Alternatives and trade-off: other plans as good as the best, and what one goal costs another."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtWidgets import QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from landplan.core.layers import Int
from landplan.core.messages import text
from landplan.gui.alternatives.front_page import FrontPage
from landplan.gui.alternatives.plans_page import PlansPage
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.kept import keep, kept
from landplan.gui.no_plan import no_plan_page, say_no_plan
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget

_EMPTY, _WHOLE = range(2)


@panel("alternatives", "bottom", 8, icon="portfolio", tabbed=True)
class AlternativesPanel(LateWidget):
    """Two pages: plans, and the trade-off; what to do first where there is no plan."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.empty, self.solve = EmptyState("portfolio", text("panel_alternatives")), QPushButton(text("portfolio_solve"))
        self.solve.setProperty("role", "primary")
        self.solve.clicked.connect(desk.solve)
        self.plans, self.front = PlansPage(desk), FrontPage(desk)
        self.tabs, self.views = QTabBar(), QStackedWidget()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName(text("panel_alternatives"))
        for id, page in (("plans", self.plans), ("front", self.front)):
            self.tabs.addTab(text(f"alternatives_tab_{id}"))
            self.views.addWidget(page)
        self._lay_out()
        self.tabs.currentChanged.connect(self._turn)
        self.plans.picked.connect(self._show)
        for signal in (desk.opened, desk.results_changed, desk.questions.changed, desk.project_changed):
            signal.connect(self.refresh)
        desk.long.changed.connect(self._worked)
        self.tabs.setCurrentIndex(cast(int, kept(desk, "alternatives") or 0))
        self.refresh()

    def _lay_out(self) -> None:
        whole = QWidget()
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 4, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.tabs)
        inside.addWidget(self.views, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(no_plan_page(self.empty, self.solve))
        self.pages.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def refresh(self, *_: object) -> None:
        """What was found, once it can be seen."""
        if self.put_off():
            return
        if self._desk.plan is None:
            say_no_plan(self.empty, self.solve, self._desk, "alternatives")
            self.pages.setCurrentIndex(_EMPTY)
            return
        self.pages.setCurrentIndex(_WHOLE)
        (self.plans, self.front)[self.tabs.currentIndex()].refresh()

    def _turn(self, k: int) -> None:
        keep(self._desk, "alternatives", k)
        self.views.setCurrentIndex(k)
        self.refresh()

    def _worked(self, task: object) -> None:
        if self._desk.plan is None and getattr(task, "kind", "") == "solve":
            self.refresh()

    def _show(self, rows: Int) -> None:
        self._desk.select(np.asarray(rows, np.int64))
        self._desk.zoom_wanted.emit(rows)
