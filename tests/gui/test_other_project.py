"""Work that outlives its project: nothing of one project reaches another, and nothing unsaved is lost unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from settling import settled

from landplan.app.opening import Opened, open_file
from landplan.core.messages import set_language
from landplan.core.paths import sample
from landplan.core.project import Memo
from landplan.gui import theme
from landplan.gui.desk import Desk
from landplan.gui.portfolio.solve_bar import SolveBar
from landplan.gui.portfolio.state import PlanState
from landplan.gui.program import Program
from landplan.gui.settings import Settings

OTHER = sample("dirty", "no_prj.shp")


@pytest.fixture(scope="module")
def other() -> Opened:
    """A much smaller project."""
    return open_file(OTHER)


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, lang: str, opened: Opened, kept_results: Memo) -> Iterator[Program]:
    theme.use("light")
    made = Program(Settings(tmp_path / "window.ini"), warm=False)
    made.desk.put(opened, kept_results)
    settled(qtbot, made.desk)
    yield made
    made.window.leaving = True
    made.window.close()
    made.end()


def idle(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.live.busy and not desk.long.busy, timeout=60_000)


@pytest.mark.parametrize("leave", ["put", "clear"])
def test_a_plan_of_the_project_before_never_arrives(qtbot: QtBot, desk: Desk, other: Opened, leave: str) -> None:
    task = desk.solve()
    assert task is not None
    task.cancel = lambda: None  # type: ignore[method-assign]  # it ends before it hears of the wish to stop
    if leave == "put":
        desk.put(other)
    else:
        desk.clear()
    idle(qtbot, desk)
    assert task.state == "done"
    assert desk.plan is None


def test_a_solve_is_stopped_when_its_project_goes(qtbot: QtBot, desk: Desk, other: Opened) -> None:
    task = desk.solve()
    desk.put(other)
    assert task is not None
    assert task.stopped
    idle(qtbot, desk)


def test_scores_of_the_project_before_are_not_heard(qtbot: QtBot, desk: Desk, other: Opened) -> None:
    own: list[bool] = []
    desk.results_changed.connect(lambda: own.append(desk.results is not None and desk.results.project is desk.project))
    desk.do("set_weight", criterion="output_per_mu", weight=8.75)
    desk.put(other)
    idle(qtbot, desk)
    assert own
    assert all(own)


def test_a_late_save_does_not_name_the_next_project(qtbot: QtBot, program: Program, other: Opened, tmp_path: Path) -> None:
    desk, file = program.desk, tmp_path / "first.landplan"
    program.window.files.save_to(file)
    desk.put(other)
    idle(qtbot, desk)
    assert len(open_file(file).project.layers.parcels) > len(other.project.layers.parcels)
    assert desk.source is other  # saving it now asks where; it would have gone over the first
    assert desk.unsaved


@pytest.mark.parametrize("answer", ["stay", "discard"])
def test_a_change_while_a_file_is_read_is_asked_for(
    qtbot: QtBot, program: Program, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    desk, files, asked = program.desk, program.window.files, []
    monkeypatch.setattr(files, "ask_unsaved", lambda: asked.append(1) or answer)
    before = desk.session
    files.open(OTHER)
    assert not asked
    desk.do("set_weight", criterion="output_per_mu", weight=8.5)
    idle(qtbot, desk)
    assert asked == [1]
    assert (desk.session is before) is (answer == "stay")


def test_a_failure_is_of_the_project_that_was_solved(qtbot: QtBot, desk: Desk) -> None:
    state = PlanState(desk)
    first = desk.project
    desk.do("set_weight", criterion="output_per_mu", weight=8.0)
    state.failed(ValueError("too little money"), first)
    assert state.failure is None
    desk.undo()
    assert state.failure is not None
    settled(qtbot, desk)


def test_a_new_window_in_another_language_follows_the_solve_that_runs(qtbot: QtBot, desk: Desk) -> None:
    task = desk.solve()
    set_language("en")
    bar = SolveBar(PlanState(desk))
    qtbot.addWidget(bar)
    desk.long.changed.connect(bar.follow)
    bar.show()
    assert bar.cancel.isVisible()
    bar.cancel.click()
    assert task is not None
    assert task.stopped
    idle(qtbot, desk)
    assert not bar.cancel.isVisible()
