"""The price of connected pieces against trying every plan; half a price is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolio_cases import plans, problem

from landplan.core.progress import Cancelled
from landplan.portfolio.contiguity import contiguity
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import Problem
from landplan.portfolio.solution import check_solution
from landplan.portfolio.ties import Pieces


def best(p: Problem) -> float:
    """The worth of the best plan, by trying all."""
    return max(verdict.objective for plan in plans(p) if (verdict := check_solution(p, plan)).feasible)


def in_a_row(value: list[int], cost: list[int], budget: float, least: float) -> Problem:
    """Plots in a row under a budget, chosen in pieces of `least` plots or more."""
    n, line = len(value), np.arange(len(value))
    p = problem(np.array(value, float), line, [("budget", -np.inf, budget, line, np.array(cost, float))])
    return replace(p, pieces=(Pieces("pieces", line[:-1], line[1:], np.ones(n, bool), np.ones(n), least),))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5)), min_size=3, max_size=7), st.integers(3, 12), st.integers(2, 3))
def test_the_price_is_the_difference_of_the_two_best_plans(plots: list[tuple[int, int]], budget: int, least: int) -> None:
    p = in_a_row([value for value, _cost in plots], [cost for _value, cost in plots], budget, least)
    found = solve(p, gap=0.0)
    price = contiguity(p, found, gap=0.0, work_limit=1000)
    assert price is not None
    with_rule, without = best(p), best(replace(p, pieces=()))
    assert price.objective == pytest.approx(without, abs=1e-5)
    assert price.cost == pytest.approx(without - with_rule, abs=1e-5)
    assert price.least - 1e-5 <= without - with_rule <= price.most + 1e-5
    assert price.bound >= without - 1e-9


def test_a_loose_gap_gives_an_interval_that_holds_the_price() -> None:
    p = in_a_row([9, 1, 8, 1, 7, 1, 6, 2, 5], [3, 1, 3, 2, 3, 1, 3, 2, 3], 12, 3)
    price = contiguity(p, solve(p, gap=0.3), gap=0.3, work_limit=1000)
    assert price is not None
    assert price.least <= best(replace(p, pieces=())) - best(p) <= price.most


def test_without_the_rule_or_with_half_a_plan_there_is_no_price() -> None:
    p = in_a_row([5, 1, 5], [1, 1, 1], 2, 2)
    found = solve(p)
    assert contiguity(replace(p, pieces=()), found, gap=0.0, work_limit=10) is None
    assert contiguity(p, replace(found, status="cancelled"), gap=0.0, work_limit=10) is None

    def stop(*_told: Any, **_facts: Any) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        contiguity(p, found, gap=0.0, work_limit=10, progress=stop)
