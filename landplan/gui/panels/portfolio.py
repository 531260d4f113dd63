"""Panel: what to choose, within what, and what comes out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from landplan.app.commands.start_choose import planning_lacks
from landplan.core.messages import text
from landplan.core.project import Project
from landplan.core.results import Results
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.plan_words import budget_of
from landplan.gui.portfolio.budgets import BudgetSection
from landplan.gui.portfolio.goal import GoalSection
from landplan.gui.portfolio.limits import LimitSection
from landplan.gui.portfolio.lists import ListSection
from landplan.gui.portfolio.outcome import PathSection, TargetSection, TotalSection
from landplan.gui.portfolio.solve_bar import SolveBar
from landplan.gui.portfolio.state import PlanState
from landplan.gui.portfolio.ties import TieSection
from landplan.gui.widgets.empty_state import EmptyState

_Part = GoalSection | BudgetSection | LimitSection | TieSection | ListSection | TotalSection | TargetSection | PathSection


@panel("portfolio", "right", 1, icon="portfolio", tabbed=True, shortcut="F8")
class PortfolioPanel(QWidget):
    """Years and goals, budgets, limits, lists, and after solving totals, targets and paths; Solve stays in sight at the foot."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._late = desk, False
        self._drawn: tuple[object, ...] = ()
        self._plan: Results | None = None
        self.state = PlanState(desk)
        self.goal, self.budgets, self.limits = GoalSection(self.state), BudgetSection(self.state), LimitSection(self.state)
        self.ties = TieSection(self.state)
        self.must, self.must_not = ListSection(self.state, "must"), ListSection(self.state, "must_not")
        self.totals, self.targets, self.paths = TotalSection(self.state), TargetSection(self.state), PathSection(self.state)
        self.bar = SolveBar(self.state)
        self.empty = EmptyState("portfolio", text("portfolio_title"))
        self.start = QPushButton(text("portfolio_start"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self._empty_page())
        self.stack.addWidget(self._full_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.setMinimumWidth(240)
        self.start.clicked.connect(self._start)
        self.bar.clash_clicked.connect(self._show_limit)
        desk.limit_wanted.connect(self._show_limit, Qt.ConnectionType.QueuedConnection)
        self.bar.look.clicked.connect(self._show_outcome)
        desk.opened.connect(self.refresh)
        desk.project_changed.connect(self._project_changed)
        desk.results_changed.connect(self._scored)
        desk.plan_changed.connect(self._plan_changed)
        desk.selection_changed.connect(self._select)
        desk.long.changed.connect(self._worked)
        self.refresh()

    @property
    def sections(self) -> tuple[_Part, ...]:
        """All sections, from the top."""
        lists = (self.must, self.must_not)
        return (self.goal, self.budgets, self.limits, self.ties, *lists, self.targets, self.totals, self.paths)

    def refresh(self) -> None:
        """Show everything; later, where the panel is out of sight."""
        if not self.isVisible():
            self._late = True
            return
        self._late = False
        project = self._desk.project
        chooses = project is not None and project.recipe.choose is not None
        self.stack.setCurrentIndex(1 if chooses else 0)
        if not chooses:
            self._explain(project)
            return
        for section in self.sections:
            section.refresh()
        self._select()
        self.bar.refresh()
        self._drawn, self._plan = self._key(), self._desk.plan

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._late:
            self.refresh()

    def _key(self) -> tuple[object, ...]:
        """What the sections show besides the plan; compared by identity."""
        project, zones = self._desk.project, self.state.zones
        return () if project is None else (project.recipe.choose, project.scheme.paths, project.scheme.parties, zones)

    def _project_changed(self, _old: Project, _new: Project) -> None:
        now = self._key()
        if len(now) != len(self._drawn) or any(a is not b for a, b in zip(now, self._drawn, strict=True)):
            self.refresh()
        elif self.isVisible():
            self.bar.refresh()
        else:
            self._late = True

    def _plan_changed(self) -> None:
        """A new plan is drawn; one that has only grown old is said to be."""
        if self._desk.plan is not self._plan or not self.isVisible():
            self.refresh()
            return
        for section in (self.totals, self.targets, self.paths):
            section.say_age()
        self.bar.refresh()

    def _scored(self) -> None:
        if self._key()[-1:] != self._drawn[-1:]:
            self.refresh()

    def _worked(self, task: object) -> None:
        failed = self.state.failure
        self.bar.follow(task)
        if self.state.failure is not failed:
            self.refresh()

    def _select(self) -> None:
        if self.isVisible():
            self.must.follow_selection()
            self.must_not.follow_selection()
        else:
            self._late = True

    def _explain(self, project: Project | None) -> None:
        self.start.setVisible(project is not None)
        if project is None:
            self.empty.say(text("portfolio_title"), text("portfolio_no_project"))
            return
        lacks = planning_lacks(project)
        self.start.setEnabled(not lacks)
        words = text("portfolio_lacks", {"fields": lacks}) if lacks else text("portfolio_can_start")
        self.empty.say(text("portfolio_title"), f"{text('portfolio_what')}\n\n{words}")

    def _start(self) -> None:
        self._desk.do("start_choose")

    def _show_limit(self, id: str) -> None:
        """Bring a limit, a year of a budget or the must-do list into sight."""
        choose = self.state.choose
        if choose is None:
            return
        year = budget_of(id, choose)
        year = year or budget_of(id, choose, "ceiling")
        tied = self.ties.row_of(id)
        section = self.must if id == "must" else self.ties if tied >= 0 else self.limits if year is None else self.budgets
        self.area.ensureWidgetVisible(section)
        section.table.setFocus()
        if section is self.must:
            return
        row = self.budgets.row_of(*year) if year is not None else tied if tied >= 0 else self.limits.row_of(id)
        column = 0 if tied >= 0 else 1
        section.table.setCurrentIndex(section.table.cells.index(row, column))
        place = section.table.visualRect(section.table.cells.index(row, column)).center()
        spot = section.table.viewport().mapTo(self.area.widget(), place)
        self.area.ensureVisible(spot.x(), spot.y(), 0, 80)

    def _show_outcome(self) -> None:
        """Bring targets and totals to the top of what is seen."""
        self.area.verticalScrollBar().setValue(self.targets.y() - 8)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 24, 8, 24)
        column.setSpacing(8)
        self.start.setProperty("role", "primary")
        self.start.setToolTip(text("portfolio_start_why"))
        column.addStretch(1)
        column.addWidget(self.empty)
        column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return page

    def _full_page(self) -> QWidget:
        inner, page = QWidget(), QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(8, 12, 8, 16)
        column.setSpacing(16)
        for section in self.sections:
            column.addWidget(section)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidget(inner)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(self.bar)
        return page
