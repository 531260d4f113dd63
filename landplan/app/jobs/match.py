"""Job: plots for firms that look for one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Rank parcels for firms' needs", zh="按企业需求推荐地块")
def match(
    *,
    table: Annotated[
        Path | None,
        Param("the firms and their needs: FILE, or FILE::SHEET", zh="企业需求表：文件，或 文件::工作表", positional=True),
    ] = None,
    recipe: Annotated[Path | None, Param("the recipe, or a saved project", zh="配方或工程")] = None,
    out: Annotated[Path | None, Param(".xlsx or .csv to write", zh="写出的 .xlsx 或 .csv")] = None,
    where: Annotated[
        str | None,
        Param(
            "only parcels of which this holds, such as vacant_share >= 0.5; else all",
            zh="只看符合条件的地块，如 vacant_share >= 0.5；不写则为全部",
        ),
    ] = None,
    top: Annotated[int, Param("parcels listed for each firm", zh="每家企业列出的地块数", low=1, high=1000)] = 5,
    one_each: Annotated[
        bool, Param("one parcel for each firm, none given twice", zh="每家企业分一个地块，同一地块不重复分")
    ] = False,
    supply: Annotated[
        list[str] | None,
        Param(
            "what parcels have of a need (m2, kN/m2, kVA, m, wan), NEED=EXPRESSION, such as power=area_mu * 20; may be repeated",
            zh="地块能满足需求的数量（平方米、千牛/平方米、千伏安、米、万元），需求=表达式，如 power=area_mu * 20；可重复",
        ),
    ] = None,
    power_factor: Annotated[
        float,
        Param("kW per kVA, where the table has kW", zh="功率因数：需求表以千瓦（kW）为单位时，用来折算千伏安", low=0.1, high=1),
    ] = 0.9,
    blank: Annotated[Path | None, Param("write an empty form (.xlsx) to fill in", zh="写一份空白需求表（.xlsx）")] = None,
    progress: Progress = silent,
) -> Report:
    """The best parcels for each firm by area, floor area, floor load, power, storey height, chain segment, budget and year; firms
    without one, with the needs that exclude parcels and the parcel that lacks least.

    A parcel that is known to fall short of a need is out. One of which a figure is unknown comes after those that are known, and
    is said to be unknown. A need left empty is none. The score is the mean over the needs: area, floor, load, power and height
    asked ÷ there (so the parcel that is just large enough comes first), the share of the budget that is left, the segment's fit
    by the scheme's chain matrix, 1 for a year. Prices are the field price_wan, else the scheme's land value under the recommended
    model. With --one-each most firms get a parcel, then fewest unknown needs, then the best total score.
    Not a forecast of who will come, and no offer: availability is what --where says.
    """
    from landplan.core.errors import UsageError

    if blank is not None:
        return _blank(Path(blank))
    if table is None or recipe is None:
        raise UsageError("needs_table_and_recipe", "match")
    wish = _Asked(where, top, one_each, tuple(supply or ()), power_factor)
    return _ranked(Path(table), Path(recipe), None if out is None else Path(out), wish, progress)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How plots are ranked: as the options of the job."""

    where: str | None
    top: int
    one_each: bool
    supply: tuple[str, ...]
    power_factor: float


def _ranked(table: Path, recipe: Path, out: Path | None, wish: _Asked, progress: Progress) -> Report:
    from landplan.app.firm_needs import each_one, matches, plots_of
    from landplan.app.main_job import results
    from landplan.app.match_report import keep_tables, match_report
    from landplan.app.opening import keep_inputs, open_any
    from landplan.io.need_table import read_needs

    file, sheet = keep_tables(table, out)
    asked = read_needs(file, sheet, wish.power_factor, part(progress, 0.0, 0.05))
    project = open_any(recipe, part(progress, 0.05, 0.2))
    if out is not None:
        keep_inputs(project.recipe, recipe.resolve().parent, out)
    found = results(project, progress=part(progress, 0.2, 0.6), upto="score", checked=False)
    plots = plots_of(found, wish.where, wish.supply)
    most = len(asked.wishes) if wish.one_each else wish.top
    listed = tuple(matches(asked.wishes, plots, most, part(progress, 0.6, 0.95)))
    return match_report(found, asked, plots, each_one(listed) if wish.one_each else listed, out, wish.where)


def _blank(path: Path) -> Report:
    from landplan.core.messages import text
    from landplan.export.need_form import write_need_form

    write_need_form(path)
    return Report((text("needs_blank", {"path": path}),), {"file": path})
