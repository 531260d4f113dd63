"""Command: no plan was chosen before."""

from __future__ import annotations

from landplan.app.changes import choose_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import commands


@commands.add("Forget earlier plan", zh="清除早先方案")
def remove_earlier(project: Project, *, progress: Progress = silent) -> Project:
    """Begin anew: no parcel is in because an earlier plan chose it."""
    return choose_with(project, earlier=())
