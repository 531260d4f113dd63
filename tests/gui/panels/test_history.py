"""The history panel: words, the present, clicks that go there."""

from __future__ import annotations

import shlex
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.panels.history import History

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def history(qtbot: QtBot, desk: Desk, wait: Callable[[], None]) -> History:
    made = History(desk)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    desk.do("set_weight", criterion="metro_m", weight=4.0)
    desk.do("set_weight", criterion="chain_fit", weight=3.0)
    desk.do("add_must", parcels=["JD-0003"])
    return made


def click(qtbot: QtBot, history: History, line: int) -> None:
    place = history.view.visualRect(history.entries.index(line, 0)).center()
    qtbot.mouseClick(history.view.viewport(), LEFT, pos=place)


def test_empty_it_says_what_comes_here(qtbot: QtBot, empty_desk: Desk) -> None:
    history = History(empty_desk)
    qtbot.addWidget(history)
    history.show()
    assert history._empty.isVisible() and history.entries.rowCount() == 0


def test_entries_in_words_and_the_present(history: History, desk: Desk) -> None:
    assert desk.session is not None
    lines = [str(history.entries.index(k, 0).data()) for k in range(history.entries.rowCount())]
    assert lines == [text("history_opened"), *(entry.words() for entry in desk.session.history)]
    assert history.entries.present == 3 and history.view.currentIndex().row() == 3
    assert history.entries.index(3, 0).data(Qt.ItemDataRole.FontRole).bold()
    spoken = history.entries.index(3, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text("history_now") in spoken


def test_a_click_goes_there_and_back(qtbot: QtBot, history: History, desk: Desk) -> None:
    assert desk.session is not None
    after, as_opened = desk.project, desk.session.history[0].before
    click(qtbot, history, 0)
    assert desk.project is as_opened and history.entries.present == 0 and history.entries.rowCount() == 4
    assert desk.messages[-1].text == text("history_went", {"what": text("history_opened")})
    click(qtbot, history, 3)
    assert desk.project is after
    click(qtbot, history, 2)
    assert desk.project is desk.session.history[-1].after and len(desk.session.future) == 1


def test_keys_look_and_enter_goes(qtbot: QtBot, history: History, desk: Desk) -> None:
    before = desk.project
    qtbot.keyClick(history.view, Qt.Key.Key_Up)
    qtbot.keyClick(history.view, Qt.Key.Key_Up)
    assert desk.project is before
    words = shlex.split(history.line.line)
    assert words[3:8] == ["set-weight", "--criterion", "metro_m", "--weight", "4"]
    qtbot.keyClick(history.view, Qt.Key.Key_Return)
    assert desk.session is not None and len(desk.session.history) == 1


def test_lines_are_copied(qtbot: QtBot, history: History) -> None:
    qtbot.mouseClick(history.line.button, LEFT)
    assert "add-must JD-0003" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(history.python, LEFT)
    assert QGuiApplication.clipboard().text() == "session.do(\"add_must\", parcels=['JD-0003'])"
    history.view.setCurrentIndex(history.entries.index(0, 0))
    assert not history.line.button.isEnabled() and not history.python.isEnabled()


def test_a_drag_is_one_line(history: History, desk: Desk) -> None:
    before = history.entries.rowCount()
    for weight in (5.0, 6.0, 7.0):
        desk.do("set_weight", merge=True, criterion="lab_m", weight=weight)
    desk.settle()
    assert history.entries.rowCount() == before + 1
    assert str(history.entries.index(before, 0).data()).endswith("7")


def test_hidden_it_waits(history: History, desk: Desk) -> None:
    history.hide()
    desk.undo()
    assert history.entries.present == 3
    history.show()
    assert history.entries.present == 2
