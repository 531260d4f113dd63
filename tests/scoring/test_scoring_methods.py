"""Scoring methods against their papers, against pymcdm, and against the laws they promise."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.scoring.topsis import topsis
from landplan.scoring.weighted_sum import weighted_sum

NAN = float("nan")
TABLES = arrays(
    np.float64, st.tuples(st.integers(2, 8), st.integers(1, 5)), elements=st.floats(0.5, 100).map(lambda x: round(x, 3))
)


def test_weighted_sum_gives_the_numbers_of_kracka_2010(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["saw_kracka2010"]
    inputs, expected = case["inputs"], case["expected"]
    found = weighted_sum(inputs["matrix"], inputs["weights"], inputs["types"], normalisation="sum")
    assert found["scores"] == pytest.approx(expected["scores"], abs=case["tolerance"]["scores"])
    assert found["ranks"].tolist() == expected["ranks"]


def test_topsis_gives_the_numbers_of_hwang_and_yoon_1981(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["topsis_hwang_yoon1981_aircraft"]
    inputs, expected = case["inputs"], case["expected"]
    found = topsis(inputs["matrix"], inputs["weights"], inputs["types"], normalisation=inputs["normalisation"])
    for name in ("scores", "distance_to_best", "distance_to_worst"):
        assert found[name] == pytest.approx(expected[name], abs=case["tolerance"]["scores"])
    assert found["ranks"].tolist() == expected["ranks"]
    assert found["scores"] == pytest.approx([0.643277, 0.268384, 0.613542, 0.312291], abs=1e-6)


def test_topsis_winner_depends_on_the_normalisation(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["topsis_normalisation_matters"]
    inputs, expected = case["inputs"], case["expected"]
    minmax, vector = topsis(**inputs, normalisation="minmax"), topsis(**inputs, normalisation="vector")
    assert minmax["scores"] == pytest.approx(expected["minmax"], abs=1e-3)
    assert vector["scores"] == pytest.approx(expected["vector_recomputed"], abs=1e-6)
    assert (minmax["ranks"].tolist(), vector["ranks"].tolist()) == ([2, 1, 2], [1, 2, 3])


@given(TABLES, st.integers(0, 2**16), st.sampled_from(["minmax", "vector", "sum", "max"]))
@settings(max_examples=60, deadline=None)
def test_topsis_agrees_with_pymcdm(matrix: np.ndarray, seed: int, name: str) -> None:
    from pymcdm import normalizations
    from pymcdm.methods import TOPSIS

    n, m = matrix.shape
    matrix = matrix + np.arange(n)[:, None] * 0.123  # no constant column: pymcdm has no answer there
    random = np.random.default_rng(seed)
    weights, types = random.uniform(0.1, 1, m), random.choice([-1, 1], m)
    oracle = TOPSIS(normalization_function=getattr(normalizations, f"{name}_normalization"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of dominated rows
        expected = oracle(matrix, weights / weights.sum(), types)
    found = topsis(matrix, weights, types, normalisation=name)["scores"]
    assert found == pytest.approx(expected, abs=1e-9)


@given(TABLES, st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_weighted_sum_agrees_with_its_definition(matrix: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = random.uniform(0.1, 1, matrix.shape[1])
    expected = [sum(w * v for w, v in zip(weights / weights.sum(), row, strict=True)) for row in matrix]
    assert weighted_sum(matrix, weights)["scores"] == pytest.approx(expected, abs=1e-9)


@given(TABLES, st.floats(0.01, 1000), st.sampled_from([weighted_sum, topsis]))
@settings(max_examples=60, deadline=None)
def test_scaling_all_weights_changes_nothing(matrix: np.ndarray, scale: float, method: Any) -> None:
    weights = np.arange(1.0, matrix.shape[1] + 1)
    one, other = method(matrix, weights), method(matrix, weights * scale)
    assert other["scores"] == pytest.approx(one["scores"], abs=1e-12)


@given(TABLES, st.sampled_from([weighted_sum, topsis]), st.sampled_from(["none", "minmax", "vector"]))
@settings(max_examples=60, deadline=None)
def test_a_row_at_least_as_good_everywhere_never_ranks_behind(matrix: np.ndarray, method: Any, name: str) -> None:
    better = np.vstack([matrix, matrix[0] + 1.0])
    found = method(better, np.ones(matrix.shape[1]), normalisation=name)
    assert found["scores"][-1] >= found["scores"][0] - 1e-12
    assert found["ranks"][-1] <= found["ranks"][0]


def test_known_weight_scores_between_low_and_high() -> None:
    found = weighted_sum([[0.8, NAN], [0.5, 0.1], [NAN, NAN]], [3, 1], missing="known")
    assert found["scores"][:2] == pytest.approx([0.8, 0.4])
    assert (found["scores_low"][0], found["scores_high"][0], found["known_weight"][0]) == pytest.approx((0.6, 0.85, 0.75))
    assert np.isnan(found["scores"][2])
    assert found["ranks"].tolist() == [1, 2, 0]


@pytest.mark.parametrize("method", [weighted_sum, topsis])
def test_unknown_values_count_as_worst_or_are_refused(method: Any) -> None:
    assert method([[1.0], [2.0], [NAN]], [1], [-1])["ranks"].tolist() == [1, 2, 2]
    with pytest.raises(MethodError, match="1"):
        method([[1.0], [NAN]], [1], missing="refuse")


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [NAN, 1], [1]])
def test_weights_that_say_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(MethodError):
        weighted_sum([[1, 2]], weights)


def test_sum_normalisation_refuses_what_it_cannot_divide_by() -> None:
    with pytest.raises(MethodError, match="sum"):
        weighted_sum([[0.0], [1.0]], [1], [-1], normalisation="sum")


def test_vector_normalisation_survives_huge_numbers() -> None:
    assert topsis([[1e200, 1], [2e200, 1]], [1, 1])["scores"].tolist() == [0.0, 1.0]
