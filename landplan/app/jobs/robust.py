"""Job: how sure ranks and recommendations are when weights are uncertain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Test how sure ranks and recommendations are", zh="检验排名与推荐的稳健性")
def robust(
    *,
    recipe: Annotated[Path, Param("the recipe, or a saved project", zh="配方或工程", positional=True)],
    out: Annotated[Path, Param(".csv to write", zh="写出的 .csv")],
    draws: Annotated[int, Param("random draws of the weights", zh="随机抽取权重的次数", low=1, high=100_000)] = 1000,
    seed: Annotated[int | None, Param("seed of the draws; the recipe's by default", zh="随机种子；默认用配方的", low=0)] = None,
    top: Annotated[int, Param("how often a parcel is among the best so many is told", zh="统计进入前多少名的频率", low=1)] = 20,
    weights: Annotated[
        str,
        Param(
            "what is known of the weights: intervals, each within the spread; ordinal, their order only; experts, what each "
            "said; free, nothing",
            zh="对权重的了解：intervals 各权重在浮动幅度内；ordinal 只知次序；experts 各专家的意见；free 一无所知",
            choices=("intervals", "ordinal", "experts", "free"),
        ),
    ] = "intervals",
    spread: Annotated[
        float,
        Param("intervals: how far each weight may lie from its own", zh="intervals：各权重上下浮动", unit="share", low=0, high=1),
    ] = 0.3,
    least: Annotated[
        float,
        Param(
            "a recommendation that holds in fewer of the draws is fragile",
            zh="在抽取中成立的比例低于此值的推荐视为脆弱",
            unit="share",
            low=0,
            high=1,
        ),
    ] = 0.8,
    no_data_uncertainty: Annotated[
        bool, Param("take data as exact, whatever the scheme declares uncertain", zh="数据视为准确，不理会方案声明的不确定")
    ] = False,
    progress: Progress = silent,
) -> Report:
    """Draw the weights many times: how often each parcel is first, in the top, and each model the recommended one (SMAA-2).

    Writes a row a parcel: whether its recommendation is fragile and why, and for each model the shares of the draws in which it
    is recommended, the parcel is first, among the top, in the best tenth, quarter and half of the ranked ones. Says the least
    sure decisions with the smallest change of one weight that flips them, and for each model's best parcel the weight at
    which another takes its place. What the scheme declares uncertain ([uncertain]) is drawn, too; decisions that hang on
    weights, on data or on both are told apart. Unknown utilities are drawn from 0 to 1. For schemes that score by the weighted
    sum. The shares tell how much hangs on weights and data, not how good a parcel is.
    """
    from landplan.app.acceptability import Uncertainty
    from landplan.app.main_job import results
    from landplan.app.opening import keep_inputs, open_any
    from landplan.app.robust_report import robust_report
    from landplan.export.csv_table import csv_only

    csv_only(Path(out))
    project = open_any(recipe, part(progress, 0.0, 0.2))
    keep_inputs(project.recipe, Path(recipe).resolve().parent, Path(out))
    chosen = project.recipe.seed if seed is None else seed
    asked = Uncertainty(draws, chosen, weights, spread, top, least, not no_data_uncertainty)  # type: ignore[arg-type]
    found = results(project, progress=part(progress, 0.2, 0.5), upto="score", checked=False)
    return robust_report(found, asked, Path(out), part(progress, 0.5, 1.0))
