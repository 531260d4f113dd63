"""Which candidates a path can serve, and the reason for every one it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from landplan.core.expression import NULL, TRUE, evaluate_many, null_fields, parse
from landplan.core.scheme import Exclusion, RenewalPath, ZoneScope
from landplan.core.tables import Reason, ZoneShares
from landplan.renewal.stack import Stack

OUTSIDE_ZONES = "outside_zones"
"""The rule a candidate breaks when its parcel lies outside the zones a path is limited to."""


def eligible(stack: Stack, path: RenewalPath, zones: ZoneShares) -> tuple[Any, tuple[Reason, ...]]:
    """(q,) True where the path is feasible, and the reasons elsewhere, once a (parcel, rule, model, tenure).

    A rule is TRUE (restricted, by how much), FALSE or unknown (which fields); what unknown means is the scheme's
    `unknown`: hold and exclude refuse, allow lets pass.
    """
    feasible = np.ones(len(stack), bool)
    reasons: list[Reason] = []
    for mask, found in _refusals(stack, path, zones):
        feasible &= ~mask
        reasons.extend(found)
    return feasible, tuple(dict.fromkeys(reasons))


def _refusals(stack: Stack, path: RenewalPath, zones: ZoneShares) -> Iterator[tuple[Any, list[Reason]]]:
    if path.zones is not None:
        yield _outside(stack, path.id, path.zones, zones)
    for exclusion in path.exclude:
        yield _excluded(stack, exclusion, path.id, "")
    for t, tenure in enumerate(stack.scheme.tenures):
        of_tenure = stack.tenure == t
        for exclusion in tenure.exclude:
            mask, found = _excluded(stack, exclusion, path.id, tenure.id)
            rows = set(stack.parcel[of_tenure].tolist())
            yield mask & of_tenure, [reason for reason in found if reason.row in rows]


def _outside(stack: Stack, path: str, scope: ZoneScope, zones: ZoneShares) -> tuple[Any, list[Reason]]:
    zone_set = zones.sets.get(scope.set)
    share = zone_set.share_in(scope.ids) if zone_set else np.zeros(stack.environment.n)
    missing = scope.share - share
    mask = missing[stack.parcel] > 1e-9
    found = [Reason(int(row), OUTSIDE_ZONES, path=path, by=float(missing[row]), unit="share") for row in stack.parcel[mask]]
    return mask, found


def _excluded(stack: Stack, exclusion: Exclusion, path: str, tenure: str) -> tuple[Any, list[Reason]]:
    condition = parse(exclusion.condition)
    wanted = {"if": condition} | ({"by": parse(exclusion.by)} if exclusion.by else {})
    used = {name for expression in wanted.values() for name in expression.fields}
    columns = stack.columns(used)
    found = evaluate_many(wanted, columns, constants=stack.environment.constants, n=len(stack))
    truth = found["if"].values
    mask = truth == TRUE
    by = found["by"].values if "by" in found else np.full(len(stack), np.nan)
    known = [
        Reason(int(stack.parcel[k]), exclusion.id, path=path, tenure=tenure, by=_or_none(by[k]), unit=exclusion.unit)
        for k in np.flatnonzero(mask)
    ]
    if stack.scheme.unknown == "allow":
        return mask, known
    open_rows = np.flatnonzero(truth == NULL)
    fields = null_fields(condition, columns, open_rows)
    undecided = [
        Reason(int(stack.parcel[k]), exclusion.id, path=path, tenure=tenure, unknown_fields=names)
        for k, names in zip(open_rows, fields, strict=True)
    ]
    return mask | (truth == NULL), known + undecided


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
