"""Command: a weight of a group of criteria that holds for one land-use model."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import member, model_overruled
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set a model's own group weight", zh="设置用地模式的指标组权重")
def set_model_group_weight(
    project: Project,
    *,
    model: Annotated[str, Param("id of the land-use model", zh="用地模式编号")],
    group: Annotated[str, Param("id of the group of criteria", zh="指标组编号")],
    weight: Annotated[
        float | None, Param("its weight in this model; absent = as everywhere", zh="在该模式中的权重；不写则恢复通用权重", low=0)
    ] = None,
    progress: Progress = silent,
) -> Project:
    """How much a group of criteria counts for one model; 0 leaves it out there. Its criteria keep their proportions."""
    member(project.scheme.groups, group, "groups")
    return model_overruled(project, model, "group_weights", group, weight)
