"""Other plans as good: how many, how much less, how different; a table of what was found, a click selects what differs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from landplan.app.plan_alternatives import sizes
from landplan.core.layers import Int
from landplan.core.messages import language, text
from landplan.core.units import M2_PER_MU, unit_text
from landplan.gui import figures
from landplan.gui.alternatives.fields import asking, either, number_box
from landplan.gui.ask_bar import AskBar
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.plan_words import number, significant
from landplan.gui.questions import OTHERS, Answer, Others
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.fitted_table import FittedTable, stacked
from landplan.gui.widgets.section import small_button, soft_label
from landplan.portfolio.alternatives import difference

_HEADS = ("plan", "benefit", "less", "area", "cost", "parcels", "differs", "change")


class PlansPage(QWidget):
    """What is asked on the left, the plans on the right."""

    picked = Signal(object)
    """Rows (Int) of the parcels that differ from the first plan; of the first, all of its own."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Answer | None = None
        asked = desk.questions.others
        self.most = number_box("alternatives_most", 2, 50, asked.most, 0)
        self.worse = number_box("alternatives_worse", 0, 100, 100 * asked.worse, 1, "\u00a0%")
        self.differ = number_box("alternatives_differ", 0, 100, 100 * asked.differ, 1, "\u00a0%", 5)
        self.bar = AskBar(desk, OTHERS, text("alternatives_ask"), self._ask, text("alternatives_ask_why"))
        self.table = FittedTable(text("alternatives_plans"), stretch=7, most=3, small=True, words=110)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.table.entered_row.connect(self._enter)
        self.said, self.old = soft_label(), soft_label(text("alternatives_old"), "data")
        self.none = EmptyState("portfolio", text("alternatives_none_yet"), text("alternatives_what"))
        self.paint = small_button("layers", text("alternatives_paint"), self._paint, text("alternatives_paint_why"))
        self.always = small_button("select", text("alternatives_select"), self._select, text("alternatives_select_why"))
        self._rows: list[Int] = []
        self._lay_out()

    def _lay_out(self) -> None:
        form, right, foot = QFormLayout(), QVBoxLayout(), QHBoxLayout()
        for id, box in (("most", self.most), ("worse", self.worse), ("differ", self.differ)):
            label = QLabel(text(f"alternatives_{id}"))
            label.setProperty("role", "soft")
            label.setBuddy(box)
            form.addRow(label, box)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.paint)
        foot.addWidget(self.always)
        right.setContentsMargins(8, 8, 8, 4)
        right.setSpacing(4)
        right.addWidget(self.old)
        right.addWidget(self.table, 1)
        right.addLayout(foot)
        self.pages = either(self.none, right)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(asking(form, self.bar, text("alternatives_note")))
        line.addWidget(self.pages, 1)

    def refresh(self) -> None:
        """What was last found."""
        questions = self._desk.questions
        found = questions.answer(OTHERS)
        self.bar.refresh()
        self.bar.say(text("alternatives_ask" if found is None else "alternatives_again"))
        self.pages.setCurrentIndex(0 if found is None else 1)
        self.old.setVisible(found is not None and not questions.current(OTHERS))
        if found is not self._shown:
            self._rows = [] if found is None else self._fill(found)
            self._shown = found
        self.said.setText("" if found is None else self._words(found))

    def _fill(self, answer: Answer) -> list[Int]:
        """A row a plan; the rows of the parcels it is about."""
        heads, tips = ([text(f"alternatives_{kind}_{id}") for id in _HEADS] for kind in ("head", "head_why"))
        units = {"area": "mu", "cost": "wan", "differs": "mu"}
        heads = [stacked(f"{head} {unit_text(units[id], language())}") if id in units else head
                 for id, head in zip(_HEADS, heads, strict=True)]  # fmt: skip
        made = [_plan_row(answer, k) for k in range(len(answer.found.plans))]
        self.table.show_cells(listed(heads, [cells for cells, _rows in made], tips))
        return [rows for _cells, rows in made]

    def _words(self, answer: Answer) -> str:
        found = answer.found
        facts = {"n": f"{int((found.often == 1).sum()):,}", "of": len(found.plans), "some": f"{int((found.often > 0).sum()):,}"}
        words = [text("alternatives_found", facts)]
        if found.complete:
            words.append(text("alternative_complete"))
        elif len(found.plans) < answer.question.most:
            words.append(text("alternatives_not_all"))
        return " ".join(words)

    def _ask(self) -> None:
        wanted = Others(int(self.most.value()), self.worse.value() / 100, self.differ.value() / 100)
        self._desk.questions.ask_others(wanted)

    def _enter(self, line: int) -> None:
        if line < len(self._rows):
            self.picked.emit(self._rows[line])

    def _select(self) -> None:
        often = self._desk.questions.often
        if often is not None:
            self.picked.emit(np.flatnonzero(often == 1))

    def _paint(self) -> None:
        self._desk.show_as(Display("often"))


def _plan_row(answer: Answer, k: int) -> tuple[tuple[Cell, ...], Int]:
    asked, plans = answer.asked, answer.found.plans
    problem, plan, first = asked.built.problem, plans[k], plans[0]
    kinds = np.full((2, problem.groups), -1, np.int64)
    for row, one in zip(kinds, (first, plan), strict=True):
        row[problem.group[one.chosen]] = asked.kind[one.chosen]
    come, leave, other = (kinds[0] < 0) & (kinds[1] >= 0), (kinds[0] >= 0) & (kinds[1] < 0), (kinds >= 0).all(axis=0)
    other &= kinds[0] != kinds[1]
    differs = difference(problem, first.chosen, plan.chosen, sizes(asked), asked.kind) / M2_PER_MU
    counts = {"come": int(come.sum()), "leave": int(leave.sum()), "other": int(other.sum())}
    tip = text("alternatives_change_tip", counts)
    less = figures.percent((plan.objective - first.objective) / max(abs(first.objective), 1e-300), 2)
    change = text("alternatives_change", counts) if k else "–"
    cells = (Cell(text("alternatives_plan", {"k": k + 1}), tip if k else text("alternatives_first")),
             Cell(significant(plan.objective, 6), right=True), Cell(less if k else "–", right=True),
             Cell(number(asked.area_mu(plan.chosen)), right=True), Cell(number(asked.spent_wan(plan.chosen)), right=True),
             Cell(number(plan.chosen.size), right=True), Cell(number(differs) if k else "–", right=True),
             Cell(change, tip if k else "", loose=True))  # fmt: skip
    rows = np.flatnonzero(come | leave | other) if k else np.unique(problem.group[first.chosen])
    return cells, np.asarray(rows, np.int64)
