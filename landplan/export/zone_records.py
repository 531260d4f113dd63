"""The indicators of every zone set, rounded so that each printed column adds up to its printed total (平差)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.kernels.sums import exact_sum, largest_remainder
from landplan.core.layers import Float
from landplan.core.messages import titles
from landplan.core.results import Results
from landplan.core.tables import QUANTITIES, ZoneSet
from landplan.core.units import M2_PER_MU
from landplan.core.zones import counts_to_main, zone_totals
from landplan.export.zone_names import zone_names

UNITS: Mapping[str, str] = dict(zip(QUANTITIES, ("wan", "wan", "person", "m2", "count"), strict=True))
"""Unit of each quantity a plan changes."""


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """One quantity of every zone of a set, the outside row last: values (k,) that sum exactly, as printed, to `total`.

    by: "share" = split by area share, "main" = each parcel whole to its main zone. unknown: parcels without a value.
    """

    name: str
    short: str
    title: Mapping[str, str]
    unit: str
    decimals: int
    by: str
    values: Float
    total: float
    unknown: int


@dataclass(frozen=True, slots=True, eq=False)
class ZoneIndicators:
    """The indicators of one zone set."""

    zone_set: ZoneSet
    title: Mapping[str, str]
    names: tuple[str, ...]
    indicators: tuple[Indicator, ...]


def zone_indicators(results: Results, set_id: str) -> ZoneIndicators:
    """Every indicator of the zones of a set: today, and what the plan changes by the end of its last year."""
    zone_set = results.zones.sets[set_id]
    names = zone_names(results, zone_set)
    found = (_indicator(zone_set, *quantity) for quantity in _quantities(results))
    return ZoneIndicators(zone_set, titles(f"zone_set_{set_id}", set_id), names, tuple(found))


def closed(values: Float, decimals: int, total: float | None = None) -> Float:
    """The values rounded by largest remainder, so that they sum to their rounded total, or to the `total` of the whole."""
    return np.asarray(largest_remainder(values, decimals, total), np.float64) + 0.0


def printed_total(values: Any, decimals: int) -> float:
    """The sum of the known values (n,) of all parcels, rounded: what every set of zones must add up to."""
    return float(np.round(exact_sum(values[~np.isnan(values)]), decimals)) + 0.0


def _indicator(zone_set: ZoneSet, name: str, title: str, unit: str, decimals: int, by: str, values: Any) -> Indicator:
    parts = zone_totals(zone_set, values) if by == "share" else counts_to_main(zone_set, values)
    total = printed_total(values, decimals)
    printed = closed(parts, decimals, total)
    return Indicator(name, name, titles(title), unit, decimals, by, printed, total, int(np.isnan(values).sum()))


def _quantities(results: Results) -> Iterator[tuple[str, str, str, int, str, Any]]:
    parcels = results.layers.parcels
    n = len(parcels)
    yield "parcels", "quantity_parcels", "count", 0, "main", np.ones(n)
    yield "area_mu", "quantity_area_mu", "mu", 2, "share", parcels.area_m2 / M2_PER_MU
    for name in QUANTITIES:
        if name in parcels.fields:
            counted = name in ("jobs", "firms")
            yield (
                name,
                f"quantity_{name}",
                UNITS[name],
                0 if counted else 2,
                "main" if counted else "share",
                parcels.numbers(name),
            )
    if results.options is None or results.portfolio is None:
        return
    chosen = results.options.parcel[results.portfolio.option]
    in_plan = np.zeros(n)
    in_plan[chosen] = 1.0
    yield "p_parcels", "planned_parcels", "count", 0, "main", in_plan
    yield "p_area_mu", "planned_area_mu", "mu", 2, "share", np.where(in_plan > 0, parcels.area_m2 / M2_PER_MU, 0.0)
    spend = np.zeros(n)
    spend[chosen] = results.options.fund_spend[results.portfolio.option].sum(axis=(1, 2))
    yield "p_spend_wan", "planned_spend_wan", "wan", 2, "share", spend
    for name in QUANTITIES:
        change = planned_change(results, name, int(results.portfolio.years[-1]))
        yield f"d_{name}", f"planned_{name}", UNITS[name], *_counting(name), change


def _counting(quantity: str) -> tuple[int, str]:
    """Decimals, and whether a quantity goes to the main zone (counts) or is split by area share."""
    return (0, "main") if quantity in ("jobs", "firms") else (2, "share")


def planned_change(results: Results, quantity: str, year: int) -> Float:
    """(n,) what the plan adds to a quantity of each parcel by the end of `year`; 0 where nothing is finished."""
    options, portfolio = results.options, results.portfolio
    out = np.zeros(len(results.scores))
    if options is not None and portfolio is not None:
        done = portfolio.start_year + options.works_years[portfolio.option] <= year
        out[options.parcel[portfolio.option[done]]] = options.change[quantity][portfolio.option[done]]
    return out
