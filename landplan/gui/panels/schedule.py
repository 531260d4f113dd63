"""Schedule 实施进度: which blocks are under works when, and on the same years the land supplied and the money spent."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.units import unit_text
from landplan.core.year_plan import YearPlan, year_plan
from landplan.export.drawing.colours import MODEL_HUES, PATH_HUES
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.plan_words import fund_title
from landplan.gui.schedule.columns import Series, YearColumns
from landplan.gui.schedule.rows import WorksRow, works_rows
from landplan.gui.schedule.works import WorksView
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget

_EMPTY, _SHOWN = range(2)
_FIRST = ("block", "town", "carrier")
"""The zone sets to begin with, the best first."""


@panel("schedule", "bottom", 9, icon="history", tabbed=True)
class SchedulePanel(LateWidget):
    """Rows of works above, columns below; a click selects the parcels on the map."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Results | None = None
        self.plan: YearPlan | None = None
        self._opened = frozenset[int]()
        self.sets, self.info = ElidedCombo(text("schedule_by")), ElidedLabel("", "soft")
        self.works = WorksView()
        self.supply = YearColumns(text("schedule_supply"), unit_text("ha", language()))
        self.money = YearColumns(text("schedule_money"), unit_text("wan", language()))
        self.empty, self.solve = EmptyState("history", text("panel_schedule")), QPushButton(text("targets_solve"))
        self.solve.setProperty("role", "primary")
        self.solve.clicked.connect(lambda: desk.solve())
        self.sets.activated.connect(self._regroup)
        self.works.turned.connect(self._turn)
        self.works.picked.connect(self._pick)
        self._lay_out()
        desk.opened.connect(self.refresh)
        desk.plan_changed.connect(self.refresh)
        desk.results_changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        page, inside = QWidget(), QWidget()
        middle, column, line = QVBoxLayout(page), QVBoxLayout(inside), QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.empty)
        middle.addWidget(self.solve, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        line.addWidget(self.sets, 1)
        line.addWidget(self.info, 3)
        parts = QSplitter(Qt.Orientation.Vertical)
        for k, part in enumerate((self.works, self.supply, self.money)):
            parts.addWidget(part)
            parts.setStretchFactor(k, 3 if k == 0 else 1)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(parts, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        self.pages.addWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def refresh(self) -> None:
        """The last plan, said to be old where the project has changed since."""
        if self.put_off():
            return
        results = self._desk.plan
        if results is not self._shown:
            self._shown, self.plan, self._opened = results, None if results is None else year_plan(results), frozenset()
            self._list_sets()
            self._fill()
        self.pages.setCurrentIndex(_EMPTY if self.plan is None else _SHOWN)
        self._say()

    def _list_sets(self) -> None:
        before = self.sets.currentData()
        self.sets.clear()
        known = [] if self._shown is None else list(self._shown.zones.sets)
        for id in known:
            title = text(f"zone_set_{id}")
            self.sets.addItem(id if title == f"zone_set_{id}" else title, id)
        wanted = next((id for id in (before, *_FIRST) if id in known), None)
        self.sets.setCurrentIndex(self.sets.findData(wanted) if wanted else 0)
        self.sets.setVisible(bool(known))

    def _fill(self) -> None:
        results, plan = self._shown, self.plan
        if results is None or plan is None:
            return
        zone_set = results.zones.sets.get(str(self.sets.currentData()))
        years = (int(plan.years[0]), len(plan.years), plan.planned)
        self.works.show_rows(works_rows(results, plan, zone_set, self._opened), years, self._opened)
        models, choose = results.scheme.models, results.recipe.choose
        self.supply.show_series(
            tuple(Series(pick(one.title), f"#{MODEL_HUES[m % len(MODEL_HUES)]}", plan.supply_mu[m] / 15.0)
                  for m, one in enumerate(models)), years)  # fmt: skip
        self.money.show_series(
            tuple(Series(fund_title(fund, choose), f"#{PATH_HUES[f % len(PATH_HUES)]}", plan.spend_wan[f], plan.available_wan[f])
                  for f, fund in enumerate(plan.funds)), years)  # fmt: skip

    def _say(self) -> None:
        desk, plan = self._desk, self.plan
        if plan is None:
            project = desk.project
            why = "schedule_no_project" if project is None else "schedule_no_plan"
            why = "targets_no_choose" if project is not None and project.recipe.choose is None else why
            self.empty.say(text("panel_schedule"), text(why))
            self.solve.setVisible(why == "schedule_no_plan")
            self.solve.setEnabled(desk.results is not None)
            return
        words = text("schedule_note") if desk.plan_current else text("targets_old")
        unknown = plan.unknown_areas
        self.info.setText(words + (text("schedule_unknown", {"n": unknown}) if unknown else ""))

    def _regroup(self) -> None:
        self._opened = frozenset()
        self._fill()

    def _turn(self, zone: int) -> None:
        self._opened ^= {zone}
        self._fill()

    def _pick(self, row: WorksRow, year: int | None, add: bool) -> None:
        """Select the parcels of a row, or those of it under works in a year."""
        plan, results = self.plan, self._shown
        project = self._desk.project
        if plan is None or results is None or project is None or project.layers.parcels is not results.layers.parcels:
            return
        chosen = row.chosen
        if year is not None:
            chosen = chosen[(plan.start[chosen] <= year) & (year < plan.end[chosen])]
        self._desk.select(np.unique(plan.parcel[chosen]), "add" if add else "replace")
