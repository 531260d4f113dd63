"""Command: how utilities are combined."""

from __future__ import annotations

from typing import Annotated

from landplan.app.changes import scheme_with
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands, scorings
from landplan.core.scheme import Scoring
from landplan.steps.methods import scoring_method


@commands.add("Set scoring method", zh="设置综合评分方法")
def set_scoring(
    project: Project,
    *,
    method: Annotated[str, Param("id of a scoring method, see landplan methods", zh="评分方法编号，见 landplan methods")],
    progress: Progress = silent,
) -> Project:
    """How utilities and weights become one score; relative methods depend on which other parcels are in the table."""
    changed = scheme_with(project, scoring=Scoring(method=scorings[method].id))
    scoring_method(changed.scheme)
    return changed
