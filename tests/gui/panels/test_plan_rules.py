"""Rules of the plan in the portfolio panel: switches by mouse and key, forms, penalties, pieces, fairness, earlier plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from landplan.core.recipe import Choose
from landplan.gui.desk import Desk
from landplan.gui.panels.portfolio import PortfolioPanel
from landplan.gui.portfolio.rule_form import RuleForm
from landplan.gui.widgets.fitted_table import FittedTable

Press = Callable[[QWidget], None]


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> PortfolioPanel:
    made = PortfolioPanel(desk)
    qtbot.addWidget(made)
    made.resize(340, 900)
    with qtbot.waitExposed(made):
        made.show()
    return made


def choose(desk: Desk) -> Choose:
    assert desk.project is not None
    assert desk.project.recipe.choose is not None
    return desk.project.recipe.choose


def press(qtbot: QtBot, table: FittedTable, row: int, x: int) -> None:
    """Click so many px right of the left edge of a row."""
    place = table.visualRect(table.cells.index(row, 0))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.left() + x, place.center().y()))


def write(qtbot: QtBot, field: QLineEdit, words: str) -> None:
    field.clear()
    qtbot.keyClicks(field, words)


def ok(qtbot: QtBot, form: RuleForm | None) -> None:
    assert form is not None
    qtbot.mouseClick(form.ok, Qt.MouseButton.LeftButton)


def test_a_click_on_the_box_or_space_switches_a_limit_and_the_row_says_so(
    panel: PortfolioPanel, desk: Desk, qtbot: QtBot
) -> None:
    table = panel.limits.table
    panel.area.ensureWidgetVisible(table)
    press(qtbot, table, 2, 12)
    qtbot.waitUntil(lambda: not choose(desk).limits[1].on)
    heading = table.cells.cell(2, 0)
    assert (heading.check, heading.note, heading.words) == (False, "已停用", "2026 年在建用地不超过 4,500 亩")
    assert "不计" in table.cells.cell(3, 2).tip
    assert desk.messages[-1].line.endswith("switch-limit works_2026 --off --out plan.landplan")
    assert desk.messages[-1].text == "启用或停用限额：2026年在建用地上限 启用 是 → 否"
    table.setCurrentIndex(table.cells.index(2, 0))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: choose(desk).limits[1].on)
    desk.undo()
    assert not choose(desk).limits[1].on


def test_a_limit_gets_a_penalty_in_its_form_and_loses_it(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    table = panel.limits.table
    panel.area.ensureWidgetVisible(table)
    press(qtbot, table, 2, 60)
    form = panel.limits.form
    assert form is not None and form.isVisible()
    assert (form.at_most.text(), form.year.currentData()) == ("4,500", 2026)
    write(qtbot, form.penalty, "0.5")
    ok(qtbot, form)
    assert not form.isVisible()
    assert (choose(desk).limits[1].penalty, choose(desk).limits[1].title["zh"]) == (0.5, "2026年在建用地上限")
    assert table.cells.cell(2, 0).words == "2026 年在建用地不超过 4,500 亩，差 1 亩扣 0.5"
    press(qtbot, table, 2, 60)
    write(qtbot, form.penalty, "")
    ok(qtbot, form)
    assert choose(desk).limits[1].penalty is None
    assert len(choose(desk).limits) == 6


def test_a_fund_is_switched_and_gets_a_ceiling_of_the_year(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    table = panel.budgets.table
    press(qtbot, table, 0, 60)
    form = panel.budgets.form
    assert form is not None and form.carry_over.isChecked()
    write(qtbot, form.most, "70,000")
    form.carry_over.click()
    ok(qtbot, form)
    (budget,) = choose(desk).budgets
    assert (budget.carry_over, budget.year_wan) == (False, 70000.0)
    assert table.cells.cell(0, 0).note == "不结转、单年不超过 70,000"
    press(qtbot, table, 0, 12)
    qtbot.waitUntil(lambda: not choose(desk).budgets[0].on)
    assert table.cells.cell(0, 0).note == "已停用"
    press(qtbot, table, 0, 60)
    write(qtbot, form.most, "")
    ok(qtbot, form)
    assert choose(desk).budgets[0].year_wan is None


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_pieces_and_fairness_are_asked_for_in_forms_and_read_as_sentences(
    lang: str, panel: PortfolioPanel, desk: Desk, qtbot: QtBot
) -> None:
    ties = panel.ties
    ties.menu.actions()[0].trigger()
    form = ties.connected
    assert form is not None
    ok(qtbot, form)
    assert form.wrong.isVisible()
    write(qtbot, form.area, "60")
    form.within.setCurrentIndex(form.within.findData("block"))
    ok(qtbot, form)
    ties.menu.actions()[1].trigger()
    assert ties.fairness is not None
    write(qtbot, ties.fairness.percent, "130")
    ok(qtbot, ties.fairness)
    assert ties.fairness.wrong.isVisible()
    write(qtbot, ties.fairness.percent, "30")
    ok(qtbot, ties.fairness)
    (pieces,), (fair,) = choose(desk).connected, choose(desk).fairness
    assert (pieces.min_area_mu, pieces.within, fair.set, fair.at_least) == (60.0, "block", "town", 0.3)
    said = [ties.table.cells.cell(row, 0).words for row in range(2)]
    assert said == {
        "zh": ["成片：每片不少于 60 亩，不跨功能板块", "公平：各街镇启动面积不低于应得的 30%"],
        "en": ["Connected: each piece at least 60 mu, within one functional block",
               "Fair: each town at least 30 % of its part, Area started"],
    }[lang]  # fmt: skip
    assert ties.row_of(pieces.id) == 0
    assert ties.row_of(f"{fair.id}_ZN-ANTING") == 1
    panel.area.ensureWidgetVisible(ties.table)
    press(qtbot, ties.table, 1, 12)
    qtbot.waitUntil(lambda: not choose(desk).fairness[0].on)
    ties.table.setCurrentIndex(ties.table.cells.index(0, 0))
    qtbot.keyClick(ties.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: choose(desk).connected == ())


def test_reward_and_earlier_plan_are_set_and_forgotten(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    ties = panel.ties
    panel.area.ensureWidgetVisible(ties.forget)
    write(qtbot, ties.reward, "0.02")
    qtbot.keyClick(ties.reward, Qt.Key.Key_Return)
    assert choose(desk).boundary_reward == 0.02
    assert not ties.take.isEnabled(), "there is no plan yet"
    assert not ties.keep.isVisible()
    desk.undo()
    assert ties.reward.text() == "0"
    desk.do("set_earlier", parcels=["JD-0011", "JD-0012"])
    assert "2 个" in ties.earlier.text()
    ties.keep.click()
    assert choose(desk).keep_earlier is False
    ties.forget.click()
    assert choose(desk).earlier == ()


def test_the_plan_at_hand_becomes_the_earlier_one(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    panel.bar.solve.click()
    qtbot.waitUntil(lambda: not desk.long.busy, timeout=60_000)
    assert desk.portfolio is not None and desk.plan is not None and desk.plan.options is not None
    ties = panel.ties
    assert ties.take.isEnabled()
    ties.take.click()
    chosen = desk.plan.options.ids[desk.plan.options.parcel[desk.portfolio.option]]
    assert choose(desk).earlier == tuple(chosen.tolist())
