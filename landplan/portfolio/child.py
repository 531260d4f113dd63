"""The solver process as the parent sees it: started when first needed, asked task after task, ended at any moment."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from landplan.core.errors import SolveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from numpy.typing import NDArray

    from landplan.portfolio.model import Task

_ENTRY = "import sys; sys.path[:] = sys.argv[1:]; from landplan.portfolio.solver_process import main; main()"
_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, eq=False)
class Event:
    """News of a search: kind "bound", "plan" or "done"; best and bound in the model's unit (nan = none); nodes searched;

    plan: entries that are 1, where a better plan came; state (of "done"): "optimal", "enough", "work limit", "infeasible";
    point: all entries, of a relaxed task.
    """

    kind: str
    best: float
    bound: float
    nodes: int
    plan: NDArray[np.int64] | None
    state: str
    point: NDArray[np.float64] | None = None


class SolverChild:
    """A context in which models are solved by one child process; leaving it ends the process.

    The child sees the modules the parent sees and nothing of its window, shell or environment settings (-I).
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._reader: threading.Thread | None = None

    def __enter__(self) -> SolverChild:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    @property
    def pid(self) -> int | None:
        """Process id of the child, None when it does not run."""
        return self._process.pid if self._process else None

    def solve(self, task: Task, watch: Callable[[Event | None], None]) -> Event:
        """The last Event of a task. `watch` gets every event, and None ten times a second; raising there ends the child.

        Raises SolveError when the child ends before the answer or reports an error.
        """
        process = self._started()
        try:
            self._send(process, task.to_bytes())
            while True:
                event = self._next(process)
                watch(event)
                if event is not None and event.kind == "done":
                    return event
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End the child now, whatever it does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            if self._reader:
                self._reader.join()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    _close(pipe)
            self._process = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            command = [sys.executable, "-I", "-X", "utf8", "-c", _ENTRY, *(place or str(Path.cwd()) for place in sys.path)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
            self._lines = SimpleQueue()
            self._reader = threading.Thread(target=_forward, args=(self._process.stdout, self._lines), daemon=True)
            self._reader.start()
        return self._process

    def _send(self, process: subprocess.Popen[bytes], archive: bytes) -> None:
        assert process.stdin is not None  # noqa: S101  (opened with PIPE)
        try:
            process.stdin.write(len(archive).to_bytes(8, "big") + archive)
            process.stdin.flush()
        except OSError as error:
            raise SolveError("solver_ended", code=_ending(process)) from error

    def _next(self, process: subprocess.Popen[bytes]) -> Event | None:
        try:
            line = self._lines.get(timeout=_LOOK_EVERY_S)
        except Empty:
            return None
        if line is None:
            raise SolveError("solver_ended", code=_ending(process))
        return _event(json.loads(line))


def _event(facts: dict[str, Any]) -> Event:
    if facts["event"] == "error":
        raise SolveError("solver_failed", reason=str(facts["reason"]))
    plan = facts.get("plan")
    best, bound = (float("nan") if facts.get(name) is None else float(facts[name]) for name in ("objective", "bound"))
    return Event(str(facts["event"]), best, bound, int(facts["nodes"]),
                 None if plan is None else np.array(plan, dtype=np.int64), str(facts.get("state", "")),
                 np.array(facts["point"], dtype=np.float64) if facts.get("point") else None)  # fmt: skip


def _ending(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return 0


def _forward(pipe: Any, lines: SimpleQueue[bytes | None]) -> None:
    for line in cast("list[bytes]", pipe):
        lines.put(line)
    lines.put(None)


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written to an ended child
        return
