"""The best portfolio with a proven gap: prices first, then an exact search of what the prices leave open.

The prices (`prices`) give an upper bound and a plan (`fill`). If they are near enough, that is the answer. If not, choices
that provably cannot matter are removed (`undecided`) and HiGHS searches the rest in a process of its own. Limits are
counted in work and gap, never in seconds, so the same problem gives the same plan every time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Cancelled, Progress, silent
from landplan.portfolio.child import Event, SolverChild
from landplan.portfolio.fill import filled
from landplan.portfolio.model import Task, model_of
from landplan.portfolio.prices import laid_out, price_bound
from landplan.portfolio.problem import Problem
from landplan.portfolio.solution import Moment, Proof, Solution, Status, gap_share, solution
from landplan.portfolio.undecided import Undecided, undecided

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

GAP = 0.0005
"""Share by which the plan may stay below the proven bound, if nothing else is asked for."""

WORK_LIMIT = 1_000.0
"""Most work of the exact search, if nothing else is asked for: 1 = a node of a search over 4,000 choices."""

_PART_SIZES = (4_000, 40_000, 2**62)
WORK_SIZE = 4_000  # choices in which a node is one unit of work; with more, it is more in proportion
ROOT_NODES = 10  # what starting a search costs, in nodes


def solve(
    problem: Problem, *, gap: float = GAP, work_limit: float = WORK_LIMIT, warm_start: Iterable[int] | None = None,
    progress: Progress = silent, child: SolverChild | None = None,
) -> Solution:  # fmt: skip
    """The plan of most benefit under all limits, and what is proven about it.

    gap: share of |objective| at which to stop; 0 = to the end. work_limit: most work of the search, in nodes over 4,000
    choices (some hundredths of a second each); a larger problem takes more of it per node.
    warm_start: columns of a plan known before; passed over when it breaks a hard limit. progress: called ten times a second
    during the search with best, bound, gap and work; raising Cancelled there ends the search, and the best plan so far
    comes back with status "cancelled". child: a running solver process to use (None = one of its own).
    Raises SolveError when the solver process ends by itself. Same problem, gap and limit: same plan, on any machine
    with the same library versions.
    """
    search = _search_of(problem)(problem, gap, work_limit, progress)
    try:
        search.price(warm_start)
        if not search.done:
            if child is not None:
                search.search(child)
            else:
                with SolverChild() as own:
                    search.search(own)
    except Cancelled:
        search.status = "cancelled"
    return search.solution()


def _search_of(problem: Problem) -> type[Search]:
    if not problem.tied:
        return Search
    from landplan.portfolio.connected import TiedSearch

    return TiedSearch


class Search:
    """The state of one solve: the best plan, the bound, and the log of how they met."""

    def __init__(self, problem: Problem, gap: float, work_limit: float, progress: Progress) -> None:
        self.problem, self.gap, self.work_limit, self.progress = problem, gap, work_limit, progress
        self.chosen: Ints | None = None
        self.objective, self.bound = float("-inf"), float("inf")
        self.status: Status = "work limit"
        self.proof: Proof = "none"
        self.prices = np.full(problem.limits, np.nan)
        self.unit = float(np.abs(problem.value).max(initial=0.0)) or 1.0
        self.work = 0.0
        self.log: list[Moment] = []

    @property
    def done(self) -> bool:
        return self.status != "work limit"

    def solution(self) -> Solution:
        return solution(self.problem, self.status, self.chosen, self.bound, proof=self.proof, prices=self.prices,
                        log=self.log)  # fmt: skip

    def price(self, warm_start: Iterable[int] | None) -> None:
        """Bound and plan by prices."""
        self._report("portfolio_prices", 0.0)
        self.choices = laid_out(self.problem.loose)
        if warm_start is not None:
            self._offer(np.unique(np.array(list(warm_start), dtype=np.int64)))
        self.priced = price_bound(self.choices, lambda bound: self._report("portfolio_prices", None))
        self.prices = self.priced.prices
        if np.isneginf(self.priced.bound):
            self._nothing_fits("prices")
            return
        self._bounded(self.priced.bound, "prices")
        pick = filled(self.choices, self.priced, self._enough(), lambda: self._report("portfolio_prices", None))
        if pick is not None:
            columns = self.choices.column[pick]
            self._offer(np.sort(columns[columns >= 0]))
        self._note("prices", self.priced.passes)

    def search(self, child: SolverChild) -> None:
        """Search what the prices leave open: first its most promising part, then more, until the gap is closed."""
        for most in _PART_SIZES:
            least = self.objective + self.gap / 2 * abs(self.objective) if self.chosen is not None else -np.inf
            part = undecided(self.problem, self.choices, self.priced, least, most, self._pick())
            effort = max(1.0, part.columns.size / WORK_SIZE)
            nodes = int((self.work_limit - self.work) / effort) - ROOT_NODES
            if nodes < 1 and self.work > 0:
                break
            event = self._searched(part, max(nodes, 1), child)
            self.work += effort * (event.nodes + ROOT_NODES)
            self._learn(event, part, complete := part.lost <= least)
            if self.done or complete:
                break

    def _searched(self, part: Undecided, nodes: int, child: SolverChild) -> Event:
        if part.columns.size:
            return child.solve(self._task(part, nodes), lambda event: self._heard(event, part))
        activity = self.problem.activity(part.decided)  # everything is decided: one plan is left
        objective = self.problem.objective(part.decided, activity)
        self._offer(part.decided)
        state = "optimal" if self.problem.feasible(activity) else "infeasible"
        return Event("done", objective / self.unit, objective / self.unit, 0, None, state)

    def _learn(self, event: Event, part: Undecided, complete: bool) -> None:
        """Take what the search of a part has proven."""
        rest = -np.inf if event.state == "infeasible" else np.nan_to_num(event.bound * self.unit, nan=np.inf)
        if complete and self.chosen is None and event.state == "infeasible":
            self._nothing_fits("search")
        elif np.isfinite(proven := max(rest, part.lost, self.objective)):
            self._bounded(proven, "search")
        self._note("search", self.work)

    def _task(self, part: Undecided, nodes: int) -> Task:
        first = np.zeros(0, np.int64)
        if self.chosen is not None:
            first = np.flatnonzero(np.isin(part.columns, self.chosen))
        model = model_of(part.problem, self.choices.scale, self.unit, part.value)
        return Task(model, self.gap, nodes, self._enough() / self.unit, first)

    def _heard(self, event: Event | None, part: Undecided) -> None:
        if event is not None and event.plan is not None:
            better = self._offer(np.concatenate([part.decided, part.columns[event.plan]]))
            if better:
                self._note("search", self.work + event.nodes * max(1.0, part.columns.size / WORK_SIZE))
        self._report("portfolio_search", None, work=self.work)

    def _offer(self, columns: Ints) -> bool:
        """Take a plan if it is allowed and better than the one known."""
        groups = self.problem.group[columns]
        allowed = np.unique(groups).size == groups.size and not np.setdiff1d(self.problem.must, groups).size
        activity = self.problem.activity(columns)
        if not allowed or not self.problem.feasible(activity) or not self.problem.together(columns):
            return False
        objective = self.problem.objective(columns, activity)
        if objective <= self.objective:
            return False
        self.chosen, self.objective = np.sort(columns), objective
        self._settled()
        return True

    def _bounded(self, bound: float, proof: Proof) -> None:
        """Take a bound if it is lower than the one known."""
        if bound < self.bound:
            self.bound, self.proof = float(bound), proof
        self._settled()

    def _settled(self) -> None:
        if self.chosen is not None and self._gap() <= self.gap:
            self.status = "optimal within gap"

    def _nothing_fits(self, proof: Proof) -> None:
        self.status, self.proof, self.bound = "infeasible", proof, float("nan")

    def _gap(self) -> float:
        return gap_share(self.objective, self.bound, self.problem.grain)

    def _enough(self) -> float:
        """The objective at which the gap asked for is reached under the bound known."""
        if not np.isfinite(self.bound):
            return np.inf
        return self.bound / (1 + self.gap) if self.bound >= 0 else self.bound / max(1 - self.gap, 1e-12)

    def _pick(self) -> Ints | None:
        """The best plan as one choice per group."""
        if self.chosen is None:
            return None
        pick = self.choices.start[1:] - 1  # "nothing" is the last choice of its group
        place = np.empty(self.problem.columns, dtype=np.int64)
        real = np.flatnonzero(self.choices.column >= 0)
        place[self.choices.column[real]] = real
        pick[self.problem.group[self.chosen]] = place[self.chosen]
        return pick

    def _note(self, stage: str, work: float) -> None:
        best = self.objective if self.chosen is not None else float("nan")
        self.log.append(Moment(stage, work, best, self.bound if np.isfinite(self.bound) else float("nan")))

    def _report(self, text_id: str, share: float | None, **facts: object) -> None:
        self.progress(share, text_id, best=self.objective, bound=self.bound, gap=self._gap(),
                      **facts)  # fmt: skip
