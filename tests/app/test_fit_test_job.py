"""`landplan fit-test`: the list it writes, what it says, and its columns in the score table and the package."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.core.errors import SchemeError
from landplan.core.registry import jobs
from landplan.export.numbers import write_numbers
from landplan.export.score_columns import score_columns
from tests.small_plan import write_plan

PACK = """\
format = "landplan-policy/1"
id = "own"
title = { zh = "自有", en = "Own" }
[figures]
least_jobs = { value = 150, title = { zh = "人数", en = "jobs" } }
[fit]
title = { zh = "上楼", en = "Upstairs" }
model = "lab"
gates = [
  { id = "staff", title = { en = "staff" }, passes = "jobs >= least_jobs", by = "least_jobs - jobs", unit = "person" },
  { id = "money", title = { en = "output" }, passes = "output_wan >= 0" },
]
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = write_plan(tmp_path)
    (tmp_path / "own.toml").write_text(PACK, "utf-8")
    path.write_text(path.read_text("utf-8").replace('crs = "', 'policies = ["own.toml"]\ncrs = "', 1), "utf-8")
    return path


def test_the_list_says_each_gate_of_each_plot(recipe: Path, tmp_path: Path) -> None:
    report = jobs["fit_test"].run(recipe=recipe, out=tmp_path / "list.csv")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 36 == sum(report.data["plots"].values())
    for row in rows:
        answers = [row["staff"], row["money"]]
        known = [one for one in answers if one != "not known"]
        assert float(row["fit_score"]) == known.count("passed") / len(known)
        assert float(row["fit_low"]) == answers.count("passed") / 2
        assert float(row["fit_high"]) == 1 - answers.count("failed") / 2
        assert ("staff, illustrative: failed (" in row["trace"]) == (row["staff"] == "failed")
    assert report.data["gates"]["money"]["unknown"] == 1
    assert report.data["doubts"] == {"staff": "illustrative", "money": "illustrative"}


def test_the_score_table_and_the_package_have_it_and_the_model_is_bound(recipe: Path, tmp_path: Path) -> None:
    found = results(open_recipe(recipe), upto="score", checked=False)
    columns = {column.name: column.values for column in score_columns(found)}
    assert {"fit", "fit_score", "fit_low", "fit_high", "fit_trace"} <= set(columns)
    assert ((columns["fit"] == "failed") <= (columns["status_lab"] == "restricted")).all()
    write_numbers(found, tmp_path)
    header = (tmp_path / "fit.csv").read_text("utf-8-sig").splitlines()[0]
    assert header == "id,fit_score,fit_low,fit_high,gate:staff,gate:money"


def test_a_pack_without_gates_is_refused(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="survey_illustrative"):
        jobs["fit_test"].run(recipe=recipe, out=tmp_path / "a.csv", policy="builtin:survey_illustrative")
