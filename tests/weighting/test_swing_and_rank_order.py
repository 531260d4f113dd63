"""Swing points and rank orders as weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.weighting.rank_order import rank_order
from landplan.weighting.swing import swing


def test_swing_weights_are_in_proportion_to_the_points() -> None:
    assert swing([100, 50, 30, 20])["weights"].tolist() == [0.5, 0.25, 0.15, 0.1]
    assert swing([0, 7])["weights"].tolist() == [0.0, 1.0]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=10).filter(lambda points: sum(points) > 1e-3), st.floats(0.01, 100))
def test_the_scale_of_the_points_does_not_matter(points: list[float], scale: float) -> None:
    weights = swing(points)["weights"]
    assert weights.sum() == pytest.approx(1.0)
    assert swing(np.array(points) * scale)["weights"] == pytest.approx(weights, abs=1e-12)


@pytest.mark.parametrize("points", [[], [0, 0], [-1, 2], [float("nan"), 1], [float("inf"), 1], [[1, 2]]])
def test_points_that_say_nothing_are_refused(points: list[float]) -> None:
    with pytest.raises(MethodError):
        swing(points)


@given(st.integers(1, 30), st.sampled_from(["roc", "rs", "rr"]))
def test_rank_order_weights_fall_and_sum_to_one(n: int, method: str) -> None:
    weights = rank_order(n, method=method)["weights"]
    assert weights.sum() == pytest.approx(1.0)
    assert (np.diff(weights) < 0).all()
    assert (weights > 0).all()


def test_roc_is_the_mean_of_all_weights_in_that_order() -> None:
    drawn = -np.sort(-np.random.default_rng(1).dirichlet(np.ones(4), 200_000), axis=1)
    assert rank_order(4)["weights"] == pytest.approx(drawn.mean(axis=0), abs=2e-3)
