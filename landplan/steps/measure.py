"""The raw criteria of every parcel: one column a criterion, with its unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.environment import parcel_environment
from landplan.core.errors import InputError, Issue, SchemeError
from landplan.core.layers import Geometry, LayerSet
from landplan.core.measuring import FILLED, Measuring, NotMeasurable, Part
from landplan.core.progress import Progress, silent
from landplan.core.registry import measures
from landplan.core.scheme import Criterion, Scheme
from landplan.core.tables import Column, CriteriaTable, ZoneShares
from landplan.core.zones import zone_medians
from landplan.steps.methods import check_methods

_SHOWN = 5


@dataclass(frozen=True, eq=False)
class Made:
    """A settled column, the rule it was made by, and everything that was looked at: while all is the same, so is the column."""

    column: Column
    rule: tuple[Any, ...]
    geometry: Geometry
    used: Mapping[tuple[str, str], Any]


def measure(
    layers: LayerSet,
    zones: ZoneShares,
    scheme: Scheme,
    progress: Progress = silent,
    kept: dict[str, Made] | None = None,
    part: Part | None = None,
) -> CriteriaTable:
    """Measures every criterion of the scheme, in its order; a criterion may name the ones before it.

    kept: columns of an earlier run by criterion; those whose rule and inputs are the same objects are taken over, the others
    are measured and put there. part: where these parcels are a part of all. A criterion whose layer, raster, zone set or fields
    are not there is skipped with an Issue. SchemeError for a method, parameter, unit or name that nobody knows; InputError where
    a criterion refuses unknown values and there are some.
    """
    check_methods(scheme)
    parcels, known = layers.parcels, {} if kept is None else kept
    environment = parcel_environment(parcels, zones, scheme.constants)
    context = Measuring(layers, zones, environment, parcels, part=part)
    columns: dict[str, Column] = {}
    skipped: dict[str, Issue] = {}
    for k, criterion in enumerate(scheme.criteria):
        progress(k / len(scheme.criteria), "progress_measure", criterion=criterion.id)
        reach_m = measures[criterion.measure.kind].reach_m(criterion.measure.params)
        here = context.of(criterion.id, environment.with_criteria(columns, skipped), columns, reach_m)
        try:
            made = _made(here, criterion, scheme, known.get(criterion.id))
        except NotMeasurable as found:
            skipped[criterion.id] = found.issue
            continue
        known[criterion.id], columns[criterion.id] = made, made.column
    for id in list(known):
        if id not in columns:
            known.pop(id, None)
    progress(1.0, "progress_measure", criterion="")
    return CriteriaTable(parcels.ids, parcels.area_m2, dict(columns), skipped)


def measured_again(
    layers: LayerSet, zones: ZoneShares, scheme: Scheme, before: CriteriaTable, ids: Collection[str]
) -> dict[str, Column]:
    """The columns of these criteria in other layers of the same parcels; all others are as they were before. A criterion that
    was skipped, or cannot be measured in these layers, is not among them."""
    environment = parcel_environment(layers.parcels, zones, scheme.constants)
    context = Measuring(layers, zones, environment, layers.parcels)
    columns: dict[str, Column] = {}
    again: dict[str, Column] = {}
    for criterion in scheme.criteria:
        if criterion.id not in before.columns:
            continue
        if criterion.id in ids:
            reach_m = measures[criterion.measure.kind].reach_m(criterion.measure.params)
            here = context.of(criterion.id, environment.with_criteria(columns, before.skipped), columns, reach_m)
            with suppress(NotMeasurable):
                again[criterion.id] = _made(here, criterion, scheme, None).column
        columns[criterion.id] = again.get(criterion.id, before.columns[criterion.id])
    return again


def _made(context: Measuring, criterion: Criterion, scheme: Scheme, before: Made | None) -> Made:
    """The column of one criterion: the one made before where nothing it rests on has changed."""
    policy = criterion.missing or (scheme.missing if criterion.value is not None else "interval")
    rule = (criterion.measure, policy, scheme.zone_set if policy == "zone_median" else "")
    geometry = context.subject.geometry
    if before is not None and before.rule == rule and before.geometry is geometry and context.holds(before.used):
        return before
    column = _settled(_measured(context, criterion, scheme), policy, scheme.zone_set, context)
    return Made(column, rule, geometry, context.used)


def _measured(context: Measuring, criterion: Criterion, scheme: Scheme) -> Column:
    """The column of one criterion as its measure gives it; SchemeError when it names one that comes later."""
    try:
        column: Column = measures[criterion.measure.kind].run(context, **criterion.measure.params)
    except SchemeError as error:
        name = error.values.get("name")
        if error.id == "criterion_unknown_name" and name in {later.id for later in scheme.criteria}:
            raise SchemeError("criterion_named_early", criterion.id, name=name) from error
        raise
    return column


def _settled(column: Column, policy: str, set_id: str, context: Measuring) -> Column:
    """The column after its policy for unknown values; `interval` and `worst` are settled in scoring."""
    unknown = column.unknown
    n = int(unknown.sum())
    if not n:
        return column
    if policy == "refuse":
        shown = ", ".join(str(id) for id in context.subject.ids[unknown][:_SHOWN])
        raise InputError("criterion_unknown_refused", context.criterion, n=n, parcels=shown)
    if policy == "zone_median" and not column.is_text:
        return _median_filled(column, set_id, context)
    issue = Issue("criterion_unknown", "parcels", "note", values={"criterion": context.criterion, "n": n})
    return replace(column, issues=(*column.issues, issue))


def _median_filled(column: Column, set_id: str, context: Measuring) -> Column:
    """Unknown values filled in from the median of the parcel's main zone, flagged FILLED; the rest stays unknown."""
    unknown = column.unknown
    facts: dict[str, object] = {"criterion": context.criterion, "set": set_id}
    try:
        zone_set = context.zone_set(set_id)
    except NotMeasurable:
        issue = Issue("median_without_zones", "parcels", values={**facts, "n": int(unknown.sum())})
        return replace(column, issues=(*column.issues, issue))
    values = np.where(unknown, zone_medians(zone_set, column.values)[zone_set.main], column.values)
    filled = unknown & ~np.isnan(values)
    state = np.where(filled, FILLED, column.states).astype(np.int8)
    left = int(unknown.sum() - filled.sum())
    issue = Issue("median_filled", "parcels", values={**facts, "n": int(filled.sum()), "left": left})
    return replace(column, values=values, state=state, issues=(*column.issues, issue))
