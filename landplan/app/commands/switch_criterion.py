"""Command: a criterion on or off."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, member, scheme_with, with_member
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Switch a criterion on or off", zh="启用或停用指标")
def switch_criterion(
    project: Project,
    *,
    criterion: Annotated[str, Param("id of the criterion", zh="指标编号")],
    on: Annotated[bool, Param("scored, or only measured", zh="计入评分，或只量算不计分")],
    progress: Progress = silent,
) -> Project:
    """Leave a criterion out of the scores, or take it in again; its weight is kept, rules can still use it."""
    criteria = project.scheme.criteria
    new = changed(member(criteria, criterion, "criteria"), criterion, on=on)
    return scheme_with(project, criteria=with_member(criteria, new))
