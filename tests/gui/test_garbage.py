"""Widgets that are garbage never end in a worker."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from landplan.gui.garbage import keep_garbage_home


class Knot:
    """It holds itself, as a window and its panels hold each other: only the collector ends it."""

    def __init__(self) -> None:
        self.itself = self


def test_a_worker_that_makes_much_collects_nothing(qtbot: QtBot) -> None:
    ended: list[threading.Thread] = []
    knot = Knot()
    weakref.finalize(knot, lambda: ended.append(threading.current_thread()))
    del knot
    made: list[list[int]] = []
    worker = threading.Thread(target=lambda: made.extend([k] for k in range(200_000)))
    worker.start()
    worker.join()
    assert ended == []
    qtbot.waitUntil(lambda: bool(ended), timeout=10_000)
    assert ended == [threading.main_thread()]


def test_old_garbage_ends_while_the_hand_rests(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, ended = keep_garbage_home(), list[int]()
    knot = Knot()
    gc.collect()  # the knot is old now
    weakref.finalize(knot, lambda: ended.append(1))
    del knot
    kept.collect_old()
    assert not ended  # little was made since
    for _ in range(gc.get_threshold()[2] + 1):
        gc.collect(1)
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    kept.collect_old()
    assert not ended
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.NoButton)
    kept.collect_old()
    assert ended


def test_python_collects_again_afterwards(qtbot: QtBot) -> None:
    kept = keep_garbage_home()
    assert kept is keep_garbage_home()
    assert not gc.isenabled()
    kept.end()
    assert gc.isenabled()
    assert keep_garbage_home() is not kept
    assert not gc.isenabled()
