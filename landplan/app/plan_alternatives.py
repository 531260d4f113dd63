"""What `landplan alternatives` writes and says: plans nearly as good as the best, and how often each parcel is in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from landplan.app.plan_questions import Asked, percent
from landplan.app.report import Report
from landplan.core.layers import Float
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.export.csv_table import exact_cells, write_csv
from landplan.portfolio.alternatives import Alternatives, alternatives


def other_plans(asked: Asked, most: int, worse: float, differ: float, progress: Progress) -> Alternatives:
    """Up to `most` plans in all, the plan asked about first; see portfolio/alternatives. Areas that are unknown count 0."""
    choose = asked.choose
    return alternatives(asked.built.problem, asked.found, most=most, worse=worse, differ=differ, size=sizes(asked),
                        kind=asked.kind, gap=choose.gap, work_limit=choose.work_limit, progress=progress)  # fmt: skip


def sizes(asked: Asked) -> Float:
    """(g,) area of every parcel, m²; 0 where it is unknown."""
    return np.asarray(np.nan_to_num(asked.formulation.area_m2, nan=0.0))


def alternatives_report(asked: Asked, most: int, worse: float, differ: float, out: Path, progress: Progress) -> Report:
    """Write a row for each parcel that is in some plan (.csv); say what each plan is worth."""
    problem = asked.built.problem
    found = other_plans(asked, most, worse, differ, progress)
    groups = np.flatnonzero(found.often > 0).tolist()
    columns = {"parcel_id": [asked.ids[g] for g in groups], "often": exact_cells(found.often[groups])}
    for k, plan in enumerate(found.plans, 1):
        doing = {int(problem.group[c]): asked.words(int(c)) for c in plan.chosen}
        columns[f"plan_{k}"] = [doing.get(g, "") for g in groups]
    write_csv(out, columns, zip(*columns.values(), strict=True))
    best = asked.found.objective
    lines = [text("said_written", {"path": out, "n": len(groups)})]
    lines += [text("alternative_plan", {"k": k, "n": plan.chosen.size, "objective": plan.objective,
                                        "less": percent(best - plan.objective, best)})
              for k, plan in enumerate(found.plans, 1)]  # fmt: skip
    always = [asked.ids[g] for g in groups if found.often[g] == 1]
    lines.append(text("alternative_always", {"n": len(always), "of": len(found.plans)}))
    lines += [text("alternative_complete")] if found.complete else []
    plans = [{"objective": plan.objective, "bound": plan.bound, "gap": plan.gap,
              "parcels": [asked.ids[g] for g in problem.group[plan.chosen]]} for plan in found.plans]  # fmt: skip
    return Report(tuple(lines), {"file": out, "plans": plans, "complete": found.complete, "always": always})
