"""What a zone set adds up to: areas and money by share, counts to the main zone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue, suggestion
from landplan.core.layers import Float
from landplan.core.scheme import ZoneScope
from landplan.core.tables import ZoneSet, ZoneShares

_ROUNDING = 1e-12
"""A share smaller than this is rounding, not land."""


def absent_sets(wanted: Mapping[str, str], zones: ZoneShares) -> list[Issue]:
    """What is to be said of zone sets that a scheme names (place → set id) and these layers do not have."""
    return [
        Issue("zone_set_absent", "zones", values={"where": where, "set": id, "nearest": suggestion(id, zones.sets)})
        for where, id in wanted.items()
        if id not in zones.sets
    ]


def lacking_share(scope: ZoneScope, zones: ZoneShares, area_m2: Float) -> Float:
    """(n,) by how much of its area each parcel misses what a scope asks to lie inside its zones: > 0 outside, ≤ 0 inside.

    NaN where nobody knows: the layers lack the set, or the parcel has no area (NaN).
    """
    zone_set = zones.sets.get(scope.set)
    inside = np.full(len(area_m2), np.nan) if zone_set is None else zone_set.share_in(scope.ids)
    lacking = scope.share - np.where(np.isnan(area_m2), np.nan, inside)
    return np.where(np.abs(lacking) <= _ROUNDING, 0.0, lacking)


def zone_totals(zone_set: ZoneSet, values: npt.ArrayLike) -> Float:
    """(k,) total of a quantity (m2, 万元 …) in each zone of the set, the outside row last, split by area share.

    values (n,) per parcel; unknown ones are left out, as they are of the district's total, which the result sums to.
    """
    known = np.nan_to_num(np.asarray(values, np.float64), nan=0.0)
    return np.bincount(zone_set.zone, zone_set.share * known[zone_set.parcel], len(zone_set.zone_ids)).astype(np.float64)


def counts_to_main(zone_set: ZoneSet, values: npt.ArrayLike | None = None) -> Float:
    """(k,) parcels, or the sum of a count (n,) such as firms or jobs, each parcel whole to its main zone; unknown left out."""
    weights = None if values is None else np.nan_to_num(np.asarray(values, np.float64), nan=0.0)
    return np.bincount(zone_set.main, weights, len(zone_set.zone_ids)).astype(np.float64)


def zone_medians(zone_set: ZoneSet, values: Float) -> Float:
    """(k,) median of the known values (n,) of the parcels whose main zone it is; NaN where a zone knows none."""
    out = np.full(len(zone_set.zone_ids), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(zone_set.main[known], kind="stable")]
    zones, start = np.unique(zone_set.main[order], return_index=True)
    for zone, rows in zip(zones, np.split(order, start[1:]), strict=True):
        out[zone] = np.median(values[rows])
    return out
