"""Command: which deliverables a package holds."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import changed, recipe_with
from landplan.core.errors import SchemeError, suggestion
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands, exporters


@commands.add("Set deliverables", zh="设置成果内容")
def set_deliverables(
    project: Project,
    *,
    what: Annotated[
        list[str], Param("ids of deliverables, see landplan methods", zh="成果编号，见 landplan methods", positional=True)
    ],
    progress: Progress = silent,
) -> Project:
    """What is written into a review package beside its recipe, scheme, inputs and numbers."""
    for name in what:
        if name not in exporters:
            raise SchemeError("unknown_name", "export.what", name=name, nearest=suggestion(name, exporters.all()))
    return recipe_with(project, export=changed(project.recipe.export, "export", what=tuple(dict.fromkeys(what))))
