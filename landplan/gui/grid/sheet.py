"""All columns of the table for what is on the desk; a column is made anew only where its inputs are other objects."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from landplan.core.environment import Environment, parcel_environment
from landplan.core.messages import pick
from landplan.core.project import Project
from landplan.core.results import Results
from landplan.core.survey import Surveyed
from landplan.gui.grid.columns import (
    GROUPS,
    SEARCHED,
    GridColumn,
    criterion_columns,
    parcel_columns,
    plan_columns,
    robust_columns,
    score_columns,
    searched,
    survey_columns,
    zone_columns,
)
from landplan.gui.grid.values import Texts
from landplan.gui.robustness import Robustness


@dataclass(frozen=True, slots=True)
class FieldName:
    """A name that a rule can use, and what it means."""

    name: str
    title: str
    unit: str


class Sheet:
    """The columns by id, in the order of the chooser."""

    def __init__(self) -> None:
        self.n = 0
        self.columns: dict[str, GridColumn] = {}
        self._parts: dict[str, tuple[tuple[Any, ...], tuple[GridColumn, ...]]] = {}
        self._inputs: tuple[Project | None, Results | None, Results | None] = (None, None, None)
        self._environment: Environment | None = None

    def update(
        self,
        project: Project | None,
        results: Results | None,
        plan: Results | None,
        current: bool,
        robust: Robustness | None = None,
        survey: Surveyed | None = None,
    ) -> bool:
        """Whether any column is new. Results of parcels that are no longer the project's are left out."""
        if project is None:
            changed = bool(self.columns)
            self.__init__()  # type: ignore[misc]
            return changed
        parcels = project.layers.parcels
        if results is not None and results.layers.parcels is not parcels:
            results = None
        self.n = len(parcels)
        if self._inputs != (project, results, plan):
            self._inputs, self._environment = (project, results, plan), None
        before = list(self.columns.values())
        found = [*self._part("parcel", (parcels,), lambda: parcel_columns(parcels))]
        if results is not None:
            found += self._of_results(results, plan, current)
            if robust is not None:
                inputs = (results.layers.parcels, robust.found, robust.current)
                found += self._part("robust", inputs, lambda: robust_columns(robust, len(results.scores)))
            if survey is not None and len(survey.code) == self.n:
                found += self._part("survey", (survey,), lambda: survey_columns(survey))
        order = {group: k for k, group in enumerate(GROUPS)}
        self.columns = {column.id: column for column in sorted(found, key=lambda one: order[one.group])}
        return before != list(self.columns.values())

    def _of_results(self, results: Results, plan: Results | None, current: bool) -> list[GridColumn]:
        choose = results.recipe.choose
        listed = (choose.must, choose.must_not) if choose else ((), ())
        return [
            *self._part("score", (results.scores, *listed), lambda: score_columns(results)),
            *self._part("plan", (results.layers.parcels, plan, current), lambda: plan_columns(results, plan, current)),
            *self._part("zone", (results.zones,), lambda: zone_columns(results)),
            *self._part("criterion", (results.criteria,), lambda: criterion_columns(results)),
        ]

    def _part(self, name: str, inputs: tuple[Any, ...], make: Callable[[], Iterable[GridColumn]]) -> tuple[GridColumn, ...]:
        kept = self._parts.get(name)
        if kept is None or len(kept[0]) != len(inputs) or any(a is not b for a, b in zip(kept[0], inputs, strict=True)):
            kept = self._parts[name] = (inputs, tuple(make()))
        return kept[1]

    @property
    def environment(self) -> Environment:
        """What a search can name: what rules can, then scores and the plan."""
        if self._environment is None:
            project, results, plan = self._inputs
            assert project is not None  # noqa: S101  (nothing is searched on an empty desk)
            if results is None:
                self._environment = parcel_environment(project.layers.parcels, None, project.scheme.constants)
            else:
                fitting = plan if plan is not None and plan.layers.parcels is results.layers.parcels else None
                below = cast(dict[str, Any], searched(results, fitting))
                columns = ChainMap(cast(dict[str, Any], results.environment.columns), below)
                self._environment = replace(results.environment, columns=columns)
        return self._environment

    @property
    def texts(self) -> Mapping[str, Any]:
        """The Arrow arrays that plain words are looked for in."""
        wanted = {id: self.columns[id].values for id in ("id", "name") if id in self.columns}
        return {id: values.arrow for id, values in wanted.items() if isinstance(values, Texts)}

    def names(self) -> list[FieldName]:
        """What the search box can complete: fields, criteria, scores and the plan, figures of the scheme."""
        project = self._inputs[0]
        if project is None:
            return []
        shown = [FieldName(one.field, one.title, one.unit_words) for one in self.columns.values() if one.field]
        extra = [one for one in self.columns.values() if one.id in SEARCHED or one.id.startswith("score_")]
        shown += [FieldName(one.id, one.title, "") for one in extra]
        figures = project.scheme.figures
        return shown + [FieldName(id, pick(one.title) if one.title else id, one.unit) for id, one in figures.items()]
