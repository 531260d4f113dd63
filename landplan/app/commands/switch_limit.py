"""Command: a rule of the plan on or off."""

from __future__ import annotations

from typing import Annotated

from landplan.app.plan_rules import rule_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Switch limit", zh="启用或停用限额")
def switch_limit(
    project: Project,
    *,
    id: Annotated[
        str, Param("id of a limit, of a rule about pieces or about fairness", zh="限额、成片或公平规则的编号", positional=True)
    ],
    on: Annotated[bool, Param("whether it counts", zh="是否启用")],
    progress: Progress = silent,
) -> Project:
    """A rule that is off stays in the recipe and binds nothing."""
    return rule_with(project, id, on=on)
