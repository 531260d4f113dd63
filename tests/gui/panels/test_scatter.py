"""The scatter plot: which parcels are drawn, a box and a click select them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.panels.scatter import Scatter

LEFT, NO, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def scatter(qtbot: QtBot, desk: Desk) -> Scatter:
    return shown(qtbot, Scatter(desk))


def shown(qtbot: QtBot, widget: Scatter) -> Scatter:
    qtbot.addWidget(widget)
    widget.resize(520, 260)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def drag(qtbot: QtBot, scatter: Scatter, start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = NO) -> None:
    qtbot.mousePress(scatter.view, LEFT, keys, start)
    for share in (0.4, 1.0):
        qtbot.mouseMove(scatter.view, start + (end - start) * share)
    qtbot.mouseRelease(scatter.view, LEFT, keys, end)


def inside(scatter: Scatter, desk: Desk, start: QPoint, end: QPoint) -> list[int]:
    """The parcels in a box of pixels, from the raw values."""
    assert desk.results is not None
    frame, plot = scatter.view.frame(), scatter.view.plot()
    assert frame is not None
    x, y = desk.results.criteria.columns["output_per_mu"].values, desk.results.scores.best_score
    column = (x - frame.left) / (frame.right - frame.left) * (frame.width - 1) + plot.left()
    row = (frame.top - y) / (frame.top - frame.bottom) * (frame.height - 1) + plot.top()
    within = (column >= start.x()) & (column <= end.x()) & (row >= start.y()) & (row <= end.y())
    return np.flatnonzero(within).tolist()


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_empty_says_what_to_do(qtbot: QtBot, empty_desk: Desk, lang: str) -> None:
    scatter = shown(qtbot, Scatter(empty_desk))
    assert scatter.empty.isVisible()
    assert text("scatter_no_project") in scatter.empty.accessibleName()


def test_a_box_selects_what_is_in_it_and_control_adds(qtbot: QtBot, scatter: Scatter, desk: Desk) -> None:
    start, end = QPoint(58, 40), QPoint(140, 120)
    drag(qtbot, scatter, start, end)
    first = inside(scatter, desk, start, end)
    assert len(first) > 50
    assert desk.selection.tolist() == first
    start, end = QPoint(150, 20), QPoint(500, 200)
    drag(qtbot, scatter, start, end, CTRL)
    assert desk.selection.tolist() == sorted({*first, *inside(scatter, desk, start, end)})


def test_a_click_selects_the_nearest_and_escape_gives_up(qtbot: QtBot, scatter: Scatter, desk: Desk) -> None:
    assert desk.results is not None
    frame, plot = scatter.view.frame(), scatter.view.plot()
    assert frame is not None
    values = desk.results.criteria.columns["output_per_mu"].values
    far = int(np.nanargmax(values))  # lies alone
    x = (values[far] - frame.left) / (frame.right - frame.left) * (frame.width - 1) + plot.left()
    y = (frame.top - desk.results.scores.best_score[far]) / (frame.top - frame.bottom) * (frame.height - 1) + plot.top()
    qtbot.mouseClick(scatter.view, LEFT, NO, QPoint(round(x) + 2, round(y) - 2))
    assert desk.selection.tolist() == [far]
    qtbot.mousePress(scatter.view, LEFT, NO, QPoint(60, 20))
    qtbot.keyClick(scatter.view, Qt.Key.Key_Escape)
    qtbot.mouseRelease(scatter.view, LEFT, NO, QPoint(400, 200))
    assert desk.selection.tolist() == [far]


def test_says_how_many_cannot_be_drawn(qtbot: QtBot, scatter: Scatter, desk: Desk) -> None:
    assert desk.results is not None
    x, y = desk.results.criteria.columns["output_per_mu"].values, desk.results.scores.best_score
    shown_n = int((np.isfinite(x) & np.isfinite(y)).sum())
    assert f"{shown_n:,}" in scatter.info.text()
    assert f"{len(x) - shown_n:,}" in scatter.info.text()
    qtbot.mouseClick(scatter.log_x, LEFT)
    positive = int((np.isfinite(x) & np.isfinite(y) & (x > 0)).sum())
    assert f"{positive:,}" in scatter.info.text()
    assert text("scatter_missing_log", {"n": f"{len(x) - positive:,}"}) in scatter.info.text()


def test_every_quantity_can_be_shown(scatter: Scatter) -> None:
    kinds = {scatter.up.itemData(k).kind for k in range(scatter.up.count())}
    assert kinds == {"score", "criterion", "field"}
    for k in range(scatter.up.count()):
        scatter.up.setCurrentIndex(k)
        scatter.up.activated.emit(k)
        assert scatter.view.isVisible() or text("scatter_nothing") in scatter.empty.accessibleName()
