"""The desk: live scores, plans that grow old, selections, and failures that are said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from settling import settled

from landplan.core.errors import InputError
from landplan.core.progress import Progress
from landplan.gui import desk as desk_module
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.journal import Message

Wait = Callable[[], None]


def test_a_weight_gives_new_scores_in_one_event(desk: Desk, qtbot: QtBot, wait: Wait) -> None:
    before, heard = desk.results, []
    desk.results_changed.connect(lambda: heard.append(desk.painting))
    old_painting = desk.painting
    assert desk.do("set_weight", criterion="output_per_mu", weight=9.0)
    wait()
    assert desk.results is not before
    assert heard
    assert heard[0] is not old_painting  # the map is painted anew before the panels are told
    assert desk.results is not None
    assert desk.results.project is desk.project


def test_a_drag_is_one_entry_said_once(desk: Desk, wait: Wait) -> None:
    said: list[Message] = []
    desk.said.connect(said.append)
    for weight in (4.0, 5.0, 6.0):
        desk.do("set_weight", criterion="output_per_mu", weight=weight, merge=True)
    assert not said
    desk.settle()
    assert desk.session is not None
    assert len(desk.session.history) == 1
    assert len(said) == 1
    assert "3 → 6" in said[0].text
    assert said[0].line.endswith("set-weight --criterion output_per_mu --weight 6 --out plan.landplan")
    desk.settle()
    assert len(said) == 1
    wait()


def test_a_plan_grows_old_with_a_change_and_young_again_with_its_undo(desk: Desk, qtbot: QtBot, wait: Wait) -> None:
    with qtbot.waitSignal(desk.plan_changed, timeout=60_000):
        desk.solve()
    assert desk.plan_current
    with qtbot.waitSignal(desk.plan_changed):
        desk.do("set_weight", criterion="output_per_mu", weight=9.0)
    assert not desk.plan_current
    assert desk.portfolio is not None
    desk.undo()
    assert desk.plan_current
    wait()


@pytest.fixture
def many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """The desk holds the sample for one of many parcels and shows the score of a model; its id."""
    monkeypatch.setattr(desk_module, "_MANY", 10)
    assert desk.results is not None
    model = desk.results.scores.models[2]
    desk.show_as(Display("score", model))
    return model


def test_of_many_parcels_the_score_shown_follows_a_drag_and_the_rest_when_it_rests(desk: Desk, qtbot: QtBot, many: str) -> None:
    before = desk.results
    with qtbot.waitSignal(desk.painted, timeout=20_000):
        desk.do("set_weight", criterion="output_per_mu", weight=9.0, merge=True)
    live = desk.painting
    assert desk.results is before  # nothing but the picture has moved
    assert live is not None
    desk.settle()
    settled(qtbot, desk)
    assert desk.results is not None
    known = ~np.isnan(live.values)
    k = desk.results.scores.models.index(many)
    assert known.any()
    np.testing.assert_array_equal(live.values[known], desk.results.scores.score[known, k])


def test_a_score_that_comes_after_another_was_asked_for_is_not_painted(desk: Desk, qtbot: QtBot, many: str) -> None:
    assert desk.results is not None
    other = next(model for model in desk.results.scores.models if model != many)
    desk.do("set_weight", criterion="output_per_mu", weight=9.0, merge=True)
    desk.show_as(Display("score", other))
    shown = desk.painting
    qtbot.waitUntil(lambda: not desk.live.busy, timeout=20_000)
    assert desk.painting is shown
    desk.settle()
    settled(qtbot, desk)


def test_selections_add_and_take_away(desk: Desk) -> None:
    heard: list[list[int]] = []
    desk.selection_changed.connect(lambda: heard.append(desk.selection.tolist()))
    desk.select(np.array([5, 3]))
    desk.select(np.array([9]), "add")
    desk.select(np.array([3]), "remove")
    desk.select(np.array([5, 7]), "toggle")
    assert heard == [[3, 5], [3, 5, 9], [5, 9], [7, 9]]


def test_a_refused_command_is_said_and_changes_nothing(desk: Desk) -> None:
    before, said = desk.project, []
    desk.said.connect(said.append)
    assert not desk.do("set_weight", criterion="output_per_m", weight=1.0)
    assert desk.project is before
    assert said[0].mood == "bad"
    assert "output_per_mu" in said[0].text


@pytest.mark.parametrize(
    ("error", "words"), [(InputError("file_missing", "x", path="x.shp"), "x.shp"), (ZeroDivisionError("k"), "k")]
)
def test_failed_work_is_one_sentence(desk: Desk, qtbot: QtBot, error: Exception, words: str) -> None:
    def work(progress: Progress) -> None:
        raise error

    with qtbot.waitSignal(desk.said) as heard:
        task = desk.run("work", work, lambda _answer: None)
    assert heard.args[0].mood == "bad"
    assert words in heard.args[0].text
    assert "Traceback" not in heard.args[0].text
    assert task.state == "failed"
    assert bool(desk.trace) == isinstance(error, ZeroDivisionError)


def test_cancelled_work_leaves_everything_as_it_was(desk: Desk, qtbot: QtBot) -> None:
    before = desk.plan

    def work(progress: Progress) -> None:
        while True:
            progress(None, "progress_done")

    task = desk.run("work", work, lambda _answer: None)
    qtbot.waitUntil(lambda: task.state == "running")
    task.cancel()
    qtbot.waitUntil(lambda: task.state == "cancelled")
    assert desk.plan is before
    assert desk.messages[-1].mood == "note"


def test_a_display_paints_the_map_anew(desk: Desk, qtbot: QtBot) -> None:
    assert desk.results is not None
    model = desk.results.scores.models[2]
    with qtbot.waitSignal(desk.painted):
        desk.show_as(Display("score", model))
    assert desk.painting is not None
    assert desk.painting.values is not None
    k = desk.results.scores.models.index(model)
    shown = ~np.isnan(desk.painting.values)
    assert np.array_equal(desk.painting.values[shown], desk.results.scores.score[shown, k])
    assert shown.sum() == next(entry.count for entry in desk.painting.entries if entry.key == 0)


def test_the_trace_of_a_bug_is_there_when_it_is_said(empty_desk: Desk) -> None:
    traces: list[int] = []
    empty_desk.said.connect(lambda _message: traces.append(len(empty_desk.trace)))
    empty_desk.fail(ZeroDivisionError("k"))
    assert traces[0] > 0


def test_a_solve_shows_its_paths_and_has_a_line(desk: Desk, qtbot: QtBot) -> None:
    task = desk.solve()
    assert task is not None
    assert task.line.startswith("landplan run ")
    qtbot.waitUntil(lambda: desk.plan_current, timeout=60_000)
    assert desk.display == Display("path")
    assert desk.painting is not None
    assert desk.portfolio is not None
    paths = len(desk.project.scheme.paths) if desk.project is not None else 0
    assert sum(entry.count for entry in desk.painting.entries[:paths]) == len(desk.portfolio)
