"""Job: one command on a saved project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Change a saved project by a command", zh="用命令修改工程")
def edit(
    *,
    project: Annotated[
        Path,
        Param(
            "a saved project (.landplan), or a recipe with --out", zh="工程（.landplan），或配方（须给 --out）", positional=True
        ),
    ],
    command: Annotated[str, Param("the command, and its own options", zh="命令及其选项", positional=True)],
    values: Annotated[Mapping[str, Any], Param("values of the command by name", zh="命令的参数")] = {},
    out: Annotated[Path | None, Param("save as another .landplan file", zh="另存为新的 .landplan 文件")] = None,
    progress: Progress = silent,
) -> Report:
    """Run a registered command on a project and save it; the history says in words what changed."""
    from landplan.app.opening import PROJECT_SUFFIX, moved, open_any, save_project
    from landplan.app.session import applied
    from landplan.core.errors import UsageError
    from landplan.core.messages import text

    target = Path(out) if out is not None else Path(project)
    if target.suffix.lower() != PROJECT_SUFFIX:
        raise UsageError("edit_needs_project", target)
    before = open_any(Path(project), part(progress, 0.0, 0.6))
    after = applied(before, command, dict(values), part(progress, 0.6, 0.8))
    unchanged = text("said_unchanged", {"path": target})
    facts = {"project": target, "changed": after is not before, "history": list(after.history)}
    if after is before and out is None:
        return Report((unchanged,), facts)
    save_project(after.with_recipe(moved(after.recipe, Path(project).parent, target.parent)), target)
    said = unchanged if after is before else after.history[-1]
    return Report((said, text("said_saved", {"path": target})), facts)
