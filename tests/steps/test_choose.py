"""The plan against trying every plan on three parcels; a recorded plan is summed to the same numbers; what cannot be is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import partial
from itertools import product
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landplan.core.errors import SolveError
from landplan.core.layers import LayerSet
from landplan.core.progress import Cancelled
from landplan.core.recipe import Choose
from landplan.core.scheme import Scheme
from landplan.core.tables import OptionTable, Portfolio, ZoneShares
from landplan.core.units import M2_PER_MU
from landplan.export.numbers import recorded_plan
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.solution import solution
from landplan.steps.choose import _priced, choose, recorded_portfolio
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.propose import propose
from landplan.steps.score import score
from tests.factories import make_layer, make_layers, make_model, make_scheme, square

TITLE = {"zh": "题", "en": "title"}
AREAS_MU = (10.0, 20.0, 40.0)
YEARS = (2026, 2027)
AFTER = {"output_wan_per_mu_year": 10, "tax_wan_per_mu_year": 2, "jobs_per_mu": 1, "firms_per_mu": 0, "build_years": 1}
SCHEME = {
    "models": [make_model(after=AFTER)],
    "tenures": [{"id": "grant", "title": TITLE, "years": 50}],
    "parties": [{"id": "district", "title": TITLE, "public": True}, {"id": "owner", "title": TITLE}],
    "discount_rate": 0.1,
    "paths": [
        {
            "id": "buy",
            "title": TITLE,
            "displaced_jobs": "jobs",
            "lines": [
                {"id": "price", "from": "district", "to": "owner", "fund": "special", "years": 2, "amount": "area_mu * 3"},
                {"id": "tax", "party": "district", "at": 1, "years": 3, "amount": "area_mu * after_tax_wan_per_mu_year"},
            ],
        },
        {
            "id": "own",
            "title": TITLE,
            "works_years": "0",
            "change": {"output_wan": "output_wan"},
            "lines": [{"id": "aid", "from": "district", "to": "owner", "fund": "special", "amount": "5"}],
        },
    ],
    "targets": [
        {"id": "goal", "title": TITLE, "year": 2027, "above": 900, "unit": "wan", "total": "output_wan", "scope": TITLE}
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """Three parcels in a row, the last two in zone Z1 (the second by a quarter), with all their options."""

    layers: LayerSet
    zones: ZoneShares
    scheme: Scheme
    options: OptionTable

    def plan(self, **limits: Any) -> Portfolio:
        return choose(self.layers, self.zones, self.options, self.scheme, wanted(**limits))

    def again(self, plan: Any, **limits: Any) -> Portfolio:
        data = json.loads(json.dumps(plan))
        return recorded_portfolio(self.layers, self.zones, self.options, self.scheme, wanted(**limits), data)


def wanted(**limits: Any) -> Choose:
    return Choose.model_validate({"years": {"from": YEARS[0], "to": YEARS[-1]}, "gap": 0.0, **limits})


@pytest.fixture(scope="module")
def town() -> Town:
    sides = [float(np.sqrt(mu * M2_PER_MU)) for mu in AREAS_MU]
    shapes = [square(1000.0 * k, 0, side) for k, side in enumerate(sides)]
    parcels = make_layer(
        shapes, output_wan=[30.0, 400.0, 100.0], tax_wan=[1.0, 2.0, 3.0], jobs=[50, 8, 20], gfa_m2=[0.0] * 3, firms=[1.0] * 3
    )
    west = 1000.0 + 0.75 * sides[1]
    zone = make_layer([square(west, -100, 5000)], id="zones", ids=["Z1"], set=["town"])
    layers = make_layers(parcels, zone)
    scheme = make_scheme(
        [{"id": "size", "weight": 1, "measure": {"kind": "field", "expression": "area_mu", "unit": "mu"},
          "value": {"kind": "linear", "worst": 0, "best": 50}}], **SCHEME,
    )  # fmt: skip
    zones = join(layers)
    criteria = measure(layers, zones, scheme)
    options = propose(layers, zones, criteria, score(layers, zones, criteria, scheme), scheme, wanted())
    assert len(options) == 6
    return Town(layers, zones, scheme, options)


# A plan by hand: (buy | own, start year) or None for each parcel. Nothing of landplan is used below this line.

OUTPUT, JOBS = (30.0, 400.0, 100.0), (50, 8, 20)
Way = tuple[str, int] | None
WAYS: list[Way] = [None, *product(("buy", "own"), YEARS)]


def spent(way: Way, k: int) -> dict[int, float]:
    """万元 by year; the two instalments of a purchase, the second charged to the last year at the latest."""
    if way is None:
        return {}
    path, start = way
    if path == "own":
        return {start: 5.0}
    out: dict[int, float] = {}
    for year in (start, start + 1):
        year = min(year, YEARS[-1])
        out[year] = out.get(year, 0.0) + 3 * AREAS_MU[k]
    return out


def worth(plan: tuple[Way, ...], weights: dict[str, float]) -> float:
    total = 0.0
    for k, way in enumerate(plan):
        if way is None:
            continue
        path, start = way
        done = start + (1 if path == "buy" else 0) <= YEARS[-1]
        change = (10 * AREAS_MU[k] - OUTPUT[k] if path == "buy" else OUTPUT[k]) if done else 0.0
        at_start = -5.0
        if path == "buy":
            at_start = sum(-3 * AREAS_MU[k] / 1.1**t for t in (0, 1)) + sum(2 * AREAS_MU[k] / 1.1**t for t in (1, 2, 3))
        total += weights.get("score_area_mu", 0) * AREAS_MU[k] / 50 * AREAS_MU[k]
        total += weights.get("output_wan", 0) * change
        total += weights.get("npv_district_wan", 0) * at_start / 1.1 ** (start - 2025)
    return total


def allowed(plan: tuple[Way, ...], budget: dict[int, float], carry: bool, jobs: float, zone_mu: float) -> bool:
    by_year = {year: sum(spent(way, k).get(year, 0.0) for k, way in enumerate(plan)) for year in YEARS}
    if carry and (by_year[YEARS[0]] > budget[YEARS[0]] + 1e-9 or sum(by_year.values()) > sum(budget.values()) + 1e-9):
        return False
    if not carry and any(by_year[year] > budget[year] + 1e-9 for year in YEARS):
        return False
    displaced = sum(JOBS[k] for k, way in enumerate(plan) if way and way[0] == "buy" and k == 2)  # counted whole in Z1
    land = sum(share * AREAS_MU[k] for k, share in ((1, 0.25), (2, 1.0)) if plan[k])
    return displaced <= jobs and land >= zone_mu - 1e-6


@pytest.fixture
def one_child() -> Iterator[None]:
    """One solver process for all examples, and no search for what clashes."""
    with SolverChild() as child:
        quick = mock.patch("landplan.portfolio.milp.solve", partial(solve, child=child))
        with quick, mock.patch("landplan.portfolio.relax.conflicts", return_value=()):
            yield


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weights=st.fixed_dictionaries(
        {"score_area_mu": st.integers(0, 3), "output_wan": st.integers(-1, 2), "npv_district_wan": st.integers(0, 4)}
    ).filter(lambda weights: any(weights.values())),
    money=st.tuples(st.integers(0, 300), st.integers(0, 300)),
    carry=st.booleans(),
    jobs=st.sampled_from([0, 100]),
    zone_mu=st.sampled_from([0, 5, 40, 45]),
)
def test_the_plan_is_the_best_of_all(
    town: Town, one_child: None, weights: dict[str, int], money: tuple[int, int], carry: bool, jobs: int, zone_mu: int
) -> None:
    budget = dict(zip(YEARS, map(float, money), strict=True))
    limits = {
        "maximise": {name: float(weight) for name, weight in weights.items()},
        "budgets": [{"fund": "special", "carry_over": carry, "wan": {str(year): wan for year, wan in budget.items()}}],
        "limits": [
            {"id": "jobs", "quantity": "jobs_displaced", "zone": "Z1", "at_most": jobs},
            {"id": "land", "quantity": "area_mu", "zone": "Z1", "at_least": zone_mu},
        ],
    }
    open_ = [plan for plan in product(WAYS, repeat=3) if allowed(plan, budget, carry, jobs, zone_mu)]
    if not open_:
        with pytest.raises(SolveError) as error:
            town.plan(**limits)
        assert error.value.id == "no_plan_fits"
        return
    best = max(worth(plan, weights) for plan in open_)
    found = town.plan(**limits)
    assert found.objective == pytest.approx(best, abs=1e-4)
    assert found.bound >= best - 1e-4
    assert ways(town, found) in open_
    assert worth(ways(town, found), weights) == pytest.approx(found.objective, abs=1e-9)
    for k, year in enumerate(YEARS):
        mine = sum(spent(way, p).get(year, 0.0) for p, way in enumerate(ways(town, found)))
        charged = found.fund_spend[0, k] + (found.fund_spend[0, -1] if year == YEARS[-1] else 0.0)
        assert charged == pytest.approx(mine)
    assert_equal(town.again(recorded_plan(town.options, found), **limits), found)


def ways(town: Town, plan: Portfolio) -> tuple[Way, ...]:
    """A Portfolio as a plan by hand."""
    out: list[Way] = [None] * 3
    for row, year in zip(plan.option.tolist(), plan.start_year.tolist(), strict=True):
        assert out[town.options.parcel[row]] is None
        out[town.options.parcel[row]] = (town.options.paths[town.options.path[row]], year)
    return tuple(out)


def assert_equal(one: Portfolio, other: Portfolio) -> None:
    for field in fields(Portfolio):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, field.name)
        elif isinstance(a, float):
            assert a == pytest.approx(b, rel=1e-12, nan_ok=True), field.name
        elif isinstance(a, dict):
            assert a.keys() == b.keys()
            for key, value in a.items():
                np.testing.assert_array_equal(value, b[key], field.name)
        else:
            assert a == b, field.name


BUDGET = {"budgets": [{"fund": "special", "wan": {"2026": 5, "2027": 5}}]}


def test_the_plan_is_summed_by_zone_year_and_target(town: Town) -> None:
    found = town.plan(
        maximise={"output_wan": 1.0}, must=["P2"], must_not=["P1"], limits=[{"id": "n", "quantity": "parcels", "at_most": 1}]
    )
    assert ways(town, found) == (None, None, ("buy", 2026))
    assert found.totals["output_wan"].tolist() == pytest.approx([0, 300])
    assert found.totals["jobs"].tolist() == pytest.approx([0, 20])
    assert [(use.used, use.binding) for use in found.limits] == [(1, True)]
    target = found.targets[0]
    assert (target.base, target.after, target.shortfall) == pytest.approx((530, 830, 70))
    assert found.fund_spend.tolist() == [pytest.approx([120, 120, 0])]
    assert found.status == "optimal within gap"


def test_a_year_later_is_worth_less_by_the_rate(town: Town) -> None:
    """The same option, forced into one year or the other, differs in its objective by exactly 1 + r."""
    worths = []
    for year in YEARS:
        other = YEARS[0] + YEARS[-1] - year
        limits = [{"id": "not_then", "quantity": "parcels", "year": other, "at_most": 0}]
        found = town.plan(maximise={"npv_owner_wan": 1.0}, must=["P0"], must_not=["P1", "P2"], limits=limits)
        assert found.start_year.tolist() == [year]
        worths.append(found.objective)
    assert worths[0] == pytest.approx((30 + 30 / 1.1) / 1.1)
    assert worths[0] / worths[1] == pytest.approx(1.1)


def test_limits_that_clash_are_named_with_what_each_must_give(town: Town) -> None:
    limits = [{"id": "enough", "quantity": "area_mu", "at_least": 70}, {"id": "few", "quantity": "parcels", "at_most": 2}]
    with pytest.raises(SolveError) as error:
        town.plan(limits=[*limits, {"id": "innocent", "quantity": "jobs_displaced", "at_most": 1000}])
    assert error.value.id == "no_plan_fits"
    assert set(error.value.values["clash"]) == {"enough", "few"}
    assert {one["rule"]: (one["way"], one["from"], one["to"]) for one in error.value.data["clash"]} == {
        "few": ("raise", 2, 3), "enough": ("lower", 70, 60)
    }  # fmt: skip
    assert "“启动面积 · 各年合计”从 70 降低到 60 亩；或 把“启动地块数 · 各年合计”从 2 提高到 3 个" in str(error.value)


def fits(town: Town, **limits: Any) -> bool:
    try:
        town.plan(**limits)
    except SolveError as error:
        assert error.id == "no_plan_fits"
        return False
    return True


@pytest.mark.parametrize(("carry", "when"), [(True, None), (False, None), (True, 2026), (False, 2026)])
def test_the_least_more_money_is_enough_and_less_is_not(town: Town, carry: bool, when: int | None) -> None:
    """Of a budget that carries over, what one year gets more is in every later year's sum too."""

    def limits(more: dict[int, float]) -> dict[str, Any]:
        wan = {str(year): 20.0 + more.get(year, 0.0) for year in YEARS}
        budget = {"fund": "special", "carry_over": carry, "wan": wan, "title": {"zh": "专项"}}
        bought = {"id": "buy", "quantity": "area_mu", "path": "buy", "year": when, "at_least": 19}
        return {"must": ["P1"], "budgets": [budget], "limits": [bought]}

    with pytest.raises(SolveError) as error:
        town.plan(**limits({}))
    said = [*error.value.data["clash"], *error.value.data["alone"]]
    asked = {one["rule"]: one for one in said if one["rule"].startswith("budget")}
    enough = {id: one["to"] for id, one in asked.items() if one["way"] == "raise"}
    if when is None:
        assert enough == {"budget_special_2027": 120 if not carry else 100}
    else:
        assert enough == ({"budget_special_2026": 100} if carry else {}), "60 万元 at once, and 60 a year later"
    for id, one in asked.items():
        year = int(id[-4:])
        if one["way"] == "short":
            assert not fits(town, **limits({year: 1e6}))
            continue
        assert one["from"] == 20.0
        assert fits(town, **limits({year: one["to"] - 20.0}))
        assert not fits(town, **limits({year: 0.98 * one["by"] - 0.01}))
        assert f"专项 {year} 年预算”从 20 提高到 {one['to']:g} 万元" in str(error.value)


