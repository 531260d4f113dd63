"""OWA: Yager's numbers, the slider from strict to lenient, orness and dispersion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.scoring.owa import owa
from landplan.scoring.weighted_sum import weighted_sum

TABLES = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=st.integers(0, 16).map(lambda x: x / 16))


def test_owa_gives_the_numbers_of_yager_1988() -> None:
    found = owa([[0.6, 1, 0.3, 0.5], [0, 0.7, 1, 0.2]], [1, 1, 1, 1], order_weights=[0.2, 0.3, 0.1, 0.4])
    assert found["scores"] == pytest.approx([0.55, 0.43], abs=1e-9)
    assert found["orness"] == pytest.approx(0.4333333, abs=1e-7)
    assert found["order_weights"] == pytest.approx([0.2, 0.3, 0.1, 0.4])


@pytest.mark.parametrize(
    ("order_weights", "orness", "dispersion"),
    [
        ([1, 0, 0, 0], 1.0, 0.0),
        ([0, 0, 0, 1], 0.0, 0.0),
        ([1, 1, 1, 1], 0.5, np.log(4)),
        ([0, 0, 1, 0, 0], 0.5, 0.0),
        ([0.2, 0.2, 0.2, 0.2, 0.2], 0.5, np.log(5)),
    ],
)
def test_orness_and_dispersion_of_known_attitudes(order_weights: list[float], orness: float, dispersion: float) -> None:
    found = owa(np.zeros((1, len(order_weights))), np.ones(len(order_weights)), order_weights=order_weights)
    assert (found["orness"], found["dispersion"]) == pytest.approx((orness, dispersion), abs=1e-12)


@given(TABLES, st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_the_slider_goes_from_the_worst_over_the_sum_to_the_best(matrix: Float, seed: int) -> None:
    weights = np.random.default_rng(seed).uniform(0.1, 1, matrix.shape[1])
    scores = [owa(matrix, weights, leniency=t)["scores"] for t in (0.0, 0.2, 0.5, 0.7, 1.0)]
    assert scores[0] == pytest.approx(matrix.min(axis=1))
    assert scores[2] == pytest.approx(weighted_sum(matrix, weights)["scores"], abs=1e-12)
    assert scores[4] == pytest.approx(matrix.max(axis=1))
    assert (np.diff(scores, axis=0) >= -1e-12).all()
    equal = owa(matrix, weights, order_weights=[1.0] * matrix.shape[1])["scores"]
    assert equal == pytest.approx(scores[2], abs=1e-12)


@given(TABLES, st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_with_equal_weights_it_is_the_sorted_row_times_the_order_weights(matrix: Float, seed: int) -> None:
    m = matrix.shape[1]
    order_weights = np.random.default_rng(seed).dirichlet(np.ones(m))
    expected = -np.sort(-matrix, axis=1) @ order_weights
    found = owa(matrix, np.full(m, 3.0), order_weights=order_weights.tolist())
    assert found["scores"] == pytest.approx(expected, abs=1e-12)
    assert found["orness"] == pytest.approx((np.arange(m)[::-1] * order_weights).sum() / (m - 1))


def test_the_slider_is_the_orness_of_many_criteria() -> None:
    for t in (0.1, 0.35, 0.8):
        assert owa(np.zeros((1, 4000)), np.ones(4000), leniency=t)["orness"] == pytest.approx(t, abs=1e-3)


@pytest.mark.parametrize("order_weights", [[0, 0], [-1, 2], [float("nan"), 1], []])
def test_order_weights_that_say_nothing_are_refused(order_weights: list[float]) -> None:
    with pytest.raises(MethodError):
        owa([[0.1, 0.2]], [1, 1], order_weights=order_weights)
