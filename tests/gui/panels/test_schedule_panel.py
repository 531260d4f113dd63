"""The schedule of the sample: its numbers are the plan's, re-added by hand; clicks and keys select and open."""

from __future__ import annotations

from math import fsum

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.core.year_plan import year_plan
from landplan.gui.desk import Desk
from landplan.gui.panels.schedule import SchedulePanel

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, desk: Desk) -> SchedulePanel:
    made = SchedulePanel(desk)
    qtbot.addWidget(made)
    made.resize(1000, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


def solved(qtbot: QtBot, desk: Desk) -> SchedulePanel:
    with qtbot.waitSignal(desk.plan_changed, timeout=60_000):
        desk.solve()
    return shown(qtbot, desk)


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_without_a_plan_it_says_what_to_do(qtbot: QtBot, empty_desk: Desk, lang: str) -> None:
    panel = shown(qtbot, empty_desk)
    assert text("schedule_no_project") in panel.empty.accessibleName()
    assert not panel.solve.isVisible()


def test_the_years_are_the_plans(qtbot: QtBot, desk: Desk) -> None:
    solved(qtbot, desk)
    results = desk.plan
    assert results is not None
    found, plan, options = year_plan(results), results.portfolio, results.options
    assert found is not None
    assert plan is not None
    assert options is not None
    assert found.spend_wan[:, : found.planned] == pytest.approx(plan.fund_spend[:, :-1])
    assert found.spend_wan[:, found.planned :].sum(axis=1) == pytest.approx(plan.fund_spend[:, -1])
    chosen = list(zip(plan.option.tolist(), plan.start_year.tolist(), strict=True))
    area = results.layers.parcels.area_m2
    for y, year in enumerate(found.years.tolist()):
        for m, model in enumerate(results.scheme.models):
            by_hand = fsum(area[options.parcel[o]] * 3 / 2000 for o, s in chosen
                           if s == year and options.models[options.model[o]] == model.id)  # fmt: skip
            assert found.supply_mu[m, y] == pytest.approx(by_hand)
    limit = next(one for one in plan.limits if one.id == "works_2027")
    everything = np.arange(len(plan))
    assert found.works_mu(everything)[found.years.tolist().index(2027)] == pytest.approx(limit.used)
    left = 0.0
    for y, budget in enumerate((80000, 80000, 60000, 60000, 60000)):
        assert found.available_wan[0, y] == pytest.approx(budget + left)
        left = found.available_wan[0, y] - float(plan.fund_spend[0, y])


def test_clicks_select_what_is_under_works_and_open_a_block(qtbot: QtBot, desk: Desk) -> None:
    panel = solved(qtbot, desk)
    plan, works = panel.plan, panel.works
    assert plan is not None
    assert sum(len(row.chosen) for row in works.rows) == len(plan.parcel)
    k, row = max(enumerate(works.rows), key=lambda one: len(one[1].chosen))
    works.verticalScrollBar().setValue(k * 22)
    qtbot.mouseClick(works.viewport(), LEFT, pos=works.place(k).toPoint())
    assert sorted(desk.selection.tolist()) == sorted(plan.parcel[row.chosen].tolist())
    year = int(plan.start[row.chosen].max())
    qtbot.mouseClick(works.viewport(), LEFT, pos=works.place(k, year).toPoint())
    wanted = [int(plan.parcel[c]) for c in row.chosen if plan.start[c] <= year < plan.end[c]]
    assert sorted(desk.selection.tolist()) == sorted(wanted)
    assert f"{row.works_mu[year - plan.years[0]] / 15:,.2f}" in works.words(k, works.place(k, year).x())
    before = len(works.rows)
    qtbot.keyClick(works, Qt.Key.Key_Right)
    assert len(works.rows) == before + len(row.chosen)
    qtbot.keyClick(works, Qt.Key.Key_Left)
    assert len(works.rows) == before
    assert f"{plan.spend_wan[0, 0]:,.1f}" in panel.money.words(panel.money.axis.x(int(plan.years[0])) + 3)
    desk.do("set_weight", criterion="output_per_mu", weight=9.0)
    assert panel.info.text() == text("targets_old")
