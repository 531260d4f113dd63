"""The robustness panel with real clicks and keys: run, follow, stop, list, compare; stripes on the map and in the legend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from landplan.app.acceptability import Uncertainty, acceptability
from landplan.app.changes import changed
from landplan.core.kernels.display import FRAGILE, STRIPE_DARK
from landplan.core.messages import text
from landplan.core.uncertainty import Opinion, Uncertain
from landplan.gui.card.sureness import holds_words
from landplan.gui.desk import Desk
from landplan.gui.legend import Legend
from landplan.gui.map_panel import MapPanel
from landplan.gui.panels.plot_card import PlotCard
from landplan.gui.panels.robustness import RobustnessPanel
from landplan.gui.panels.table import AttributeTable

Wait = Callable[[], None]
QUICK = Uncertainty(draws=60, seed=5)


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> RobustnessPanel:
    desk.robustness.ask(QUICK)
    made = RobustnessPanel(desk)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    return made


def click(qtbot: QtBot, button: QPushButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def run(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    click(qtbot, panel.form.run)
    qtbot.waitUntil(lambda: desk.robustness.task is None and desk.robustness.found is not None, timeout=60_000)


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_a_run_finds_what_the_command_line_finds(qtbot: QtBot, desk: Desk, panel: RobustnessPanel, lang: str) -> None:
    assert panel.form.state.text() == text("robustness_none_yet")
    assert desk.robustness.fragile is None
    run(qtbot, desk, panel)
    results = desk.results
    assert results is not None
    expected = acceptability(results.scores, results.scheme, QUICK).decisions
    assert (desk.robustness.fragile == expected.fragile).all()
    assert panel.tabs.tabText(0).endswith(f" {int(expected.fragile.sum()):,}")
    assert f"{int(expected.fragile.sum()):,}" in panel.form.state.text()
    first = int(expected.worst_first[0])
    cells = [panel.fragile.table.cells.cell(0, column).words for column in range(6)]
    assert cells[0] == results.scores.ids[first]
    assert cells[2] == f"{100 * expected.holds[first]:.0f}\u00a0%"
    assert cells[5]


def test_the_work_line_says_what_was_asked(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    lines: list[str] = []
    desk.long.changed.connect(lambda task: lines.append(task.line))
    panel.form.draws.setValue(70)
    panel.form.weights.setFocus()
    qtbot.keyClick(panel.form.weights, Qt.Key.Key_Down)
    panel.form.weights.activated.emit(panel.form.weights.currentIndex())
    assert desk.robustness.asked == Uncertainty(draws=70, seed=5, weights="ordinal")
    assert not panel.form.spread.isEnabled()
    run(qtbot, desk, panel)
    assert "--draws 70" in lines[-1]
    assert "--weights ordinal" in lines[-1]


def test_with_any_weights_nothing_is_told_of_recommendations(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    desk.robustness.ask(Uncertainty(draws=40, weights="free"))
    run(qtbot, desk, panel)
    assert desk.robustness.fragile is None
    assert text("robustness_free_note") in panel.form.state.text()
    assert not panel.form.stripes.isEnabled()
    assert panel.fragile.pages.currentIndex() == 0


def test_after_a_weight_changed_it_says_so_and_follows_at_rest(
    qtbot: QtBot, desk: Desk, panel: RobustnessPanel, wait: Wait
) -> None:
    run(qtbot, desk, panel)
    found, results = desk.robustness.found, desk.results
    assert results is not None
    criterion = results.scheme.criteria[0]
    desk.do("set_weight", criterion=criterion.id, weight=criterion.weight + 2.0)
    qtbot.waitUntil(lambda: desk.results is not None and desk.results is not results and not desk.robustness.current)
    assert text("robustness_stale") in panel.form.state.text()
    qtbot.waitUntil(lambda: desk.robustness.current and desk.robustness.found is not found, timeout=60_000)
    assert text("robustness_stale") not in panel.form.state.text()
    wait()


def test_what_takes_long_is_not_found_anew_by_itself(qtbot: QtBot, desk: Desk, panel: RobustnessPanel, wait: Wait) -> None:
    run(qtbot, desk, panel)
    desk.robustness._seconds = 60.0
    found = desk.robustness.found
    desk.do("set_weight", criterion=desk.results.scheme.criteria[0].id, weight=9.0)  # type: ignore[union-attr]
    wait()
    qtbot.wait(900)
    assert desk.robustness.found is found
    assert not desk.robustness.current


def test_a_run_can_be_stopped(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    panel.form.draws.setValue(100_000)
    click(qtbot, panel.form.run)
    assert panel.form.stop.isVisible()
    assert not panel.form.run.isEnabled()
    click(qtbot, panel.form.stop)
    qtbot.waitUntil(lambda: desk.robustness.task is None, timeout=60_000)
    assert desk.robustness.found is None
    assert panel.form.run.isEnabled()


def test_a_click_on_a_line_selects_the_parcel(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    run(qtbot, desk, panel)
    table = panel.fragile.table
    place = table.visualRect(table.model().index(1, 0)).center()
    with qtbot.waitSignal(desk.zoom_wanted):
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.selection.tolist() == [int(panel.fragile.rows[1])]
    qtbot.mouseClick(panel.fragile.select, Qt.MouseButton.LeftButton)
    assert desk.selection.tolist() == np.flatnonzero(desk.robustness.fragile).tolist()


def test_first_places_say_what_unseats_them(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    run(qtbot, desk, panel)
    panel.tabs.setCurrentIndex(1)
    results = desk.results
    assert results is not None
    rows, leaders = panel.leaders.list.rows, desk.robustness.found.leaders  # type: ignore[union-attr]
    assert len(rows) == len(leaders) == 3 * len(results.scores.models)
    for row, one in zip(rows, leaders, strict=True):
        assert results.scores.rank[one.row, one.model] == one.rank
        assert str(results.scores.ids[one.row]) in row.title
        assert row.detail
    panel.leaders.list.setFocus()
    qtbot.keyClick(panel.leaders.list, Qt.Key.Key_Down)
    qtbot.keyClick(panel.leaders.list, Qt.Key.Key_Return)
    assert desk.selection.tolist() == [leaders[1].row]


def test_methods_are_compared_on_demand(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    panel.tabs.setCurrentIndex(2)
    assert panel.agreement.pages.currentIndex() == 0
    click(qtbot, panel.agreement.compare)
    qtbot.waitUntil(lambda: desk.robustness.agreement(0) is not None, timeout=60_000)
    found = desk.robustness.agreement(0)
    assert found is not None
    assert panel.agreement.pages.currentIndex() == 1
    names = [one.name for one in found.variants]
    assert {"weighted_sum normalisation=minmax", "topsis", "vikor"} <= set(names)
    assert panel.agreement.matrix.words(0, 1) == f"{found.kendall[0, 1]:.2f}"
    panel.agreement.measure.setCurrentIndex(2)
    panel.agreement.measure.activated.emit(2)
    assert panel.agreement.matrix.words(0, 1) == f"{found.overlap[0, 1]:.2f}"
    panel.agreement.model.setCurrentIndex(1)
    panel.agreement.model.activated.emit(1)
    assert panel.agreement.pages.currentIndex() == 0


def test_stripes_are_on_the_map_and_in_the_legend(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    shown = MapPanel(desk)
    qtbot.addWidget(shown)
    shown.resize(700, 500)
    shown.show()
    qtbot.waitUntil(lambda: shown.view.plots_item is not None, timeout=30_000)
    item, legend = shown.view.plots_item, shown.legend
    assert item is not None
    assert all(entry.key >= 0 for entry in legend.entries)
    run(qtbot, desk, panel)
    fragile = desk.robustness.fragile
    assert fragile is not None
    assert ((item.look.flags & FRAGILE > 0) == fragile).all()
    line = legend.entries[-1]
    assert (line.name, line.count, line.mark) == (text("legend_fragile"), int(fragile.sum()), STRIPE_DARK)
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=last_line(legend, 150))
    assert desk.selection.tolist() == np.flatnonzero(fragile).tolist()
    assert desk.robustness.striped
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=last_line(legend, 20))
    assert not desk.robustness.striped
    assert not (item.look.flags & FRAGILE).any()
    assert not panel.form.stripes.isChecked()
    panel.form.stripes.click()
    assert (item.look.flags & FRAGILE).any()
    shown.stop()


def last_line(legend: Legend, x: int) -> QPoint:
    return QPoint(x, legend.height() - 16)


def test_card_and_table_say_how_often_a_recommendation_holds(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    card, table = PlotCard(desk), AttributeTable(desk)
    for one in (card, table):
        qtbot.addWidget(one)
        one.show()
    assert table.sheet.columns["holds"].values.shown(0) == text("table_not_tested")
    run(qtbot, desk, panel)
    decisions = desk.robustness.found.acceptability.decisions  # type: ignore[union-attr]
    row = int(decisions.worst_first[0])
    desk.select(np.array([row]))
    assert card.scores.verdict.holds.text() == holds_words(desk.robustness, row)
    assert f"{100 * decisions.holds[row]:.0f}\u00a0%" in card.scores.verdict.holds.text()
    assert text("card_holds_fragile") in card.scores.verdict.holds.text()
    assert table.sheet.columns["fragile"].values.shown(row) == text("table_fragile_yes")
    assert table.sheet.columns["holds"].values.shown(row) == f"{decisions.holds[row]:.3f}"
    sure = int(np.flatnonzero(decisions.holds >= 0.999)[0])
    desk.select(np.array([sure]))
    assert text("card_holds_fragile") not in card.scores.verdict.holds.text()


def test_another_project_begins_without_a_result(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    run(qtbot, desk, panel)
    desk.clear()
    assert desk.robustness.found is None
    assert panel.pages.currentIndex() == 0


def test_experts_are_offered_where_the_scheme_has_them(qtbot: QtBot, desk: Desk, panel: RobustnessPanel) -> None:
    offered = [panel.form.weights.itemData(k) for k in range(panel.form.weights.count())]
    assert "experts" not in offered
    assert desk.project is not None
    ids = [one.id for one in desk.project.scheme.scored[:2]]
    said = [{ids[0]: 0.8, ids[1]: 0.2}, {ids[0]: 0.1, ids[1]: 0.9}]
    experts = tuple(Opinion(by=by, on=date(2026, 3, 5), weights=one) for by, one in zip("AB", said, strict=True))
    with_them = changed(desk.project.scheme, "scheme", experts=experts, uncertain={"output_wan": Uncertain(share=0.2)})
    assert desk.session is not None
    before = desk.results
    desk.session.take("set_weight", desk.project.with_scheme(with_them), {})
    qtbot.waitUntil(lambda: desk.results is not before and desk.results is not None, timeout=60_000)
    at = panel.form.weights.findData("experts")
    assert at == 3
    panel.form.weights.setCurrentIndex(at)
    panel.form.weights.activated.emit(at)
    run(qtbot, desk, panel)
    assert desk.robustness.found is not None and desk.robustness.found.acceptability.asked.weights == "experts"
    assert text("robust_experts") in panel.form.note.text() and "output_wan" in panel.form.note.text()
    desk.undo()
    qtbot.waitUntil(lambda: panel.form.weights.findData("experts") < 0, timeout=60_000)
    assert desk.robustness.asked.weights == "intervals"


def test_what_is_asked_is_told_in_the_deliverables_once_that_is_ticked(
    qtbot: QtBot, desk: Desk, panel: RobustnessPanel
) -> None:
    session = desk.session
    assert session is not None
    before = session.project.recipe.robust
    qtbot.mouseClick(panel.form.told, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.form.told.height() // 2))
    given = session.project.recipe.robust
    assert before is None
    assert given is not None
    assert (given.draws, given.seed, given.weights, given.spread) == (60, 5, "intervals", 0.3)
    panel.form.draws.setValue(90)
    assert session.project.recipe.robust == given.model_copy(update={"draws": 90})
    desk.undo()
    desk.undo()
    assert session.project.recipe.robust is None
    assert not panel.form.told.isChecked()
    panel.form.weights.setCurrentIndex(panel.form.weights.findData("free"))
    panel.form.weights.activated.emit(panel.form.weights.currentIndex())
    assert not panel.form.told.isEnabled()
    assert panel.form.told.toolTip() == text("robustness_told_cannot")
