"""The panel that says why, with real clicks: where a parcel stands, what it and every limit cost, and the way to the limit."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from landplan.app.plan_questions import Asked
from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.panels.portfolio import PortfolioPanel
from landplan.gui.panels.reasons import ReasonsPanel
from landplan.gui.questions import LIMITS, PARCELS

Wait = Callable[[], None]
LIMIT, USED, BOUND, BINDS, GAIN, SHARE, UNIT = range(7)


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> ReasonsPanel:
    made = ReasonsPanel(desk)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    return made


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[arg-type]


def ready(qtbot: QtBot, desk: Desk) -> Asked:
    """A solved plan, ready to be asked about."""
    desk.solve()
    qtbot.waitUntil(lambda: desk.plan_current and desk.questions.asked is not None, timeout=60_000)
    asked = desk.questions.asked
    assert asked is not None
    return asked


def groups(asked: Asked, *, inside: bool) -> list[int]:
    taken = set(asked.built.problem.group[asked.found.chosen].tolist())
    able = set(asked.built.problem.group.tolist())
    return sorted(taken) if inside else sorted(able - taken)


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_without_a_plan_it_says_what_to_do_and_its_button_solves(
    qtbot: QtBot, desk: Desk, panel: ReasonsPanel, lang: str
) -> None:
    assert panel.pages.currentIndex() == 0
    assert text("questions_no_plan") in panel.empty.accessibleName()
    click(qtbot, panel.solve)
    qtbot.waitUntil(lambda: desk.plan_current and panel.pages.currentIndex() == 1, timeout=60_000)
    qtbot.waitUntil(lambda: bool(panel.lines), timeout=60_000)
    assert panel.table.cells.rowCount() == len(panel.lines) > 0


def test_a_parcel_says_where_it_stands_and_its_cost_is_that_of_the_other_way(
    qtbot: QtBot, desk: Desk, panel: ReasonsPanel
) -> None:
    asked = ready(qtbot, desk)
    inside, outside = groups(asked, inside=True)[0], groups(asked, inside=False)[0]
    desk.select(np.array([inside]))
    assert panel.parcel.stands.text().startswith(f"{asked.ids[inside]} 入选：")
    assert panel.parcel.costs.isHidden()
    click(qtbot, panel.parcel.bar.ask)
    assert panel.parcel.bar.stop.isVisible()
    assert not panel.parcel.bar.ask.isEnabled()
    qtbot.waitUntil(lambda: desk.questions.task(PARCELS) is None, timeout=60_000)
    found = desk.questions.cost_of(asked.ids[inside])
    assert found is not None and found["in_plan"] == 1
    assert f"（{100 * found['cost'] / asked.found.objective:.2f}\u00a0%）" in panel.parcel.costs.text()
    desk.select(np.array([outside]))
    assert "未入选" in panel.parcel.stands.text()
    assert panel.parcel.costs.isHidden()
    desk.select(np.array([inside, outside]))
    notes = {row.title: row.note for row in panel.parcel.list.rows}
    assert notes[asked.ids[outside]] == "" and notes[asked.ids[inside]].endswith("%")


def test_limits_are_dearest_first_and_a_click_shows_the_limit_where_it_is_changed(
    qtbot: QtBot, desk: Desk, panel: ReasonsPanel
) -> None:
    asked = ready(qtbot, desk)
    wanted: list[str] = []
    desk.panel_wanted.connect(wanted.append)
    where = PortfolioPanel(desk)
    qtbot.addWidget(where)
    where.resize(320, 500)
    where.show()
    binding = {use.id for use in asked.results.portfolio.limits if use.binding}  # type: ignore[union-attr]
    before = {one.id: math.isnan(one.gain) for one in panel.lines}
    assert {id for id, open_ in before.items() if open_} == binding
    click(qtbot, panel.bar.ask)
    qtbot.waitUntil(lambda: desk.questions.task(LIMITS) is None, timeout=60_000)
    gains = [one.gain for one in panel.lines]
    assert gains == sorted(gains, reverse=True) and gains[0] > 0
    assert [one.id for one in panel.lines if one.gain > 0] == [one.id for one in panel.lines][: sum(gain > 0 for gain in gains)]
    share = 100 * gains[0] / asked.found.objective
    assert panel.table.cells.cell(0, SHARE).words == f"{share:.2f}\u00a0%"
    index = panel.table.cells.index(0, LIMIT)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.table.visualRect(index).center())
    assert wanted == ["portfolio"]
    row = where.limits.row_of(panel.lines[0].id)
    qtbot.waitUntil(lambda: where.limits.table.currentIndex().row() == row >= 0)
    budget = next(one for one in panel.lines if one.id.startswith("budget_"))
    desk.limit_wanted.emit(budget.id)
    year = int(budget.id.rsplit("_", 1)[1])
    assert budget.name == text("reasons_budget_to", {"fund": "区级专项资金", "year": year})  # the rest is carried over
    qtbot.waitUntil(lambda: where.budgets.table.cells.cell(where.budgets.table.currentIndex().row(), 0).words == str(year))


def test_after_a_change_it_says_so_and_a_question_solves_anew(qtbot: QtBot, desk: Desk, panel: ReasonsPanel, wait: Wait) -> None:
    asked = ready(qtbot, desk)
    id = asked.ids[groups(asked, inside=True)[0]]
    desk.select(np.array([groups(asked, inside=True)[0]]))
    desk.do("add_must_not", parcels=[id])
    wait()
    assert panel.old.isVisible()
    click(qtbot, panel.parcel.bar.ask)
    qtbot.waitUntil(lambda: desk.questions.task(PARCELS) is None, timeout=60_000)
    assert desk.plan_current and not panel.old.isVisible()
    assert panel.parcel.stands.text() == text("standing_must_not", {"id": id})
    assert panel.parcel.costs.text() == text("reasons_no_cost")


def test_the_question_is_a_task_that_stops_and_says_its_line(qtbot: QtBot, desk: Desk, panel: ReasonsPanel) -> None:
    asked = ready(qtbot, desk)
    lines: list[str] = []
    desk.long.changed.connect(lambda task: lines.append(task.line))
    desk.select(np.array(groups(asked, inside=True)[:20]))
    click(qtbot, panel.parcel.bar.ask)
    click(qtbot, panel.parcel.bar.stop)
    qtbot.waitUntil(lambda: desk.questions.task(PARCELS) is None, timeout=60_000)
    assert desk.questions.cost_of(asked.ids[groups(asked, inside=True)[0]]) is None
    assert panel.parcel.bar.ask.isEnabled()
    assert f"landplan why {desk.name} --out why.csv --plot {asked.ids[groups(asked, inside=True)[0]]}" in lines[0]
