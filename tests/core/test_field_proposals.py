"""Fields by content: each test of content on a column of no name, what is doubtful, and what is no field at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from landplan.core.credit_code import check_character
from landplan.core.field_proposals import SURE, Proposal, proposed_fields

N = 40
AREA = np.linspace(5_000.0, 40_000.0, N)
FIRST = [f"91310114MA1GW{k:04d}" for k in range(N)]


def proposed(matched: dict[str, str] | None = None, area: Any = AREA, **columns: Any) -> dict[str, Proposal]:
    areas = None if area is None else lambda rows: area[rows]
    return {one.column: one for one in proposed_fields(pa.table(columns), matched or {}, areas)}


def cycled(*values: Any) -> list[Any]:
    return [values[k % len(values)] for k in range(N)]


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ([f"JD-{k:04d}" for k in range(N)], "id", "proposal_unique"),
        (list(range(1, N + 1)), "id", "proposal_running"),
        (cycled("1001", "100101", "0902", "1001 60% + 0902 40%"), "land_use", "proposal_codes"),
        (cycled("M1", "M4", "C65"), "land_use", "proposal_codes"),
        ((AREA * np.linspace(0.97, 1.03, N)).tolist(), "area_declared_m2", "proposal_area"),
        (AREA.tolist(), "area_declared_m2", "proposal_area_computed"),
        (cycled(1998, 2003, 2015, 2021), "built_year", "proposal_years"),
        (cycled("2003", "2004", "2005"), "built_year", "proposal_years"),
        (cycled(date(2031, 5, 6), date(2044, 1, 2), date(2052, 3, 4)), "tenure_end", "proposal_days"),
        (cycled("2041/5/6", "2044年1月2日", "2052.3.4"), "tenure_end", "proposal_days"),
        (cycled("未调查", "清洁", "待修复"), "contamination", "proposal_words"),
        (cycled("出让", "划拨"), "right_kind", "proposal_words"),
        (cycled("国有", "民营", "外资"), "owner_kind", "proposal_words"),
        (cycled("固态电池", "SiC", "热管理"), "segment", "proposal_words"),
        (cycled("甲汽车零部件有限公司", "乙电子厂", "丙集团"), "owner", "proposal_firms"),
        ([first + check_character(first) for first in FIRST], "owner_code", "proposal_credit_codes"),
        (cycled(1, 2, 3, 4, 5), "condition", "proposal_classes"),
    ],
)
def test_a_column_without_a_name_is_known_by_what_stands_in_it(values: list[Any], field: str, reason: str) -> None:
    (found,) = proposed(c=values).values()
    assert (found.field, found.reason) == (field, reason)


@pytest.mark.parametrize(("unit", "m2"), [("mu", 2000 / 3), ("ha", 1e4), ("km2", 1e6)])
def test_the_unit_of_areas_is_guessed_from_the_geometry(unit: str, m2: float) -> None:
    values = (AREA / m2 * np.linspace(0.98, 1.02, N)).tolist()
    found = proposed(c=values)["c"]
    assert (found.field, found.unit, found.facts["said"]) == ("area_declared_m2", unit, unit)
    named = proposed({"area_declared_m2": "宗地面积"}, 宗地面积=values)["宗地面积"]
    assert (named.unit, named.reason, named.sure) == (unit, "proposal_unit", True)
    assert proposed({"area_declared_m2": "宗地面积"}, 宗地面积=AREA.tolist()) == {}
    assert proposed(area=None, c=values) == {}


@pytest.mark.parametrize(
    ("title", "field", "unit"),
    [("年产值（亿元）", "output_wan", "yi"), ("税收(万元)", "tax_wan", ""), ("宗地面积[亩]", "area_declared_m2", "mu"),
     ("建筑面积_平方米", "gfa_m2", ""), ("空置率(%)", "vacant_share", "percent"), ("限高（米）", "height_limit_m", "")],
)  # fmt: skip
def test_a_unit_behind_a_known_name_is_read(title: str, field: str, unit: str) -> None:
    found = proposed(**{title: np.linspace(3, 50, N).round(1).tolist()})[title]
    assert (found.field, found.unit, found.sure) == (field, unit, True)
    assert title not in proposed(**{title: cycled("甲", "乙")})


def test_a_title_that_the_values_contradict_is_a_suggestion_only() -> None:
    found = proposed(**{"宗地面积(亩)": (AREA * 1.01).tolist()})["宗地面积(亩)"]
    assert (found.reason, found.sure) == ("proposal_units_differ", False)


def test_two_columns_that_may_be_one_field_are_suggestions_only() -> None:
    codes, other = cycled("1001", "100101", "0902"), cycled("0802", "1001", "1101")
    assert proposed(现状用地性质码=codes)["现状用地性质码"].sure
    found = proposed(现状用地性质码=codes, 另一用地性质码=other)
    assert len(found) == 1
    assert not any(one.sure for one in found.values())
    planned = proposed(现状用地性质码=codes, 规划用地性质码=other)
    assert {name: one.field for name, one in planned.items()} == {"现状用地性质码": "land_use", "规划用地性质码": "planned_use"}


@pytest.mark.parametrize(
    "values",
    [
        cycled("好", "很好", "一般般"), [None] * N, cycled(0.5, 1.5, 700.0), cycled("01", "02", "03"), cycled(3, 17, 99),
        cycled("张三", "李四"), [""] * N,
    ],
)  # fmt: skip
def test_what_may_be_anything_is_not_proposed(values: list[Any]) -> None:
    assert proposed(c=values) == {}


def test_fields_that_names_have_matched_are_not_proposed_again() -> None:
    years = cycled(1998, 2003, 2015)
    assert proposed({"built_year": "建成年份"}, 建成年份=years, 另=years) == {}


TEXTS = st.lists(st.none() | st.text(max_size=8) | st.sampled_from(["1001", "M1", "出让", "2003"]), min_size=6, max_size=6)
NUMBERS = st.lists(st.none() | st.floats(), min_size=6, max_size=6) | st.lists(st.integers(-10, 3000), min_size=6, max_size=6)


@given(st.lists(TEXTS | NUMBERS, min_size=1, max_size=5))
@example([[None, None, None, 0.0, 0.0, 1.797693134862316e302]])
def test_a_field_and_a_column_are_used_once_and_scores_are_shares(columns: list[list[Any]]) -> None:
    table = pa.table({f"c{k}": values for k, values in enumerate(columns)})
    found = proposed_fields(table, {}, lambda rows: np.full(len(rows), 100.0))
    assert len({one.field for one in found}) == len({one.column for one in found}) == len(found)
    assert all(0 < one.score <= 1 for one in found)
    assert all(one.sure == (one.score >= SURE) for one in found)


def test_ids_are_looked_at_in_all_rows() -> None:
    ids = [f"P{k:05d}" for k in range(5_000)]
    (found,) = proposed(area=None, c=ids).values()
    assert found.field == "id"
    ids[4_321] = ids[4_322]
    assert proposed(area=None, c=ids) == {}
