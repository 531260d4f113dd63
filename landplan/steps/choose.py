"""OptionTable + ZoneShares + limits → Portfolio: at most one option and start year a parcel, with a proven gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from landplan.core.environment import parcel_environment
from landplan.core.errors import SolveError
from landplan.core.kernels.adjacency import adjacency
from landplan.core.layers import Float, LayerSet
from landplan.core.obstacles import plan_issues
from landplan.core.progress import Cancelled, Progress, silent
from landplan.core.recipe import Choose
from landplan.core.responsibility import duties, missing_duties
from landplan.core.scheme import Scheme
from landplan.core.tables import Contiguity, Int32, LimitUse, OptionTable, Portfolio, ZoneShares
from landplan.portfolio.formulation import Built, Formulation, problem_of
from landplan.portfolio.targets import target_results, totals_by_year, unknown_changes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.problem import Problem
    from landplan.portfolio.solution import Proof, Solution, Status


def choose(
    layers: LayerSet,
    zones: ZoneShares,
    options: OptionTable,
    scheme: Scheme,
    limits: Choose,
    progress: Progress = silent,
) -> Portfolio:
    """The plan that maximises the recipe's goal within its limits. Cancelling keeps the best plan found.

    Raises SolveError when no plan fits, naming a minimal set of limits that clash, or when none was found in the work
    allowed; Cancelled when none was found before.
    """
    from landplan.portfolio.clash import no_plan
    from landplan.portfolio.milp import solve

    formulation = formulation_of(layers, zones, options, scheme, limits)
    built = problem_of(formulation, options.ids)
    found = solve(built.problem, gap=limits.gap, work_limit=limits.work_limit, progress=progress)
    if found.status == "infeasible":
        raise no_plan(formulation, built, scheme, progress)
    if np.isnan(found.objective):
        raise Cancelled if found.status == "cancelled" else SolveError("no_plan_found", "choose", work=limits.work_limit)
    try:
        price = _price_of_pieces(built.problem, found, limits, progress)
    except Cancelled:
        found, price = replace(found, status="cancelled"), None
    return _finished(layers, zones, scheme, formulation, built, found, price)


def _price_of_pieces(problem: Problem, found: Solution, limits: Choose, progress: Progress) -> Contiguity | None:
    from landplan.portfolio.contiguity import contiguity

    return contiguity(problem, found, gap=limits.gap, work_limit=limits.work_limit, progress=progress)


def recorded_portfolio(
    layers: LayerSet,
    zones: ZoneShares,
    options: OptionTable,
    scheme: Scheme,
    limits: Choose,
    plan: Mapping[str, Any],
    progress: Progress = silent,
) -> Portfolio:
    """The Portfolio of a plan chosen before, every number computed anew; the plan itself is not chosen again.

    plan: as `numbers/portfolio.json` records it. A bound that prices prove is proved again from the recorded prices; one
    that a search proved is searched for again, as nothing less proves it. SolveError when the plan cannot be read, names
    what is no option, or breaks a limit.
    """
    from landplan.portfolio.solution import check_solution, solution

    recorded = _recorded(plan)
    formulation = formulation_of(layers, zones, options, scheme, limits)
    built = problem_of(formulation, options.ids)
    chosen = np.searchsorted(built.kept, _recorded_columns(formulation, built, recorded))
    verdict = check_solution(built.problem, chosen)
    if not verdict.feasible:
        faults = (*verdict.broken, *(str(options.ids[group]) for group in (*verdict.twice, *verdict.missing)))
        raise SolveError("recorded_plan_breaks", "portfolio", limits=faults)
    prices = np.array([recorded.prices.get(id, np.nan) for id in built.problem.limit_ids])
    bound, proof = _proven(built.problem, recorded, prices, limits, progress)
    found = solution(built.problem, recorded.status, chosen, bound, proof=proof, prices=prices)
    if recorded.status != "cancelled":
        found = replace(found, status="optimal within gap" if found.gap <= limits.gap else "work limit")
    price = _price_of_pieces(built.problem, found, limits, progress)
    return _finished(layers, zones, scheme, formulation, built, found, price)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A plan as it was recorded: (parcel, model, tenure, path) and start year of each choice, and what was proven how."""

    chosen: tuple[tuple[tuple[str, ...], object], ...]
    status: Status
    proof: Proof
    bound: float
    prices: Mapping[str, float]


