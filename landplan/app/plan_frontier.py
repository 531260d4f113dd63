"""What `landplan frontier` writes and says: the plans along a trade-off, and who comes in and leaves between them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from landplan.app.plan_questions import Asked, named
from landplan.app.report import Report
from landplan.core.errors import SchemeError, suggestion
from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.export.csv_table import write_csv
from landplan.portfolio.frontier import Point, frontier, leavers


def trade_off(
    asked: Asked, against: str, points: int, progress: Progress, *, first: str = "", nested: bool = False
) -> tuple[Point, ...]:
    """Plans along the trade-off between two goals, the least of the first one's first; open levels are among them.

    first, against: what a recipe may maximise, or cost_FUND, which counts below 0. first "": what the recipe maximises.
    """
    choose, problem, second = asked.choose, asked.built.problem, goal_values(asked, against)
    own = goal_values(asked, first) if first else None
    other = problem if own is None else replace(problem, value=own, bonds=None)
    found = frontier(other, second, points=points, gap=choose.gap, work_limit=choose.work_limit,
                     best=asked.found if own is None else None, nested=nested, progress=progress)[::-1]  # fmt: skip
    if own is None:
        return found
    return tuple(one if one.open else replace(one, first=float(np.sort(own[one.plan.chosen]).sum())) for one in found)


def frontier_report(
    asked: Asked, against: str, points: int, out: Path, progress: Progress, *, first: str = "", nested: bool = False
) -> Report:
    """Write a row a plan (.csv), the least of the second goal's best first; say them."""
    tried = trade_off(asked, against, points, progress, first=first, nested=nested)
    found = [point for point in tried if not point.open]
    rows = [_row(asked, point, found[k - 1] if k else None) for k, point in enumerate(found)]
    keys = ("level", "second", "first", "bound", "gap", "parcels", "come", "leave")
    columns = {key: [" ".join(row[key]) if isinstance(row[key], list) else row[key] for row in rows] for key in keys}
    write_csv(out, columns, zip(*columns.values(), strict=True))
    lines = [text("frontier_point", {**row, "against": against, "gap": f"{row['gap']:.3%}", "parcels": len(row["parcels"])})
             for row in rows]  # fmt: skip
    left = sum(bool(row["leave"]) for row in rows)
    lines += [text("frontier_levels_open", {"n": points - len(rows), "of": points})] if 0 < len(rows) < points else []
    lines += [text("frontier_leave", {"n": left})] if left else []
    return Report(tuple(lines), {"file": out, "first": first, "against": against, "points": rows})


def goal_values(asked: Asked, goal: str) -> Float:
    """What each column gives of a goal; a cost counts below 0, what is unknown as the least of all."""
    form, kept = asked.formulation, asked.built.kept
    funds = [f"cost_{fund}" for fund in form.options.funds]
    if goal in funds:
        worth = -form.spend(goal.removeprefix("cost_")).sum(axis=1)
    elif goal.startswith("cost_"):
        raise SchemeError("unknown_goal", "frontier --against", name=goal, nearest=suggestion(goal, funds))
    else:
        worth = form.goal(goal)
    values = worth[kept]
    return np.asarray(np.where(np.isnan(values), np.nanmin(values, initial=0.0), values))


def _row(asked: Asked, point: Point, before: Point | None) -> dict[str, Any]:
    problem, plan = asked.built.problem, point.plan
    old = before.plan.chosen if before is not None else plan.chosen
    come, leave = leavers(problem, plan.chosen, old), leavers(problem, old, plan.chosen)
    facts = {"level": point.level, "second": point.second, "first": point.first, "bound": plan.bound, "gap": plan.gap}
    parcels = sorted(problem.group[plan.chosen].tolist())
    return {**facts, "parcels": named(asked, parcels), "come": named(asked, come.tolist()), "leave": named(asked, leave.tolist())}