def test_where_no_rule_is_enough_alone_the_least_together_is_said(town: Town) -> None:
    """Two floors above all there is: giving up a third parcel too would cost more, in shares of what the rules ask."""
    floors = [{"id": id, "quantity": "area_mu", "at_least": end} for id, end in (("a", 90), ("b", 80))]
    with pytest.raises(SolveError) as error:
        town.plan(limits=[*floors, {"id": "two", "quantity": "parcels", "at_most": 2}])
    assert {one["way"] for one in error.value.data["clash"]} == {"short"}
    assert {one["rule"]: one["to"] for one in error.value.data["together"]} == {"a": 60, "b": 60}
    assert "只改一条都不够，须同时改" in str(error.value)
    assert fits(town, limits=[{**one, "at_least": 60} for one in floors])


def test_who_stops_looking_for_amounts_still_hears_of_the_clash(town: Town) -> None:
    calls = []

    def impatient(_share: Any, id: str, **_facts: Any) -> None:
        calls.append(id)
        if calls.count("portfolio_conflicts") > stop:
            raise Cancelled

    limits = [{"id": "enough", "quantity": "area_mu", "at_least": 70}, {"id": "few", "quantity": "parcels", "at_most": 2}]
    asked, stop = wanted(limits=limits), 10**6
    with pytest.raises(SolveError):
        choose(town.layers, town.zones, town.options, town.scheme, asked, impatient)
    stop = calls.count("portfolio_conflicts") - 1
    calls.clear()
    with pytest.raises(SolveError) as error:
        choose(town.layers, town.zones, town.options, town.scheme, asked, impatient)
    assert set(error.value.values["clash"]) == {"enough", "few"}
    assert "open" in {one["way"] for one in error.value.data["clash"]}


