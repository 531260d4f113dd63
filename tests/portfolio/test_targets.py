"""Totals and targets by hand: only finished works count, unknown is in neither sum, the remainder is added to both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.environment import parcel_environment
from landplan.core.tables import OptionTable, TargetResult
from landplan.portfolio.targets import after_columns, target_results, totals_by_year, unknown_changes
from tests.factories import make_layer, make_scheme, no_zones, square
from tests.portfolio.option_tables import option_table

NAN = np.nan
TODAY: dict[str, Any] = {"output_wan": [100.0, 200.0, None, 400.0], "jobs": [1.0, 2.0, 3.0, 4.0]}
ROWS: list[dict[str, Any]] = [
    {"parcel": 0, "works_years": 2, "output_wan": 50, "jobs": 10},
    {"parcel": 1, "works_years": 0, "output_wan": -20, "jobs": 1},
    {"parcel": 2, "works_years": 0, "output_wan": NAN, "jobs": 5},
    {"parcel": 3, "works_years": 0, "output_wan": NAN, "jobs": NAN},
]
EVERY = np.arange(4, dtype=np.int32)


def environment(**columns: Any) -> Any:
    layer = make_layer([square(k * 200.0, 0) for k in range(4)], **{**TODAY, **columns})
    return parcel_environment(layer, no_zones(), {"share_counted": 0.5})


def starts(*years: int) -> Any:
    return np.array(years, np.int32)


def result(total: str, option: Any = EVERY, start: Any = None, table: OptionTable | None = None, **target: Any) -> TargetResult:
    given = {"id": "goal", "title": {"en": "goal"}, "year": 2030, "above": 900, "unit": "wan", "scope": {"en": "map"}, **target}
    scheme = make_scheme(targets=[{**given, "total": total}])
    start = starts(*[2026] * len(option)) if start is None else start
    found = target_results(scheme, environment(), table or option_table(ROWS, 4), option, start)
    return found[0]


def test_totals_by_year_count_what_is_finished() -> None:
    found = totals_by_year(option_table(ROWS, 4), EVERY[:2], starts(2026, 2027), np.arange(2026, 2030))
    assert found["output_wan"].tolist() == [0, -20, 30, 30]
    assert found["jobs"].tolist() == [0, 1, 11, 11]
    assert found["firms"].tolist() == [0, 0, 0, 0]


def test_an_unknown_change_is_left_out_of_totals_and_counted() -> None:
    table = option_table(ROWS, 4)
    assert totals_by_year(table, EVERY, starts(*[2026] * 4), [2030])["output_wan"].tolist() == [30]
    said = [(issue.id, dict(issue.values)) for issue in unknown_changes(table, EVERY)]
    assert said == [
        ("plan_change_unknown", {"quantity": "output_wan", "n": 2}),
        ("plan_change_unknown", {"quantity": "jobs", "n": 1}),
    ]
    assert list(unknown_changes(table, EVERY[:2])) == []


def test_a_target_before_and_after_with_its_remainder() -> None:
    found = result("output_wan", EVERY[:2], remainder=1000.0)
    assert (found.base, found.after, found.remainder, found.unknown) == (1700, 1730, 1000, 1)
    assert found.shortfall == 0
    assert result("output_wan", EVERY[:2]).shortfall == 900 - 730


def test_works_not_finished_by_the_targets_year_do_not_count() -> None:
    assert result("output_wan", EVERY[:1], starts(2028)).after == 750
    assert result("output_wan", EVERY[:1], starts(2029)).after == 700


def test_a_parcel_whose_change_is_unknown_is_in_neither_sum() -> None:
    """Known today, unknown after: to keep it in the base alone would look like a loss of all it has."""
    found = result("output_wan", EVERY[3:])
    assert (found.base, found.after, found.unknown) == (300, 300, 2)


def test_a_total_is_an_expression_over_fields_and_figures_after_the_plan() -> None:
    found = result("CASE WHEN output_wan >= 150 THEN jobs * share_counted ELSE 0 END", EVERY[:2])
    assert found.base == 0 + 1 + 2  # 100 counts nothing, 200 and 400 half their jobs; unknown output is ELSE
    assert found.after == 5.5 + 1.5 + 2


def test_without_options_nothing_changes() -> None:
    found = result("output_wan", EVERY[:0])
    assert (found.base, found.after) == (700, 700)


def test_todays_columns_stay_as_they_are() -> None:
    here = environment()
    after = after_columns(here, option_table(ROWS, 4), EVERY[:1], starts(2026), 2030)
    assert after["output_wan"][0] == 150
    assert here.columns["output_wan"][0] == 100


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 4), st.integers(2026, 2030)), min_size=4, max_size=4))
def test_a_target_gains_what_the_totals_say(picks: list[tuple[int, int, int]]) -> None:
    table = option_table([{"parcel": k, "jobs": d, "works_years": w} for k, (d, w, _) in enumerate(picks)], 4)
    start = starts(*[year for _, _, year in picks])
    found = result("jobs", EVERY, start, table)
    gained = totals_by_year(table, EVERY, start, [2030])["jobs"][0]
    assert found.after - found.base == pytest.approx(gained)
    by_hand = sum(d for d, w, year in picks if year + w <= 2030)
    assert gained == by_hand
