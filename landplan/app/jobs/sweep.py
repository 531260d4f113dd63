"""Job: a grid of changed schemes, run in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.errors import UsageError
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Run every combination of varied values", zh="批量试算：各取值的全部组合")
def sweep(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    vary: Annotated[
        list[str],
        Param(
            "a command with one list of values: 'set-weight criterion=ID weight=1,2,4'; may be repeated",
            zh="一条命令，其中一个参数给出多个值：'set-weight criterion=编号 weight=1,2,4'；可重复",
        ),
    ],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    upto: Annotated[
        str,
        Param(
            "score only, or choose a plan as well", zh="只评分（score），或一并求解组合（choose）", choices=("score", "choose")
        ),
    ] = "score",
    most: Annotated[int, Param("refuse more combinations than this", zh="组合多于此数时拒绝", low=1)] = 1000,
    progress: Progress = silent,
) -> Report:
    """Apply commands with every combination of their varied values to one project, and write a row for each.

    A row: the values, how many parcels are recommended another model than in the project as it is, parcels by recommended model,
    and with `--upto choose` what the plan is worth and how far that is proven. Layers are read once, measures are kept, each
    step runs only where its inputs changed. A combination that cannot be run costs its own row, which says why.
    """
    from landplan.app.opening import keep_inputs, open_any
    from landplan.app.sweep_report import sweep_report
    from landplan.app.sweeping import combinations, swept
    from landplan.app.sweeping import vary as asked
    from landplan.export.csv_table import csv_only

    csv_only(Path(out))
    varied = [asked(one) for one in vary]
    combinations(varied, most)
    project = open_any(recipe, part(progress, 0.0, 0.2))
    keep_inputs(project.recipe, Path(recipe).resolve().parent, Path(out))
    runs = list(swept(project, varied, "choose" if upto == "choose" else "score", part(progress, 0.2, 1.0)))
    if all(one.problem for one in runs):
        raise UsageError("sweep_nothing", recipe, n=len(runs), problem=runs[0].problem)
    return sweep_report(varied, runs, tuple(model.id for model in project.scheme.models), Path(out))
