"""When no plan fits: which rules clash, and by how much each would have to give.

Rules are the hard limits, the rules about connected pieces and the must-do list (id `must`). A conflict is a set of rules
that no plan keeps together though every smaller part of it can be kept (a minimal infeasible subset); several are found by
leaving out, in turn, each rule of those found (Reiter 1987, hitting-set tree).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Progress, silent
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import MUST, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from landplan.portfolio.solution import Solution

    Ints = NDArray[np.int64]

_GAP = 0.01  # of what a rule has to give
_WORK = 40.0


@dataclass(frozen=True)
class Conflict:
    """Rules that no plan keeps together, in the order of the problem (`must` last).

    relax: what each would have to give for the others of this conflict to be kept: units of its limit, parcels for
    `must`, for pieces the size by which `least` is too large (else the pieces by which `most` is too few). It is enough, and
    within a hundredth of the least where that was settled in the work allowed; nan where no plan was found at all.
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


@dataclass(frozen=True)
class Given:
    """What rules give, as in Conflict, and the plan that fits then; the sum of the limits' shares given is the least.

    gives is empty where no plan fits however much they give, or, where `open`, where that was not settled in the work allowed.
    """

    gives: Mapping[str, float] = field(default_factory=dict)
    plan: tuple[int, ...] = ()
    open: bool = False


@dataclass(frozen=True)
class Relaxation(Given):
    """The least that the rules of one kind must give, together and all others kept, for a plan to fit.

    least: whether that it is the least, within a hundredth, was settled in the work allowed; what is given is enough anyway.
    """

    kind: str = ""
    least: bool = True


def relaxations(
    problem: Problem, kinds: Mapping[str, Collection[str]], *, alike: Collection[str] = (), work_limit: float = np.inf,
    progress: Progress = silent,
) -> Iterator[Relaxation]:  # fmt: skip
    """The smallest relaxation of each kind of rule (name → ids of its rules, MUST for the must-do list), in their order.

    Several clashes may have to be settled at once, so a kind may have to give more than one conflict says, or be unable to
    settle them by itself. alike: kinds whose limits all give the same amount, such as the sums of a budget that carries over.
    work_limit: of all kinds together, as in `solve`; what is not settled by then is open.
    """
    with SolverChild() as child:
        finder = _Finder(problem, child, progress, work_limit)
        for kind, ids in kinds.items():
            finder.settled = True
            found = finder.alike(set(ids)) if kind in alike else finder.given(set(ids))
            yield Relaxation(found.gives, found.plan, found.open, kind, finder.settled)


