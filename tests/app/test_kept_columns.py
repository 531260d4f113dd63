"""In a session a criterion whose inputs did not change is not measured again: the very same column stands in the new table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_plan
from factories import make_layer
from shapely import Point

from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.app.session import Session
from landplan.core.project import Memo, Project
from landplan.core.results import Results


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return open_recipe(small_plan.write_plan(tmp_path_factory.mktemp("plan")))


def kept(before: Results, after: Results) -> set[str]:
    one, other = before.criteria.columns, after.criteria.columns
    return {id for id in one.keys() & other.keys() if one[id] is other[id]}


def scored(project: Project, memo: Memo) -> Results:
    return results(project, memo, upto="score", checked=False)


def test_a_figure_or_a_policy_leaves_the_columns_that_do_not_rest_on_it(project: Project) -> None:
    memo, session = Memo(), Session(project)
    before = scored(project, memo)
    priced = scored(session.do("set_figure", figure="price_wan_per_mu", value=90.0), memo)
    assert priced.criteria is not before.criteria
    assert kept(before, priced) == set(before.criteria.columns)
    worst = scored(session.do("set_missing_policy", policy="worst", criterion="compact"), memo)
    assert kept(priced, worst) == set(before.criteria.columns) - {"compact"}


def test_another_layer_leaves_what_does_not_ask_for_it(project: Project) -> None:
    memo = Memo()
    before = scored(project, memo)
    stations = make_layer([Point(small_plan.WEST_M, small_plan.SOUTH_M)], id="stations", crs=project.layers.crs, kind=["metro"])

    def with_layer(role: str, layer: Any) -> Results:
        layers = replace(project.layers, layers={**project.layers.layers, role: layer})
        return scored(replace(project, layers=layers), memo)

    assert kept(before, with_layer("extra", stations)) == set(before.criteria.columns)
    moved = with_layer("stations", stations)
    assert kept(before, moved) == set(before.criteria.columns) - {"metro_m"}
    assert moved.zones is before.zones  # neither did the zones change
    assert (moved.criteria.columns["metro_m"].values != before.criteria.columns["metro_m"].values).any()


def test_a_second_plan_over_the_same_plots_shares_them_and_nothing_stale_comes_back(project: Project) -> None:
    memo, session = Memo(), Session(project)
    first = scored(project, memo)
    for value in (50.0, 90.0, 50.0):
        after = scored(session.do("set_figure", figure="price_wan_per_mu", value=value), memo)
        fresh = scored(session.project, Memo())
        for id, column in fresh.criteria.columns.items():
            assert after.criteria.columns[id].values.tolist() == pytest.approx(column.values.tolist(), nan_ok=True)
    assert kept(first, after) == set(first.criteria.columns)


def test_the_plots_of_another_file_are_measured(tmp_path: Path, project: Project) -> None:
    memo = Memo()
    one, other = scored(project, memo), scored(open_recipe(small_plan.write_plan(tmp_path)), memo)
    assert kept(one, other) == set()
