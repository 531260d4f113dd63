"""The cheapest way to a target against trying every plan: value, money, and the most that can be reached."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolio_cases import plans, problem, small_problems, worth

from landplan.portfolio.problem import Problem
from landplan.portfolio.target_gap import closed

EFFORT = {"gap": 0.0, "work_limit": 1000}


def by_hand(p: Problem, effect: np.ndarray, need: float) -> tuple[float, float]:
    """The most value of all plans that reach the need, and the most effect of all plans that are allowed."""
    allowed = [(worth(p, plan), sum(float(effect[c]) for c in plan)) for plan in plans(p)]
    allowed = [one for one in allowed if np.isfinite(one[0])]
    reach = [value for value, gain in allowed if gain >= need - 1e-6]
    return max(reach, default=-np.inf), max((gain for _value, gain in allowed), default=-np.inf)


@settings(max_examples=12, deadline=None)
@given(small_problems(), st.integers(0, 2**31), st.sampled_from((0.3, 0.7, 1.2)))
def test_the_best_plan_that_reaches_it_or_the_most_there_is(p: Problem, seed: int, share: float) -> None:
    effect = np.random.default_rng(seed).integers(0, 9, p.columns).astype(float)
    need = round(share * float(effect.max(initial=1.0)) * p.groups)
    value, most = by_hand(p, effect, need)
    found = closed(p, effect, need, **EFFORT)
    assert found.reached == np.isfinite(value)
    if found.reached:
        assert abs(found.plan.objective - value) <= 1e-6 * max(1.0, abs(value))
        assert found.gain >= need - 1e-6
    elif np.isfinite(most):
        assert found.gain == most
        assert found.most >= most - 1e-6


def test_money_first_then_value() -> None:
    """Both plans that reach 10 for 5 of money: the one of more value; a plan of most value costs 9."""
    value, cost, effect = np.array([1.0, 3.0, 9.0, 2.0]), np.array([5.0, 5.0, 9.0, 4.0]), np.array([10.0, 10.0, 10.0, 4.0])
    p = problem(value, [0, 1, 2, 3], [("area", -np.inf, 1.0, np.arange(4), np.ones(4))])
    assert closed(p, effect, 10.0, **EFFORT).plan.chosen.tolist() == [2]
    cheap = closed(p, effect, 10.0, cost=cost, **EFFORT)
    assert cheap.plan.chosen.tolist() == [1]
    assert 5.0 - 1e-6 <= cheap.least <= 5.0
    out = closed(p, effect, 11.0, cost=cost, **EFFORT)
    assert (out.reached, out.gain, out.most) == (False, 10.0, 10.0)
