"""Command: a policy pack for the project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from landplan.app.changes import recipe_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Add policy pack", zh="添加政策包")
def add_policy(
    project: Project,
    *,
    pack: Annotated[str, Param("a file, or builtin:NAME", zh="文件，或 builtin:名称", positional=True)],
    progress: Progress = silent,
) -> Project:
    """Figures and rules of one place, each with its source; in place of the pack of the same id, or of the one that rules the
    same thing. What rests on it, such as classes A to D, is found anew."""
    from landplan.core.policy import PARTS
    from landplan.core.recipe import BUILTIN
    from landplan.io.policy_file import read_policy, together

    spec = pack if pack.startswith(BUILTIN) else Path(pack).resolve().as_posix()
    new = read_policy(spec, Path())
    rules = {part for part in PARTS if getattr(new, part) is not None}
    kept = {
        place: one
        for place, one in zip(project.recipe.policies, project.policies, strict=True)
        if one.id != new.id and not any(getattr(one, part) is not None for part in rules)
    }
    packs = together((*kept.values(), new))
    if packs == project.policies:
        return project
    return replace(recipe_with(project, policies=(*kept, spec)), policies=packs)
