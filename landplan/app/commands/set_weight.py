"""Command: the weight of a criterion."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, member, scheme_with, signature, with_member
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set weight", zh="设置权重")
def set_weight(
    project: Project,
    *,
    criterion: Annotated[str, Param("id of the criterion", zh="指标编号")],
    weight: Annotated[float, Param("new weight; weights are normalised for every model", zh="新权重（各模式内归一）", low=0)],
    by: Annotated[str | None, Param("who set it", zh="由谁确定")] = None,
    day: Annotated[str | None, Param("when, YYYY-MM-DD", zh="何时确定，年-月-日")] = None,
    reason: Annotated[str | None, Param("why", zh="理由")] = None,
    progress: Progress = silent,
) -> Project:
    """How much a criterion counts, for every model that has no weight of its own for it.

    Who set it, when and why is kept in the scheme and printed with it; what was said of another weight goes with that weight.
    """
    criteria = project.scheme.criteria
    old = member(criteria, criterion, "criteria")
    source = signature(by, day, reason, "set_weight") or (old.weight_source if weight == old.weight else None)
    signed = {} if source == old.weight_source else {"weight_source": source}
    new = changed(old, criterion, weight=weight, **signed)
    return scheme_with(project, criteria=with_member(criteria, new))
