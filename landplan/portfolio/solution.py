"""A plan and how good it is proven to be; and the independent re-check that `verify` trusts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from typing import TYPE_CHECKING, Literal

import numpy as np

from landplan.core.errors import SolveError
from landplan.portfolio.problem import TOLERANCE, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from landplan.portfolio.ties import Bonds, Pieces

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

Status = Literal["optimal within gap", "work limit", "cancelled", "infeasible"]
Proof = Literal["prices", "search", "none"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the search: work done so far, the best plan's objective, the proven upper bound (nan = none yet).

    stage: "prices" (work = passes over all columns) or "search" (work = nodes, those of a large search
    counted more in proportion).
    """

    stage: str
    work: float
    best: float
    bound: float


@dataclass(frozen=True, eq=False)
class Solution:
    """A plan and how good it is proven to be.

    chosen: columns, ascending. objective, bound: unit of `value`; no plan has more than bound. gap: (bound − objective)
    / |objective|, a share; inf without a plan, 0 where the difference is below problem.grain.
    status: "optimal within gap", "work limit", "cancelled", "infeasible". proof: what proves the bound (or that nothing
    fits), the prices alone or the search. activity (r,): what the plan uses of each limit; slack (r,): room left to the
    nearer end, negative where a soft limit is missed; binding (r,): no room left. prices (r,): benefit of one more unit
    of each limit by the price method (> 0 at an upper end, < 0 at a lower one), nan where not computed. Of an infeasible
    problem they are the proof: together, the limits with a price cannot be kept. log: how best and bound met.
    """

    status: Status
    chosen: Ints
    objective: float
    bound: float
    gap: float
    proof: Proof
    activity: Floats
    slack: Floats
    binding: NDArray[np.bool_]
    prices: Floats
    log: tuple[Moment, ...] = ()


def solution(
    problem: Problem, status: Status, chosen: Iterable[int] | None, bound: float, *, proof: Proof, prices: Floats,
    log: Sequence[Moment] = (),
) -> Solution:  # fmt: skip
    """The Solution of `chosen` columns (None = no plan found), with every total computed from the problem."""
    none = chosen is None
    columns = np.sort(np.array([] if chosen is None else list(chosen), dtype=np.int64))
    activity = np.full(problem.limits, np.nan) if none else problem.activity(columns)
    slack = np.minimum(activity - problem.lower, problem.upper - activity)
    objective = float("nan") if none else problem.objective(columns, activity)
    bound = bound if none else max(bound, objective)
    return Solution(status, columns, objective, bound, gap_share(objective, bound, problem.grain), proof, activity, slack,
                    np.asarray(slack <= TOLERANCE * problem.scale), prices, tuple(log))  # fmt: skip


def gap_share(objective: float, bound: float, grain: float) -> float:
    """(bound − objective) / |objective|; inf where there is no plan or no bound, 0 where they differ by `grain` or less."""
    if not np.isfinite(objective) or not np.isfinite(bound):
        return float("inf")
    return 0.0 if bound - objective <= grain else (bound - objective) / max(abs(objective), 1e-300)


@dataclass(frozen=True)
class Verdict:
    """An independent re-check of a plan: its totals, and every fault found ("" of none)."""

    feasible: bool
    objective: float
    activity: tuple[float, ...]
    twice: tuple[int, ...]
    """Groups with more than one column."""
    missing: tuple[int, ...]
    """Must-do groups without a column."""
    broken: tuple[str, ...]
    """Ids of hard limits, and of rules about connected pieces, that do not hold."""


def check_solution(problem: Problem, chosen: Iterable[int]) -> Verdict:
    """Re-add a plan by hand, in plain Python and exact sums, and test every rule: what `verify` trusts."""
    columns = [int(c) for c in chosen]
    if any(not 0 <= c < problem.columns for c in columns):
        raise SolveError("portfolio_unknown_column", count=problem.columns)
    taken = set(columns)
    groups = [int(problem.group[c]) for c in columns]
    ends = problem.limit_start.tolist()
    activity = [
        fsum(problem.limit_data[k] for k in range(a, b) if int(problem.limit_columns[k]) in taken)
        for a, b in pairwise(ends)
    ]
    breach = [
        max(0.0, low - x, x - high)
        for x, low, high in zip(activity, problem.lower.tolist(), problem.upper.tolist(), strict=True)
    ]
    hard = np.isinf(problem.penalty).tolist()
    lost = [p * b for p, b, h in zip(problem.penalty.tolist(), breach, hard, strict=True) if not h]
    allowed = (TOLERANCE * problem.scale).tolist()
    broken = tuple(
        i for i, b, h, a in zip(problem.limit_ids, breach, hard, allowed, strict=True) if h and b > a
    )
    broken += tuple(rule.id for rule in problem.pieces if not _lies_together(rule, problem, columns))
    twice = tuple(sorted({g for g in groups if groups.count(g) > 1})) if len(set(groups)) < len(groups) else ()
    missing = tuple(sorted(set(problem.must.tolist()) - set(groups)))
    bonds = () if problem.bonds is None else _closed(problem.bonds, problem, columns)
    objective = fsum([*(float(problem.value[c]) for c in columns), *bonds, *(-x for x in lost)])
    return Verdict(not (broken or twice or missing), objective, tuple(activity), twice, missing, broken)


def _lies_together(rule: Pieces, problem: Problem, columns: list[int]) -> bool:
    """Whether a rule about pieces holds, by walking from neighbour to neighbour."""
    left = {int(problem.group[c]) for c in columns if rule.counts[c]}
    touching: dict[int, set[int]] = {g: set() for g in left}
    for a, b in zip(rule.first.tolist(), rule.second.tolist(), strict=True):
        if a in left and b in left:
            touching[a].add(b)
            touching[b].add(a)
    sizes = []
    while left:
        piece, waiting = set[int](), {min(left)}
        while waiting:
            piece |= waiting
            waiting = {other for one in waiting for other in touching[one]} - piece
        left -= piece
        sizes.append(fsum(float(rule.size[g]) for g in piece))
    return (rule.most is None or len(sizes) <= rule.most) and all(size >= rule.least * (1 - 1e-9) for size in sizes)


def _closed(bonds: Bonds, problem: Problem, columns: list[int]) -> list[float]:
    """The worth of each bond whose two groups are taken."""
    taken = {int(problem.group[c]) for c in columns if bonds.counts[c]}
    pairs = zip(bonds.first.tolist(), bonds.second.tolist(), bonds.worth.tolist(), strict=True)
    return [worth for a, b, worth in pairs if a in taken and b in taken]
