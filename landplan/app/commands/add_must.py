"""Command: parcels onto the must list."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with, known_parcels
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Must do", zh="列入必做")
def add_must(
    project: Project,
    *,
    parcels: Annotated[list[str], Param("ids of parcels", zh="地块编号", positional=True)],
    progress: Progress = silent,
) -> Project:
    """Parcels that are renewed in every plan; off the must-not list if they were on it."""
    choose, new = project.recipe.choose, known_parcels(project, parcels)
    listed, other = (choose.must, choose.must_not) if choose else ((), ())
    added = tuple(id for id in new if id not in listed)
    return choose_with(project, must=listed + added, must_not=tuple(id for id in other if id not in new))
