"""Commands on the rules of a plan: each changes what it says, keeps what it was not told, is said in words, and is undone."""

from __future__ import annotations

from typing import Any

import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square

from landplan.app.session import Session, applied
from landplan.core.errors import InputError, SchemeError
from landplan.core.messages import set_language
from landplan.core.project import Project, Scenario
from landplan.core.recipe import Choose, Recipe

CRITERIA = [{"id": "size", "weight": 2, "measure": {"kind": "field", "expression": "area_mu"},
             "value": {"kind": "linear", "worst": 0, "best": 9}}]  # fmt: skip
PAID = {"id": "price", "from": "district", "to": "owner", "fund": "special", "amount": "area_mu"}
PATHS = [{"id": "acquire", "title": {"zh": "收储"}, "lines": [PAID]}]
CHOOSE = {
    "years": {"from": 2026, "to": 2030},
    "budgets": [{"fund": "special", "title": {"zh": "专项", "en": "Special"}, "wan": {"2026": 10.0}}],
    "limits": [{"id": "cap", "title": {"zh": "就业上限", "en": "Jobs"}, "quantity": "jobs_displaced", "at_most": 9}],
}


@pytest.fixture
def project() -> Project:
    """Three parcels, two sets of zones, a budget and a limit."""
    zones = make_layer([square(0, 0), square(200, 0)], id="zones", ids=["Z1", "Z2"], set=["town", "block"])
    layers = make_layers(make_layer([square(0, 0), square(200, 0), square(400, 0)], ids=["A", "B", "C"]), zones)
    tenures = [{"id": "grant", "title": {"zh": "出让"}}]
    scheme = make_scheme(CRITERIA, models=[make_model()], tenures=tenures, paths=PATHS)
    recipe = {"format": "landplan-recipe/1", "title": {"zh": "样"}, "crs": "EPSG:4549", "layers": {"parcels": {"path": "p.shp"}}}
    return Project(layers, Recipe.model_validate({**recipe, "choose": CHOOSE}), {"main": Scenario("main", scheme)}, "main")


def choose(project: Project) -> Choose:
    assert project.recipe.choose is not None
    return project.recipe.choose


CHANGES: list[tuple[str, dict[str, Any], Any, str]] = [
    ("set_connected", {"id": "site", "min_area_mu": 50.0, "within": "block"},
     lambda c: (c.connected[0].min_area_mu, c.connected[0].within) == (50.0, "block"), "设置成片"),
    ("set_fairness", {"id": "towns", "set": "town", "at_least": 0.4}, lambda c: c.fairness[0].at_least == 0.4, "设置镇间公平"),
    ("set_boundary_reward", {"reward": 0.02}, lambda c: c.boundary_reward == 0.02, "每米共边 0 → 0.02"),
    ("set_earlier", {"parcels": ["A", "C"], "keep": False},
     lambda c: (c.earlier, c.keep_earlier, c.required) == (("A", "C"), False, ()), "须保留 是 → 否"),
    ("set_earlier", {"parcels": ["B"]}, lambda c: c.required == ("B",), "早先方案地块 – → B"),
    ("switch_limit", {"id": "cap", "on": False}, lambda c: c.limits[0].on is False, "启用或停用限额：就业上限 启用 是 → 否"),
    ("set_penalty", {"id": "cap", "penalty": 2.5}, lambda c: c.limits[0].penalty == 2.5, "就业上限 扣减 – → 2.5"),
    ("set_fund", {"fund": "special", "on": False}, lambda c: c.budgets[0].on is False, "专项 启用 是 → 否"),
    ("set_fund", {"fund": "special", "carry_over": True}, lambda c: c.budgets[0].carry_over, "专项 余额结转 否 → 是"),
    ("set_fund", {"fund": "special", "year_wan": 8.0}, lambda c: c.budgets[0].year_wan == 8.0, "专项 单年上限 – → 8"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "values", "holds", "said"), CHANGES, ids=[f"{c[0]}-{k}" for k, c in enumerate(CHANGES)])
def test_a_command_changes_what_it_says_in_words_and_is_undone(
    project: Project, command: str, values: Any, holds: Any, said: str
) -> None:
    set_language("zh")
    before = project.recipe.model_dump()
    session = Session(project)
    after = session.do(command, **values)
    assert holds(choose(after))
    assert project.recipe.model_dump() == before
    assert said in after.history[-1]
    assert applied(after, command, values) is after, "the same command again changes nothing"
    assert session.undo() is project


def test_what_is_set_anew_keeps_title_and_switch_and_loses_what_is_not_named(project: Project) -> None:
    made = applied(project, "set_connected", {"id": "site", "min_area_mu": 50.0, "within": "block"})
    off = applied(made, "switch_limit", {"id": "site", "on": False})
    again = applied(off, "set_connected", {"id": "site", "min_area_mu": 60.0})
    (rule,) = choose(again).connected
    assert (rule.min_area_mu, rule.within, rule.on) == (60.0, None, False)
    assert choose(applied(again, "remove_limit", {"id": "site"})).connected == ()


def test_a_penalty_and_a_ceiling_are_taken_back(project: Project) -> None:
    soft = applied(project, "set_penalty", {"id": "cap", "penalty": 1.0})
    assert choose(applied(soft, "set_penalty", {"id": "cap"})).limits == choose(project).limits
    capped = applied(project, "set_fund", {"fund": "special", "year_wan": 5.0})
    assert choose(applied(capped, "set_fund", {"fund": "special", "no_ceiling": True})).budgets == choose(project).budgets
    listed = applied(project, "set_earlier", {"parcels": ["A"]})
    assert choose(applied(listed, "remove_earlier", {})).earlier == ()


@pytest.mark.parametrize(
    ("command", "values", "nearest"),
    [
        ("set_connected", {"id": "site", "min_area_mu": 5.0, "within": "blok"}, "block"),
        ("set_connected", {"id": "site", "min_area_mu": 0.0}, "min_area_mu.*为 0，应 > 0"),
        ("set_connected", {"id": "成片 1", "min_area_mu": 5.0}, "成片 1”：只能用字母"),
        ("set_connected", {"id": "site", "min_area_mu": 5.0, "path": "aquire"}, "acquire"),
        ("set_connected", {"id": "cap", "min_area_mu": 5.0}, "cap"),
        ("set_fairness", {"id": "f", "set": "twn"}, "town"),
        ("switch_limit", {"id": "cop", "on": True}, "cap"),
        ("set_penalty", {"id": "cop"}, "cap"),
        ("set_fund", {"fund": "spcial", "on": True}, "special"),
        ("remove_limit", {"id": "cop"}, "cap"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(project: Project, command: str, values: Any, nearest: str) -> None:
    with pytest.raises(SchemeError, match=nearest):
        applied(project, command, values)


def test_an_unknown_parcel_of_an_earlier_plan_is_refused(project: Project) -> None:
    with pytest.raises(InputError, match="A"):
        applied(project, "set_earlier", {"parcels": ["A", "AA"]})
