"""Other plans that are nearly as good and yet differ: what is certain, and where a choice is free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Progress, silent
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.reasons import with_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.problem import Problem
    from landplan.portfolio.solution import Solution

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Alternatives:
    """plans: the first one given, then the others, best first. complete: whether it is proven that there is no further one.

    often (g,): share of the plans that take each group (irreplaceability: 1 = in every one of them).
    """

    plans: tuple[Solution, ...]
    complete: bool
    often: Floats


def alternatives(
    problem: Problem, found: Solution, *, most: int, worse: float, differ: float, size: Floats, kind: Ints, gap: float,
    work_limit: float, progress: Progress = silent,
) -> Alternatives:  # fmt: skip
    """Up to `most` plans in all within `worse` (share) of the first, each of which differs from every other enough.

    size (g,): of each group, as area; kind (c,): columns of a group with the same kind are the same decision. Two plans
    differ by the size of the groups that only one takes, or that they take as another kind: at least `differ` (share of
    the first plan's size), and more than nothing.
    Formula: each plan found adds the row Σ_{g in} size_g (1 − Σ_same kind x) + Σ_{g out} size_g Σ x ≥ differ · size.
    """
    plans, left, complete = [found], problem, False
    floor = found.objective - worse * abs(found.objective) - problem.grain
    size = size.astype(np.float64)
    apart = max(differ * float(size[problem.group[found.chosen]].sum()), float(size[size > 0].min(initial=1.0)) / 2)
    with SolverChild() as child:
        while len(plans) < most:
            progress(len(plans) / most, "portfolio_alternatives", n=len(plans))
            left = _apart(left, plans[-1], size, kind, apart)
            answer = solve(left, gap=gap, work_limit=work_limit, child=child, progress=progress)
            if answer.status == "cancelled":
                break
            complete = answer.status == "infeasible" or answer.bound < floor
            if complete or not answer.objective >= floor:
                break
            plans.append(answer)
    taken = np.array([np.bincount(problem.group[plan.chosen], minlength=problem.groups) > 0 for plan in plans])
    return Alternatives(tuple(plans), complete, taken.mean(axis=0))


def difference(problem: Problem, one: Ints, other: Ints, size: Floats, kind: Ints) -> float:
    """Σ size of the groups that only one of two plans takes, or that they take as another kind."""
    as_kind = np.full((2, problem.groups), -1, np.int64)
    for row, plan in zip(as_kind, (one, other), strict=True):
        row[problem.group[plan]] = kind[plan]
    return float(size[as_kind[0] != as_kind[1]].sum())


def _apart(problem: Problem, plan: Solution, size: Floats, kind: Ints, apart: float) -> Problem:
    as_kind = np.full(problem.groups, -1, np.int64)
    as_kind[problem.group[plan.chosen]] = kind[plan.chosen]
    inside = as_kind[problem.group] >= 0
    same = inside & (as_kind[problem.group] == kind)
    uses = np.where(same, -size[problem.group], np.where(inside, 0.0, size[problem.group]))
    columns = np.flatnonzero(uses)
    least = apart - float(size[problem.group[plan.chosen]].sum())
    return with_row(problem, f"apart {problem.limits}", columns, uses[columns], least, np.inf)
