"""Command: parcels off the must-not list."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("No longer must not do", zh="移出不做清单")
def remove_must_not(
    project: Project,
    *,
    parcels: Annotated[list[str], Param("ids of parcels", zh="地块编号", positional=True)],
    progress: Progress = silent,
) -> Project:
    """Take parcels off the list; ids that are not on it are left alone."""
    listed = project.recipe.choose.must_not if project.recipe.choose else ()
    return choose_with(project, must_not=tuple(id for id in listed if id not in parcels))
