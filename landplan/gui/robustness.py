"""Whether the recommendations on the desk stand when weights are uncertain: what was asked, and found for which scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from landplan.app.acceptability import Acceptability, Uncertainty
from landplan.app.command_line import job_line
from landplan.app.robust_findings import Findings, agreement, findings
from landplan.core.messages import text
from landplan.core.progress import Cancelled, Progress
from landplan.core.results import Results
from landplan.core.tables import ScoreTable
from landplan.gui.work import Task
from landplan.robustness.method_swap import Agreement

if TYPE_CHECKING:
    from landplan.gui.desk import Desk

KIND = "robust"
_REST_MS = 600
"""So long after the last change, what takes no longer than _SOON_S is found anew by itself."""
_SOON_S = 4.0
Mask = npt.NDArray[np.bool_]


class Robustness(QObject):
    """What was found stays until it is found anew; `current` says whether it is of the scores there are now.

    Nothing is found before it is asked for. After that it follows by itself, at rest, where the last run was short; a change
    while it runs stops it.
    """

    changed = Signal()
    """Something was found, is out of date, or is under way; or the stripes were switched."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self.asked = Uncertainty()
        self.found: Findings | None = None
        self._agreements: dict[int, tuple[ScoreTable, Agreement]] = {}
        self.striped = True
        self.task: Task | None = None
        self._seconds = 0.0
        self._was_current = False
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._again)
        desk.opened.connect(self._open)
        desk.project_changed.connect(self._interrupt)
        desk.results_changed.connect(self._follow)

    @property
    def acceptability(self) -> Acceptability | None:
        return self.found.acceptability if self.found is not None else None

    @property
    def current(self) -> bool:
        """Whether what was found is of the scores on the desk."""
        results = self._desk.results
        return self.found is not None and results is not None and self.found.results.scores is results.scores

    @property
    def fragile(self) -> Mask | None:
        """(n,) the decisions that are fragile, as last found; None where that is not known of these parcels."""
        found = self.acceptability
        return None if found is None or found.recommended is None else found.decisions.fragile

    @property
    def stripes(self) -> Mask | None:
        """(n,) what the map stripes."""
        return self.fragile if self.striped else None

    def agreement(self, model: int) -> Agreement | None:
        """How far the methods agree on a model's best parcels; None where that was not asked for the scores there are."""
        scores, found = self._agreements.get(model, (None, None))
        results = self._desk.results
        return found if results is not None and scores is results.scores else None

    # What the planner does

    def ask(self, asked: Uncertainty) -> None:
        """Other settings; they count from the next run on."""
        self.asked = asked

    def stripe(self, on: bool) -> None:
        if on != self.striped:
            self.striped = on
            self.changed.emit()

    def toggle(self) -> None:
        self.stripe(not self.striped)

    def run(self) -> None:
        """Find it for the scores there are."""
        self._start(quiet=False)

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def compare(self, model: int) -> None:
        """How far the methods agree on the best parcels of a model."""
        results, top = self._desk.results, self.asked.top
        if results is None:
            return

        def done(answer: Agreement) -> None:
            self._agreements[model] = (results.scores, answer)
            self.changed.emit()

        self._desk.run(text("task_agreement"), lambda _progress: agreement(results.scores, model, top), done, kind="agreement")

    # Running

    def _start(self, *, quiet: bool) -> None:
        results, asked = self._desk.results, self.asked
        if results is None or self.task is not None:
            return
        self._rest.stop()
        task = Task(text("task_robustness"), _work(results, asked), self._receive, self._fail, quiet=quiet, kind=KIND)
        task.line = job_line("robust", recipe=self._desk.name, out="robust.csv", draws=asked.draws, seed=asked.seed,
                             top=asked.top, weights=asked.weights, spread=asked.spread, least=asked.least)  # fmt: skip
        self.task = task
        self._desk.long.start(task)
        self.changed.emit()

    def _receive(self, found: Findings) -> None:
        self._seconds = self.task.seconds if self.task is not None else 0.0
        self.task = None
        if self._fits(found.results, self._desk.results):
            self.found = found
        self._was_current = self.current
        self.changed.emit()
        self._follow()

    def _fail(self, error: BaseException) -> None:
        quiet = self.task is not None and self.task.quiet
        self.task = None
        if not (quiet and isinstance(error, Cancelled)):
            self._desk.fail(error)
        self.changed.emit()

    # Following the desk

    def _open(self) -> None:
        self.stop()
        self.found, self._seconds = None, 0.0
        self._agreements = {}
        self._was_current = False
        self._rest.stop()
        self.changed.emit()

    def _interrupt(self, *_: object) -> None:
        """A change begins: what was to follow by itself waits until it is over."""
        self._rest.stop()
        if self.task is not None and self.task.quiet:
            self.task.cancel()

    def _follow(self) -> None:
        """Scores are new: what was found may be out of date, and is found anew at rest where that is quick."""
        if self.found is None:
            return
        if not self._fits(self.found.results, self._desk.results):
            self.found = None
            self.changed.emit()
        current = self.current
        if self.found is not None and not current and self._seconds < _SOON_S:
            self._rest.start()
        if current != self._was_current:
            self._was_current = current
            self.changed.emit()

    def _again(self) -> None:
        session = self._desk.session
        if self._desk.live.busy or (session is not None and session.history and session.history[-1].open):
            self._rest.start()
        elif not self.current:
            self._start(quiet=True)

    @staticmethod
    def _fits(one: Results, other: Results | None) -> bool:
        """Whether both are of the same parcels and models."""
        if other is None or one.layers.parcels is not other.layers.parcels:
            return False
        return bool(one.scores.models == other.scores.models)


def _work(results: Results, asked: Uncertainty) -> Callable[[Progress], Any]:
    return lambda progress: findings(results, asked, progress)
