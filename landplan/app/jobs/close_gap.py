"""Job: the cheapest way to close the gap to a target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs

if TYPE_CHECKING:
    from landplan.app.target_gap import By


@jobs.add("Close the gap to a target", zh="补足目标缺口")
def close_gap(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    target: Annotated[str, Param("id of a target of the scheme", zh="方案中目标的编号")],
    by: Annotated[str, Param("what is to be least: goal (benefit lost) or money (public money)",
                             zh="何者最小：goal（效益损失）或 money（财政资金）", choices=("goal", "money"))] = "goal",
    out: Annotated[Path | None, Param(".csv to write: the parcels that change", zh="写出的 .csv：有变化的地块")] = None,
    progress: Progress = silent,
) -> Report:  # fmt: skip
    """Solve the recipe's choice once more with the target as a limit that must hold, and say what that takes.

    With --by goal: of all plans that reach the target, the one of most benefit. With --by money: the one that costs the funds
    least, and of those the one of most benefit. Said are the public money more than in the plan, the benefit lost, the parcels
    that come, leave or change, and the limits without room. Where no plan reaches the target within the limits: the most that
    can be reached, proven, with the plan that comes nearest.
    """
    from landplan.app.plan_questions import asked
    from landplan.app.target_gap import target_gap_report
    from landplan.export.csv_table import csv_only

    if out is not None:
        csv_only(Path(out))
    question = asked(Path(recipe), Path(out) if out is not None else Path("gap.csv"), part(progress, 0.0, 0.5))
    return target_gap_report(question, target, cast("By", by), Path(out) if out is not None else None, part(progress, 0.5, 1.0))
