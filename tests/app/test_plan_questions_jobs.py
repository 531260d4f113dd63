"""`landplan why`, `alternatives`, `frontier`: the plan of the recipe, asked about; rows and sentences agree with the plan."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest

from landplan import api
from landplan.core.errors import LandplanError
from tests.small_plan import write_plan


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return write_plan(tmp_path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def chosen(recipe: Path) -> tuple[list[str], float]:
    found = api.results(api.open_recipe(recipe))
    assert found.portfolio is not None and found.options is not None
    return [str(found.options.ids[k]) for k in found.options.parcel[found.portfolio.option]], found.portfolio.objective


def test_why_says_what_each_parcel_and_limit_costs(recipe: Path, tmp_path: Path) -> None:
    plan, objective = chosen(recipe)
    report = api.why(recipe=recipe, out=tmp_path / "w.csv", plot=plan[:1])
    assert report.data["objective"] == pytest.approx(objective)
    (parcel,) = [row for row in report.data["rows"] if row["what"] == "parcel"]
    assert (parcel["id"], parcel["in_plan"]) == (plan[0], 1)
    assert 0 <= parcel["least"] <= parcel["cost"] <= parcel["most"]
    assert any(plan[0] in line and "入选" in line for line in report.lines)
    assert [row["id"] for row in rows(tmp_path / "w.csv")] == [row["id"] for row in report.data["rows"]]
    with pytest.raises(LandplanError, match=plan[0]):
        api.why(recipe=recipe, out=tmp_path / "w.csv", plot=[plan[0] + "x"])


def test_why_says_what_one_unit_more_of_a_limit_is_worth(recipe: Path, tmp_path: Path) -> None:
    said = recipe.read_text(encoding="utf-8")
    limit = '[[choose.limits]]\nid = "few"\nquantity = "area_mu"\nat_most = 120\n\n'
    before, export, after = said.partition("[export")
    recipe.write_text(f"{before}\n{limit}{export}{after}", encoding="utf-8")
    report = api.why(recipe=recipe, out=tmp_path / "w.csv")
    (row,) = report.data["rows"]
    assert (row["id"], row["price"] > 0) == ("few", True)
    assert any(f"每放宽 1 亩约值 {row['price']:.4g}" in line for line in report.lines)


def test_alternatives_lists_plans_and_how_often_a_parcel_is_in(recipe: Path, tmp_path: Path) -> None:
    plan, objective = chosen(recipe)
    report = api.alternatives(recipe=recipe, out=tmp_path / "a.csv", most=3, worse=1.0, differ=0.01)
    assert report.data["plans"][0]["objective"] == pytest.approx(objective)
    assert sorted(report.data["plans"][0]["parcels"]) == sorted(plan)
    count = len(report.data["plans"])
    assert count > 1
    for row in rows(tmp_path / "a.csv"):
        id = row["parcel_id"].removeprefix("'")  # a text that looks like a formula is marked
        inside = sum(id in one["parcels"] for one in report.data["plans"])
        assert float(row["often"]) == pytest.approx(inside / count)


def test_frontier_never_gains_by_asking_for_more_of_the_other_goal(recipe: Path, tmp_path: Path) -> None:
    report = api.frontier(recipe=recipe, against="jobs", points=3, out=tmp_path / "f.csv")
    points = report.data["points"]
    assert [point["level"] for point in points] == sorted((point["level"] for point in points), reverse=True)
    firsts = [point["first"] for point in points]
    assert all(low <= high + 1e-3 * abs(high) for low, high in pairwise(firsts))
    assert all(point["second"] >= point["level"] - 1e-6 * max(1.0, abs(point["level"])) for point in points)
    assert len(rows(tmp_path / "f.csv")) == len(points)
    with pytest.raises(LandplanError, match="jobs"):
        api.frontier(recipe=recipe, against="jbs", points=3, out=tmp_path / "f.csv")
