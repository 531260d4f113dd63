"""Weighted product and WASPAS: the published numbers, pymcdm on random tables, and what a zero does."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.scoring.waspas import waspas
from landplan.scoring.weighted_product import weighted_product

NAN = float("nan")
TABLES = arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=st.floats(0.5, 100).map(lambda x: round(x, 3))
)


def terms(matrix: Float, seed: int) -> tuple[Float, Float, Any]:
    """A table without constant columns (pymcdm has no answer there), weights and types."""
    n, m = matrix.shape
    random = np.random.default_rng(seed)
    weights = random.uniform(0.1, 1, m)
    return matrix + np.arange(n)[:, None] * 0.123, weights / weights.sum(), random.choice([-1, 1], m)


def test_weighted_product_gives_the_published_logarithms() -> None:
    found = weighted_product(
        [[25.0, 20, 15, 30], [10, 30, 20, 30], [30, 10, 30, 10]], [0.2, 0.15, 0.4, 0.25], normalisation="sum"
    )
    assert found["log10_scores"] == pytest.approx([-0.50128589, -0.50448471, -0.52947246], abs=1e-7)
    assert found["ranks"].tolist() == [1, 2, 3]
    assert 10 ** found["log10_scores"] == pytest.approx(found["scores"], rel=1e-14)


def test_waspas_gives_the_numbers_of_zavadskas_2012() -> None:
    """The table of the paper as pymcdm's documentation quotes it."""
    matrix = [
        [30, 23, 5, 0.745, 0.745, 1500, 5000],
        [18, 13, 15, 0.745, 0.745, 1300, 6000],
        [15, 12, 10, 0.500, 0.500, 950, 7000],
        [25, 20, 13, 0.745, 0.745, 1200, 4000],
        [14, 18, 14, 0.255, 0.745, 950, 3500],
        [17, 15, 9, 0.745, 0.500, 1250, 5250],
        [23, 18, 20, 0.500, 0.745, 1100, 3000],
        [16, 8, 14, 0.255, 0.500, 1500, 3000],
    ]
    weights = np.array([0.1181, 0.1181, 0.0445, 0.1181, 0.2861, 0.2861, 0.0445])
    found = waspas(matrix, weights, [1, 1, 1, 1, 1, -1, -1])
    expected = np.array([0.8329, 0.7884, 0.6987, 0.8831, 0.7971, 0.7036, 0.8728, 0.5749])
    sums, products = found["weighted_sum"] * weights.sum(), found["weighted_product"] ** weights.sum()  # they sum to 1.0155
    assert (sums + products) / 2 == pytest.approx(expected, abs=6e-5)
    assert found["ranks"].tolist() == [3, 5, 7, 1, 4, 6, 2, 8]


@pytest.mark.parametrize("name", ["sum", "linear"])
@given(TABLES, st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_weighted_product_agrees_with_pymcdm(name: str, matrix: Float, seed: int) -> None:
    from pymcdm import normalizations
    from pymcdm.methods import WPM

    matrix, weights, types = terms(matrix, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of dominated rows
        expected = WPM(getattr(normalizations, f"{name}_normalization"))(matrix, weights, types)
    assert weighted_product(matrix, weights, types, normalisation=name)["scores"] == pytest.approx(expected, abs=1e-9)


@given(TABLES, st.integers(0, 2**16), st.sampled_from([0.0, 0.3, 1.0]))
@settings(max_examples=40, deadline=None)
def test_waspas_agrees_with_pymcdm(matrix: Float, seed: int, lam: float) -> None:
    from pymcdm.methods import WASPAS

    matrix, weights, types = terms(matrix, seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = WASPAS(l=lam)(matrix, weights, types)
    assert waspas(matrix, weights, types, lam=lam)["scores"] == pytest.approx(expected, abs=1e-9)


@given(TABLES, st.integers(0, 2**16), st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_other_units_multiply_all_products_alike(matrix: Float, seed: int, factor: float) -> None:
    matrix, weights, types = terms(matrix, seed)
    other = matrix.copy()
    other[:, 0] *= factor
    ratio = weighted_product(other, weights, types)["scores"] / weighted_product(matrix, weights, types)["scores"]
    assert ratio == pytest.approx(np.full(len(matrix), factor ** (weights[0] * types[0])), rel=1e-9)


def test_a_zero_is_a_zero_and_a_negative_value_is_refused() -> None:
    found = weighted_product([[0.0, 1.0], [0.5, 0.5]], [1, 3])
    assert found["scores"].tolist() == [0.0, pytest.approx(0.5)]
    assert found["log10_scores"][0] == -np.inf
    assert waspas([[0.0, 1.0], [0.5, 0.5]], [1, 3], normalisation="none")["scores"] == pytest.approx([0.375, 0.5])
    for method in (weighted_product, waspas):
        with pytest.raises(MethodError, match="1"):
            method([[-1.0, 1.0], [0.5, 0.5]], [1, 3], normalisation="none")
        with pytest.raises(MethodError):
            method([[0.0], [0.5]], [1], [-1], normalisation="none")  # 1/0


def test_a_gap_leaves_a_range_from_nothing_to_what_is_known() -> None:
    found = weighted_product([[0.25, NAN], [0.25, 1.0]], [1, 1], missing="known")
    assert found["scores"] == pytest.approx([0.25, 0.5])
    assert (found["scores_low"][0], found["scores_high"][0]) == (0.0, pytest.approx(0.5))
    assert found["scores_low"][1] == found["scores_high"][1] == pytest.approx(0.5)
    blend = waspas([[0.25, NAN]], [1, 1], missing="known", normalisation="none")
    assert (blend["scores_low"][0], blend["scores_high"][0]) == pytest.approx(((0.125 + 0.0) / 2, (0.625 + 0.5) / 2))
