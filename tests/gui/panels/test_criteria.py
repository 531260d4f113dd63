"""The panel of criteria, by mouse, wheel and keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from landplan.core.scheme import Criterion, LandUseModel
from landplan.gui.criterion_line import CriterionLine
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.panels.criteria import CriteriaPanel

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Wait = Callable[[], None]


@pytest.fixture
def criteria(qtbot: QtBot, desk: Desk) -> CriteriaPanel:
    return made(qtbot, desk)


def made(qtbot: QtBot, desk: Desk) -> CriteriaPanel:
    panel = CriteriaPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


def criterion(desk: Desk, id: str) -> Criterion:
    assert desk.project is not None
    return next(one for one in desk.project.scheme.criteria if one.id == id)


def model(desk: Desk, id: str) -> LandUseModel:
    assert desk.project is not None
    return next(one for one in desk.project.scheme.models if one.id == id)


def entries(desk: Desk) -> int:
    assert desk.session is not None
    return len(desk.session.history)


def handle(line: CriterionLine, weight: float, top: float = 10.0) -> QPoint:
    slider = line.slider
    return QPoint(round(slider._x(weight / top)), slider.height() // 2)


def drag(qtbot: QtBot, line: CriterionLine, *weights: float) -> None:
    qtbot.mousePress(line.slider, LEFT, NONE, handle(line, line.slider.weight))
    for weight in weights:
        qtbot.mouseMove(line.slider, handle(line, weight))
    qtbot.mouseRelease(line.slider, LEFT, NONE, handle(line, weights[-1]))


def turn(widget: QWidget, notches: int) -> None:
    """The wheel over the middle of a widget, as the window gets it."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, widget.rect().center()))
    QTest.wheelEvent(window.windowHandle(), place, QPoint(0, 120 * notches))


def test_a_drag_moves_weight_shares_and_scores_and_is_one_entry(
    qtbot: QtBot, desk: Desk, wait: Wait, criteria: CriteriaPanel
) -> None:
    line, before = criteria.lines["output_per_mu"], criteria.lines["tax_per_mu"].share.text()
    drag(qtbot, line, 4.0, 5.0, 6.0)
    assert criterion(desk, "output_per_mu").weight == pytest.approx(6.0)
    assert entries(desk) == 1
    assert "3 → 6" in desk.messages[-1].text
    assert line.field.text() == "6"
    assert criteria.lines["tax_per_mu"].share.text() != before
    wait()
    assert desk.results is not None
    assert desk.results.scheme is desk.project.scheme  # type: ignore[union-attr]


