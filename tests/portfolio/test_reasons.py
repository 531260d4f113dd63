"""What parcels and limits cost, other plans and trade-offs, against trying every plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from portfolio_cases import optimum, plans, problem, small_problems, worth

from landplan.portfolio.alternatives import alternatives, difference
from landplan.portfolio.frontier import frontier, leavers
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import Problem
from landplan.portfolio.reasons import leaving_out, putting_in, rule_costs, without_rule

EFFORT = {"gap": 0.0, "work_limit": 1000}


def best_without(p: Problem, group: int) -> float:
    if group in p.must:
        p = replace(p, must=p.must[p.must != group])
    return max((worth(p, plan) for plan in plans(p) if group not in p.group[plan]), default=-np.inf)


@settings(max_examples=25, deadline=None)
@given(small_problems())
def test_costs_are_differences_of_optima(p: Problem):
    best = optimum(p)
    assume(np.isfinite(best))
    found = solve(p, gap=0)
    groups = np.unique(p.group[found.chosen]).tolist()
    for cost in leaving_out(p, found, groups, **EFFORT):
        true = best - best_without(p, int(cost.id))
        expected = max(0.0, true)
        assert cost.seen == pytest.approx(expected, abs=1e-4)
        assert cost.least - 1e-4 <= expected <= cost.most + 1e-4
    for cost in rule_costs(p, found, p.limit_ids, **EFFORT):
        gain = optimum(without_rule(p, cost.id)) - best
        assert cost.seen == pytest.approx(max(0.0, gain), abs=1e-4)
    outside = [g for g in np.unique(p.group).tolist() if g not in groups]
    for cost in putting_in(p, found, outside, **EFFORT):
        loss = best - optimum(replace(p, must=np.append(p.must, int(cost.id))))
        assert cost.seen == pytest.approx(loss, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(small_problems())
def test_other_plans_are_good_differ_and_none_is_passed_over(p: Problem):
    best = optimum(p)
    assume(np.isfinite(best) and best > 0)
    found, size, kind = solve(p, gap=0), np.ones(p.groups), np.arange(p.columns)
    given_plans = alternatives(p, found, most=400, worse=0.2, differ=0.0, size=size, kind=kind, **EFFORT)
    good = {tuple(sorted(plan)) for plan in plans(p) if worth(p, plan) >= best * 0.8 - 1e-9}
    seen = [tuple(plan.chosen.tolist()) for plan in given_plans.plans]
    assert len(set(seen)) == len(seen)
    assert good <= set(seen)
    assert given_plans.complete
    often = [np.mean([g in p.group[list(plan)] for plan in seen]) for g in range(p.groups)]
    assert given_plans.often == pytest.approx(often)


def test_plans_differ_by_area_where_asked():
    value, size = [10.0, 9.5, 9.0, 1.0], np.array([4.0, 1.0, 4.0, 1.0])
    p = problem(value, range(4), [("two", -np.inf, 2.0, range(4), np.ones(4))])
    found = solve(p, gap=0)
    some = alternatives(p, found, most=3, worse=0.5, differ=0.9, size=size, kind=np.zeros(4, np.int64), **EFFORT)
    assert [plan.chosen.tolist() for plan in some.plans[:2]] == [[0, 1], [0, 2]]
    pairs = [(a, b) for k, a in enumerate(some.plans) for b in some.plans[:k]]
    assert all(difference(p, a.chosen, b.chosen, size, np.zeros(4, np.int64)) >= 0.9 * 5 for a, b in pairs)


@settings(max_examples=20, deadline=None)
@given(small_problems())
def test_points_of_a_frontier_are_best_for_their_level(p: Problem):
    p = replace(p, must=p.must[:0])
    assume(np.isfinite(optimum(p)))
    second = -np.abs(p.value[::-1])
    for point in frontier(p, second, points=4, **EFFORT):
        reached = [worth(p, plan) for plan in plans(p) if second[plan].sum() >= point.level - 1e-9]
        assert point.first == pytest.approx(max(reached), abs=1e-4)
        assert point.plan.bound >= max(reached) - 1e-4


def test_a_larger_budget_may_drop_a_parcel_and_nested_plans_keep_it():
    """Value 5 for 4 is best below 6; with 6 the pair worth 7 for 3 + 3 is, without it."""
    p = problem([5.0, 3.5, 3.5], range(3), [("budget", -np.inf, 6.0, range(3), [4.0, 3.0, 3.0])])
    cost = -np.array([4.0, 3.0, 3.0])
    free = frontier(p, cost, points=4, **EFFORT)
    assert free[0].plan.chosen.tolist() == [1, 2]
    assert leavers(p, free[1].plan.chosen, free[0].plan.chosen).tolist() == [0]
    nested = frontier(p, cost, points=4, nested=True, **EFFORT)
    assert all(leavers(p, a.plan.chosen, b.plan.chosen).size == 0 for b, a in pairwise(nested))
    assert nested[0].first == 5.0
