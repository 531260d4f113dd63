"""Targets: nothing before a plan, a row for each after it, and the word when the plan is old."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from landplan.app.plan_questions import asked_of
from landplan.app.target_gap import gap_sentences, target_gap
from landplan.core.messages import pick, text
from landplan.core.progress import silent
from landplan.core.tables import TargetResult
from landplan.gui.desk import Desk
from landplan.gui.panels.targets import Targets, gap_words, number_words

Wait = Callable[[], None]


def shown(qtbot: QtBot, widget: Targets) -> Targets:
    qtbot.addWidget(widget)
    widget.resize(520, 260)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_empty_says_what_to_do(qtbot: QtBot, empty_desk: Desk, lang: str) -> None:
    targets = shown(qtbot, Targets(empty_desk))
    assert text("targets_no_project") in targets.empty.accessibleName()
    assert not targets.solve.isVisible()


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_the_button_solves_and_the_rows_are_the_plans(qtbot: QtBot, desk: Desk, wait: Wait, lang: str) -> None:
    targets = shown(qtbot, Targets(desk))
    assert text("targets_no_plan") in targets.empty.accessibleName()
    with qtbot.waitSignal(desk.plan_changed, timeout=60_000):
        qtbot.mouseClick(targets.solve, Qt.MouseButton.LeftButton)
        assert not targets.solve.isEnabled()
    assert desk.portfolio is not None
    assert desk.project is not None
    assert len(targets.rows) == len(desk.portfolio.targets) == 2
    for row, target, found in zip(targets.rows, desk.project.scheme.targets, desk.portfolio.targets, strict=True):
        assert pick(target.title) in row.title.text()
        assert pick(target.scope) in row.scope.text()
        assert row.gap.text() == gap_words(found)
        assert (row.bar.at(found.after) > row.bar.at(found.above)) == (found.shortfall == 0)
    assert not targets.old.isVisible()
    desk.do("set_weight", criterion="output_per_mu", weight=9.0)
    assert targets.old.isVisible()
    assert targets.again.isEnabled()
    wait()
    with qtbot.waitSignal(desk.plan_changed, timeout=60_000):
        qtbot.mouseClick(targets.again, Qt.MouseButton.LeftButton)
    assert not targets.old.isVisible()


def test_the_way_to_a_missed_target_is_found_said_and_selected(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.plan_changed, timeout=60_000):
        desk.solve()
    targets = shown(qtbot, Targets(desk))
    assert desk.plan is not None
    output, firms = targets.rows
    assert not output.close_gap.isVisible()
    assert not firms.answer.isVisible()
    qtbot.mouseClick(firms.close_gap, Qt.MouseButton.LeftButton)
    assert firms.close_gap.text() == text("targets_closing")
    qtbot.waitUntil(lambda: firms.answer.isVisible(), timeout=20_000)
    found = target_gap(asked_of(desk.plan), "firms", "goal", silent)
    assert found.reached
    assert found.before == pytest.approx(desk.plan.portfolio.targets[1].after)
    assert firms.answer.text() == "\n".join(gap_sentences(found)[1:])
    qtbot.mouseClick(firms.changes, Qt.MouseButton.LeftButton)
    assert sorted(desk.plan.scores.ids[desk.selection].tolist()) == sorted(row["parcel_id"] for row in found.rows)


@pytest.mark.parametrize("lang", ["zh"], indirect=True)
def test_words_of_a_gap(lang: str) -> None:
    short = TargetResult("output", 2030, "yi", 3500.0, 2767.66, 3400.2, 0.0, 108)
    assert gap_words(short) == "还差 99.8\u00a0亿元"
    assert [one.split("\u00a0")[1] for one in number_words(short)] == ["2,767.7", "+632.5", "3,400.2", "3,500"]
    beyond = TargetResult("output", 2030, "yi", 3500.0, 2767.66, 3940.0, 0.0, 108)
    assert gap_words(beyond) == "已达到，超出 440\u00a0亿元"
