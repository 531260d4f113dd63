"""Why a plan is what it is: what leaving a parcel out costs, what each rule costs, and how far each of that is proven.

A price is the difference of two optima, each known between a plan and its bound; so it is known as an interval:
(plan without − bound) … (bound without − plan), never below 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Progress, silent
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import MUST, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from landplan.portfolio.solution import Solution

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cost:
    """What something costs, in the unit of value: least … most are proven, `seen` is the difference of the two plans found.

    inf: without it no plan fits. status: of the second solve, as in Solution.
    """

    id: str
    seen: float
    least: float
    most: float
    status: str


def leaving_out(
    problem: Problem, found: Solution, groups: Iterable[int], *, gap: float, work_limit: float, progress: Progress = silent
) -> tuple[Cost, ...]:
    """By how much the best plan is worth less without each of these chosen groups (solved again without it)."""
    changed = ((str(group), _without(problem, group)) for group in groups)
    return _costs(problem, found, changed, 1.0, gap, work_limit, progress)


def putting_in(
    problem: Problem, found: Solution, groups: Iterable[int], *, gap: float, work_limit: float, progress: Progress = silent
) -> tuple[Cost, ...]:
    """By how much the best plan is worth less when each of these groups must be in (solved again with it)."""
    changed = ((str(group), replace(problem, must=np.append(problem.must, group))) for group in groups)
    return _costs(problem, found, changed, 1.0, gap, work_limit, progress)


def rule_costs(
    problem: Problem, found: Solution, ids: Iterable[str], *, gap: float, work_limit: float, progress: Progress = silent
) -> tuple[Cost, ...]:
    """By how much the best plan would be worth more without each of these rules (solved again without it)."""
    return _costs(problem, found, ((id, without_rule(problem, id)) for id in ids), -1.0, gap, work_limit, progress)


def dues(problem: Problem, found: Solution, columns: NDArray[np.int64]) -> Floats:
    """(k, r) what the room that each column takes of each limit is worth to the plan: its use times the limit's price.

    Below 0 where the column helps to reach a limit; 0 where no price is known.
    """
    at = np.full(problem.columns, -1, np.int64)
    at[columns] = np.arange(columns.size)
    row = np.repeat(np.arange(problem.limits), np.diff(problem.limit_start))
    asked = at[problem.limit_columns]
    out = np.zeros((columns.size, problem.limits))
    np.add.at(out, (asked[asked >= 0], row[asked >= 0]), problem.limit_data[asked >= 0])
    return out * np.nan_to_num(found.prices)


def without_rule(problem: Problem, id: str) -> Problem:
    """The problem without one rule: a limit, a rule about pieces, or the must-do list."""
    if id == MUST:
        return replace(problem, must=problem.must[:0])
    off = np.array([one == id for one in problem.limit_ids], bool)
    pieces = tuple(rule for rule in problem.pieces if rule.id != id)
    lower, upper = np.where(off, -np.inf, problem.lower), np.where(off, np.inf, problem.upper)
    return replace(problem, lower=lower, upper=upper, pieces=pieces)


def _without(problem: Problem, group: int) -> Problem:
    """The problem in which no column of a group is worth taking: an upper end of 0 on it."""
    columns = np.flatnonzero(problem.group == group)
    return with_row(replace(problem, must=problem.must[problem.must != group]), f"without {group}", columns,
                    np.ones(columns.size), -np.inf, 0.0)  # fmt: skip


def with_row(problem: Problem, id: str, columns: NDArray[np.int64], uses: Floats, lower: float, upper: float) -> Problem:
    """The problem with one more hard limit."""
    return replace(
        problem,
        limit_data=np.concatenate([problem.limit_data, uses]),
        limit_columns=np.concatenate([problem.limit_columns, columns]),
        limit_start=np.append(problem.limit_start, problem.limit_start[-1] + columns.size),
        lower=np.append(problem.lower, lower),
        upper=np.append(problem.upper, upper),
        penalty=np.append(problem.penalty, np.inf),
        limit_ids=(*problem.limit_ids, id),
    )


def _costs(
    problem: Problem, found: Solution, changed: Iterable[tuple[str, Problem]], sign: float, gap: float, work_limit: float,
    progress: Progress,
) -> tuple[Cost, ...]:  # fmt: skip
    """Cost of each change: sign +1 where it takes plans away, −1 where it lets more in."""
    with SolverChild() as child:
        costs: list[Cost] = []
        for id, other in changed:
            progress(None, "portfolio_reasons", n=len(costs))
            answer = solve(other, gap=gap, work_limit=work_limit, warm_start=found.chosen, child=child, progress=progress)
            if answer.status == "cancelled":
                progress(None, "portfolio_reasons", n=len(costs))  # raises again: what is half known is not told
            costs.append(cost_of(id, found, answer, sign))
    return tuple(costs)


def cost_of(id: str, found: Solution, answer: Solution, sign: float) -> Cost:
    """The cost of a change by the plans with and without it: sign +1 where it takes plans away, −1 where it lets more in."""
    if answer.status == "infeasible":
        return Cost(id, np.inf, np.inf, np.inf, answer.status)
    known = bool(np.isfinite(answer.objective))
    low, high = answer.objective if known else -np.inf, answer.bound
    ends = (found.objective - high, found.bound - low) if sign > 0 else (low - found.bound, high - found.objective)
    least, most = (max(0.0, float(end)) for end in ends)
    seen = max(0.0, sign * (found.objective - answer.objective)) if known else float("nan")
    return Cost(id, float(seen), least, most, answer.status)