def test_no_plan_found_in_the_work_allowed_is_an_error_not_an_empty_plan(town: Town) -> None:
    def none_found(problem: Any, **_more: Any) -> Any:
        return solution(problem, "work limit", None, 9.0, proof="prices", prices=np.zeros(problem.limits))

    with mock.patch("landplan.portfolio.milp.solve", none_found), pytest.raises(SolveError) as error:
        town.plan()
    assert error.value.id == "no_plan_found"

    def stopped(problem: Any, **_more: Any) -> Any:
        return solution(problem, "cancelled", None, 9.0, proof="prices", prices=np.zeros(problem.limits))

    with mock.patch("landplan.portfolio.milp.solve", stopped), pytest.raises(Cancelled):
        town.plan()


def test_an_empty_plan_of_no_value_is_recorded_and_read_again(town: Town) -> None:
    found = town.plan(
        maximise={"output_wan": -1.0}, must_not=["P1", "P2"], limits=[{"id": "none", "quantity": "parcels", "at_most": 0}]
    )
    assert (found.objective, found.bound, len(found)) == (0, pytest.approx(0, abs=1e-9), 0)
    limits = {
        "maximise": {"output_wan": -1.0},
        "must_not": ["P1", "P2"],
        "limits": [{"id": "none", "quantity": "parcels", "at_most": 0}],
    }
    assert_equal(town.again(recorded_plan(town.options, found), **limits), found)


