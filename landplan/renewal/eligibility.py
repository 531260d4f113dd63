"""Which candidates a path can serve, and the reason for every one it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.rules import Condition, verdicts
from landplan.core.scheme import RenewalPath, ZoneScope
from landplan.core.tables import Reason, ZoneShares
from landplan.core.zones import lacking_share
from landplan.renewal.stack import Stack

OUTSIDE_ZONES = "outside_zones"
"""The rule a candidate breaks when its parcel lies outside the zones a path is limited to."""


def eligible(stack: Stack, path: RenewalPath, zones: ZoneShares) -> tuple[Any, tuple[Reason, ...], tuple[Issue, ...]]:
    """(q,) True where the path is feasible; the reasons elsewhere, once a (parcel, rule, tenure); and what is to be said.

    A rule is TRUE (restricted, by how much), FALSE or unknown (which fields); what unknown means is the scheme's
    `unknown`: hold and exclude refuse, allow lets pass.
    """
    tenures = [""] * len(path.exclude) + [tenure.id for tenure in stack.scheme.tenures for _ in tenure.exclude]
    rules = [*path.exclude, *(rule for tenure in stack.scheme.tenures for rule in tenure.exclude)]
    conditions = [Condition(rule.id, rule.condition, rule.by, rule.unit, stack.scheme.unknown) for rule in rules]
    made, issues = verdicts(conditions, stack.environment)
    by_condition = dict(zip(map(id, conditions), tenures, strict=True))
    feasible = np.ones(len(stack), bool)
    reasons: list[Reason] = []
    for verdict in made:
        tenure = by_condition[id(verdict.condition)]
        applies = _of_tenure(stack, tenure)
        feasible &= ~((verdict.excluded | verdict.held) & applies)
        reasons += [
            replace(found, row=int(stack.parcel[found.row]), path=path.id, tenure=tenure)
            for found in verdict.reasons()
            if applies[found.row]
        ]
    if path.zones is not None:
        refused, found_outside = _outside(stack, path.id, path.zones, zones)
        feasible &= ~refused
        reasons += found_outside
    return feasible, tuple(dict.fromkeys(reasons)), tuple(issues)


def _of_tenure(stack: Stack, tenure: str) -> Any:
    """(q,) the candidates a rule of that tenure concerns; a path's own rule ("") concerns all."""
    position = {part.id: k for k, part in enumerate(stack.scheme.tenures)}
    return np.ones(len(stack), bool) if not tenure else stack.tenure == position[tenure]


def _outside(stack: Stack, path: str, scope: ZoneScope, zones: ZoneShares) -> tuple[Any, list[Reason]]:
    """(q,) the candidates refused, and why: lying outside, or unknown without the zone set or a geometry."""
    missing = lacking_share(scope, zones, stack.parcels.columns["area_m2"])[stack.parcel]
    outside, unknown = missing > 0, np.isnan(missing)
    if stack.scheme.unknown == "allow":
        unknown[:] = False
    said = Reason(0, OUTSIDE_ZONES, path=path)
    found = [replace(said, row=int(stack.parcel[k]), by=float(missing[k]), unit="share") for k in np.flatnonzero(outside)]
    fields = (f"zone_{scope.set}",)
    found += [replace(said, row=int(stack.parcel[k]), unit="share", unknown_fields=fields) for k in np.flatnonzero(unknown)]
    return outside | unknown, found
