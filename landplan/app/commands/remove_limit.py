"""Command: a limit off the portfolio."""

from __future__ import annotations

from typing import Annotated

from landplan.app.plan_rules import without_rule
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Remove limit", zh="删除限额")
def remove_limit(
    project: Project,
    *,
    id: Annotated[str, Param("id of a limit, of a rule about pieces or about fairness", zh="限额、成片或公平规则的编号")],
    progress: Progress = silent,
) -> Project:
    """Give up a limit, a rule about connected pieces or about fairness."""
    return without_rule(project, id)
