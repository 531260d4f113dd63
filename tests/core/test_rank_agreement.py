"""Agreement of two rankings against the definitions over all pairs, and against scipy."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.kernels.inversions import inversions
from landplan.core.rank_agreement import kendall, spearman

RANKS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=30)


@settings(deadline=None)
@given(st.lists(st.integers(-3, 9), max_size=60))
def test_inversions_are_the_pairs_the_wrong_way_round(values: list[int]) -> None:
    assert inversions(values) == sum(a > b for a, b in combinations(values, 2))


@settings(deadline=None)
@given(RANKS)
def test_kendall_is_its_definition_over_all_pairs(pairs: list[tuple[int, int]]) -> None:
    x, y = zip(*pairs, strict=True)
    agree = sum(np.sign(a[0] - b[0]) * np.sign(a[1] - b[1]) for a, b in combinations(pairs, 2))
    apart_x, apart_y = (sum(a != b for a, b in combinations(one, 2)) for one in (x, y))
    if apart_x and apart_y:
        assert kendall(x, y) == pytest.approx(agree / np.sqrt(apart_x * apart_y), abs=1e-12)
    else:
        assert kendall(x, y) == float(apart_x == apart_y)


@settings(deadline=None)
@given(RANKS)
def test_both_agree_with_scipy(pairs: list[tuple[int, int]]) -> None:
    from scipy.stats import kendalltau, spearmanr

    x, y = (np.array(one) for one in zip(*pairs, strict=True))
    if len(set(x.tolist())) > 1 and len(set(y.tolist())) > 1:
        assert kendall(x, y) == pytest.approx(kendalltau(x, y, method="asymptotic").statistic, abs=1e-12)
        assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
        assert spearman(x, -y) == pytest.approx(-spearman(x, y), abs=1e-12)


@pytest.mark.parametrize("measure", [kendall, spearman])
def test_no_order_agrees_with_no_order_only(measure) -> None:  # type: ignore[no-untyped-def]
    assert measure([1, 1, 1], [2, 2, 2]) == 1.0
    assert measure([1, 1, 1], [1, 2, 3]) == 0.0
    assert measure([1], [4]) == 1.0
    assert measure([1, 2, 3], [1, 2, 3]) == pytest.approx(1.0)
    assert measure([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)


def test_a_large_ranking_is_counted_and_not_compared_pair_by_pair() -> None:
    order = np.random.default_rng(1).permutation(200_000)
    assert inversions(np.arange(200_000)[::-1]) == 199_999 * 100_000
    assert abs(kendall(np.arange(200_000), order)) < 0.01