class _Finder:
    """Asks one solver process about subsets of the rules.

    A rule is a limit's number, `limits` for the must-do list, or more for the rules about pieces in their order.
    """

    def __init__(self, problem: Problem, child: SolverChild, progress: Progress, work_limit: float = np.inf) -> None:
        self.problem, self.child, self.progress, self.left = problem, child, progress, work_limit
        self.settled = True
        hard = np.flatnonzero(np.isinf(problem.penalty) & (np.isfinite(problem.lower) | np.isfinite(problem.upper)))
        self.must = problem.limits
        pieces = range(self.must + 1, self.must + 1 + len(problem.pieces))
        self.rules = (*map(int, hard), *pieces, *([self.must] if problem.must.size else []))

    def name(self, rule: int) -> str:
        if rule > self.must:
            return self.problem.pieces[rule - self.must - 1].id
        return MUST if rule == self.must else self.problem.limit_ids[rule]

    def names(self, rules: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(map(self.name, rules))

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
            return tuple(rule for rule in rules if rule == self.must or (rule < self.must and answer.prices[rule] != 0))
        return rules

    def least(self, rules: tuple[int, ...], rule: int) -> float:
        """The least by which `rule` is missed when the others are kept; a plan that misses it by no more was found."""
        others = tuple(other for other in rules if other != rule)
        if rule > self.must:
            return self.least_of_pieces(others, rule)
        return self.missed(others, (rule,)).gives.get(self.name(rule), float("nan"))

    def given(self, ids: set[str]) -> Given:
        """What the rules named give when all others are kept."""
        giving = tuple(rule for rule in self.rules if self.name(rule) in ids)
        others = tuple(rule for rule in self.rules if rule not in giving)
        pieces = tuple(rule for rule in giving if rule > self.must)
        if len(pieces) == len(giving) == 1:
            least = self.least_of_pieces(others, pieces[0])
            return Given() if np.isnan(least) else Given({self.name(pieces[0]): least})
        found = self.missed(others, tuple(rule for rule in giving if rule not in pieces))
        unsaid = {self.name(rule): float("nan") for rule in pieces} if found.gives else {}
        return replace(found, gives={**found.gives, **unsaid})

    def alike(self, ids: set[str]) -> Given:
        """What the limits named give when all give the same and all others are kept, found by halving.

        What they would give each by itself bounds it from both sides: the largest of that is enough, and no less than its
        shares together can do.
        """
        found, p = self.given(ids), self.problem
        on = np.array([rule for rule in self.rules if rule < self.must and self.name(rule) in ids], np.int64)
        if not found.gives:
            return found
        shares = sum(found.gives.get(self.name(int(rule)), 0.0) / p.scale[rule] for rule in on)
        high, low = max(found.gives.values()), float(shares * (1 - _GAP) / (1 / p.scale[on]).sum())
        plan, whole = found.plan, self.kept(self.rules)
        while high - low > _GAP * high and self.left > 0:
            lower, upper, middle = whole.lower.copy(), whole.upper.copy(), (low + high) / 2
            lower[on], upper[on] = lower[on] - middle, upper[on] + middle
            answer = self.solved(whole.with_limits(lower, upper))
            if np.isfinite(answer.objective):
                high, plan = middle, tuple(answer.chosen.tolist())
            else:
                low = middle
        self.settled &= high - low <= _GAP * high
        return Given({self.name(int(rule)): high for rule in on}, plan)

    def missed(self, others: tuple[int, ...], giving: tuple[int, ...]) -> Given:
        """By how much the limits in `giving` and the must-do list, if it is there, are missed at least, `others` kept.

        Limits are counted in shares of their size, a parcel of the list as one hundredth. Only what gives is named.
        """
        p, kept = self.problem, self.kept(others)
        lower, upper, penalty = kept.lower.copy(), kept.upper.copy(), kept.penalty.copy()
        limits = np.array([rule for rule in giving if rule < self.must], np.int64)
        lower[limits], upper[limits] = p.lower[limits], p.upper[limits]
        penalty[limits] = 1.0 / p.scale[limits]
        wanted = np.isin(p.group, p.must) if self.must in giving else np.zeros(p.columns, bool)
        answer = self.solved(replace(kept, lower=lower, upper=upper, penalty=penalty, value=np.where(wanted, 0.01, 0.0)))
        if np.isnan(answer.objective):
            return Given(open=answer.status != "infeasible")
        breach = p.with_limits(lower, upper).breach(p.activity(answer.chosen))
        found = {self.name(int(rule)): float(breach[rule]) for rule in limits if breach[rule] > 1e-6 * p.scale[rule]}
        lacking = float(np.setdiff1d(p.must, p.group[answer.chosen]).size) if self.must in giving else 0.0
        return Given(found | ({MUST: lacking} if lacking else {}), tuple(answer.chosen.tolist()))

    def least_of_pieces(self, others: tuple[int, ...], rule: int) -> float:
        """By how much a rule about pieces must give, found by halving; nan where giving it up altogether is not enough."""
        piece = self.problem.pieces[rule - self.must - 1]
        by_size = piece.least > 0
        low, high = 0.0, piece.least if by_size else float(self.problem.groups)
        while high - low > (piece.least * _GAP if by_size else 1.0):
            middle = (low + high) / 2 if by_size else float(int((low + high) / 2))
            most = None if piece.most is None else piece.most + (0 if by_size else int(middle))
            looser = replace(piece, least=piece.least - (middle if by_size else 0.0), most=most)
            kept = self.kept(others)
            fits = np.isfinite(self.solved(replace(kept, pieces=(*kept.pieces, looser))).objective)
            low, high = (low, middle) if fits else (middle, high)
        return high if np.isfinite(self.solved(self.kept(others)).objective) else float("nan")

    def kept(self, rules: tuple[int, ...]) -> Problem:
        """The problem of keeping only these rules, every plan worth nothing."""
        p = self.problem
        on = np.isin(np.arange(p.limits), rules)
        must = p.must if self.must in rules else p.must[:0]
        pieces = tuple(piece for k, piece in enumerate(p.pieces, self.must + 1) if k in rules)
        return replace(p, value=np.zeros(p.columns), must=must, pieces=pieces, bonds=None, penalty=np.full(p.limits, np.inf),
                       lower=np.where(on, p.lower, -np.inf), upper=np.where(on, p.upper, np.inf))  # fmt: skip

    def solved(self, problem: Problem) -> Solution:
        self.progress(None, "portfolio_conflicts")
        work = max(1.0, min(_WORK, self.left))
        answer = solve(problem, gap=_GAP, work_limit=work, child=self.child, progress=self.progress)
        self.settled &= answer.status != "work limit"
        self.left -= max((moment.work for moment in answer.log if moment.stage == "search"), default=0.0) + 1.0
        if answer.status == "cancelled":
            self.progress(None, "portfolio_conflicts")  # raises again: nothing is known of a search that was ended
        return answer
