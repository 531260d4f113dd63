"""Judgements read as they are meant, gaps filled with what contradicts least, random indices by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from landplan.core.errors import MethodError
from landplan.core.pairwise import (
    RANDOM_INDEX,
    completed,
    consistency_ratio,
    judgements,
    judgements_of,
    linked,
    mean_weights,
    principal_weights,
    random_index,
    random_index_text,
)

NAN = float("nan")
ANSWERS = np.array([1 / 9, 1 / 7, 1 / 5, 1 / 3, 1 / 2, 1, 2, 3, 5, 7, 9])


def answers(random: np.random.Generator, n: int, gaps: float = 0.0) -> np.ndarray:
    """A reciprocal matrix of random answers; a chain through all items is always judged, other pairs with 1 − gaps."""
    matrix = np.ones((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            judged = j == i + 1 or random.random() >= gaps
            matrix[i, j] = random.choice(ANSWERS) if judged else NAN
            matrix[j, i] = 1 / matrix[i, j]
    order = random.permutation(n)
    return matrix[np.ix_(order, order)]


def lambda_max(matrix: np.ndarray) -> float:
    return float(np.linalg.eigvals(matrix).real.max())


def test_one_triangle_is_enough_and_typed_reciprocals_are_made_exact() -> None:
    exact = [[1, 3, 1 / 8], [1 / 3, 1, 1 / 6], [8, 6, 1]]
    assert judgements([[1, 3, None], [None, 1, None], [8, 6, 1]]) == pytest.approx(np.array(exact))
    assert judgements([[NAN, 3, 0.13], [0.33, NAN, 0.17], [8, 6, NAN]]).tolist() == judgements(exact).tolist()


def test_a_pair_nobody_judged_stays_unknown() -> None:
    found = judgements([[1, 2, NAN], [NAN, 1, NAN], [NAN, 5, 1]])
    assert np.isnan(found).tolist() == [[False, False, True], [False, False, False], [True, False, False]]


@pytest.mark.parametrize(
    ("matrix", "named"),
    [
        ([[1, 2, 3], [0.5, 1, 1]], "3"),
        ([], "0"),
        ([[1, -2], [NAN, 1]], "-2"),
        ([[1, 0], [NAN, 1]], "0"),
        ([[1, np.inf], [NAN, 1]], "inf"),
        ([[1, 8], [1 / 9, 1]], "8"),
        ([[1, 2], [2, 1]], "2"),
        ([[2, 1], [1, 1]], "2"),
    ],
)
def test_what_is_no_judgement_is_refused_by_its_cell(matrix: list[list[float]], named: str) -> None:
    with pytest.raises(MethodError, match=named):
        judgements(matrix)


def test_judgements_by_name_stand_where_the_names_do() -> None:
    found = judgements_of(["a", "b", "c"], [("c", "a", 4), ("a", "b", 0.5)])
    assert found == pytest.approx(np.array([[1, 0.5, 0.25], [2, 1, NAN], [4, NAN, 1]]), nan_ok=True)
    with pytest.raises(MethodError, match="metro_m"):
        judgements_of(["metro_m", "flood"], [("metro", "flood", 2)])


def test_items_are_linked_directly_or_through_others() -> None:
    chain = judgements([[1, 2, NAN, NAN], [NAN, 1, 3, NAN], [NAN, NAN, 1, NAN], [NAN, NAN, NAN, 1]])
    assert linked(chain).tolist() == [True, True, True, False]
    with pytest.raises(MethodError, match="4"):
        completed(chain)


@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_gaps_of_consistent_judgements_are_filled_with_the_ratios_they_had(seed: int, n: int, gaps: float) -> None:
    random = np.random.default_rng(seed)
    weights = random.uniform(0.05, 1, n)
    ratios = weights[:, None] / weights
    found = completed(np.where(np.isnan(answers(random, n, gaps)), NAN, ratios))
    assert found == pytest.approx(ratios, rel=1e-9)
    assert principal_weights(found)[1] == pytest.approx(n, abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(3, 7), st.floats(0.2, 1))
@settings(max_examples=40, deadline=None)
def test_no_other_filling_has_a_smaller_eigenvalue(seed: int, n: int, gaps: float) -> None:
    random = np.random.default_rng(seed)
    matrix = judgements(answers(random, n, gaps))
    found, pairs = completed(matrix), np.argwhere(np.triu(np.isnan(matrix)))
    assert found[~np.isnan(matrix)].tolist() == matrix[~np.isnan(matrix)].tolist()
    assert found * found.T == pytest.approx(np.ones((n, n)))

    def largest(logs: np.ndarray) -> float:
        filled = found.copy()
        for (i, j), value in zip(pairs, logs, strict=True):
            filled[i, j], filled[j, i] = np.exp(value), np.exp(-value)
        return lambda_max(filled)

    least = largest(np.array([np.log(found[i, j]) for i, j in pairs]))
    if len(pairs):
        oracle = minimize(largest, np.zeros(len(pairs)), method="Nelder-Mead", options={"maxiter": 400, "fatol": 1e-12})
        assert least <= oracle.fun + 1e-9
        for _ in range(5):
            away = np.array([np.log(found[i, j]) for i, j in pairs]) + random.normal(0, 0.3, len(pairs))
            assert least <= largest(away) + 1e-12


def test_a_long_ring_of_contradictions_is_still_completed() -> None:
    n = 14
    ring = np.full((n, n), NAN)
    for i in range(n):
        ring[i, (i + 1) % n] = 9.0
    found = completed(judgements(ring))
    turn = np.roll(np.roll(found, 1, axis=0), 1, axis=1)  # the ring looks the same from every item
    assert found == pytest.approx(turn, rel=1e-6)
    assert principal_weights(found)[0] == pytest.approx(np.full(n, 1 / n), rel=1e-6)


def test_weights_of_consistent_judgements_are_the_ratios_by_both_ways() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    ratios = weights[:, None] / weights
    assert principal_weights(ratios) == (pytest.approx(weights), pytest.approx(3.0, abs=1e-12))
    assert mean_weights(ratios) == pytest.approx(weights)


def test_mean_weights_are_the_roots_of_the_row_products() -> None:
    matrix = judgements([[1, 3, 5], [NAN, 1, 4], [NAN, NAN, 1]])
    roots = matrix.prod(axis=1) ** (1 / 3)
    assert mean_weights(matrix) == pytest.approx(roots / roots.sum(), abs=1e-15)


def test_random_indices_have_names_and_ends() -> None:
    assert [random_index("saaty", n) for n in (1, 2, 3, 7, 15)] == [0.0, 0.0, 0.52, 1.35, 1.59]
    assert random_index("donegan_dodd", 20) == 1.5371
    assert random_index_text("donegan_dodd", 4) == "Donegan & Dodd RI(4)=0.8286"
    assert all(np.diff(known).min() > 0 for known in RANDOM_INDEX.values())
    with pytest.raises(MethodError, match="15"):
        random_index("saaty", 16)
    with pytest.raises(MethodError, match="donegan_dodd"):
        random_index("donegan", 4)


def test_the_consistency_ratio_is_the_index_over_the_random_index() -> None:
    assert consistency_ratio(4.2, 4, "saaty") == pytest.approx(0.2 / 3 / 0.89)
    assert consistency_ratio(2.0, 2, "saaty") == 0.0
