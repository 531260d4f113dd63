"""Command: the years in which works may start."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with, made
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Years
from landplan.core.registry import Param, commands


@commands.add("Set years", zh="设置实施年份")
def set_years(
    project: Project,
    *,
    first: Annotated[int, Param("first calendar year", zh="首年", low=1900, high=2200)],
    last: Annotated[int, Param("last calendar year", zh="末年", low=1900, high=2200)],
    progress: Progress = silent,
) -> Project:
    """The years in which a chosen option may start."""
    return choose_with(project, years=made(Years, "years", first=first, last=last))
