"""Command: a weight that holds for one land-use model."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import member, model_overruled
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set a model's own weight", zh="设置用地模式的专用权重")
def set_model_weight(
    project: Project,
    *,
    model: Annotated[str, Param("id of the land-use model", zh="用地模式编号")],
    criterion: Annotated[str, Param("id of the criterion", zh="指标编号")],
    weight: Annotated[
        float | None, Param("its weight in this model; absent = as everywhere", zh="在该模式中的权重；不写则恢复通用权重", low=0)
    ] = None,
    progress: Progress = silent,
) -> Project:
    """How much a criterion counts for one model; 0 leaves it out there."""
    member(project.scheme.criteria, criterion, "criteria")
    return model_overruled(project, model, "weights", criterion, weight)
