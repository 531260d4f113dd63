"""Job: the trade-off between what the plan maximises and a second goal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Trade one goal against another", zh="权衡两个目标")
def frontier(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    against: Annotated[
        str,
        Param(
            "the second goal: one a recipe may maximise, or cost_FUND to spend less",
            zh="另一目标：配方可最大化的量，或 cost_资金编号（少花）",
        ),
    ],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    first: Annotated[
        str,
        Param("the first goal, named alike; empty = what the recipe maximises", zh="第一目标，写法相同；不写为配方最大化的效益"),
    ] = "",
    points: Annotated[int, Param("plans along the curve", zh="曲线上的方案数", low=2, high=100)] = 8,
    nested: Annotated[bool, Param("each plan keeps the parcels of the one before", zh="后一方案保留前一方案的地块")] = False,
    progress: Progress = silent,
) -> Report:  # fmt: skip
    """Solve for evenly spaced levels of the second goal, each with its proven gap, and write a row a plan.

    A row: the level asked for, what both goals reach, the bound and gap, and the parcels that come in and leave against the
    plan before it. A parcel may leave though more is spent: its money buys others that are worth more together; with --nested
    plans only grow, and lose a little for it. A cost counts below 0: more of it is less spent.
    """
    from landplan.app.plan_frontier import frontier_report
    from landplan.app.plan_questions import asked
    from landplan.export.csv_table import csv_only

    csv_only(Path(out))
    question = asked(Path(recipe), Path(out), part(progress, 0.0, 0.4))
    return frontier_report(question, against, points, Path(out), part(progress, 0.4, 1.0), first=first, nested=nested)
