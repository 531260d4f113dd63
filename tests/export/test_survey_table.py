"""The list of the survey: sentences word by word, and words that are looked up once, not for every plot."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from landplan.core.environment import Environment
from landplan.core.scheme import Scheme
from landplan.core.survey import Surveyed
from landplan.export import survey_table
from landplan.io.policy_file import read_policy
from landplan.steps.survey import survey


def surveyed(n: int) -> Surveyed:
    """Plots of 10 mu whose values rise from row to row."""
    columns = {
        "tax_wan": np.linspace(1.0, 500.0, n),
        "output_wan": np.linspace(20.0, 9000.0, n),
        "area_mu": np.full(n, 10.0),
        "safety": np.array(["A", "B", "D"], object)[np.arange(n) % 3],
        "vacant_share": np.linspace(0.0, 1.0, n),
    }
    columns["tax_wan"][::7] = np.nan
    pack = read_policy("builtin:survey_illustrative", Path())
    return survey(pack, Environment(columns, {}, n), Scheme.model_construct(paths=()))


def columns(found: Surveyed) -> dict[str, list[object]]:
    ids = np.array([f"p{k}" for k in range(len(found.code))], object)
    return survey_table.survey_columns(found, ids, day=date(2026, 1, 1), lang="en")


def test_a_trace_says_the_value_of_its_own_plot() -> None:
    found = surveyed(300)
    traces = columns(found)["trace"]
    assert traces[100] == (
        "Performance: tax per mu 16.789 ≥ 12 wan yuan/mu·yr (Tax per mu, class B, illustrative); "
        "Performance: tax per mu 16.789 < 30 wan yuan/mu·yr (Tax per mu, class A, illustrative); "
        "Value: output per mu 302.334 ≥ 240 wan yuan/mu·yr (Output per mu, class B, illustrative); "
        "Value: output per mu 302.334 < 600 wan yuan/mu·yr (Output per mu, class A, illustrative); "
        "both together: B + B → B"
    )
    marked = survey_table.doubts(found.pack, date(2026, 1, 1))
    assert traces == [survey_table.trace_words(found, row, marked, "en") for row in range(300)]


def test_words_are_looked_up_once_however_many_plots_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real = survey_table.text

    def counted(id: str, *given: object, **named: object) -> str:
        calls.append(id)
        return real(id, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(survey_table, "text", counted)
    asked = []
    for n in (300, 900):
        calls.clear()
        columns(surveyed(n))
        asked.append(sum(id != "survey_open" for id in calls))
    assert asked[0] == asked[1] < 60
