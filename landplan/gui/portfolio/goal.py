"""Section: the years in which works may start, and what the plan maximises."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from landplan.app.commands.set_goal import goals
from landplan.core.messages import text
from landplan.gui.plan_words import first_weight, given, goal_title, goal_unit
from landplan.gui.portfolio.state import PlanState
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.section import Section

_LONGEST = 100
"""Years a plan may span, as the recipe allows."""


class GoalSection(Section):
    """From which year to which, and a row for every goal with its weight."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(text("portfolio_goal"), parent, tip=text("portfolio_goal_why"))
        self._state = state
        self._shown: tuple[object, ...] = (None, None, None)
        self._goals: tuple[str, ...] = ()
        self.first, self.last = self._year("portfolio_first_year"), self._year("portfolio_last_year")
        row, label = QHBoxLayout(), QLabel(text("portfolio_years"))
        label.setBuddy(self.first)
        row.setSpacing(4)
        for widget in (label, self.first, QLabel("–"), self.last):
            row.addWidget(widget)
        row.addStretch(1)
        self.table = FittedTable(text("portfolio_goal"), self)
        self.table.typed.connect(self._typed, Qt.ConnectionType.QueuedConnection)
        self.table.removed.connect(self._remove, Qt.ConnectionType.QueuedConnection)
        self.more = QComboBox()
        self.more.setToolTip(text("portfolio_goal_add_why"))
        self.more.setAccessibleName(text("portfolio_goal_add"))
        self.more.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.more.activated.connect(self._add)
        self._calm = CalmWheel(self.first, self.last, self.more)
        self.body.addLayout(row)
        self.body.addWidget(self.table)
        self.body.addWidget(self.more)

    def refresh(self) -> None:
        """Show the years and goals of the recipe."""
        choose = self._state.choose
        if choose is None:
            return
        now = (choose.years, choose.maximise, self._state.scheme.parties)
        if all(a is b for a, b in zip(now, self._shown, strict=True)):
            return
        self._shown = now
        years = choose.years
        for box, value, low, high in (
            (self.first, years.first, max(1900, years.last - _LONGEST), years.last),
            (self.last, years.last, years.first, min(2200, years.first + _LONGEST)),
        ):
            box.blockSignals(True)
            box.setRange(low, high)
            box.setValue(value)
            box.blockSignals(False)
        self._show_goals(choose.maximise)

    def _show_goals(self, maximise: dict[str, float]) -> None:
        scheme, project = self._state.scheme, self._state.desk.project
        self._goals = tuple(maximise)
        rows = []
        for goal, weight in maximise.items():
            title, unit = goal_title(goal, scheme), goal_unit(goal)
            tip = text("portfolio_goal_row", {"goal": title, "unit": unit, "weight": given(weight)})
            rows.append(
                (
                    Cell(title, tip, note=unit),
                    Cell(given(weight), tip, right=True, edit=given(weight)),
                    Cell(tip=f"{text('portfolio_goal_remove')} (Delete)", picture="remove"),
                )
            )
        headers = (text("portfolio_goal_header"), text("portfolio_weight"), "")
        self.table.show_cells(listed(headers, rows, ("", text("portfolio_weight_why"), "")))
        self.more.clear()
        self.more.addItem(text("portfolio_goal_add"), "")
        for goal in goals(project) if project is not None else ():
            if goal not in maximise:
                self.more.addItem(goal_title(goal, scheme), goal)
        self.more.setEnabled(self.more.count() > 1)

    def _year(self, name: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(1900, 2200)
        box.setKeyboardTracking(False)
        box.setToolTip(text(f"{name}_why"))
        box.setAccessibleName(text(name))
        box.valueChanged.connect(self._set_years)
        box.editingFinished.connect(self._settle)
        return box

    def _set_years(self) -> None:
        self._state.desk.do("set_years", merge=True, first=self.first.value(), last=self.last.value())

    def _settle(self) -> None:
        self._state.desk.settle()

    def _typed(self, row: int, _column: int, value: float | None) -> None:
        if row < len(self._goals):
            self._state.desk.do("set_goal", quantity=self._goals[row], weight=value or 0.0)

    def _remove(self, row: int) -> None:
        if row < len(self._goals):
            self._state.desk.do("set_goal", quantity=self._goals[row], weight=0.0)

    def _add(self, place: int) -> None:
        goal = self.more.itemData(place)
        if goal:
            self._state.desk.do("set_goal", quantity=goal, weight=first_weight(goal))
