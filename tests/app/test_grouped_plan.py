"""A plan whose criteria stand in groups, from the file to what is printed: every way in has the same numbers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from landplan import api, cli
from landplan.app.acceptability import Uncertainty, drawn_scheme_weights
from landplan.app.levers import own_weights, raw_weights
from landplan.app.session import applied
from landplan.core.messages import set_language, text
from landplan.core.project import Memo, Project
from landplan.core.registry import jobs
from landplan.core.tables import ScoreTable
from landplan.export.list_tables import criteria, groups
from landplan.export.workbook import workbook
from landplan.steps import measure as room
from tests.small_plan import write_plan

GROUPS = """
[[groups]]
id = "land"
title = { zh = "土地", en = "Land" }
weight = 3
weight_source = { by = "Planning", on = 2026-03-05, reason = "minutes" }
[[groups]]
id = "access"
title = { zh = "交通", en = "Access" }
weight = 1
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Output and shape in land, metro in access; the laboratories weigh access 5."""
    path = write_plan(tmp_path)
    scheme = tmp_path / "scheme.toml"
    said = scheme.read_text(encoding="utf-8")
    for id, group in (("output_per_mu", "land"), ("compact", "land"), ("metro_m", "access")):
        said = said.replace(f'id = "{id}"', f'id = "{id}"\ngroup = "{group}"', 1)
    said = said.replace("weights = { metro_m = 6 }", "group_weights = { access = 5 }")
    scheme.write_text(said + GROUPS, encoding="utf-8")
    return path


@pytest.fixture
def project(recipe: Path) -> Project:
    opened = api.open_recipe(recipe)
    return opened.with_recipe(opened.recipe.model_copy(update={"choose": None}))


def scores_of(project: Project) -> ScoreTable:
    return api.results(project).scores


def test_weights_by_hand(project: Project) -> None:
    found = scores_of(project)
    assert found.criteria == ("output_per_mu", "metro_m", "compact")
    assert found.weights == pytest.approx(np.array([[9 / 16, 1 / 4, 3 / 16], [9 / 32, 5 / 8, 3 / 32]]))


def test_the_command_line_gives_the_numbers_of_python(recipe: Path, project: Project, tmp_path: Path) -> None:
    words = ["set-group-weight", "--group", "access", "--weight", "2", "--by", "A", "--day", "2026-04-01", "--reason", "new line"]
    assert cli.main(["edit", str(recipe), *words, "--out", str(tmp_path / "moved.landplan")]) == 0
    assert cli.main(["score", str(tmp_path / "moved.landplan"), "--out", str(tmp_path / "s.csv")]) == 0
    after = applied(project, "set_group_weight", {"group": "access", "weight": 2.0, "by": "A", "day": "2026-04-01"})
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    for k, model in enumerate(scores_of(after).models):
        wanted = ["" if np.isnan(one) else repr(float(one)) for one in scores_of(after).score[:, k]]
        assert [row[f"score_{model}"] for row in table] == wanted
    saved = api.open_any(tmp_path / "moved.landplan").scheme
    assert saved.groups[1].weight_source is not None
    assert saved.groups[1].weight_source.reason == "new line"


def test_a_group_is_weighed_without_measuring_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    memo, calls = Memo(), list[Any]()
    run = room._measured
    monkeypatch.setattr(room, "_measured", lambda *given: calls.append(given) or run(*given))
    api.results(project, memo)
    before = len(calls)
    assert before
    api.results(applied(project, "set_group_weight", {"group": "land", "weight": 9.0}), memo)
    api.results(applied(project, "set_model_group_weight", {"model": "lab", "group": "land", "weight": 9.0}), memo)
    assert len(calls) == before


def test_undo_brings_the_weight_back(project: Project) -> None:
    session = api.Session(project)
    session.do("set_group_weight", group="access", weight=2.0)
    session.do("set_model_group_weight", model="lab", group="access", weight=None)
    assert scores_of(session.project).weights[1] == pytest.approx([0.45, 0.4, 0.15])
    session.undo()
    assert session.undo() is project


def test_a_sweep_varies_a_group(recipe: Path, tmp_path: Path) -> None:
    vary = "set-group-weight group=access weight=0,1,30"
    jobs["sweep"].run(recipe=recipe, vary=[vary], out=tmp_path / "s.csv", upto="score")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    project = api.open_recipe(recipe)
    base = scores_of(project).recommended
    for row in table:
        weight = float(row["set-group-weight access weight"])
        after = scores_of(applied(project, "set_group_weight", {"group": "access", "weight": weight}))
        assert int(row["changed"]) == int((after.recommended != base).sum())


def test_weights_are_drawn_around_the_shares_of_the_whole(project: Project) -> None:
    found = scores_of(project)
    assert raw_weights(found, project.scheme) == pytest.approx(found.weights)
    assert own_weights(found, project.scheme).tolist() == [[False] * 3, [False, True, False]]
    drawn = drawn_scheme_weights(found, project.scheme, Uncertainty(draws=400, spread=0.2))
    ratio = drawn[:, :, 0] / drawn[:, :, 2] / (found.weights[:, 0] / found.weights[:, 2])
    assert (ratio > 0.8 / 1.2 - 1e-9).all()
    assert (ratio < 1.2 / 0.8 + 1e-9).all()
    assert ratio[:, 0] == pytest.approx(ratio[:, 1]), "what models share is drawn once"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_say_part_of_group_groups_part_and_who(project: Project, lang: str, tmp_path: Path) -> None:
    recipe = project.recipe.model_copy(update={"lang": lang})
    results = api.results(project.with_recipe(recipe))
    table = criteria(results)
    titles = [one.title for one in table.headings]
    at = titles.index(text("weight_within", lang=lang))  # type: ignore[arg-type]
    assert titles[at + 1] == text("weight_of_group", lang=lang)  # type: ignore[arg-type]
    land = {"zh": "土地", "en": "Land"}[lang]
    assert [(row[2], *row[at : at + 4]) for row in table.rows if row[0] == "compact"] == [(land, 0.25, 0.75, 0.1875, 0.0938)]
    assert [(row[0], *row[3:8]) for row in groups(results).rows] == [
        ("land", 3.0, 0.75, 0.375, "Planning", "2026-03-05"),
        ("access", 1.0, 0.25, 0.625, None, None),
    ]
    book = openpyxl.load_workbook(workbook(results, tmp_path)[0])
    assert text("table_groups", lang=lang) in book.sheetnames  # type: ignore[arg-type]


def test_a_scheme_without_groups_prints_what_it_did(tmp_path: Path) -> None:
    project = api.open_recipe(write_plan(tmp_path))
    results = api.results(project.with_recipe(project.recipe.model_copy(update={"choose": None})))
    assert len(criteria(results).headings) == 5 + len(results.scores.models)
    set_language("zh")
    assert text("table_groups", lang="en") not in openpyxl.load_workbook(workbook(results, tmp_path)[0]).sheetnames
