"""AHP against published matrices, pymcdm, a brute-force search, and the laws of pairwise comparison."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.core.pairwise import completed, judgements
from landplan.weighting.ahp import ahp

NAN = float("nan")
SCALE = [*(1 / k for k in range(9, 1, -1)), *range(1, 10)]
SEEDS = st.integers(0, 2**32 - 1)


def answers(seed: int, n: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    matrix = np.ones((n, n))
    for i, j in combinations(range(n), 2):
        matrix[i, j] = random.choice(SCALE)
        matrix[j, i] = 1 / matrix[i, j]
    return matrix


def changed(matrix: np.ndarray, i: int, j: int, value: float) -> np.ndarray:
    out = matrix.copy()
    out[i, j], out[j, i] = value, 1 / value
    return out


def lambda_max(matrix: np.ndarray) -> float:
    return float(np.linalg.eigvals(matrix).real.max())


def test_saaty_2008_drinks(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["ahp_saaty2008_drinks"]
    found = ahp(case["inputs"]["matrix"])
    assert found["weights"] == pytest.approx(case["expected"]["weights"], abs=6e-4)
    assert found["consistency_ratio"] == pytest.approx(0.022, abs=5e-4)
    assert found["lambda_max"] == pytest.approx(7.176629, abs=1e-6)
    assert (found["random_index"], found["must_warn"], found["issues"]) == ("Saaty RI(7)=1.35", False, ())
    other = ahp(case["inputs"]["matrix"], random_index="donegan_dodd")
    assert other["consistency_ratio"] == pytest.approx(0.0235, abs=5e-5)
    assert other["random_index"] == "Donegan & Dodd RI(7)=1.2519"


def test_wang_and_chin_2011_is_told_to_contradict_itself(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["ahp_wang_chin2011_inconsistent"]
    found = ahp(case["inputs"]["matrix"])
    assert found["weights"] == pytest.approx(case["expected"]["weights"], abs=6e-5)
    assert found["consistency_ratio"] == pytest.approx(0.2272, abs=5e-5)
    assert found["must_warn"]
    (issue,) = found["issues"]
    revisit = found["revisit"]
    assert (revisit["row"], revisit["column"], revisit["given"], revisit["becomes"]) == (1, 4, 0.2, 1.0)
    for lang in ("zh", "en"):
        assert "0.227" in issue.text(lang) and "1/5" in issue.text(lang) and "0.177" in issue.text(lang)


def test_bozoki_2010_fills_the_gap_as_published(worked_examples: dict[str, Any]) -> None:
    expected = worked_examples["ahp_bozoki2010_incomplete"]["expected"]
    matrix = [[1, 1, 5, 2], [None, 1, 3, 4], [None, None, 1, None], [None, None, None, 1]]
    found = ahp(matrix, random_index="donegan_dodd")
    assert found["completed"][2, 3] == pytest.approx(expected["completed"]["c_over_d"], abs=1e-6)
    assert found["weights"] == pytest.approx(expected["weights"], abs=1e-4)
    assert found["consistency_ratio"] == pytest.approx(expected["consistency_ratio"], abs=1e-4)


@given(SEEDS, st.integers(2, 9))
@settings(max_examples=30, deadline=None)
def test_weights_agree_with_pymcdm(seed: int, n: int) -> None:
    from pymcdm.weights.subjective import AHP

    matrix = answers(seed, n)
    found = ahp(matrix)
    assert found["weights"] == pytest.approx(AHP(matrix=matrix)(), abs=1e-9)
    assert found["lambda_max"] == pytest.approx(max(lambda_max(matrix), n), abs=1e-9)


@given(SEEDS, st.integers(1, 9), st.sampled_from(["eigenvector", "geometric_mean"]))
@settings(max_examples=40, deadline=None)
def test_a_consistent_matrix_gives_its_own_weights_and_no_contradiction(seed: int, n: int, method: str) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(n)) + 0.01
    found = ahp(weights[:, None] / weights, method=method)
    assert found["weights"] == pytest.approx(weights / weights.sum(), abs=1e-9)
    assert found["consistency_ratio"] == pytest.approx(0.0, abs=1e-9)
    assert (found["must_warn"], found["revisit"], found["issues"]) == (False, None, ())


@given(SEEDS, st.integers(3, 7))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_criteria_does_not_matter(seed: int, n: int) -> None:
    matrix, order = answers(seed, n), np.random.default_rng(seed).permutation(n)
    for method in ("eigenvector", "geometric_mean"):
        one, other = ahp(matrix, method=method), ahp(matrix[np.ix_(order, order)], method=method)
        assert other["weights"] == pytest.approx(one["weights"][order], abs=1e-9)
        assert other["consistency_ratio"] == pytest.approx(one["consistency_ratio"], abs=1e-9)


def test_the_two_methods_agree_on_three_criteria_and_differ_on_more() -> None:
    three, five = answers(1, 3), answers(1, 5)
    assert ahp(three)["weights"] == pytest.approx(ahp(three, method="geometric_mean")["weights"])
    assert np.abs(ahp(five)["weights"] - ahp(five, method="geometric_mean")["weights"]).max() > 0.01


@given(SEEDS, st.integers(3, 6))
@settings(max_examples=25, deadline=None)
def test_no_other_change_of_one_answer_contradicts_less(seed: int, n: int) -> None:
    matrix = answers(seed, n)
    found = ahp(matrix)
    least = min(
        lambda_max(changed(matrix, i, j, value)) for i, j in combinations(range(n), 2) for value in (*SCALE, matrix[i, j])
    )
    revisit = found["revisit"]
    if revisit is None:
        assert least >= lambda_max(matrix) - 1e-6
        return
    reached = lambda_max(changed(matrix, revisit["row"], revisit["column"], revisit["becomes"]))
    assert reached == pytest.approx(least, abs=1e-7)
    assert revisit["given"] == matrix[revisit["row"], revisit["column"]]
    table = {3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25}
    assert revisit["consistency_ratio"] == pytest.approx(max(reached - n, 0) / (n - 1) / table[n], abs=1e-7)


@given(SEEDS)
@settings(max_examples=10, deadline=None)
def test_the_answer_to_look_at_again_counts_gaps_as_free(seed: int) -> None:
    matrix = changed(answers(seed, 4), 0, 3, NAN)
    revisit, before = ahp(matrix)["revisit"], lambda_max(completed(judgements(matrix)))
    tried = [
        lambda_max(completed(judgements(changed(matrix, i, j, value))))
        for i, j in combinations(range(4), 2)
        for value in SCALE
        if (i, j) != (0, 3)
    ]
    if revisit is None:
        assert min(tried) >= before - 1e-6
    else:
        assert 4 + 3 * 0.89 * revisit["consistency_ratio"] == pytest.approx(min(tried), abs=1e-6)


def test_answers_that_alone_tie_criteria_together_contradict_nothing() -> None:
    found = ahp([[1, 5, None], [None, 1, 7], [None, None, 1]])
    assert found["completed"][0, 2] == pytest.approx(35.0)
    assert (found["consistency_ratio"], found["revisit"]) == (pytest.approx(0.0, abs=1e-9), None)


def test_one_and_two_criteria_cannot_contradict() -> None:
    assert ahp([[1]])["weights"].tolist() == [1.0]
    two = ahp([[1, 4], [None, 1]])
    assert two["weights"] == pytest.approx([0.8, 0.2])
    assert (two["consistency_ratio"], two["consistency_index"], two["must_warn"]) == (0.0, 0.0, False)


@pytest.mark.parametrize(
    ("matrix", "options", "named"),
    [
        ([[1, 2], [None, 1]], {"method": "eigen"}, "eigenvector"),
        ([[1, 2, 3], [None, 1, 1], [None, None, 1]], {"random_index": "saatty"}, "saaty"),
        ([[1, None, 3], [None, 1, None], [None, None, 1]], {}, "2"),
        (np.ones((16, 16)), {}, "15"),
    ],
)
def test_what_it_cannot_answer_is_refused(matrix: Any, options: dict[str, str], named: str) -> None:
    with pytest.raises(MethodError, match=named):
        ahp(matrix, **options)
