"""How the plots of a project are classed A to D: by the policy pack that has a survey, when somebody asks."""

from __future__ import annotations

from collections.abc import Callable

from landplan.core.environment import Environment
from landplan.core.policy import ruling
from landplan.core.project import Memo, Project
from landplan.core.survey import Surveyed
from landplan.core.tables import CriteriaTable, ZoneShares


def classed_by(
    project: Project, zones: ZoneShares, criteria: CriteriaTable, kept: Memo
) -> Callable[[Environment], Surveyed] | None:
    """The survey as a function of what expressions of these results can name; None where no pack has one."""
    pack, scheme = ruling(project.policies, "survey"), project.scheme
    if pack is None:
        return None

    def classes(environment: Environment) -> Surveyed:
        from landplan.steps.survey import survey

        inputs = (project.layers, zones, criteria, pack, scheme.figures, scheme.paths)
        return kept.get("survey", inputs, lambda: survey(pack, environment, scheme))

    return classes
