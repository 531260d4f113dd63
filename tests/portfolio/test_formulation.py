"""Columns and limits by hand: years, budgets, zones, filters; and names that name nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import SchemeError, SolveError
from landplan.core.recipe import Choose
from landplan.core.tables import OptionTable, ZoneShares
from landplan.core.units import M2_PER_MU
from landplan.portfolio.formulation import Built, Formulation, Row, problem_of
from tests.factories import no_zones
from tests.portfolio.option_tables import halves, option_table

ROWS: list[dict[str, Any]] = [
    {"parcel": 0, "path": 0, "spend": [100, 50], "works_years": 1, "output_wan": 10, "jobs": 5, "displaced_jobs": 7, "npv": 42.0},
    {"parcel": 0, "path": 1, "model": 1, "works_years": 0, "output_wan": 4},
    {"parcel": 1, "path": 0, "spend": [0, 0, 30], "works_years": 2, "output_wan": 20, "displaced_jobs": 1},
]
AREA_MU = (30.0, 60.0)


def formulation(
    choose: dict[str, Any] | None = None, table: OptionTable | None = None, zones: ZoneShares | None = None, rate: float = 0.05
) -> Formulation:
    wanted = Choose.model_validate({"years": {"from": 2026, "to": 2028}, **(choose or {})})
    table = table or option_table(ROWS, 2)
    area_m2 = np.array(AREA_MU) * M2_PER_MU
    return Formulation(table, zones or no_zones(), wanted, area_m2, rate, 2025, where="recipe")


def row(zones: ZoneShares | None = None, **limit: Any) -> Row:
    """The one row of a limit."""
    return formulation({"limits": [{"id": "x", "at_most": 1, **limit}]}, zones=zones).rows()[0]


def by_option(found: Row) -> list[list[float]]:
    """What each option uses, started in 2026, 2027, 2028."""
    return found.use.reshape(-1, 3).tolist()


def test_a_column_is_an_option_and_a_start_year() -> None:
    found = formulation()
    assert found.option.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert found.start.tolist() == [2026, 2027, 2028] * 3
    assert found.parcel.tolist() == [0] * 6 + [1] * 3


def test_spending_falls_in_calendar_years_and_what_comes_later_stands_last() -> None:
    spend = formulation().spend("special")
    assert spend[:3].tolist() == [[100, 50, 0, 0], [0, 100, 50, 0], [0, 0, 100, 50]]
    assert spend[6:].tolist() == [[0, 0, 30, 0], [0, 0, 0, 30], [0, 0, 0, 30]]


def test_a_budget_of_each_year_and_the_last_year_bears_what_comes_later() -> None:
    budgets = [{"fund": "special", "wan": {"2026": 80, "2028": 60}}]
    rows = formulation({"budgets": budgets}).rows()
    assert [(one.id, one.at_most, one.at_least) for one in rows] == [
        ("budget_special_2026", 80, None),
        ("budget_special_2027", 0, None),
        ("budget_special_2028", 60, None),
    ]
    assert [by_option(one)[0] for one in rows] == [[100, 0, 0], [50, 100, 0], [0, 50, 150]]
    assert [by_option(one)[2] for one in rows] == [[0, 0, 0], [0, 0, 0], [30, 30, 30]]


def test_carry_over_adds_up_money_and_spending() -> None:
    budgets = [{"fund": "special", "carry_over": True, "wan": {"2026": 80, "2027": 10, "2028": 60}}]
    rows = formulation({"budgets": budgets}).rows()
    assert [one.at_most for one in rows] == [80, 90, 150]
    assert [by_option(one)[0] for one in rows] == [[100, 0, 0], [150, 100, 0], [150, 150, 150]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=6), min_size=1, max_size=4))
def test_every_budget_row_together_charges_all_that_is_spent(spends: list[list[int]]) -> None:
    table = option_table([{"parcel": k, "spend": spend} for k, spend in enumerate(spends)], len(spends))
    wanted = Choose.model_validate({"years": {"from": 2026, "to": 2028}, "budgets": [{"fund": "special", "wan": {}}]})
    made = Formulation(table, no_zones(), wanted, np.ones(len(spends)), 0.0, 2025, "recipe")
    charged = sum(one.use for one in made.rows())
    assert charged.reshape(-1, 3).tolist() == [[sum(spend)] * 3 for spend in spends]


def test_npv_is_discounted_from_the_start_year_to_the_base_year() -> None:
    found = formulation({"maximise": {"npv_district_wan": 2.0}}, rate=0.1)
    assert found.value[:3] == pytest.approx([2 * 42 / 1.1, 2 * 42 / 1.1**2, 2 * 42 / 1.1**3])


def test_score_times_area_and_what_is_finished_in_the_last_year() -> None:
    found = formulation({"maximise": {"score_area_mu": 1.0, "output_wan": 100.0}})
    assert found.value.reshape(-1, 3).tolist() == [[1030, 1030, 30], [430, 430, 430], [2060, 60, 60]]


@pytest.mark.parametrize(
    ("limit", "used", "unit"),
    [
        ({"quantity": "parcels"}, [[1, 1, 1]] * 3, "count"),
        ({"quantity": "parcels", "year": 2027}, [[0, 1, 0]] * 3, "count"),
        ({"quantity": "area_mu", "path": "own"}, [[0, 0, 0], [30, 30, 30], [0, 0, 0]], "mu"),
        ({"quantity": "area_mu", "model": "factory", "year": 2028}, [[0, 0, 30], [0, 0, 0], [0, 0, 60]], "mu"),
        ({"quantity": "jobs_displaced", "path": "buy"}, [[7, 7, 7], [0, 0, 0], [1, 1, 1]], "person"),
        ({"quantity": "works_area_mu", "year": 2027}, [[0, 30, 0], [0, 30, 0], [60, 60, 0]], "mu"),
        ({"quantity": "works_area_mu", "year": 2029}, [[0, 0, 0], [0, 0, 0], [0, 0, 60]], "mu"),
        ({"quantity": "output_wan"}, [[10, 10, 0], [4, 4, 4], [20, 0, 0]], "wan"),
        ({"quantity": "output_wan", "year": 2026}, [[0, 0, 0], [4, 0, 0], [0, 0, 0]], "wan"),
        ({"quantity": "output_wan", "year": 2030}, [[10, 10, 10], [4, 4, 4], [20, 20, 20]], "wan"),
        ({"quantity": "jobs"}, [[5, 5, 0], [0, 0, 0], [0, 0, 0]], "person"),
        ({"quantity": "cost_special"}, [[150, 150, 150], [0, 0, 0], [30, 30, 30]], "wan"),
        ({"quantity": "cost_special", "year": 2027}, [[50, 100, 0], [0, 0, 0], [0, 0, 0]], "wan"),
    ],
)
def test_what_a_limit_counts(limit: dict[str, Any], used: list[list[float]], unit: str) -> None:
    found = row(**limit)
    assert by_option(found) == used
    assert found.unit == unit


@pytest.mark.parametrize(
    ("quantity", "used"),
    [
        ("area_mu", [0.25 * 30, 0.25 * 30, 0.75 * 60]),  # land and money by share
        ("cost_special", [0.25 * 150, 0, 0.75 * 30]),
        ("output_wan", [0.25 * 10, 0.25 * 4, 0.75 * 20]),
        ("parcels", [0, 0, 1]),  # counts whole to the main zone
        ("jobs_displaced", [0, 0, 1]),
        ("jobs", [0, 0, 0]),
    ],
)
def test_a_zone_takes_land_and_money_by_share_and_counts_whole(quantity: str, used: list[float]) -> None:
    assert row(halves([0.25, 0.75]), quantity=quantity, zone="Z1").use[::3].tolist() == used


def test_an_unknown_value_outside_the_zone_or_path_does_not_matter() -> None:
    rows: list[dict[str, Any]] = [
        {"parcel": 0, "jobs": np.nan, "output_wan": np.nan, "path": 0},
        {"parcel": 1, "jobs": 3, "output_wan": 8, "path": 1},
    ]
    table = option_table(rows, 2)
    limits = [
        {"id": "by_main", "quantity": "jobs", "zone": "Z1", "at_most": 9},
        {"id": "by_share", "quantity": "output_wan", "zone": "Z1", "at_most": 9},
        {"id": "by_path", "quantity": "jobs", "path": "own", "at_most": 9},
    ]
    built = made({"limits": limits}, table, halves([0.0, 1.0]))
    assert built.issues == ()
    assert len(built.kept) == 6


def made(choose: dict[str, Any], table: OptionTable | None = None, zones: ZoneShares | None = None) -> Built:
    found = formulation(choose, table, zones)
    return problem_of(found, found.options.ids)


def test_columns_with_an_unknown_value_or_use_are_left_out_and_counted() -> None:
    rows: list[dict[str, Any]] = [
        {"parcel": 0, "score": np.nan},
        {"parcel": 0, "jobs": np.nan},
        {"parcel": 1, "jobs": np.nan},
        {"parcel": 1, "jobs": 2},
    ]
    limit = {"id": "few", "quantity": "jobs", "year": 2026, "at_least": 1}
    built = made({"limits": [limit]}, option_table(rows, 2))
    assert [(issue.id, dict(issue.values)) for issue in built.issues] == [
        ("choice_unknown", {"n": 1, "limit": "maximise"}),
        ("choice_unknown", {"n": 2, "limit": "few"}),
    ]
    # only the year in which the unknown jobs would count is closed
    assert built.kept.tolist() == [4, 5, 7, 8, 9, 10, 11]
    assert np.isfinite(built.problem.limit_data).all()


def test_the_problem_holds_the_rows_of_the_formulation() -> None:
    budgets = [{"fund": "special", "wan": {"2026": 80}}]
    limits = [{"id": "floor", "quantity": "parcels", "at_least": 1}]
    built = made({"budgets": budgets, "limits": limits, "must": ["P1"], "must_not": ["P0"]})
    p = built.problem
    assert p.limit_ids == ("budget_special_2026", "budget_special_2027", "budget_special_2028", "floor")
    assert p.upper.tolist() == [80, 0, 0, np.inf]
    assert p.lower.tolist() == [-np.inf, -np.inf, -np.inf, 1]
    assert p.must.tolist() == [1]
    assert built.kept.tolist() == [6, 7, 8]
    assert p.groups == 2
    for k, one in enumerate(built.rows):
        for c in range(p.columns):
            assert p.activity(np.array([c]))[k] == one.use[built.kept[c]]


@pytest.mark.parametrize(
    ("choose", "id", "says"),
    [
        ({"budgets": [{"fund": "spezial", "wan": {}}]}, "unknown_fund", "special"),
        ({"budgets": [{"fund": "special", "wan": {"2029": 1}}]}, "budget_outside_years", "2029"),
        ({"budgets": [{"fund": "special", "wan": {}}] * 2}, "id_twice", "special"),
        ({"limits": [{"id": "a", "quantity": "parcels", "at_most": 1}] * 2}, "id_twice", "a"),
        (
            {
                "budgets": [{"fund": "special", "wan": {}}],
                "limits": [{"id": "budget_special_2027", "quantity": "parcels", "at_most": 1}],
            },
            "id_twice",
            "budget_special_2027",
        ),
        ({"limits": [{"id": "a", "quantity": "area", "at_most": 1}]}, "unknown_quantity", "area_mu"),
        ({"limits": [{"id": "a", "quantity": "cost_specal", "at_most": 1}]}, "unknown_quantity", "cost_special"),
        ({"limits": [{"id": "a", "quantity": "parcels", "zone": "Z2", "at_most": 1}]}, "unknown_zone", "Z1"),
        ({"limits": [{"id": "a", "quantity": "parcels", "zone": "其余", "at_most": 1}]}, "unknown_zone", "Z1"),
        ({"limits": [{"id": "a", "quantity": "parcels", "zone": "outside", "at_most": 1}]}, "unknown_zone", "Z1"),
        ({"limits": [{"id": "a", "quantity": "parcels", "path": "bui", "at_most": 1}]}, "unknown_name", "buy"),
        ({"limits": [{"id": "a", "quantity": "parcels", "model": "labs", "at_most": 1}]}, "unknown_name", "lab"),
        ({"limits": [{"id": "a", "quantity": "cost_special", "year": 2025, "at_most": 1}]}, "limit_outside_years", "2025"),
        ({"limits": [{"id": "a", "quantity": "cost_special", "year": 2029, "at_most": 1}]}, "limit_outside_years", "2029"),
        ({"limits": [{"id": "a", "quantity": "parcels", "year": 2035, "at_least": 1}]}, "limit_outside_years", "2035"),
        ({"limits": [{"id": "a", "quantity": "jobs", "year": 2020, "at_most": 1}]}, "limit_outside_years", "2020"),
        ({"maximise": {"npv_distrct_wan": 1}}, "unknown_goal", "npv_district_wan"),
        ({"must": ["P7"]}, "unknown_parcel", "P7"),
        ({"must_not": ["p1"]}, "unknown_parcel", "P1"),
        ({"must": ["P1"], "must_not": ["P1"]}, "must_and_must_not", "P1"),
    ],
)
def test_what_names_nothing_is_said_with_the_nearest(choose: dict[str, Any], id: str, says: str) -> None:
    with pytest.raises(SchemeError) as found:
        made(choose, zones=halves([1.0, 1.0]))
    assert found.value.id == id
    assert says in str(found.value)
    assert found.value.where.startswith("recipe")


def test_a_must_parcel_without_an_option_is_named() -> None:
    with pytest.raises(SolveError) as found:
        made({"must": ["P1", "P2"]}, option_table(ROWS, 3))
    assert found.value.id == "must_without_option"
    assert found.value.values["parcels"] == ["P2"]


def test_a_limit_that_touches_nothing_and_a_fund_without_budget_are_said() -> None:
    limits = [{"id": "none", "quantity": "jobs", "path": "own"}, {"id": "some", "quantity": "parcels"}]
    limits = [limit | {"at_most": 9} for limit in limits]
    said = made({"limits": limits}).issues
    assert [(issue.id, dict(issue.values)) for issue in said] == [
        ("limit_touches_nothing", {"limit": "none"}),
        ("fund_without_budget", {"fund": "special"}),
    ]
    assert made({"limits": limits[1:], "budgets": [{"fund": "special", "wan": {}}]}).issues == ()


def test_a_zone_named_instead_of_its_id_is_answered_with_the_id() -> None:
    zones = halves([1.0, 1.0])
    town = replace(zones.sets["town"], zone_ids=("Z1", "Z2", "outside"), zone_names=("East", "West", "其余"))
    with pytest.raises(SchemeError) as found:
        made({"limits": [{"id": "a", "quantity": "parcels", "zone": "West", "at_most": 1}]}, zones=ZoneShares({"town": town}))
    assert found.value.values["nearest"] == "Z2"