def recorded(town: Town, **changes: Any) -> dict[str, Any]:
    return {**recorded_plan(town.options, town.plan(**BUDGET)), **changes}


@pytest.mark.parametrize("bound", [0.9, 1.1, 1.0 + 1e-7])
def test_a_bound_that_its_prices_do_not_prove_is_replaced(town: Town, bound: float) -> None:
    plan = recorded(town)
    assert plan["proof"] == "prices"
    again = town.again({**plan, "bound": plan["bound"] * bound}, **BUDGET)
    assert again.bound == pytest.approx(max(plan["bound"], again.objective), rel=1e-12)


def test_a_bound_of_a_search_is_never_above_what_the_prices_prove(town: Town) -> None:
    plan = recorded(town)
    again = town.again({**plan, "proof": "search", "bound": plan["bound"] * 2}, **BUDGET)
    assert (again.bound, again.proof) == (pytest.approx(plan["bound"]), "prices")


@pytest.mark.parametrize("bound", [0.9, 1.0, 1.1])
def test_a_bound_of_a_search_is_searched_for_again(town: Town, bound: float) -> None:
    """Forged downwards it would prove a poor plan the best; the plan here is one parcel less than the best."""
    limits = {"limits": [{"id": "room", "quantity": "area_mu", "at_most": 55}], "gap": 0.0}
    best = town.plan(**limits)
    assert best.proof == "search"
    plan = recorded_plan(town.options, best)
    assert town.again({**plan, "bound": plan["bound"] * bound}, **limits).bound == best.bound
    poor = {**plan, "chosen": plan["chosen"][:-1]}
    worth = town.again(poor, **limits).objective
    again = town.again({**poor, "bound": worth}, **limits)
    assert (again.bound, again.status) == (best.bound, "work limit")


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_a_price_counts_whatever_money_and_land_are_counted_in(unit: float) -> None:
    prices, activity = np.array([2.0, 1e-13, np.nan, 0.0]) * unit, np.array([3.0, 9.0, 1.0, 1.0])
    found = mock.Mock(prices=prices, activity=activity, objective=50 * unit)
    assert _priced(found).tolist() == [True, False, False, False]


