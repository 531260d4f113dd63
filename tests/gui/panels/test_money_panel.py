"""The money panel with real clicks and keys: its numbers are those of `landplan money`; prices, swings, funds, draws, and why
there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from landplan import api
from landplan.app.money import MoneyAsked, MoneyFindings, money_findings
from landplan.app.money_report import money_report
from landplan.app.opening import Opened
from landplan.core.messages import text
from landplan.core.paths import sample
from landplan.core.progress import silent
from landplan.gui import figures
from landplan.gui.desk import Desk
from landplan.gui.money.words import irr_words
from landplan.gui.panels.money import MoneyPanel
from landplan.renewal.views import VIEWS

Wait = Callable[[], None]
PARCEL, APART, LOSING, REFUSED = "JD-0097", "JD-0103", "JD-0424", "JD-0092"
OPTIONS, BAND, TENURES, FIGURES, FUNDS = range(5)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the command line says of one parcel."""
    return dict(api.money(recipe=sample("recipe.toml"), parcel=[PARCEL]).data)


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> MoneyPanel:
    made = MoneyPanel(desk)
    qtbot.addWidget(made)
    made.resize(1300, 320)
    made.show()
    return made


def chosen(qtbot: QtBot, desk: Desk, id: str) -> MoneyFindings:
    """Select one parcel and wait for all of its money."""
    assert desk.results is not None
    desk.select(np.flatnonzero(desk.results.scores.ids == id))
    qtbot.waitUntil(lambda: desk.money.current and desk.money.drawn and not desk.money.busy, timeout=30_000)
    assert desk.money.found is not None
    return desk.money.found


def turn(qtbot: QtBot, panel: MoneyPanel, k: int) -> None:
    qtbot.mouseClick(panel.tabs, Qt.MouseButton.LeftButton, pos=panel.tabs.tabRect(k).center())
    assert panel.views.currentIndex() == k


def choose(qtbot: QtBot, combo: QComboBox, k: int) -> None:
    """By keys, as one does."""
    combo.setFocus()
    for _ in range(abs(k - combo.currentIndex())):
        qtbot.keyClick(combo, Qt.Key.Key_Down if k > combo.currentIndex() else Qt.Key.Key_Up)
    assert combo.currentIndex() == k


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_a_parcels_table_is_that_of_the_command_line(
    qtbot: QtBot, desk: Desk, panel: MoneyPanel, told: dict[str, Any], lang: str
) -> None:
    found = chosen(qtbot, desk, PARCEL)
    options, cell = told["options"], panel.options.table.cells.cell
    assert panel.options.table.cells.rowCount() == len(options) > 5
    for k, one in enumerate(options):
        npv = [one[f"{view}_npv_wan"] for view in VIEWS]
        known = [value for value in npv if value is not None]
        assert [cell(k, v + 1).words for v in range(3)] == ["–" if x is None else figures.number(x, 0) for x in npv]
        assert cell(k, 4).words == figures.number(sum(known), 0)
        assert cell(k, 5).words == figures.percent(one["best_share"], 0)
        assert cell(k, 0).note == (text("money_panel_is_best") if one["best"] else "")
        for v, view in enumerate(VIEWS):
            assert found.odds.gains[k, v] == one[f"{view}_gains_share"]
            irr, count, back = one[f"{view}_irr"], one[f"{view}_irr_count"], one[f"{view}_payback_years"]
            words = {None: "–", 0: text("money_panel_irr_none"), 1: figures.percent(irr)}
            assert cell(k, 6 + v).words == words[count]
            never = text("money_panel_never") if count is not None else "–"
            assert cell(k, 9 + v).words == (never if back is None else figures.number(back, 1))
            peak = one[f"{view}_peak_wan"]
            assert cell(k, 12 + v).words == ("–" if peak is None else figures.number(-peak, 0))
        assert cell(k, 18).words == figures.number(one["district_special_wan"], 0)
        assert cell(k, 19).words == figures.number(one["leverage"], 2)


