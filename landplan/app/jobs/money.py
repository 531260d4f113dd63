"""Job: the money of options for government, owner and operator, and how sure it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Money of the options: views, prices, tenures, how sure", zh="测算方案资金：三方视角、价格区间、供地方式、稳健性")
def money(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    parcel: Annotated[
        list[str] | None, Param("only this parcel, by its id; may be repeated", zh="只算此地块（编号）；可重复")
    ] = None,
    out: Annotated[Path | None, Param(".csv of one table, or .xlsx of all", zh="写出的 .csv（一张表）或 .xlsx（全部）")] = None,
    table: Annotated[
        str,
        Param("which table a .csv gets", zh="写入 .csv 的是哪张表", choices=("options", "tenures", "figures", "funds")),
    ] = "options",
    best_for: Annotated[
        str,
        Param(
            "whose NPV says which option of a parcel is the best",
            zh="以谁的净现值判断地块的最优方案",
            choices=("all", "government", "owner", "operator"),
        ),
    ] = "all",
    draws: Annotated[int, Param("random draws of the uncertain figures", zh="随机抽取参数的次数", low=1, high=100_000)] = 1000,
    seed: Annotated[int | None, Param("seed of the draws; the recipe's by default", zh="随机种子；默认用配方的", low=0)] = None,
    progress: Progress = silent,
) -> Report:
    """What every option is worth to government, owner and operator, at which price both sides gain, and how sure that is.

    Tables: options (NPV, IRR, payback and peak funding of each view; the band of prices; shares of the draws in which an option
    is the best of its parcel and each view gains; public money by fund, private money per public), tenures (full-term grant,
    flexible term, lease then grant as dated cash flows), figures (each uncertain figure alone from low to high, widest swing
    first), funds. Figures with low and high are drawn from triangular distributions; rules and the parcels' data stay as they
    are. NPV is as of the start of an option, at the scheme's discount rate. Not an appraisal: figures without a source are
    illustrative.
    """
    from landplan.app.main_job import results
    from landplan.app.money import MoneyAsked, money_findings
    from landplan.app.money_report import money_report, writable
    from landplan.app.opening import keep_inputs, open_any

    file = None if out is None else writable(Path(out))
    project = open_any(recipe, part(progress, 0.0, 0.2))
    if file is not None:
        keep_inputs(project.recipe, Path(recipe).resolve().parent, file)
    chosen = project.recipe.seed if seed is None else seed
    asked = MoneyAsked(tuple(parcel or ()), draws, chosen, best_for)  # type: ignore[arg-type]
    found = results(project, progress=part(progress, 0.2, 0.5), upto="propose", checked=False)
    return money_report(found, money_findings(found, asked, part(progress, 0.5, 1.0)), file, table)
