"""The main job: with a memo the same results, and only what changed is computed again."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import small_plan

from landplan.app.changes import changed
from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.app.session import Session
from landplan.core.errors import InputError, LandplanError
from landplan.core.progress import Cancelled
from landplan.core.project import Memo, Project
from landplan.core.results import Results
from landplan.steps.choose import choose


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return open_recipe(small_plan.write_plan(tmp_path_factory.mktemp("plan")))


STEPS = ("checks", "zones", "criteria", "scores", "options", "portfolio")


@pytest.mark.parametrize(
    ("command", "values", "kept"),
    [
        ("set_weight", {"criterion": "metro_m", "weight": 3.0}, {"checks", "zones", "criteria"}),
        ("switch_criterion", {"criterion": "metro_m", "on": False}, {"checks", "zones", "criteria"}),
        ("set_scoring", {"method": "topsis"}, {"checks", "zones", "criteria"}),
        ("set_discount_rate", {"rate": 0.1}, {"checks", "zones", "criteria", "scores"}),
        ("set_figure", {"figure": "price_wan_per_mu", "value": 90.0}, {"checks", "zones"}),
        ("set_budget", {"fund": "special", "year": 2026, "wan": 9000.0}, {"checks", "zones", "criteria", "scores", "options"}),
        ("add_must_not", {"parcels": ["P01"]}, {"checks", "zones", "criteria", "scores", "options"}),
        ("set_export_date", {"day": "2030-01-01"}, set(STEPS)),
    ],
)
def test_a_step_runs_again_only_where_its_inputs_changed(project: Project, command: str, values: Any, kept: set[str]) -> None:
    memo, session = Memo(), Session(project)
    before = results(project, memo)
    after = results(session.do(command, **values), memo)
    assert {step for step in STEPS if getattr(before, step) is getattr(after, step)} == kept


def test_weights_alone_leave_utilities_and_verdicts_as_they_are(project: Project) -> None:
    memo, session = Memo(), Session(project)
    first = results(project, memo).scores
    weighed = results(session.do("set_weight", criterion="metro_m", weight=3.0), memo).scores
    assert weighed.utility is first.utility
    assert weighed.status is first.status
    assert not np.array_equal(weighed.weights, first.weights)
    switched = results(session.do("switch_criterion", criterion="metro_m", on=False), memo).scores
    assert switched.utility is not first.utility


def same(one: Results, other: Results) -> bool:
    assert one.portfolio is not None
    assert other.portfolio is not None
    for name, column in one.criteria.columns.items():
        np.testing.assert_array_equal(column.values, other.criteria.columns[name].values)
    for table in ("score", "score_low", "known_weight", "status", "rank", "recommended", "weights"):
        np.testing.assert_array_equal(getattr(one.scores, table), getattr(other.scores, table))
    np.testing.assert_array_equal(one.portfolio.option, other.portfolio.option)
    np.testing.assert_array_equal(one.portfolio.start_year, other.portfolio.start_year)
    return one.portfolio.objective == other.portfolio.objective


def test_a_long_session_with_a_memo_gives_what_a_fresh_run_gives(project: Project) -> None:
    chance, memo, session = random.Random(5), Memo(size=8), Session(project)
    for turn in range(24):
        command, values = chance.choice(
            [
                ("set_weight", {"criterion": chance.choice(["metro_m", "compact"]), "weight": chance.choice([0.0, 1.0, 5.0])}),
                ("set_figure", {"figure": "price_wan_per_mu", "value": chance.choice([50.0, 100.0, 150.0])}),
                ("set_budget", {"fund": "special", "year": 2027, "wan": chance.choice([0.0, 5000.0, 9000.0])}),
                ("set_missing_policy", {"policy": chance.choice(["interval", "worst"])}),
                ("add_must_not", {"parcels": [chance.choice(["P03", "P04"])]}),
                ("set_model_weight", {"model": "lab", "criterion": "compact", "weight": chance.choice([0.0, 4.0])}),
            ]
        )
        session.do(command, **values)
        if chance.random() < 0.3:
            session.undo()
        kept = results(session.project, memo)
        if turn % 6 == 5:
            assert same(kept, results(session.project))


def test_without_a_choose_section_nothing_is_chosen(project: Project) -> None:
    found = results(project.with_recipe(project.recipe.model_copy(update={"choose": None})))
    assert found.options is None
    assert found.portfolio is None


def test_progress_never_falls_and_ends_at_one(project: Project) -> None:
    shares: list[float] = []

    def watch(share: float | None, text_id: str, **values: object) -> None:
        if share is not None:
            shares.append(share)

    results(project, progress=watch)
    assert shares[-1] == 1.0
    assert shares == sorted(shares)


def test_cancelling_ends_the_work(project: Project) -> None:
    def stop(share: float | None, text_id: str, **values: object) -> None:
        if share is not None and share > 0.25:
            raise Cancelled

    with pytest.raises(Cancelled):
        results(project, progress=stop)


def test_an_impossible_crs_is_refused_before_anything_is_scored(tmp_path: Path) -> None:
    recipe = small_plan.write_plan(tmp_path)
    recipe.write_text(recipe.read_text("utf-8").replace('layer = "parcels"', 'layer = "parcels"\ncrs = "EPSG:4490"'), "utf-8")
    with pytest.raises((InputError, LandplanError)) as refused:
        results(open_recipe(recipe))
    assert refused.value.exit_code == 2
    assert "plan.gpkg" in str(refused.value)


def test_a_cancelled_plan_is_not_kept_in_the_memo(project: Project) -> None:
    """The best plan so far is returned, and asking again searches on instead of handing it out for good."""
    memo, asked = Memo(), []

    def cut_short(*given: Any) -> Any:
        asked.append(given)
        plan = choose(*given)
        return replace(plan, status="cancelled") if len(asked) == 1 else plan

    with mock.patch("landplan.steps.choose.choose", cut_short):
        first, second, third = (results(project, memo).portfolio for _ in range(3))
    assert [plan.status for plan in (first, second, third) if plan] == ["cancelled", "optimal within gap", "optimal within gap"]
    assert second is third
    assert len(asked) == 2


def test_who_cancels_a_search_still_gets_the_best_plan_found(project: Project) -> None:
    stopped = False

    def progress(share: float | None, text_id: str, **values: object) -> None:
        if stopped:  # and stays so: every later report raises too
            raise Cancelled

    def cancelled(*given: Any) -> Any:
        nonlocal stopped
        plan = replace(choose(*given[:-1]), status="cancelled")
        stopped = True
        return plan

    with mock.patch("landplan.steps.choose.choose", cancelled):
        found = results(project, progress=progress)
    assert found.portfolio is not None
    assert found.portfolio.status == "cancelled"


def test_whether_a_criterion_is_scored_decides_what_unknown_means(project: Project) -> None:
    """zone_median fills in scored criteria only, so taking the value function away measures again."""
    memo = Memo()
    filled = changed(project.scheme, "scheme", missing="zone_median")
    before = results(project.with_scheme(filled), memo)
    first = filled.criteria[0]
    bare = changed(filled, "scheme", criteria=(changed(first, "criterion", value=None), *filled.criteria[1:]))
    after = results(project.with_scheme(bare), memo)
    fresh = results(project.with_scheme(bare))
    unknown = [int(one.criteria.columns[first.id].unknown.sum()) for one in (before, after, fresh)]
    assert unknown == [0, 1, 1]
