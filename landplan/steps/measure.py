"""The raw criteria of every parcel: one column a criterion, with its unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from landplan.core.environment import parcel_environment
from landplan.core.errors import InputError, Issue, SchemeError
from landplan.core.layers import LayerSet, Text
from landplan.core.measuring import FILLED, Measuring, NotMeasurable
from landplan.core.progress import Progress, silent
from landplan.core.registry import measures
from landplan.core.scheme import Criterion, Scheme
from landplan.core.tables import Column, CriteriaTable, ZoneShares
from landplan.core.zones import zone_medians
from landplan.steps.methods import check_methods

_SHOWN = 5


def measure(layers: LayerSet, zones: ZoneShares, scheme: Scheme, progress: Progress = silent) -> CriteriaTable:
    """Measures every criterion of the scheme, in its order; a criterion may name the ones before it.

    A criterion whose layer, raster, zone set or fields are not there is skipped with an Issue. SchemeError for a method,
    parameter, unit or name that nobody knows; InputError where a criterion refuses unknown values and there are some.
    """
    check_methods(scheme)
    parcels = layers.parcels
    environment = parcel_environment(parcels, zones, scheme.constants)
    context = Measuring(layers, zones, environment, parcels)
    columns: dict[str, Column] = {}
    skipped: dict[str, Issue] = {}
    for k, criterion in enumerate(scheme.criteria):
        progress(k / len(scheme.criteria), "progress_measure", criterion=criterion.id)
        here = environment.with_criteria(columns, skipped)
        try:
            column = _measured(context.of(criterion.id, here), criterion, scheme)
        except NotMeasurable as found:
            skipped[criterion.id] = found.issue
            continue
        columns[criterion.id] = _settled(column, criterion, scheme, zones, parcels.ids)
    progress(1.0, "progress_measure", criterion="")
    return CriteriaTable(parcels.ids, parcels.area_m2, columns, skipped)


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


def _settled(column: Column, criterion: Criterion, scheme: Scheme, zones: ZoneShares, ids: Text) -> Column:
    """The column after its policy for unknown values; `interval` and `worst` are settled in scoring."""
    policy = criterion.missing or (scheme.missing if criterion.value is not None else "interval")
    unknown = column.unknown
    n = int(unknown.sum())
    if not n:
        return column
    if policy == "refuse":
        shown = ", ".join(str(id) for id in ids[unknown][:_SHOWN])
        raise InputError("criterion_unknown_refused", criterion.id, n=n, parcels=shown)
    if policy == "zone_median" and not column.is_text:
        return _median_filled(column, criterion.id, scheme.zone_set, zones)
    issue = Issue("criterion_unknown", "parcels", "note", values={"criterion": criterion.id, "n": n})
    return replace(column, issues=(*column.issues, issue))


def _median_filled(column: Column, criterion: str, set_id: str, zones: ZoneShares) -> Column:
    """Unknown values filled in from the median of the parcel's main zone, flagged FILLED; the rest stays unknown."""
    unknown = column.unknown
    facts: dict[str, object] = {"criterion": criterion, "set": set_id}
    zone_set = zones.sets.get(set_id)
    if zone_set is None:
        issue = Issue("median_without_zones", "parcels", values={**facts, "n": int(unknown.sum())})
        return replace(column, issues=(*column.issues, issue))
    values = np.where(unknown, zone_medians(zone_set, column.values)[zone_set.main], column.values)
    filled = unknown & ~np.isnan(values)
    state = np.where(filled, FILLED, column.states).astype(np.int8)
    left = int(unknown.sum() - filled.sum())
    issue = Issue("median_filled", "parcels", values={**facts, "n": int(filled.sum()), "left": left})
    return replace(column, values=values, state=state, issues=(*column.issues, issue))
