"""What was asked about the plan on the desk, and found: where parcels stand, what things cost, other plans, a trade-off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from landplan.app.command_line import job_line
from landplan.app.main_job import results
from landplan.app.plan_alternatives import other_plans
from landplan.app.plan_frontier import trade_off
from landplan.app.plan_questions import Asked, asked_of
from landplan.app.plan_reasons import limit_costs, parcel_costs
from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.core.progress import Progress, part
from landplan.core.results import Results
from landplan.gui.work import Lane, Task
from landplan.portfolio.alternatives import Alternatives
from landplan.portfolio.frontier import Point

if TYPE_CHECKING:
    from landplan.gui.desk import Desk

PARCELS, LIMITS, OTHERS, FRONT = "why_parcels", "why_limits", "alternatives", "frontier"
"""Kinds of work, and of answers."""
MOST_PARCELS = 20
"""So many parcels are asked about at once; each is solved for by itself."""
_HEAD = 0.3
"""The share of a question that a plan may take which has to be solved first."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Others:
    """Which other plans are looked for: how many in all, worth how much less at most, and how different at least (shares)."""

    most: int = 5
    worse: float = 0.02
    differ: float = 0.1


@dataclass(frozen=True, slots=True)
class Front:
    """Which trade-off: the first goal ("": what the recipe maximises), the second, and how many points."""

    first: str = ""
    against: str = ""
    points: int = 6


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found, for which question, of which plan."""

    question: Any
    asked: Asked
    found: Any


class Questions(QObject):
    """Answers stay until there are newer ones; `current` says whether one is of the plan, and the plan of the project, as it is.

    A plan that is out of date is solved again before it is asked about. Where a parcel stands needs no solving: `prepare`.
    """

    changed = Signal()
    """Something was found, is out of date, or is under way."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._lane = desk, Lane("questions", self)
        self._asked: Asked | None = None
        self._preparing: Results | None = None
        self._tasks: dict[str, Task] = {}
        self._answers: dict[str, Answer] = {}
        self.others, self.front = Others(), Front()
        desk.opened.connect(self._open)
        desk.plan_changed.connect(self.changed)

    # What is known

    @property
    def asked(self) -> Asked | None:
        """The plan on the desk as a problem; None until it is prepared, or where there is no plan."""
        return self._asked if self._asked is not None and self._asked.results is self._desk.plan else None

    def answer(self, kind: str) -> Answer | None:
        """The last answer of a kind, of the parcels there are."""
        found, results_ = self._answers.get(kind), self._desk.results
        if found is None or results_ is None or found.asked.results.layers.parcels is not results_.layers.parcels:
            return None
        return found

    def current(self, kind: str) -> bool:
        """Whether the last answer is of the plan as it is, and that of the project as it is."""
        found = self.answer(kind)
        return found is not None and self._desk.plan_current and found.asked.results is self._desk.plan

    def task(self, kind: str) -> Task | None:
        """The work of a kind that waits or runs."""
        return self._tasks.get(kind)

    @property
    def often(self) -> Float | None:
        """(n,) in what share of the plans found each parcel is; None where none were looked for."""
        found = self.answer(OTHERS)
        return None if found is None else found.found.often

    def cost_of(self, id: str) -> Row | None:
        """What a parcel costs, where that was asked about the plan as it is."""
        found = self.answer(PARCELS) if self.current(PARCELS) else None
        return None if found is None else found.found.get(id)

    @property
    def limits(self) -> dict[str, Row] | None:
        """Limit id → what it costs, of the plan as it is."""
        found = self.answer(LIMITS) if self.current(LIMITS) else None
        return None if found is None else found.found

    # What the planner asks

    def prepare(self) -> None:
        """Get the plan on the desk ready to be asked about, off the main thread."""
        plan = self._desk.plan
        if plan is None or self.asked is not None or self._preparing is plan:
            return
        self._preparing = plan

        def done(found: Asked) -> None:
            self._preparing = None
            self._asked = found
            self.changed.emit()

        def fails(error: BaseException) -> None:
            self._preparing = None
            self._desk.fail(error)

        work = Task(text("task_questions"), lambda progress: asked_of(plan, progress), done, fails, quiet=True)
        self._lane.start_newest(work)

    def ask_parcels(self, ids: Sequence[str]) -> None:
        """What leaving parcels out, or putting them in, costs."""
        wanted = tuple(ids[:MOST_PARCELS])
        known = {id: row for id in wanted if (row := self.cost_of(id)) is not None}

        def work(asked: Asked, progress: Progress) -> dict[str, Row]:
            missing = [id for id in wanted if id not in known]
            found = {row["id"]: row for row in parcel_costs(asked, missing, progress)}
            before = self._answers.get(PARCELS)
            kept = before.found if before is not None and before.asked is asked else {}
            return {**kept, **known, **found}

        self._ask(PARCELS, wanted, work, job_line("why", recipe=self._desk.name, out="why.csv", plot=list(wanted)))

    def ask_limits(self) -> None:
        """What every limit costs."""
        self._ask(LIMITS, None, lambda asked, progress: {row["id"]: row for row in limit_costs(asked, progress)},
                  job_line("why", recipe=self._desk.name, out="why.csv"))  # fmt: skip

    def ask_others(self, wanted: Others) -> None:
        """Other plans as good."""
        self.others = wanted

        def work(asked: Asked, progress: Progress) -> Alternatives:
            return other_plans(asked, wanted.most, wanted.worse, wanted.differ, progress)

        self._ask(OTHERS, wanted, work, job_line("alternatives", recipe=self._desk.name, out="alternatives.csv",
                                                 most=wanted.most, worse=wanted.worse, differ=wanted.differ))  # fmt: skip

    def ask_front(self, wanted: Front) -> None:
        """The trade-off between two goals."""
        self.front = wanted

        def work(asked: Asked, progress: Progress) -> tuple[Point, ...]:
            return trade_off(asked, wanted.against, wanted.points, progress, first=wanted.first)

        self._ask(FRONT, wanted, work, job_line("frontier", recipe=self._desk.name, against=wanted.against, out="frontier.csv",
                                                points=wanted.points, first=wanted.first))  # fmt: skip

    def stop(self, kind: str) -> None:
        if kind in self._tasks:
            self._tasks[kind].cancel()
            self.changed.emit()

    def close(self) -> None:
        self._lane.close()

    # Working

    def _ask(self, kind: str, question: Any, work: Callable[[Asked, Progress], Any], line: str) -> None:
        desk, session = self._desk, self._desk.session
        project, memo, plan = desk.project, desk.memo, desk.plan if desk.plan_current else None
        ready = self.asked if plan is not None else None
        if project is None or kind in self._tasks:
            return

        def run(progress: Progress) -> Answer:
            head = part(progress, 0.0, _HEAD)
            asked = ready or asked_of(plan or results(project, memo, head, checked=False), head)
            return Answer(question, asked, work(asked, part(progress, 0.0 if ready else _HEAD, 1.0)))

        def done(answer: Answer) -> None:
            del self._tasks[kind]
            if desk.session is not session:
                return
            self._asked, self._answers[kind] = answer.asked, answer
            if plan is None:
                desk.adopt(answer.asked.results)
            self.changed.emit()

        def failed(_error: BaseException) -> None:
            self._tasks.pop(kind, None)
            self.changed.emit()

        self._tasks[kind] = desk.run(text(f"task_{kind}"), run, done, line=line, failed=failed, kind=kind)
        self.changed.emit()

    def _open(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._asked, self._preparing, self._answers = None, None, {}
        self.others, self.front = Others(), Front()
        self.changed.emit()
