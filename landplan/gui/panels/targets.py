"""Targets: what the plan does to each goal of the scheme, with the stated scope of the count."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landplan.app.command_line import job_line
from landplan.app.plan_questions import asked_of
from landplan.app.target_gap import TargetGap, gap_sentences, target_gap
from landplan.core.messages import language, pick, text
from landplan.core.scheme import Target
from landplan.core.tables import TargetResult
from landplan.core.units import unit_text
from landplan.gui import figures
from landplan.gui.charts.target_bar import TargetBar
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget
from landplan.gui.work import Task

_EMPTY, _ROWS = range(2)


@panel("targets", "bottom_left", 2, icon="target", tabbed=True)
class Targets(LateWidget):
    """A row for each target of the plan, or what to do to have one."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self._closing: tuple[str, Task] | None = None
        self._answers: tuple[object, dict[str, TargetGap]] = (None, {})
        self.rows: list[TargetRow] = []
        self.empty, self.old = EmptyState("target", text("panel_targets")), QLabel(text("targets_old"))
        self.old.setProperty("role", "data")
        self.old.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.old.setToolTip(text("targets_old"))
        self.solve, self.again = QPushButton(text("targets_solve")), QPushButton(text("targets_again"))
        self.solve.setProperty("role", "primary")
        for button in (self.solve, self.again):
            button.setToolTip(text("targets_solve_why"))
            button.clicked.connect(self._solve)
        self._lay_out()
        desk.opened.connect(self.refresh)
        desk.plan_changed.connect(self.refresh)
        desk.results_changed.connect(self._rescored)
        desk.long.changed.connect(self._heard)
        self.refresh()

    def _lay_out(self) -> None:
        page, inside = QWidget(), QWidget()
        middle = QVBoxLayout(page)
        middle.setContentsMargins(24, 12, 24, 12)
        middle.setSpacing(12)
        middle.addStretch(1)
        middle.addWidget(self.empty)
        middle.addWidget(self.solve, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self._stale_line = QWidget()
        line = QHBoxLayout(self._stale_line)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.old, 1)
        line.addWidget(self.again)
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(12)
        self._column.addWidget(self._stale_line)
        self._column.addStretch(1)
        scrolled = QScrollArea()
        scrolled.setWidget(inside)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        self.pages.addWidget(scrolled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def refresh(self) -> None:
        """The plan as it is now, or why there is none to show."""
        self.put_off()
        plan, portfolio = self._desk.plan, self._desk.portfolio
        if plan is None or portfolio is None or not portfolio.targets:
            self._show_empty()
            return
        targets = {one.id: one for one in plan.scheme.targets}
        self._build(len(portfolio.targets))
        for row, found in zip(self.rows, portfolio.targets, strict=True):
            row.show_target(targets[found.id], found)
        self._say_closing()
        self._stale_line.setVisible(not self._desk.plan_current)
        self.pages.setCurrentIndex(_ROWS)

    def _show_empty(self) -> None:
        project = self._desk.project
        reasons = {
            "targets_no_project": project is None,
            "targets_none": project is not None and not project.scheme.targets,
            "targets_no_choose": project is not None and project.recipe.choose is None,
        }
        why = next((id for id, holds in reasons.items() if holds), "targets_no_plan")
        self.empty.say(text("panel_targets"), text(why))
        self.solve.setVisible(why == "targets_no_plan")
        self.solve.setEnabled(self._desk.results is not None and self._task is None)
        self.pages.setCurrentIndex(_EMPTY)

    def _rescored(self) -> None:
        if self.pages.currentIndex() == _EMPTY:
            self._show_empty()

    def _build(self, n: int) -> None:
        while len(self.rows) > n:
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.deleteLater()
        while len(self.rows) < n:
            self.rows.append(TargetRow())
            self.rows[-1].close_wanted.connect(self._close_gap)
            self.rows[-1].changes_wanted.connect(self._select)
            self._column.insertWidget(self._column.count() - 1, self.rows[-1])

    def _solve(self) -> None:
        task = self._desk.solve()
        if task is not None:
            self._task = task
            self._say_solving()

    def _close_gap(self, id: str) -> None:
        """Look for the cheapest way to a target; the same button stops it."""
        plan = self._desk.plan
        if self._closing is not None:
            self._closing[1].cancel()
            return
        if plan is None:
            return

        def done(found: TargetGap) -> None:
            kept = self._answers[1] if self._answers[0] is plan else {}
            self._answers = (plan, {**kept, id: found})
            self._say_closing()

        line = job_line("close_gap", recipe=self._desk.name, target=id)
        task = self._desk.run(text("task_close_gap"), lambda progress: target_gap(asked_of(plan), id, "goal", progress), done,
                              line=line, kind="close_gap")  # fmt: skip
        self._closing = (id, task)
        self._say_closing()

    def _say_closing(self) -> None:
        plan = self._desk.plan
        answers = self._answers[1] if self._answers[0] is plan else {}
        busy = self._closing[0] if self._closing is not None else None
        for row in self.rows:
            row.show_gap(answers.get(row.id), busy=busy == row.id, able=busy in (None, row.id))

    def _select(self, id: str) -> None:
        """Select the parcels that the answer changes."""
        plan, project = self._desk.plan, self._desk.project
        found = self._answers[1].get(id) if self._answers[0] is plan else None
        if found is None or plan is None or project is None or project.layers.parcels is not plan.layers.parcels:
            return
        changed = [row["parcel_id"] for row in found.rows]
        self._desk.select(np.flatnonzero(np.isin(plan.scores.ids.astype(str), changed)))

    def _heard(self, task: Task) -> None:
        if self._closing is not None and task is self._closing[1] and task.state in ("done", "cancelled", "failed"):
            self._closing = None
            self._say_closing()
        if task is self._task and task.state in ("done", "cancelled", "failed"):
            self._task = None
            self._say_solving()

    def _say_solving(self) -> None:
        busy = self._task is not None
        for button, id in ((self.solve, "targets_solve"), (self.again, "targets_again")):
            button.setText(text("targets_solving" if busy else id))
            button.setEnabled(not busy)


class TargetRow(QWidget):
    """One target: title and whether it is reached, the bar, the numbers, the scope."""

    close_wanted = Signal(str)
    changes_wanted = Signal(str)
    """The id of the target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.id = ""
        self.title, self.gap, self.numbers, self.scope, self.answer = (QLabel() for _ in range(5))
        self.close_gap, self.changes = QPushButton(text("targets_close")), QPushButton(text("targets_close_select"))
        self.close_gap.setToolTip(text("targets_close_why"))
        self.close_gap.clicked.connect(lambda: self.close_wanted.emit(self.id))
        self.changes.clicked.connect(lambda: self.changes_wanted.emit(self.id))
        self.answer.setWordWrap(True)
        self.title.setProperty("role", "title")
        self.scope.setProperty("role", "soft")
        self.scope.setWordWrap(True)
        self.numbers.setWordWrap(True)
        for label in (self.numbers, self.scope, self.gap, self.answer):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = TargetBar()
        self.bar.setToolTip(text("targets_bar_why"))
        line = QHBoxLayout()
        line.addWidget(self.title, 1)
        line.addWidget(self.gap)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        for widget in (self.bar, self.numbers, self.scope, self.answer):
            column.addWidget(widget)
        buttons = QHBoxLayout()
        buttons.addWidget(self.close_gap)
        buttons.addWidget(self.changes)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def show_target(self, target: Target, found: TargetResult) -> None:
        """A target and what the plan does to it."""
        self.id = target.id
        self.close_gap.setVisible(found.shortfall > 0)
        of = {"title": pick(target.title), "year": str(found.year), "unit": unit_text(found.unit, language())}
        title = text("targets_title", of)
        self.title.setText(title)
        self.gap.setText(gap_words(found))
        self.gap.setProperty("role", "good" if not found.shortfall else "data")
        self.gap.style().unpolish(self.gap)
        self.gap.style().polish(self.gap)
        self.bar.show_target(found.base, found.after, found.above)
        self.bar.setAccessibleName(f"{title} {self.gap.text()}")
        self.numbers.setText("　".join(number_words(found)))
        said = [text("targets_scope", {"scope": pick(target.scope)}), _known_words(found)]
        if found.remainder:
            said.append(text("targets_remainder", {"value": _with_unit(found.remainder, found.unit)}))
        self.scope.setText(" · ".join(said))
        self.scope.setToolTip(text("targets_source", {"source": target.source}) if target.source else "")

    def show_gap(self, found: TargetGap | None, *, busy: bool, able: bool) -> None:
        """The cheapest way to the target, where it was looked for."""
        self.answer.setVisible(found is not None)
        self.changes.setVisible(found is not None and bool(found.rows))
        self.answer.setText("" if found is None else "\n".join(gap_sentences(found)[1:]))
        self.close_gap.setText(text("targets_closing" if busy else "targets_close"))
        self.close_gap.setEnabled(able)


def gap_words(found: TargetResult) -> str:
    """Whether the target is reached, and by how much not, or beyond."""
    if found.shortfall > 0:
        return text("targets_short", {"value": _with_unit(found.shortfall, found.unit)})
    beyond = found.after - found.above
    met = text("targets_met")
    if not beyond > 0:
        return met
    comma = "，" if language() == "zh" else ", "
    return f"{met}{comma}{text('targets_surplus', {'value': _with_unit(beyond, found.unit)})}"


def number_words(found: TargetResult) -> list[str]:
    """Base, what the plan changes, after it, and the target, in the target's unit."""
    change = found.after - found.base
    shown = {
        "base": _amount(found.base),
        "change": ("+" if change > 0 else "") + _amount(change),
        "after": _amount(found.after),
        "target": _amount(found.above),
    }
    return [f"{text(f'targets_{id}')}{figures.JOIN}{value}" for id, value in shown.items()]


def _known_words(found: TargetResult) -> str:
    return text("targets_unknown", {"n": f"{found.unknown:,}"}) if found.unknown else text("targets_all_known")


def _amount(value: float) -> str:
    """As many decimals as matter beside a target: one below 10 000 where it is no whole number, else none."""
    return figures.number(value, 1 if abs(value) < 10_000 and abs(value - round(value)) > 0.05 else 0)


def _with_unit(value: float, unit: str) -> str:
    if unit == "count" and language() == "en":
        return _amount(value)
    return f"{_amount(value)}{figures.JOIN}{unit_text(unit, language())}"
