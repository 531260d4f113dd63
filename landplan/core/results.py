"""Everything a run of the main job gives, bundled for exporters, the command line and the window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from landplan.core.environment import Environment, parcel_environment
from landplan.core.errors import Issue, Weight
from landplan.core.fit_gates import Fitted
from landplan.core.fragile import Fragile
from landplan.core.layers import LayerSet
from landplan.core.pack_rules import pack_titles
from landplan.core.policy import policy_issues
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme, Titles
from landplan.core.survey import Surveyed
from landplan.core.tables import CriteriaTable, OptionTable, Portfolio, ScoreTable, ZoneShares


@dataclass(frozen=True, eq=False)
class Results:
    """A project and the result of each step; `options` and `portfolio` are None where the recipe chooses nothing."""

    project: Project
    checks: tuple[Issue, ...]
    zones: ZoneShares
    criteria: CriteriaTable
    scores: ScoreTable
    options: OptionTable | None = None
    portfolio: Portfolio | None = None
    survey_by: Callable[[Environment], Surveyed] | None = None
    """How plots are classed; None where no policy pack of the project has a survey."""
    fit_by: Callable[[Environment], Fitted] | None = None
    """How plots are tested; None where no policy pack of the project has a fit test."""

    decisions_by: Callable[[Progress], Fragile] | None = None
    """How fragile decisions are found; None where the recipe does not ask for them ([robust])."""

    def decisions(self, progress: Progress = silent) -> Fragile | None:
        """Which recommendations hang on the weights, by [robust] of the recipe: drawn when first asked for, then kept; None
        without it. UsageError where the scheme does not score by the weighted sum."""
        return None if self.decisions_by is None else self.decisions_by(progress)

    @cached_property
    def fit(self) -> Fitted | None:
        """The fit test of all plots, made when first asked for; None without a policy pack that has one."""
        return None if self.fit_by is None else self.fit_by(self.environment)

    @cached_property
    def survey(self) -> Surveyed | None:
        """The classes A to D of all plots, found when first asked for; None without a policy pack that has a survey."""
        return None if self.survey_by is None else self.survey_by(self.environment)

    @property
    def scheme(self) -> Scheme:
        return self.project.scheme

    @property
    def recipe(self) -> Recipe:
        return self.project.recipe

    @property
    def layers(self) -> LayerSet:
        return self.project.layers

    @property
    def lang(self) -> str:
        """Language of the deliverables."""
        return self.project.recipe.lang

    @property
    def environment(self) -> Environment:
        """What expressions of this project can name."""
        return parcel_environment(self.layers.parcels, self.zones, self.scheme.constants).with_criteria(
            self.criteria.columns, self.criteria.skipped
        )

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """Every issue of every step, in the order of the steps."""
        read = tuple(issue for layer in (*self.layers, *self.layers.rasters.values()) for issue in layer.issues)
        later = (self.zones.issues, self.criteria.issues, self.scores.issues)
        planned = (self.options.issues if self.options else (), self.portfolio.issues if self.portfolio else ())
        ruled = tuple(policy_issues(self.project.policies, self.recipe.export.stamp))
        return (*read, *ruled, *self.checks, *(issue for found in (*later, *planned) for issue in found))

    @cached_property
    def pack_titles(self) -> Mapping[tuple[str, str], Titles]:
        """(model, id of a reason) → what it says, of reasons that come from policy packs."""
        return pack_titles(self.project.policies, self.scheme, self.recipe.export.stamp)

    @cached_property
    def issue_counts(self) -> Mapping[str, int]:
        """How many issues of each weight: note, data, blocks."""
        counts = Counter(issue.weight for issue in self.issues)
        return {weight: counts[weight] for weight in get_args(Weight)}
