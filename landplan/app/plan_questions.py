"""What is asked about a plan: its problem, its best plan, and the words for its parcels and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import SolveError, UsageError, suggestion
from landplan.core.progress import Progress, part
from landplan.core.results import Results

if TYPE_CHECKING:
    from pathlib import Path

    from landplan.core.recipe import Choose
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

    @property
    def ids(self) -> list[str]:
        """Ids of the parcels, by group of the problem."""
        return [str(id) for id in self.results.scores.ids]

    @property
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

    def rule_title(self, id: str) -> str:
        """A limit in the recipe's own words, with its id."""
        from landplan.core.messages import pick

        choose = self.choose
        titles = {one.id: pick(one.title) for one in choose.limits}
        titles |= {one.id: pick(one.title) for one in choose.connected}
        titles |= {row.id: pick(one.title) for one in choose.budgets for row in self.built.rows
                   if row.id.startswith(f"budget_{one.fund}_")}  # fmt: skip
        return f"{titles[id]} ({id})" if titles.get(id) else id


def asked(recipe: Path, out: Path, progress: Progress) -> Asked:
    """The recipe's choice, solved; UsageError where it chooses nothing, SolveError where no plan fits."""
    from landplan.app.main_job import refuse_points, results
    from landplan.app.opening import keep_inputs, open_any
    from landplan.portfolio.formulation import problem_of
    from landplan.portfolio.milp import solve
    from landplan.steps.choose import formulation_of, no_plan

    project = open_any(recipe, part(progress, 0.0, 0.2))
    keep_inputs(project.recipe, recipe.resolve().parent, out)
    choose = project.recipe.choose
    if choose is None:
        raise UsageError("recipe_chooses_nothing", recipe)
    refuse_points(project.layers)
    found = results(project, progress=part(progress, 0.2, 0.5), upto="propose", checked=False)
    assert found.options is not None  # noqa: S101  (the recipe chooses)
    formulation = formulation_of(project.layers, found.zones, found.options, project.scheme, choose)
    built = problem_of(formulation, found.options.ids)
    plan = solve(built.problem, gap=choose.gap, work_limit=choose.work_limit, progress=part(progress, 0.5, 0.6))
    if plan.status == "infeasible":
        raise no_plan(built.problem)
    if np.isnan(plan.objective):
        raise SolveError("no_plan_found", "choose", work=choose.work_limit)
    return Asked(found, choose, formulation, built, plan)


def percent(amount: float, of: float) -> str:
    """An amount as a share of the plan's benefit, in %."""
    return f"{100 * amount / max(abs(of), 1e-300):.2f}"


def named(asked: Asked, groups: Sequence[int]) -> list[str]:
    """Ids of groups."""
    return [asked.ids[group] for group in groups]
