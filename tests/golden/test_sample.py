"""The sample through the command line and the API: the same numbers, the same as last time, and a package that verifies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landplan import api
from landplan.core.paths import sample
from landplan.core.results import Results
from landplan.core.units import M2_PER_MU

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("sample.json")
"""What the sample gave when last looked at; a change here is a change of numbers and needs its reason in the changelog."""


def landplan(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "landplan", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, env=environment, cwd=ROOT)


@pytest.fixture(scope="module")
def results() -> Results:
    return api.results(api.open_recipe(sample("recipe.toml")))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("package")
    done = landplan("run", sample("recipe.toml"), "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def facts(results: Results) -> dict[str, Any]:
    """The numbers of a run that a planner would quote."""
    plan, options, scores = results.portfolio, results.options, results.scores
    assert plan is not None
    assert options is not None
    parcels = results.layers.parcels
    raw = {name: column.values for name, column in results.criteria.columns.items() if not column.is_text}
    return {
        "parcels": len(parcels),
        "area_mu": float(parcels.area_m2.sum() / M2_PER_MU),
        "criteria_mean": {name: float(np.nanmean(values.astype(np.float64))) for name, values in raw.items()},
        "recommended": {model: int((scores.recommended == k).sum()) for k, model in enumerate(scores.models)},
        "score_mean": {model: float(np.nanmean(scores.score[:, k])) for k, model in enumerate(scores.models)},
        "options": len(options),
        "npv_mean_wan": {party: float(options.npv_wan[:, k].mean()) for k, party in enumerate(options.parties)},
        "chosen": len(plan),
        "objective": plan.objective,
        "bound": plan.bound,
        "fund_spend_wan": plan.fund_spend.sum(axis=0).tolist(),
        "output_after_yi": plan.targets[0].after,
        "firms_after": plan.targets[1].after,
        "issues": len(results.issues),
    }


def flat(value: Any, place: str = "") -> dict[str, Any]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {key: leaf for name, item in items for key, leaf in flat(item, f"{place}.{name}").items()}
    return {place: value}


def test_the_numbers_are_those_of_last_time(results: Results) -> None:
    now, then = flat(facts(results)), flat(json.loads(GOLDEN.read_text(encoding="utf-8")))
    assert now.keys() == then.keys()
    assert {key: now[key] for key in now if now[key] != pytest.approx(then[key], rel=1e-9, abs=1e-9)} == {}


def test_the_command_line_gives_the_numbers_of_the_api(results: Results, package: tuple[Path, dict[str, Any]]) -> None:
    said, plan = package[1], results.portfolio
    assert plan is not None
    assert said["parcels"] == len(results.layers.parcels)
    assert said["objective"] == pytest.approx(plan.objective, rel=1e-12)
    assert said["recommended"] == facts(results)["recommended"]
    assert [target["after"] for target in said["targets"]] == pytest.approx([target.after for target in plan.targets], rel=1e-12)


def test_the_plan_is_within_its_proven_gap_and_every_limit(results: Results) -> None:
    plan, choose = results.portfolio, results.recipe.choose
    assert plan is not None
    assert choose is not None
    assert plan.objective <= plan.bound <= plan.objective * (1 + choose.gap)
    assert all(use.at_most is None or use.used <= use.at_most * (1 + 1e-9) for use in plan.limits)
    assert len(set(results.options.parcel[plan.option].tolist())) == len(plan)  # type: ignore[union-attr]


def test_every_set_of_zones_adds_up_to_the_district(results: Results) -> None:
    area = results.layers.parcels.area_m2
    assert len(results.zones.sets) == 8
    for zone_set in results.zones.sets.values():
        total = float((zone_set.share * area[zone_set.parcel]).sum())
        assert total == pytest.approx(float(area.sum()), rel=1e-9), zone_set.id


def test_every_contribution_adds_up_to_its_score(results: Results) -> None:
    scores = results.scores
    for row in range(0, len(scores), 97):
        for k in range(len(scores.models)):
            if not np.isnan(scores.score[row, k]):
                assert scores.contributions(row)[k].sum() == pytest.approx(scores.score[row, k], abs=1e-12)


def test_the_package_verifies_as_zip_and_a_changed_digit_exits_with_six(package: tuple[Path, dict[str, Any]]) -> None:
    out = package[0]
    equal = landplan("verify", out / "review_package.zip")
    assert (equal.returncode, equal.stderr.count("Traceback")) == (0, 0), equal.stdout + equal.stderr
    path = out / "review_package" / "numbers" / "scores.csv"
    words = path.read_text(encoding="utf-8")
    at = words.index("JD-0100,")
    dot = words.index("0.", at)
    path.write_text(words[: dot + 2] + str((int(words[dot + 2]) + 1) % 10) + words[dot + 3 :], encoding="utf-8", newline="")
    different = landplan("verify", out)
    assert different.returncode == 6
    assert "numbers/scores.csv" in different.stdout
    assert "JD-0100" in different.stdout
