"""`landplan robust`: the table it writes, what it says, and the limits it states, checked by rescoring beyond them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landplan import api, cli
from landplan.core.errors import ExportError, LandplanError
from landplan.core.messages import set_language
from landplan.core.registry import jobs
from landplan.steps import check as check_step
from landplan.steps import propose as propose_step
from tests.small_plan import write_plan


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return write_plan(tmp_path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_a_parcel_with_shares_of_the_draws(recipe: Path, tmp_path: Path) -> None:
    report = jobs["robust"].run(recipe=recipe, out=tmp_path / "sure.csv", draws=200, top=5, spread=1.0)
    table, found = rows(tmp_path / "sure.csv"), api.results(api.open_recipe(recipe))
    assert [row["parcel_id"].removeprefix("'") for row in table] == found.scores.ids.tolist()  # =1+1 would run
    for k, model in enumerate(found.scores.models):
        for name in ("first", "top5", "tenth", "quarter", "half"):
            shares = [row[f"{name}_{model}"] for row in table]
            assert [share != "" for share in shares] == (found.scores.rank[:, k] > 0).tolist()
            assert all(0 <= float(share) <= 1 for share in shares if share)
        assert sum(float(row[f"first_{model}"] or 0) for row in table) == pytest.approx(1.0)
    named = [found.scores.models[k] if k >= 0 else "" for k in found.scores.recommended]
    assert [row["recommended"] for row in table] == named
    for row in table:
        if row["recommended"]:
            assert row["holds"] == row[f"recommended_{row['recommended']}"]
            assert row["fragile"] == str(int(float(row["holds"]) < 0.8))
            assert (row["reason"] != "") == (row["fragile"] == "1")
    fragile = [row["parcel_id"] for row in table if row["fragile"] == "1"]
    assert sorted(fragile) == sorted(one["parcel_id"] for one in report.data["fragile"])
    assert fragile and any(fragile[0] in line or "%" in line for line in report.lines)


def test_the_sentence_names_the_limit_and_beyond_it_the_other_takes_over(recipe: Path, tmp_path: Path) -> None:
    report = jobs["robust"].run(recipe=recipe, out=tmp_path / "sure.csv", draws=20)
    scores = api.results(api.open_recipe(recipe)).scores
    checked = 0
    for best in report.data["best"]:
        k = scores.models.index(best["model"])
        ranked = scores.rank[:, k] > 0
        for j, one in enumerate(best["weights"]):
            for limit, winner, out in ((one["low"], one["below"], -1), (one["high"], one["above"], 1)):
                if not winner:
                    continue
                moved = scores.weights[k] * (1 - limit - out * 1e-7) / (1 - scores.weights[k, j])
                moved[j] = limit + out * 1e-7
                known = ~np.isnan(scores.utility) @ moved
                score = np.where(ranked, np.nan_to_num(scores.utility) @ moved / known, -np.inf)
                assert scores.ids[score.argmax()] == winner != best["parcel_id"]
                checked += 1
    assert checked > 0
    words = " ".join(report.lines)
    assert all(best["parcel_id"] in words for best in report.data["best"])


def test_the_same_seed_gives_the_same_file_and_the_recipe_has_one(recipe: Path, tmp_path: Path) -> None:
    texts = []
    for seed in (None, 0, 1):
        jobs["robust"].run(recipe=recipe, out=tmp_path / "sure.csv", draws=50, seed=seed)
        texts.append((tmp_path / "sure.csv").read_bytes())
    assert api.open_recipe(recipe).recipe.seed == 0
    assert texts[0] == texts[1] != texts[2]


def test_neither_checks_nor_money_are_waited_for(recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks take minutes on a large layer, and nothing here reads them."""
    run: list[str] = []
    for step, module in (("check", check_step), ("propose", propose_step)):
        monkeypatch.setattr(module, step, lambda *given, step=step, **named: run.append(step) or ())
    jobs["robust"].run(recipe=recipe, out=tmp_path / "sure.csv", draws=20)
    assert run == [] and rows(tmp_path / "sure.csv")


def test_sure_enough_is_a_matter_of_least(recipe: Path, tmp_path: Path) -> None:
    counts = [
        len(jobs["robust"].run(recipe=recipe, out=tmp_path / "s.csv", draws=100, least=least, spread=1.0).data["fragile"])
        for least in (0.0, 0.6, 1.0)
    ]
    assert counts[0] == 0 and counts == sorted(counts) and counts[2] > counts[1]


def test_free_weights_leave_the_columns_of_decisions_out_and_say_so(recipe: Path, tmp_path: Path) -> None:
    set_language("en")
    report = jobs["robust"].run(recipe=recipe, out=tmp_path / "sure.csv", draws=20, weights="free")
    assert {"holds", "fragile", "recommended_lab"}.isdisjoint(rows(tmp_path / "sure.csv")[0])
    assert any("--weights intervals or ordinal" in line for line in report.lines)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_command_line(lang: str, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["robust", str(recipe), "--out", str(tmp_path / "sure.csv"), "--draws", "30", "--weights", "ordinal", "--lang", lang]
    assert cli.main([*words, "--top", "3"]) == 0
    said = capsys.readouterr().out
    assert ("次序" if lang == "zh" else "order of importance") in said
    assert cli.main([*words, "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (data["draws"], data["weights"], data["standard_error"]) == (30, "ordinal", pytest.approx(0.5 / 30**0.5))


def test_what_cannot_be_is_refused_and_inputs_are_safe(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.csv"):
        jobs["robust"].run(recipe=tmp_path / "none.toml", out=tmp_path / "sure.xlsx")  # before anything is read
    relative = recipe.with_name("relative.toml")
    scheme = recipe.parent / "scheme.toml"
    scheme.write_text(scheme.read_text(encoding="utf-8").replace('"weighted_sum"', '"topsis"'), encoding="utf-8")
    relative.write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(LandplanError, match="topsis"):
        jobs["robust"].run(recipe=relative, out=tmp_path / "sure.csv")
    assert not (tmp_path / "sure.csv").exists()
