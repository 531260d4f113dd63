"""One part of the parcels: what is measured of it, and how it is scored given what is known of all parts. No files here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Layer, LayerSet
from landplan.core.measuring import MISSING, Part
from landplan.core.policy import PolicyPack
from landplan.core.rules import Bool
from landplan.core.scheme import Scheme
from landplan.core.tables import Column, CriteriaTable, ScoreTable, ZoneSet, ZoneShares
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.methods import for_criteria
from landplan.steps.score import Basis, standing, weighed
from landplan.steps.score_parts import Whole, part_scores
from landplan.steps.utility import Utilities, utilities


@dataclass(frozen=True, eq=False)
class Measured:
    """A part's zones and raw criteria. `empty`: criteria that look for parcels of a kind of which this part sees none."""

    zones: ZoneShares
    criteria: CriteriaTable
    empty: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """What all parts say of one criterion: unit, text or number, the measure's note where all parts have the same."""

    unit: str
    is_text: bool
    note: str


@dataclass(frozen=True, eq=False)
class Everywhere:
    """What is known of all parts. kinds: of the criteria that some part could measure; skipped: those that none could, and why;
    known: those whose utility some parcel knows; wholes: what each model's scores compare, None where they compare nothing."""

    kinds: Mapping[str, Kind]
    skipped: Mapping[str, Issue]
    known: frozenset[str] = frozenset()
    wholes: Sequence[Whole] | None = None


def measured(part: Layer, own: Bool, others: LayerSet, scheme: Scheme, shared: Part) -> Measured:
    """Zones and raw criteria of a part's own rows.

    part: the rows of this part, and around them its halo, the rows that others' criteria look at (own (n,) is False), all in
    the order of the whole layer. others: every layer and raster but the parcels, whole.
    """
    layers = replace(others, layers={**others.layers, "parcels": part})
    zones = join(layers)
    seen = shared.of_next()
    table = measure(layers, zones, scheme, part=seen)
    columns = {id: _rows(column, own) for id, column in table.columns.items()}
    criteria = CriteriaTable(part.ids[own], part.area_m2[own], columns, table.skipped)
    return Measured(_own_zones(zones, own), criteria, frozenset(seen.empty))


def _rows(column: Column, own: Bool) -> Column:
    return replace(column, values=column.values[own], state=column.states[own], detail=None)


def _own_zones(zones: ZoneShares, own: Bool) -> ZoneShares:
    """The zones of the own rows, which are numbered anew."""
    number = np.cumsum(own) - 1
    sets = {}
    for id, one in zones.sets.items():
        mine = own[one.parcel]
        pairs = number[one.parcel[mine]].astype(np.int32), one.zone[mine], one.share[mine]
        sets[id] = ZoneSet(id, one.zone_ids, one.zone_names, *pairs, one.main[own])
    return replace(zones, sets=sets)


def everywhere(parts: Sequence[Measured]) -> Everywhere:
    """The kinds of criteria over all parts, from what is said of each; their rows are not looked at."""
    kinds: dict[str, Kind] = {}
    skipped: dict[str, Issue] = {}
    for part in parts:
        for id, column in part.criteria.columns.items():
            before = kinds.get(id, Kind(column.unit, False, column.note))
            kinds[id] = Kind(column.unit, before.is_text or column.is_text, before.note if before.note == column.note else "")
        for id, issue in part.criteria.skipped.items():
            skipped.setdefault(id, issue)
    return Everywhere(kinds, {id: issue for id, issue in skipped.items() if id not in kinds})


def completed(criteria: CriteriaTable, scheme: Scheme, whole: Everywhere) -> CriteriaTable:
    """The criteria of a part as the table of all parcels has them: one that only other parts could measure is unknown here."""
    columns: dict[str, Column] = {}
    for criterion in scheme.criteria:
        kind = whole.kinds.get(criterion.id)
        if kind is not None:
            columns[criterion.id] = _as_kind(criteria.columns.get(criterion.id), kind, len(criteria))
    return replace(criteria, columns=columns, skipped=whole.skipped)


def _as_kind(column: Column | None, kind: Kind, n: int) -> Column:
    if column is not None and column.is_text == kind.is_text:
        return column
    unknown: Any = np.full(n, None, object) if kind.is_text else np.full(n, np.nan)
    return Column(unknown, kind.unit, np.full(n, MISSING, np.int8), () if column is None else column.issues, kind.note)


def known_here(criteria: CriteriaTable, scheme: Scheme) -> frozenset[str]:
    """The criteria of which some parcel of this part knows the utility."""
    return frozenset(utilities(criteria, scheme).criteria)


def part_basis(
    own: Layer, found: Measured, scheme: Scheme, whole: Everywhere, packs: Sequence[PolicyPack] = ()
) -> tuple[Basis, CriteriaTable]:
    """What the scores of a part rest on, as a part of the basis of all parcels; and its criteria."""
    criteria = completed(found.criteria, scheme, whole)
    stand = standing(LayerSet(own.crs, {"parcels": own}), found.zones, criteria, scheme, packs)
    known = _utilities(criteria, scheme, whole.known)
    return Basis(criteria.ids, known, stand.status, stand.reasons, (*known.issues, *stand.issues)), criteria


def _utilities(criteria: CriteriaTable, scheme: Scheme, known: frozenset[str]) -> Utilities:
    """The utilities of all criteria that some part knows, also of those that this one does not."""
    here = utilities(criteria, scheme)
    wanted = [criterion for criterion in scheme.scored if criterion.id in known]
    values = np.empty((len(criteria), len(wanted)), order="F")
    issues = list(here.issues)
    for j, one in enumerate(wanted):
        if one.id in here.criteria:
            values[:, j] = here.values[:, here.criteria.index(one.id)]
            continue
        worst = (one.missing or scheme.missing) == "worst"
        values[:, j] = 0.0 if worst else np.nan
        if worst:
            issues.append(Issue("unknown_at_worst", "parcels", values={"criterion": one.id, "n": len(criteria)}))
    dropped = tuple(one.id for one in scheme.scored if one.id not in known)
    return Utilities(tuple(one.id for one in wanted), values, dropped, tuple(issues), here.curves)


def scored(base: Basis, scheme: Scheme, whole: Everywhere) -> ScoreTable:
    """The scores of a part: those that its rows have in the table of all parcels, but for ranks."""
    wholes = whole.wholes
    if wholes is None:
        return weighed(base, scheme)
    settled = for_criteria(scheme, base.known.criteria)
    return weighed(base, scheme, scorer=lambda k, *given: part_scores(settled, wholes[k], *given))
