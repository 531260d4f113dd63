"""Command: what it is worth that chosen parcels lie side by side."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import choose_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set boundary reward", zh="设置相邻奖励")
def set_boundary_reward(
    project: Project,
    *,
    reward: Annotated[
        float, Param("benefit of each metre that two chosen parcels share; 0 = none", zh="每米共边计多少；0 为不计", low=0)
    ],
    progress: Progress = silent,
) -> Project:
    """The goal gains this much for each metre of boundary that two chosen parcels share."""
    return choose_with(project, boundary_reward=reward)
