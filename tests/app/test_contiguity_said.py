"""What connected pieces cost is in the results, in what `run` says, in the workbook, and the same when the plan is verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import small_plan

from landplan import api
from landplan.app.summary import plan_lines, planned
from landplan.core.messages import set_language
from landplan.core.progress import Cancelled
from landplan.core.project import Project
from landplan.export.numbers import recorded_plan
from landplan.export.plan_tables import limits

RULE = """\
[[choose.connected]]
id = "sites"
min_area_mu = 70
[[choose.limits]]
id = "land"
quantity = "area_mu"
at_most = 200
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The small plan with its parcels side by side, chosen in pieces of three (a parcel has 25.35 mu)."""
    side = small_plan.SIDE_M
    corners = [(small_plan.WEST_M + x * side, small_plan.SOUTH_M + y * side) for y in range(6) for x in range(6)]
    monkeypatch.setattr(small_plan, "_corners", lambda: corners)
    recipe = small_plan.write_plan(tmp_path)
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("[export]", f"{RULE}[export]"), encoding="utf-8")
    return api.open_recipe(recipe)


def test_the_price_of_pieces_is_said_everywhere_and_again(project: Project) -> None:
    found = api.results(project)
    plan = found.portfolio
    assert plan is not None and found.options is not None and plan.contiguity is not None
    recipe = project.recipe
    assert recipe.choose is not None
    free = recipe.model_copy(update={"choose": recipe.choose.model_copy(update={"connected": ()})})
    without = api.results(project.with_recipe(free)).portfolio
    assert without is not None and without.contiguity is None
    price = plan.contiguity
    slack = recipe.choose.gap * without.objective
    assert price.objective == pytest.approx(without.objective, abs=slack)
    assert price.cost == pytest.approx(price.objective - plan.objective)
    assert price.least <= price.cost <= price.most
    assert price.cost > 0
    said = f"效益少 {price.cost:,.1f}（{100 * price.cost / price.objective:.2f}%"
    set_language("zh")
    assert any(said in line for line in plan_lines(found))
    assert planned(found)["contiguity"]["least"] == price.least
    assert any(f"{price.cost:,.1f}" in note for note in limits(found).notes)
    again = api.results(project, recorded=recorded_plan(found.options, plan)).portfolio
    assert again is not None
    assert again.contiguity == price


def test_stopping_while_the_price_is_looked_for_keeps_the_plan(project: Project) -> None:
    def stopped(*_asked: Any, **_more: Any) -> Any:
        raise Cancelled

    with mock.patch("landplan.portfolio.contiguity.contiguity", stopped):
        plan = api.results(project).portfolio
    assert plan is not None
    assert (plan.status, plan.contiguity) == ("cancelled", None)
    assert len(plan) > 0
