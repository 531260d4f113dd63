"""Best–worst method against the recomputed case, Rezaei's table, and an exact solution found another way."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.weighting.best_worst import best_worst, consistency_indices


def largest_gap(weights: np.ndarray, to_others: np.ndarray, to_worst: np.ndarray, best: int, worst: int) -> float:
    gaps = np.abs(weights[best] - to_others * weights), np.abs(weights - to_worst * weights[worst])
    return float(np.max(gaps))


def by_corners(to_others: np.ndarray, to_worst: np.ndarray, best: int, worst: int) -> np.ndarray:
    """With ξ = 1 the sum of the weights is to be largest: each other weight at its bound, (w_B, w_W) at a corner of lines."""
    others = [j for j in range(len(to_others)) if j not in (best, worst)]
    most = to_others[worst]
    lines = [(1.0, -most, 1.0), (1.0, -most, -1.0)]
    for j in others:
        product = to_others[j] * to_worst[j]
        lines += [(1.0, -product, s * to_others[j] + t) for s in (-1.0, 1.0) for t in (-1.0, 1.0)]
    lines += [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    found = np.zeros(len(to_others))
    for one, other in combinations(lines, 2):
        a = np.array([one[:2], other[:2]])
        if abs(np.linalg.det(a)) < 1e-12:
            continue
        b, w = np.linalg.solve(a, [one[2], other[2]])
        weights = np.empty(len(to_others))
        weights[best], weights[worst] = b, w
        for j in others:
            weights[j] = min((b + 1) / to_others[j], to_worst[j] * w + 1)
        possible = (weights >= -1e-12).all() and largest_gap(weights, to_others, to_worst, best, worst) <= 1 + 1e-9
        if possible and weights.sum() > found.sum():
            found = weights
    return found


def test_the_recomputed_case(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["bwm_linear_same_input"]
    found = best_worst(**case["inputs"])
    assert found["weights"] == pytest.approx(case["expected"]["weights"], abs=1e-7)
    assert found["xi_L"] == pytest.approx(case["expected"]["xi_L"], abs=1e-7)
    assert found["consistency_index"] == pytest.approx(4.47, abs=0.006)
    assert found["consistency_ratio"] == pytest.approx(2 / 56)
    assert found["revisit"] == 1


def test_the_consistency_indices_of_rezaei_2015(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["bwm_consistency_index_table"]
    assert consistency_indices(case["inputs"]["a_BW"]) == pytest.approx(case["expected"]["CI"], abs=0.006)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_the_weights_are_the_exact_optimum(middle: list[int], seed: int) -> None:
    random, n = np.random.default_rng(seed), len(middle) + 2
    best, worst = random.choice(n, 2, replace=False)
    most = float(random.integers(2, 10))
    to_others, to_worst = np.ones(n), np.ones(n)
    to_others[[j for j in range(n) if j not in (best, worst)]] = middle
    to_worst[[j for j in range(n) if j not in (best, worst)]] = random.integers(1, 10, len(middle))
    to_others[worst] = to_worst[best] = most
    found = best_worst(to_others, to_worst, int(best), int(worst))
    weights = found["weights"]
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (weights >= 0).all()
    assert found["xi_L"] == pytest.approx(largest_gap(weights, to_others, to_worst, best, worst), abs=1e-9)
    if found["xi_L"] > 1e-9:
        oracle = by_corners(to_others, to_worst, best, worst)
        assert found["xi_L"] == pytest.approx(1 / oracle.sum(), abs=1e-9)
        assert weights == pytest.approx(oracle / oracle.sum(), abs=1e-9)


@given(st.lists(st.floats(0.05, 1), min_size=2, max_size=7, unique=True))
@settings(max_examples=40, deadline=None)
def test_answers_that_agree_give_their_own_weights(values: list[float]) -> None:
    w = np.array(values) / sum(values)
    best, worst = int(w.argmax()), int(w.argmin())
    to_others, to_worst = w[best] / w, w / w[worst]
    to_worst[best] = to_others[worst]
    found = best_worst(to_others, to_worst, best, worst)
    assert found["weights"] == pytest.approx(w, abs=1e-9)
    assert found["xi_L"] == pytest.approx(0.0, abs=1e-9)
    assert found["consistency_ratio"] == pytest.approx(0.0, abs=1e-9)


def test_answers_that_are_all_one_weigh_the_same() -> None:
    found = best_worst([1, 1, 1], [1, 1, 1], 0, 2)
    assert found["weights"] == pytest.approx([1 / 3] * 3)
    assert (found["consistency_index"], found["consistency_ratio"], found["revisit"]) == (0.0, 0.0, None)


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        (([1, 2, 8], [8, 5], 0, 2), "2"),
        (([1, 2, 8], [8, 5, 1], 0, 0), "0"),
        (([1, 2, 8], [8, 5, 1], 0, 3), "3"),
        (([1], [1], 0, 0), "0"),
        (([1, 0.5, 8], [8, 5, 1], 0, 2), "0.5"),
        (([1, 2, 8], [8, float("nan"), 1], 0, 2), "nan"),
        (([1, 2, 8], [7, 5, 1], 0, 2), "7"),
        (([2, 2, 8], [8, 5, 1], 0, 2), "1"),
    ],
)
def test_answers_that_do_not_fit_are_refused(answers: tuple[Any, ...], named: str) -> None:
    with pytest.raises(MethodError, match=named):
        best_worst(*answers)
