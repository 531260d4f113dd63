"""`landplan close-gap`: it begins with what the targets say; the new plan reaches it; out of reach comes with the most."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from landplan import api
from landplan.app.plan_questions import asked, asked_of
from landplan.app.target_gap import target_effect
from landplan.core.errors import LandplanError
from landplan.core.progress import silent
from tests.small_plan import write_plan


def with_target(folder: Path, above: float) -> Path:
    recipe = folder / "recipe.toml"
    if not recipe.exists():
        write_plan(folder)
    scheme = folder / "scheme.toml"
    words = re.sub("year = 2030\nabove = .*", f"year = 2028\nabove = {above!r}", scheme.read_text(encoding="utf-8"))
    words = re.sub("above = .*", f"above = {above!r}", words)
    scheme.write_text(words, encoding="utf-8")
    return recipe


def test_effects_of_columns_add_up_to_the_targets_of_the_plan(tmp_path: Path) -> None:
    question = asked(with_target(tmp_path, 100), tmp_path / "x.csv", silent)
    found = api.results(api.open_recipe(tmp_path / "recipe.toml"))
    assert found.portfolio is not None
    base, effect = target_effect(question, found.scheme.targets[0])
    assert base + effect[question.found.chosen].sum() == pytest.approx(found.portfolio.targets[0].after)


@pytest.mark.parametrize("by", ["goal", "money"])
def test_a_gap_is_closed_at_a_price(tmp_path: Path, by: str) -> None:
    first = asked(with_target(tmp_path, 100), tmp_path / "x.csv", silent)
    target = first.results.scheme.targets[0]
    base, effect = target_effect(first, target)
    now = base + float(effect[first.found.chosen].sum())
    best = base + sum(max(0.0, float(effect[first.built.problem.group == g].max(initial=0.0))) for g in range(36))
    above = round(now + 0.3 * (best - now), 3)
    recipe = with_target(tmp_path, above)
    report = api.close_gap(recipe=recipe, target="output", by=by, out=tmp_path / "gap.csv")
    data = report.data
    assert data["before"] == pytest.approx(now)
    assert data["reached"] == (data["after"] >= above - 1e-4)
    with (tmp_path / "gap.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["target"]) for row in rows) == pytest.approx(data["after"] - data["before"])
    assert sum(float(row["spend_wan"]) for row in rows) == pytest.approx(data["extra_wan"])
    if not data["reached"]:
        assert data["most"] >= data["after"] - 1e-9


def test_out_of_reach_says_the_most_and_a_wrong_name_the_nearest(tmp_path: Path) -> None:
    recipe = with_target(tmp_path, 9000.0)
    data = api.close_gap(recipe=recipe, target="output").data
    assert not data["reached"]
    assert data["after"] <= data["most"] < 9000
    assert api.close_gap(recipe=with_target(tmp_path, 1.0), target="output").data["extra_wan"] == 0
    with pytest.raises(LandplanError, match="output"):
        api.close_gap(recipe=recipe, target="outputs")


def test_a_plan_at_hand_is_the_one_asked_about(tmp_path: Path) -> None:
    found = api.results(api.open_recipe(with_target(tmp_path, 100)))
    assert found.portfolio is not None
    one = asked_of(replace(found))
    assert np.array_equal(one.formulation.option[one.built.kept[one.found.chosen]], found.portfolio.option)
