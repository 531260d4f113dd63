"""Limits switched off, missed at a price, fair between towns, in pieces, with income that comes back, and earlier choices."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import SchemeError
from landplan.core.kernels.adjacency import Adjacency
from landplan.core.recipe import Choose
from landplan.core.units import M2_PER_MU
from landplan.portfolio.formulation import Built, Formulation, problem_of
from landplan.portfolio.milp import solve
from tests.factories import no_zones
from tests.portfolio.option_tables import halves, option_table

AREA_MU = (10.0, 20.0, 30.0, 40.0)
ROWS: list[dict[str, Any]] = [{"parcel": k, "path": 0, "output_wan": worth} for k, worth in enumerate((9.0, 8.0, 2.0, 1.0))]


def built(zones: Any = None, table: Any = None, **choose: Any) -> Built:
    """Four parcels in a row that touch along 100 m; output counts, at most two of them."""
    limits = choose.pop("limits", [{"id": "two", "quantity": "parcels", "at_most": 2}])
    wanted = Choose.model_validate(
        {"years": {"from": 2026, "to": 2026}, "maximise": {"output_wan": 1.0}, "limits": limits, **choose}
    )
    row = Adjacency(np.arange(3), np.arange(1, 4), np.full(3, 100.0))
    options = option_table(ROWS, 4) if table is None else table
    area_m2 = np.array(AREA_MU[: len(options.ids)]) * M2_PER_MU
    made = Formulation(options, zones or no_zones(), wanted, area_m2, 0.05, 2025, "recipe", touching=lambda: row)
    return problem_of(made, options.ids)


def chosen(**choose: Any) -> list[int]:
    problem = built(**choose).problem
    return problem.group[solve(problem, gap=0).chosen].tolist()


def test_a_limit_switched_off_does_not_count() -> None:
    two = {"id": "two", "quantity": "parcels", "at_most": 2}
    assert chosen(limits=[two]) == [0, 1]
    assert chosen(limits=[{**two, "on": False}]) == [0, 1, 2, 3]


def test_a_limit_with_a_penalty_is_missed_where_that_pays() -> None:
    two = {"id": "two", "quantity": "parcels", "at_most": 2}
    assert chosen(limits=[{**two, "penalty": 1.5}]) == [0, 1, 2]
    assert chosen(limits=[{**two, "penalty": 3.0}]) == [0, 1]


def test_pieces_have_their_least_area_in_mu_and_may_not_cross_zones() -> None:
    piece = {"id": "site", "min_area_mu": 45}
    assert chosen(connected=[piece]) == [1, 2]
    assert chosen(connected=[{**piece, "on": False}]) == [0, 1]
    assert chosen(connected=[{**piece, "within": "town"}], zones=halves([1, 1, 0, 0])) == [2, 3]
    with pytest.raises(SchemeError, match="town"):
        built(connected=[{**piece, "within": "towm"}], zones=halves([1, 1, 0, 0]))


def test_shared_boundary_is_rewarded_by_the_metre() -> None:
    rows = [{"parcel": k, "output_wan": worth} for k, worth in enumerate((9.0, 2.0, 8.0, 1.0))]
    assert chosen(table=option_table(rows, 4)) == [0, 2]
    assert chosen(table=option_table(rows, 4), boundary_reward=0.07) == [0, 1]


def test_a_town_gets_its_part_by_area() -> None:
    """West has 30 of 100 mu, and east 70 in another zone of the set: east must get at least half of its share of output."""
    from landplan.core.tables import ZoneSet, ZoneShares

    main = np.array([0, 0, 1, 1], np.int32)
    towns = ZoneSet("town", ("W", "ZN-东", "out"), ("西", "东", "其余"), np.arange(4, dtype=np.int32), main, np.ones(4), main)
    fair = {"id": "fair", "set": "town", "quantity": "output_wan", "at_least": 0.5}
    found = built(zones=ZoneShares({"town": towns}), fairness=[fair])
    east = next(row for row in found.rows if row.id == "fair_ZN-东")
    assert east.use.tolist() == pytest.approx([-0.35 * 9, -0.35 * 8, 2 * 0.65, 1 * 0.65])
    assert chosen(zones=ZoneShares({"town": towns}), fairness=[fair]) != [0, 1]
    got = chosen(zones=ZoneShares({"town": towns}), fairness=[fair])
    worth = np.array([9.0, 8.0, 2.0, 1.0])
    assert worth[[k for k in got if k > 1]].sum() >= 0.35 * worth[got].sum() - 1e-6


def test_income_comes_back_into_the_fund() -> None:
    table = option_table([{"parcel": 0, "output_wan": 5, "spend": [10]}, {"parcel": 1, "output_wan": 1}], 2)
    table.fund_income[1, 0, 0] = 8.0
    budget = {"fund": "special", "wan": {"2026": 4}}
    assert chosen(table=table, limits=[], budgets=[budget]) == [1]
    assert chosen(table=table, limits=[], budgets=[{**budget, "income_returns": True}]) == [0, 1]
    assert chosen(table=table, limits=[], budgets=[{**budget, "on": False}]) == [0, 1]


def test_what_an_earlier_plan_chose_stays_in_if_asked() -> None:
    assert chosen(earlier=["P3"]) == [0, 3]
    assert chosen(earlier=["P3"], keep_earlier=False) == [0, 1]


@settings(max_examples=20, deadline=None)
@given(
    costs=st.lists(st.integers(1, 9), min_size=3, max_size=4), worths=st.lists(st.integers(1, 9), min_size=4, max_size=4),
    budget=st.integers(0, 12), ceiling=st.integers(0, 12), carry=st.booleans(),
)  # fmt: skip
def test_a_ceiling_of_the_year_holds_whatever_was_left_over(
    costs: list[int], worths: list[int], budget: int, ceiling: int, carry: bool
) -> None:
    """Against trying every plan of parcels and years; half of a cost falls in the year after, and after the plan counts late."""
    rows = [{"parcel": k, "path": 0, "output_wan": float(worths[k]), "spend": (cost, cost)} for k, cost in enumerate(costs)]
    years = (2026, 2027)
    fund = {"fund": "special", "wan": {year: float(budget) for year in years}, "carry_over": carry, "year_wan": float(ceiling)}
    table = option_table(rows, len(costs))
    wanted = Choose.model_validate({"years": {"from": 2026, "to": 2027}, "maximise": {"output_wan": 1.0}, "budgets": [fund]})
    made = Formulation(table, no_zones(), wanted, np.array(AREA_MU[: len(costs)]) * M2_PER_MU, 0.05, 2025, "recipe")
    problem = problem_of(made, table.ids).problem
    found = solve(problem, gap=0)
    best = max(
        sum(worths[k] for k, year in enumerate(plan) if year is not None)
        for plan in product((None, 0, 1), repeat=len(costs)) if allowed(plan, costs, budget, ceiling, carry)
    )  # fmt: skip
    assert found.objective == pytest.approx(best)


def allowed(plan: tuple[int | None, ...], costs: list[int], budget: int, ceiling: int, carry: bool) -> bool:
    paid = [0, 0, 0]
    for start, cost in zip(plan, costs, strict=True):
        for year in () if start is None else (start, start + 1):
            paid[year] += cost
    charged = (paid[0], paid[1] + paid[2])
    left = (budget - charged[0], budget - charged[1] + (budget - charged[0] if carry else 0))
    return min(left) >= 0 and max(paid[:2]) <= ceiling
