"""Groups of criteria with weights of their own: the laws, from the scheme to the scores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import SchemeError
from landplan.core.scheme import Scheme
from landplan.core.tables import ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import basis, score, weighed

COLUMNS = {"a": [0.2, 0.9, None], "b": [0.6, 0.1, 0.5], "c": [0.5, 0.4, 0.7], "d": [0.1, 1.0, 0.3]}
LAYERS = make_layers(make_layer([square(200 * i, 0) for i in range(3)], **COLUMNS, e=[None] * 3))


def criterion(id: str, weight: float = 1.0, group: str = "", **parts: Any) -> dict[str, Any]:
    value = {"kind": "linear", "worst": 0, "best": 1}
    measured = {"kind": "field", "expression": f"{id} + 0"}
    return {"id": id, "measure": measured, "value": value, "weight": weight, "group": group, **parts}


def group(id: str, weight: float, parent: str = "") -> dict[str, Any]:
    return {"id": id, "title": {"zh": id, "en": id}, "weight": weight, "parent": parent}


def scored(scheme: Scheme) -> ScoreTable:
    zones = join(LAYERS)
    return score(LAYERS, zones, measure(LAYERS, zones, scheme), scheme)


def tree(weights: dict[str, float], groups: dict[str, float], **parts: Any) -> Scheme:
    """a, b in access, c in money, d beside them; money in place where there is a place."""
    where = {"a": "access", "b": "access", "c": "money", "e": "access"}
    criteria = [criterion(id, weight, where.get(id, "") if groups else "") for id, weight in weights.items()]
    tables = [group(id, weight, "place" if id == "money" and "place" in groups else "") for id, weight in groups.items()]
    return make_scheme(criteria, groups=tables, **{"models": [make_model("m")], **parts})


def test_by_hand() -> None:
    # access 2 of 5: a 3/4, b 1/4; money 2 of 5: c; d 1 of 5
    table = scored(tree({"a": 3, "b": 1, "c": 9, "d": 1}, {"access": 2, "money": 2}))
    assert table.weights[0] == pytest.approx([0.3, 0.1, 0.4, 0.2])
    assert table.score[0, 0] == pytest.approx(0.3 * 0.2 + 0.1 * 0.6 + 0.4 * 0.5 + 0.2 * 0.1)
    assert table.score[2, 0] == pytest.approx((0.1 * 0.5 + 0.4 * 0.7 + 0.2 * 0.3) / 0.7)  # a unknown: all others share, by weight


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.05, 9), min_size=7, max_size=7), st.booleans())
def test_a_flat_scheme_of_the_same_global_weights_scores_the_same(drawn: list[float], nested: bool) -> None:
    weights = dict(zip("abcd", drawn, strict=False))
    groups = {"access": drawn[4], "money": drawn[5], **({"place": drawn[6]} if nested else {})}
    scheme = tree(weights, groups)
    zones = join(LAYERS)
    base = basis(LAYERS, zones, measure(LAYERS, zones, scheme), scheme)
    grouped = weighed(base, scheme)
    flat = weighed(base, tree(dict(zip("abcd", grouped.weights[0].tolist(), strict=True)), {}))
    for name in ("weights", "score", "score_low", "score_high", "known_weight"):
        assert getattr(flat, name) == pytest.approx(getattr(grouped, name), abs=1e-12, rel=0), name
    assert flat.rank.tolist() == grouped.rank.tolist()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 9), st.floats(0.05, 9))
def test_moving_a_group_keeps_the_proportions_within_and_among_the_others(before: float, after: float) -> None:
    weights = {"a": 3.0, "b": 1.0, "c": 2.0, "d": 1.0}
    one, other = (scored(tree(weights, {"access": weight, "money": 2})).weights[0] for weight in (before, after))
    assert one[0] / one[1] == pytest.approx(3.0) == other[0] / other[1]
    assert one[2] / one[3] == pytest.approx(2.0) == other[2] / other[3]
    assert other[:2].sum() == pytest.approx(after / (after + 3.0))


def test_models_have_their_own_weights_within_groups_and_of_groups() -> None:
    models = [make_model("plain"), make_model("own", weights={"a": 1}, group_weights={"money": 0})]
    table = scored(tree({"a": 3, "b": 1, "c": 9, "d": 1}, {"access": 2, "money": 2}, models=models))
    assert table.weights == pytest.approx(np.array([[0.3, 0.1, 0.4, 0.2], [1 / 3, 1 / 3, 0, 1 / 3]]))


def test_a_criterion_nobody_knows_leaves_its_weight_to_all_others_not_to_its_group() -> None:
    table = scored(tree({"a": 3, "b": 1, "c": 9, "d": 1, "e": 4}, {"access": 2, "money": 2}))
    assert table.criteria == ("a", "b", "c", "d")
    assert table.weights[0] == pytest.approx(np.array([0.15, 0.05, 0.4, 0.2]) / 0.8)
    facts = next(issue.values for issue in table.issues if issue.id == "criteria_dropped")
    assert (facts["criteria"], facts["percent"]) == ("e", "20")


def test_a_criterion_switched_off_leaves_its_share_to_its_group() -> None:
    scheme = tree({"a": 3, "b": 1, "c": 9, "d": 1}, {"access": 2, "money": 2})
    off = tuple(one.model_copy(update={"on": one.id != "a"}) for one in scheme.criteria)
    table = scored(Scheme.model_validate({**dict(scheme), "criteria": off}))
    assert dict(zip(table.criteria, table.weights[0], strict=True)) == pytest.approx({"b": 0.4, "c": 0.4, "d": 0.2})


def test_an_empty_group_is_said_and_leaves_its_weight_to_those_beside_it() -> None:
    models = [make_model("plain"), make_model("own", weights={"c": 1})]
    table = scored(tree({"a": 3, "b": 1, "c": 0, "d": 1}, {"access": 2, "money": 2, "green": 1}, models=models))
    assert table.weights == pytest.approx(np.array([[0.5, 1 / 6, 0, 1 / 3], [0.3, 0.1, 0.4, 0.2]]))
    said = [(one.values["group"], one.values["models"]) for one in table.issues if one.id == "group_empty"]
    assert said == [("money", "plain"), ("green", "plain, own")]


def test_a_model_in_which_no_group_counts_is_refused() -> None:
    with pytest.raises(SchemeError, match="own"):
        scored(tree({"a": 1}, {"access": 1}, models=[make_model("own", group_weights={"access": 0})]))


def test_a_group_that_is_only_a_heading_changes_nothing() -> None:
    criteria = [criterion("a", 3, "Lage"), criterion("b", 1, "Sonst")]
    table = scored(make_scheme(criteria, models=[make_model("m")]))
    assert table.weights.tolist() == [[0.75, 0.25]]
