"""OptionTable + ZoneShares + limits → Portfolio: at most one option and start year a parcel, with a proven gap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.environment import parcel_environment
from landplan.core.errors import SolveError
from landplan.core.layers import Float, LayerSet
from landplan.core.progress import Progress, silent
from landplan.core.recipe import Choose
from landplan.core.scheme import Scheme
from landplan.core.tables import Int32, LimitUse, OptionTable, Portfolio, ZoneShares
from landplan.portfolio.formulation import Built, Formulation, problem_of
from landplan.portfolio.targets import target_results, totals_by_year

if TYPE_CHECKING:
    from landplan.portfolio.solution import Solution


def choose(
    layers: LayerSet,
    zones: ZoneShares,
    options: OptionTable,
    scheme: Scheme,
    limits: Choose,
    progress: Progress = silent,
) -> Portfolio:
    """The plan that maximises the recipe's goal within its limits. Cancelling keeps the best plan found.

    Raises SolveError when no plan fits, naming a minimal set of limits that clash.
    """
    from landplan.portfolio.conflicts import conflicts
    from landplan.portfolio.milp import solve

    formulation = formulation_of(layers, zones, options, scheme, limits)
    built = problem_of(formulation, options.ids)
    found = solve(built.problem, gap=limits.gap, work_limit=limits.work_limit, progress=progress)
    if found.status == "infeasible":
        clash = conflicts(built.problem)
        raise SolveError("no_plan_fits", "choose", limits=clash, n=len(clash))
    columns = built.kept[found.chosen]
    environment = parcel_environment(layers.parcels, zones, scheme.constants)
    option, start = formulation.option[columns], formulation.start[columns]
    targets = target_results(scheme, environment, options, option, start)
    return _portfolio(formulation, built, found, option, start, targets)


def formulation_of(layers: LayerSet, zones: ZoneShares, options: OptionTable, scheme: Scheme, limits: Choose) -> Formulation:
    """The choice as columns and limits."""
    area_m2 = layers.parcels.area_m2
    return Formulation(options, zones, limits, area_m2, scheme.discount_rate, scheme.base_year, where="recipe")


def _portfolio(formulation: Formulation, built: Built, found: Solution, option: Int32, start: Int32, targets: Any) -> Portfolio:
    order = np.argsort(formulation.options.parcel[option], kind="stable")
    option, start = option[order], start[order]
    return Portfolio(
        option=option,
        start_year=start,
        status=found.status,
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        years=formulation.years.astype(np.int64),
        totals=totals_by_year(formulation.options, option, start, formulation.years),
        fund_spend=_fund_spend(formulation, built.kept[found.chosen]),
        limits=tuple(
            LimitUse(row.id, row.quantity, row.unit, float(used), row.at_least, row.at_most, bool(binding))
            for row, used, binding in zip(built.rows, found.activity, found.binding, strict=True)
        ),
        targets=targets,
        proof=found.proof,
        prices={row.id: float(price) for row, price in zip(built.rows, found.prices, strict=True)},
        issues=built.issues,
    )


def _fund_spend(formulation: Formulation, columns: Int32) -> Float:
    funds = formulation.options.funds
    spend = [formulation.spend(fund)[columns].sum(axis=0) for fund in funds]
    return np.array(spend).reshape(len(funds), len(formulation.years) + 1)
