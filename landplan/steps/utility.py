"""From raw criteria to utilities in 0…1, and what becomes of the unknown ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.errors import Issue, SchemeError
from landplan.core.layers import Float
from landplan.core.registry import value_functions
from landplan.core.scheme import Criterion, Scheme
from landplan.core.tables import Column, CriteriaTable
from landplan.steps.methods import named

_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Utilities:
    """values (n, m) column by column in memory, for the criteria that some parcel knows; `dropped`: those that none does."""

    criteria: tuple[str, ...]
    values: Float
    dropped: tuple[str, ...]
    issues: tuple[Issue, ...]


def utilities(criteria: CriteriaTable, scheme: Scheme) -> Utilities:
    """The value functions of the scored criteria; unknown stays NaN, or is 0 where the policy is `worst` (counted)."""
    issues: list[Issue] = []
    made: dict[str, Float] = {}
    for criterion in scheme.scored:
        column = criteria.columns.get(criterion.id)
        if column is None:
            continue
        utility = utility_of(column, criterion)
        issues += _not_listed(column, criterion, utility)
        unknown = np.isnan(utility)
        if len(unknown) and unknown.all():
            continue
        if unknown.any() and (criterion.missing or scheme.missing) == "worst":
            utility = np.where(unknown, 0.0, utility)
            issues.append(Issue("unknown_at_worst", "parcels", values={"criterion": criterion.id, "n": int(unknown.sum())}))
        made[criterion.id] = utility
    values = np.empty((len(criteria), len(made)), order="F")
    for j, utility in enumerate(made.values()):
        values[:, j] = utility
    dropped = tuple(criterion.id for criterion in scheme.scored if criterion.id not in made)
    return Utilities(tuple(made), values, dropped, tuple(issues))


def utility_of(column: Column, criterion: Criterion) -> Float:
    """(n,) utility of one criterion, cut to 0…1; SchemeError when its value function cannot take what was measured."""
    if criterion.value is None:
        raise SchemeError("missing_key", criterion.id, key="value")
    if column.is_text and criterion.value.kind != "category" and not column.unknown.all():
        raise SchemeError("value_needs_numbers", criterion.id, kind=criterion.value.kind)
    raw = np.full(len(column.values), np.nan) if column.is_text and criterion.value.kind != "category" else column.values
    curve = named(value_functions, criterion.value.kind, criterion.id)
    return np.asarray(np.clip(curve.run(raw, **criterion.value.params), 0.0, 1.0))


def _not_listed(column: Column, criterion: Criterion, utility: Float) -> list[Issue]:
    """Known values without a utility: categories the table does not list."""
    strange = np.isnan(utility) & ~column.unknown
    if not strange.any():
        return []
    names = sorted({str(value) for value in column.values[strange]})
    shown = ", ".join(names[:_SHOWN])
    return [Issue("category_not_listed", "parcels", values={"criterion": criterion.id, "n": int(strange.sum()), "names": shown})]
