"""When no plan fits: which rules clash, and by how much each would have to give.

Rules are the hard limits and the must-do list (id `must`). A conflict is a set of rules that no plan keeps together though
every smaller part of it can be kept (a minimal infeasible subset); several are found by leaving out, in turn, each rule
of those found (Reiter 1987, hitting-set tree).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Progress, silent
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import MUST, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.solution import Solution

    Ints = NDArray[np.int64]

_GAP = 0.01  # of what a rule has to give
_WORK = 40.0


@dataclass(frozen=True)
class Conflict:
    """Rules that no plan keeps together, in the order of the problem (`must` last).

    relax: what each would have to give for the others of this conflict to be kept: units of its limit, parcels for
    `must`. It is enough, and within a hundredth of the least where that was settled in the work allowed; nan where no
    plan was found at all.
    """

    ids: tuple[str, ...]
    relax: tuple[float, ...]


def conflicts(problem: Problem, *, most: int = 4, progress: Progress = silent) -> tuple[Conflict, ...]:
    """Up to `most` minimal conflicts, smallest first; empty when some plan keeps every rule (or none was proven not to).

    A rule whose part could not be settled within the work allowed stays in its conflict. `progress` may raise Cancelled.
    """
    with SolverChild() as child:
        finder = _Finder(problem, child, progress)
        found = finder.all(most)
        listed = [Conflict(finder.names(rules), tuple(finder.least(rules, rule) for rule in rules)) for rules in found]
    return tuple(sorted(listed, key=lambda conflict: (len(conflict.ids), conflict.ids)))


class _Finder:
    """Asks one solver process about subsets of the rules; a rule is a limit's number, or `limits` for the must-do list."""

    def __init__(self, problem: Problem, child: SolverChild, progress: Progress) -> None:
        self.problem, self.child, self.progress = problem, child, progress
        hard = np.flatnonzero(np.isinf(problem.penalty) & (np.isfinite(problem.lower) | np.isfinite(problem.upper)))
        self.must = problem.limits
        self.rules = (*map(int, hard), *([self.must] if problem.must.size else []))

    def names(self, rules: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(MUST if rule == self.must else self.problem.limit_ids[rule] for rule in rules)

    def all(self, most: int) -> list[tuple[int, ...]]:
        found: list[tuple[int, ...]] = []
        waiting, seen = deque([frozenset[int]()]), {frozenset[int]()}
        while waiting and len(found) < most:
            without = waiting.popleft()
            conflict = next((c for c in found if without.isdisjoint(c)), None)
            if conflict is None:
                clash = self.clash(tuple(rule for rule in self.rules if rule not in without))
                if clash is None:
                    continue
                conflict = self.minimal(clash)
                found.append(conflict)
            for rule in conflict:
                if (more := without | {rule}) not in seen:
                    seen.add(more)
                    waiting.append(more)
        return found

    def minimal(self, rules: tuple[int, ...]) -> tuple[int, ...]:
        """A minimal conflict within rules that clash: leave out one after the other where the rest still clash."""
        left = rules
        for rule in rules:
            if rule in left and (clash := self.clash(tuple(other for other in left if other != rule))) is not None:
                left = clash
        return left

    def clash(self, rules: tuple[int, ...]) -> tuple[int, ...] | None:
        """Those of the rules that are proven to clash; None when a plan keeps them all (or none is proven)."""
        answer = self.solved(self.kept(rules))
        if answer.status != "infeasible":
            return None
        if answer.proof == "prices":  # a limit without a price has no part in the proof
            return tuple(rule for rule in rules if rule == self.must or answer.prices[rule] != 0)
        return rules

    def least(self, rules: tuple[int, ...], rule: int) -> float:
        """The least by which `rule` is missed when the others are kept; a plan that misses it by no more was found."""
        others = self.kept(tuple(other for other in rules if other != rule))
        if rule == self.must:
            wanted = np.isin(self.problem.group, self.problem.must)
            answer = self.solved(replace(others, value=wanted.astype(np.float64)))
            return float(self.problem.must.size - answer.objective)
        lower, upper, penalty = others.lower.copy(), others.upper.copy(), others.penalty.copy()
        lower[rule], upper[rule] = self.problem.lower[rule], self.problem.upper[rule]
        penalty[rule] = 1.0 / self.problem.scale[rule]
        answer = self.solved(others.with_limits(lower, upper, penalty))
        return float("nan") if answer.chosen.size == 0 and np.isnan(answer.objective) else -answer.objective * float(
            self.problem.scale[rule])  # fmt: skip

    def kept(self, rules: tuple[int, ...]) -> Problem:
        """The problem of keeping only these rules, every plan worth nothing."""
        p = self.problem
        on = np.isin(np.arange(p.limits), rules)
        must = p.must if self.must in rules else p.must[:0]
        return replace(p, value=np.zeros(p.columns), must=must, penalty=np.full(p.limits, np.inf),
                       lower=np.where(on, p.lower, -np.inf), upper=np.where(on, p.upper, np.inf))  # fmt: skip

    def solved(self, problem: Problem) -> Solution:
        self.progress(None, "portfolio_conflicts")
        answer = solve(problem, gap=_GAP, work_limit=_WORK, child=self.child, progress=self.progress)
        if answer.status == "cancelled":
            self.progress(None, "portfolio_conflicts")  # raises again: nothing is known of a search that was ended
        return answer
