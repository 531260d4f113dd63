"""Money over years: published figures, laws, and roots counted exactly by Sturm's theorem in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.renewal.finance import discounted_payback_years, npv, payback_years, peak_funding
from landplan.renewal.irr import irr, irr_roots, sign_changes

money = st.integers(-1000, 1000)
flows = st.lists(money, min_size=2, max_size=12)
rates = st.floats(-0.5, 2.0)


def test_npv_excel():
    given_flows = [-10000, 3000, 4200, 6800]
    assert npv(given_flows, 0.1, first_year=1) == pytest.approx(1188.4434, abs=1e-3)
    assert npv(given_flows, 0.1) == pytest.approx(1307.29, abs=5e-3)  # the plan's convention: year 0 is not discounted


def test_irr_excel():
    assert irr_roots([-70000, 12000, 15000, 18000, 21000, 26000]) == pytest.approx([0.0866309], abs=1e-6)


def test_irr_two_roots():
    assert irr_roots([100, -230, 132]) == pytest.approx([0.1, 0.2], abs=1e-9)
    values, count = irr(np.array([[100.0, -230.0, 132.0]]))
    assert np.isnan(values[0])
    assert count[0] == 2


def test_none_one_several_and_unknown():
    values, count = irr(np.array([[1.0, 2, 3], [-1, 0, 1.21], [1, -2.3, 1.32], [-1, np.nan, 2], [0, 0, 0]]))
    assert count.tolist() == [0, 1, 2, -1, 0]
    assert values[1] == pytest.approx(0.1, abs=1e-12)
    assert np.isnan(values[[0, 2, 3, 4]]).all()


def test_a_rate_that_only_touches_zero_counts_once():
    assert irr_roots([1, -2.2, 1.21]) == pytest.approx([0.1], abs=1e-7)


def test_very_high_and_very_low_rates_are_found():
    assert irr_roots([-1e-6, 1e6]) == pytest.approx([1e12 - 1], rel=1e-9)
    assert irr_roots([-1e6] + [0] * 30 + [1.0]) == pytest.approx([1e-6 ** (1 / 31) - 1], abs=1e-12)


def _sturm_count(amounts: list[int]) -> int:
    """Distinct positive roots of Σ c_t x^t, by Sturm's theorem in exact fractions."""

    def trimmed(p: list[Fraction]) -> list[Fraction]:
        while p and p[-1] == 0:
            p = p[:-1]
        return p

    def remainder(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
        a = a[:]
        while len(a) >= len(b):
            q, shift = a[-1] / b[-1], len(a) - len(b)
            a = [c - q * b[i - shift] if i >= shift else c for i, c in enumerate(a)][:-1]
        return trimmed(a)

    def variations(signs: list[Fraction]) -> int:
        kept = [s for s in signs if s != 0]
        return sum(x * y < 0 for x, y in pairwise(kept))

    poly = trimmed([Fraction(c) for c in amounts])
    while poly and poly[0] == 0:
        poly = poly[1:]
    if len(poly) < 2:
        return 0
    chain = [poly, [i * c for i, c in enumerate(poly)][1:]]
    while len(chain[-1]) > 1 and (rest := remainder(chain[-2], chain[-1])):
        chain.append([-c for c in rest])
    return variations([p[0] for p in chain]) - variations([p[-1] for p in chain])


@settings(max_examples=150, deadline=None)
@given(flows)
def test_every_rate_is_found(amounts: list[int]):
    roots = irr_roots(amounts)
    assert len(roots) == _sturm_count(amounts)
    assert len(roots) <= sign_changes(np.array([amounts], dtype=float))[0]


@settings(max_examples=80, deadline=None)
@given(flows)
def test_npv_at_the_rate_of_return_is_zero(amounts: list[int]):
    for rate in irr_roots(amounts):
        size = npv(np.abs(amounts), rate)
        assert abs(npv(amounts, rate)) <= 1e-9 * size


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 8).flatmap(lambda n: st.tuples(*[st.lists(money, min_size=n, max_size=n)] * 2)), money, rates)
def test_npv_is_linear(pair: tuple[list[int], list[int]], factor: int, rate: float):
    a, b = (np.array(x, dtype=float) for x in pair)
    size = npv(abs(factor) * abs(a) + abs(b), rate)
    assert npv(factor * a + b, rate) == pytest.approx(factor * npv(a, rate) + npv(b, rate), abs=1e-12 * size + 1e-12)


@settings(max_examples=80, deadline=None)
@given(flows, rates)
def test_a_year_later_is_worth_one_plus_r_less(amounts: list[int], rate: float):
    size = npv(np.abs(amounts), rate) / (1 + rate)
    for later in (npv([0, *amounts], rate), npv(amounts, rate, first_year=1)):
        assert later == pytest.approx(npv(amounts, rate) / (1 + rate), abs=1e-12 * size)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(money, min_size=6, max_size=6), min_size=1, max_size=12))
def test_rows_do_not_know_each_other(rows: list[list[int]]):
    table = np.array(rows, dtype=float)
    values, count = irr(table)
    for i, row in enumerate(table):
        alone, ways = irr(row[None])
        assert ways[0] == count[i]
        assert np.array_equal(alone, values[i : i + 1], equal_nan=True)
        assert npv(row, 0.07) == npv(table, 0.07)[i]


def test_npv_takes_a_rate_for_each_row():
    both = npv([[-100.0, 110.0], [-100.0, 110.0]], [0.1, 0.0])
    assert both == pytest.approx([0, 10], abs=1e-12)


def test_a_rate_of_minus_one_is_refused():
    with pytest.raises(MethodError) as error:
        npv([1, 2], -1.0)
    assert error.value.id == "finance_rate_too_low"


def test_payback_is_for_good_and_fractional():
    table = np.array([[-100, 40, 40, 40], [-100, 40, 40, 10], [10, 5, 5, 5], [-100, 150, -100, 150], [-1, np.nan, 9, 9]])
    assert payback_years(table)[[0, 2, 3]] == pytest.approx([2.5, 0, 2 + 50 / 150])
    assert np.isnan(payback_years(table)[[1, 4]]).all()


def test_discounted_payback_is_later():
    flow = [-100.0, 60.0, 60.0, 60.0]
    after_two_years = -100 + 60 / 1.1 + 60 / 1.21
    assert discounted_payback_years(flow, 0.1) == pytest.approx(1 + (100 - 60 / 1.1) / (60 / 1.21))
    assert after_two_years > 0
    assert payback_years(flow) == pytest.approx(1 + 40 / 60)


def test_peak_funding_and_its_year():
    peak, year = peak_funding([[-50.0, -70, 200, -10], [5, 5, 5, 5], [1, np.nan, 1, 1]])
    assert peak[:2].tolist() == [-120, 0]
    assert year.tolist() == [1, -1, -1]
    assert np.isnan(peak[2])
