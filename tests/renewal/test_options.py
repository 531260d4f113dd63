"""Paths, feasibility and money by hand on four parcels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from landplan.core.errors import SchemeError
from landplan.core.layers import LayerSet
from landplan.core.recipe import Choose
from landplan.core.scheme import Scheme
from landplan.core.tables import OptionTable
from landplan.core.units import M2_PER_MU
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.propose import propose
from landplan.steps.score import score
from tests.factories import make_layer, make_layers, make_model, make_scheme, square

SIDE = float(np.sqrt(M2_PER_MU * 30))
"""Side in m of a square of 30 mu."""
AFTER = {"output_wan_per_mu_year": 1000, "tax_wan_per_mu_year": 50, "jobs_per_mu": 10, "firms_per_mu": 0.1, "build_years": 2}
TITLE = {"zh": "题", "en": "title"}


def path(id: str = "buy", **parts: Any) -> dict[str, Any]:
    lines = [
        {"id": "price", "from": "district", "to": "owner", "fund": "special", "amount": "area_mu * price"},
        {
            "id": "tax",
            "party": "district",
            "at": 3,
            "years": 2,
            "escalation": 0.1,
            "amount": "area_mu * after_tax_wan_per_mu_year",
        },
    ]
    return {"id": id, "title": TITLE, "lines": lines, **parts}


def scheme(*paths: dict[str, Any], **parts: Any) -> Scheme:
    criteria = [
        {"id": "size", "measure": {"kind": "field", "expression": "area_mu", "unit": "mu"}, "weight": 1,
         "value": {"kind": "linear", "worst": 0, "best": 60}},
    ]  # fmt: skip
    base: dict[str, Any] = {
        "models": [make_model(after=AFTER)],
        "tenures": [
            {"id": "grant", "title": TITLE, "years": 50},
            {"id": "lease", "title": TITLE, "years": 20, "price_factor": 0.4},
        ],
        "parties": [{"id": "district", "title": TITLE, "public": True}, {"id": "owner", "title": TITLE}],
        "figures": {"price": {"value": 100, "unit": "wan_per_mu"}},
    }
    return make_scheme(criteria, paths=list(paths) or [path()], **{**base, **parts})


def layers(**columns: Any) -> LayerSet:
    base: dict[str, Any] = {
        "output_wan": [300.0, None, 500.0, 0.0],
        "tax_wan": [10.0, 20.0, None, 0.0],
        "jobs": [5, 6, 7, 8],
        "gfa_m2": [1000.0] * 4,
        "firms": [1, 1, 1, 0],
        "willingness": ["愿意", "不愿", None, "愿意"],
    }
    return make_layers(make_layer([square(k * 1000.0, 0, SIDE) for k in range(4)], **{**base, **columns}))


def options(scheme: Scheme, data: LayerSet | None = None) -> OptionTable:
    data = data or layers()
    zones = join(data)
    criteria = measure(data, zones, scheme)
    years = Choose.model_validate({"years": {"from": 2026, "to": 2030}})
    return propose(data, zones, criteria, score(data, zones, criteria, scheme), scheme, years)


def test_a_transfer_is_minus_for_the_payer_and_plus_for_the_receiver() -> None:
    found = options(scheme())
    assert found.parties == ("district", "owner")
    np.testing.assert_allclose(found.flows[0], [[-3000, 0, 0, 1500, 1650], [3000, 0, 0, 0, 0]], rtol=1e-12)
    np.testing.assert_allclose(found.fund_spend[0], [[3000, 0, 0, 0, 0]], rtol=1e-12)
    assert found.fund_income.sum() == 0


def test_npv_is_end_of_year_with_the_start_as_year_zero() -> None:
    found = options(scheme(discount_rate=0.05))
    assert found.npv_wan[0, 0] == pytest.approx(-3000 + 1500 / 1.05**3 + 1650 / 1.05**4, abs=1e-9)
    assert np.isnan(found.irr[0, 1])
    assert found.irr_count[0, 1] == 0


def test_change_is_the_models_figures_minus_todays_and_unknown_stays_unknown() -> None:
    found = options(scheme())
    by_parcel = dict(zip(found.parcel.tolist(), found.change["output_wan"].tolist(), strict=True))
    assert by_parcel[0] == pytest.approx(30 * 1000 - 300)
    assert np.isnan(by_parcel[1])
    assert by_parcel[3] == pytest.approx(30 * 1000)
    assert found.works_years.tolist() == [2] * 4


def test_an_amount_that_cannot_be_computed_refuses_the_option_and_names_the_field() -> None:
    line = {"id": "loss", "party": "owner", "amount": "-tax_wan"}
    found = options(scheme(path(lines=[line])))
    assert found.parcel.tolist() == [0, 1, 3]
    reason = next(reason for reason in found.refused if reason.row == 2)
    assert (reason.rule, reason.unknown_fields) == ("amount_unknown", ("tax_wan",))


@pytest.mark.parametrize(("unknown", "kept"), [("hold", [0, 3]), ("exclude", [0, 3]), ("allow", [0, 2, 3])])
def test_an_undecided_rule_follows_the_schemes_policy(unknown: str, kept: list[int]) -> None:
    rule = {"id": "unwilling", "if": "willingness = '不愿'", "title": TITLE}
    found = options(scheme(path(exclude=[rule]), unknown=unknown))
    assert found.parcel.tolist() == kept
    said = {reason.row: reason.unknown_fields for reason in found.refused}
    assert said[1] == ()
    assert said.get(2) == (None if unknown == "allow" else ("willingness",))


def test_a_path_works_only_inside_its_zones() -> None:
    parcels = layers().parcels
    half = square(0, 0, SIDE * 0.6)
    zones = make_layer([half, square(1000, 0, SIDE)], id="zones", ids=["Z1", "Z2"], set=["centre"] * 2, name=["甲", "乙"])
    data = make_layers(parcels, zones)
    found = options(scheme(path(zones={"set": "centre", "share": 0.5})), data)
    assert found.parcel.tolist() == [1]
    outside = {reason.row: reason.by for reason in found.refused if reason.rule == "outside_zones"}
    assert outside[0] == pytest.approx(0.5 - 0.36)
    assert set(outside) == {0, 2, 3}
    assert options(scheme(path(zones={"set": "centre", "ids": ["Z1"], "share": 0.3})), data).parcel.tolist() == [0]


def test_a_fifth_path_is_one_row_of_the_scheme() -> None:
    observe = {"id": "observe", "title": TITLE, "builds": False}
    found = options(scheme(path(), observe))
    assert found.paths == ("buy", "observe")
    quiet = found.path == 1
    assert quiet.sum() == 4
    assert all((values[quiet] == 0).all() for values in found.change.values())
    assert (found.flows[quiet] == 0).all()


def test_tenures_fit_both_the_model_and_the_path() -> None:
    both = make_model(after=AFTER, tenures=["grant", "lease"])
    dear = [{"id": "price", "party": "district", "amount": "100 * tenure_price_factor"}]
    found = options(scheme(path(lines=dear), path("only_lease", lines=dear, tenures=["lease"]), models=[both]))
    per_path = [set(found.tenure[found.path == p].tolist()) for p in range(2)]
    assert per_path == [{0, 1}, {1}]
    assert found.npv_wan[(found.tenure == 1), 0] == pytest.approx(40)


def test_a_fund_line_without_a_public_side_is_refused() -> None:
    line = {"id": "odd", "from": "owner", "to": "buyer", "fund": "special", "amount": "1"}
    with pytest.raises(SchemeError) as caught:
        options(scheme(path(lines=[line])))
    assert caught.value.id == "fund_without_public_party"


def test_money_received_by_the_fund_is_income_not_spending() -> None:
    line = {"id": "auction", "from": "owner", "to": "district", "fund": "special", "at": 1, "amount": "area_mu"}
    found = options(scheme(path(lines=[line])))
    np.testing.assert_allclose(found.fund_income[0], [[0, 30]], atol=1e-9)
    assert found.fund_spend.sum() == 0


def test_a_condition_switches_a_line_and_leaves_it_unknown_where_it_is_unknown() -> None:
    line = {"id": "bonus", "party": "owner", "amount": "10", "if": "willingness = '愿意'"}
    found = options(scheme(path(lines=[line])))
    assert found.flows[:, found.parties.index("owner"), 0].tolist() == [10, 0, 10]
    assert [reason.row for reason in found.refused] == [2]


@settings(max_examples=25, deadline=None)
@given(
    amounts=st.lists(st.integers(-10_000_000, 10_000_000).map(lambda n: n / 100), min_size=1, max_size=4),
    rate=st.floats(-0.2, 0.3),
)
def test_transfers_between_parties_sum_to_zero(amounts: list[float], rate: float) -> None:
    parties = ["district", "owner", "fund_x", "investor"]
    lines = [
        {
            "id": f"t{k}",
            "from": parties[k],
            "to": parties[(k + 1) % 4],
            "at": k,
            "years": k + 1,
            "escalation": rate,
            "amount": repr(value),
        }
        for k, value in enumerate(amounts)
    ]
    found = options(scheme(path(lines=lines)))
    np.testing.assert_allclose(found.flows.sum(axis=1), 0.0, atol=1e-6)


def test_a_path_with_zones_is_unknown_not_outside_where_no_zones_were_given() -> None:
    """Nobody knows where the parcels lie: held by default, let pass where the scheme allows what is unknown."""
    inside = path(zones={"set": "centre", "share": 0.5})
    held = options(scheme(inside))
    assert len(held) == 0
    assert {(reason.rule, reason.by, reason.unknown_fields) for reason in held.refused} == {
        ("outside_zones", None, ("zone_centre",))
    }
    assert [(issue.id, issue.values["where"]) for issue in held.issues] == [("zone_set_absent", "buy")]
    assert options(scheme(inside, unknown="allow")).parcel.tolist() == [0, 1, 2, 3]


def test_works_of_unknown_length_refuse_the_option_and_are_never_no_time_at_all() -> None:
    found = options(scheme(path(works_years="CASE WHEN jobs = 6 THEN NULL ELSE output_wan / 200 END")))
    assert dict(zip(found.parcel.tolist(), found.works_years.tolist(), strict=True)) == {0: 2, 2: 3, 3: 0}
    assert [(one.row, one.rule, one.unknown_fields) for one in found.refused] == [(1, "works_unknown", ("output_wan",))]
    silent = {name: value for name, value in AFTER.items() if name != "build_years"}
    models = [make_model(after=silent), make_model("lab", after={**AFTER, "jobs_per_mu": 30})]
    assert set(options(scheme(models=models, known_weight_min=0.0), layers()).works_years.tolist()) <= {2}
    backwards = options(scheme(path(works_years="-1")))
    assert len(backwards) == 0
    assert {one.rule for one in backwards.refused} == {"works_unknown"}


def test_options_are_of_the_recommended_model_even_where_a_less_known_one_scores_higher() -> None:
    """The second model weighs a criterion that parcel 1 does not know: it scores more there, on too little known weight."""
    criteria = [
        {"id": "size", "weight": 1, "measure": {"kind": "field", "expression": "area_mu", "unit": "mu"},
         "value": {"kind": "linear", "worst": 0, "best": 60}},
        {"id": "sales", "weight": 1, "measure": {"kind": "field", "expression": "output_wan", "unit": "wan"},
         "value": {"kind": "linear", "worst": 10000, "best": 0}},
        {"id": "work", "weight": 0, "measure": {"kind": "field", "expression": "jobs", "unit": "person"},
         "value": {"kind": "linear", "worst": 100, "best": 0}},
    ]  # fmt: skip
    models = [
        make_model(after=AFTER, weights={"sales": 0}),
        make_model("lab", after=AFTER, weights={"size": 0, "sales": 9, "work": 1}),
    ]
    base = scheme(models=models)
    both = base.model_copy(update={"criteria": make_scheme(criteria).criteria})
    data = layers()
    zones = join(data)
    table = measure(data, zones, both)
    scores = score(data, zones, table, both)
    assert scores.score[1, 1] > scores.score[1, 0]
    assert scores.recommended.tolist() == [1, 0, 1, 1]
    found = options(both)
    assert found.model[found.parcel == 1].tolist() == [0]
    assert set(found.model[found.parcel != 1].tolist()) == {1}


def test_a_fund_is_not_charged_for_what_a_private_party_pays() -> None:
    line = {"id": "own_cost", "party": "owner", "fund": "special", "amount": "-100"}
    with pytest.raises(SchemeError) as caught:
        options(scheme(path(lines=[line])))
    assert caught.value.id == "fund_without_public_party"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("figures", {"price": {"value": float("nan"), "unit": "wan_per_mu"}}),
        ("discount_rate", float("inf")),
        ("models", [make_model(after=AFTER, weights={"size": float("inf")})]),
        ("paths", [path(lines=[{"id": "early", "party": "owner", "at": -1, "amount": "1"}])]),
    ],
)
def test_a_scheme_has_no_number_that_is_none_and_no_year_before_the_start(part: str, value: Any) -> None:
    """at = -1 would have fallen in the last year of all."""
    with pytest.raises(ValidationError):
        scheme(**{part: value}) if part != "paths" else scheme(*value)
