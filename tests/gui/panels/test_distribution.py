"""The distribution: counts of what the map shows, linked with the selection both ways, with a ghost during a drag."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.gui.charts.bins import BINS
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.panels.distribution import Distribution

Wait = Callable[[], None]
LEFT, NO, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def chart(qtbot: QtBot, desk: Desk) -> Distribution:
    return shown(qtbot, Distribution(desk))


def shown(qtbot: QtBot, widget: Distribution) -> Distribution:
    qtbot.addWidget(widget)
    widget.resize(520, 240)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def bin_point(chart: Distribution, k: int) -> QPoint:
    return QPoint(round(chart.bins.scale().left(k + 0.5)), round(chart.bins.plot().center().y()))


def drag(qtbot: QtBot, target: QWidget, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO) -> None:
    qtbot.mousePress(target, LEFT, keys, start)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(target, start + (end - start) * share)
    qtbot.mouseRelease(target, LEFT, keys, end)


def scored_rows(desk: Desk, low: int, high: int) -> list[int]:
    """Rows in the bins low … high, by comparison."""
    assert desk.results is not None
    best = desk.results.scores.best_score.copy()
    best[desk.results.scores.ids == "JD-0007"] = np.nan  # on the must-not list: shown as excluded
    return np.flatnonzero((np.floor(best * BINS) >= low) & (np.floor(best * BINS) <= high)).tolist()


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_empty_says_what_to_do(qtbot: QtBot, empty_desk: Desk, lang: str) -> None:
    chart = shown(qtbot, Distribution(empty_desk))
    assert chart.empty.isVisible()
    assert text("dist_no_project") in chart.empty.accessibleName()
    assert not chart.shown.isEnabled()


def test_a_click_on_a_class_selects_it_and_control_adds(qtbot: QtBot, chart: Distribution, desk: Desk) -> None:
    assert desk.results is not None
    recommended = desk.results.scores.recommended
    high = chart.classes.row_height()
    qtbot.mouseClick(chart.classes, LEFT, NO, QPoint(120, round(high * 1.5)))
    assert desk.selection.tolist() == np.flatnonzero(recommended == 1).tolist()
    qtbot.mouseClick(chart.classes, LEFT, CTRL, QPoint(120, round(high * 2.5)))
    assert desk.selection.tolist() == np.flatnonzero((recommended == 1) | (recommended == 2)).tolist()
    chart.classes.setFocus()
    qtbot.keyClick(chart.classes, Qt.Key.Key_Down)
    qtbot.keyClick(chart.classes, Qt.Key.Key_Return)
    assert desk.selection.tolist() == np.flatnonzero(recommended == 3).tolist()


def test_a_drag_over_bins_selects_their_parcels(qtbot: QtBot, chart: Distribution, desk: Desk) -> None:
    desk.show_as(Display("score"))
    drag(qtbot, chart.bins, bin_point(chart, 50), bin_point(chart, 46))
    first = scored_rows(desk, 46, 50)
    assert first
    assert desk.selection.tolist() == first
    drag(qtbot, chart.bins, bin_point(chart, 60), bin_point(chart, 61), CTRL)
    assert desk.selection.tolist() == sorted({*first, *scored_rows(desk, 60, 61)})


def test_keys_pick_a_range(qtbot: QtBot, chart: Distribution, desk: Desk) -> None:
    desk.show_as(Display("score"))
    qtbot.mouseClick(chart.bins, LEFT, NO, bin_point(chart, 50))
    chart.bins.setFocus()
    qtbot.keyClick(chart.bins, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(chart.bins, Qt.Key.Key_Return)
    assert desk.selection.tolist() == scored_rows(desk, 50, 51)


def test_what_is_selected_elsewhere_is_marked_in_the_bars(chart: Distribution, desk: Desk) -> None:
    assert desk.results is not None
    desk.select(np.arange(0, 900))
    classes = desk.painting.classes if desk.painting is not None else np.empty(0)
    assert chart.classes._chosen.tolist() == np.bincount(classes[:900], minlength=len(chart.classes._chosen)).tolist()


def test_the_list_of_what_is_shown_and_the_map_agree(qtbot: QtBot, chart: Distribution, desk: Desk) -> None:
    assert chart.shown.currentData() == Display("model")
    desk.show_as(Display("score", "new_industrial"))
    assert chart.shown.currentData() == Display("score", "new_industrial")
    chart.shown.setFocus()
    qtbot.keyClick(chart.shown, Qt.Key.Key_Home)
    assert desk.display == Display("model")
    desk.show_as(Display("path"))
    assert chart.info.text() == text("dist_no_plan")


def test_a_ghost_stays_while_a_weight_is_held(chart: Distribution, desk: Desk, wait: Wait) -> None:
    desk.show_as(Display("score"))
    before = chart.bins._bars.counts.tolist() if chart.bins._bars is not None else []
    assert chart.bins.ghost is None
    for weight in (5.0, 8.0):
        desk.do("set_weight", criterion="output_per_mu", weight=weight, merge=True)
    wait()
    assert chart.bins.ghost is not None
    assert chart.bins.ghost.tolist() == before
    assert chart.bins._bars is not None
    assert chart.bins._bars.counts.tolist() != before
    assert chart.info.text() == text("dist_ghost")
    desk.settle()
    assert chart.bins.ghost is None
    desk.do("set_weight", criterion="output_per_mu", weight=1.0)  # no drag, no ghost
    wait()
    assert chart.bins.ghost is None


def test_hovering_says_count_and_area(qtbot: QtBot, chart: Distribution, desk: Desk) -> None:
    assert desk.results is not None
    desk.show_as(Display("score"))
    qtbot.mouseMove(chart.bins, bin_point(chart, 44))
    qtbot.mouseMove(chart.bins, bin_point(chart, 45))
    assert f"{len(scored_rows(desk, 45, 45)):,}" in chart.info.text()
    assert "0.5625–0.5750" in chart.info.text()
