"""Weights as they are shown: their shares, the scale of the sliders, criteria in words."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.app.opening import Opened
from landplan.app.session import applied
from landplan.core.messages import set_language
from landplan.core.scheme import MethodCall
from landplan.gui.criteria_rows import (
    Row,
    criterion_words,
    curve_words,
    group_share,
    measure_words,
    rows,
    scale_top,
    share_words,
    weight_shares,
    weight_words,
)
from landplan.gui.desk import Desk


def row(weight: float, opened: float | None = None, scored: bool = True) -> Row:
    return Row("a", "甲", "g", scored, True, weight, weight, 0.5, opened=opened)


def test_shares_are_the_weights_of_the_scores(desk: Desk) -> None:
    assert desk.results is not None
    scores = desk.results.scores
    for k, model in enumerate(scores.models):
        shares = weight_shares(desk.results.scheme, model)
        assert [shares[id] for id in scores.criteria] == pytest.approx(scores.weights[k].tolist(), abs=1e-12)
    common = weight_shares(desk.results.scheme, "")
    assert sum(common.values()) == pytest.approx(1.0)
    assert common["output_per_mu"] == pytest.approx(1.5 * common["tax_per_mu"])


def test_what_drops_out_carries_no_weight(desk: Desk) -> None:
    assert desk.results is not None
    scheme = desk.results.scheme
    shares = weight_shares(scheme, "", {"metro_m"})
    assert "metro_m" not in shares
    assert sum(shares.values()) == pytest.approx(1.0)


def test_rows_know_special_and_changed_weights(opened: Opened) -> None:
    project = opened.project
    after = applied(project, "set_model_weight", {"model": "mixed_use", "criterion": "soil", "weight": 4.0})
    after = applied(after, "set_weight", {"criterion": "tax_per_mu", "weight": 3.0})
    own = {one.id: one for one in rows(after.scheme, project.scheme, "mixed_use", "mixed_use", None)}
    assert (own["soil"].weight, own["soil"].common, own["soil"].special, own["soil"].changed) == (4.0, 1.0, True, True)
    assert own["soil"].opened is None
    assert (own["metro_m"].weight, own["metro_m"].special, own["metro_m"].changed) == (6.0, True, False)
    assert (own["tax_per_mu"].weight, own["tax_per_mu"].special, own["tax_per_mu"].changed) == (3.0, False, False)
    common = {one.id: one for one in rows(after.scheme, project.scheme, "", "", None)}
    assert (common["tax_per_mu"].changed, common["tax_per_mu"].opened) == (True, 2.0)
    assert common["soil"].models == ("综合用地",)
    assert isnan(common["farmland_share"].share)
    assert not common["farmland_share"].scored


def test_a_group_has_the_sum_of_its_shares() -> None:
    assert group_share([row(1.0), replace(row(1.0), share=float("nan"))]) == 0.5
    assert isnan(group_share([replace(row(1.0), share=float("nan"))]))
    assert share_words(float("nan")) == "–"
    assert share_words(0.12345) == "12.3"


@pytest.mark.parametrize(
    ("weights", "top"),
    [([3.0, 0.5], 10.0), ([1.0, 1.0], 10.0), ([7.0], 20.0), ([0.08, 0.12], 0.5), ([0.0], 10.0), ([30.0], 100.0)],
)
def test_the_scale_fits_the_weights(weights: list[float], top: float) -> None:
    assert scale_top([row(weight, weight) for weight in weights]) == top


@given(st.floats(0, 500), st.floats(0, 500))
def test_no_weight_lies_beyond_the_scale(now: float, opened: float) -> None:
    assert scale_top([row(now, opened)]) >= max(now, opened)


def test_the_scale_stays_while_a_weight_moves_within_it() -> None:
    assert scale_top([row(3.0, 3.0)]) == scale_top([row(9.9, 3.0)]) == scale_top([row(0.0, 3.0)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_curves_and_measures_in_words(lang: str) -> None:
    set_language(lang)
    linear = MethodCall.model_validate({"kind": "linear", "worst": 1000, "best": 0})
    step = MethodCall.model_validate({"kind": "step", "breaks": [2, 3], "values": [1.0, 0.5, 0.0]})
    table = MethodCall.model_validate({"kind": "category", "table": {"清洁": 1.0}})
    logistic = MethodCall.model_validate({"kind": "logistic", "midpoint": 22, "steepness": 0.25})
    assert curve_words(linear).endswith("1,000 → 0; 0 → 1")
    assert curve_words(step).endswith("< 2 → 1; 2 … 3 → 0.5; ≥ 3 → 0")
    assert curve_words(table).endswith("清洁 → 1; " + ("其余 → 按未知" if lang == "zh" else "others → unknown"))
    assert curve_words(logistic).endswith("midpoint = 22 steepness = 0.25")
    measure = MethodCall.model_validate({"kind": "field", "expression": "output_wan / area_mu", "unit": "wan"})
    assert measure_words(measure).endswith(": output_wan / area_mu")
    set_language("zh")


def test_every_criterion_of_the_sample_is_explained(desk: Desk) -> None:
    assert desk.results is not None
    scheme, table = desk.results.scheme, desk.results.criteria
    found = {one.id: one for one in rows(scheme, scheme, "", "", desk.results)}
    for criterion in scheme.criteria:
        words = dict(criterion_words(criterion, found[criterion.id], table.columns.get(criterion.id), len(table)))
        assert words["量算"]
        assert ("效用" in words) == (criterion.value is not None)
    soil = next(one for one in scheme.criteria if one.id == "soil")
    n = int(table.columns["soil"].unknown.sum())
    assert f"{n:,} / 3,122 个地块" in dict(criterion_words(soil, found["soil"], table.columns["soil"], len(table))).values()


def test_weights_in_words_have_their_true_digits() -> None:
    assert [weight_words(one) for one in (2.0, 0.125, 1 / 3)] == ["2", "0.125", "0.333333"]
