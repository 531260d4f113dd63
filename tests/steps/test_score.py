"""Scores: weights, unknown values, rules, recommendation, and the laws of a fair ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from factories import make_layer, make_layers, make_model, make_scheme, square
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import SchemeError
from landplan.core.rules import Reasons
from landplan.core.tables import ALLOWED, RESTRICTED, UNKNOWN, Reason, ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import basis, score, weighed_column

NAN = float("nan")
UTILITIES = arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=st.integers(0, 8).map(lambda x: x / 8))


def criterion(id: str, weight: float = 1.0, **parts: Any) -> dict[str, Any]:
    value = {"kind": "linear", "worst": 0, "best": 1}
    return {"id": id, "measure": {"kind": "field", "expression": f"{id} + 0"}, "value": value, "weight": weight, **parts}


def scored(columns: dict[str, Any], criteria: Any = None, zones: Any = None, **parts: Any) -> ScoreTable:
    n = len(next(iter(columns.values())))
    parcels = make_layer([square(200 * i, 0) for i in range(n)], **columns)
    layers = make_layers(parcels, *([zones] if zones is not None else []))
    parts.setdefault("models", [make_model("m")])
    scheme = make_scheme(criteria or [criterion(name) for name in columns], **parts)
    shares = join(layers)
    return score(layers, shares, measure(layers, shares, scheme), scheme)


def test_each_model_weighs_the_criteria_its_own_way() -> None:
    models = [make_model("plain"), make_model("own", weights={"a": 0, "b": 2})]
    table = scored({"a": [0.2, 0.9], "b": [0.6, 0.1]}, [criterion("a", 3), criterion("b", 1)], models=models)
    assert table.weights == pytest.approx(np.array([[0.75, 0.25], [0, 1]]))
    assert table.score == pytest.approx(np.array([[0.3, 0.6], [0.7, 0.1]]))
    assert table.rank.tolist() == [[2, 1], [1, 2]]
    assert (table.recommended.tolist(), table.runner_up.tolist()) == ([1, 0], [0, 1])
    assert table.margin == pytest.approx([0.3, 0.6])
    for row in range(2):
        assert table.contributions(row).sum(axis=1) == pytest.approx(table.score[row])


def test_unknown_values_leave_a_known_weight_and_a_range() -> None:
    table = scored({"a": [0.8, 0.4, None], "b": [None, 0.6, 1.0]}, [criterion("a", 3), criterion("b", 1)])
    assert table.score[:, 0] == pytest.approx([0.8, 0.45, 1.0])
    assert table.score_low[:, 0] == pytest.approx([0.6, 0.45, 0.25])
    assert table.score_high[:, 0] == pytest.approx([0.85, 0.45, 1.0])
    assert table.known_weight[:, 0] == pytest.approx([0.75, 1.0, 0.25])
    assert table.recommended.tolist() == [0, 0, -1]  # too little is known of the third
    assert [(issue.id, issue.values["n"]) for issue in table.issues] == [("known_weight_low", 1)]


def test_worst_policy_scores_unknown_as_nothing() -> None:
    table = scored({"a": [1.0, None]}, missing="worst")
    assert (table.score[:, 0].tolist(), table.known_weight[:, 0].tolist()) == ([1.0, 0.0], [1.0, 1.0])
    assert [issue.id for issue in table.issues] == ["unknown_at_worst"]


def test_a_criterion_nobody_knows_drops_out_and_is_named() -> None:
    criteria = [criterion("a"), {**criterion("tax_wan", 3)}, criterion("b", 1)]
    table = scored({"a": [0.2, 0.4], "b": [None, None]}, criteria)
    assert (table.criteria, table.weights.tolist()) == (("a",), [[1.0]])
    facts = next(issue.values for issue in table.issues if issue.id == "criteria_dropped")
    assert (facts["criteria"], facts["percent"]) == ("tax_wan, b", "80")


def test_rules_restrict_say_by_how_much_and_name_the_unknown_field() -> None:
    rule = {"id": "wet", "title": {}, "exclude_if": "water > 0.1", "by": {"expression": "water - 0.1", "unit": "share"}}
    table = scored({"a": [1.0, 0.9, 0.8], "water": [0.0, 0.3, None]}, [criterion("a")], rules=[rule])
    assert table.status[:, 0].tolist() == [ALLOWED, RESTRICTED, UNKNOWN]
    assert table.score[:, 0] == pytest.approx([1.0, NAN, 0.8], nan_ok=True)
    assert (table.rank[:, 0].tolist(), table.recommended.tolist()) == ([1, 0, 0], [0, -1, -1])
    assert list(table.reasons) == [
        Reason(1, "wet", by=pytest.approx(0.2), unit="share"),
        Reason(2, "wet", unit="share", unknown_fields=("water",)),
    ]
    assert len(table.reasons) == 2


@pytest.mark.parametrize(
    ("policy", "status", "reasons"), [("hold", UNKNOWN, 1), ("exclude", RESTRICTED, 1), ("allow", ALLOWED, 0)]
)
def test_the_policy_decides_about_the_undecided(policy: str, status: int, reasons: int) -> None:
    rule = {"id": "wet", "title": {}, "exclude_if": "water > 0.1", "unknown": policy}
    table = scored({"a": [1.0, 1.0], "water": [0.0, None]}, [criterion("a")], rules=[rule])
    assert (table.status[1, 0], len(table.reasons), len(list(table.reasons))) == (status, reasons, reasons)
    assert ("rule_unknown_allowed" in [issue.id for issue in table.issues]) == (policy == "allow")


def test_a_rule_without_any_data_is_not_checked_and_said() -> None:
    rule = {"id": "dirty", "title": {}, "exclude_if": "contamination = '待修复'"}
    table = scored({"a": [1.0]}, rules=[rule])
    assert table.recommended.tolist() == [0]
    assert [(issue.id, issue.values["fields"]) for issue in table.issues] == [("rule_not_checked", "contamination")]


def test_a_rule_that_cannot_be_computed_is_undecided() -> None:
    rule = {"id": "odd", "title": {}, "exclude_if": "1 / a > 2"}
    table = scored({"a": [0.0]}, rules=[rule])
    assert table.status[0, 0] == UNKNOWN
    assert table.reasons[0].unknown_fields == ("(1 / a > 2)",)


def test_exclusions_and_zones_belong_to_one_model() -> None:
    small = {"id": "small", "title": {}, "if": "a < 0.5", "by": "0.5 - a", "unit": ""}
    models = [make_model("free"), make_model("big", exclude=[small]), make_model("inside", zones={"set": "core", "share": 0.6})]
    zones = make_layer([shapely.box(0, 0, 250, 100)], id="zones", set=["core"])
    table = scored({"a": [0.4, 0.6]}, zones=zones, models=models)
    assert table.status.tolist() == [[ALLOWED, RESTRICTED, ALLOWED], [ALLOWED, ALLOWED, RESTRICTED]]
    assert [(r.row, r.rule, r.model, r.by) for r in table.reasons] == [
        (0, "small", "big", pytest.approx(0.1)),
        (1, "outside_zones", "inside", pytest.approx(0.1)),
    ]
    nowhere = scored({"a": [0.4]}, models=[make_model("m", zones={"set": "core"})])
    assert (nowhere.status[0, 0], nowhere.reasons[0].unknown_fields) == (UNKNOWN, ("zone_core",))
    facts = next(issue.values for issue in nowhere.issues if issue.id == "zone_set_absent")
    assert (facts["where"], facts["set"]) == ("m", "core")
    assert "zone_set_absent" not in [issue.id for issue in table.issues]


def test_ties_share_a_rank_and_go_to_the_first_model() -> None:
    table = scored({"a": [0.5, 0.9, 0.5]}, models=[make_model("one"), make_model("two")])
    assert table.rank[:, 0].tolist() == [2, 1, 2]
    assert (table.recommended.tolist(), table.margin.tolist()) == ([0, 0, 0], [0.0, 0.0, 0.0])


def test_categories_outside_the_table_are_counted() -> None:
    soil = {
        "id": "soil",
        "measure": {"kind": "field", "expression": "contamination"},
        "weight": 1.0,
        "value": {"kind": "category", "table": {"清洁": 1.0}},
    }
    table = scored({"contamination": ["清洁", "不明", None]}, [soil])
    assert table.score[:, 0] == pytest.approx([1.0, NAN, NAN], nan_ok=True)
    assert table.issues[0].values["names"] == "不明"
    with pytest.raises(SchemeError, match="category"):
        scored({"contamination": ["清洁"]}, [{**soil, "value": {"kind": "linear", "worst": 0, "best": 1}}])


def test_weights_that_name_nothing_or_nothing_at_all_are_errors() -> None:
    with pytest.raises(SchemeError, match="alpha"):
        scored({"alpha": [1.0]}, models=[make_model("m", weights={"alpah": 2})])
    with pytest.raises(SchemeError, match="m"):
        scored({"a": [1.0]}, models=[make_model("m", weights={"a": 0})])


def test_topsis_in_the_pipeline_is_the_method_over_the_candidates() -> None:
    from landplan.scoring.topsis import topsis

    rule = {"id": "out", "title": {}, "exclude_if": "area_mu < 0"}
    columns = {"a": [0.1, 0.9, None, 0.5], "b": [0.8, 0.2, 0.4, 0.6]}
    table = scored(columns, scoring={"method": "topsis", "normalisation": "minmax"}, rules=[rule])
    filled = np.array([[0.1, 0.8], [0.9, 0.2], [0.1, 0.4], [0.5, 0.6]])
    assert table.score[:, 0] == pytest.approx(topsis(filled, [1, 1], normalisation="minmax")["scores"])
    assert (table.method, table.additive) == ("topsis", False)
    assert (table.score_high >= table.score_low).all()
    assert [issue.id for issue in table.issues] == ["unknown_as_worst", "known_weight_low"]
    out = {"id": "out", "title": {}, "exclude_if": "a > 0.8"}
    without = scored({"a": [0.1, 0.9, 0.3]}, scoring={"method": "topsis"}, rules=[out])
    assert without.score[:, 0] == pytest.approx([0.0, NAN, 1.0], nan_ok=True)  # a restricted parcel is no ideal


def test_empty_tables_and_no_models() -> None:
    table = scored({"a": np.zeros(0)})
    assert (table.score.shape, table.criteria) == ((0, 1), ("a",))
    bare = scored({"a": [0.5]}, models=[])
    assert (bare.score.shape, bare.recommended.tolist()) == ((1, 0), [-1])


@given(UTILITIES)
@settings(max_examples=25, deadline=None)
def test_contributions_sum_to_the_score_and_dominance_keeps_the_rank(values: np.ndarray) -> None:
    columns = {f"c{j}": [*values[:, j].tolist(), min(1.0, values[0, j] + 0.05)] for j in range(values.shape[1])}
    columns["c0"][len(values) // 2] = None
    table = scored(columns, [criterion(name, 1.0 + j) for j, name in enumerate(columns)], known_weight_min=0.0)
    for row in range(len(table)):
        if not np.isnan(table.score[row, 0]):
            assert table.contributions(row).sum() == pytest.approx(table.score[row, 0], abs=1e-12)
            assert table.score_low[row, 0] - 1e-12 <= table.score[row, 0] <= table.score_high[row, 0] + 1e-12
    if len(values) // 2 != 0:
        assert table.rank[-1, 0] <= table.rank[0, 0]


@given(UTILITIES, st.floats(0.1, 50))
@settings(max_examples=15, deadline=None)
def test_scaling_every_weight_changes_nothing(values: np.ndarray, scale: float) -> None:
    columns = {f"c{j}": values[:, j] for j in range(values.shape[1])}
    one = scored(columns, [criterion(name, 1.0 + j) for j, name in enumerate(columns)])
    other = scored(columns, [criterion(name, (1.0 + j) * scale) for j, name in enumerate(columns)])
    assert other.score == pytest.approx(one.score, abs=1e-12)
    assert other.rank.tolist() == one.rank.tolist()


def test_the_reasons_of_one_parcel_are_those_of_the_whole_list() -> None:
    wet = {"id": "wet", "title": {}, "exclude_if": "water > 0.1", "by": {"expression": "water - 0.1", "unit": "share"}}
    dry = {"id": "dry", "title": {}, "exclude_if": "water < 0.2 AND a > 0.5"}
    table = scored({"a": [1.0, 0.9, 0.8, 0.1], "water": [0.0, 0.3, None, 0.15]}, [criterion("a")], rules=[wet, dry])
    assert isinstance(table.reasons, Reasons)
    for row in range(len(table)):
        assert table.reasons.of(row) == tuple(reason for reason in table.reasons if reason.row == row)
    assert [len(table.reasons.of(row)) for row in range(4)] == [1, 1, 2, 1]


def test_one_model_alone_scores_as_it_does_among_all() -> None:
    layers = make_layers(make_layer([square(0, 0), square(200, 0)], a=[1.0, None], b=[0.2, 0.8], jobs=[5, 50]))
    scheme = make_scheme(
        [criterion("a", 2.0), criterion("b")],
        models=[make_model("m"), make_model("n", weights={"b": 5.0})],
        rules=[{"id": "busy", "title": {"zh": "忙", "en": "Busy"}, "exclude_if": "jobs > 10"}],
    )
    zones = join(layers)
    criteria = measure(layers, zones, scheme)
    whole = score(layers, zones, criteria, scheme)
    base = basis(layers, zones, criteria, scheme)
    for k, model in enumerate(whole.models):
        assert np.array_equal(weighed_column(base, scheme, model), whole.score[:, k], equal_nan=True)
    assert np.isnan(whole.score[1]).all()
