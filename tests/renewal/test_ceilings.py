"""Public funds: ceilings cut what they give; whatever the lines, nothing is made or lost between parties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from landplan.core.scheme import Scheme
from tests.renewal.test_options import TITLE, options, path, scheme

PARTIES = ("city", "district", "owner", "platform", "buyer", "fund_in_and_out")


def line(id: str, amount: str, **parts: Any) -> dict[str, Any]:
    sides = {} if "party" in parts else {"from": "district", "to": "owner"}
    return {"id": id, "amount": amount, "fund": "special", **sides, **parts}


def with_fund(*lines: dict[str, Any], price: str | None = None, **ceilings: float) -> Scheme:
    one = path(lines=list(lines), **({"price": price} if price else {}))
    return scheme(one, funds=[{"id": "special", "level": "district", **ceilings}])


def test_a_year_and_a_plot_have_their_ceiling_and_all_lines_are_cut_alike() -> None:
    lines = line("support", "60", years=3), line("bonus", "40", at=1)
    found = options(with_fund(*lines, project_year_wan=80))
    np.testing.assert_allclose(found.fund_spend[0, 0], [60, 80, 60])
    found = options(with_fund(*lines, project_year_wan=80, project_wan=100))
    np.testing.assert_allclose(found.fund_spend[0, 0], [30, 40, 30])
    np.testing.assert_allclose(found.flows[0], [[-30, -40, -30], [30, 40, 30]])


def test_prices_own_costs_and_what_flows_back_are_not_cut() -> None:
    lines = line("price", "900"), line("site", "-50", party="district"), line("back", "-20", at=1), line("support", "10", at=1)
    found = options(with_fund(*lines, price="price", project_wan=5))
    np.testing.assert_allclose(found.flows[0, 0], [-950, 20 - 5])
    np.testing.assert_allclose(found.fund_spend[0, 0], [950, 5])
    np.testing.assert_allclose(found.fund_income[0, 0], [0, 20])


def test_without_ceilings_nothing_is_cut_and_a_ceiling_of_nothing_gives_nothing() -> None:
    assert options(with_fund(line("support", "60"))).fund_spend.max() == 60
    assert options(with_fund(line("support", "60"), project_wan=0)).flows.any() == np.False_


def test_only_a_transfer_can_be_the_price() -> None:
    with pytest.raises(ValidationError, match="price: site"):
        scheme(path(lines=[line("site", "-50", party="district")], price="site"))


sides = st.permutations(PARTIES).map(lambda names: names[:2])
transfers = st.builds(
    lambda pair, amount, at, years, escalation, fund: {
        "from": pair[0], "to": pair[1], "amount": repr(amount / 100), "at": at, "years": years, "escalation": escalation,
        **({"fund": "special"} if fund and {"city", "district"} & set(pair) else {}),
    },
    sides, st.integers(-10**7, 10**7), st.integers(0, 4), st.integers(1, 5), st.floats(-0.2, 0.3), st.booleans(),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(transfers, min_size=1, max_size=6), st.floats(0, 1e5), st.floats(0, 1e4))
def test_transfers_sum_to_zero_in_every_year_of_every_scheme(lines: list[dict[str, Any]], most: float, yearly: float) -> None:
    """A fund that enters and leaves is a party as any other: what it pays in and takes out is what others get and pay."""
    parties = [{"id": name, "title": TITLE, "public": name in ("city", "district")} for name in PARTIES]
    ceilings = [{"id": "special", "level": "city", "project_wan": most, "project_year_wan": yearly}]
    named = [{"id": f"t{k}", **one} for k, one in enumerate(lines)]
    found = options(scheme(path(lines=named), parties=parties, funds=ceilings))
    size = np.abs(found.flows).sum(axis=1)
    assert (np.abs(found.flows.sum(axis=1)) <= 1e-12 * size).all()
    assert len(found) == 4
