"""Job: which firm is on which plots."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Match firms to parcels, with a list to confirm", zh="把企业匹配到地块，另出确认名单")
def firms(
    *,
    table: Annotated[Path, Param("the firms: FILE, or FILE::SHEET", zh="企业表：文件，或 文件::工作表", positional=True)],
    parcels: Annotated[Path, Param("the parcel layer: FILE, or FILE::LAYER", zh="地块图层：文件，或 文件::图层")],
    out: Annotated[Path, Param("the list to confirm (.xlsx or .csv)", zh="确认名单（.xlsx 或 .csv）")],
    owners: Annotated[
        Path | None,
        Param("a table of who holds which parcel: FILE, or FILE::SHEET", zh="权利人与地块对照表：文件，或 文件::工作表"),
    ] = None,
    place: Annotated[
        list[str] | None,
        Param("a place name that firms' names may leave out; may be repeated", zh="企业名称里可省略的地名，可重复"),
    ] = None,
    least: Annotated[float, Param("lowest score that is listed", zh="列入名单的最低得分", low=0.0, high=1.0)] = 0.5,
    progress: Progress = silent,
) -> Report:
    """Match by stated parcel id and valid credit code; everything else goes to a list with scores and reasons.

    Nothing is taken from a name or an address by itself: write yes or no under “Decision”, and give the list to the recipe as
    `confirmed`. Run again, the job keeps the decisions of the list that is there.
    """
    from landplan.app.firm_matching import FirmsAsked, firms_report

    owners_file = None if owners is None else Path(owners)
    asked = FirmsAsked(Path(table), Path(parcels), owners_file, Path(out), tuple(place or ()), least)
    return firms_report(asked, progress)