def test_a_drag_back_to_where_it_was_leaves_nothing(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    drag(qtbot, criteria.lines["output_per_mu"], 5.0, 3.0)
    assert entries(desk) == 0
    assert criterion(desk, "output_per_mu").weight == 3.0


def test_keys_step_and_each_press_is_an_entry(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    slider = criteria.lines["output_per_mu"].slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Up)
    assert criterion(desk, "output_per_mu").weight == pytest.approx(4.0)
    assert entries(desk) == 2
    qtbot.keyClick(slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert criterion(desk, "output_per_mu").weight == pytest.approx(3.9)


def test_a_number_is_taken_on_enter_and_nonsense_is_taken_back(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    field = criteria.lines["tax_per_mu"].field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "2.75")
    assert criterion(desk, "tax_per_mu").weight == 2.0  # not yet
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert criterion(desk, "tax_per_mu").weight == 2.75
    field.selectAll()
    qtbot.keyClicks(field, "-3")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert criterion(desk, "tax_per_mu").weight == 2.75
    assert field.text() == "2.75"
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert criterion(desk, "tax_per_mu").weight == 3.25
    assert entries(desk) == 2


def test_the_wheel_scrolls_and_weighs_only_with_the_focus(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    slider, bar = criteria.lines["output_per_mu"].slider, criteria._area.verticalScrollBar()
    criteria.filter.setFocus()
    turn(slider, -1)
    assert criterion(desk, "output_per_mu").weight == 3.0
    assert bar.value() > 0
    turn(criteria.scoring, -1)
    assert entries(desk) == 0
    bar.setValue(0)
    slider.setFocus()
    turn(slider, 1)
    assert criterion(desk, "output_per_mu").weight == 3.5
    assert bar.value() == 0


def test_reset_by_double_click_and_by_button(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    line = criteria.lines["output_per_mu"]
    assert not line.mark.isVisible()
    drag(qtbot, line, 6.0)
    assert line.mark.isVisible()
    qtbot.mouseClick(line.mark, LEFT)
    assert criterion(desk, "output_per_mu").weight == 3.0
    drag(qtbot, line, 8.0)
    qtbot.mouseDClick(line.slider, LEFT, NONE, handle(line, 8.0))
    assert criterion(desk, "output_per_mu").weight == 3.0
    assert not line.mark.isVisible()


def test_undo_moves_the_slider_and_fires_nothing(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    line = criteria.lines["output_per_mu"]
    drag(qtbot, line, 6.0)
    drag(qtbot, line, 9.0)
    desk.undo()
    assert line.slider.weight == pytest.approx(6.0)
    assert line.field.text() == "6"
    desk.redo()
    assert line.slider.weight == pytest.approx(9.0)
    assert entries(desk) == 2
    assert desk.session is not None
    assert not desk.session.future  # a command would have cut the future off, or added to the past


def test_switching_a_criterion_off(qtbot: QtBot, desk: Desk, wait: Wait, criteria: CriteriaPanel) -> None:
    line = criteria.lines["vacancy"]
    qtbot.mouseClick(line.check, LEFT)
    assert not criterion(desk, "vacancy").on
    assert not line.slider.isEnabled()
    assert line.share.text() == "–"
    wait()
    line.check.setFocus()
    qtbot.keyClick(line.check, Qt.Key.Key_Space)
    assert criterion(desk, "vacancy").on
    assert line.share.text() == "6.5"


def test_the_weights_of_one_model(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    pick_model(qtbot, criteria, "mixed_use")
    line = criteria.lines["soil"]
    assert not line.row.special
    drag_to = 4.0
    qtbot.mousePress(line.slider, LEFT, NONE, handle(line, 1.0, 20.0))
    qtbot.mouseMove(line.slider, handle(line, drag_to, 20.0))
    qtbot.mouseRelease(line.slider, LEFT, NONE, handle(line, drag_to, 20.0))
    assert model(desk, "mixed_use").weights["soil"] == pytest.approx(4.0)
    assert criterion(desk, "soil").weight == 1.0
    assert line.row.special
    assert line.field.font().bold()
    qtbot.mouseClick(line.mark, LEFT)
    assert "soil" not in model(desk, "mixed_use").weights
    assert line.field.text() == "1"


def pick_model(qtbot: QtBot, panel: CriteriaPanel, id: str) -> None:
    panel.model.setFocus()
    while panel.model.currentData() != id:
        qtbot.keyClick(panel.model, Qt.Key.Key_Down)


def test_shares_are_those_of_the_model_on_the_map(desk: Desk, criteria: CriteriaPanel) -> None:
    assert desk.results is not None
    scores = desk.results.scores
    desk.show_as(Display("score", "mixed_use"))
    k, j = scores.models.index("mixed_use"), scores.criteria.index("metro_m")
    line = criteria.lines["metro_m"]
    assert line.share.text() == f"{100 * scores.weights[k, j]:.1f}"
    assert line.field.text() == "2"  # the weight that is set stays the common one
    assert "综合用地" in criteria._shares_of.text()
    total = sum(float(head.share.text()) for group, head in criteria.heads.items() if head.share.text())
    assert total == pytest.approx(100.0, abs=0.5)


def test_methods_are_chosen_by_keys(qtbot: QtBot, desk: Desk, wait: Wait, criteria: CriteriaPanel) -> None:
    assert desk.project is not None
    assert criteria.scoring.findData("vikor") >= 0
    assert criteria.scoring.findData("electre1") < 0  # it gives no scores
    criteria.scoring.setFocus()
    start = criteria.scoring.currentIndex()
    qtbot.keyClick(criteria.scoring, Qt.Key.Key_Up if start else Qt.Key.Key_Down)
    assert desk.project.scheme.scoring.method == criteria.scoring.currentData() != "weighted_sum"
    criteria.missing.setFocus()
    qtbot.keyClick(criteria.missing, Qt.Key.Key_Down)
    assert desk.project.scheme.missing == "worst"
    desk.undo()
    assert criteria.missing.currentData() == "interval"
    assert entries(desk) == 1
    wait()


def test_what_cannot_be_measured_says_why(desk: Desk, wait: Wait, criteria: CriteriaPanel) -> None:
    desk.do("remove_layer", role="labs")
    wait()
    line = criteria.lines["lab_m"]
    assert line.reason.isVisible()
    assert "labs" in line.reason.text()
    assert line.share.text() == "–"
    assert not line.slider.isEnabled()
    desk.undo()
    wait()
    assert not line.reason.isVisible()


def test_groups_fold_and_the_filter_finds(qtbot: QtBot, criteria: CriteriaPanel) -> None:
    head = criteria.heads["performance"]
    assert criteria.lines["output_per_mu"].isVisible()
    assert not criteria.measured["depth_m"].isVisible()  # what is only measured is folded at first
    qtbot.mouseClick(head.button, LEFT)
    assert not criteria.lines["output_per_mu"].isVisible()
    criteria.filter.setFocus()
    qtbot.keyClicks(criteria.filter, "depth_m")
    assert criteria.measured["depth_m"].isVisible()
    assert not head.isVisible()
    criteria.filter.clear()
    assert head.isVisible()
    assert not criteria.lines["output_per_mu"].isVisible()


def test_the_menu_and_the_tip_of_a_criterion(qtbot: QtBot, desk: Desk, criteria: CriteriaPanel) -> None:
    line = criteria.lines["output_per_mu"]
    drag(qtbot, line, 6.0)
    back = criteria.menu(line).actions()[0]
    assert back.isEnabled()
    back.trigger()
    assert criterion(desk, "output_per_mu").weight == 3.0
    assert "1,000 → 0" in criteria._tip("output_per_mu")
    assert "未知" in criteria._tip("output_per_mu")


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_nothing_yet_scoring_and_both_languages(qtbot: QtBot, lang: str, empty_desk: Desk, desk: Desk) -> None:
    panel = made(qtbot, desk)
    for line in panel.lines.values():
        assert line.field.fontMetrics().horizontalAdvance(line.field.text()) < line.field.width() - 6
        assert line.share.fontMetrics().horizontalAdvance(line.share.text()) <= line.share.width()
        assert line.title.width() >= 80
    desk.results = None
    panel._follow()
    assert panel.lines["output_per_mu"].share.text() == "9.7"  # weights are known before any score is
    desk.clear()
    assert not panel._area.isVisible()
