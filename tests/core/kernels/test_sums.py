"""Sums without an order, rounding that ties out."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.kernels.sums import exact_parts, exact_sum, grouped_exact_sum, largest_remainder

finite = st.floats(-1e15, 1e15, allow_subnormal=False)


@given(st.lists(finite, max_size=40), st.randoms())
def test_any_order_gives_the_same_bits_and_the_right_ones(values, random):
    exact = float(sum(map(Fraction, values)))
    shuffled = random.sample(values, len(values))
    assert exact_sum(np.array(values)) == exact == exact_sum(np.array(shuffled))


def test_cancellation_keeps_the_small_part():
    assert exact_sum(np.array([1e16, 1.0, -1e16])) == 1.0
    assert exact_sum(np.array([])) == 0.0
    assert np.isnan(exact_sum(np.array([1.0, np.nan])))


@given(st.lists(finite, max_size=40), st.integers(1, 5))
def test_blocks_merge_to_the_same_bits(values, blocks):
    parts = [exact_parts(block) for block in np.array_split(np.array(values, float), blocks)]
    assert exact_sum(np.concatenate(parts)) == exact_sum(np.array(values, float))
    assert max(map(len, parts)) <= 41  # a double spans 2098 bits, and parts of 53 do not overlap


@given(st.lists(st.tuples(st.integers(-1, 4), finite), max_size=60), st.randoms())
def test_groups_sum_alone_in_any_order(rows, random):
    wanted = [float(sum(Fraction(v) for g, v in rows if g == k)) for k in range(5)]
    for listed in (rows, random.sample(rows, len(rows))):
        group = np.array([g for g, _ in listed], np.int64)
        values = np.array([v for _, v in listed], float)
        assert grouped_exact_sum(values, group, 5).tolist() == wanted


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50), st.integers(0, 4))
def test_rounded_values_sum_to_the_rounded_total(values, decimals):
    values = np.array(values)
    found = largest_remainder(values, decimals)
    unit = 10.0**-decimals
    assert np.round(exact_sum(found), decimals) == pytest.approx(np.round(exact_sum(values), decimals), abs=1e-7)
    assert np.abs(found - values).max() < unit * (1 + 1e-6)
    assert np.abs(found / unit - np.rint(found / unit)).max() < 1e-4


def test_what_needs_no_rounding_stays():
    assert largest_remainder(np.array([1.15, 2.35, np.nan, 0.0]), 2).tolist()[:2] == [1.15, 2.35]
    assert np.isnan(largest_remainder(np.array([1.0, np.nan]), 2)[1])
    assert largest_remainder(np.array([]), 2).tolist() == []


def test_equal_remainders_go_to_the_larger_value_whatever_the_order():
    assert largest_remainder(np.array([1.5, 3.5]), 0).tolist() == [1.0, 4.0]
    assert largest_remainder(np.array([3.5, 1.5]), 0).tolist() == [4.0, 1.0]


def test_published_area_adjustment():
    """Case `area_adjustment_largest_remainder`: naive rounding gives 11.61 ha."""
    found = largest_remainder(np.array([1.2345, 2.3456, 3.4567, 4.5678]), 2)
    np.testing.assert_allclose(found, [1.23, 2.34, 3.46, 4.57], atol=1e-9)
    assert exact_sum(found) == pytest.approx(11.6, abs=1e-9)


def test_parts_of_a_whole_add_up_to_the_total_of_the_whole():
    """Half a cent: the parts have lost their last bits and would round to 828.13 by themselves, the whole to 828.12."""
    whole = np.array([182.0, 233.0, 212.625, 200.5])
    share = np.array([0.28012797, 0.00325466, 0.20378154, 0.35484457])
    total = float(np.round(exact_sum(whole), 2))
    missed = 0
    for step in range(200):
        moved = np.clip(share + step / 1000, 0, 1)
        parts = np.array([(whole * moved).sum(), (whole * (1 - moved)).sum()])
        missed += round(float(largest_remainder(parts, 2).sum()), 2) != total
        assert round(float(largest_remainder(parts, 2, total).sum()), 2) == total == 828.12
    assert missed > 0
