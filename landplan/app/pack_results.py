"""What policy packs tell of every plot, found when somebody asks: classes A to D, the fit test."""

from __future__ import annotations

from collections.abc import Callable

from landplan.core.environment import Environment
from landplan.core.fit_gates import Fitted, fit_gates
from landplan.core.policy import ruling
from landplan.core.project import Memo, Project
from landplan.core.survey import Surveyed
from landplan.core.tables import CriteriaTable, ZoneShares

Classes = Callable[[Environment], Surveyed]
Tests = Callable[[Environment], Fitted]


def pack_results(project: Project, zones: ZoneShares, criteria: CriteriaTable, kept: Memo) -> tuple[Classes | None, Tests | None]:
    """The survey and the fit test as functions of what expressions of these results can name; None where no pack has one."""
    surveying, testing = ruling(project.policies, "survey"), ruling(project.policies, "fit")
    scheme = project.scheme
    inputs = (project.layers, zones, criteria, scheme.figures)

    def classes(environment: Environment) -> Surveyed:
        from landplan.steps.survey import survey

        assert surveying is not None  # noqa: S101  (else it is not given)
        return kept.get("survey", (*inputs, surveying, scheme.paths), lambda: survey(surveying, environment, scheme))

    def tests(environment: Environment) -> Fitted:
        assert testing is not None  # noqa: S101  (else it is not given)
        return kept.get("fit", (*inputs, testing), lambda: fit_gates(testing, environment))

    return classes if surveying else None, tests if testing else None
