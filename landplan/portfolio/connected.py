"""Plans in connected pieces, and rewards for neighbours: solve, cut, solve again.

The price method bounds the problem without its ties, and plans are grown in pieces at once (`growing`), so there is a plan
from the start. Then the linear relaxation is cut (`separation`) until nothing more is found, and the exact search is
run on what the cuts leave; a plan it gives in pieces too small is cut off, and mended into a plan that counts. Every bound
on the way holds for the whole problem, as cuts remove no plan in pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.portfolio.growing import Grower
from landplan.portfolio.milp import ROOT_NODES, WORK_SIZE, Search
from landplan.portfolio.model import Model, Task
from landplan.portfolio.separation import Cut, broken_cuts, first_cuts
from landplan.portfolio.tied_model import Layout, tied_model

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from landplan.portfolio.child import Event, SolverChild

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_RELAXATIONS = 40
_LEAST_GAIN = 0.05  # of the gap known, that five relaxations must gain to be followed by more
_GROWN_EVERY = 3  # relaxations
_SEARCHES = 60
_NEAREST = 0.25  # a search is ended at this share of the gap known, as the next cuts will lower the bound anyway


class TiedSearch(Search):
    """The state of one solve of a tied problem."""

    def price(self, warm_start: Iterable[int] | None) -> None:
        """Bound by prices, and a first plan in pieces."""
        super().price(warm_start)
        if self.status == "infeasible":
            return
        self.grower = Grower(self.problem)
        real = self.choices.column >= 0
        self.net = np.zeros(self.problem.columns)
        self.net[self.choices.column[real]] = self.priced.net[real]
        self.guides = [self.net, self.problem.loose.value]
        self._grown(np.zeros(0, np.int64))
        self._note("prices", self.priced.passes)

    def search(self, child: SolverChild) -> None:
        """Cut the relaxation, then search, cut and search again."""
        self.cuts: list[dict[Cut, None]] = [dict.fromkeys(first_cuts(rule)) for rule in self.problem.pieces]
        self._relaxed(child)
        for _ in range(_SEARCHES):
            nodes = int((self.work_limit - self.work) / self._effort) - ROOT_NODES
            if self.done or nodes < 1:
                return
            if not self._searched_once(child, nodes):
                return

    def _relaxed(self, child: SolverChild) -> None:
        bounds: list[float] = []
        for turn in range(_RELAXATIONS):
            model, place = self._model()
            event = child.solve(Task(model, 0.0, 1, np.inf, np.zeros(0, np.int64), relaxed=True), self._heard_bound)
            self.work += self._effort
            if event.state == "infeasible":
                self._nothing_fits("search")
                return
            if event.point is None:
                return
            self._bounded(event.bound * self.unit * (1 + 1e-9) if event.bound > 0 else event.bound * self.unit, "search")
            point = event.point
            bounds.append(event.bound * self.unit)
            stalled = len(bounds) > 5 and bounds[-6] - bounds[-1] < _LEAST_GAIN * (bounds[-1] - self.objective)
            last = stalled or not self._cut(point, place)
            if last or turn % _GROWN_EVERY == 0:
                self._grown(np.flatnonzero(point[: self.problem.columns] > 0.5), point[: self.problem.columns])
            self._note("search", self.work)
            if self.done or last:
                return

    def _searched_once(self, child: SolverChild, nodes: int) -> bool:
        """Search under the cuts known; whether there is more to search."""
        model, place = self._model()
        known = np.zeros(0, np.int64) if self.chosen is None else self.chosen
        gap = max(self.gap * 0.9, min(self._gap() * _NEAREST, 0.05))
        found: list[Ints] = []

        def heard(event: Event | None) -> None:
            if event is not None and event.plan is not None:
                found.append(event.plan)
                self._grown(event.plan)
            self._heard_bound(event)

        event = child.solve(Task(model, gap, nodes, np.inf, known), heard)
        self.work += self._effort * (max(event.nodes, 1) + ROOT_NODES)
        if event.state == "infeasible":
            if self.chosen is None:
                self._nothing_fits("search")
            else:
                self._bounded(self.objective, "search")
            return False
        if np.isfinite(event.bound):
            self._bounded(max(event.bound * self.unit, self.objective), "search")
        self._note("search", self.work)
        plans = found if event.plan is None else [*found, event.plan]
        more = sum(self._cut_plan(plan, place) for plan in plans)
        return more > 0 or (gap > self.gap and event.state == "optimal")

    @property
    def _effort(self) -> float:
        return max(1.0, self.problem.columns / WORK_SIZE)

    def _model(self) -> tuple[Model, Layout]:
        return tied_model(self.problem, self.choices.scale, self.unit, [list(cuts) for cuts in self.cuts])

    def _heard_bound(self, _event: Event | None) -> None:
        self._report("portfolio_search", None, work=self.work)

    def _cut(self, point: Floats, place: Layout) -> int:
        """Add the cuts that a point breaks; how many."""
        added = 0
        groups = self.problem.groups
        for rule, cuts, y, roots in zip(self.problem.pieces, self.cuts, place.y, place.roots, strict=False):
            at_roots = point[roots : roots + groups] if roots >= 0 else None
            new = [cut for cut in broken_cuts(rule, point[y : y + groups], at_roots) if cut not in cuts]
            cuts |= dict.fromkeys(new)
            added += len(new)
        return added

    def _cut_plan(self, plan: Ints, place: Layout) -> int:
        point = np.zeros(place.size)
        for rule, y, roots in zip(self.problem.pieces, place.y, place.roots, strict=False):
            taken = self.problem.taken(plan, rule.counts)
            point[y : y + self.problem.groups] = taken
            for piece in rule.pieces(taken)[: rule.most] if roots >= 0 else ():
                point[roots + piece[0]] = 1.0
        return self._cut(point, place)

    def _grown(self, start: Ints, point: Floats | None = None) -> None:
        """Offer plans grown from a start; a point of the relaxation guides better than prices alone."""
        self._offer(start)
        if point is not None:
            guide = point + 1e-6 * self.net / self.unit
            self._offer(self.grower.plan(guide, start, join=self._few))
        for guide in self.guides if point is None else ():
            self._offer(self.grower.plan(guide, start))
        if self._few and start.size:
            self._offer(self.grower.plan(self.net, start, join=True))

    @property
    def _few(self) -> bool:
        return any(rule.most is not None for rule in self.problem.pieces)
