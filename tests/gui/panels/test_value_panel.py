"""The panel of the value function, by mouse and keys: what is dragged is what is scored, and each drag is one entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from landplan.app.proposed_curves import data_range, worth
from landplan.core.scheme import MethodCall
from landplan.core.tables import Column
from landplan.gui.desk import Desk
from landplan.gui.panels.criteria import CriteriaPanel
from landplan.gui.panels.value import ValuePanel
from landplan.gui.widgets.curve_button import sketch

LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
Wait = Callable[[], None]


@pytest.fixture
def value(qtbot: QtBot, desk: Desk) -> ValuePanel:
    return made(qtbot, desk)


def made(qtbot: QtBot, desk: Desk) -> ValuePanel:
    panel = ValuePanel(desk)
    qtbot.addWidget(panel)
    panel.resize(1000, 230)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.show_criterion("output_per_mu")
    return panel


def curve(desk: Desk, id: str) -> MethodCall:
    assert desk.project is not None
    found = next(one.value for one in desk.project.scheme.criteria if one.id == id)
    assert found is not None
    return found


def entries(desk: Desk) -> int:
    assert desk.session is not None
    return len(desk.session.history)


def at(panel: ValuePanel, k: int, x: float = 0.0, y: float = 0.0) -> QPoint:
    """Where a handle is, and so much further in values."""
    one = panel.chart.handles()[k]
    return panel.chart.place(one.x + x, one.y + y).toPoint()


def drag(qtbot: QtBot, panel: ValuePanel, k: int, *by: tuple[float, float]) -> None:
    chart, start = panel.chart, at(panel, k)
    places = [at(panel, k, *one) for one in by]
    qtbot.mousePress(chart, LEFT, NONE, start)
    for place in places:
        qtbot.mouseMove(chart, place)
    qtbot.mouseRelease(chart, LEFT, NONE, places[-1])


def test_a_drag_changes_the_score_live_and_is_one_entry(qtbot: QtBot, desk: Desk, wait: Wait, value: ValuePanel) -> None:
    assert desk.results is not None
    before, chart = desk.results.scores, value.chart
    places = [at(value, 0, by) for by in (100.0, 250.0)]
    qtbot.mousePress(chart, LEFT, NONE, at(value, 0))
    axis = chart.axis
    qtbot.mouseMove(chart, places[0])
    assert curve(desk, "output_per_mu").params["worst"] == pytest.approx(1100, abs=chart.step)
    assert chart.ghost is not None
    assert chart.ghost.params["worst"] == 1000
    qtbot.mouseMove(chart, places[1])
    assert chart.axis == axis, "the axis stays under the hand"
    qtbot.mouseRelease(chart, LEFT, NONE, places[1])
    assert chart.ghost is None
    worst = curve(desk, "output_per_mu").params["worst"]
    assert worst == pytest.approx(1250, abs=chart.step)
    assert entries(desk) == 1
    assert desk.messages[-1].text.endswith(f"价值函数 最差 1000 → {worst:g} 万元/亩·年")
    assert "set-value --criterion output_per_mu" in desk.messages[-1].line
    wait()
    found = desk.results
    k = found.scores.criteria.index("output_per_mu")
    raw = found.criteria.columns["output_per_mu"].values
    np.testing.assert_array_equal(found.scores.utility[:, k], worth(curve(desk, "output_per_mu"), raw))
    assert not np.array_equal(found.scores.score, before.score, equal_nan=True)
    desk.undo()
    assert curve(desk, "output_per_mu").params["worst"] == 1000
    assert value.numbers.fields[("worst",)].number == 1000


def test_a_drag_back_leaves_nothing(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    drag(qtbot, value, 0, (200.0, 0.0), (0.0, 0.0))
    assert entries(desk) == 0


def test_a_point_moves_both_ways_in_one_entry(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    value.show_criterion("metro_m")
    before = curve(desk, "metro_m").params
    drag(qtbot, value, 1, (200.0, 0.0), (200.0, -0.1), (300.0, -0.2))
    after = curve(desk, "metro_m").params
    assert after["x"] == pytest.approx([before["x"][0], before["x"][1] + 300, before["x"][2]], abs=value.chart.step)
    assert after["y"] == pytest.approx([before["y"][0], before["y"][1] - 0.2, before["y"][2]], abs=0.02)
    assert entries(desk) == 1


def test_keys_go_from_handle_to_handle_and_move_them(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    chart = value.chart
    chart.setFocus()
    assert chart.current == 0
    step = chart.step
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert curve(desk, "output_per_mu").params["worst"] == pytest.approx(1000 + step)
    qtbot.keyClick(chart, Qt.Key.Key_Left, SHIFT)
    assert curve(desk, "output_per_mu").params["worst"] == pytest.approx(1000 + 0.9 * step)
    assert entries(desk) == 2
    qtbot.keyClick(chart, Qt.Key.Key_Tab)
    assert chart.current == 1
    assert value.numbers.mark(chart.handles()[1].paths) is value.numbers.fields[("best",)]
    qtbot.keyClick(chart, Qt.Key.Key_Up)
    assert curve(desk, "output_per_mu").params["best"] == pytest.approx(step)
    qtbot.keyClick(chart, Qt.Key.Key_Tab)
    assert not chart.hasFocus(), "after the last handle comes the next field"


def test_exact_numbers_are_typed_and_nonsense_is_taken_back(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    field = value.numbers.fields[("worst",)]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "1,234.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert curve(desk, "output_per_mu").params["worst"] == 1234.5
    field.selectAll()
    qtbot.keyClicks(field, "0")  # the same as the best value: no curve
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert curve(desk, "output_per_mu").params["worst"] == 1234.5
    assert field.text() == "1,234.5"
    assert desk.messages[-1].mood == "bad" or "output_per_mu" in desk.messages[-1].text


def test_points_are_added_by_double_click_and_removed_by_delete(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    value.show_criterion("metro_m")
    chart, n = value.chart, len(curve(desk, "metro_m").params["x"])
    qtbot.mouseDClick(chart, LEFT, NONE, chart.place(1800.0, 0.9).toPoint())
    assert len(curve(desk, "metro_m").params["x"]) == n + 1
    assert ("x", n) in value.numbers.fields
    chart.setFocus()
    qtbot.mouseClick(chart, LEFT, NONE, at(value, 2))
    qtbot.keyClick(chart, Qt.Key.Key_Delete)
    assert len(curve(desk, "metro_m").params["x"]) == n
    assert entries(desk) == 2


def pick(panel: ValuePanel, kind: str) -> None:
    k = panel.kind.findData(kind)
    panel.kind.setCurrentIndex(k)
    panel.kind.activated.emit(k)


def test_every_kind_can_be_chosen_shown_and_undone(qtbot: QtBot, desk: Desk, wait: Wait, value: ValuePanel) -> None:
    value.show_criterion("building_condition")
    kinds = [value.kind.itemData(k) for k in range(value.kind.count())]
    assert set(kinds) == {"linear", "piecewise", "step", "logistic", "gaussian", "power", "quantile", "category"}
    start = curve(desk, "building_condition")
    for kind in kinds:
        pick(value, kind)
        assert curve(desk, "building_condition").kind == kind
        value.grab()
        assert len(value.numbers.fields) >= 2
    wait()
    assert desk.results is not None
    assert desk.results.scheme is desk.project.scheme  # type: ignore[union-attr]
    qtbot.mouseClick(value.back, LEFT)
    assert curve(desk, "building_condition") == start
    assert not value.back.isEnabled()


def test_a_bar_of_a_category_is_dragged_up(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    value.show_criterion("building_condition")
    pick(value, "category")
    table = curve(desk, "building_condition").params["table"]
    name = list(table)[1]
    drag(qtbot, value, 1, (0.0, -0.2))
    assert curve(desk, "building_condition").params["table"] == {**table, name: pytest.approx(table[name] - 0.2, abs=0.02)}


@pytest.mark.parametrize(("k", "tail"), [(0, 0.0), (1, 0.05)])
def test_bounds_by_the_range_of_the_data(desk: Desk, value: ValuePanel, k: int, tail: float) -> None:
    assert desk.results is not None
    found = data_range(desk.results.criteria.columns["output_per_mu"], tail)
    assert found is not None
    value.fits[k].trigger()
    after = curve(desk, "output_per_mu").params
    assert [after["best"], after["worst"]] == pytest.approx(found, abs=0.02 * (found[1] - found[0]))
    assert entries(desk) == 1


def test_selected_plots_are_set_off_in_the_bars(desk: Desk, value: ValuePanel) -> None:
    desk.select(np.arange(40))
    chosen, spread = value.chart._chosen, value.chart._spread
    assert chosen is not None
    assert spread is not None
    assert chosen.sum() == (spread.place[:40] >= 0).sum() > 20


def with_column(desk: Desk, id: str, column: Column) -> None:
    assert desk.results is not None
    columns = {**desk.results.criteria.columns, id: column}
    desk.results = replace(desk.results, criteria=replace(desk.results.criteria, columns=columns))


@pytest.mark.parametrize(
    ("values", "page", "said"),
    [
        (np.full(3122, np.nan), 0, "没有这项数据"),
        (np.full(3122, 7.0), 1, "全部相同（7\xa0万元/亩·年）"),
        (np.where(np.arange(3122) < 62, np.nan, np.arange(3122.0)), 1, "未知 62 个"),
    ],
)
def test_nothing_known_all_alike_and_some_unknown_are_said(
    desk: Desk, value: ValuePanel, values: Any, page: int, said: str
) -> None:
    with_column(desk, "output_per_mu", Column(values, "wan_per_mu_year"))
    value.refresh()
    assert value.pages.currentIndex() == page
    assert said in (value.info.text() if page else value.empty.accessibleName())
    value.grab()


def test_texts_ask_for_a_table_and_a_table_names_what_it_lacks(desk: Desk, value: ValuePanel) -> None:
    words = np.array(["甲", "乙", None] * 1040 + ["甲", "甲"], object)
    with_column(desk, "output_per_mu", Column(words, ""))
    value.refresh()
    assert "类别表" in value.empty.accessibleName()
    assert [value.kind.itemData(k) for k in range(value.kind.count())] == ["category", "linear"]
    desk.do("set_value", criterion="output_per_mu", value='{ kind = "category", table = { "甲" = 1.0 } }')
    assert value.pages.currentIndex() == 1
    assert "1,040 个地块的类别不在表中，按未知：乙" in value.info.text()


def test_without_a_project_it_says_what_it_is(qtbot: QtBot, empty_desk: Desk) -> None:
    panel = ValuePanel(empty_desk)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    assert "请先打开" in panel.empty.accessibleName()
    assert not panel.kind.isEnabled()


def test_a_click_beside_the_handles_moves_nothing(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    place = value.chart.plot().center() + QPointF(40.0, -20.0)
    qtbot.mousePress(value.chart, LEFT, NONE, place.toPoint())
    qtbot.mouseMove(value.chart, (place + QPointF(60.0, 10.0)).toPoint())
    qtbot.mouseRelease(value.chart, LEFT, NONE, place.toPoint())
    assert entries(desk) == 0


def test_the_line_of_a_criterion_opens_its_curve_by_button_and_key(qtbot: QtBot, desk: Desk, value: ValuePanel) -> None:
    criteria = CriteriaPanel(desk)
    qtbot.addWidget(criteria)
    criteria.resize(320, 700)
    with qtbot.waitExposed(criteria):
        criteria.show()
    criteria.activateWindow()
    wanted: list[str] = []
    desk.panel_wanted.connect(wanted.append)
    qtbot.mouseClick(criteria.lines["metro_m"].curve, LEFT)
    assert (value.id, value.criterion.currentData()) == ("metro_m", "metro_m")
    line = criteria.lines["vacancy"]
    for widget in (line.slider, line.field):
        value.show_criterion("metro_m")
        qtbot.keyClick(widget, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        assert value.id == "vacancy"
    assert wanted == ["value", "value", "value"]
    assert curve(desk, "vacancy").kind == "piecewise"


def test_small_curves_show_their_direction() -> None:
    falls = sketch(MethodCall(kind="linear", worst=9, best=0))
    rises = sketch(MethodCall(kind="logistic", midpoint=3, steepness=2))
    stairs = sketch(MethodCall(kind="category", table={"a": 0.2, "b": 0.9}))
    assert falls[0, 1] == 1
    assert falls[-1, 1] == 0
    assert rises[0, 1] < 0.1 < 0.9 < rises[-1, 1]
    assert stairs[:, 1].tolist() == [0.2, 0.2, 0.9, 0.9]
    for one in (falls, rises, stairs):
        assert one[:, 0].min() == 0
        assert one[:, 0].max() == 1
        assert (np.diff(one[:, 0]) >= 0).all()
