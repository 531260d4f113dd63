"""The portfolio panel: typed budgets and limits, lists, solving with cancel and clash, results, undo; both languages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from landplan.app.opening import Opened
from landplan.core.recipe import Choose
from landplan.gui.desk import Desk
from landplan.gui.panels.portfolio import PortfolioPanel
from landplan.gui.widgets.fitted_table import FittedTable

Wait = Callable[[], None]
BUDGET, SPENT = 1, 2
LEAST, MOST, USED, WORTH, REMOVE = range(5)


def shown(qtbot: QtBot, desk: Desk) -> PortfolioPanel:
    made = PortfolioPanel(desk)
    qtbot.addWidget(made)
    made.resize(320, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> PortfolioPanel:
    return shown(qtbot, desk)


def choose(desk: Desk) -> Choose:
    assert desk.project is not None
    assert desk.project.recipe.choose is not None
    return desk.project.recipe.choose


def click(qtbot: QtBot, table: FittedTable, row: int, column: int) -> None:
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.cells.index(row, column)).center())


def type_into(qtbot: QtBot, table: FittedTable, row: int, column: int, words: str) -> QLineEdit:
    """Click a cell, replace what stands there, press Enter."""
    click(qtbot, table, row, column)
    field = table.viewport().findChild(QLineEdit)
    assert field is not None, "no field opened"
    field.selectAll()
    qtbot.keyClicks(field, words)
    if not words:
        qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    return field


def solved(qtbot: QtBot, desk: Desk, panel: PortfolioPanel) -> None:
    qtbot.mouseClick(panel.bar.solve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not desk.long.busy, timeout=60_000)


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def cells(table: FittedTable, column: int) -> list[str]:
    return [table.cells.cell(row, column).words for row in range(table.cells.rowCount())]


def test_a_typed_budget_is_a_command_and_undo_brings_the_old_one_back(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    table = panel.budgets.table
    type_into(qtbot, table, 2, BUDGET, "12,345.5")
    qtbot.waitUntil(lambda: choose(desk).budgets[0].wan[2027] == 12345.5)
    assert table.cells.cell(2, BUDGET).words == "12,345.5"
    assert desk.messages[-1].line.endswith("set-budget --fund district_special --year 2027 --wan 12345.5 --out plan.landplan")
    desk.undo()
    assert table.cells.cell(2, BUDGET).words == "80,000"


def test_an_emptied_budget_is_none_that_year_and_escape_changes_nothing(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    table = panel.budgets.table
    type_into(qtbot, table, 1, BUDGET, "")
    qtbot.waitUntil(lambda: 2026 not in choose(desk).budgets[0].wan)
    assert table.cells.cell(1, BUDGET).words == "无"
    before = desk.project
    click(qtbot, table, 2, BUDGET)
    field = table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    qtbot.wait(20)
    assert desk.project is before


def test_what_is_no_number_stays_in_its_field_until_it_is_mended(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    before = desk.project
    field = type_into(qtbot, panel.budgets.table, 1, BUDGET, "8o")
    assert field.isVisible()
    assert "数字" in field.toolTip()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: choose(desk).budgets[0].wan[2026] == 8.0)
    assert before is not desk.project
    following = [one for one in panel.budgets.table.viewport().findChildren(QLineEdit) if one.isVisible()]
    assert [one.text() for one in following] == ["80,000"], "Tab goes on to the next year"


def test_keys_alone_change_a_limit_and_remove_it(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    table, count = panel.limits.table, len(choose(desk).limits)
    panel.area.ensureWidgetVisible(table)
    table.setFocus()
    table.setCurrentIndex(table.cells.index(1, MOST))
    qtbot.keyClick(table, Qt.Key.Key_3)
    field = table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(field, "000")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: choose(desk).limits[0].at_most == 3000.0)
    assert choose(desk).limits[0].title["zh"] == "安亭镇搬迁就业上限"
    assert table.cells.cell(0, 0).words == "安亭镇各年合计搬迁就业不超过 3,000 人"
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(choose(desk).limits) == count - 1)
    desk.undo()
    assert len(choose(desk).limits) == count


def test_years_keep_their_order_and_are_one_entry_a_series(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    assert desk.session is not None
    panel.goal.last.setFocus()
    for _ in range(2):
        qtbot.keyClick(panel.goal.last, Qt.Key.Key_Up)
    panel.goal.first.setFocus()
    assert (choose(desk).years.last, len(desk.session.history)) == (2032, 1)
    assert panel.goal.first.maximum() == 2032
    assert cells(panel.budgets.table, 0)[-1] == "2032"


def test_goals_are_added_weighed_and_removed_but_one_stays(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    more = panel.goal.more
    more.setFocus()
    more.setCurrentIndex(more.findText("新增就业"))
    more.activated.emit(more.currentIndex())
    assert choose(desk).maximise["jobs"] == 0.01
    type_into(qtbot, panel.goal.table, 3, 1, "0.25")
    qtbot.waitUntil(lambda: choose(desk).maximise["jobs"] == 0.25)
    for left in (3, 2, 1, 1):
        click(qtbot, panel.goal.table, 0, 2)
        qtbot.wait(20)
        assert len(choose(desk).maximise) == left
    assert desk.messages[-1].mood == "bad"


def test_selected_parcels_go_on_a_list_and_a_click_goes_to_them(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    assert not panel.must.add.isEnabled()
    desk.select(np.array([10, 20]))
    assert "2" in panel.must.add.text()
    panel.area.ensureWidgetVisible(panel.must.add)
    qtbot.mouseClick(panel.must.add, Qt.MouseButton.LeftButton)
    assert choose(desk).must == ("JD-0011", "JD-0021")
    table = panel.must.table
    panel.area.ensureWidgetVisible(table)
    with qtbot.waitSignal(desk.zoom_wanted) as asked:
        click(qtbot, table, 1, 0)
    assert asked.args[0].tolist() == desk.selection.tolist() == [20]
    assert [table.cells.cell(row, 0).marked for row in (0, 1)] == [False, True]
    click(qtbot, table, 0, 2)
    qtbot.waitUntil(lambda: choose(desk).must == ("JD-0021",))


def test_solving_shows_the_plan_and_a_change_makes_it_old(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    assert "尚未求解" in panel.bar.result.text()
    assert not panel.totals.isVisibleTo(panel)
    solved(qtbot, desk, panel)
    plan = desk.portfolio
    assert plan is not None
    assert f"{len(plan):,} 个地块" in panel.bar.result.text()
    assert f"{100 * plan.gap:.2f} %" in panel.bar.result.text()
    assert cells(panel.budgets.table, SPENT)[2] == f"{plan.fund_spend[0, 1]:,.0f}"
    binding = [use for use in plan.limits if use.binding and not use.id.startswith("budget")]
    assert len([one for one in cells(panel.limits.table, WORTH) if one.startswith("+")]) == len(binding)
    assert "每放宽 1 亩" in panel.limits.table.cells.cell(3, WORTH).tip
    assert cells(panel.totals.table, 1)[1:] == [f"{value:,.0f}" for value in plan.totals["output_wan"]]
    assert "达到" in cells(panel.targets.table, 3)
    assert sum(int(panel.paths.table.cells.cell(0, k).words) for k in range(1, panel.paths.table.cells.columnCount())) == len(
        plan
    )
    desk.do("set_goal", quantity="jobs", weight=0.5)
    assert "需重新求解" in panel.bar.result.text()
    desk.undo()
    assert "已证明" in panel.bar.result.text()


def test_solving_can_be_stopped_and_begun_again(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    desk.do("set_goal", quantity="firms", weight=1.5)
    qtbot.waitUntil(lambda: desk.options is not None, timeout=60_000)
    panel.bar.solve.click()
    assert panel.bar.cancel.isVisible()
    assert not panel.bar.solve.isEnabled()
    qtbot.mouseClick(panel.bar.cancel, Qt.MouseButton.LeftButton)
    assert "停止" in panel.bar.result.text()
    qtbot.waitUntil(lambda: not desk.long.busy, timeout=60_000)
    assert panel.bar.solve.isEnabled()
    assert not panel.bar.cancel.isVisible()


def test_clashing_limits_are_named_marked_and_one_click_away(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    desk.do("set_limit", id="floor", quantity="works_area_mu", year=2026, at_least=5000.0)
    solved(qtbot, desk, panel)
    assert "2 条互相冲突" in panel.bar.result.text()
    links = {one.property("clash"): one for one in panel.bar.findChildren(QPushButton) if one.property("clash")}
    assert links.keys() == {"floor", "works_2026"}
    assert "2026年在建用地上限：从 4,500 提高到 5,00" in links["works_2026"].text()
    marked = [row for row in range(panel.limits.table.cells.rowCount()) if panel.limits.table.cells.cell(row, 0).colour]
    assert len(marked) >= 2
    qtbot.mouseClick(links["works_2026"], Qt.MouseButton.LeftButton)
    assert panel.limits.table.currentIndex().row() == 3
    assert panel.limits.table.hasFocus()
    desk.do("remove_limit", id="floor")
    assert "尚未求解" in panel.bar.result.text(), "what was said of another project is gone"


def test_a_limit_is_added_in_the_form_and_mistakes_are_said_in_it(panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    panel.area.ensureWidgetVisible(panel.limits.add)
    qtbot.mouseClick(panel.limits.add, Qt.MouseButton.LeftButton)
    form = panel.limits.form
    assert form is not None
    qtbot.mouseClick(form.ok, Qt.MouseButton.LeftButton)
    assert "至少填一个界限" in form.wrong.text()
    form.quantity.setCurrentIndex(form.quantity.findText("启动面积"))
    form.zone.setCurrentIndex(form.zone.findData("ZN-ANTING"))
    form.year.setCurrentIndex(form.year.findData(2027))
    qtbot.keyClicks(form.at_most, "many")
    qtbot.mouseClick(form.ok, Qt.MouseButton.LeftButton)
    assert "many" in form.wrong.text()
    form.at_most.clear()
    qtbot.keyClicks(form.at_most, "1,200")
    qtbot.mouseClick(form.ok, Qt.MouseButton.LeftButton)
    assert not form.isVisible()
    added = choose(desk).limits[-1]
    assert (added.id, added.quantity, added.zone, added.year, added.at_most) == (
        "area_mu_1",
        "area_mu",
        "ZN-ANTING",
        2027,
        1200.0,
    )
    last = panel.limits.table.cells.rowCount() - 2
    assert panel.limits.table.cells.cell(last, 0).words == "安亭镇 2027 年启动面积不超过 1,200 亩"


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_nothing_is_wider_than_the_panel(lang: str, panel: PortfolioPanel, desk: Desk, qtbot: QtBot) -> None:
    solved(qtbot, desk, panel)
    for table in panel.findChildren(FittedTable):
        assert table.horizontalHeader().length() <= table.viewport().width(), table.accessibleName()
        if table.isVisible():
            assert table.height() >= table.sizeHint().height(), table.accessibleName()
    assert panel.area.widget().minimumSizeHint().width() <= panel.area.viewport().width()


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_without_a_project_or_a_choice_it_says_what_to_do(lang: str, empty_desk: Desk, opened: Opened, qtbot: QtBot) -> None:
    panel = shown(qtbot, empty_desk)
    assert panel.empty.isVisible()
    assert not panel.start.isVisible()
    recipe = opened.project.recipe.model_copy(update={"choose": None})
    empty_desk.put(Opened(opened.project.with_recipe(recipe), opened.path, opened.folder))
    assert panel.start.isVisible()
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    assert choose(empty_desk).years.first == opened.project.scheme.base_year + 1
    assert panel.goal.isVisible()
    empty_desk.undo()
    assert panel.start.isVisible()


def test_a_hidden_panel_follows_when_it_is_shown(qtbot: QtBot, desk: Desk) -> None:
    made = PortfolioPanel(desk)
    qtbot.addWidget(made)
    desk.do("set_budget", fund="district_special", year=2026, wan=1.0)
    assert made.budgets.table.cells.rowCount() == 0, "nothing is drawn out of sight"
    with qtbot.waitExposed(made):
        made.show()
    assert made.budgets.table.cells.cell(1, BUDGET).words == "1"
