"""Portfolio problems for tests: the published ones, small random ones with their exact answer, and large ones."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st

from landplan.portfolio.problem import TOLERANCE, Problem, limits_from_rows

Rows = list[tuple[str, float, float, Any, Any]]


def problem(value: Any, group: Any, rows: Rows, **more: Any) -> Problem:
    """A problem from (id, lower, upper, columns, uses) rows."""
    return Problem(
        np.asarray(value, float), np.asarray(group), *limits_from_rows([(row[3], row[4]) for row in rows]),
        np.array([row[1] for row in rows], float), np.array([row[2] for row in rows], float),
        tuple(row[0] for row in rows), **more,
    )  # fmt: skip


def paths_problem(inputs: dict[str, Any], *, rules: bool = True) -> Problem:
    """A published case with one path per plot: values and costs by plot and path, a budget, and its other rules."""
    values, costs, paths = np.array(inputs["values"], float), np.array(inputs["costs"], float), inputs["paths"]
    plots, width = values.shape
    rows: Rows = [("budget", -np.inf, inputs["budget"], np.arange(values.size), costs.ravel())]
    for rule in inputs["rules"] if rules else []:
        if rule["kind"] == "max_count":
            columns = np.arange(plots) * width + paths.index(rule["path"])
            rows.append(("max_count", -np.inf, rule["at_most"], columns, np.ones(plots)))
        if rule["kind"] == "lock":
            columns = np.array(rule["plots"]) * width + paths.index(rule["path"])
            rows.append(("lock", len(columns), np.inf, columns, np.ones(len(columns))))
    return problem(values.ravel(), np.repeat(np.arange(plots), width), rows)


def plans(p: Problem) -> list[list[int]]:
    """Every plan that takes at most one column per group and keeps the must-do list, whatever the limits."""
    must = set(p.must.tolist())
    ways = [[*np.flatnonzero(p.group == g).tolist(), *([] if g in must else [-1])] for g in range(p.groups)]
    return [[c for c in way if c >= 0] for way in product(*ways)]


def worth(p: Problem, plan: list[int]) -> float:
    """The objective of a plan, −inf when it breaks a hard limit; written out, apart from the code under test."""
    total = sum(float(p.value[c]) for c in plan)
    for r in range(p.limits):
        used = 0.0
        for k in range(int(p.limit_start[r]), int(p.limit_start[r + 1])):
            if int(p.limit_columns[k]) in plan:
                used += float(p.limit_data[k])
        missed = max(0.0, p.lower[r] - used, used - p.upper[r])
        if np.isfinite(p.penalty[r]):
            total -= float(p.penalty[r]) * missed
        elif missed > TOLERANCE:
            return -np.inf
    return total


def optimum(p: Problem) -> float:
    """The best objective of all plans, by trying them all; −inf when none keeps the hard limits."""
    return max(worth(p, plan) for plan in plans(p))


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    """Up to 5 parcels × 3 options, up to 3 limits of every kind: budgets, floors, bands, soft ones, gains of a fund."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=5))
    group = np.repeat(np.arange(len(sizes)), sizes)
    whole = st.integers(-4, 12)
    value = draw(st.lists(whole, min_size=group.size, max_size=group.size))
    rows: Rows = []
    for r in range(draw(st.integers(0, 3))):
        use = np.array(draw(st.lists(whole, min_size=group.size, max_size=group.size)), float)
        low = draw(st.sampled_from([-np.inf, -np.inf, 0, 3, 8]))
        high = draw(st.sampled_from([np.inf, 5, 9, 14, 20])) if low < 0 or draw(st.booleans()) else np.inf
        rows.append((f"limit {r}", low, max(low, high), np.flatnonzero(use), use[use != 0]))
    penalty = draw(st.lists(st.sampled_from([np.inf, np.inf, 0.5, 2.0]), min_size=len(rows), max_size=len(rows)))
    must = draw(st.lists(st.integers(0, len(sizes) - 1), max_size=2))
    return problem(value, group, rows, penalty=np.array(penalty), must=np.array(must, dtype=np.int64))


@st.composite
def clashing_problems(draw: st.DrawFn) -> Problem:
    """Up to 4 parcels × 2 options under floors and caps that often cannot be kept together."""
    sizes = draw(st.lists(st.integers(1, 2), min_size=1, max_size=4))
    group = np.repeat(np.arange(len(sizes)), sizes)
    rows: Rows = []
    for r in range(draw(st.integers(2, 4))):
        use = np.array(draw(st.lists(st.integers(0, 9), min_size=group.size, max_size=group.size)), float)
        floor = draw(st.booleans())
        low, high = (draw(st.sampled_from([6, 12, 18])), np.inf) if floor else (-np.inf, draw(st.sampled_from([0, 3, 6])))
        rows.append((f"limit {r}", low, high, np.flatnonzero(use), use[use != 0]))
    must = draw(st.lists(st.integers(0, len(sizes) - 1), max_size=2))
    return problem(np.zeros(group.size), group, rows, must=np.array(must, dtype=np.int64))


def town(parcels: int = 300, options: int = 4, years: int = 3, seed: int = 1) -> Problem:
    """Parcels × options × start years under two funds' cumulative budgets, a jobs cap and two zone limits."""
    r = np.random.default_rng(seed)
    area = r.lognormal(2.5, 0.7, parcels)
    cost = area[:, None] * r.uniform(20, 400, (parcels, options))
    value = cost * r.uniform(0.3, 2.2, (parcels, options))
    jobs = area[:, None] * r.uniform(-2, 4, (parcels, options))
    fund, zone = r.integers(0, 2, (parcels, options)), r.integers(0, 3, parcels)
    plot = np.repeat(np.arange(parcels), options * years)
    option = np.tile(np.repeat(np.arange(options), years), parcels)
    start = np.tile(np.arange(years), parcels * options)
    budget = cost.mean(axis=1).sum() * 0.15 / years / 2
    rows: Rows = []
    for f, year in product(range(2), range(years)):
        spent = np.minimum(1.0, np.maximum(0.0, year - start + 1) / 3)
        use = np.where(fund[plot, option] == f, cost[plot, option] * spent, 0.0)
        rows.append((f"fund {f} to {year}", -np.inf, budget * (year + 1), np.flatnonzero(use), use[use != 0]))
    rows.append(("jobs", -np.inf, jobs.mean() * parcels * 0.25, np.arange(plot.size), jobs[plot, option]))
    for z in range(2):
        inside = np.flatnonzero(zone[plot] == z)
        rows.append((f"zone {z}", -np.inf, area.sum() / 10, inside, area[plot[inside]]))
    return problem(value[plot, option] * 0.95**start, plot, rows)
