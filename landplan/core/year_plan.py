"""What a plan does year by year: works of every chosen parcel, land supplied by model, spending of funds against ceilings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.layers import Float, Int
from landplan.core.results import Results
from landplan.core.units import M2_PER_MU


@dataclass(frozen=True, eq=False)
class YearPlan:
    """Arrays by year of a plan with c chosen options; years (y,) run on until the last works end and the last fund has paid.

    parcel (c,) rows of the layer; start, end (c,): works fill start … end − 1 (at least one year); path, model (c,) places in
    the scheme. area_mu (c,), NaN = unknown. planned: so many of the years can be started in. supply_mu (models, y): land
    that is supplied in its start year; unknown areas are in no sum. spend_wan (funds, y): by calendar year, not discounted.
    ceiling_wan (funds, planned): the year's budget, NaN where a fund has none; available_wan the same with what earlier years
    left where the fund carries over, and with what came in where income returns; never more than any one year may spend.
    """

    years: Int
    planned: int
    parcel: Int
    start: Int
    end: Int
    path: Int
    model: Int
    area_mu: Float
    supply_mu: Float
    funds: tuple[str, ...]
    spend_wan: Float
    ceiling_wan: Float
    available_wan: Float

    @property
    def unknown_areas(self) -> int:
        """Chosen parcels whose area nobody knows."""
        return int(np.isnan(self.area_mu).sum())

    def works_mu(self, of: Int) -> Float:
        """(y,) area under works in each year, of some of the chosen options."""
        at_work = (self.start[of, None] <= self.years) & (self.years < self.end[of, None])
        return np.asarray(np.nansum(np.where(at_work, self.area_mu[of, None], 0.0), axis=0))


def year_plan(results: Results) -> YearPlan | None:
    """The years of a plan; None where these results have none."""
    options, plan = results.options, results.portfolio
    if options is None or plan is None:
        return None
    rows, start = plan.option, plan.start_year.astype(np.int64)
    end = start + np.maximum(options.works_years[rows].astype(np.int64), 1)
    paid, came = _by_year(options.fund_spend[rows], start, plan.years), _by_year(options.fund_income[rows], start, plan.years)
    planned, last = len(plan.years), int(end.max(initial=int(plan.years[-1]) + 1)) - 1
    long = max(planned, last - int(plan.years[0]) + 1, int(np.flatnonzero(paid.any(axis=0)).max(initial=0)) + 1)
    years = int(plan.years[0]) + np.arange(long)
    spend = np.zeros((len(options.funds), long))
    spend[:, : min(long, paid.shape[1])] = paid[:, :long]
    scheme = results.scheme
    places = ({one.id: p for p, one in enumerate(scheme.paths)}, {one.id: p for p, one in enumerate(scheme.models)})
    path, model = (
        np.array([place[id] for id in ids], np.int64)[codes[rows]]
        for place, ids, codes in zip(places, (options.paths, options.models), (options.path, options.model), strict=True)
    )
    area = results.layers.parcels.area_m2[options.parcel[rows]] / M2_PER_MU
    supply = np.zeros((len(scheme.models), long))
    np.add.at(supply, (model, start - years[0]), np.nan_to_num(area, nan=0.0))
    ceiling, available = _ceilings(results, options.funds, spend[:, :planned], came[:, :planned])
    return YearPlan(years, planned, options.parcel[rows].astype(np.int64), start, end, path, model, area, supply, options.funds,
                    spend, ceiling, available)  # fmt: skip


def _by_year(amounts: Float, start: Int, years: Int) -> Float:
    """(funds, calendar years) from (c, funds, years after the start)."""
    out = np.zeros((amounts.shape[1], len(years) + amounts.shape[2]))
    for k in range(amounts.shape[2]):
        np.add.at(out.T, start - int(years[0]) + k, amounts[:, :, k])
    return out


def _ceilings(results: Results, funds: tuple[str, ...], spend: Float, income: Float) -> tuple[Float, Float]:
    """Budget of each fund and year, and what may be spent in it."""
    ceiling = np.full(spend.shape, np.nan)
    available = ceiling.copy()
    choose, plan = results.recipe.choose, results.portfolio
    for budget in choose.budgets if choose is not None and plan is not None else ():
        if not budget.on or budget.fund not in funds:
            continue
        f, left = funds.index(budget.fund), 0.0
        for y, year in enumerate(plan.years.tolist() if plan is not None else ()):
            ceiling[f, y] = budget.wan.get(year, 0.0)
            available[f, y] = ceiling[f, y] + left + (income[f, y] if budget.income_returns else 0.0)
            left = available[f, y] - spend[f, y] if budget.carry_over else 0.0
            available[f, y] = min(available[f, y], np.inf if budget.year_wan is None else budget.year_wan)
    return ceiling, available
