"""The money of what is selected: computed off the main thread when a panel wants it, kept until the plan is another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from landplan.app.command_line import job_line
from landplan.app.money import MoneyAsked, MoneyFindings, money_findings
from landplan.core.layers import Int
from landplan.core.messages import text
from landplan.core.progress import Cancelled, Progress
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.tables import OptionTable
from landplan.gui.work import Lane, Task
from landplan.renewal.appraisal import Appraisal
from landplan.renewal.public_money import public_money
from landplan.renewal.uncertainty import Judge

if TYPE_CHECKING:
    from landplan.gui.desk import Desk

KIND = "money"
LIVE = 200
"""So many options at most are drawn by themselves; more wait for the button."""
_KEPT = 6
_NAMED = 100
"""A command line names so many parcels at most."""


@dataclass(frozen=True, eq=False)
class _Wanted:
    """What money is wanted of: the options (parcels of these ids, none = all) and whose NPV decides."""

    options: OptionTable
    scheme: Scheme
    parcels: tuple[str, ...]
    judge: Judge
    seed: int

    def same(self, other: _Wanted | None) -> bool:
        if other is None or self.options is not other.options or self.scheme is not other.scheme:
            return False
        return (self.parcels, self.judge, self.seed) == (other.parcels, other.judge, other.seed)


@dataclass(frozen=True, slots=True, eq=False)
class PlanFunds:
    """What the parcels of a plan cost the public funds, and the private money that comes with it, wan, not discounted."""

    plan: Results
    parcels: int
    public_wan: float
    private_wan: float


class Money(QObject):
    """A panel that can be seen calls `want`; nothing is computed for one that cannot."""

    changed = Signal()
    """Something was found, draws began or ended, or other things are asked."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk, self._lane = desk, Lane("money", self)
        self.judge: Judge = "all"
        self.draws = 1000
        self.start: int | None = None
        """The year an option begins in, to see its NPV in the scheme's base year; None: as of its own start."""
        self.found: MoneyFindings | None = None
        """Of what is selected; of the plan as it was a moment ago while `current` is False."""
        self.task: Task | None = None
        """The draws that were asked for and run or wait."""
        self.planned: PlanFunds | None = None
        self._summed: Results | None = None
        self._kept: list[tuple[_Wanted, MoneyFindings]] = []
        self._begun: _Wanted | None = None
        self._failed: _Wanted | None = None
        """What could not be computed is not tried again and again."""
        desk.opened.connect(self._open)
        desk.project_changed.connect(self.stop)

    # What there is

    @property
    def rows(self) -> Int:
        """The parcels it is about; none: all."""
        return self._desk.selection

    @property
    def parcels(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(self._desk.session.selected_ids) if self._desk.session is not None else ()

    @property
    def current(self) -> bool:
        """Whether what is found is of the plan and the selection as they are."""
        wanted = self._wanted()
        return self.found is not None and wanted is not None and self._known(wanted) is self.found

    @property
    def busy(self) -> bool:
        return self._lane.busy

    @property
    def uncertain(self) -> bool:
        """Whether there is anything to draw."""
        return self.found is not None and bool(self.found.ranges.names)

    @property
    def live(self) -> bool:
        """Whether its draws run by themselves."""
        return self.found is not None and self._live(self.found)

    @property
    def drawn(self) -> bool:
        """Whether what is found was drawn as often as is asked for."""
        return self.found is not None and self.found.asked.draws == self.draws

    @property
    def has_options(self) -> bool:
        """Whether any of the parcels has an option, as far as is known."""
        options = self._desk.options
        if options is None or not len(self.rows):
            return options is None or len(options) > 0
        first, after = (np.searchsorted(options.parcel, self.rows + k) for k in (0, 1))  # sorted by parcel
        return bool((first < after).any())

    @property
    def line(self) -> str:
        """The command line that finds the same; "" where it would name too many parcels."""
        parcels = self.parcels
        if self._desk.session is None or len(parcels) > _NAMED:
            return ""
        drawn = self.found.asked.draws if self.found is not None and self.found.asked.draws else self.draws
        return job_line("money", recipe=self._desk.name, parcel=list(parcels) or None, out="money.xlsx", best_for=self.judge,
                        draws=drawn)  # fmt: skip

    def factor(self, scheme: Scheme) -> float:
        """What an NPV at an option's start is to be multiplied by: 1/(1+r)^(start − base year), as a plan counts it."""
        return 1.0 if self.start is None else float((1.0 + scheme.discount_rate) ** (scheme.base_year - self.start))

    # What the planner does

    def ask(self, *, judge: Judge | None = None, draws: int | None = None) -> None:
        """Other settings."""
        self.judge, self.draws = judge or self.judge, draws or self.draws
        self.changed.emit()

    def begin_in(self, year: int | None) -> None:
        """Look at NPVs in the base year of what begins then; None: as of the start."""
        if year != self.start:
            self.start = year
            self.changed.emit()

    def want(self) -> None:
        """Have the money of what is selected: at once where it is kept, else it comes with `changed`."""
        wanted = self._wanted()
        known = None if wanted is None else self._known(wanted)
        if known is not None or (self.found is not None and self.found.asked.parcels != self.parcels):
            self.found = known
        if wanted is None:
            return
        if known is None:
            self._find(wanted)
        elif self._live(known) and known.asked.draws != self.draws:
            self._draw(wanted, known)

    def want_plan(self) -> None:
        """Have the public and private money of the last plan; it comes with `changed`."""
        plan = self._desk.plan
        if plan is None or plan.options is None or plan.portfolio is None or plan is self._summed:
            return
        self._summed, options, chosen = plan, plan.options, plan.portfolio.option

        def work(_progress: Progress) -> PlanFunds:
            money = public_money(Appraisal(options, plan.scheme, plan.environment))
            return PlanFunds(plan, len(chosen), float(money.public[chosen].sum()), float(money.private[chosen].sum()))

        def done(found: PlanFunds) -> None:
            self.planned = found
            self.changed.emit()

        self._desk.beside.start(Task(text("task_money"), work, done, self._desk.fail, quiet=True))

    def run(self) -> None:
        """Draw the uncertain figures, as long work that can be stopped."""
        wanted = self._wanted()
        if wanted is not None and self.found is not None and self.current and self.task is None:
            self._draw(wanted, self.found, asked=True)

    def stop(self, *_: object) -> None:
        """Stop the draws; those that wait too."""
        if self.task is not None:
            self.task.cancel()

    def close(self) -> None:
        self._lane.close()

    # Work

    def _wanted(self) -> _Wanted | None:
        options, results = self._desk.options, self._desk.results
        if options is None or results is None or not self.has_options:
            return None
        return _Wanted(options, results.scheme, self.parcels, self.judge, results.recipe.seed)

    def _known(self, wanted: _Wanted) -> MoneyFindings | None:
        return next((found for one, found in self._kept if one.same(wanted)), None)

    def _keep(self, wanted: _Wanted, found: MoneyFindings) -> None:
        others = [pair for pair in self._kept if pair[0].options is self._desk.options and not pair[0].same(wanted)]
        self._kept = [(wanted, found), *others][:_KEPT]
        self.changed.emit()

    @staticmethod
    def _live(found: MoneyFindings) -> bool:
        return len(found.appraisal.options) <= LIVE and bool(found.ranges.names)

    def _find(self, wanted: _Wanted) -> None:
        """All but the draws."""
        if wanted.same(self._begun) or wanted.same(self._failed):
            return
        results = _with(self._desk.results, wanted.options)
        asked = MoneyAsked(wanted.parcels, 0, wanted.seed, wanted.judge)

        def done(found: MoneyFindings) -> None:
            self._begun = None
            self._keep(wanted, found)

        self._start(wanted, Task(text("task_money"), lambda progress: money_findings(results, asked, progress), done))

    def _draw(self, wanted: _Wanted, found: MoneyFindings, *, asked: bool = False) -> None:
        draws = self.draws

        def done(drawn: MoneyFindings) -> None:
            if asked:
                self.task = None
            else:
                self._begun = None
            self._keep(wanted, drawn)

        task = Task(text("task_money"), lambda progress: found.drawn(draws, progress), done)
        if not asked:
            if not (wanted.same(self._begun) or wanted.same(self._failed)):
                self._start(wanted, task)
            return
        task.kind, task.line, task.failed = KIND, self.line, self._fail
        self.task = task
        self._desk.long.start(task)
        self.changed.emit()

    def _start(self, wanted: _Wanted, task: Task) -> None:
        """Beside everything else, in place of what was wanted before."""

        def fail(error: BaseException) -> None:
            if self._begun is wanted:
                self._begun = None
            if not isinstance(error, Cancelled):
                self._failed = wanted
                self._desk.fail(error)
            self.changed.emit()

        if self._lane.running is not None:
            self._lane.running.cancel()
        self._begun, task.failed, task.quiet = wanted, fail, True
        self._lane.start_newest(task)

    def _fail(self, error: BaseException) -> None:
        self.task = None
        self._desk.fail(error)
        self.changed.emit()

    def _open(self) -> None:
        self.stop()
        self._lane.forget()
        self.found, self.start, self._kept = None, None, []
        self._begun = self._failed = self._summed = self.planned = None
        self.changed.emit()


def _with(results: Results | None, options: OptionTable) -> Results:
    assert results is not None  # noqa: S101  (options come after scores)
    return replace(results, options=options)
