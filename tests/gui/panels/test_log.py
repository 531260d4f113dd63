"""The log panel: everything said, with its command line; moods; copies."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.panels.log import Log

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def log(qtbot: QtBot, empty_desk: Desk) -> Log:
    made = Log(empty_desk)
    qtbot.addWidget(made)
    made.resize(800, 300)
    made.show()
    return made


def plain(log: Log) -> str:
    return log.page.toPlainText()


def test_empty_it_says_what_comes_here(log: Log) -> None:
    assert log._empty.isVisible() and text("log_empty_advice") in log._empty.accessibleName()


def test_what_is_said_is_written_with_its_line_and_time(log: Log, empty_desk: Desk) -> None:
    empty_desk.say("note", "第一", "landplan edit a.toml set-weight")
    empty_desk.say("bad", "<b>第二</b> & more")
    lines = plain(log).split("\n")
    assert lines[0].startswith(f"{empty_desk.messages[0].at:%H:%M:%S}") and lines[0].endswith("第一")
    assert lines[1] == "landplan edit a.toml set-weight" and lines[2].endswith("<b>第二</b> & more")
    assert not log._empty.isVisible() and log.moods.buttons["bad"].text().endswith(" 1")


def test_moods_filter(qtbot: QtBot, log: Log, empty_desk: Desk) -> None:
    empty_desk.say("note", "甲")
    empty_desk.say("data", "乙")
    qtbot.mouseClick(log.moods.buttons["note"], LEFT)
    assert "乙" in plain(log) and "甲" not in plain(log)
    empty_desk.say("note", "丙")
    assert "丙" not in plain(log) and log.moods.buttons["note"].text().endswith(" 2")
    again = Log(empty_desk)  # the window is made anew for another language
    qtbot.addWidget(again)
    assert "甲" not in plain(again)
    qtbot.mouseClick(log.moods.buttons["note"], LEFT)
    assert [plain(log).index(word) for word in "甲乙丙"] == sorted(plain(log).index(word) for word in "甲乙丙")


def test_copies(qtbot: QtBot, log: Log, empty_desk: Desk) -> None:
    empty_desk.say("good", "完", "landplan run a.toml")
    qtbot.mouseClick(log.moods.buttons["good"], LEFT)
    qtbot.mouseClick(log.copy, LEFT)
    at = empty_desk.messages[0].at
    assert QGuiApplication.clipboard().text() == f"{at:%Y-%m-%d %H:%M:%S} [完成] 完\n    landplan run a.toml"
    assert not log.details.isVisible()
    empty_desk.fail(RuntimeError("boom"))
    qtbot.waitUntil(log.details.isVisible)
    qtbot.mouseClick(log.details, LEFT)
    assert "RuntimeError: boom" in QGuiApplication.clipboard().text()


def test_it_follows_the_end_unless_one_reads_above(log: Log, empty_desk: Desk) -> None:
    for k in range(60):
        empty_desk.say("note", f"消息 {k}")
    bar = log.page.verticalScrollBar()
    assert bar.maximum() > 0 and bar.value() == bar.maximum()
    bar.setValue(0)
    empty_desk.say("note", "新")
    assert bar.value() == 0 and plain(log).endswith("新")


def test_hidden_it_writes_when_shown(log: Log, empty_desk: Desk) -> None:
    empty_desk.say("note", "一")
    log.hide()
    empty_desk.say("note", "二")
    assert "二" not in plain(log)
    log.show()
    assert "二" in plain(log)
