"""Drawn weights: where they lie, that they fill it evenly, and what is said of impossible wishes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import landplan.core.weight_samples
from landplan.core.errors import MethodError
from landplan.core.weight_samples import expert_weights, free_weights, interval_weights, ordinal_weights, weight_samples

MANY = 40_000
ORDERED = [11 / 18, 5 / 18, 2 / 18]
"""The mean of all ordered weights of three: their rank-order centroid."""


def test_free_weights_are_uniform_on_the_simplex() -> None:
    drawn = free_weights(3, MANY, 1)
    assert np.abs(drawn.sum(axis=1) - 1).max() < 1e-12 and (drawn > 0).all()
    assert drawn.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.005)
    assert (drawn[:, 0] < 0.5).mean() == pytest.approx(0.75, abs=0.01)  # 1 − (1 − t)²
    assert -np.sort(-drawn, axis=1).mean(axis=0) == pytest.approx(ORDERED, abs=0.005)


@pytest.mark.parametrize(
    ("order", "mean"),
    [([1, 2, 3], ORDERED), ([3, 1, 2], [ORDERED[2], ORDERED[0], ORDERED[1]]), ([2, 1, 1], [ORDERED[2], 8 / 18, 8 / 18])],
)
def test_ordinal_weights_keep_the_order_and_their_mean_is_the_centroid(order: list[int], mean: list[float]) -> None:
    drawn = ordinal_weights(order, MANY, 1)
    for a in range(3):
        for b in range(3):
            if order[a] < order[b]:
                assert (drawn[:, a] >= drawn[:, b]).all()
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.005)
    assert np.abs(drawn.sum(axis=1) - 1).max() < 1e-12


def test_criteria_that_are_not_ordered_among_themselves_lie_either_way() -> None:
    drawn = ordinal_weights([2, 1, 1], MANY, 1)
    assert (drawn[:, 1] > drawn[:, 2]).mean() == pytest.approx(0.5, abs=0.01)
    assert (drawn[:, 1:].min(axis=1) >= drawn[:, 0]).all()


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ([0.2, 0.1, 0.0], [0.5, 0.3, 0.9]),
        ([0.3, 0.3, 0.3], [1.0, 1.0, 1.0]),  # a small simplex: attempts from the lower bounds
        ([0.0, 0.0, 0.0], [0.35, 0.35, 0.35]),  # and one from the upper
    ],
)
def test_interval_weights_fill_their_polygon_evenly(low: list[float], high: list[float]) -> None:
    drawn = interval_weights(low, high, MANY, 1)
    assert drawn.shape == (MANY, 3)
    assert (drawn >= low).all() and (drawn <= high).all() and np.abs(drawn.sum(axis=1) - 1).max() < 1e-12
    random = np.random.default_rng(0).dirichlet([1, 1, 1], 2_000_000)
    accepted = random[((random >= low) & (random <= high)).all(axis=1)]
    assert drawn.mean(axis=0) == pytest.approx(accepted.mean(axis=0), abs=0.003)
    assert drawn.std(axis=0) == pytest.approx(accepted.std(axis=0), abs=0.003)


def test_a_point_is_drawn_as_it_is() -> None:
    assert interval_weights([0.2, 0.8], [0.2, 0.9], 3, 1).tolist() == [[0.2, 0.8]] * 3
    assert interval_weights([0.1, 0.1], [0.4, 0.6], 3, 1).tolist() == [[0.4, 0.6]] * 3


def test_expert_weights_mix_what_was_said() -> None:
    drawn = expert_weights([[2, 0, 0], [0, 1, 1]], MANY, 1)
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.25, 0.25], abs=0.005)
    assert drawn[:, 1] == pytest.approx(drawn[:, 2], abs=1e-15)
    assert (drawn[:, 0] < 0.2).mean() == pytest.approx(0.2, abs=0.01)
    one = expert_weights([[1, 3]], 5, 1)
    assert one == pytest.approx(np.tile([0.25, 0.75], (5, 1)))


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("free", {}),
        ("ordinal", {"order": [1, 2, 3]}),
        ("intervals", {"low": [0.1] * 3, "high": [0.6] * 3}),
        ("experts", {"experts": [[1, 2, 3], [3, 2, 1]]}),
    ],
)
def test_the_same_seed_draws_the_same_and_more_draws_only_add(name: str, known: dict[str, Any]) -> None:
    drawn = weight_samples(name, 3, 1000, 7, **known)
    assert np.array_equal(weight_samples(name, 3, 200, 7, **known), drawn[:200])
    assert not np.array_equal(weight_samples(name, 3, 200, 8, **known), drawn[:200])


def test_given_weights_are_taken_as_they_are() -> None:
    assert weight_samples([1, 3], 2, 2, 1).tolist() == [[0.25, 0.75], [0.25, 0.75]]
    assert weight_samples([[1, 3], [2, 2], [1, 0]], 2, 99, 1).tolist() == [[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]
    assert np.array_equal(weight_samples("uniform on the simplex", 2, 5, 1), free_weights(2, 5, 1))


@pytest.mark.parametrize(
    ("weights", "known", "named"),
    [
        ("ordinall", {}, "ordinal"),
        ("ordinal", {}, "order"),
        ("intervals", {"low": [0, 0]}, "weights_high"),
        ("intervals", {"low": [0.6, 0.6], "high": [0.9, 0.9]}, "0.6"),
        ("intervals", {"low": [0.0, 0.0], "high": [0.4, 0.4]}, "0.4"),
        ("intervals", {"low": [0.5, 0.0], "high": [0.4, 0.9]}, "0.5"),
        ("intervals", {"low": [-0.1, 0.0], "high": [0.4, 0.9]}, "0.1"),
        ("experts", {"experts": [[0, 0]]}, "0"),
        ("ordinal", {"order": [1, float("nan")]}, "nan"),
        ("ordinal", {"order": [1, 2, 3]}, "3"),
        ([1, -1], {}, "0"),
        ([[1, 1], [0, 0]], {}, "0"),
        ([1, 1, 1], {}, "3"),
    ],
)
def test_wishes_that_cannot_be_are_told(weights: Any, known: dict[str, Any], named: str) -> None:
    with pytest.raises(MethodError, match=named):
        weight_samples(weights, 2, 10, 1, **known)


def test_bounds_that_are_hardly_ever_met_are_told_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landplan.core.weight_samples, "_TRIED", 1 << 14)
    high = np.array([0.05] * 20 + [0.0002] * 100)
    with pytest.raises(MethodError, match=r"0\.0002"):
        interval_weights(np.zeros(120), high, 10, 1)


def test_no_draws_are_refused() -> None:
    with pytest.raises(MethodError, match="0"):
        weight_samples("free", 2, 0, 1)
