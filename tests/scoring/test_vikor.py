"""VIKOR: the published compromise, pymcdm on random tables, its conditions, and that units do not matter."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.layers import Float
from landplan.scoring.vikor import vikor

TABLES = arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=st.floats(0.5, 100).map(lambda x: round(x, 3))
)


@pytest.mark.parametrize("affine", [False, True])
def test_vikor_gives_the_numbers_of_opricovic_and_tzeng_2004(affine: bool) -> None:
    matrix = np.array([[1.0, 3000], [2, 3750], [5, 4500]])
    if affine:
        matrix = np.column_stack([matrix[:, 0] + 5, matrix[:, 1] / 1000 - 1])
    found = vikor(matrix, [0.5, 0.5], [-1, 1], v=0.5)
    assert found["S"] == pytest.approx([0.5, 0.375, 0.5], abs=1e-9)
    assert found["R"] == pytest.approx([0.5, 0.25, 0.5], abs=1e-9)
    assert found["Q"] == pytest.approx([1, 0, 1], abs=1e-9)
    assert (found["ranks"].tolist(), found["compromise_set"].tolist()) == ([2, 1, 2], [1])
    assert (found["acceptable_advantage"], found["acceptable_stability"]) == (True, True)


@given(TABLES, st.integers(0, 2**16), st.sampled_from([0.0, 0.4, 1.0]))
@settings(max_examples=60, deadline=None)
def test_vikor_agrees_with_pymcdm(matrix: Float, seed: int, v: float) -> None:
    from pymcdm.methods import VIKOR

    n, m = matrix.shape
    matrix = matrix + np.arange(n)[:, None] * 0.123  # no constant column: pymcdm refuses it
    random = np.random.default_rng(seed)
    weights, types = random.uniform(0.1, 1, m), random.choice([-1, 1], m)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = VIKOR(v=v)(matrix, weights / weights.sum(), types)
    found = vikor(matrix, weights, types, v=v)
    known = np.isfinite(expected)  # it divides 0 by 0 where all regrets are equal
    assert found["Q"][known] == pytest.approx(np.asarray(expected)[known], abs=1e-9)
    assert np.isfinite(found["Q"]).all()
    assert found["scores"] == pytest.approx(1.0 - found["Q"])


def test_without_an_acceptable_advantage_all_that_are_close_are_in_the_set() -> None:
    found = vikor([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.45, 0.5]], [3, 2], v=1.0)
    close = found["Q"] < 1 / 3
    assert not found["acceptable_advantage"]
    assert found["compromise_set"].tolist() == sorted(np.flatnonzero(close), key=lambda row: found["Q"][row])
    assert len(found["compromise_set"]) > 1


def test_a_first_that_is_best_by_neither_part_shares_with_the_second() -> None:
    """Found by search: Q is least for a row that has neither the least S nor the least R."""
    random = np.random.default_rng(0)
    for _ in range(4000):
        matrix = random.random((12, 4))
        found = vikor(matrix, [1, 1, 1, 1], v=0.5)
        if found["acceptable_advantage"] and not found["acceptable_stability"]:
            break
    order = np.argsort(found["Q"])
    first = order[0]
    assert found["S"][first] > found["S"].min()
    assert found["R"][first] > found["R"].min()
    assert found["compromise_set"].tolist() == order[:2].tolist()


def test_equal_firsts_are_all_in_the_set_and_few_rows_have_one() -> None:
    tied = vikor([[1.0], [1.0], [0.0]], [1])
    assert (tied["ranks"].tolist(), tied["compromise_set"].tolist(), tied["acceptable_advantage"]) == ([1, 1, 3], [0, 1], False)
    assert vikor([[1.0]], [1])["compromise_set"].tolist() == [0]
    assert vikor(np.zeros((0, 1)), [1])["compromise_set"].tolist() == []
