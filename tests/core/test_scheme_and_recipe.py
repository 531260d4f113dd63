"""What a scheme and a recipe refuse, and what the shipped ones hold."""

import tomllib

import pytest
from pydantic import ValidationError

from landplan.core.paths import resource, sample
from landplan.core.recipe import Limit, Recipe
from landplan.core.scheme import LandUseModel, Line, Scheme


@pytest.fixture(scope="module")
def shipped() -> Scheme:
    return Scheme.model_validate(tomllib.loads(resource("schemes", "jiading_default.toml").read_text(encoding="utf-8")))


def test_the_default_scheme_has_the_twenty_criteria_and_six_models(shipped: Scheme) -> None:
    assert len(shipped.scored) >= 20
    assert [model.id for model in shipped.models] == [
        "standard_industrial", "vertical_factory", "new_industrial", "mixed_use", "rd_headquarters", "reserved",
    ]  # fmt: skip
    assert {path.id for path in shipped.paths} >= {"acquire_auction", "acquire_upgrade", "self_transform", "joint_venture"}


def test_every_title_of_the_default_scheme_is_in_both_languages(shipped: Scheme) -> None:
    parts = [shipped, *shipped.criteria, *shipped.rules, *shipped.models, *shipped.tenures, *shipped.paths, *shipped.targets]
    parts += [line for path in shipped.paths for line in path.lines]
    assert [part.id for part in parts if set(part.title) != {"zh", "en"}] == []


def test_every_figure_without_a_source_is_illustrative(shipped: Scheme) -> None:
    assert all(figure.illustrative == (figure.source is None) for figure in shipped.figures.values())
    assert any(figure.illustrative for figure in shipped.figures.values())


def test_the_sample_recipe_reads() -> None:
    recipe = Recipe.model_validate(tomllib.loads(sample("recipe.toml").read_text(encoding="utf-8")))
    assert list(recipe.choose.years.all) == [2026, 2027, 2028, 2029, 2030]
    assert recipe.choose.budgets[0].wan[2026] == 80000


def model(**changes: object) -> dict:
    base = {"id": "m", "title": {"zh": "甲"}, "use": {"1001": 1.0}, "far": {"low": 1, "target": 2, "high": 3}, "tenures": []}
    return {**base, **changes}


@pytest.mark.parametrize(
    "changes", [{"use": {"1001": 0.5}}, {"far": {"low": 3, "target": 2, "high": 4}}, {"wieghts": {}}, {"id": "has space"}]
)
def test_an_impossible_model_is_refused(changes: dict) -> None:
    LandUseModel.model_validate(model())
    with pytest.raises(ValidationError):
        LandUseModel.model_validate(model(**changes))


@pytest.mark.parametrize("keys", [{}, {"party": "a", "from": "b", "to": "c"}, {"from": "a"}])
def test_a_line_has_a_party_or_is_a_transfer(keys: dict) -> None:
    with pytest.raises(ValidationError):
        Line.model_validate({"id": "x", "amount": "1", **keys})


def test_a_limit_without_a_bound_is_refused() -> None:
    with pytest.raises(ValidationError):
        Limit.model_validate({"id": "x", "quantity": "jobs_displaced"})
