"""OptionTable + ZoneShares + limits → Portfolio: at most one option and start year a parcel, with a proven gap."""

from __future__ import annotations

from collections.abc import Mapping
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
    from landplan.portfolio.problem import Problem
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
    from landplan.portfolio.milp import solve

    formulation = formulation_of(layers, zones, options, scheme, limits)
    built = problem_of(formulation, options.ids)
    found = solve(built.problem, gap=limits.gap, work_limit=limits.work_limit, progress=progress)
    if found.status == "infeasible":
        raise _no_plan(built.problem)
    return _finished(layers, zones, scheme, formulation, built, found)


def _no_plan(problem: Problem) -> SolveError:
    """The smallest clash of limits in words, and by how much each of them would have to give."""
    from landplan.portfolio.relax import conflicts

    found = conflicts(problem, most=1)
    if not found:
        return SolveError("no_plan_fits", "choose", limits="-", n=0)
    said = [f"{id} (±{give:,.6g})" if np.isfinite(give) else id for id, give in zip(found[0].ids, found[0].relax, strict=True)]
    return SolveError("no_plan_fits", "choose", limits=said, n=len(said))


def recorded_portfolio(
    layers: LayerSet, zones: ZoneShares, options: OptionTable, scheme: Scheme, limits: Choose, plan: Mapping[str, Any]
) -> Portfolio:
    """The Portfolio of a plan chosen before, every number computed anew; not solved again.

    plan: as `numbers/portfolio.json` records it. A bound that prices prove is proved again from the recorded prices; one
    that a search proved is taken as recorded. SolveError when the plan names what is no option, or breaks a limit.
    """
    from landplan.portfolio.certificate import bound_from_prices
    from landplan.portfolio.solution import check_solution, solution

    formulation = formulation_of(layers, zones, options, scheme, limits)
    built = problem_of(formulation, options.ids)
    chosen = np.searchsorted(built.kept, _recorded_columns(formulation, built, plan))
    verdict = check_solution(built.problem, chosen)
    if not verdict.feasible:
        faults = (*verdict.broken, *(str(options.ids[group]) for group in (*verdict.twice, *verdict.missing)))
        raise SolveError("recorded_plan_breaks", "portfolio", limits=faults)
    prices = np.array([float(plan.get("prices", {}).get(id) or 0.0) for id in built.problem.limit_ids])
    bound = float(plan.get("bound") or np.inf)
    if plan.get("proof") == "prices":
        proven = bound_from_prices(built.problem, prices)
        bound = bound if abs(bound - proven) <= 1e-6 * max(1.0, abs(proven)) else proven
    status, proof = plan.get("status", ""), plan.get("proof", "none")
    found = solution(built.problem, status, chosen, bound, proof=proof, prices=prices)
    return _finished(layers, zones, scheme, formulation, built, found)


def _recorded_columns(formulation: Formulation, built: Built, plan: Mapping[str, Any]) -> Int32:
    """The columns a recorded plan names; SolveError for the first that is not there."""
    table = formulation.options
    names = zip(table.parcel.tolist(), table.model.tolist(), table.tenure.tolist(), table.path.tolist(), strict=True)
    row = {(str(table.ids[i]), table.models[m], table.tenures[t], table.paths[p]): k for k, (i, m, t, p) in enumerate(names)}
    years = formulation.years.tolist()
    columns: list[int] = []
    for entry in plan.get("chosen", []):
        key = (str(entry.get("parcel")), str(entry.get("model")), str(entry.get("tenure")), str(entry.get("path")))
        option, year = row.get(key), entry.get("start_year")
        if option is None or year not in years:
            raise SolveError("recorded_not_an_option", "portfolio", parcel=key[0], option=f"{key[1:]} {year}")
        columns.append(option * len(years) + years.index(year))
    out = np.array(sorted(columns), np.int32)
    if (gone := out[~np.isin(out, built.kept)]).size:
        raise SolveError("recorded_not_an_option", "portfolio", parcel=table.ids[formulation.parcel[gone[0]]], option="-")
    return out


def formulation_of(layers: LayerSet, zones: ZoneShares, options: OptionTable, scheme: Scheme, limits: Choose) -> Formulation:
    """The choice as columns and limits."""
    area_m2 = layers.parcels.area_m2
    return Formulation(options, zones, limits, area_m2, scheme.discount_rate, scheme.base_year, where="recipe")


def _finished(
    layers: LayerSet, zones: ZoneShares, scheme: Scheme, formulation: Formulation, built: Built, found: Solution
) -> Portfolio:
    """The Portfolio of a solution: what it uses, what it adds up to, and how far the targets are."""
    columns = built.kept[found.chosen]
    columns = columns[np.argsort(formulation.parcel[columns], kind="stable")]
    option, start = formulation.option[columns], formulation.start[columns]
    environment = parcel_environment(layers.parcels, zones, scheme.constants)
    return Portfolio(
        option=option,
        start_year=start,
        status=found.status,
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        years=formulation.years.astype(np.int64),
        totals=totals_by_year(formulation.options, option, start, formulation.years),
        fund_spend=_fund_spend(formulation, columns),
        limits=tuple(
            LimitUse(row.id, row.quantity, row.unit, float(used), row.at_least, row.at_most, bool(binding))
            for row, used, binding in zip(built.rows, found.activity, found.binding, strict=True)
        ),
        targets=target_results(scheme, environment, formulation.options, option, start),
        proof=found.proof,
        prices={row.id: float(price) for row, price in zip(built.rows, found.prices, strict=True)},
        issues=built.issues,
    )


def _fund_spend(formulation: Formulation, columns: Int32) -> Float:
    funds = formulation.options.funds
    spend = [formulation.spend(fund)[columns].sum(axis=0) for fund in funds]
    return np.array(spend).reshape(len(funds), len(formulation.years) + 1)
