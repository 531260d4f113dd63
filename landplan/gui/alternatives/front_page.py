"""The trade-off between two goals: which ones, the chart, and a point's level as a limit of the project."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from landplan.core.messages import language, text
from landplan.core.tables import QUANTITIES
from landplan.core.units import unit_text
from landplan.gui.alternatives.fields import asking, either, headed, number_box
from landplan.gui.alternatives.front_chart import Dot, FrontChart
from landplan.gui.ask_bar import AskBar
from landplan.gui.desk import Desk
from landplan.gui.plan_words import gap_words, goal_title, goal_unit, number, quantity_title, significant
from landplan.gui.questions import FRONT, Answer, Front
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.section import soft_label
from landplan.portfolio.frontier import Point, leavers


class FrontPage(QWidget):
    """What is asked on the left, the points on the right, the one under the cursor in words below."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Answer | None = None
        self._offered: tuple[object, ...] = ()
        self.first = ElidedCombo(text("frontier_first"), text("frontier_first_why"))
        self.against = ElidedCombo(text("frontier_against"), text("frontier_against_why"))
        self.points = number_box("frontier_points", 2, 30, desk.questions.front.points, 0)
        self.bar = AskBar(desk, FRONT, text("frontier_ask"), self._ask, text("frontier_ask_why"))
        self.chart, self.said, self.old = FrontChart(text("frontier_chart")), soft_label(role=""), soft_label("", "data")
        self.none = EmptyState("chart", text("alternatives_tab_front"), text("frontier_none_yet"))
        self.apply = QPushButton(text("frontier_apply"))
        self.apply.clicked.connect(self._apply)
        self.chart.told.connect(self._tell)
        self._lay_out()

    def _lay_out(self) -> None:
        form, right, foot = QFormLayout(), QVBoxLayout(), QHBoxLayout()
        for id in ("first", "against", "points"):
            label = QLabel(text(f"frontier_{id}"))
            label.setProperty("role", "soft")
            label.setBuddy(getattr(self, id))
            form.addRow(label, getattr(self, id))
        foot.addWidget(self.said, 1)
        foot.addWidget(self.apply)
        right.setContentsMargins(8, 4, 8, 4)
        right.setSpacing(2)
        right.addWidget(self.old)
        right.addWidget(self.chart, 1)
        right.addLayout(foot)
        self.pages = either(self.none, right)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(asking(form, self.bar, text("frontier_nesting")))
        line.addWidget(self.pages, 1)

    def refresh(self) -> None:
        """The goals there are, and what was last found."""
        self._offer()
        found = self._desk.questions.answer(FRONT)
        self.bar.refresh(self.against.count() > 0)
        self.bar.say(text("frontier_ask" if found is None else "frontier_again"))
        stale = found is not None and not self._desk.questions.current(FRONT)
        self.old.setText(text("alternatives_old") if stale else "")
        self.old.setVisible(stale)
        self.pages.setCurrentIndex(0 if found is None else 1)
        if found is not None and found is not self._shown:
            self._fill(found)
        self._shown = found
        self._tell(self.chart.chosen)

    def _offer(self) -> None:
        """Goals of the scheme: benefit, then what can be maximised; against it, the costs first."""
        desk, plan = self._desk, self._desk.plan
        if desk.project is None or plan is None or plan.options is None:
            return
        key = (plan.options.parties, plan.options.funds, language())
        if key == self._offered:
            return
        self._offered = key
        goals = ("score_area_mu", *QUANTITIES, *(f"npv_{party}_wan" for party in plan.options.parties))
        costs = tuple(f"cost_{fund}" for fund in plan.options.funds)
        asked = desk.questions.front
        for combo, ids, now in ((self.first, ("", *goals), asked.first), (self.against, (*costs, *goals), asked.against)):
            combo.clear()
            for id in ids:
                combo.addItem(headed(*self.title(id)), id)
            combo.setCurrentIndex(max(combo.findData(now), 0))

    def title(self, id: str) -> tuple[str, str]:
        """A goal and its unit; the benefit has none of its own."""
        project = self._desk.project
        if project is None or not id:
            return text("frontier_benefit"), ""
        if id.startswith("cost_"):
            return quantity_title(id, project.recipe.choose), unit_text("wan", language())
        return goal_title(id, project.scheme), goal_unit(id)

    def _ask(self) -> None:
        first, against = str(self.first.currentData()), str(self.against.currentData())
        self._desk.questions.ask_front(Front(first, against, int(self.points.value())))

    def _fill(self, answer: Answer) -> None:
        dots = [self._dot(answer, k) for k in range(len(answer.found))]
        across, up = (headed(*self.title(id)) for id in (answer.question.against, answer.question.first))
        self.chart.show_dots(dots, across, up)

    def _dot(self, answer: Answer, k: int) -> Dot:
        sign = -1.0 if answer.question.against.startswith("cost_") else 1.0
        point: Point = answer.found[k]
        second, unit = self.title(answer.question.against)
        if point.open:
            words = text("frontier_open", {"second": second, "level": f"{number(sign * point.level)} {unit}"})
            return Dot(sign * point.level, math.nan, words)
        first, of_first = self.title(answer.question.first)
        facts = {"first": first, "a": f"{significant(point.first, 6)} {of_first}".strip(), "second": second,
                 "b": f"{number(sign * point.second)} {unit}", "n": number(point.plan.chosen.size),
                 "gap": gap_words(point.plan.gap)}  # fmt: skip
        spent = "" if sign < 0 else text("frontier_spent", {"cost": number(answer.asked.spent_wan(point.plan.chosen))})
        words = text("frontier_point_words", facts) + spent
        return Dot(sign * point.second, point.first, words + self._steps(answer, k))

    def _steps(self, answer: Answer, k: int) -> str:
        """Who comes in and who leaves against the point before, which reaches more of the second goal."""
        before = next((one for one in reversed(answer.found[:k]) if not one.open), None)
        if before is None:
            return ""
        problem, now, then = answer.asked.built.problem, answer.found[k].plan.chosen, before.plan.chosen
        facts = {"come": leavers(problem, now, then).size, "leave": leavers(problem, then, now).size}
        return text("frontier_steps", facts)

    def _tell(self, k: int) -> None:
        answer = self._desk.questions.answer(FRONT)
        able = answer is not None and self.chart.chosen >= 0 and self._limit(answer) is not None
        self.apply.setEnabled(able)
        if answer is None:
            return
        fits = answer.question.against in QUANTITIES or answer.question.against.startswith("cost_")
        self.apply.setToolTip(text("frontier_apply_why" if fits else "frontier_apply_not"))
        if 0 <= k < len(self.chart.dots):
            self.said.setText(self.chart.dots[k].words)
        elif not answer.found:
            self.said.setText(text("frontier_empty"))
        else:
            left = sum(dot.open for dot in self.chart.dots)
            self.said.setText(text("frontier_open_some", {"n": left}) if left else text("frontier_how"))

    def _limit(self, answer: Answer) -> dict[str, Any] | None:
        """The limit that the point picked stands for, rounded outwards to whole units so that its plan keeps it."""
        against, level = answer.question.against, answer.found[self.chart.chosen].level
        if against.startswith("cost_"):
            return {"quantity": against, "at_most": float(math.ceil(-level - 1e-6))}
        return {"quantity": against, "at_least": float(math.floor(level + 1e-6))} if against in QUANTITIES else None

    def _apply(self) -> None:
        answer = self._desk.questions.answer(FRONT)
        limit = None if answer is None or self.chart.chosen < 0 else self._limit(answer)
        if limit is not None:
            self._desk.do("set_limit", id=f"tradeoff_{limit['quantity']}", **limit)
