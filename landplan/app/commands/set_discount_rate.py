"""Command: the discount rate."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import scheme_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Set discount rate", zh="设置折现率")
def set_discount_rate(
    project: Project,
    *,
    rate: Annotated[float, Param("a year, 0.05 = 5 %", zh="年折现率，0.05 即 5%", unit="share", low=-0.99, high=1)],
    progress: Progress = silent,
) -> Project:
    """The yearly rate at which later money counts less."""
    return scheme_with(project, discount_rate=rate)
