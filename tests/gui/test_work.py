"""Lanes: one task after another, told of from the start, and nothing kept of what has ended."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from landplan.core.progress import Progress
from landplan.gui.work import Lane, Task


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    made = Lane("test")
    yield made
    made.close()


class Thing:
    """Something large that work needs."""


def held(go: Event) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        go.wait(10.0)
        return "done"

    return work


def test_a_task_that_waits_is_told_of(qtbot: QtBot, lane: Lane) -> None:
    go, told, answers = Event(), [], []
    lane.changed.connect(lambda task: told.append((task.title, task.state)))
    lane.start(Task("first", held(go), answers.append))
    lane.start(Task("second", held(go), answers.append))
    assert told == [("first", "running"), ("second", "waiting")]
    go.set()
    qtbot.waitUntil(lambda: not lane.busy)
    assert [state for title, state in told if title == "second"] == ["waiting", "running", "done"]
    assert answers == ["done", "done"]


def test_the_newest_wish_takes_the_place_of_one_that_waits(qtbot: QtBot, lane: Lane) -> None:
    go, answers = Event(), []
    first = lane.start(Task("first", held(go), lambda _answer: answers.append("first")))
    second = lane.start_newest(Task("second", held(go), lambda _answer: answers.append("second")))
    third = lane.start_newest(Task("third", held(go), lambda _answer: answers.append("third")))
    go.set()
    qtbot.waitUntil(lambda: not lane.busy)
    assert [first.state, second.state, third.state] == ["done", "cancelled", "done"]
    assert answers == ["first", "third"]


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_is_kept_of_what_has_ended(qtbot: QtBot, lane: Lane, fails: bool) -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    heard: list[bool] = []

    def work(progress: Progress, own: Thing = thing) -> Any:
        if fails:
            raise ValueError(id(own))
        return None

    def done(_answer: Any, own: Thing = thing) -> None:
        heard.append(True)

    task = lane.start(Task("work", work, done, done, about=thing))
    qtbot.waitUntil(lambda: not lane.busy)
    assert heard == [True]
    assert task.state == ("failed" if fails else "done")
    del thing, work, done
    gc.collect()
    assert gone() is None


def test_what_waits_when_all_is_forgotten_ends_unheard(qtbot: QtBot, lane: Lane) -> None:
    go, answers = Event(), []
    first = lane.start(Task("first", held(go), answers.append))
    second = lane.start(Task("second", held(go), answers.append))
    lane.forget()
    go.set()
    qtbot.waitUntil(lambda: not lane.busy)
    assert second.state == "cancelled"
    assert first.state == "done"
    assert not answers
