"""Command: what it costs to miss a limit."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import member
from landplan.app.plan_rules import rule_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set penalty", zh="设置未达限额的扣减")
def set_penalty(
    project: Project,
    *,
    id: Annotated[str, Param("id of the limit", zh="限额编号", positional=True)],
    penalty: Annotated[
        float | None,
        Param("benefit lost for each unit missed; absent = it must hold", zh="每差一单位扣减的效益；不写为必须满足", low=0),
    ] = None,
    progress: Progress = silent,
) -> Project:
    """A limit with a penalty may be missed at that price; one without must hold."""
    member(project.recipe.choose.limits if project.recipe.choose else (), id, "limits")
    return rule_with(project, id, penalty=penalty)
