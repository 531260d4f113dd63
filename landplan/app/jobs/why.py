"""Job: why parcels are in the plan or not, and what each limit costs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Why a parcel is chosen, and what each limit costs", zh="说明地块入选原因与各限额的代价")
def why(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    plot: Annotated[list[str] | None, Param("id of a parcel; may be repeated", zh="地块编号；可重复")] = None,
    progress: Progress = silent,
) -> Report:
    """Solve again without each named parcel and without each limit that binds, and say what that is worth.

    Of a chosen parcel: what leaving it out costs; of another: what putting it in costs; in % of the plan's benefit, with the
    proven least and most. Of a limit: what the plan would gain without it; a limit whose price is known also says what one
    unit more of it is worth. Every cost is that of one change alone: costs of two do not add up.
    """
    from landplan.app.plan_questions import asked
    from landplan.app.plan_reasons import reasons_report
    from landplan.export.csv_table import csv_only

    csv_only(Path(out))
    question = asked(Path(recipe), Path(out), part(progress, 0.0, 0.6))
    return reasons_report(question, plot or [], Path(out), part(progress, 0.6, 1.0))
