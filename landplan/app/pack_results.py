"""What policy packs tell of every plot, found when somebody asks: classes A to D, the fit test."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from landplan.core.environment import Environment
from landplan.core.fit_gates import Fitted, fit_gates
from landplan.core.policy import PolicyPack, ruling
from landplan.core.project import Memo, Project
from landplan.core.survey import Surveyed
from landplan.core.tables import CriteriaTable, ZoneShares

Classes = Callable[[Environment], Surveyed]
Tests = Callable[[Environment], Fitted]


def pack_results(project: Project, zones: ZoneShares, criteria: CriteriaTable, kept: Memo) -> tuple[Classes | None, Tests | None]:
    """The survey and the fit test as functions of what expressions of these results can name; None where no pack has one."""
    scheme = project.scheme
    inputs = (project.layers, zones, criteria, scheme.figures)

    def classes(pack: PolicyPack, environment: Environment) -> Surveyed:
        from landplan.steps.survey import survey

        return kept.get("survey", (*inputs, pack, scheme.paths), lambda: survey(pack, environment, scheme))

    def tests(pack: PolicyPack, environment: Environment) -> Fitted:
        return kept.get("fit", (*inputs, pack), lambda: fit_gates(pack, environment))

    surveying, testing = ruling(project.policies, "survey"), ruling(project.policies, "fit")
    return partial(classes, surveying) if surveying else None, partial(tests, testing) if testing else None
