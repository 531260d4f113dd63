"""Command: a policy pack out of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from landplan.app.changes import member, recipe_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Remove policy pack", zh="移除政策包")
def remove_policy(
    project: Project,
    *,
    pack: Annotated[str, Param("id of the pack", zh="政策包编号", positional=True)],
    progress: Progress = silent,
) -> Project:
    """Take a policy pack out of the project; its file stays. What it ruled is no longer found."""
    gone = member(project.policies, pack, "policies")
    kept = {place: one for place, one in zip(project.recipe.policies, project.policies, strict=True) if one is not gone}
    return replace(recipe_with(project, policies=tuple(kept)), policies=tuple(kept.values()))
