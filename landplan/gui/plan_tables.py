"""What the portfolio panel shows in tables, as plain rows. No Qt here; what is unknown is NaN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int
from landplan.core.messages import pick
from landplan.core.recipe import Choose
from landplan.core.results import Results
from landplan.core.units import M2_PER_MU


@dataclass(frozen=True, slots=True)
class FundYear:
    """One fund in one year, 万元. budget None: nothing may be spent, or, of an unlimited fund, anything.

    spent, available: None without a plan; available includes what earlier years left where the fund carries over, and is
    None where the fund is unlimited. later: spending after the plan's years, charged to the last one (and in `spent`).
    """

    fund: str
    year: int
    budget: float | None
    spent: float | None = None
    available: float | None = None
    later: float = 0.0
    outside: bool = False
    """A budget of a year the plan does not have."""


def fund_years(choose: Choose, funds: tuple[str, ...], plan: Results | None) -> dict[str, tuple[FundYear, ...]]:
    """Every fund of the scheme (and of the recipe) with its years, in order; with what a plan spends."""
    years = list(choose.years.all)
    budgets = {budget.fund: budget for budget in choose.budgets}
    counted = {budget.fund for budget in choose.budgets if budget.on}
    found: dict[str, tuple[FundYear, ...]] = {}
    for fund in dict.fromkeys([*budgets, *funds]):
        wan = dict(budgets[fund].wan) if fund in budgets else {}
        spent, later = _spending(fund, years, plan)
        available = _available(years, wan, spent, carry_over=budgets[fund].carry_over) if fund in counted else {}
        last = years[-1]
        found[fund] = tuple(
            FundYear(
                fund,
                year,
                wan.get(year),
                spent.get(year),
                available.get(year),
                later if year == last else 0.0,
                outside=year not in choose.years.all,
            )
            for year in sorted({*years, *wan})
        )
    return found


def _spending(fund: str, years: list[int], plan: Results | None) -> tuple[dict[int, float], float]:
    """Spending by year, what falls later in the last year's; empty where the plan is of other years or has no such fund."""
    if plan is None or plan.options is None or plan.portfolio is None or fund not in plan.options.funds:
        return {}, 0.0
    if plan.portfolio.years.tolist() != years:
        return {}, 0.0
    *by_year, later = (float(value) for value in plan.portfolio.fund_spend[plan.options.funds.index(fund)])
    by_year[-1] += later
    return dict(zip(years, by_year, strict=True)), later


def _available(years: list[int], wan: Mapping[int, float], spent: Mapping[int, float], *, carry_over: bool) -> dict[int, float]:
    """What may be spent in each year of a plan: its budget, and what is left of those before it where that carries over."""
    found: dict[int, float] = {}
    left = 0.0
    for year in years if spent else ():
        found[year] = wan.get(year, 0.0) + left
        left = found[year] - spent[year] if carry_over else 0.0
    return found


@dataclass(frozen=True, slots=True)
class PathShare:
    """What a plan does by one path: parcels, area (mu), net present value by party (万元, at the base year).

    unknown: chosen options whose value nobody knows, by party; they are not in the sum.
    """

    path: str
    title: str
    place: int
    """Its place in the scheme, which is its colour."""
    count: int
    area_mu: float
    npv_wan: Mapping[str, float]
    unknown: Mapping[str, int]


def path_shares(plan: Results) -> tuple[PathShare, ...]:
    """The paths a plan takes, in the order of the scheme."""
    options, portfolio = plan.options, plan.portfolio
    if options is None or portfolio is None:
        return ()
    rows = portfolio.option
    area_mu = plan.layers.parcels.area_m2[options.parcel[rows]] / M2_PER_MU
    factor = (1.0 + plan.scheme.discount_rate) ** (portfolio.start_year - float(plan.scheme.base_year))
    worth = options.npv_wan[rows] / factor[:, None]
    places = {path.id: p for p, path in enumerate(plan.scheme.paths)}
    found = []
    for k, id in enumerate(options.paths):
        taken = options.path[rows] == k
        if not taken.any():
            continue
        sums = {party: _known_sum(worth[taken, p]) for p, party in enumerate(options.parties)}
        gaps = {party: int(np.isnan(worth[taken, p]).sum()) for p, party in enumerate(options.parties)}
        place = places.get(id, k)
        title = pick(plan.scheme.paths[place].title) if id in places else id
        found.append(PathShare(id, title, place, int(taken.sum()), float(np.nansum(area_mu[taken])), sums, gaps))
    return tuple(sorted(found, key=lambda one: one.place))


def _known_sum(values: Float) -> float:
    """The sum of what is known; NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if known.size else float("nan")


def places_of(ids: tuple[str, ...], known: Mapping[str, int]) -> Int:
    """Rows of the ids that are known, in their order."""
    return np.array([known[id] for id in ids if id in known], np.int64)


def among(rows: Int, rising: Int) -> npt.NDArray[np.bool_]:
    """(k,) whether each row is one of `rising`, in time that does not grow with the rows selected."""
    if not len(rising):
        return np.zeros(len(rows), bool)
    at = np.minimum(np.searchsorted(rising, rows), len(rising) - 1)
    return np.asarray(rising[at] == rows)