def test_what_is_copied_has_all_digits(qtbot: QtBot, desk: Desk, panel: MoneyPanel, told: dict[str, Any]) -> None:
    chosen(qtbot, desk, PARCEL)
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    head, *rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    at = head.index(f"{text('money_view_government')} {text('money_npv_wan')} [万元]")
    assert [float(row[at]) for row in rows] == [one["government_npv_wan"] for one in told["options"]]
    assert panel.line.line.endswith(f"--parcel {PARCEL} --out money.xlsx")
    qtbot.mouseClick(panel.line.button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == panel.line.line
    turn(qtbot, panel, TENURES)
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    head, *rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    at = head.index(f"{text('money_holder_npv_wan')} [万元]")
    assert [float(row[at]) for row in rows] == [one["holder_npv_wan"] for one in told["tenures"]]


def test_whose_npv_decides_is_asked_by_keys(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    before = chosen(qtbot, desk, PARCEL)
    choose(qtbot, panel.bar.judge, 3)
    qtbot.waitUntil(lambda: desk.money.current and desk.money.drawn and desk.money.found is not before, timeout=30_000)
    found = desk.money.found
    assert found is not None
    assert found.best.tolist() == [int(np.nanargmax(found.views.npv_wan[:, 2]))] != before.best.tolist()
    assert "--best-for operator" in panel.line.line
    assert panel.options.table.cells.cell(int(found.best[0]), 0).note == text("money_panel_is_best")


def test_a_start_in_another_year_is_discounted_to_the_base_year(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    found = chosen(qtbot, desk, PARCEL)
    choose(qtbot, panel.bar.start, 3)
    assert desk.money.start == 2028
    expected = found.views.npv_wan[0, 0] / (1 + found.appraisal.scheme.discount_rate) ** (2028 - 2025)
    assert panel.options.table.cells.cell(0, 1).words == figures.number(float(expected), 0)
    assert panel.options.table.cells.cell(0, 6).words == figures.percent(float(found.views.irr[0, 0]))


def test_prices_show_where_a_deal_lies_and_where_none_does(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    found = chosen(qtbot, desk, APART)
    turn(qtbot, panel, BAND)
    shown, rows = panel.band.chart.bargains, np.flatnonzero(~np.isnan(found.band.price_wan))
    area_mu = found.appraisal.environment.columns["area_mu"][found.appraisal.options.parcel[0]]
    assert [one.deal for one in shown] == found.band.deal[rows].tolist()
    assert {one.deal for one in shown} == {True, False}
    for one, k in zip(shown, rows, strict=True):
        assert (one.low, one.high) == pytest.approx((found.band.low_wan[k] / area_mu, found.band.high_wan[k] / area_mu))
        lacking = figures.number(max(one.low - one.high, 0.0), 1)
        assert (text("money_panel_no_deal", {"lacking": lacking}) == one.words) != one.deal
        assert one.asks == text("money_view_owner")
    plot = panel.band.chart.plot()
    assert panel.band.chart.at(shown[0].low, plot) < panel.band.chart.at(shown[0].price, plot) < plot.right()
    qtbot.mouseClick(panel.band.chart, Qt.MouseButton.LeftButton, pos=QPoint(300, int(plot.top()) + 50))
    assert panel.option == rows[1]
    turn(qtbot, panel, FIGURES)
    assert panel.figures.option.currentIndex() == rows[1]


def test_several_rates_none_and_a_loser_at_any_price_are_words(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    found = chosen(qtbot, desk, LOSING)
    counts = found.views.irr_count.copy()
    counts[0] = (3, 0, 1)
    other = replace(found, views=replace(found.views, irr_count=counts))
    words = [irr_words(other, 0, v) for v in range(3)]
    assert words == [text("money_panel_irr_many", {"n": 3}), text("money_panel_irr_none"), irr_words(found, 0, 2)]
    turn(qtbot, panel, BAND)
    losing = text("money_panel_loses", {"who": text("money_view_operator")})
    assert {one.words for one in panel.band.chart.bargains} == {losing}
    assert not any(one.deal for one in panel.band.chart.bargains)


def test_swings_are_those_of_the_table_and_marked_as_illustrative(
    qtbot: QtBot, desk: Desk, panel: MoneyPanel, told: dict[str, Any]
) -> None:
    found = chosen(qtbot, desk, PARCEL)
    turn(qtbot, panel, FIGURES)
    expected = {}
    for one in told["figures"]:  # of the best option, which is the one that is picked
        ends = [sum(one[f"{view}_npv_{end}_wan"] for view in VIEWS) for end in ("at_low", "at_high")]
        if abs(ends[1] - ends[0]) > 0.01:
            expected[found.appraisal.scheme.figures[one["figure"]].title["zh"]] = ends
    shown = {one.title: [one.at_low, one.at_high] for one in panel.figures.chart.swings}
    assert shown.keys() == expected.keys()
    assert all(shown[name] == pytest.approx(expected[name]) for name in shown)
    assert text("money_panel_illustrative_mark", {"title": ""}) in panel.figures.chart.name(0)[0]
    assert "14" in panel.doubt.text()
    choose(qtbot, panel.bar.judge, 1)
    qtbot.waitUntil(lambda: desk.money.current and desk.money.drawn, timeout=30_000)
    assert not panel.figures.chart.swings  # of the best option for government, which pays no compensation
    choose(qtbot, panel.figures.option, 0)
    assert [one.title for one in panel.figures.chart.swings] == ["土地补偿单价", "建筑补偿单价", "搬迁补助单价"]
    assert panel.figures.chart.base == desk.money.found.views.npv_wan[0, 0]  # type: ignore[union-attr]


def test_with_nothing_selected_it_shows_the_funds_of_all(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    qtbot.waitUntil(lambda: desk.money.current, timeout=30_000)
    found, results = desk.money.found, desk.results
    assert found is not None
    assert results is not None
    assert [panel.tabs.isTabVisible(k) for k in range(5)] == [False, False, False, True, True]
    assert panel.views.currentIndex() == FUNDS
    own = money_findings(replace(results, options=desk.options), MoneyAsked((), 1, 1), silent)
    facts = money_report(replace(results, options=desk.options), own, None, "funds").data
    assert f"{facts['public_wan']:,.0f}" in panel.funds.note.text()
    assert f"{facts['leverage']:.2f}" in panel.funds.note.text()
    cells = [panel.funds.table.cells.cell(0, column).words for column in range(7)]
    assert cells[2:5] == [f"{facts['funds'][0][name]:,.0f}" for name in ("plots", "paid_in_all_wan", "largest_wan")]
    assert cells[5:] == [text("money_panel_no_ceiling")] * 2
    assert "--parcel" not in panel.line.line
    chosen(qtbot, desk, PARCEL)
    assert [panel.tabs.isTabVisible(k) for k in range(5)] == [True] * 5
    qtbot.waitUntil(lambda: panel.tabs.width() > panel.tabs.tabRect(FUNDS).right() > panel.tabs.tabRect(OPTIONS).right())


def test_the_plans_own_money_is_told_by_year(qtbot: QtBot, desk: Desk, panel: MoneyPanel, wait: Wait) -> None:
    assert not panel.funds.plan.isVisibleTo(panel.funds)
    desk.solve()
    wait()
    plan = desk.plan
    assert plan is not None
    assert plan.options is not None
    assert plan.portfolio is not None
    qtbot.waitUntil(lambda: desk.money.planned is not None and panel.funds.plan.isVisible(), timeout=30_000)
    spent = plan.portfolio.fund_spend[0]
    cells = [panel.funds.years.cells.cell(0, column).words for column in range(1, 7)]
    assert [one.split(" / ")[0] for one in cells] == [figures.number(float(value), 0) for value in spent]
    assert desk.money.planned is not None
    assert desk.money.planned.public_wan == pytest.approx(float(spent.sum()))


def test_of_several_parcels_it_shows_the_sums_of_their_best(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    assert desk.results is not None
    assert desk.options is not None
    desk.select(np.unique(desk.options.parcel)[:3].astype(np.int64))
    qtbot.waitUntil(lambda: desk.money.current and desk.money.drawn, timeout=30_000)
    found = desk.money.found
    assert found is not None
    assert len(found.best) == 3
    assert panel.line.line.count("--parcel") == 3
    turn(qtbot, panel, FIGURES)
    assert panel.figures.chart.base == pytest.approx(found.views.npv_wan[found.best].sum())
    assert not panel.figures.option.isVisible()
    desk.select(np.arange(200))
    assert panel.line.line == ""


def test_keys_pick_an_option_and_the_better_tenure_is_marked(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    found = chosen(qtbot, desk, PARCEL)
    panel.options.table.setFocus()
    qtbot.keyClick(panel.options.table, Qt.Key.Key_Down)
    assert panel.option == int(found.best[0]) + 1
    turn(qtbot, panel, TENURES)
    assert found.tenures is not None
    cells = panel.tenures.table.cells
    green = [row for row in range(cells.rowCount()) if cells.cell(row, cells.columnCount() - 2).colour]
    assert green == [int(found.tenures.holder_wan.argmax())]


def test_what_nobody_can_see_is_not_computed(qtbot: QtBot, desk: Desk) -> None:
    hidden = MoneyPanel(desk)
    qtbot.addWidget(hidden)
    desk.select(np.array([0]))
    assert desk.money.found is None
    assert not desk.money.busy


def test_draws_of_all_run_on_the_button_and_can_be_stopped(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    qtbot.waitUntil(lambda: desk.money.current, timeout=30_000)
    panel.bar.draws.setValue(100_000)
    assert desk.money.task is None
    qtbot.mouseClick(panel.bar.run, Qt.MouseButton.LeftButton)
    assert panel.bar.stop.isVisible()
    assert "--draws 100000" in desk.money.task.line  # type: ignore[union-attr]
    qtbot.mouseClick(panel.bar.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.money.task is None, timeout=30_000)
    assert desk.money.found is not None
    assert np.isnan(desk.money.found.odds.best).all()
    panel.bar.draws.setValue(20)
    qtbot.mouseClick(panel.bar.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.money.drawn, timeout=30_000)
    assert np.isfinite(desk.money.found.odds.best).all()
    assert not panel.bar.run.isEnabled()


def test_after_a_change_it_says_so_and_follows(qtbot: QtBot, desk: Desk, panel: MoneyPanel, wait: Wait) -> None:
    before = chosen(qtbot, desk, PARCEL)
    assert desk.do("set_figure", figure="district_tax_share", value=0.8)
    assert not desk.money.current
    assert panel.subject.text() == text("money_panel_stale")
    wait()
    qtbot.waitUntil(lambda: desk.money.current and desk.money.drawn, timeout=30_000)
    assert desk.money.found is not None
    assert desk.money.found.views.npv_wan[0, 0] > before.views.npv_wan[0, 0]
    assert panel.options.table.cells.cell(0, 1).words == figures.number(float(desk.money.found.views.npv_wan[0, 0]), 0)


def test_why_a_parcel_has_no_option_is_said(qtbot: QtBot, desk: Desk, panel: MoneyPanel) -> None:
    assert desk.results is not None
    desk.select(np.flatnonzero(desk.results.scores.ids == REFUSED))
    assert panel.pages.currentIndex() == 0
    said = panel.empty.accessibleName()
    assert text("money_panel_none_of", {"id": REFUSED}) in said
    for path in desk.results.scheme.paths:
        assert path.title["zh"] in said
    assert "权利人无明确意愿" in said


def test_without_a_project_paths_or_a_choice_it_says_what_to_do(qtbot: QtBot, empty_desk: Desk, opened: Opened) -> None:
    panel = MoneyPanel(empty_desk)
    qtbot.addWidget(panel)
    panel.show()
    assert text("money_panel_no_project") in panel.empty.accessibleName()
    project = opened.project
    none = {
        "no_paths": project.with_scheme(project.scheme.model_copy(update={"paths": ()})),
        "no_choose": project.with_recipe(project.recipe.model_copy(update={"choose": None})),
    }
    for id, other in none.items():
        empty_desk.put(replace(opened, project=other))
        assert text(f"money_panel_{id}") in panel.empty.accessibleName()
        assert panel.pages.currentIndex() == 0
