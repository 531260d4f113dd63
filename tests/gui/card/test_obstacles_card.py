"""The card's part about obstacles: there with a register alone, open ones first, and what they mean to the plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from settling import settled

from landplan.app.opening import open_file
from landplan.core.messages import text
from landplan.gui.add_layer_dialog import AddLayerDialog
from landplan.gui.desk import Desk
from landplan.gui.panels.plot_card import PlotCard
from landplan.gui.widgets.row_list import Row
from tests.app.test_obstacles import plan
from tests.small_plan import write_plan


def card_of(qtbot: QtBot, desk: Desk, recipe: Path) -> PlotCard:
    card = PlotCard(desk)
    qtbot.addWidget(card)
    card.resize(320, 900)
    with qtbot.waitExposed(card):
        card.show()
    desk.put(open_file(recipe))
    settled(qtbot, desk)
    return card


def rows_of(card: PlotCard, desk: Desk, row: int) -> tuple[Row, ...]:
    desk.select(np.array([row], np.int64))
    return card.obstacles.rows.rows


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_open_obstacles_come_first_and_those_after_the_start_are_red(
    qtbot: QtBot, empty_desk: Desk, tmp_path: Path, lang: str
) -> None:
    card = card_of(qtbot, empty_desk, plan(tmp_path))
    first, second = rows_of(card, empty_desk, 0)
    assert card.obstacles.isVisible()
    assert (first.title, first.value, first.detail, first.note, first.mood) == (
        "抵押未解除", "2030-06-30", "权属 · 区规划资源局", "办理中", "data",
    )  # fmt: skip
    assert (second.value, second.mood) == ("已解决", "faint")
    assert rows_of(card, empty_desk, 11)[0].value == text("obstacle_no_due")
    assert [one.title for one in rows_of(card, empty_desk, 3)] == [text("obstacles_none")]
    empty_desk.solve()
    qtbot.waitUntil(lambda: empty_desk.plan is not None, timeout=20_000)
    late = rows_of(card, empty_desk, 0)[0]
    assert (late.mood, late.note) == ("bad", text("obstacle_after_start"))


def test_without_a_register_there_is_no_such_part(qtbot: QtBot, empty_desk: Desk, tmp_path: Path) -> None:
    card = card_of(qtbot, empty_desk, write_plan(tmp_path))
    rows_of(card, empty_desk, 0)
    assert not card.obstacles.isVisible()


def test_a_register_is_added_by_the_dialog_of_layers(qtbot: QtBot, empty_desk: Desk, tmp_path: Path) -> None:
    plan(tmp_path)
    (tmp_path / "bare").mkdir()
    card = card_of(qtbot, empty_desk, write_plan(tmp_path / "bare"))
    rows_of(card, empty_desk, 0)
    dialog = AddLayerDialog(tmp_path / "堵点.csv", empty_desk)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.waitUntil(lambda: dialog.panel.card is not None or bool(dialog.panel.wrong), timeout=30_000)
    dialog.role.setCurrentIndex(dialog.role.findData("obstacles"))
    with qtbot.waitSignal(dialog.asked) as heard:
        qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    dialog.close()
    empty_desk.do("add_layer", **heard.args[0])
    settled(qtbot, empty_desk)
    qtbot.waitUntil(card.obstacles.isVisible, timeout=10_000)
    assert card.obstacles.rows.rows[0].title == "抵押未解除"
