"""Session: every change can be undone, a drag is one entry, panels hear of what changed."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from test_commands import CHANGES, project  # noqa: F401  (a fixture)

from landplan.app.changes import Difference
from landplan.app.session import Session
from landplan.core.errors import LandplanError
from landplan.core.project import Project


@pytest.fixture
def session(project: Project) -> Session:  # noqa: F811
    return Session(project)


def test_a_thousand_random_commands_undone_give_the_same_project(session: Session) -> None:
    chance = random.Random(20251122)
    start, dump = session.project, (session.project.scheme.model_dump_json(), session.project.recipe.model_dump_json())
    states = [start]
    for _ in range(1000):
        command, values = _random_command(chance)
        try:
            session.do(command, merge=chance.random() < 0.3, **values)
        except LandplanError:
            continue
        if session.project is not states[-1]:
            states.append(session.project)
    assert len(session.history) > 300, "too few commands took effect to prove anything"
    last = session.project
    while session.history:
        session.undo()
    assert session.project is start
    assert (start.scheme.model_dump_json(), start.recipe.model_dump_json()) == dump
    while session.future:
        session.redo()
    assert session.project is last


def _random_command(chance: random.Random) -> tuple[str, dict[str, Any]]:
    command, values, _ = chance.choice(CHANGES)
    values = dict(values)
    for name, value in values.items():
        if isinstance(value, bool):
            values[name] = chance.random() < 0.5
        elif isinstance(value, float):
            values[name] = chance.choice([0.0, 0.5, 1.0, 2.0, 7.0])
        elif isinstance(value, list):
            values[name] = chance.sample(["A", "B", "C"], chance.randint(1, 3))
        elif name == "criterion":
            values[name] = chance.choice(["size", "metro_m", "none"])
    return command, values


def test_undo_and_redo_give_the_very_objects_back(session: Session) -> None:
    before = session.project
    after = session.do("set_weight", criterion="size", weight=5.0)
    assert session.undo() is before
    assert session.redo() is after
    session.undo()
    session.do("set_weight", criterion="size", weight=6.0)
    assert session.redo().scheme.criteria[0].weight == 6.0, "a new change ends the future"
    assert session.future == ()


def test_nothing_to_undo_is_no_error(session: Session) -> None:
    assert session.undo() is session.project
    assert session.redo() is session.project


def test_a_command_that_changes_nothing_leaves_no_trace(session: Session) -> None:
    told: list[Any] = []
    session.changed.append(lambda old, new: told.append((old, new)))
    session.do("set_weight", criterion="size", weight=2.0)
    assert (session.history, told) == ((), [])


def test_a_refused_command_leaves_no_trace(session: Session) -> None:
    before = session.project
    with pytest.raises(LandplanError):
        session.do("set_weight", criterion="size", weight=-1.0)
    assert session.project is before
    assert session.history == ()


def test_a_slider_drag_is_one_entry(session: Session) -> None:
    before = session.project
    for weight in (2.1, 2.7, 3.4, 4.0):
        session.do("set_weight", merge=True, criterion="size", weight=weight)
    assert [entry.words() for entry in session.history] == ["设置权重：size 2 → 4"]
    assert session.project.history == ("设置权重：size 2 → 4",)
    assert session.undo() is before


def test_drags_of_two_sliders_or_two_drags_of_one_are_two_entries(session: Session) -> None:
    session.do("set_weight", merge=True, criterion="size", weight=3.0)
    session.do("set_weight", merge=True, criterion="metro_m", weight=3.0)
    session.settle()
    session.do("set_weight", merge=True, criterion="metro_m", weight=4.0)
    assert [entry.words("en") for entry in session.history] == [
        "Set weight: size 2 → 3",
        "Set weight: metro_m 1 → 3",
        "Set weight: metro_m 3 → 4",
    ]


def test_a_drag_after_an_undo_is_an_entry_of_its_own(session: Session) -> None:
    session.do("set_weight", merge=True, criterion="size", weight=3.0)
    session.do("set_weight", criterion="metro_m", weight=3.0)
    session.undo()
    session.do("set_weight", merge=True, criterion="size", weight=5.0)
    assert [entry.words("en") for entry in session.history] == ["Set weight: size 2 → 3", "Set weight: size 3 → 5"]


def test_a_slider_dragged_back_leaves_no_entry(session: Session) -> None:
    before = session.project
    for weight in (3.0, 4.0, 2.0):
        session.do("set_weight", merge=True, criterion="size", weight=weight)
    assert session.history == ()
    assert session.project is before


def test_callbacks_hear_old_and_new_for_do_undo_and_redo(session: Session) -> None:
    heard: list[tuple[Project, Project]] = []
    session.changed.append(lambda old, new: heard.append((old, new)))
    first = session.project
    second = session.do("set_discount_rate", rate=0.1)
    session.undo()
    session.redo()
    assert heard == [(first, second), (second, first), (first, second)]


def test_selection_keeps_layer_order_and_tells_once(session: Session) -> None:
    heard: list[list[int]] = []
    session.selected.append(lambda rows: heard.append(rows.tolist()))
    session.select(["C", "nowhere", "A"])
    session.select_rows(np.array([2, 0, 2]))
    assert session.selected_ids == ("A", "C")
    assert heard == [[0, 2]]


def test_a_selection_is_not_the_array_it_was_asked_with(session: Session) -> None:
    rows = np.array([0, 2])
    session.select_rows(rows)
    rows[0] = 1
    assert session.selection.tolist() == [0, 2]


def test_words_keep_every_digit_of_an_amount(session: Session) -> None:
    session.do("set_budget", fund="special", year=2026, wan=1_234_567.0)
    session.do("set_budget", fund="special", year=2026, wan=1_234_568.0)
    assert "1234567 → 1234568" in session.history[-1].words()


def test_a_long_list_is_said_by_its_first_and_its_count(session: Session) -> None:
    listed = tuple(f"P{k}" for k in range(3000))
    words = str(Difference(("choose", "must"), "必做", (), listed))
    assert words == "必做 – → P0, P1, P2, P3, P4, P5, P6, P7 … (3,000)"
