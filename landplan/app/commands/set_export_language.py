"""Command: the language of the deliverables."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import recipe_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set language of deliverables", zh="设置成果语言")
def set_export_language(
    project: Project,
    *,
    lang: Annotated[str, Param("zh or en", zh="zh 中文，en 英文", choices=("zh", "en"))],
    progress: Progress = silent,
) -> Project:
    """The language of sheets, tables and the read-me of a package."""
    return recipe_with(project, lang=lang)
