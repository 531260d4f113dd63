"""Command: the date on the deliverables."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from landplan.app.changes import changed, recipe_with
from landplan.core.errors import SchemeError
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set date of deliverables", zh="设置成果日期")
def set_export_date(
    project: Project,
    *,
    day: Annotated[str, Param("YYYY-MM-DD", zh="年-月-日，如 2025-11-22")],
    progress: Progress = silent,
) -> Project:
    """The date stamped on every sheet and table; the clock is never asked."""
    try:
        stamp = date.fromisoformat(day)
    except ValueError as error:
        raise SchemeError("date_unreadable", "day", value=day) from error
    return recipe_with(project, export=changed(project.recipe.export, "export", stamp=stamp))
