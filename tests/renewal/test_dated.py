"""Dated flows and annuities: published figures, laws, and the definition summed year by year."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.app.evaluation import evaluate
from landplan.core.errors import MethodError, UsageError
from landplan.renewal.annuity import annuity_factor, term_factor
from landplan.renewal.dated import xirr, xnpv
from landplan.renewal.finance import npv
from landplan.renewal.irr import irr_roots

VALUES = [-10000, 2750, 4250, 3250, 2750]
DATES = ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"]
START = date(2025, 12, 31)
amounts = st.lists(st.integers(-1000, 1000), min_size=2, max_size=8)


def test_microsofts_examples() -> None:
    assert xnpv(VALUES, DATES, 0.09) == pytest.approx(2086.647602, abs=1e-6)
    assert xirr(VALUES, DATES) == pytest.approx([0.373362535], abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(amounts, st.floats(-0.5, 1.0))
def test_years_of_365_days_are_plain_years(values: list[int], rate: float) -> None:
    days = [START + timedelta(days=365 * k) for k in range(len(values))]
    size = npv(np.abs(values), rate)
    assert xnpv(values, days, rate) == pytest.approx(float(npv(values, rate)), abs=1e-12 * float(size) + 1e-12)
    np.testing.assert_allclose(xirr(values, days), irr_roots(values), rtol=1e-9, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9000), st.integers(-1000, 1000)), min_size=2, max_size=7))
def test_at_every_rate_dated_flows_are_worth_nothing_whatever_their_order(flows: list[tuple[int, int]]) -> None:
    rows = [(0, flows[0][1]), *flows[1:]]
    values, days = [value for _, value in rows], [START + timedelta(days=day) for day, _ in rows]
    roots = xirr(values, days)
    for rate in roots:
        size = xnpv(np.abs(values), days, rate)
        assert abs(xnpv(values, days, rate)) <= 1e-8 * size
    back = [0, *range(len(rows) - 1, 0, -1)]
    np.testing.assert_allclose(xirr([values[k] for k in back], [days[k] for k in back]), roots, rtol=1e-9)


def test_rates_that_no_spreadsheet_tells_of() -> None:
    assert evaluate("xirr", values=[100, -230, 132], dates=["2025-01-01", "2026-01-01", "2027-01-01"])["count"] == 2
    for values, dates in (([1, 2], ["2025-01-01", "2026-01-01"]), ([-1, 2], ["2025-01-01"] * 2)):
        found = evaluate("xirr", values=values, dates=dates)
        assert found["count"] == 0
        assert np.isnan(found["xirr"])


@pytest.mark.parametrize(
    ("values", "dates", "rate", "said"),
    [
        ([1, 2], ["2025-01-01"], 0.1, "finance_dates_count"),
        ([1, 2], ["2025-01-01", "soon"], 0.1, "finance_date_unreadable"),
        ([1, 2], ["2025-01-01", "2024-12-31"], 0.1, "finance_date_before_first"),
        ([1, 2], ["2025-01-01", "2026-12-31"], -1.0, "finance_rate_too_low"),
    ],
)
def test_dates_that_cannot_be_are_refused(values: list[float], dates: list[str], rate: float, said: str) -> None:
    with pytest.raises(MethodError) as caught:
        xnpv(values, dates, rate)
    assert caught.value.id == said


@settings(max_examples=60, deadline=None)
@given(st.floats(-0.3, 0.5), st.integers(0, 70))
def test_the_closed_form_is_the_sum_of_the_years(rate: float, years: int) -> None:
    assert float(annuity_factor(rate, years)) == pytest.approx(float(npv([0.0] + [1.0] * years, rate)), rel=1e-9, abs=1e-12)


def test_annuity_and_its_inverse() -> None:
    found = evaluate("annuity", rate=0.05, years=20, payment=30)
    assert evaluate("annuity", rate=0.05, years=20, present_value=found["present_value"])["payment"] == pytest.approx(30)
    assert evaluate("annuity", rate=0, years=20, payment=30)["present_value"] == 600
    with pytest.raises(UsageError):
        evaluate("annuity", rate=0.05, years=20)
    with pytest.raises(MethodError):
        annuity_factor(0.05, -1)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.001, 0.2), st.integers(1, 40), st.integers(1, 40))
def test_prices_by_term_add_up(rate: float, first: int, then: int) -> None:
    """n years now and m years after them cost what n + m years cost now."""
    full = 50.0
    apart = term_factor(rate, first, full) + term_factor(rate, then, full) / (1 + rate) ** first
    assert float(apart) == pytest.approx(float(term_factor(rate, first + then, full)), rel=1e-9)
    assert float(term_factor(rate, full, full)) == 1.0
