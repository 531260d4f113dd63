"""Job: other plans that are nearly as good and yet differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Find other plans as good", zh="寻找同样好的其他组合")
def alternatives(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    most: Annotated[int, Param("plans in all", zh="方案总数", low=2, high=100)] = 5,
    worse: Annotated[
        float, Param("how much less a plan may be worth", zh="效益最多可低多少", unit="share", low=0, high=1)
    ] = 0.02,
    differ: Annotated[
        float, Param("share of the area in which any two plans differ at least", zh="任意两方案至少不同的面积比例", unit="share",
                     low=0, high=1)
    ] = 0.1,
    progress: Progress = silent,
) -> Report:  # fmt: skip
    """Find plans within a share of the best that differ from each other in at least a share of its area.

    Writes a row a parcel: its share of the plans it is in (1 = in every one: hard to replace), and what each plan does with
    it. Two plans differ where only one takes a parcel, or by another path or model; another year is no difference. The shares
    are of these plans, not of all that are as good.
    """
    from landplan.app.plan_alternatives import alternatives_report
    from landplan.app.plan_questions import asked
    from landplan.export.csv_table import csv_only

    csv_only(Path(out))
    question = asked(Path(recipe), Path(out), part(progress, 0.0, 0.6))
    return alternatives_report(question, most, worse, differ, Path(out), part(progress, 0.6, 1.0))
