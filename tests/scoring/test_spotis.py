"""SPOTIS: the numbers of its paper, pymcdm on random tables, bounds that hold, and no rank reversal."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.scoring.spotis import spotis

TABLES = arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=st.floats(0.5, 100).map(lambda x: round(x, 3))
)


def test_spotis_gives_the_numbers_of_dezert_2020() -> None:
    """Example 1 of the paper."""
    matrix = [[10.5, -3.1, 1.7], [-4.7, 0, 3.4], [8.1, 0.3, 1.3], [3.2, 7.3, -5.3]]
    found = spotis(matrix, [0.2, 0.3, 0.5], [1, -1, 1], bounds=[[-5, 12], [-6, 10], [-8, 5]])
    assert found["distance"] == pytest.approx([0.1989, 0.3705, 0.3063, 0.7491], abs=5e-5)
    assert found["ranks"].tolist() == [1, 3, 2, 4]


@given(TABLES, st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_spotis_agrees_with_pymcdm(matrix: Float, seed: int) -> None:
    from pymcdm.methods import SPOTIS

    m = matrix.shape[1]
    random = np.random.default_rng(seed)
    weights, types = random.uniform(0.1, 1, m), random.choice([-1, 1], m)
    bounds = np.column_stack([matrix.min(axis=0) - 1.5, matrix.max(axis=0) + random.random(m)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = SPOTIS(bounds)(matrix, weights / weights.sum(), types)
    found = spotis(matrix, weights, types, bounds=bounds.tolist())
    assert found["distance"] == pytest.approx(np.asarray(expected), abs=1e-9)
    fewer = spotis(matrix[1:], weights, types, bounds=bounds.tolist())
    assert np.array_equal(fewer["scores"], found["scores"][1:])


def test_bounds_are_pairs_that_hold_the_values() -> None:
    with pytest.raises(MethodError, match="2"):
        spotis([[0.1, 0.2]], [1, 1], bounds=[[0, 1]])
    with pytest.raises(MethodError):
        spotis([[0.1]], [1], bounds=[[1, 0]])
    with pytest.raises(MethodError, match="2 … 9"):
        spotis([[0.1, 2.0], [0.2, 9.0]], [1, 1])
    assert spotis([[0.1, 2.0], [0.2, 9.0]], [1, 0])["ranks"].tolist() == [2, 1]


def test_a_gap_is_the_worse_bound_or_leaves_a_range() -> None:
    table = [[5.0, float("nan")], [5.0, 1.0]]
    bounds = [[0.0, 10.0], [0.0, 4.0]]
    assert spotis(table, [1, 1], [1, -1], bounds=bounds)["scores"] == pytest.approx([0.25, 0.625])
    found = spotis(table, [1, 1], [1, -1], bounds=bounds, missing="known")
    assert (found["scores_low"][0], found["scores"][0], found["scores_high"][0]) == pytest.approx((0.25, 0.5, 0.75))
