"""Ranges and exact sums of columns, against fractions; merging blocks in any order gives the same bits."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.kernels import column_stats as module
from landplan.core.kernels.column_stats import LIMIT, column_stats, root_of, total_of, units_of
from landplan.core.layers import Float

ANY = st.floats(allow_nan=True, allow_infinity=True)
COLUMNS = arrays(np.float64, st.integers(0, 30), elements=ANY)


def usable(column: Float) -> list[float]:
    return [x for x in column.tolist() if abs(x) < LIMIT]


@settings(max_examples=150, deadline=None)
@given(COLUMNS)
def test_range_count_and_sum_are_those_of_the_known_values(column: Float) -> None:
    stats = column_stats(column[:, None], 1)
    known = usable(column)
    assert (stats.rows, stats.known.tolist(), stats.unknown.tolist()) == (len(column), [len(known)], [len(column) - len(known)])
    assert (stats.low[0], stats.high[0]) == (min(known, default=math.inf), max(known, default=-math.inf))
    assert total_of(stats.totals[0]) == math.fsum(known)


@settings(max_examples=150, deadline=None)
@given(COLUMNS)
def test_squares_are_summed_exactly_however_large_or_small(column: Float) -> None:
    """Each square is rounded to 53 bits; their root is right to the last digits, where a float would not hold a square."""
    exact = sum((Fraction(x) ** 2 for x in usable(column)), Fraction(0))
    found = Fraction(column_stats(column[:, None], 2).totals[0], 1 << module._UNIT)
    assert abs(found - exact) <= exact * Fraction(1, 2**53)
    root = root_of(column_stats(column[:, None], 2).totals[0])
    assert root == pytest.approx(math.hypot(*usable(column)), rel=1e-15)


@settings(max_examples=80, deadline=None)
@given(arrays(np.float64, st.integers(0, 30), elements=st.floats(1e-290, 1e290)))
def test_reciprocals_are_summed_exactly(column: Float) -> None:
    assert total_of(column_stats(column[:, None], -1).totals[0]) == math.fsum(1.0 / x for x in column.tolist())


@settings(max_examples=60, deadline=None)
@given(COLUMNS, st.integers(0, 30), st.sampled_from([-1, 0, 1, 2]))
def test_blocks_merge_to_the_same_bits_in_any_order(column: Float, cut: int, power: int) -> None:
    whole = column_stats(column[:, None], power)
    one, other = column_stats(column[:cut, None], power), column_stats(column[cut:, None], power)
    for merged in (one.merged(other), other.merged(one), column_stats(column[::-1, None], power)):
        assert merged.totals == whole.totals
        for name in ("rows", "known", "low", "high"):
            assert np.array_equal(getattr(merged, name), getattr(whole, name))


def test_threads_and_layout_do_not_change_a_bit() -> None:
    random = np.random.default_rng(5)
    values = random.normal(size=(module._LARGE + 77, 3)) * 10.0 ** random.integers(-200, 200, (module._LARGE + 77, 3))
    whole = column_stats(values, [1, 2, -1])
    parts = [column_stats(np.asfortranarray(part), [1, 2, -1]) for part in np.array_split(values, 5)]  # each on one thread
    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merged(part)
    assert merged.totals == whole.totals
    assert np.array_equal(merged.low, whole.low)


def test_minus_zero_is_zero_and_totals_say_when_they_are_too_large() -> None:
    assert math.copysign(1.0, column_stats(np.array([[-0.0]])).low[0]) == 1.0
    huge = column_stats(np.full((4, 1), 9e299), 1).totals[0]
    assert total_of(huge) == 3.6e300
    assert total_of(huge * 10**9) == math.inf
    assert total_of(huge, -huge) == 0.0
    assert units_of(3.0, 2) == 9 << module._UNIT
    assert units_of(3.0, 0) == 0
