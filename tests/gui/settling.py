"""Waiting for a desk: a module of its own, as every folder of tests has a `conftest`."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from landplan.gui.desk import Desk


def settled(qtbot: QtBot, desk: Desk) -> None:
    """Wait until nothing runs and scores and options are those of the project as it is."""
    qtbot.waitUntil(
        lambda: (
            not desk.live.busy
            and not desk.beside.busy
            and not desk.long.busy
            and desk.results is not None
            and desk.results.project is desk.project
            and (desk.options is not None or desk.results.recipe.choose is None)
        ),
        timeout=60_000,
    )
