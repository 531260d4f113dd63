"""`landplan why`, `alternatives`, `frontier`: the plan of the recipe, asked about; rows and sentences agree with the plan."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from landplan import api
from landplan.app.plan_alternatives import other_plans
from landplan.app.plan_frontier import goal_values, trade_off
from landplan.app.plan_questions import asked, asked_of
from landplan.app.plan_reasons import limit_costs, parcel_costs
from landplan.app.plan_standing import standing, standing_words
from landplan.core.errors import LandplanError
from landplan.core.progress import silent
from landplan.portfolio.reasons import dues
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


def test_the_plan_at_hand_is_the_one_asked_about_and_is_not_solved_again(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solved = asked(recipe, recipe.with_name("x.csv"), silent).found
    results = api.results(api.open_recipe(recipe))
    assert results.portfolio is not None

    def never(*_: object, **__: object) -> None:
        raise AssertionError("solved again")

    monkeypatch.setattr("landplan.portfolio.milp.solve", never)
    held = asked_of(results).found
    assert held.chosen.tolist() == solved.chosen.tolist()
    assert (held.objective, held.bound, held.proof) == (solved.objective, solved.bound, solved.proof)
    assert np.array_equal(held.prices, solved.prices, equal_nan=True)
    assert held.binding.tolist() == solved.binding.tolist()


def test_answers_from_the_plan_at_hand_are_those_of_a_plan_solved_anew(recipe: Path) -> None:
    anew, held = asked(recipe, recipe.with_name("x.csv"), silent), asked_of(api.results(api.open_recipe(recipe)))
    plots = [held.ids[0], held.ids[5]]
    assert list(parcel_costs(held, plots, silent)) == list(parcel_costs(anew, plots, silent))
    assert list(limit_costs(held, silent)) == list(limit_costs(anew, silent))
    one, other = (other_plans(each, 3, 1.0, 0.01, silent) for each in (held, anew))
    assert [plan.chosen.tolist() for plan in one.plans] == [plan.chosen.tolist() for plan in other.plans]
    paths = [[point.plan.chosen.tolist() for point in trade_off(each, "jobs", 3, silent)] for each in (held, anew)]
    assert paths[0] == paths[1]


def test_where_a_parcel_stands_agrees_with_the_plan_and_the_prices(recipe: Path) -> None:
    question = asked_of(api.results(api.open_recipe(recipe)))
    inside = set(question.built.problem.group[question.found.chosen].tolist())
    for group, id in enumerate(question.ids):
        stands = standing(question, group)
        assert (stands.kind == "in") == (group in inside)
        said = standing_words(id, stands, question.rule_name)
        assert said.startswith(id) and ("未入选" in said) == (stands.kind != "in")
        if stands.kind in ("in", "out"):
            prices = np.nan_to_num(question.found.prices)
            columns = np.flatnonzero(question.built.problem.group == group)
            nets = question.built.problem.value[columns] - dues(question.built.problem, question.found, columns).sum(axis=1)
            assert stands.kind == "in" or stands.value - stands.due == pytest.approx(nets.max(), abs=1e-6)
            uses = question.built.problem.activity(question.found.chosen)
            everything = dues(question.built.problem, question.found, question.found.chosen).sum(axis=0)
            assert everything == pytest.approx(uses * prices)


def test_another_first_goal_is_counted_by_itself(recipe: Path) -> None:
    question = asked_of(api.results(api.open_recipe(recipe)))
    jobs = goal_values(question, "jobs")
    points = trade_off(question, "output_wan", 3, silent, first="jobs")
    for point in points:
        assert not point.open
        assert point.first == pytest.approx(jobs[point.plan.chosen].sum())
    firsts = [point.first for point in points]
    assert all(low <= high + 1e-3 * abs(high) for low, high in pairwise(firsts))


def test_a_level_without_a_plan_stays_open(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import landplan.portfolio.frontier as of

    question, whole, calls = asked_of(api.results(api.open_recipe(recipe))), of.solve, []

    def once_nothing(problem: object, **given: object) -> object:
        calls.append(1)
        found = whole(problem, **given)  # type: ignore[arg-type]
        return replace(found, chosen=found.chosen[:0], objective=float("nan"), status="work limit") if len(calls) == 3 else found

    monkeypatch.setattr(of, "solve", once_nothing)
    points = trade_off(question, "jobs", 3, silent)
    assert [point.open for point in points] == [False, True, False]


def test_the_example_of_the_manual_by_hand() -> None:
    values, costs = [5, 3.5, 3.5], [4, 3, 3]
    found = api.evaluate("portfolio", values=values, costs=costs, budget=6, rules=[{"kind": "lock", "plots": [0]}])
    assert (found["objective"], found["rule_prices"]["lock"]) == (5, 2)
    assert api.evaluate("portfolio", values=values, costs=costs, budget=4)["selection"] == [1, 0, 0]
    assert api.evaluate("portfolio", values=values, costs=costs, budget=6)["selection"] == [0, 1, 1]


def test_a_plan_that_a_search_proved_has_no_prices_and_says_so(recipe: Path) -> None:
    question = asked_of(api.results(api.open_recipe(recipe)))
    unknown = replace(question.found, prices=np.full(question.built.problem.limits, np.nan), proof="search")
    blind = replace(question, found=unknown)
    group = int(blind.built.problem.group[blind.found.chosen[0]])
    stands = standing(blind, group)
    assert (stands.kind, stands.dues, stands.priced) == ("in", (), False)
    assert "没有价格" in standing_words(blind.ids[group], stands, blind.rule_name)


def test_parcels_on_lists_and_without_options_are_told_apart(recipe: Path) -> None:
    question = asked_of(api.results(api.open_recipe(recipe)))
    out = question.ids[int(question.built.problem.group[question.found.chosen[0]])]
    choose = question.choose.model_copy(update={"must_not": (out,)})
    assert standing(replace(question, choose=choose), question.group(out)).kind == "must_not"
    must = question.choose.model_copy(update={"must": (out,)})
    found = standing(replace(question, choose=must), question.group(out))
    assert found.must and "必做" in standing_words(out, found, question.rule_name)
    without = set(range(len(question.ids))) - set(question.formulation.options.parcel.tolist())
    assert {standing(question, group).kind for group in without} <= {"no_option"}
    assert without, "the plan is to have parcels without options"
