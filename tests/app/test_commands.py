"""Commands: pure, checked, sharing what stays; differences in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square

from landplan.app.changes import changed, differences
from landplan.app.session import applied, said
from landplan.core.errors import InputError, SchemeError, UsageError
from landplan.core.project import Project, Scenario
from landplan.core.recipe import Limit, Recipe
from landplan.core.registry import commands
from landplan.core.scheme import WeightSource

CRITERIA = [
    {
        "id": "size",
        "weight": 2,
        "measure": {"kind": "field", "expression": "area_mu"},
        "value": {"kind": "linear", "worst": 0, "best": 9},
    },
    {
        "id": "metro_m",
        "weight": 1,
        "measure": {"kind": "distance", "layer": "stations"},
        "value": {"kind": "linear", "worst": 9, "best": 0},
    },
]
PAID = {"id": "price", "from": "district", "to": "owner", "fund": "special", "amount": "area_mu"}
PATHS = [{"id": "acquire", "title": {"zh": "收储"}, "lines": [PAID, {**PAID, "id": "aid", "fund": "new"}]}]


@pytest.fixture
def project() -> Project:
    """Three parcels, two criteria, one model, a portfolio to choose."""
    layers = make_layers(make_layer([square(0, 0), square(200, 0), square(400, 0)], ids=["A", "B", "C"]))
    tenures = [{"id": "grant", "title": {"zh": "出让"}}]
    figures = {"price": {"value": 100, "unit": "wan"}}
    groups = [{"id": "land", "title": {"zh": "用地"}, "weight": 1}]
    scheme = make_scheme(CRITERIA, groups=groups, models=[make_model()], tenures=tenures, paths=PATHS, figures=figures)
    choose = {"years": {"from": 2026, "to": 2030}, "budgets": [{"fund": "special", "wan": {"2026": 10.0}}]}
    recipe = {"format": "landplan-recipe/1", "title": {"zh": "样"}, "crs": "EPSG:4549", "layers": {"parcels": {"path": "p.shp"}}}
    return Project(layers, Recipe.model_validate({**recipe, "choose": choose}), {"main": Scenario("main", scheme)}, "main")


CHANGES: list[tuple[str, dict[str, Any], Any]] = [
    ("set_weight", {"criterion": "size", "weight": 5.0}, lambda p: p.scheme.criteria[0].weight == 5.0),
    (
        "set_weight",
        {"criterion": "size", "weight": 5.0, "by": "规划科", "day": "2026-03-05", "reason": "会议纪要"},
        lambda p: p.scheme.criteria[0].weight_source == WeightSource(by="规划科", on=date(2026, 3, 5), reason="会议纪要"),
    ),
    (
        "set_value",
        {"criterion": "size", "value": '{ kind = "power", worst = 0, best = 12, exponent = 0.5 }'},
        lambda p: p.scheme.criteria[0].value.params == {"worst": 0, "best": 12, "exponent": 0.5},
    ),
    ("switch_criterion", {"criterion": "size", "on": False}, lambda p: [c.id for c in p.scheme.scored] == ["metro_m"]),
    ("set_missing_policy", {"policy": "worst"}, lambda p: p.scheme.missing == "worst"),
    ("set_missing_policy", {"policy": "refuse", "criterion": "size"}, lambda p: p.scheme.criteria[0].missing == "refuse"),
    (
        "set_model_weight",
        {"model": "factory", "criterion": "size", "weight": 0.0},
        lambda p: p.scheme.models[0].weights == {"size": 0.0},
    ),
    ("set_group_weight", {"group": "land", "weight": 5.0}, lambda p: p.scheme.groups[0].weight == 5.0),
    (
        "set_group_weight",
        {"group": "land", "weight": 5.0, "by": "规划科", "day": "2026-03-05", "reason": "会议纪要"},
        lambda p: p.scheme.groups[0].weight_source == WeightSource(by="规划科", on=date(2026, 3, 5), reason="会议纪要"),
    ),
    (
        "set_model_group_weight",
        {"model": "factory", "group": "land", "weight": 0.0},
        lambda p: p.scheme.models[0].group_weights == {"land": 0.0},
    ),
    ("set_figure", {"figure": "price", "value": 120.0}, lambda p: p.scheme.constants == {"price": 120.0}),
    ("set_discount_rate", {"rate": 0.08}, lambda p: p.scheme.discount_rate == 0.08),
    ("set_scoring", {"method": "topsis"}, lambda p: p.scheme.scoring.method == "topsis"),
    (
        "set_budget",
        {"fund": "special", "year": 2027, "wan": 50.0},
        lambda p: p.recipe.choose.budgets[0].wan == {2026: 10.0, 2027: 50.0},
    ),
    ("set_budget", {"fund": "special", "year": 2026}, lambda p: p.recipe.choose.budgets == ()),
    (
        "set_budget",
        {"fund": "new", "year": 2027, "wan": 50.0},
        lambda p: [b.fund for b in p.recipe.choose.budgets] == ["special", "new"],
    ),
    ("set_limit", {"id": "cap", "quantity": "jobs", "at_most": 9.0}, lambda p: p.recipe.choose.limits[0].at_most == 9.0),
    ("set_years", {"first": 2027, "last": 2028}, lambda p: list(p.recipe.choose.years.all) == [2027, 2028]),
    ("add_must", {"parcels": ["B"]}, lambda p: p.recipe.choose.must == ("B",)),
    ("add_must_not", {"parcels": ["C", "A"]}, lambda p: p.recipe.choose.must_not == ("C", "A")),
    ("set_export_date", {"day": "2026-01-31"}, lambda p: p.recipe.export.stamp.isoformat() == "2026-01-31"),
    ("set_goal", {"quantity": "jobs", "weight": 2.0}, lambda p: p.recipe.choose.maximise == {"score_area_mu": 1.0, "jobs": 2.0}),
    ("set_deliverables", {"what": ["workbook", "workbook"]}, lambda p: p.recipe.export.what == ("workbook",)),
    ("set_export_language", {"lang": "en"}, lambda p: p.recipe.lang == "en"),
    ("set_robust", {"draws": 50, "spread": 0.2}, lambda p: (p.recipe.robust.draws, p.recipe.robust.spread) == (50, 0.2)),
]


@pytest.mark.parametrize(("command", "values", "holds"), CHANGES, ids=[f"{c[0]}-{k}" for k, c in enumerate(CHANGES)])
def test_a_command_changes_what_it_says_and_nothing_it_was_given(project: Project, command: str, values: Any, holds: Any) -> None:
    scheme, recipe = project.scheme.model_dump(), project.recipe.model_dump()
    after = applied(project, command, values)
    assert holds(after)
    assert (project.scheme.model_dump(), project.recipe.model_dump()) == (scheme, recipe)
    assert after.layers is project.layers
    assert applied(after, command, values) is after, "the same command again changes nothing"
    assert len(after.history) == 1
    assert differences(project, after)


def test_every_command_is_tried_here() -> None:
    elsewhere = {"remove_limit", "remove_must", "remove_must_not", "start_choose", "add_layer", "remove_layer"}
    elsewhere |= {"relink_layer", "add_table", "add_firms", "add_policy", "remove_policy"}
    elsewhere |= {"set_connected", "set_fairness", "set_boundary_reward", "set_earlier", "remove_earlier", "set_fund"}
    elsewhere |= {"switch_limit", "set_penalty"}
    assert {change[0] for change in CHANGES} | elsewhere == set(commands.all())


def test_a_groups_weight_is_said_by_its_title_and_an_unknown_group_by_the_nearest(project: Project) -> None:
    assert applied(project, "set-group-weight", {"group": "land", "weight": 3.0}).history == ("设置指标组权重：用地 1 → 3",)
    own = applied(project, "set_model_group_weight", {"model": "factory", "group": "land", "weight": 3.0})
    assert applied(own, "set_model_group_weight", {"model": "factory", "group": "land"}).scheme == project.scheme
    for command, values in (("set_group_weight", {"weight": 1.0}), ("set_model_group_weight", {"model": "factory"})):
        with pytest.raises(SchemeError, match="land"):
            applied(project, command, {"group": "lnd", **values})
    with pytest.raises(UsageError, match="--by"):
        applied(project, "set_group_weight", {"group": "land", "weight": 1.0, "reason": "会议纪要"})


def test_removing_takes_back_what_was_added(project: Project) -> None:
    for add, values, remove, back in (
        ("set_limit", {"id": "cap", "quantity": "jobs", "at_most": 9.0}, "remove_limit", {"id": "cap"}),
        ("add_must", {"parcels": ["B"]}, "remove_must", {"parcels": ["B"]}),
        ("add_must_not", {"parcels": ["B"]}, "remove_must_not", {"parcels": ["B"]}),
    ):
        after = applied(applied(project, add, values), remove, back)
        assert after.recipe == project.recipe


def test_a_goal_of_weight_0_goes_but_one_stays(project: Project) -> None:
    both = applied(project, "set_goal", {"quantity": "tax_wan", "weight": 0.5})
    one = applied(both, "set_goal", {"quantity": "score_area_mu", "weight": 0.0})
    assert one.recipe.choose.maximise == {"tax_wan": 0.5}  # type: ignore[union-attr]
    with pytest.raises(SchemeError, match="tax_wan"):
        applied(one, "set_goal", {"quantity": "tax_wan", "weight": 0.0})


def test_a_limit_keeps_its_title_while_only_its_bounds_change(project: Project) -> None:
    titled = Limit(id="cap", quantity="jobs", at_most=9.0, year=2027, title={"zh": "就业上限"})
    choose = project.recipe.choose.model_copy(update={"limits": (titled,)})  # type: ignore[union-attr]
    before = project.with_recipe(project.recipe.model_copy(update={"choose": choose}))
    same = {"id": "cap", "quantity": "jobs", "year": 2027}
    kept = applied(before, "set_limit", {**same, "at_least": 3.0})
    assert kept.recipe.choose.limits[0] == titled.model_copy(update={"at_most": None, "at_least": 3.0})  # type: ignore[union-attr]
    other = applied(before, "set_limit", {**same, "year": 2028, "at_most": 9.0})
    assert other.recipe.choose.limits[0].title == {}, "what it limits is another thing now"  # type: ignore[union-attr]


def test_choosing_starts_with_five_years_and_once(project: Project) -> None:
    assert applied(project, "start_choose", {}) is project
    bare = project.with_recipe(project.recipe.model_copy(update={"choose": None}))
    with pytest.raises(SchemeError) as refused:
        applied(bare, "start_choose", {})
    assert all(name in str(refused.value) for name in ("年产值", "从业人数", "区块图层"))
    numbers = {name: [1.0, 2.0, 3.0] for name in ("output_wan", "tax_wan", "gfa_m2", "jobs")}
    parcels = make_layer([square(0, 0), square(200, 0), square(400, 0)], ids=["A", "B", "C"], **numbers)
    layers = make_layers(parcels, make_layer([square(0, 0)], id="zones", ids=["Z"]))
    started = applied(replace(bare, layers=layers), "start_choose", {})
    years = started.recipe.choose.years  # type: ignore[union-attr]
    assert (years.first - project.scheme.base_year, years.last - years.first) == (1, 4)


def test_a_parcel_is_on_one_list_only(project: Project) -> None:
    after = applied(applied(project, "add_must_not", {"parcels": ["A"]}), "add_must", {"parcels": ["A", "B"]})
    assert (after.recipe.choose.must, after.recipe.choose.must_not) == (("A", "B"), ())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("command", "values", "kind", "said"),
    [
        ("set_weight", {"criterion": "sise", "weight": 1.0}, SchemeError, "size"),
        ("set_weight", {"criterion": "size", "weight": -1.0}, SchemeError, "-1"),
        ("set_weight", {"criterion": "size", "wieght": 1.0}, SchemeError, "weight"),
        ("set_weight", {"criterion": "size", "weight": float("nan")}, SchemeError, "weight"),
        ("set_weight", {"criterion": "size", "weight": 1.0, "reason": "why"}, UsageError, "--day"),
        ("set_weight", {"criterion": "size", "weight": 1.0, "by": "a", "day": "5.3.2026"}, SchemeError, "5.3.2026"),
        ("set_weigth", {}, UsageError, "set_weight"),
        ("set_missing_policy", {"policy": "zero"}, SchemeError, "interval"),
        ("set_scoring", {"method": "topsiss"}, UsageError, "topsis"),
        ("set_scoring", {"method": "electre1"}, SchemeError, "weighted_sum"),
        ("add_must", {"parcels": ["D"]}, InputError, "D"),
        ("set_years", {"first": 2030, "last": 2026}, SchemeError, "from ≤ to"),
        ("set_limit", {"id": "cap", "quantity": "jobs"}, SchemeError, "at_most"),
        ("set_limit", {"id": "cap", "quantity": "jobs", "at_most": 1.0, "path": "aquire"}, SchemeError, "acquire"),
        ("set_export_date", {"day": "31.1.2026"}, SchemeError, "31.1.2026"),
        ("set_goal", {"quantity": "job", "weight": 1.0}, SchemeError, "jobs"),
        ("set_deliverables", {"what": ["workbok"]}, SchemeError, "workbook"),
        ("set_export_language", {"lang": "fr"}, SchemeError, "zh"),
    ],
)
def test_a_wrong_value_is_refused_in_one_sentence(project: Project, command: str, values: Any, kind: Any, said: str) -> None:
    with pytest.raises(kind) as refused:
        applied(project, command, values)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_not_named_is_shared_and_what_is_cached_is_made_anew(project: Project) -> None:
    scheme = project.scheme
    assert scheme.constants == {"price": 100}
    after = applied(project, "set_figure", {"figure": "price", "value": 7.0}).scheme
    assert after.constants == {"price": 7.0}
    assert after.criteria is scheme.criteria
    assert after.models is scheme.models
    weighted = applied(project, "set_weight", {"criterion": "size", "weight": 9.0}).scheme
    assert weighted.figures is scheme.figures
    assert weighted.criteria[0].measure is scheme.criteria[0].measure
    assert weighted.criteria[1] is scheme.criteria[1]


def test_changed_gives_the_same_object_when_nothing_differs(project: Project) -> None:
    assert changed(project.scheme, "scheme", discount_rate=0.05) is project.scheme


def test_words_name_the_criterion_and_both_values(project: Project) -> None:
    after = applied(project, "set_weight", {"criterion": "size", "weight": 5.0})
    assert after.history == ("设置权重：size 2 → 5",)
    assert said("set_weight", project, after, "en") == "Set weight: size 2 → 5"


@pytest.mark.parametrize(
    ("values", "id", "says"),
    [
        ({"fund": "specal", "year": 2027}, "unknown_fund", "special"),
        ({"fund": "special", "year": 2031}, "budget_outside_years", "2030"),
    ],
)
def test_a_budget_that_nothing_draws_on_is_refused_when_it_is_set(project: Project, values: Any, id: str, says: str) -> None:
    with pytest.raises(SchemeError, match=says) as caught:
        applied(project, "set_budget", {**values, "wan": 5.0})
    assert caught.value.id == id


def test_a_limit_keeps_its_penalty_and_its_switch_while_only_its_bounds_change(project: Project) -> None:
    same = {"id": "cap", "quantity": "jobs"}
    before = applied(project, "set_limit", {**same, "at_most": 9.0, "penalty": 2.0, "on": False})
    after = applied(before, "set_limit", {**same, "at_most": 7.0})
    limit = next(one for one in after.recipe.choose.limits if one.id == "cap")  # type: ignore[union-attr]
    assert (limit.at_most, limit.penalty, limit.on) == (7.0, 2.0, False)
    other = applied(after, "set_limit", {**same, "year": 2028, "at_most": 7.0})
    limit = next(one for one in other.recipe.choose.limits if one.id == "cap")  # type: ignore[union-attr]
    assert (limit.penalty, limit.on) == (None, True)
