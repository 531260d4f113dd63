"""Stability intervals: the published numbers, and every limit checked by pushing the weight past it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.robustness.weight_stability import weight_stability


def pushed(values: np.ndarray, weights: np.ndarray, j: int, share: float) -> np.ndarray:
    """(n,) scores from the known weight, with weight j at this share and the others in their proportions."""
    rest = np.delete(weights, j)
    rest = rest / rest.sum() if rest.sum() > 0 else np.full(len(rest), 1 / len(rest))
    moved = np.insert(rest * (1 - share), j, share)
    return np.asarray(np.nan_to_num(values) @ moved / (~np.isnan(values) @ moved))


def test_the_worked_example(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["weight_stability_interval"]
    expected = case["expected"]
    found = weight_stability(**case["inputs"])
    assert found.rows.tolist() == [0]
    assert [found.low[0, 0], found.high[0, 0]] == pytest.approx(expected["w1_interval_where_A_wins"], abs=1e-6)
    assert found.distance[0] == pytest.approx([expected["distance_to_flip"]] * 2, abs=1e-6)
    assert (found.below.tolist(), found.above.tolist()) == ([[1, -1]], [[-1, 1]])


@given(st.integers(0, 2**20), st.integers(2, 12), st.integers(2, 5), st.integers(1, 3), st.sampled_from([0.0, 0.3]))
@settings(max_examples=120, deadline=None)
def test_pushed_past_the_limit_the_named_plot_takes_over_and_just_inside_none_does(
    seed: int, n: int, m: int, top: int, unknown: float
) -> None:
    random = np.random.default_rng(seed)
    values, weights = random.random((n, m)), random.uniform(0.1, 1, m)
    values[random.random((n, m)) < unknown] = np.nan
    values[np.isnan(values).all(axis=1), 0] = 0.5
    weights /= weights.sum()
    scores = pushed(values, weights, 0, weights[0])
    rows = np.argsort(-scores)[: min(top, n)]
    found = weight_stability(values, weights, rows=rows.tolist(), top=top)
    for place, row in enumerate(rows):
        for j in range(m):
            for limit, taker, out in ((found.low, found.below, -1), (found.high, found.above, 1)):
                share, other = limit[place, j], taker[place, j]
                inside = pushed(values, weights, j, share - out * 1e-7 * abs(share - weights[j]))
                assert (inside > inside[row] + 1e-12).sum() < top
                if other < 0:
                    assert share == pytest.approx(0.0 if out < 0 else 1.0, abs=1e-12)
                    continue
                beyond = pushed(values, weights, j, share + out * 1e-7)
                assert (beyond > beyond[row]).sum() >= top
                assert beyond[other] > beyond[row]
                if top == 1:
                    assert beyond.argmax() == other


def test_between_the_limits_the_place_is_never_lost() -> None:
    random = np.random.default_rng(8)
    values, weights = random.random((40, 4)), np.array([0.4, 0.3, 0.2, 0.1])
    values[random.random((40, 4)) < 0.2] = np.nan
    rows = np.argsort(-pushed(values, weights, 0, 0.4))[:5].tolist()
    found = weight_stability(values, weights, rows=rows, top=5)
    for place, row in enumerate(rows):
        for j in range(4):
            for share in np.linspace(found.low[place, j] + 1e-9, found.high[place, j] - 1e-9, 50):
                scores = pushed(values, weights, j, share)
                assert (scores > scores[row]).sum() < 5


def test_a_dominating_plot_keeps_its_place_whatever_the_weight() -> None:
    found = weight_stability([[0.2, 0.3], [0.9, 0.8], [0.5, 0.5]], [3, 1])
    assert (found.rows.tolist(), found.low.tolist(), found.high.tolist()) == ([1], [[0, 0]], [[1, 1]])
    assert np.isinf(found.distance).all()


def test_tied_plots_lose_to_each_other_at_once() -> None:
    found = weight_stability([[0.8, 0.2], [0.2, 0.8]], [1, 1])
    assert (found.rows.tolist(), found.low[0, 0], found.below[0, 0]) == ([0], 0.5, 1)
    nan = float("nan")
    for twin in ([0.8, 0.2, 0.3], [0.7, nan, 0.1], [nan, 0.9, 0.3]):
        assert np.isinf(weight_stability([twin, twin], [0.23, 0.38, 0.11]).distance).all()


def test_a_level_plot_that_falls_back_makes_no_room_for_another() -> None:
    """0.5 now; beyond 0.6 the third is ahead: 0.9 t + 0.05 (1 − t) > 0.8 t + 0.2 (1 − t)."""
    found = weight_stability([[0.8, 0.2], [0.2, 0.8], [0.9, 0.05]], [1, 1])
    assert (found.high[0, 0], found.above[0, 0], found.low[0, 0], found.below[0, 0]) == (pytest.approx(0.6), 2, 0.5, 1)


def test_a_weight_of_1_leaves_the_others_alike_and_a_single_criterion_has_nothing_to_move() -> None:
    found = weight_stability([[0.6, 0.0, 0.2], [0.4, 0.9, 0.5]], [1, 0, 0])
    share = found.low[0, 0]  # 0.6 t + 0.1 (1 − t) = 0.4 t + 0.7 (1 − t)
    assert share == pytest.approx(0.75)
    assert np.isinf(weight_stability([[0.6], [0.4]], [1]).distance).all()


def test_a_plot_without_the_place_and_unknown_values_are_refused() -> None:
    with pytest.raises(MethodError, match="1"):
        weight_stability([[0.9], [0.1]], [1], rows=[1])
    with pytest.raises(MethodError, match="1"):
        weight_stability([[0.9], [float("nan")]], [1], missing="refuse")
    with pytest.raises(MethodError):
        weight_stability([[float("nan")]], [1])
    assert len(weight_stability(np.zeros((0, 2)), [1, 1]).rows) == 0


def test_a_plot_of_which_nothing_weighed_is_known_takes_no_part() -> None:
    found = weight_stability([[0.5, float("nan")], [float("nan"), 0.9]], [1, 0])
    assert (found.rows.tolist(), np.isinf(found.distance).all()) == ([0], True)
