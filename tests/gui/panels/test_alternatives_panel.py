"""The panel of other plans and trade-offs, with real clicks: table, map, card, chart, and a point that becomes a limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from landplan.core.kernels.display import EXCLUDED
from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.panels.alternatives import AlternativesPanel
from landplan.gui.panels.plot_card import PlotCard
from landplan.gui.questions import FRONT, OTHERS, Answer, Front
from landplan.gui.work import Task

Wait = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> AlternativesPanel:
    desk.solve()
    qtbot.waitUntil(lambda: desk.plan_current, timeout=60_000)
    made = AlternativesPanel(desk)
    qtbot.addWidget(made)
    made.resize(1000, 280)
    made.show()
    return made


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[arg-type]


def found(qtbot: QtBot, desk: Desk, panel: AlternativesPanel, most: int = 3) -> Answer:
    panel.plans.most.setValue(most)
    click(qtbot, panel.plans.bar.ask)
    qtbot.waitUntil(lambda: desk.questions.task(OTHERS) is None, timeout=60_000)
    answer = desk.questions.answer(OTHERS)
    assert answer is not None
    return answer


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_plans_are_listed_with_what_differs_and_a_click_selects_it(
    qtbot: QtBot, desk: Desk, panel: AlternativesPanel, lang: str
) -> None:
    assert panel.plans.pages.currentIndex() == 0
    answer = found(qtbot, desk, panel)
    assert panel.plans.table.cells.rowCount() == len(answer.found.plans) == 3
    best = answer.found.plans[0].objective
    assert all(plan.objective >= best * 0.98 - 1e-6 for plan in answer.found.plans)
    problem = answer.asked.built.problem
    first, second = (set(problem.group[plan.chosen].tolist()) for plan in answer.found.plans[:2])
    index = panel.plans.table.cells.index(1, 0)
    qtbot.mouseClick(panel.plans.table.viewport(), Qt.MouseButton.LeftButton, pos=panel.plans.table.visualRect(index).center())
    assert first ^ second <= set(desk.selection.tolist())
    both = set(desk.selection.tolist()) - (first ^ second)
    assert both <= first & second
    cell = panel.plans.table.cells.cell(1, 7)
    counts = {"come": len(second - first), "leave": len(first - second), "other": len(both)}
    assert cell.words == text("alternatives_change", counts)
    click(qtbot, panel.plans.always)
    assert desk.selection.tolist() == np.flatnonzero(answer.found.often == 1).tolist()


def test_the_map_is_coloured_by_the_share_of_plans_and_excluded_parcels_stay_crossed(
    qtbot: QtBot, desk: Desk, panel: AlternativesPanel, wait: Wait
) -> None:
    answer = found(qtbot, desk, panel)
    click(qtbot, panel.plans.paint)
    assert desk.display == Display("often")
    painting, often = desk.painting, answer.found.often
    assert painting is not None and painting.title == text("display_often")
    counts = [int((often == 1).sum()), int(((often >= 0.5) & (often < 1)).sum()), int(((often > 0) & (often < 0.5)).sum())]
    assert [entry.count for entry in painting.entries[:3]] == counts
    assert len({entry.colour for entry in painting.entries[:4]}) == 4
    row = int(np.flatnonzero(often == 0)[0])
    desk.do("add_must_not", parcels=[answer.asked.ids[row]])
    wait()
    assert desk.painting is not None and desk.painting.marks[row] == EXCLUDED


def test_the_card_says_in_a_line_in_how_many_plans_a_parcel_is(qtbot: QtBot, desk: Desk, panel: AlternativesPanel) -> None:
    card = PlotCard(desk)
    qtbot.addWidget(card)
    card.show()
    answer = found(qtbot, desk, panel)
    desk.select(np.flatnonzero(answer.found.often == 1)[:1])
    assert card.paths.plan.often.text() == text("card_often_all", {"of": 3})
    desk.select(np.flatnonzero(answer.found.often == 0)[:1])
    assert card.paths.plan.often.text() == text("card_often_none", {"of": 3})
    some = np.flatnonzero((answer.found.often > 0) & (answer.found.often < 1))[:1]
    desk.select(some)
    n = round(3 * float(answer.found.often[some[0]]))
    assert card.paths.plan.often.text() == text("card_often", {"of": 3, "n": n})


def front(qtbot: QtBot, desk: Desk, panel: AlternativesPanel, points: int = 3) -> Answer:
    panel.tabs.setCurrentIndex(1)
    panel.front.points.setValue(points)
    click(qtbot, panel.front.bar.ask)
    qtbot.waitUntil(lambda: desk.questions.task(FRONT) is None, timeout=60_000)
    answer = desk.questions.answer(FRONT)
    assert answer is not None
    return answer


def test_a_point_of_the_trade_off_becomes_a_limit_that_undo_takes_back(
    qtbot: QtBot, desk: Desk, panel: AlternativesPanel
) -> None:
    answer = front(qtbot, desk, panel)
    chart, page = panel.front.chart, panel.front
    assert answer.question.against == "cost_district_special"
    assert [dot.x for dot in chart.dots] == [-point.second for point in answer.found]
    assert text("frontier_nesting") and not page.apply.isEnabled()
    at = chart.place(1).toPoint()
    qtbot.mouseMove(chart, at)
    qtbot.waitUntil(lambda: chart.hovered == 1)
    assert page.said.text() == chart.dots[1].words and "万元" in page.said.text()
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=at)
    assert page.apply.isEnabled()
    before = desk.project
    click(qtbot, page.apply)
    assert desk.project is not None and desk.project.recipe.choose is not None
    limit = desk.project.recipe.choose.limits[-1]
    assert (limit.quantity, limit.at_least) == ("cost_district_special", None)
    assert limit.at_most is not None and -answer.found[1].level <= limit.at_most < -answer.found[1].level + 1
    assert page.old.isVisible()
    desk.undo()
    assert desk.project is before and not page.old.isVisible()


def test_keys_walk_along_the_points_and_pass_levels_without_a_plan(
    qtbot: QtBot, desk: Desk, panel: AlternativesPanel
) -> None:
    answer = front(qtbot, desk, panel)
    gone = replace(answer.found[1], first=float("nan"), second=float("nan"))
    desk.questions._answers[FRONT] = Answer(answer.question, answer.asked, (answer.found[0], gone, answer.found[2]))
    desk.questions.changed.emit()
    chart = panel.front.chart
    assert [dot.open for dot in chart.dots] == [False, True, False]
    assert panel.front.said.text() == text("frontier_open_some", {"n": 1})
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart.place(1).toPoint())
    assert chart.chosen == -1 and not panel.front.apply.isEnabled()
    for expected in (0, 2, 2):
        qtbot.keyClick(chart, Qt.Key.Key_Right)
        assert chart.chosen == expected
    qtbot.mouseMove(chart, QPoint(2, 2))


def test_goals_are_chosen_from_lists_and_one_that_is_no_limit_says_so(
    qtbot: QtBot, desk: Desk, panel: AlternativesPanel
) -> None:
    panel.tabs.setCurrentIndex(1)
    page = panel.front
    assert [page.first.itemData(k) for k in range(2)] == ["", "score_area_mu"]
    page.first.setCurrentIndex(page.first.findData("score_area_mu"))
    lines: list[str] = []
    desk.long.changed.connect(lambda task: lines.append(task.line))
    answer = front(qtbot, desk, panel, 2)
    assert answer.question == Front("score_area_mu", "cost_district_special", 2)
    assert "--against cost_district_special" in lines[0] and "--first score_area_mu" in lines[0]
    own = answer.asked.formulation.goal("score_area_mu")[answer.asked.built.kept]
    assert [dot.y for dot in page.chart.dots] == pytest.approx([own[one.plan.chosen].sum() for one in answer.found])
    other = Answer(Front("", "npv_district_wan", 2), answer.asked, answer.found)
    desk.questions._answers[FRONT] = other
    desk.questions.changed.emit()
    page.chart.pick(0)
    assert not page.apply.isEnabled()
    assert page.apply.toolTip() == text("frontier_apply_not")


def test_work_can_be_stopped_and_keeps_the_plans_found(qtbot: QtBot, desk: Desk, panel: AlternativesPanel) -> None:
    def stop(task: Task) -> None:
        if task.facts.get("n", 0) >= 2 and not task.stopped:
            click(qtbot, panel.plans.bar.stop)

    desk.long.changed.connect(stop)
    answer = found(qtbot, desk, panel, 50)
    assert 2 <= len(answer.found.plans) < 50
    assert not answer.found.complete
    assert text("alternatives_not_all") in panel.plans.said.text()
    assert panel.plans.bar.ask.isEnabled()