def test_a_status_says_no_more_than_the_gap_proves(town: Town) -> None:
    plan = recorded(town)
    loose = {**plan, "prices": dict.fromkeys(plan["prices"], 0.0)}
    again = town.again(loose, **BUDGET)
    assert again.gap > 0
    assert again.status == "work limit"
    assert town.again({**plan, "status": "perfect"}, **BUDGET).status == "optimal within gap"


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"chosen": None}, "recorded_plan_unreadable"),
        ({"chosen": [17]}, "recorded_plan_unreadable"),
        ({"chosen": [{"parcel": "P0"}]}, "recorded_plan_unreadable"),
        ({"bound": "high"}, "recorded_plan_unreadable"),
        ({"prices": []}, "recorded_plan_unreadable"),
    ],
)
def test_a_recorded_plan_that_cannot_be_read_is_said(town: Town, changes: dict[str, Any], id: str) -> None:
    with pytest.raises(SolveError) as error:
        town.again(recorded(town, **changes), **BUDGET)
    assert error.value.id == id


ONE = {"parcel": "P2", "model": "factory", "tenure": "grant", "path": "buy", "start_year": 2026}


@pytest.mark.parametrize(
    ("chosen", "id", "says"),
    [
        ([{**ONE, "parcel": "P9"}], "recorded_not_an_option", "P9"),
        ([{**ONE, "path": "seize"}], "recorded_not_an_option", "seize"),
        ([{**ONE, "start_year": 2028}], "recorded_not_an_option", "2028"),
        ([{**ONE, "parcel": "P1"}], "recorded_not_an_option", "P1"),
        ([ONE], "recorded_plan_breaks", "budget_special_2026"),
        ([{**ONE, "path": "own"}, {**ONE, "path": "own", "start_year": 2027}], "recorded_plan_breaks", "P2"),
        ([], "recorded_plan_breaks", "P0"),
    ],
)
def test_a_recorded_plan_is_held_against_every_rule(town: Town, chosen: list[Any], id: str, says: str) -> None:
    own = {"parcel": "P0", "model": "factory", "tenure": "grant", "path": "own", "start_year": 2026}
    plan = recorded(town, chosen=[*chosen, own] if chosen else [])
    with pytest.raises(SolveError) as error:
        town.again(plan, **BUDGET, must=["P0"], must_not=["P1"])
    assert error.value.id == id
    assert says in str(error.value)
