"""Long work off the main thread: what runs, how far it is, how to stop it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from landplan.core.errors import LandplanError
from landplan.core.messages import text
from landplan.core.progress import Cancelled, Progress
from landplan.gui.relay import post, ready

State = Literal["waiting", "running", "done", "cancelled", "failed"]
_EVERY_S = 0.05
"""Progress is told to the window so often at most."""


@dataclass(eq=False)
class Task:
    """One piece of long work. Read it on the main thread; `share` is None while unknown."""

    title: str
    function: Callable[[Progress], Any]
    done: Callable[[Any], None]
    failed: Callable[[BaseException], None] | None = None
    quiet: bool = False
    """Work the user did not ask for by itself (live results): the tasks panel does not list it."""
    line: str = ""
    """The command line that does the same."""
    kind: str = ""
    """What sort of work it is ("open", "solve"), for those who follow it; the title is in the language it was begun in."""
    about: object = None
    """What it works on, where that may be another by the time it ends."""
    state: State = "waiting"
    share: float | None = None
    said: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """The numbers that go with what is said, such as the proven gap."""
    error: str = ""
    raised: BaseException | None = None
    started_s: float = 0.0
    ended_s: float = 0.0
    stopped: bool = False

    def cancel(self) -> None:
        """Ask it to stop where it next reports."""
        self.stopped = True

    @property
    def seconds(self) -> float:
        """How long it has run, or ran."""
        if not self.started_s:
            return 0.0
        return (self.ended_s or monotonic()) - self.started_s


def _nothing(_answer: Any) -> None:
    """Nobody wants to know."""


class Lane(QObject):
    """Tasks one after another on a thread of their own. Answers come on the main thread, as `changed` and the callbacks.

    The worker is a Python thread: one that Qt has to wait for while it holds Python's lock would never end.
    """

    changed = Signal(object)
    """A task began, moved on or ended."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._tasks: list[Task] = []
        self._closed = False
        ready()

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return bool(self._tasks)

    @property
    def running(self) -> Task | None:
        return self._tasks[0] if self._tasks else None

    def start(self, task: Task) -> Task:
        """Run the task after those that wait."""
        if not self._closed:
            self._tasks.append(task)
            if len(self._tasks) == 1:
                self._begin()
            else:
                self.changed.emit(task)
        return task

    def start_newest(self, task: Task) -> Task:
        """Run the task next; those that wait are forgotten, the one that runs ends in its own time."""
        for waiting in self._tasks[1:]:
            self._end(waiting, "cancelled")
        del self._tasks[1:]
        return self.start(task)

    def forget(self) -> None:
        """Those that wait do not begin, the answer of the one that runs is not heard."""
        for task in self._tasks:
            task.cancel()
            task.done, task.failed = _nothing, _nothing
        for waiting in self._tasks[1:]:
            self._end(waiting, "cancelled")
        del self._tasks[1:]

    def cancel(self, kind: str) -> None:
        """Stop all work of a kind."""
        for task in self._tasks:
            if task.kind == kind:
                task.cancel()

    def close(self) -> None:
        """Stop everything and answer nothing more."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        task = self._tasks[0]
        if task.stopped:
            post(partial(self._receive, task, Cancelled()))
            return
        task.state, task.started_s = "running", monotonic()
        self.changed.emit(task)
        self._pool.submit(copy_context().run, self._work, task)

    def _work(self, task: Task) -> None:
        """On the worker."""
        last_s = 0.0

        def progress(share: float | None, text_id: str, **values: object) -> None:
            nonlocal last_s
            if task.stopped:
                raise Cancelled
            now_s = monotonic()
            if now_s - last_s >= _EVERY_S:
                last_s = now_s
                post(partial(self._move, task, share, " ".join(text(text_id, values).split()), values))

        try:
            answer: Any = (task.function(progress),)
        except BaseException as error:  # noqa: BLE001  (whatever it is, the main thread must hear of it)
            answer = error
        post(partial(self._receive, task, answer))

    def _move(self, task: Task, share: float | None, said: str, facts: Mapping[str, Any]) -> None:
        if task.state == "running" and not self._closed and isValid(self):
            task.share, task.said, task.facts = share, said, facts
            self.changed.emit(task)

    def _receive(self, task: Task, answer: Any) -> None:
        if self._closed or not isValid(self):
            return
        self._tasks.remove(task)
        done, failed = task.done, task.failed
        if isinstance(answer, Cancelled):
            self._end(task, "cancelled")
        elif isinstance(answer, BaseException):
            task.raised = answer
            task.error = str(answer) if isinstance(answer, LandplanError) else f"{type(answer).__name__}: {answer}"
            self._end(task, "failed")
        else:
            task.share = 1.0
            self._end(task, "done")
        if self._tasks:
            self._begin()
        if isinstance(answer, tuple):
            done(answer[0])
        elif failed is not None:
            failed(answer)

    def _end(self, task: Task, state: State) -> None:
        """It ended; the list of tasks keeps it for long, but not the windows, projects and results it knew."""
        task.state, task.ended_s = state, monotonic()
        self.changed.emit(task)
        task.function, task.done, task.failed = _nothing, _nothing, None
        task.about = task.raised = None
