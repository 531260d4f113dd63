"""Command: the weight of a criterion."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, member, scheme_with, with_member
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set weight", zh="设置权重")
def set_weight(
    project: Project,
    *,
    criterion: Annotated[str, Param("id of the criterion", zh="指标编号")],
    weight: Annotated[float, Param("new weight; weights are normalised for every model", zh="新权重（各模式内归一）", low=0)],
    progress: Progress = silent,
) -> Project:
    """How much a criterion counts, for every model that has no weight of its own for it.

    What the scheme says of who set the weight goes with the old one.
    """
    criteria = project.scheme.criteria
    old = member(criteria, criterion, "criteria")
    unsigned = {"weight_source": None} if old.weight_source is not None and weight != old.weight else {}
    new = changed(old, criterion, weight=weight, **unsigned)
    return scheme_with(project, criteria=with_member(criteria, new))
