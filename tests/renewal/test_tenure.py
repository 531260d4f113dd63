"""Tenures as dated cash flows: the closed-form annuity, a pure lease, the longer term, and an indifferent grantor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from landplan.core.scheme import LandValue, Tenure
from landplan.renewal.annuity import annuity_factor, term_factor
from landplan.renewal.tenure import Stage, TenureTable, stages, tenure_table, terms
from tests.factories import make_model
from tests.renewal.appraised import appraisal_of, scheme_of
from tests.renewal.test_options import AFTER, TITLE

VALUE = {"price": "area_mu * land", "income": "area_mu * 20"}
PRICE, INCOME = 30 * 150.0, 30 * 20.0
rates, terms_of = st.floats(0.01, 0.15), st.integers(1, 40)


def tenure(id: str, **parts: Any) -> dict[str, Any]:
    return {"id": id, "title": TITLE, **parts}


def table(*tenures: dict[str, Any], rate: float = 0.05) -> TenureTable:
    """Of the first plot, a row a tenure in the scheme's order."""
    model = make_model(after=AFTER, tenures=[one["id"] for one in tenures])
    found = appraisal_of(scheme_of(tenures=list(tenures), models=[model], land_value=VALUE, discount_rate=rate))
    made = tenure_table(found, LandValue.model_validate(VALUE))
    assert made.tenure[: len(tenures)].tolist() == list(range(len(tenures)))
    return made


@settings(max_examples=15, deadline=None)
@given(rates, terms_of)
def test_a_term_of_n_years_is_worth_the_closed_form_annuity(rate: float, years: int) -> None:
    made = table(tenure("short", years=years, price_factor=0.0), rate=rate)
    assert made.holder_wan[0] == pytest.approx(INCOME * float(annuity_factor(rate, years)), rel=1e-9)
    assert made.held_years[0] == years
    assert made.price_wan[0] == pytest.approx(PRICE)


@settings(max_examples=15, deadline=None)
@given(rates, st.integers(1, 20), terms_of, st.floats(0.001, 0.1))
def test_no_odds_of_conversion_is_a_pure_lease(rate: float, lease: int, years: int, rent: float) -> None:
    made = table(
        tenure("convert", lease_years=lease, years=years, rent_share=rent, renewal_odds=0.0),
        tenure("lease", years=lease, price_factor=0.0, rent_share=rent),
        rate=rate,
    )
    for values in (made.holder_wan, made.grantor_wan, made.paid_wan, made.held_years):
        assert values[0] == pytest.approx(values[1], rel=1e-12)
    assert made.paid_wan[1] == pytest.approx(PRICE * rent * float(annuity_factor(rate, lease)), rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(rates, terms_of, terms_of)
def test_certain_renewal_is_the_longer_term(rate: float, years: int, more: int) -> None:
    fair = {n: float(term_factor(rate, n, 50)) for n in (years, years + more)}
    made = table(
        tenure("renewed", years=years, price_factor=fair[years], renewal_odds=1.0, renewal_years=more),
        tenure("long", years=years + more, price_factor=fair[years + more]),
        rate=rate,
    )
    for values in (made.holder_wan, made.grantor_wan, made.paid_wan, made.held_years):
        assert values[0] == pytest.approx(values[1], rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(rates, terms_of, st.floats(0, 1), st.integers(1, 20))
def test_at_prices_by_the_annuity_the_grantor_does_not_mind(rate: float, years: int, odds: float, lease: int) -> None:
    rent = 1 / float(annuity_factor(rate, 50))
    made = table(
        tenure("grant", years=50),
        tenure("flexible", years=years, price_factor=float(term_factor(rate, years, 50)), renewal_odds=odds),
        tenure("convert", lease_years=lease, years=50, rent_share=rent, renewal_odds=odds),
        tenure("for_ever"),
        rate=rate,
    )
    np.testing.assert_allclose(made.grantor_wan[:4], made.grantor_wan[0], rtol=1e-9)
    both = made.holder_wan + made.grantor_wan
    assert both[0] == pytest.approx(both[3], rel=1e-12)


def test_expected_value_is_linear_in_the_odds() -> None:
    some = [tenure(f"t{k}", years=20, price_factor=0.5, renewal_odds=odds) for k, odds in enumerate((0.0, 0.25, 1.0))]
    made = table(*some)
    assert made.holder_wan[1] == pytest.approx(0.75 * made.holder_wan[0] + 0.25 * made.holder_wan[2])
    assert made.held_years[:3].tolist() == [20, 25, 40]


def test_payments_fall_at_the_start_rents_and_years_after_it() -> None:
    paid = terms((Stage(0, 2, 0.0, 0.1, 1.0), Stage(2, 3, 0.8, 0.0, 0.5)), 6)
    assert paid.paid.tolist() == [0, 0.1, 0.1 + 0.4, 0, 0, 0, 0]
    assert paid.held.tolist() == [0, 1, 1, 0.5, 0.5, 0.5, 0]


def test_a_test_after_the_term_is_refused_and_unknown_prices_stay_unknown() -> None:
    with pytest.raises(ValidationError, match="test_year"):
        Tenure.model_validate(tenure("late", years=20, test_year=21))
    assert stages(Tenure.model_validate(tenure("once", years=20)), 0.05, 50) == (Stage(0, 20, 1.0, 0.0, 1.0),)
    found = appraisal_of(scheme_of())
    made = tenure_table(found, LandValue(price="output_wan", income="1"))
    unknown = made.parcel == 1
    assert unknown.any()
    assert np.isnan(made.holder_wan[unknown]).all()
    assert not np.isnan(made.holder_wan[~unknown]).any()
