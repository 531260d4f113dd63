"""Why: for the selected parcels and for every limit, what it is in the plan for and what it costs."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.ask_bar import AskBar
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.no_plan import no_plan_page, say_no_plan
from landplan.gui.plan_words import result_words
from landplan.gui.questions import LIMITS, PARCELS
from landplan.gui.reasons.limit_table import LimitLine, limit_cells, limit_lines
from landplan.gui.reasons.parcel_part import ParcelPart
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.fitted_table import FittedTable
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.widgets.scrolled import scrolled
from landplan.gui.widgets.section import soft_label

_EMPTY, _WHOLE = range(2)
_WIDE = 312


@panel("reasons", "bottom", 7, icon="help", tabbed=True)
class ReasonsPanel(LateWidget):
    """The parcel on the left, the limits on the right; what to do first where there is no plan."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.lines: tuple[LimitLine, ...] = ()
        self._shown: tuple[object, ...] = ()
        self.empty, self.solve = EmptyState("help", text("panel_reasons")), QPushButton(text("portfolio_solve"))
        self.solve.setProperty("role", "primary")
        self.solve.clicked.connect(desk.solve)
        self.parcel, self.table = ParcelPart(desk), FittedTable(text("reasons_limits"), most=3, small=True, words=150)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.table.entered_row.connect(self._go)
        self.plan, self.old, self.none = ElidedLabel("", "soft"), soft_label(text("reasons_old"), "data"), soft_label()
        self.bar = AskBar(desk, LIMITS, text("reasons_ask_limits"), desk.questions.ask_limits, text("reasons_ask_limits_why"))
        self._lay_out()
        for signal in (desk.opened, desk.results_changed, desk.selection_changed, desk.questions.changed):
            signal.connect(self.refresh)
        desk.project_changed.connect(self.refresh)
        desk.long.changed.connect(self._worked)
        self.refresh()

    def _lay_out(self) -> None:
        left, right, head = QWidget(), QVBoxLayout(), QHBoxLayout()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self.old)
        inside.addWidget(self.parcel)
        inside.addStretch(1)
        area = scrolled(left)
        area.setFixedWidth(_WIDE)
        title = QLabel(text("reasons_limits"))
        title.setProperty("role", "title")
        title.setToolTip(text("reasons_limits_why"))
        head.setSpacing(8)
        head.addWidget(title)
        head.addWidget(self.plan, 1)
        self.bar.setFixedWidth(200)
        head.addWidget(self.bar)
        right.setContentsMargins(8, 8, 8, 4)
        right.setSpacing(4)
        right.addLayout(head)
        right.addWidget(self.table, 1)
        right.addWidget(self.none)
        whole = QWidget()
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(area)
        line.addLayout(right, 1)
        self.pages = QStackedWidget()
        self.pages.addWidget(no_plan_page(self.empty, self.solve))
        self.pages.addWidget(whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def refresh(self, *_: object) -> None:
        """The plan there is, once it can be seen."""
        if self.put_off():
            return
        desk = self._desk
        if desk.plan is None:
            say_no_plan(self.empty, self.solve, desk, "reasons")
            self.pages.setCurrentIndex(_EMPTY)
            return
        self.pages.setCurrentIndex(_WHOLE)
        questions = desk.questions
        questions.prepare()
        self.bar.refresh(desk.project is not None and desk.project.recipe.choose is not None)
        answers = (questions.answer(PARCELS), questions.answer(LIMITS))
        shown = (desk.plan, desk.plan_current, desk.selection, questions.asked, *answers)
        if len(shown) == len(self._shown) and all(a is b for a, b in zip(shown, self._shown, strict=True)):
            self.parcel.bar.refresh()  # a slider is dragged, or work moves on: nothing that is said here has changed
            return
        self._shown = shown
        self.old.setVisible(not desk.plan_current)
        self.parcel.refresh()
        self._show_limits()

    def _show_limits(self) -> None:
        asked, plan = self._desk.questions.asked, self._desk.portfolio
        self.plan.setText("" if plan is None else result_words(plan))
        self.lines = () if asked is None else limit_lines(asked, self._desk.questions.limits)
        if asked is not None:
            self.table.show_cells(limit_cells(asked, self.lines))
        self.table.setVisible(bool(self.lines))
        self.none.setText(text("reasons_preparing" if asked is None else "portfolio_no_limits"))
        self.none.setVisible(not self.lines)

    def _worked(self, task: object) -> None:
        if self._desk.plan is None and getattr(task, "kind", "") == "solve":
            self.refresh()

    def _go(self, line: int) -> None:
        """Show the limit where it can be changed."""
        if line < len(self.lines):
            self._desk.panel_wanted.emit("portfolio")
            self._desk.limit_wanted.emit(self.lines[line].id)
