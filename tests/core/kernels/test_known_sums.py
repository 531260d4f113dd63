"""Weighted sums over what is known, against plain Python."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.kernels import known_sums as module
from landplan.core.kernels.known_sums import known_sums
from landplan.core.layers import Float

SHARES = st.floats(0.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, (7, 3), elements=SHARES | st.just(math.nan)), arrays(np.float64, 3, elements=SHARES))
def test_each_row_is_the_sum_of_what_is_known(values: Float, weights: Float) -> None:
    total, known = known_sums(values, weights)
    for i, row in enumerate(values.tolist()):
        sums = [0.0, 0.0]
        for value, weight in zip(row, weights.tolist(), strict=True):
            if weight > 0 and not math.isnan(value):
                sums = [sums[0] + weight * value, sums[1] + weight]
        assert [total[i], known[i]] == sums


def test_threads_and_layout_do_not_change_a_bit() -> None:
    random = np.random.default_rng(5)
    n = module._LARGE + 77
    values = random.random((n, 5))
    values[random.random((n, 5)) < 0.1] = np.nan
    weights = np.array([0.3, 0.0, 0.21, 0.4, 0.09])
    one = known_sums(np.asfortranarray(values), weights, threads=1)
    for found in (known_sums(values, weights, threads=3), known_sums(np.asfortranarray(values), weights)):
        assert np.array_equal(found[0], one[0])
        assert np.array_equal(found[1], one[1])
