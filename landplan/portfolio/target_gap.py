"""The cheapest plan that reaches a target, within all limits; where none does, the most that can be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.progress import Progress, silent
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import TOLERANCE, Problem
from landplan.portfolio.reasons import with_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.solution import Solution

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Closed:
    """plan: the answer; gain: Σ effect of it. reached: whether it does what was needed; if not, `plan` has the most effect.

    most: no plan has more effect (proven), NaN where the target is reached. least: no plan that reaches it costs less
    (proven), NaN where cost was not what is minimised.
    """

    plan: Solution
    gain: float
    reached: bool
    most: float
    least: float


def closed(
    problem: Problem, effect: Floats, need: float, *, cost: Floats | None = None, warm: NDArray[np.int64] | None = None,
    gap: float, work_limit: float, progress: Progress = silent,
) -> Closed:  # fmt: skip
    """The plan of most value among those with Σ effect ≥ need; with cost (c,), of most value among the cheapest of them.

    effect (c,): what each column adds to the target. Hard limits, pieces and the must-do list hold; soft limits count for
    the value alone, not for the cost or the most that can be reached. The plan's status tells what is proven.
    """
    columns = np.flatnonzero(effect)
    wanted = with_row(problem, "target need", columns, effect[columns], need, np.inf)
    with SolverChild() as child:

        def best(one: Problem, first: NDArray[np.int64] | None) -> Solution:
            progress(None, "portfolio_target_gap")
            found = solve(one, gap=gap, work_limit=work_limit, warm_start=first, child=child, progress=_heard(progress))
            if found.status == "cancelled":
                progress(None, "portfolio_target_gap")  # raises again: half an answer is none
            return found

        least = float("nan")
        if cost is not None:
            cheap = best(_only(wanted, -cost), warm)
            if np.isfinite(cheap.objective):
                least = max(-cheap.bound, 0.0) if (cost >= 0).all() else -cheap.bound
                spent = np.flatnonzero(cost)
                room = -cheap.objective + TOLERANCE * max(1.0, abs(cheap.objective))
                wanted = with_row(wanted, "target cost", spent, cost[spent], -np.inf, room)
            found, warm = (cheap, None) if not np.isfinite(cheap.objective) else (best(wanted, cheap.chosen), None)
        else:
            found = best(wanted, warm)
        if found.status != "infeasible":
            return Closed(found, _sum(effect, found), bool(np.isfinite(found.objective)), float("nan"), least)
        most = best(_only(problem, effect), None)
    return Closed(most, _sum(effect, most), reached=False, most=most.bound, least=least)


def _heard(progress: Progress) -> Progress:
    """Only the wish to stop passes; the shares of several solves would jump about."""
    return lambda share, text_id, **facts: progress(None, text_id, **facts)


def _only(problem: Problem, value: Floats) -> Problem:
    """The problem of another value, kept to its hard limits."""
    hard = np.isinf(problem.penalty)
    lower, upper = np.where(hard, problem.lower, -np.inf), np.where(hard, problem.upper, np.inf)
    return replace(problem, value=value, bonds=None, lower=lower, upper=upper)


def _sum(effect: Floats, plan: Solution) -> float:
    return float(np.sort(effect[plan.chosen]).sum())
