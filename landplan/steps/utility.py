"""From raw criteria to utilities in 0…1, and what becomes of the unknown ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.errors import Issue, SchemeError
from landplan.core.layers import Float
from landplan.core.registry import value_functions
from landplan.core.scheme import Criterion, Scheme
from landplan.core.tables import Column, CriteriaTable
from landplan.steps.methods import named

_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Curve:
    """What a column of utilities was made from and what was said of it: while `column` and `rule` are the same, so is it."""

    column: Column
    rule: tuple[Any, ...]
    issues: tuple[Issue, ...]
    known: bool
    """Whether any parcel knows it; the others drop out."""


@dataclass(frozen=True, eq=False)
class Utilities:
    """values (n, m) column by column in memory, for the criteria that some parcel knows; `dropped`: those that none does."""

    criteria: tuple[str, ...]
    values: Float
    dropped: tuple[str, ...]
    issues: tuple[Issue, ...]
    curves: Mapping[str, Curve]


def utilities(criteria: CriteriaTable, scheme: Scheme, before: Utilities | None = None) -> Utilities:
    """The value functions of the scored criteria; unknown stays NaN, or is 0 where the policy is `worst` (counted).

    before: utilities of an earlier scheme; what rests on the same column and value function is taken from there, and they are
    given back as they are where all does.
    """
    curves: dict[str, Curve] = {}
    fresh: dict[str, Float] = {}
    for criterion in scheme.scored:
        column = criteria.columns.get(criterion.id)
        if column is None:
            continue
        rule = (criterion.value, criterion.missing or scheme.missing)
        old = before.curves.get(criterion.id) if before is not None else None
        if old is not None and old.column is column and _same(old.rule, rule):
            curves[criterion.id] = old
        else:
            curves[criterion.id], fresh[criterion.id] = _curve(column, criterion, rule)
    made = tuple(id for id, curve in curves.items() if curve.known)
    dropped = tuple(criterion.id for criterion in scheme.scored if criterion.id not in made)
    if before is not None and not fresh and (before.criteria, before.dropped) == (made, dropped):
        return before
    values = np.empty((len(criteria), len(made)), order="F")
    for j, id in enumerate(made):
        values[:, j] = fresh[id] if id in fresh or before is None else before.values[:, before.criteria.index(id)]
    return Utilities(made, values, dropped, tuple(issue for curve in curves.values() for issue in curve.issues), curves)


def _same(old: tuple[Any, ...], new: tuple[Any, ...]) -> bool:
    return all(one is other or one == other for one, other in zip(old, new, strict=True))


def _curve(column: Column, criterion: Criterion, rule: tuple[Any, ...]) -> tuple[Curve, Float]:
    """The utilities of one criterion, settled where the policy is `worst`, and what is to be said of them."""
    utility = utility_of(column, criterion)
    issues = _not_listed(column, criterion, utility)
    unknown = np.isnan(utility)
    known = not (len(unknown) and unknown.all())
    if known and rule[-1] == "worst" and unknown.any():
        utility = np.where(unknown, 0.0, utility)
        issues.append(Issue("unknown_at_worst", "parcels", values={"criterion": criterion.id, "n": int(unknown.sum())}))
    return Curve(column, rule, tuple(issues), known), utility


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
