"""What it costs that the plan lies in connected pieces: the same choice is made again without that rule."""

from __future__ import annotations

from dataclasses import replace

from landplan.core.progress import Cancelled, Progress, silent
from landplan.core.tables import Contiguity
from landplan.portfolio.problem import Problem
from landplan.portfolio.reasons import cost_of
from landplan.portfolio.solution import Solution


def contiguity(
    problem: Problem, found: Solution, *, gap: float, work_limit: float, progress: Progress = silent
) -> Contiguity | None:
    """The price of all rules about pieces together; None where there are none, or where `found` was stopped before its end.

    Raises Cancelled where the second choice is stopped: half a price is none.
    """
    if not problem.pieces or found.status == "cancelled":
        return None
    from landplan.portfolio.milp import solve

    answer = solve(replace(problem, pieces=()), gap=gap, work_limit=work_limit, warm_start=found.chosen, progress=progress)
    if answer.status == "cancelled":
        raise Cancelled
    cost = cost_of("pieces", found, answer, -1.0)
    return Contiguity(answer.objective, answer.bound, cost.seen, cost.least, cost.most)
