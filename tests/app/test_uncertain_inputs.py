"""Uncertain data and experts' opinions in a plan: drawn, told apart, said, and without effect where nothing is."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landplan import api
from landplan.app.acceptability import Uncertainty, acceptability, drawn_scheme_weights, uncertain_data
from landplan.app.changes import changed
from landplan.app.levers import raw_weights
from landplan.core.errors import SchemeError, UsageError
from landplan.core.messages import set_language
from landplan.core.registry import jobs
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.uncertainty import Opinion, Uncertain
from landplan.io.scheme_file import scheme_of_text, scheme_text
from tests.app.test_grouped_plan import GROUPS
from tests.small_plan import write_plan

Make = Callable[[str], Path]
WIDE = "\n[uncertain]\noutput_wan = { share = 0.6 }\n"
IDS = ("output_per_mu", "metro_m", "compact")


@pytest.fixture
def plan(tmp_path: Path) -> Make:
    """The small plan with more in its scheme; with GROUPS its criteria stand in them."""

    def made(more: str) -> Path:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        path = write_plan(folder)
        said = (folder / "scheme.toml").read_text(encoding="utf-8")
        if GROUPS in more:
            for id, group in (("output_per_mu", "land"), ("compact", "land"), ("metro_m", "access")):
                said = said.replace(f'id = "{id}"', f'id = "{id}"\ngroup = "{group}"', 1)
        (folder / "scheme.toml").write_text(said + more, encoding="utf-8")
        return path

    return made


def found(recipe: Path) -> Results:
    return api.results(api.open_recipe(recipe), upto="score")


def robust(recipe: Path, **asked: Any) -> tuple[Any, list[dict[str, str]]]:
    out = recipe.with_name("sure.csv")
    report = jobs["robust"].run(recipe=recipe, out=out, draws=300, **asked)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return report, list(csv.DictReader(file))


def opinion(by: str, group: str = "", **weights: float) -> Opinion:
    return Opinion(by=by, on=date(2026, 3, 5), group=group, weights=weights)


def test_what_is_uncertain_is_told_and_so_is_whether_weights_or_data_make_a_decision_fragile(plan: Make) -> None:
    set_language("en")
    report, rows = robust(plan(WIDE), spread=1.0)
    assert report.data["uncertain"] == {"output_wan": ("output_per_mu",)} and report.data["ranged_parcels"] > 0
    assert any("output_wan ±60\u00a0% is drawn as well" in line and "Low output per mu" in line for line in report.lines)
    seen = set()
    for row in rows:
        if row["fragile"] == "1":
            bad = (float(row["holds_weights"]) < 0.8, float(row["holds_data"]) < 0.8)
            why = {(True, False): "weights", (False, True): "data", (True, True): "both", (False, False): "together"}[bad]
            assert row["because"] == why
            seen.add(why)
        else:
            assert row["because"] == ""
    assert len(seen) > 1


def test_drawing_only_data_is_what_weights_without_spread_give(plan: Make) -> None:
    results = found(plan(WIDE))
    both = Uncertainty(draws=200, seed=3, spread=0.4)
    data = uncertain_data(results, both)
    one = acceptability(results.scores, results.scheme, both, data=data)
    still = acceptability(results.scores, results.scheme, Uncertainty(draws=200, seed=3, spread=0.0), data=data)
    exact = acceptability(results.scores, results.scheme, both)
    assert one.alone is not None
    assert np.array_equal(one.alone[1], still.decisions.holds, equal_nan=True)
    assert np.array_equal(one.alone[0], exact.decisions.holds, equal_nan=True)
    assert not np.array_equal(one.recommended, exact.recommended)  # type: ignore[arg-type]


def test_no_width_none_asked_for_and_none_declared_are_one_and_the_same(plan: Make) -> None:
    _, plain = robust(plan(""))
    report, none = robust(plan("\n[uncertain]\noutput_wan = { share = 0 }\n"))
    assert report.data["uncertain"] == {"output_wan": ()}
    report, exact = robust(plan(WIDE), no_data_uncertainty=True)
    assert report.data["uncertain"] is None
    _, drawn = robust(plan(WIDE))
    assert plain == none == exact
    assert [{key: row[key] for key in plain[0]} for row in drawn] != plain


def test_data_that_never_let_a_rival_pass_leave_every_decision_as_it_is(plan: Make) -> None:
    """Where a decision holds at every corner of the range of its parcel it holds in every draw."""
    results = found(plan("\n[uncertain]\noutput_wan = { share = 0.2 }\n"))
    scores, data = results.scores, uncertain_data(results, Uncertainty())
    assert data is not None
    one = acceptability(scores, results.scheme, Uncertainty(draws=200, spread=0.0), data=data)
    ends = [np.where(np.isnan(end), scores.utility, end) @ scores.weights.T for end in (data.low, data.high)]
    known = ~np.isnan(scores.utility).any(axis=1) & (scores.recommended >= 0) & (scores.status == 0).all(axis=1)
    sure = known & (ends[0].argmax(axis=1) == scores.recommended) & (ends[1].argmax(axis=1) == scores.recommended)
    assert sure.sum() > 5 and (one.decisions.holds[sure] == 1.0).all()


def merged(plan: Make, more: str = "", *opinions: Opinion) -> tuple[Results, Scheme]:
    results = found(plan(more))
    return results, changed(results.scheme, "scheme", experts=opinions)


@pytest.mark.parametrize("more", ["", GROUPS])
def test_experts_of_one_mind_are_the_weights_they_give(plan: Make, more: str) -> None:
    group = "land" if more else ""
    said = {"output_per_mu": 0.25, "compact": 0.75}
    results, scheme = merged(plan, more, *(opinion(by, group, **said) for by in ("A", "B", "C")))
    drawn = drawn_scheme_weights(results.scores, scheme, Uncertainty(draws=20, weights="experts"))
    now = tuple(one.model_copy(update={"weight": 4 * said.get(one.id, one.weight / 4)}) for one in scheme.criteria)
    expected = raw_weights(results.scores, changed(scheme, "scheme", criteria=now))
    expected = expected / expected.sum(axis=1, keepdims=True)
    assert drawn == pytest.approx(np.broadcast_to(expected, drawn.shape), abs=1e-12)


def test_draws_lie_between_the_experts_and_are_as_wide_as_they_differ(plan: Make) -> None:
    said = ({"output_per_mu": 0.6, "metro_m": 0.3, "compact": 0.1}, {"output_per_mu": 0.2, "metro_m": 0.5, "compact": 0.3})
    results, scheme = merged(plan, "", opinion("A", **said[0]), opinion("B", **said[1]))
    asked = Uncertainty(draws=4000, weights="experts")
    drawn = drawn_scheme_weights(results.scores, scheme, asked)[:, 0]
    ends = np.array([[one[id] for id in results.scores.criteria] for one in said])
    assert (drawn >= ends.min(axis=0) - 1e-12).all() and (drawn <= ends.max(axis=0) + 1e-12).all()
    assert drawn.mean(axis=0) == pytest.approx(ends.mean(axis=0), abs=0.01)
    assert drawn[:, 0].std() == pytest.approx(0.4 / 12**0.5, rel=0.03)  # two experts: uniform between them
    assert np.array_equal(drawn, drawn_scheme_weights(results.scores, scheme, asked)[:, 0])


def test_one_expert_has_one_say_on_every_level(plan: Make) -> None:
    top = (opinion("A", "", land=0.9, access=0.1), opinion("B", "", land=0.1, access=0.9))
    land = (opinion("A", "land", output_per_mu=1.0, compact=0.0), opinion("B", "land", output_per_mu=0.0, compact=1.0))
    results, scheme = merged(plan, GROUPS, *top, *land)
    drawn = drawn_scheme_weights(results.scores, scheme, Uncertainty(draws=50, weights="experts"))[:, 0]
    at = {id: drawn[:, j] for j, id in enumerate(results.scores.criteria)}
    say = at["output_per_mu"] / (at["output_per_mu"] + at["compact"])
    assert 1 - at["metro_m"] == pytest.approx(0.1 + 0.8 * say)


def test_experts_write_what_each_said_and_robust_draws_from_it(plan: Make) -> None:
    recipe = plan("")
    results, scheme = merged(plan, "", opinion("A", output_per_mu=0.6, metro_m=0.4), opinion("B", output_per_mu=0.1, metro_m=0.9))
    assert scheme_of_text(scheme_text(scheme), "again") == scheme
    with pytest.raises(UsageError, match=r"experts --read"):
        jobs["robust"].run(recipe=recipe, out=recipe.with_name("sure.csv"), draws=5, weights="experts")
    (recipe.parent / "scheme.toml").write_text(scheme_text(scheme), encoding="utf-8")
    report, rows = robust(recipe, weights="experts")
    assert report.data["weights"] == "experts" and report.data["spread"] is None
    assert any(0 < float(row["holds"] or 0) < 1 for row in rows)
    assert len(results.scores) == len(rows)


def test_a_scheme_says_one_way_of_being_uncertain_and_known_names() -> None:
    for wrong in ({}, {"share": 0.1, "plus_minus": 2}, {"low": "a"}, {"share": -0.1}):
        with pytest.raises(ValueError):
            Uncertain.model_validate(wrong)
    with pytest.raises(ValueError):
        opinion("A", metro_m=0.0)


def test_an_opinion_about_nothing_is_refused(plan: Make) -> None:
    with pytest.raises(SchemeError, match="metro_m"):
        found(plan('\n[[experts]]\nby = "A"\non = 2026-03-05\nweights = { metrom = 1 }\n'))


def test_telling_causes_apart_can_be_stopped(plan: Make) -> None:
    """Decisions are drawn three times where data are uncertain: with both, with weights alone, with data alone."""
    results = found(plan(WIDE))
    asked = Uncertainty(draws=300, weights="intervals")
    shares: list[float] = []
    acceptability(results.scores, results.scheme, asked, lambda share, *_told, **_values: shares.append(share or 0.0),
                  uncertain_data(results, asked))  # fmt: skip
    last = len(results.scores.models) / (len(results.scores.models) + 1)
    thirds = {min(int(3 * (share - last) / (1 - last) + 1e-9), 2) for share in shares if share >= last}
    assert thirds == {0, 1, 2}
    assert shares == sorted(shares)
