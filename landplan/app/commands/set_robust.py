"""Command: whether and how the deliverables say how sure the recommendations are."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import made, recipe_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import SURE, Robust
from landplan.core.registry import Param, commands


@commands.add("Robustness in deliverables", zh="成果中的稳健性检验")
def set_robust(
    project: Project,
    *,
    on: Annotated[bool, Param("tested and told in the deliverables, or not", zh="检验并写入成果，或不检验")] = True,
    draws: Annotated[int, Param("random draws of the weights", zh="随机抽取权重的次数", low=1, high=100_000)] = 1000,
    seed: Annotated[int | None, Param("seed of the draws; the recipe's by default", zh="随机种子；默认用配方的", low=0)] = None,
    weights: Annotated[
        str,
        Param(
            "intervals: each weight within ± spread; ordinal: any weights in each model's order",
            zh="intervals：各权重在 ± 幅度内；ordinal：只保持各模式的权重次序",
            choices=("intervals", "ordinal"),
        ),
    ] = "intervals",
    spread: Annotated[float, Param("how far a weight may lie from its own, a share", zh="权重偏离的幅度", low=0, high=1)] = 0.3,
    least: Annotated[
        float, Param("a recommendation that holds in a smaller share is fragile", zh="成立份额低于此值即为不稳", low=0, high=1)
    ] = SURE,
    progress: Progress = silent,
) -> Project:
    """Draw the weights and tell in layers, workbook, sheets and numbers how often each recommendation holds."""
    if not on:
        return recipe_with(project, robust=None)
    asked = made(Robust, "robust", draws=draws, seed=seed, weights=weights, spread=spread, least=least)
    return recipe_with(project, robust=asked)
