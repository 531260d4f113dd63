"""The bound that prices prove: never below any plan, whatever the prices; tight for good ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from landplan.portfolio.certificate import bound_from_prices
from landplan.portfolio.prices import laid_out, price_bound
from landplan.portfolio.problem import Problem
from tests.portfolio.portfolio_cases import optimum, problem, small_problems

NONE = -np.inf


@settings(max_examples=150, deadline=None)
@given(small_problems(), st.data())
def test_no_plan_is_worth_more_whatever_the_prices(p: Problem, data: Any) -> None:
    prices = st.one_of(st.floats(-20, 20), st.sampled_from([0.0, np.nan]))
    drawn = np.array(data.draw(st.lists(prices, min_size=p.limits, max_size=p.limits)))
    best = optimum(p)
    assert bound_from_prices(p, drawn) >= best - 1e-9 * max(1.0, abs(best))


def test_a_price_above_the_penalty_of_a_soft_limit_proves_no_more_than_the_penalty() -> None:
    """Missing the limit by 1 costs 0.5, so the plan of both parcels is worth 1.5; a price of 8 must not promise 1."""
    p = problem([1.0, 1.0], [0, 1], [("soft", NONE, 1.0, [0, 1], [1.0, 1.0])], penalty=np.array([0.5]))
    assert optimum(p) == 1.5
    assert bound_from_prices(p, np.array([8.0])) == pytest.approx(1.5)
    assert bound_from_prices(p, np.array([0.25])) == pytest.approx(1.75)


@settings(max_examples=100, deadline=None)
@given(small_problems())
@example(problem([6.0, 9.0, 8.0], [0, 1, 2], [("band", 4.0, 7.0, [0, 1, 2], [3.0, 5.0, 3.0])]))
def test_the_prices_found_prove_the_bound_that_was_reported(p: Problem) -> None:
    """What `verify` computes from the recorded prices is the recorded bound, floors and bands included."""
    priced = price_bound(laid_out(p))
    assume(np.isfinite(priced.bound))
    assert bound_from_prices(p, priced.prices) == pytest.approx(priced.bound, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "must", "price", "bound"),
    [
        ([("budget", NONE, 4.0, [0, 1], [2.0, 2.0])], [], [1.0], 4 + 4 + 4.0),  # both parcels fit: 6 − 2 each, and 4 units
        ([("budget", NONE, 4.0, [0, 1], [2.0, 2.0])], [], [0.0], 12.0),
        ([("budget", NONE, 2.0, [0, 1], [2.0, 2.0])], [], [3.0], 6.0),  # one fits: at a price of 3 none gains, 3 · 2
        ([("floor", 2.0, np.inf, [0, 1], [1.0, 1.0])], [], [-2.0], 8 + 8 - 4.0),
        ([("dear", NONE, 0.0, [0, 1], [1.0, 1.0])], [0], [9.0], -3.0),  # parcel 0 must; what it lacks is lost
    ],
)
def test_by_hand(rows: Any, must: list[int], price: list[float], bound: float) -> None:
    p = problem([6.0, 6.0], [0, 1], rows, must=np.array(must, np.int64))
    assert bound_from_prices(p, np.array(price)) == pytest.approx(bound)


def test_a_price_on_an_end_that_is_not_there_proves_nothing() -> None:
    cap = problem([6.0], [0], [("cap", NONE, 4.0, [0], [2.0])])
    floor = problem([6.0], [0], [("floor", 1.0, np.inf, [0], [2.0])])
    assert bound_from_prices(cap, np.array([-1.0])) == np.inf
    assert bound_from_prices(floor, np.array([1.0])) == np.inf
    assert bound_from_prices(cap, np.array([np.nan])) == 6.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 9)), min_size=1, max_size=6), st.data())
def test_tight_where_all_costs_are_alike(parcels: list[tuple[int, int]], data: Any) -> None:
    """With one unit a parcel and a whole budget, the price of the last parcel that fits proves the best plan exactly."""
    value = np.array([v for v, _ in parcels], float)
    room = data.draw(st.integers(0, len(parcels)))
    p = problem(value, np.arange(value.size), [("budget", NONE, float(room), np.arange(value.size), np.ones(value.size))])
    falling = np.sort(value)[::-1]
    price = falling[room] if room < value.size else 0.0
    assert bound_from_prices(p, np.array([price])) == pytest.approx(optimum(p))
