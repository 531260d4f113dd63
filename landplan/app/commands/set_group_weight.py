"""Command: the weight of a group of criteria."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, member, scheme_with, signature, with_member
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set group weight", zh="设置指标组权重")
def set_group_weight(
    project: Project,
    *,
    group: Annotated[str, Param("id of the group of criteria", zh="指标组编号")],
    weight: Annotated[float, Param("new weight; groups beside it keep theirs", zh="新权重（与同级归一）", low=0)],
    by: Annotated[str | None, Param("who set it", zh="由谁确定")] = None,
    day: Annotated[str | None, Param("when, YYYY-MM-DD", zh="何时确定，年-月-日")] = None,
    reason: Annotated[str | None, Param("why", zh="理由")] = None,
    progress: Progress = silent,
) -> Project:
    """How much a group counts beside the others, for every model that has no weight of its own for it.

    Its criteria keep their proportions. Who set it, when and why is kept. Only schemes that declare groups have any.
    """
    groups = project.scheme.groups
    old = member(groups, group, "groups")
    source = signature(by, day, reason, "set_group_weight") or (old.weight_source if weight == old.weight else None)
    signed = {} if source == old.weight_source else {"weight_source": source}
    return scheme_with(project, groups=with_member(groups, changed(old, group, weight=weight, **signed)))
