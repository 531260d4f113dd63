"""Cash flows of renewal options and the choice of a portfolio, beside HiGHS as scipy offers it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import data
import numpy as np
from portfolio_cases import problem, town
from small_plan import SCHEME
from trial import OURS, Case, Trial

from landplan.core.recipe import Choose
from landplan.core.scheme import Scheme
from landplan.core.tables import ZoneShares
from landplan.portfolio.problem import Problem

PATHS = "".join(
    f"""
[[paths]]
id = "path{k}"
title = {{ zh = "路径{k}", en = "Path {k}" }}
displaced_jobs = "jobs"
lines = [
  {{ id = "price", from = "district", to = "owner", fund = "special", at = 0, amount = "area_mu * price_wan_per_mu * 0.{k}" }},
  {{ id = "works", party = "owner", at = 0, years = 3, amount = "-area_mu * {20 + k}" }},
  {{ id = "rent", party = "owner", at = 3, years = 17, amount = "gfa_m2 * 0.0{k}" }},
  {{ id = "tax", party = "district", at = 2, years = 20, amount = "area_mu * after_tax_wan_per_mu_year - tax_wan" }},
]
"""
    for k in range(1, 5)
)


def four_paths() -> Scheme:
    """The small plan's scheme with four paths of four lines each."""
    start, end = SCHEME.index("[[paths]]"), SCHEME.index("[[targets]]")
    return Scheme.model_validate(tomllib.loads(SCHEME[:start] + PATHS + SCHEME[end:]))


def cash_flows(n: int, folder: Path) -> Trial:
    """Every option's flows, NPV, IRR and payback by party, and its columns for ten start years."""
    from landplan.portfolio.formulation import problem_of
    from landplan.steps.choose import formulation_of
    from landplan.steps.measure import measure
    from landplan.steps.propose import propose
    from landplan.steps.score import score

    scheme, zones = four_paths(), ZoneShares({})
    years = {"from": 2026, "to": 2035}
    budget = {"fund": "special", "wan": {str(year): 5.0 * n for year in range(2026, 2036)}}
    limits = Choose.model_validate({"years": years, "models_per_parcel": 1, "budgets": [budget]})

    def prepared(count: int) -> tuple[Any, ...]:
        layers = data.layers(count, features=20)
        criteria = measure(layers, zones, scheme)
        return layers, zones, criteria, score(layers, zones, criteria, scheme), scheme, limits

    inputs, small = prepared(n), prepared(60)

    def run(given: tuple[Any, ...]) -> Any:
        options = propose(*given)
        built = problem_of(formulation_of(given[0], zones, options, scheme, limits), options.ids)
        return options, built

    return Trial(
        {OURS: lambda: run(inputs)},
        facts=lambda found: {"options": len(found[0]), "columns": found[1].problem.columns},
        warm=lambda: run(small),
    )


def yearly(plots: int, options: int = 5, seed: int = 3) -> Problem:
    """One of five options a plot, each with its own costs in five yearly budgets."""
    random = np.random.default_rng([seed, plots])
    area = random.lognormal(2.5, 0.7, plots)
    cost = area[:, None] * random.uniform(20, 400, (plots, options))
    value = (cost * random.uniform(0.3, 2.2, (plots, options))).ravel()
    spent = random.dirichlet(np.ones(5), (plots, options)).reshape(-1, 5) * cost.ravel()[:, None]
    every = np.arange(plots * options)
    budget = float(cost.mean(axis=1).sum()) * 0.15 / 5
    rows = [(f"budget {year}", -np.inf, budget, every, spent[:, year]) for year in range(5)]
    return problem(value, np.repeat(np.arange(plots), options), rows)


def portfolio_small(n: int, folder: Path) -> Trial:
    return _against_highs(yearly(n), 0.0005, limit_s=20.0)


def portfolio_large(n: int, folder: Path) -> Trial:
    return _chosen(yearly(n), 0.0005)


def scheduled_small(n: int, folder: Path) -> Trial:
    return _chosen(town(n, 4, 5), 0.005)


def scheduled_large(n: int, folder: Path) -> Trial:
    return _chosen(town(n, 4, 5), 0.005)


def _chosen(asked: Problem, gap: float) -> Trial:
    from landplan.portfolio.milp import solve

    return Trial({OURS: lambda: solve(asked, gap=gap)}, facts=_facts, warm=lambda: solve(yearly(30), gap=gap))


def _against_highs(asked: Problem, gap: float, limit_s: float) -> Trial:
    from landplan.portfolio.milp import solve

    def difference(found: dict[str, Any]) -> float:
        """Whether either plan beats the other's proven bound."""
        ours, (best, bound) = found[OURS], found["HiGHS"]
        return float(max(best - ours.bound, ours.objective - bound, 0.0) / abs(ours.bound))

    return Trial(
        {OURS: lambda: solve(asked, gap=gap), "HiGHS": lambda: highs(asked, gap, limit_s)},
        difference,
        _facts,
        lambda: (solve(yearly(30), gap=gap), highs(yearly(30), gap, limit_s)),
    )


def highs(asked: Problem, gap: float, limit_s: float) -> tuple[float, float]:
    """Objective and bound of scipy's HiGHS on the same problem; −inf where it found no plan."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, csr_array, vstack

    shape = (asked.limits, asked.columns)
    limits = csr_array((asked.limit_data, asked.limit_columns, asked.limit_start), shape)
    once = coo_array((np.ones(asked.columns), (asked.group, np.arange(asked.columns))), (asked.groups, asked.columns))
    rows = vstack([limits, once]).tocsr()
    low = np.concatenate([asked.lower, np.full(asked.groups, -np.inf)])
    constraint = LinearConstraint(rows, low, np.concatenate([asked.upper, np.ones(asked.groups)]))
    options = {"mip_rel_gap": gap, "time_limit": limit_s}
    found = milp(-asked.value, integrality=np.ones(asked.columns), bounds=Bounds(0, 1), constraints=constraint, options=options)
    bound = -found.mip_dual_bound if found.mip_dual_bound is not None else np.inf
    return (-np.inf if found.x is None else -float(found.fun)), float(bound)


def _facts(found: Any) -> dict[str, Any]:
    return {"gap_percent": round(100 * found.gap, 4), "status": found.status, "proof": found.proof}


CASES = (
    Case("cash_flows", "Cash flows of 4 options, 10 start years", cash_flows, {"full": 50_000, "quick": 5_000, "tiny": 60}),
    Case("portfolio_5k", "Portfolio, 5 options × 5 budgets", portfolio_small, {"full": 5_000, "quick": 500, "tiny": 60}, "64"),
    Case("portfolio_50k", "Portfolio, 5 options × 5 budgets", portfolio_large, {"full": 50_000, "quick": 5_000, "tiny": 0}),
    Case("scheduled_5k", "Portfolio with start years and jobs", scheduled_small, {"full": 5_000, "quick": 500, "tiny": 60}),
    Case("scheduled_50k", "Portfolio with start years and jobs", scheduled_large, {"full": 50_000, "quick": 0, "tiny": 0}),
)
