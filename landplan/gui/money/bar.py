"""The line above the pages: whose NPV decides, in which year options begin, how often figures are drawn; run and stop."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QSpinBox, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.money.state import KIND
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.section import small_button
from landplan.gui.work import Task
from landplan.renewal.uncertainty import Judge
from landplan.renewal.views import VIEWS

_JUDGES: tuple[Judge, ...] = ("all", *VIEWS)


class MoneyBar(QWidget):
    """Small fields in one line; the draws of a few options run by themselves, of many on the button."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._money = desk, desk.money
        self._years: tuple[int, ...] = ()
        self.judge = ElidedCombo(text("money_panel_judge"), text("money_panel_judge_why"))
        for one in _JUDGES:
            self.judge.addItem(text(f"money_judge_{one}"), one)
        self.start = ElidedCombo(text("money_panel_start"), text("money_panel_start_why"))
        self.draws = QSpinBox()
        self.draws.setRange(10, 100_000)
        self.draws.setSingleStep(1000)
        self.draws.setGroupSeparatorShown(True)
        self.draws.setKeyboardTracking(False)
        self.draws.setPrefix(text("money_panel_draws"))
        self.draws.setAccessibleName(text("money_panel_draws"))
        self.draws.setToolTip(text("money_panel_draws_why"))
        self.run = small_button("sure", text("money_panel_run"), self._money.run, text("money_panel_run_why"))
        self.stop = small_button("stop", text("money_panel_stop"), self._money.stop)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(72, 4)
        self.progress.setAccessibleName(text("task_money"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 2, 8, 2)
        line.setSpacing(4)
        for field in (self.judge, self.start):
            field.setSizeAdjustPolicy(ElidedCombo.SizeAdjustPolicy.AdjustToContents)
        for each in (self.judge, self.start, self.draws):
            each.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            line.addWidget(each)
        for part in (self.run, self.progress, self.stop):
            line.addWidget(part)
        self._connect()

    def _connect(self) -> None:
        self.judge.activated.connect(lambda: self._money.ask(judge=cast(Judge, self.judge.currentData())))
        self.start.activated.connect(lambda: self._money.begin_in(self.start.currentData()))
        self.draws.valueChanged.connect(lambda n: self._money.ask(draws=n))
        CalmWheel(self.judge, self.start, self.draws)
        self._desk.long.changed.connect(self._moved)

    def refresh(self) -> None:
        """The fields as they are asked, and how the draws stand."""
        money, project = self._money, self._desk.project
        self.judge.setCurrentIndex(_JUDGES.index(money.judge))
        choose = project.recipe.choose if project is not None else None
        self._offer_years(tuple(choose.years.all) if choose is not None else ())
        self.draws.blockSignals(True)
        self.draws.setValue(money.draws)
        self.draws.blockSignals(False)
        self.draws.setEnabled(money.uncertain)
        self._say()

    def _offer_years(self, years: tuple[int, ...]) -> None:
        if years != self._years or not self.start.count():
            self._years = years
            self.start.clear()
            self.start.addItem(text("money_panel_own_start"), None)
            for year in years:
                self.start.addItem(text("money_panel_start_in", {"year": year}), year)
        self.start.setCurrentIndex(max(self.start.findData(self._money.start), 0))

    def _moved(self, task: Task) -> None:
        if task.kind == KIND and self.isVisible():
            self._say()

    def _say(self) -> None:
        money, task = self._money, self._money.task
        self.run.setVisible(task is None and money.uncertain and not money.live)
        self.run.setEnabled(money.current and not money.drawn)
        for part in (self.progress, self.stop):
            part.setVisible(task is not None)
        if task is not None:
            self.stop.setEnabled(not task.stopped)
            self.progress.setRange(0, 0 if task.share is None else 1000)
            self.progress.setValue(round(1000 * (task.share or 0.0)))
