"""Sums along rows, against plain Python: what is known counts, in the order of the columns, on any layout and threads."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.kernels import row_scores as module
from landplan.core.kernels.row_scores import Scaling, distances, known_logs, known_sums, ordered_sums, regrets
from landplan.core.layers import Float

SHARES = st.floats(0.0, 1.0)
GAPS = SHARES | st.sampled_from([math.nan, math.inf, -math.inf, 1e300])
ROWS, WEIGHTS = arrays(np.float64, (7, 3), elements=GAPS), arrays(np.float64, 3, elements=SHARES)


def known_of(row: Float, weights: Float) -> list[tuple[float, float]]:
    return [(w, v) for v, w in zip(row.tolist(), weights.tolist(), strict=True) if w > 0 and abs(v) < 1e300]


@settings(max_examples=60, deadline=None)
@given(ROWS, WEIGHTS)
def test_each_row_is_the_sum_of_what_is_known(values: Float, weights: Float) -> None:
    total, known = known_sums(values, weights)
    for i, row in enumerate(values):
        sums = [0.0, 0.0]
        for w, v in known_of(row, weights):
            sums = [sums[0] + w * v, sums[1] + w]
        assert [total[i], known[i]] == sums


@settings(max_examples=40, deadline=None)
@given(ROWS, WEIGHTS)
def test_logarithms_add_up_and_zero_is_minus_infinity(values: Float, weights: Float) -> None:
    total, known = known_logs(values, weights)
    for i, row in enumerate(values):
        parts = [w * math.log(v) if v > 0 else -math.inf for w, v in known_of(row, weights)]
        assert total[i] == pytest.approx(sum(parts), rel=1e-14, abs=1e-300)
        assert known[i] == pytest.approx(sum(w for w, _v in known_of(row, weights)), abs=1e-15)


def test_logarithms_are_those_of_the_c_library_to_the_last_bits() -> None:
    random = np.random.default_rng(2)
    values = np.concatenate(
        [random.random(3000), 10.0 ** random.uniform(-322, 299.9, 3000), 1 + random.normal(size=3000) * 1e-6, [1.0, 2.0, 5e-324]]
    )
    found = known_logs(values[:, None], np.ones(1))[0]
    exact = np.array([math.log(x) for x in values.tolist()])
    assert (np.abs(found - exact) <= 1.5 * np.spacing(np.abs(exact))).all()
    assert (found[-3], found[-2]) == (0.0, math.log(2.0))


@settings(max_examples=40, deadline=None)
@given(arrays(np.float64, (6, 3), elements=SHARES), WEIGHTS)
def test_distances_and_regrets_are_their_definitions(values: Float, weights: Float) -> None:
    best, worst = values.max(axis=0), values.min(axis=0)
    to_best, to_worst = distances(values, weights, Scaling.plain(3), best, worst)
    assert to_best == pytest.approx(np.sqrt(((weights * (best - values)) ** 2).sum(axis=1)), abs=1e-15)
    assert to_worst == pytest.approx(np.sqrt(((weights * (values - worst)) ** 2).sum(axis=1)), abs=1e-15)
    total, largest = regrets(values, weights, Scaling.plain(3))
    assert total == pytest.approx((weights * values).sum(axis=1), abs=1e-15)
    assert largest == pytest.approx((weights * values).max(axis=1), abs=1e-15)


@settings(max_examples=60, deadline=None)
@given(ROWS, WEIGHTS, st.floats(0.1, 5.0))
def test_ordered_sums_weigh_the_best_by_the_start_of_the_quantifier(values: Float, weights: Float, alpha: float) -> None:
    total, known = ordered_sums(values, weights, Scaling.plain(3), alpha, np.zeros(0))
    for i, row in enumerate(values):
        parts = sorted(known_of(row, weights), key=lambda part: -part[1])
        whole, seen, expected = sum(w for w, _v in parts), 0.0, 0.0
        for w, v in parts:
            expected += (min(1.0, (seen + w) / whole) ** alpha - (seen / whole) ** alpha) * v
            seen += w
        assert total[i] == pytest.approx(expected, abs=1e-12)
        assert known[i] == pytest.approx(whole, abs=1e-15)


def test_scaling_fills_turns_and_inverts() -> None:
    by = Scaling(np.array([1.0, 0.0]), np.array([2.0, -4.0]), np.array([False, True]), np.array([5.0, math.nan]))
    total, known = known_sums(np.array([[3.0, 0.5], [math.nan, math.nan]]), np.array([0.25, 0.75]), by)
    assert total.tolist() == [0.25 * 1.0 + 0.75 * -0.5, 0.25 * 2.0]
    assert known.tolist() == [1.0, 0.25]
    assert by.at(np.array([3.0, 0.5])).tolist() == [1.0, -0.5]


CALLS: dict[str, Any] = {
    "sums": lambda values, weights, by: known_sums(values, weights, by),
    "logs": lambda values, weights, by: known_logs(values, weights, by),
    "distances": lambda values, weights, by: distances(values, weights, by, np.full(5, 2.0), np.zeros(5)),
    "regrets": lambda values, weights, by: regrets(values, weights, by),
    "ordered": lambda values, weights, by: ordered_sums(values, weights, by, 2.0, np.zeros(0)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_threads_and_layout_do_not_change_a_bit(call: Any) -> None:
    random = np.random.default_rng(5)
    n = module._LARGE + 77
    values = random.random((n, 5)) + 0.1
    values[random.random((n, 5)) < 0.1] = np.nan
    by = Scaling(np.full(5, 0.05), np.full(5, 0.9), np.zeros(5, np.bool_), np.full(5, 0.2))
    weights = np.array([0.3, 0.0, 0.21, 0.4, 0.09])
    whole = call(values, weights, by)
    half = [call(np.asfortranarray(part), weights, by) for part in np.array_split(values, 2)]  # each on one thread
    for k in (0, 1):
        assert np.array_equal(np.concatenate([part[k] for part in half]), whole[k])
