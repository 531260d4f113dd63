"""Setting an input asks for another key; nothing stale is ever returned."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest

from landplan.core.project import Memo


def test_same_inputs_same_result_other_inputs_another() -> None:
    memo, calls = Memo(), []
    a, b = object(), object()

    def make(tag: str) -> object:
        calls.append(tag)
        return object()

    first = memo.get("score", (a,), lambda: make("a"))
    assert memo.get("score", (a,), lambda: make("a")) is first
    assert memo.get("score", (b,), lambda: make("b")) is not first
    assert memo.get("join", (a,), lambda: make("join")) is not first
    assert calls == ["a", "b", "join"]


def test_it_stays_bounded_and_forgets_the_least_used() -> None:
    memo = Memo(size=2)
    keys = [object() for _ in range(3)]
    kept = [memo.get("s", (key,), object) for key in keys[:2]]
    assert memo.get("s", (keys[0],), object) is kept[0]
    memo.get("s", (keys[2],), object)
    assert memo.get("s", (keys[0],), object) is kept[0]
    assert memo.get("s", (keys[1],), object) is not kept[1]


def test_what_is_not_whole_is_not_kept() -> None:
    memo, key = Memo(), object()
    cut = memo.get("choose", (key,), lambda: ["cut short"], whole=lambda result: result != ["cut short"])
    assert cut == ["cut short"]
    whole = memo.get("choose", (key,), lambda: ["whole"], whole=lambda result: result != ["cut short"])
    assert whole == ["whole"]
    assert memo.get("choose", (key,), lambda: ["again"]) is whole


def test_two_threads_that_ask_for_the_same_get_the_same_object_made_once() -> None:
    memo, key, start, made = Memo(), object(), Barrier(2), []

    def make() -> object:
        sleep(0.05)
        made.append(object())
        return made[-1]

    def ask() -> object:
        start.wait()
        return memo.get("measure", (key,), make)

    with ThreadPoolExecutor(2) as threads:
        one, other = (task.result() for task in [threads.submit(ask), threads.submit(ask)])
    assert one is other
    assert len(made) == 1


def test_who_waits_makes_it_when_the_first_gives_up() -> None:
    memo, key = Memo(), object()

    def fail() -> object:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        memo.get("measure", (key,), fail)
    assert memo.get("measure", (key,), lambda: "made") == "made"
