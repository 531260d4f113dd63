"""`landplan sweep`: every combination is what the commands give one by one, and one that fails costs itself."""

from __future__ import annotations

import csv
import gc
import weakref
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from landplan import api
from landplan.app.session import applied
from landplan.app.sweeping import swept, vary
from landplan.core.errors import ExportError, UsageError
from landplan.core.messages import set_language
from landplan.core.registry import jobs
from landplan.steps import measure as measure_step
from landplan.steps import propose as propose_step
from landplan.steps import score as score_step
from tests.small_plan import write_plan

METRO = "set-weight criterion=metro_m weight=0,2,50"
PRICE = "set-figure figure=price_wan_per_mu value=10,1000"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return write_plan(tmp_path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_combination_is_what_the_commands_give_one_by_one(recipe: Path, tmp_path: Path) -> None:
    jobs["sweep"].run(recipe=recipe, vary=[METRO, PRICE], out=tmp_path / "s.csv", upto="choose")
    table, project = rows(tmp_path / "s.csv"), api.open_recipe(recipe)
    assert len(table) == 6
    base = api.results(project).scores
    for row in table:
        weight, price = float(row["set-weight metro_m weight"]), float(row["set-figure price_wan_per_mu value"])
        after = applied(project, "set-weight", {"criterion": "metro_m", "weight": weight})
        found = api.results(applied(after, "set-figure", {"figure": "price_wan_per_mu", "value": price}))
        assert found.portfolio is not None
        assert int(row["changed"]) == int((found.scores.recommended != base.recommended).sum())
        for k, model in enumerate(found.scores.models):
            assert int(row[f"recommended_{model}"]) == int((found.scores.recommended == k).sum())
        assert float(row["objective"]) == pytest.approx(found.portfolio.objective, rel=1e-9)
        assert int(row["chosen"]) == len(found.portfolio)
    assert len({row["changed"] for row in table}) > 1  # the weight matters
    assert len({row["objective"] for row in table}) > 2  # and the price does
    assert [row["changed"] for row in table[2:4]] == ["0", "0"]  # the weight as it is


def test_layers_are_measured_once(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    real = measure_step.measure
    monkeypatch.setattr(measure_step, "measure", lambda *given, **named: calls.append(given) or real(*given, **named))
    assert len(list(swept(api.open_recipe(recipe), [vary(METRO)], "score"))) == 3
    assert len(calls) == 1


def test_budgets_cost_neither_scores_nor_options_of_the_weight_they_go_with(
    recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()
    for module, step in ((measure_step, "measure"), (score_step, "weighed"), (propose_step, "propose")):
        real = getattr(module, step)
        counted = lambda *given, real=real, step=step, **named: calls.update([step]) or real(*given, **named)  # noqa: E731
        monkeypatch.setattr(module, step, counted)
    asked = "set-weight criterion=metro_m weight=0,5,50", "set-budget fund=special year=2027 wan=0,9,99,999"
    assert len(list(swept(api.open_recipe(recipe), [vary(one) for one in asked], "choose"))) == 12
    assert calls == {"measure": 1, "weighed": 4, "propose": 3}  # the project as it is has scores, too


def test_no_more_than_a_few_tables_are_held_however_many_combinations_there_are(
    recipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[Any]] = []
    real = score_step.weighed

    def noted(*given: Any, **named: Any) -> Any:
        table = real(*given, **named)
        made.append(weakref.ref(table))
        return table

    monkeypatch.setattr(score_step, "weighed", noted)
    weights = vary(f"set-weight criterion=metro_m weight={','.join(map(str, range(5, 45)))}")
    runs = []
    for one in swept(api.open_recipe(recipe), [weights], "score"):
        runs.append(one)
        gc.collect()
        assert sum(table() is not None for table in made) <= 12
    assert (len(runs), len(made)) == (40, 41)


def test_a_combination_that_fails_costs_itself_and_says_why(recipe: Path, tmp_path: Path) -> None:
    report = jobs["sweep"].run(recipe=recipe, vary=["set-weight criterion=metro_m weight=2,-1"], out=tmp_path / "s.csv")
    good, bad = rows(tmp_path / "s.csv")
    assert good["problem"] == "" != good["without"]
    assert "weight" in bad["problem"]
    assert bad["without"] == ""
    assert any("weight" in line for line in report.lines[2:])


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("set-wieght criterion=metro_m weight=1,2", "set-weight|set_weight"),
        ("set-weight criterion=metro_m heaviness=1,2", "heaviness"),
        ("set-weight criterion=metro_m weight=1", "0"),
        ("set-weight criterion=metro_m,compact weight=1,2", "2"),
        ("set-weight criterion=metro_m weight=1,two", "two"),
        ("set-weight criterion=metro_m weight=1,2 weight=3", "weight"),
        (" ", "weight=1,2,4"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_varied_is_one_sentence(said: str, named: str, lang: str) -> None:
    set_language(lang)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=named) as refused:
        vary(said)
    assert "{" not in str(refused.value)  # every placeholder of the sentence is filled


def test_a_command_that_fails_costs_every_row_with_its_value(recipe: Path) -> None:
    runs = list(swept(api.open_recipe(recipe), [vary("set-weight criterion=metro_m weight=-1,1"), vary(PRICE)], "score"))
    assert [one.values for one in runs] == [(-1.0, 10.0), (-1.0, 1000.0), (1.0, 10.0), (1.0, 1000.0)]
    assert [bool(one.problem) for one in runs] == [True, True, False, False]


def test_a_value_that_is_varied_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="metro_m weight"):
        jobs["sweep"].run(recipe=tmp_path / "none.toml", vary=[METRO, METRO], out=tmp_path / "s.csv")


def test_too_many_combinations_and_another_format_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"6.*5"):
        jobs["sweep"].run(recipe=tmp_path / "none.toml", vary=[METRO, PRICE], out=tmp_path / "s.csv", most=5)


def test_only_a_csv_is_written(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.xlsx"):
        jobs["sweep"].run(recipe=tmp_path / "none.toml", vary=[METRO], out=tmp_path / "s.xlsx")
    assert not (tmp_path / "s.xlsx").exists()


def test_nothing_is_written_when_no_combination_can_be_run(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="metro_m"):
        jobs["sweep"].run(recipe=recipe, vary=["set-weight criterion=metro_n weight=1,2"], out=tmp_path / "s.csv")
    assert not (tmp_path / "s.csv").exists()
