"""Command: a limit off the portfolio."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with, member
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Remove limit", zh="删除限额")
def remove_limit(
    project: Project,
    *,
    id: Annotated[str, Param("id of the limit", zh="限额编号")],
    progress: Progress = silent,
) -> Project:
    """Give up a limit on the portfolio."""
    limits = project.recipe.choose.limits if project.recipe.choose else ()
    old = member(limits, id, "limits")
    return choose_with(project, limits=tuple(limit for limit in limits if limit is not old))
