"""What is asked about a plan: its problem, its best plan, and the words for its parcels and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import SolveError, UsageError, suggestion
from landplan.core.progress import Progress, part, silent
from landplan.core.results import Results
from landplan.core.rule_words import rule_title

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from landplan.core.recipe import Choose
    from landplan.core.scheme import Scheme
    from landplan.portfolio.formulation import Built, Formulation
    from landplan.portfolio.solution import Solution


@dataclass(frozen=True, eq=False)
class Asked:
    """A project's choice as a problem, and its best plan."""

    results: Results
    choose: Choose
    formulation: Formulation
    built: Built
    found: Solution

    @cached_property
    def ids(self) -> list[str]:
        """Ids of the parcels, by group of the problem."""
        return [str(id) for id in self.results.scores.ids]

    @cached_property
    def kind(self) -> Any:
        """(c,) what a column does to its parcel: its path and model, whatever the year."""
        table, option = self.formulation.options, self.formulation.option[self.built.kept]
        return np.asarray(table.path[option] * len(table.models) + table.model[option], np.int64)

    def words(self, column: int) -> str:
        """What a column does: path, model and start year, in the current language."""
        from landplan.core.messages import pick

        table, scheme = self.formulation.options, self.results.scheme
        place = self.built.kept[column]
        option = self.formulation.option[place]
        path, model = scheme.paths[table.path[option]], scheme.models[table.model[option]]
        return f"{pick(path.title)} · {pick(model.title)} · {self.formulation.start[place]}"

    def group(self, id: str) -> int:
        """The group of a parcel; UsageError names the nearest id."""
        if id not in self.ids:
            raise UsageError("unknown_parcel", "why", parcel=id, nearest=suggestion(id, self.ids))
        return self.ids.index(id)

    def rule_name(self, id: str) -> str:
        """A rule as the planner calls it; the id of one without a name."""
        return rule_title(id, self.choose, self.results.scheme, self.results.zones)

    def rule_title(self, id: str) -> str:
        """A limit in the recipe's own words, with its id."""
        name = self.rule_name(id)
        return name if name == id else f"{name} ({id})"

    def area_mu(self, columns: NDArray[np.int64]) -> float:
        """What columns of the problem cover, mu; parcels of unknown area are not in it."""
        return float(np.nansum(self.formulation.area_mu[self.built.kept[columns]]))

    def spent_wan(self, columns: NDArray[np.int64], fund: str = "") -> float:
        """What columns of the problem draw from a fund, or from all of them, over all years (万元)."""
        funds = [fund] if fund else self.formulation.options.funds
        return float(sum(self.formulation.spend(one)[self.built.kept[columns]].sum() for one in funds))


def asked(recipe: Path, out: Path, progress: Progress) -> Asked:
    """The recipe's choice, solved; UsageError where it chooses nothing, SolveError where no plan fits."""
    from landplan.app.main_job import refuse_points, results
    from landplan.app.opening import keep_inputs, open_any

    project = open_any(recipe, part(progress, 0.0, 0.2))
    keep_inputs(project.recipe, recipe.resolve().parent, out)
    if project.recipe.choose is None:
        raise UsageError("recipe_chooses_nothing", recipe)
    refuse_points(project.layers)
    return asked_of(results(project, progress=part(progress, 0.2, 0.5), upto="propose", checked=False),
                    part(progress, 0.5, 0.6))  # fmt: skip


def asked_of(found: Results, progress: Progress = silent) -> Asked:
    """The choice of these results. The plan they hold is the one asked about; only where there is none it is solved."""
    from landplan.portfolio.formulation import problem_of
    from landplan.steps.choose import formulation_of, solution_of

    choose = found.recipe.choose
    if choose is None or found.options is None:
        raise UsageError("recipe_chooses_nothing", "choose")
    formulation = formulation_of(found.layers, found.zones, found.options, found.scheme, choose)
    built = problem_of(formulation, found.options.ids)
    held = found.portfolio
    plan = _solved(formulation, built, found.scheme, progress) if held is None else solution_of(formulation, built, held)
    return Asked(found, choose, formulation, built, plan)


def _solved(formulation: Formulation, built: Built, scheme: Scheme, progress: Progress) -> Solution:
    from landplan.portfolio.clash import no_plan
    from landplan.portfolio.milp import solve

    choose = formulation.choose
    plan = solve(built.problem, gap=choose.gap, work_limit=choose.work_limit, progress=progress)
    if plan.status == "infeasible":
        raise no_plan(formulation, built, scheme, progress)
    if np.isnan(plan.objective):
        raise SolveError("no_plan_found", "choose", work=choose.work_limit)
    return plan


def percent(amount: float, of: float) -> str:
    """An amount as a share of the plan's benefit, in %."""
    return f"{100 * amount / max(abs(of), 1e-300):.2f}"


def named(asked: Asked, groups: Sequence[int]) -> list[str]:
    """Ids of groups."""
    return [asked.ids[group] for group in groups]
