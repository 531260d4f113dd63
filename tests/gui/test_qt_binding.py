"""The Qt binding keeps None alive: some versions take one reference off it at every call that returns None."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF
from pytestqt.qtbot import QtBot

CALLS = 300


def painter_calls(painter: QPainter, image: QImage, thing: QObject) -> dict[str, Callable[[], object]]:
    path, timer = QPainterPath(), QTimer(thing)
    return {
        "fill": lambda: image.fill(0),
        "pen": lambda: painter.setPen(QColor("red")),
        "brush": lambda: painter.setBrush(QColor("red")),
        "polygon": lambda: painter.drawPolygon(QPolygonF()),
        "path": lambda: painter.drawPath(path),
        "image": lambda: painter.drawImage(0, 0, image),
        "state": lambda: (painter.save(), painter.restore()),
        "line": lambda: path.lineTo(1.0, 1.0),
        "property": lambda: thing.setProperty("a", 1),
        "timer": lambda: timer.setInterval(5),
    }


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None cannot die from Python 3.12 on")
def test_none_keeps_its_references(qtbot: QtBot) -> None:
    image, canvas, thing = QImage(8, 8, QImage.Format.Format_RGB32), QImage(8, 8, QImage.Format.Format_RGB32), QObject()
    painter, lost = QPainter(canvas), {}
    for name, call in painter_calls(painter, image, thing).items():
        call()
        before = sys.getrefcount(None)
        for _ in range(CALLS):
            call()
        lost[name] = before - sys.getrefcount(None)
    painter.end()
    assert {name: count for name, count in lost.items() if count > 20} == {}
