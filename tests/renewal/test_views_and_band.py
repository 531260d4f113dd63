"""Three views of an option, the price both sides can live with, and public money: recomputed from the cash flows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.scheme import Party
from landplan.renewal.appraisal import Appraisal
from landplan.renewal.band import Band, band
from landplan.renewal.finance import npv
from landplan.renewal.public_money import public_money
from landplan.renewal.views import VIEWS, viewed
from tests.renewal.appraised import BUY, KEEP, appraisal_of, scheme_of
from tests.renewal.test_options import TITLE, options, path

GOVERNMENT, OWNER, OPERATOR = range(3)
YUAN = 1e-4
"""In wan."""


def band_of(found: Appraisal) -> Band:
    return band(found, viewed(found.options, found.scheme).npv_wan)


def test_who_sees_what_is_the_schemes_to_say() -> None:
    assert VIEWS == ("government", "owner", "operator")
    views = [Party(id=id, title=TITLE, **parts).seen_as for id, parts in (
        ("town", {"public": True}), ("owner", {}), ("platform", {}), ("platform", {"view": "government"}),
    )]  # fmt: skip
    assert views == ["government", "owner", "operator", "government"]


def test_views_add_their_parties_and_together_are_all_money() -> None:
    found = appraisal_of(scheme_of())
    seen = viewed(found.options, found.scheme)
    place = {id: k for k, id in enumerate(found.options.parties)}
    both = found.options.flows[:, [place["city"], place["district"]]].sum(axis=1)
    np.testing.assert_allclose(seen.flows[:, GOVERNMENT], both, atol=1e-9)
    np.testing.assert_allclose(seen.flows.sum(axis=1), found.options.flows.sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(seen.npv_wan[:, GOVERNMENT], npv(both, found.scheme.discount_rate), atol=1e-9)
    keeps = found.options.path == 1
    assert seen.takes_part[keeps].tolist() == [[True, True, False]] * keeps.sum()
    assert seen.takes_part[~keeps].all()


def test_who_never_puts_money_in_has_no_rate_of_return() -> None:
    """The owner is paid first and forgoes income later: the one root of that flow is no return on anything."""
    found = appraisal_of(scheme_of())
    seen, buys = viewed(found.options, found.scheme), found.options.path == 0
    owner = found.options.parties.index("owner")
    assert (found.options.irr_count[buys, owner] == 1).all()
    assert (seen.peak_wan[buys, OWNER] == 0).all()
    assert np.isnan(seen.irr[buys, OWNER]).all()
    assert (seen.irr_count[buys, OWNER] == 0).all()
    assert (seen.irr_count[buys, OPERATOR] == 1).all()


def test_an_appraisal_of_the_schemes_own_figures_is_its_npv() -> None:
    found = appraisal_of(scheme_of())
    own = found.npv_by_view([], np.zeros((1, 0)))[:, :, 0]
    np.testing.assert_allclose(own, viewed(found.options, found.scheme).npv_wan, rtol=1e-12, atol=1e-9)


def repriced(found: Appraisal, row: int, price_wan: float) -> Any:
    """NPV of each view when the whole price is so much: the cash flow made anew from a scheme that says so."""
    lines = [{**line, "amount": repr(float(price_wan / 3.31))} if line["id"] == "price" else line for line in BUY["lines"]]
    own = {name: {"value": one.value} for name, one in found.scheme.figures.items()}
    scheme = scheme_of({**BUY, "lines": lines}, KEEP, figures=own, discount_rate=found.scheme.discount_rate)
    return viewed(options(scheme), scheme).npv_wan[row]


@settings(max_examples=8, deadline=None)
@given(st.floats(20, 300), st.floats(0.01, 0.2), st.floats(0.0, 0.12))
def test_at_its_edges_npv_is_nothing_to_a_yuan(price: float, margin: float, rate: float) -> None:
    figures = {"price": {"value": price}, "margin": {"value": margin}, "land": {"value": 150}}
    found = appraisal_of(scheme_of(figures=figures, discount_rate=rate))
    prices = band_of(found)
    for row in np.flatnonzero(found.options.path == 0)[:1].tolist():
        for view in (GOVERNMENT, OWNER):
            again = repriced(found, row, prices.edge_wan[row, view])
            assert abs(again[view]) <= YUAN
        assert np.isnan(prices.edge_wan[row, OPERATOR])
        assert prices.low_wan[row] == prices.edge_wan[row, OWNER]
        assert prices.high_wan[row] == prices.edge_wan[row, GOVERNMENT]


def test_between_the_edges_nobody_loses_and_beyond_them_somebody_does() -> None:
    figures = {"price": {"value": 100}, "margin": {"value": 0.09}, "land": {"value": 150}}
    found = appraisal_of(scheme_of(figures=figures))
    prices, row = band_of(found), 0
    assert prices.deal[row]
    assert (repriced(found, row, (prices.low_wan[row] + prices.high_wan[row]) / 2)[[GOVERNMENT, OWNER]] > 0).all()
    assert repriced(found, row, prices.low_wan[row] - 1)[OWNER] < 0
    assert repriced(found, row, prices.high_wan[row] + 1)[GOVERNMENT] < 0


def test_no_deal_says_by_how_much_or_who_loses_at_any_price() -> None:
    dear = appraisal_of(scheme_of(figures={"price": {"value": 100}, "margin": {"value": 0.09}, "land": {"value": 0}}))
    prices = band_of(dear)
    buys = dear.options.path == 0
    assert not prices.deal[buys].any()
    assert (prices.low_wan > prices.high_wan)[buys].all()
    poor = appraisal_of(scheme_of(figures={"price": {"value": 100}, "margin": {"value": 0.001}, "land": {"value": 150}}))
    assert band_of(poor).loses[:, OPERATOR][poor.options.path == 0].all()


def test_a_path_without_a_price_or_that_pays_none_has_no_band() -> None:
    found = appraisal_of(scheme_of())
    prices = band_of(found)
    keeps = found.options.path == 1
    assert np.isnan(prices.price_wan[keeps]).all()
    assert np.isnan(prices.low_wan[keeps]).all()
    assert not prices.deal[keeps].any()
    free = appraisal_of(scheme_of(figures={"price": {"value": 0}, "margin": {"value": 0.1}, "land": {"value": 150}}))
    assert np.isnan(band_of(free).price_wan).all()


def test_public_money_by_fund_and_the_private_money_beside_it() -> None:
    found = appraisal_of(scheme_of())
    money = public_money(found)
    row = 0
    assert found.options.funds == ("special", "city_fund")
    assert money.public[row] == pytest.approx([3000 / 3 * (1 + 1.1 + 1.1**2), 250])
    assert money.private[row] == pytest.approx(2 * 30 * 90)
    assert money.leverage[row] == pytest.approx(5400 / (1000 * 3.31 + 250))
    assert np.isnan(money.leverage[found.options.path == 1]).all()


def test_public_investment_is_not_private() -> None:
    lines = [{"id": "own", "party": "district", "amount": "-50", "fund": "special", "investment": True}]
    found = appraisal_of(scheme_of(path("keep", lines=lines)))
    assert public_money(found).private.tolist() == [0.0] * len(found.options)
