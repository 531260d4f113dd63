"""The tasks panel: progress, cancel, what came of it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from landplan.core.errors import InputError
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.gui.desk import Desk
from landplan.gui.panels.tasks import Tasks
from landplan.gui.widgets.task_card import TaskCard, elapsed
from landplan.gui.work import Task

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def tasks(qtbot: QtBot, empty_desk: Desk) -> Tasks:
    made = Tasks(empty_desk)
    qtbot.addWidget(made)
    made.resize(700, 300)
    made.show()
    return made


def finished(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.long.busy, timeout=5000)


def test_empty_it_says_what_comes_here(tasks: Tasks) -> None:
    assert tasks._empty.isVisible() and text("tasks_empty_advice") in tasks._empty.accessibleName()


def test_a_task_is_followed_to_its_end(qtbot: QtBot, tasks: Tasks, empty_desk: Desk) -> None:
    go = threading.Event()

    def work(progress: Progress) -> int:
        progress(0.62, "task_solve")
        go.wait(5)
        return 7

    answers: list[int] = []
    task = empty_desk.run("求解", work, answers.append, line="landplan run recipe.toml")
    card = tasks.cards[task]
    qtbot.waitUntil(lambda: card._said.text() == f"62%  {text('task_solve')}")
    assert card._bar.isVisible() and card._bar.value() == 620 and tasks._clock.isActive()
    go.set()
    finished(qtbot, empty_desk)
    assert answers == [7] and not card._bar.isVisible() and not card.cancel.isVisible()
    assert card._said.text() == text("tasks_done")
    qtbot.waitUntil(lambda: not tasks._clock.isActive())
    qtbot.mouseClick(card.line.button, LEFT)
    assert QGuiApplication.clipboard().text() == "landplan run recipe.toml"


def test_cancel_stops_it(qtbot: QtBot, tasks: Tasks, empty_desk: Desk) -> None:
    seen = threading.Event()

    def work(progress: Progress) -> None:
        while True:
            progress(None, "task_solve")
            seen.set()
            threading.Event().wait(0.005)

    card = tasks.cards[empty_desk.run("求解", work, lambda _answer: None)]
    assert seen.wait(5)
    qtbot.mouseClick(card.cancel, LEFT)
    assert not card.cancel.isEnabled() and card._said.text() == text("tasks_stopping")
    finished(qtbot, empty_desk)
    assert card._said.text() == text("tasks_cancelled") and not card.line.isVisible()


def test_a_failure_says_why_and_the_newest_is_on_top(qtbot: QtBot, tasks: Tasks, empty_desk: Desk) -> None:
    def fails(progress: Progress) -> None:
        raise InputError("file_not_found", "x.shp", path="x.shp")

    first = tasks.cards[empty_desk.run("读取", fails, lambda _answer: None)]
    finished(qtbot, empty_desk)
    assert "x.shp" in first._said.text() and first._said.property("role") == "bad"
    second = tasks.cards[empty_desk.run("再读", lambda _progress: 1, lambda _answer: None)]
    finished(qtbot, empty_desk)
    qtbot.waitUntil(lambda: second.y() < first.y())
    again = Tasks(empty_desk)  # the window is made anew for another language
    qtbot.addWidget(again)
    assert [card.task.title for card in again.cards.values()] == ["读取", "再读"]
    qtbot.mouseClick(tasks.clear, LEFT)
    assert not tasks.cards and tasks._empty.isVisible()


def test_live_work_is_not_listed(qtbot: QtBot, desk: Desk) -> None:
    tasks = Tasks(desk)
    qtbot.addWidget(tasks)
    desk.do("set_weight", criterion="metro_m", weight=7.0)
    qtbot.waitUntil(lambda: not desk.live.busy, timeout=20_000)
    assert not tasks.cards


def test_times_in_words() -> None:
    assert [elapsed(s) for s in (0.04, 59.94, 125.0)] == ["0.0 秒", "59.9 秒", "2 分 05 秒"]


class _Windows(QObject):
    """Counts the windows that appear."""

    shown = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.shown += event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        return False


def test_a_card_with_a_line_is_no_window_of_its_own(qtbot: QtBot, lang: str) -> None:
    windows = _Windows()
    QApplication.instance().installEventFilter(windows)
    card = TaskCard(Task("solve", lambda _progress: None, lambda _answer: None, line="landplan run plan.toml"))
    QApplication.instance().removeEventFilter(windows)
    qtbot.addWidget(card)
    assert windows.shown == 0  # for a moment it would take the keys from the window
    assert not card.line.isHidden()
