"""Commands that read files do it beside the window, and make their change on the newest project."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot
from settling import settled

import landplan.gui.long_commands as long_commands
from landplan.app.session import applied
from landplan.gui.desk import Desk
from landplan.gui.long_commands import do_long


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [121.25, 31.38]}}
    path = tmp_path / "schools.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return {"role": "schools", "path": str(path)}


def test_a_change_made_meanwhile_is_kept(
    qtbot: QtBot, desk: Desk, values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    go, done = Event(), []

    def slow(*asked: object) -> object:
        go.wait(10.0)
        return applied(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(long_commands, "applied", slow)
    task = do_long(desk, "add_layer", values, lambda: done.append(1))
    assert desk.do("set_weight", criterion="output_per_mu", weight=7.0)  # the window goes on
    go.set()
    qtbot.waitUntil(lambda: bool(done), timeout=20_000)
    assert task is not None
    assert "add-layer --role schools" in task.line
    assert desk.project is not None
    assert desk.session is not None
    assert "schools" in desk.project.layers.names
    assert [entry.command for entry in desk.session.history] == ["set_weight", "add_layer"]
    assert next(one.weight for one in desk.project.scheme.criteria if one.id == "output_per_mu") == 7.0
    desk.undo()
    assert "schools" not in desk.project.layers.names
    assert desk.session.future[0].values == values
    settled(qtbot, desk)


def test_a_layer_read_for_a_project_that_went_is_left(qtbot: QtBot, desk: Desk, values: dict[str, str]) -> None:
    done: list[int] = []
    do_long(desk, "add_layer", values, lambda: done.append(1))
    desk.clear()
    qtbot.waitUntil(lambda: not desk.long.busy)
    assert not done
    assert desk.project is None


def test_a_file_that_cannot_be_read_is_said_and_changes_nothing(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    before = desk.project
    do_long(desk, "add_layer", {"role": "schools", "path": str(tmp_path / "gone.gpkg")}, lambda: None)
    qtbot.waitUntil(lambda: not desk.long.busy)
    assert desk.project is before
    assert desk.messages[-1].mood == "bad"
    assert "gone.gpkg" in desk.messages[-1].text
