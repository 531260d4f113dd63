"""The trade-off between two goals: the best of one for each level of the other (ε-constraint), each with its proven gap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Progress, part, silent
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.reasons import with_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.problem import Problem
    from landplan.portfolio.solution import Solution

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_KEPT = 1e-9


@dataclass(frozen=True, eq=False)
class Point:
    """A plan of the frontier: `level` of the second goal that was asked for, what both goals are worth, and the proof.

    No plan that reaches `level` has more of the first goal than `plan.bound`. Where none was found in the work allowed, both
    goals are NaN and the plan takes nothing: the level is open.
    """

    plan: Solution
    level: float
    first: float
    second: float

    @property
    def open(self) -> bool:
        """Whether no plan was found for the level."""
        return bool(np.isnan(self.first))


def frontier(
    problem: Problem, second: Floats, *, points: int, gap: float, work_limit: float, best: Solution | None = None,
    nested: bool = False, progress: Progress = silent,
) -> tuple[Point, ...]:  # fmt: skip
    """`points` plans from the best by the problem's own value to the best by `second` (c,), levels evenly spaced.

    second: of each column, more is better (a cost counts below 0). best: the plan of the problem, where it is known already.
    nested: each plan keeps the groups of the one before, from the least of the first goal on, so that plans only grow.
    Empty when no plan fits; cancelled, the points that were found until then.
    Source: Haimes, Lasdon, Wismer 1971 (ε-constraint method).
    """
    with SolverChild() as child:
        ends = _ends(problem, second, best, gap, work_limit, child, part(progress, 0.0, 0.2))
        if ends is None:
            return ()
        low, high = ends
        levels = np.linspace(high, low, points)
        found: list[Point] = []
        asked = problem
        for k, level in enumerate(levels.tolist()):
            progress(0.2 + 0.8 * k / points, "portfolio_frontier", n=k + 1, of=points)
            last = next((point for point in reversed(found) if not point.open), None)
            kept = np.append(problem.must, _groups(problem, last)) if nested and last is not None else problem.must
            asked = _at_least(replace(problem, must=kept), second, level)
            warm = None if last is None else last.plan.chosen
            plan = solve(asked, gap=gap, work_limit=work_limit, warm_start=warm, child=child, progress=_heard(progress))
            if plan.status == "cancelled":
                break
            reached = float(np.sort(second[plan.chosen]).sum()) if np.isfinite(plan.objective) else np.nan
            found.append(Point(plan, level, plan.objective, reached))
    return tuple(found[::-1])


def _ends(
    problem: Problem, second: Floats, best: Solution | None, gap: float, work_limit: float, child: SolverChild, progress: Progress
) -> tuple[float, float] | None:
    """What the second goal reaches in the plan that is best by the first, and at most."""
    best = best or solve(problem, gap=gap, work_limit=work_limit, child=child, progress=_heard(progress))
    most = solve(replace(problem, value=second, bonds=None), gap=gap, work_limit=work_limit, child=child,
                 progress=_heard(progress))  # fmt: skip
    if not np.isfinite(best.objective) or not np.isfinite(most.objective):
        return None
    low = float(np.sort(second[best.chosen]).sum())
    return min(low, most.objective), max(low, float(np.sort(second[most.chosen]).sum()))


def _heard(progress: Progress) -> Progress:
    """Only the wish to stop passes; the solver's own share would jump about."""
    return lambda share, text_id, **facts: progress(None, text_id, **facts)


def _at_least(problem: Problem, second: Floats, level: float) -> Problem:
    columns = np.flatnonzero(second)
    slack = _KEPT * max(1.0, abs(level))
    return with_row(problem, "frontier level", columns, second[columns], level - slack, np.inf)


def _groups(problem: Problem, point: Point) -> Ints:
    return np.unique(problem.group[point.plan.chosen])


def leavers(problem: Problem, smaller: Ints, larger: Ints) -> Ints:
    """Groups in the plan `smaller` that are not in `larger`, though `larger` may spend more: where plans are not nested."""
    return np.setdiff1d(problem.group[smaller], problem.group[larger])