def _recorded(plan: Mapping[str, Any]) -> _Recorded:
    try:
        chosen = tuple(
            (tuple(str(one[key]) for key in ("parcel", "model", "tenure", "path")), one["start_year"]) for one in plan["chosen"]
        )
        bound, prices = _number(plan["bound"]), {str(id): _number(price) for id, price in plan["prices"].items()}
        return _Recorded(chosen, plan["status"], plan["proof"], bound, prices)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SolveError("recorded_plan_unreadable", "portfolio", reason=error) from error


def _number(value: Any) -> float:
    """A recorded number; null is unknown."""
    return np.nan if value is None else float(value)


def _proven(
    problem: Problem, recorded: _Recorded, prices: Float, limits: Choose, progress: Progress
) -> tuple[float, Proof]:
    """The recorded bound where its proof stands, else what is proved anew; and by what."""
    from landplan.portfolio.certificate import bound_from_prices
    from landplan.portfolio.milp import solve

    if recorded.proof == "search":
        again = solve(problem, gap=limits.gap, work_limit=limits.work_limit, progress=progress)
        bound, proof = again.bound, again.proof
    elif recorded.proof == "prices":
        bound, proof = bound_from_prices(problem, prices), "prices"
    else:
        return np.inf, recorded.proof
    near = abs(recorded.bound - bound) <= 1e-9 * max(1.0, abs(bound))
    stopped_early = recorded.status == "cancelled" and proof == "search" and recorded.bound > bound
    return recorded.bound if near or stopped_early else bound, proof


def _recorded_columns(formulation: Formulation, built: Built, plan: _Recorded) -> Int32:
    """The columns a recorded plan names; SolveError for the first that is not there."""
    table = formulation.options
    names = zip(table.parcel.tolist(), table.model.tolist(), table.tenure.tolist(), table.path.tolist(), strict=True)
    row: dict[tuple[str, ...], int] = {
        (str(table.ids[i]), table.models[m], table.tenures[t], table.paths[p]): k for k, (i, m, t, p) in enumerate(names)
    }
    years = formulation.years.tolist()
    columns: list[int] = []
    for key, year in plan.chosen:
        option = row.get(key)
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
    geometry = layers.parcels.geometry
    return Formulation(options, zones, limits, area_m2, scheme.discount_rate, scheme.base_year, where="recipe",
                       touching=lambda: adjacency(geometry))  # fmt: skip


def solution_of(formulation: Formulation, built: Built, plan: Portfolio) -> Solution:
    """The Solution that a plan of this very formulation was made from, its totals added anew; nothing is solved again."""
    from landplan.portfolio.solution import solution

    column = plan.option.astype(np.int64) * len(formulation.years) + np.searchsorted(formulation.years, plan.start_year)
    prices = np.array([plan.prices.get(id, np.nan) for id in built.problem.limit_ids])
    status, proof = cast("Status", plan.status), cast("Proof", plan.proof)
    return solution(built.problem, status, np.searchsorted(built.kept, column), plan.bound, proof=proof, prices=prices)


def _finished(
    layers: LayerSet, zones: ZoneShares, scheme: Scheme, formulation: Formulation, built: Built, found: Solution,
    price: Contiguity | None,
) -> Portfolio:  # fmt: skip
    """The Portfolio of a solution: what it uses, what it adds up to, and how far the targets are."""
    columns = built.kept[found.chosen]
    columns = columns[np.argsort(formulation.parcel[columns], kind="stable")]
    option, start = formulation.option[columns], formulation.start[columns]
    parcel = formulation.options.parcel[option]
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
            for row, used, binding in zip(built.rows, found.activity, found.binding | _priced(found), strict=True)
        ),
        targets=target_results(scheme, environment, formulation.options, option, start),
        proof=found.proof,
        prices={row.id: float(price) for row, price in zip(built.rows, found.prices, strict=True)},
        issues=(
            *built.issues,
            *unknown_changes(formulation.options, option),
            *plan_issues(layers, parcel, start),
            *missing_duties(layers.parcels, duties(layers.parcels, scheme, formulation.options, option, start)),
        ),
        contiguity=price,
    )


def _priced(found: Solution) -> NDArray[np.bool_]:
    """(r,) whether relaxing a limit would raise the proven bound: a plan within its gap may leave a little of it unused.

    A price counts when what the plan uses is worth more than rounding at it, whatever money and land are counted in.
    """
    worth = np.abs(np.nan_to_num(found.prices, nan=0.0) * found.activity)
    return np.asarray(worth > 1e-9 * max(abs(found.objective), np.finfo(np.float64).tiny))


def _fund_spend(formulation: Formulation, columns: Int32) -> Float:
    funds = formulation.options.funds
    spend = [formulation.spend(fund)[columns].sum(axis=0) for fund in funds]
    return np.array(spend).reshape(len(funds), len(formulation.years) + 1)
