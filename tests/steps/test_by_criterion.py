"""What a scoring method is told by criterion goes by the criteria's ids: order, and what drops out, change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square

from landplan.app.evaluation import evaluate
from landplan.core.errors import SchemeError
from landplan.core.scheme import Scheme
from landplan.core.tables import ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import score

COLUMNS = {"a": [0.2, 0.9, 0.4], "b": [0.6, 0.1, 0.5], "c": [0.5, 0.4, 0.7], "gone": [None] * 3}
LAYERS = make_layers(make_layer([square(200 * i, 0) for i in range(3)], **COLUMNS))
P = {"a": 0.1, "b": 0.9, "c": 0.5, "gone": 0.3}


def scheme(order: str, ids: tuple[str, ...] = (), **scoring: Any) -> Scheme:
    criteria = [
        {"id": id, "measure": {"kind": "field", "expression": f"{id} + 0"}, "value": {"kind": "linear", "worst": 0, "best": 1},
         "weight": weight}
        for id, weight in ((id, 1.0 + "abc".find(id[0])) for id in (*order, *ids))
    ]  # fmt: skip
    return make_scheme(criteria, models=[make_model("m")], scoring=scoring)


def scored(scheme: Scheme) -> ScoreTable:
    zones = join(LAYERS)
    return score(LAYERS, zones, measure(LAYERS, zones, scheme), scheme)


@pytest.mark.parametrize(
    "scoring",
    [
        {"method": "promethee", "preference": {"a": "v_shape", "b": "linear", "c": "v_shape"}, "p": P, "q": 0.05},
        {"method": "electre_tri", "profiles": {"a": [0.3, 0.8], "b": [0.2, 0.55], "c": [0.45, 0.6]}, "q": 0.0, "p": 0.05},
        {"method": "spotis", "bounds": {"a": [0, 1], "b": [-1, 1], "c": [0, 2]}},
    ],
    ids=lambda scoring: scoring["method"],
)
def test_the_order_of_criteria_changes_nothing(scoring: dict[str, Any]) -> None:
    scoring = {key: {id: one for id, one in value.items() if id != "gone"} if isinstance(value, dict) else value
               for key, value in scoring.items()}  # fmt: skip
    tables = [scored(scheme(order, **scoring)) for order in ("abc", "cab", "bca")]
    assert not np.isnan(tables[0].score).any()
    for other in tables[1:]:
        assert other.score == pytest.approx(tables[0].score, abs=1e-12)


def test_it_is_what_evaluate_gives_for_lists() -> None:
    found = scored(scheme("bac", method="promethee", preference="v_shape", p={"a": 0.1, "b": 0.9, "c": 0.5}))
    matrix = np.column_stack([COLUMNS[id] for id in "abc"]).tolist()
    wanted = evaluate("promethee", matrix=matrix, weights=[1, 2, 3], preference="v_shape", p=[0.1, 0.9, 0.5])
    assert found.score[:, 0] == pytest.approx(wanted["scores"], abs=1e-12)


def test_a_criterion_that_nobody_knows_takes_its_own_along() -> None:
    without = scored(scheme("abc", method="promethee", preference="v_shape", p={"a": 0.1, "b": 0.9, "c": 0.5}))
    beside = scored(scheme("ab", ("gone", "c"), method="promethee", preference="v_shape", p=P))
    assert beside.score == pytest.approx(without.score, abs=1e-12)


@pytest.mark.parametrize(
    ("p", "said"),
    [
        ([0.1, 0.9, 0.5], "list_by_place"),
        ({"a": 0.1, "b": 0.9}, "criterion_without_value"),
        ({"a": 0.1, "b": 0.9, "c": 0.5, "d": 1.0}, "unknown_criterion"),
        ({"a": 0.1, "b": 0.9, "c": "0.5"}, "value_wrong_type"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(p: Any, said: str) -> None:
    with pytest.raises(SchemeError) as refused:
        scored(scheme("abc", method="promethee", preference="v_shape", p=p))
    assert refused.value.id == said
    assert "scoring" in str(refused.value)
