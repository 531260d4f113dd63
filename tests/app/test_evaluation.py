"""evaluate: published numbers by their own key names; wrong names are told the nearest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from landplan.app.evaluation import evaluate, evaluated
from landplan.app.jobs.self_test import near
from landplan.app.report import plain
from landplan.core.errors import LandplanError, MethodError, UsageError
from landplan.core.messages import set_language
from landplan.core.registry import scorings, weightings


def test_every_shipped_example_holds(worked_examples: dict[str, Any]) -> None:
    for case in worked_examples.values():
        for run in case["runs"]:
            found = plain(evaluate(run["evaluate"], **{**case["inputs"], **run.get("with", {})}))
            for key, wanted in run.get("expected", case["expected"]).items():
                tolerance = max(case["tolerance"].values(), default=0)
                assert near(found[key], wanted, tolerance), (case["id"], key, found[key], wanted)


def test_every_registered_scoring_and_weighting_can_be_evaluated() -> None:
    assert {*scorings.all(), *weightings.all()} <= set(evaluated())


@pytest.mark.parametrize(
    ("id", "inputs", "named"),
    [
        ("topsys", {}, "topsis"),
        ("topsis", {"matrix": [[1]], "wieghts": [1]}, "weights"),
        ("topsis", {"matrix": [[1]]}, "weights"),
        ("npv", {"rate": 0.1, "flow": [1]}, "flows"),
    ],
)
def test_an_unknown_id_or_key_names_the_nearest(id: str, inputs: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=named):
        evaluate(id, **inputs)


def test_results_are_plain_lists_and_numbers() -> None:
    found = evaluate("topsis", matrix=[[1, 2], [3, 1]], weights=[1, 1], types=[1, -1], alternatives=["a", "b"])
    assert found["scores"] == [0.0, 1.0]
    assert found["ranks"] == [2, 1]


def test_ranks_may_be_any_and_tied_criteria_share_their_weights() -> None:
    found = evaluate("rank_order", ranks=[7, 2, 2, 9])
    assert found["rank_sum"] == pytest.approx([0.2, 0.35, 0.35, 0.1])
    for weights in found.values():
        assert sum(weights) == pytest.approx(1.0)


def test_judgements_by_name_are_completed_by_name_and_contradictions_are_told_in_words() -> None:
    judged = [["a", "b", 2], ["b", "c", 3], ["a", "c", 9]]
    assert evaluate("ahp", upper_judgements=judged, missing=[["c", "a"]])["completed"] == pytest.approx({"a_over_c": 6.0})
    assert evaluate("ahp", upper_judgements=judged)["issues"] == []
    (said,) = evaluate("ahp", matrix=[[1, 9, 1 / 9], [None, 1, 9], [None, None, 1]])["issues"]
    assert "1/9" in said


@pytest.mark.parametrize(
    ("found", "wanted", "tolerance", "equal"),
    [
        (1.0, 1.05, 0.1, True),
        (1.0, 1.2, 0.1, False),
        ([1, 2], [1, 2, 3], 9, False),
        (None, 1.0, 9, False),
        ("a", "b", 9, False),
        ([["a"], 1], [["a"], 1], 0, True),
        ({"a": 1.0, "b": 2}, {"a": 1.05}, 0.1, True),
        ({"a": 1.0}, {"a": 1.2}, 0.1, False),
        ({}, {"a": 1.0}, 9, False),
        ([1.0], {"a": 1.0}, 9, False),
    ],
)
def test_near_compares_what_it_should(found: Any, wanted: Any, tolerance: float, equal: bool) -> None:
    assert near(found, wanted, tolerance) is equal


@pytest.mark.parametrize("matrix", [[["a", "b"], ["c", "d"]], [[1.0, 2.0], [3.0]], [[[1.0]]], "words"])
@pytest.mark.parametrize("id", ["topsis", "vikor", "entropy", "critic", "ahp"])
def test_inputs_of_no_shape_are_one_sentence(id: str, matrix: object) -> None:
    given = {"weights": [1, 1]} if id in ("topsis", "vikor") else {}
    with pytest.raises(LandplanError) as found:
        evaluate(id, matrix=matrix, **given)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    "degrees", [(500, 31), (-200, 31), (121, 95), (31, 121), (121, 90), (float("nan"), 31), (121, float("inf"))]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_place_that_is_not_on_earth_is_one_sentence(degrees: tuple[float, float], lang: str) -> None:
    set_language(lang)
    lon, lat = degrees
    with pytest.raises(MethodError, match=rf"^cgcs2000: .*{lon:g}.*{lat:g}.*180.*90"):
        evaluate("cgcs2000", lon=lon, lat=lat)


def test_a_sentence_about_inputs_is_whole() -> None:
    with pytest.raises(MethodError) as refused:
        evaluate("cgcs2000", lon="east", lat=31)
    assert "{" not in str(refused.value)


def test_the_published_calls_need_nothing_but_their_inputs(worked_examples: dict[str, Any]) -> None:
    """The ids that a reader of the examples would take: each is known, and takes the example's inputs as they are."""
    for case, id in {
        "crs_gcj02_vectors": "gcj02", "crs_cgcs2000_3deg": "cgcs2000", "area_adjustment_largest_remainder": "largest_remainder",
        "owa_yager1988": "owa", "smaa2_analytic_unit_vectors": "smaa2", "weight_stability_interval": "weight_stability",
        "value_function_piecewise_linear": "piecewise_linear", "bwm_linear_same_input": "best_worst",
    }.items():  # fmt: skip
        found = evaluate(id, **worked_examples[case]["inputs"])
        assert set(worked_examples[case]["expected"]) & set(found), id


def test_shifted_degrees_come_back() -> None:
    pairs = [[31.1774276, 121.5272106], [39.911954, 116.377817]]
    for system in ("gcj02", "bd09"):
        found = evaluate(system, pairs=pairs)
        assert np.abs(np.array(found["wgs84"]) - pairs).max() < 1e-9
        assert np.abs(np.array(found[system]) - pairs).max() > 1e-3
    there = evaluate("gcj02", pairs=pairs)["gcj02"]
    assert np.allclose(evaluate("bd09", pairs=there, datum="gcj02")["bd09"], evaluate("bd09", pairs=pairs)["bd09"], atol=1e-12)
    with pytest.raises(UsageError, match="wgs84"):
        evaluate("bd09", pairs=pairs, datum="wgs48")
