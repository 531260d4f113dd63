"""What would flip a recommendation, against scoring itself run at weights on both sides of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.app.changes import changed
from landplan.app.flip import Flip, flips_known, smallest_flip
from landplan.core.layers import LayerSet
from landplan.core.scheme import Scheme
from landplan.core.scheme_weights import model_weights
from landplan.core.tables import ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import basis, score, weighed


def field(id: str, weight: float) -> dict[str, Any]:
    linear = {"kind": "linear", "worst": 0, "best": 1}
    return {"id": id, "title": {}, "weight": weight, "measure": {"kind": "field", "expression": f"{id}_raw"}, "value": linear}


def table_of(layers: LayerSet, scheme: Scheme) -> ScoreTable:
    zones = join(layers)
    return score(layers, zones, measure(layers, zones, scheme), scheme)


def parcels(columns: dict[str, list[float | None]]) -> LayerSet:
    n = len(next(iter(columns.values())))
    return make_layers(make_layer([square(120.0 * k, 0.0) for k in range(n)], **columns))


def made(utilities: dict[str, float | None], common: dict[str, float], own: list[dict[str, float]]) -> tuple[LayerSet, Scheme]:
    """One parcel, its utilities by criterion, and models that differ by their own weights."""
    layers = parcels({f"{id}_raw": [value, 0.5] for id, value in utilities.items()})
    models = [make_model(f"m{k}", weights=weights) for k, weights in enumerate(own)]
    return layers, make_scheme(criteria=[field(id, weight) for id, weight in common.items()], models=models)


def with_weight(scheme: Scheme, flip: Flip, weight: float) -> Scheme:
    """The scheme with the weight a flip names at another value."""
    if not flip.model:
        criteria = tuple(
            one.model_copy(update={"weight": weight}) if one.id == flip.criterion else one for one in scheme.criteria
        )
        return changed(scheme, "scheme", criteria=criteria)
    models = tuple(
        one.model_copy(update={"weights": {**one.weights, flip.criterion: weight}}) if one.id == flip.model else one
        for one in scheme.models
    )
    return changed(scheme, "scheme", models=models)


def recommended(layers: LayerSet, scheme: Scheme) -> str:
    table = table_of(layers, scheme)
    k = int(table.recommended[0])
    return table.models[k] if k >= 0 else ""


def test_by_hand() -> None:
    # m0: (2 · 0.9 + 1 · 0.3) / 3 = 0.7; m1: (2 · 0.9 + 4 · 0.3) / 6 = 0.5: only b tells them apart
    layers, scheme = made({"a": 0.9, "b": 0.3}, {"a": 2.0, "b": 1.0}, [{}, {"b": 4.0}])
    assert smallest_flip(table_of(layers, scheme), scheme, 0) == Flip("b", "", 1.0, pytest.approx(4.0), True, "m1")


def test_none_where_all_models_have_the_same_weights_or_stand_alone() -> None:
    layers, scheme = made({"a": 0.9, "b": 0.3}, {"a": 2.0, "b": 1.0}, [{}])
    assert smallest_flip(table_of(layers, scheme), scheme, 0) is None
    nobody, scheme = made({"a": None, "b": None}, {"a": 2.0, "b": 1.0}, [{}, {"b": 4.0}])
    assert smallest_flip(table_of(nobody, scheme), scheme, 0) is None


def test_only_the_plain_weighted_sum_is_answered() -> None:
    layers, scheme = made({"a": 0.9, "b": 0.3}, {"a": 2.0, "b": 1.0}, [{}, {"b": 4.0}])
    table = replace(table_of(layers, scheme), method="topsis")
    assert not flips_known(table, scheme)
    assert smallest_flip(table, scheme, 0) is None


def test_too_little_known_weight_flips_to_nothing() -> None:
    layers, scheme = made({"a": 0.9, "b": None}, {"a": 2.0, "b": 1.0}, [{}])
    flip = smallest_flip(table_of(layers, scheme), scheme, 0)
    assert flip == Flip("b", "", 1.0, pytest.approx(4 / 3), True, "")


weight = st.integers(0, 12).map(lambda k: k / 4)
utility = st.one_of(st.none(), st.integers(0, 20).map(lambda k: k / 20))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_scoring_agrees_on_both_sides(data: st.DataObject) -> None:
    names = ["a", "b", "c"]
    utilities = {name: data.draw(utility) for name in names}
    common = {name: data.draw(weight) + 0.25 for name in names}
    own = [data.draw(st.dictionaries(st.sampled_from(names), weight, max_size=2)) for _ in range(3)]
    layers, scheme = made(utilities, common, own)
    table = table_of(layers, scheme)
    flip = smallest_flip(table, scheme, 0)
    now = recommended(layers, scheme)
    if flip is not None:
        assert now != ""
        just_before = flip.before + (flip.after - flip.before) * 0.999
        step = 1e-6 * (1.0 if flip.rises else -1.0)
        assert recommended(layers, with_weight(scheme, flip, max(flip.after + step, 0.0))) == flip.winner != now
        assert recommended(layers, with_weight(scheme, flip, just_before)) == now or abs(flip.after - flip.before) < 1e-9
    elif now:
        for name in names:
            for tried in (0.05, 0.4, 2.0, 9.0, 300.0):
                assert recommended(layers, with_weight(scheme, Flip(name, "", 0.0, tried, True, ""), tried)) == now


def grouped(
    utilities: dict[str, float | None], common: dict[str, float], groups: dict[str, float], own: list[dict[str, dict[str, float]]]
) -> tuple[LayerSet, Scheme]:
    """One parcel; criteria a1, a2 … stand in group a, group b in h where there is an h; models with own weights of both kinds."""
    layers = parcels({f"{id}_raw": [value, 0.5] for id, value in utilities.items()})
    criteria = [{**field(id, weight), "group": id[0] if id[0] in groups else ""} for id, weight in common.items()]
    tables = [
        {"id": id, "title": {}, "weight": weight, "parent": "h" if id == "b" and "h" in groups else ""}
        for id, weight in groups.items()
    ]
    models = [make_model(f"m{k}", **weights) for k, weights in enumerate(own)]
    return layers, make_scheme(criteria=criteria, groups=tables, models=models)


def regrouped(scheme: Scheme, flip: Flip, weight: float) -> Scheme:
    """`with_weight`, for groups as well."""
    if flip.criterion not in {one.id for one in scheme.groups}:
        return with_weight(scheme, flip, weight)
    if not flip.model:
        groups = tuple(one.model_copy(update={"weight": weight}) if one.id == flip.criterion else one for one in scheme.groups)
        return changed(scheme, "scheme", groups=groups)
    models = tuple(
        one.model_copy(update={"group_weights": {**one.group_weights, flip.criterion: weight}}) if one.id == flip.model else one
        for one in scheme.models
    )
    return changed(scheme, "scheme", models=models)


def test_a_group_by_hand() -> None:
    # a weighs 2 of 3, b 1 of 3: m0 = (2 · 0.9 + 0.3) / 3 = 0.7; m1 (b weighs 4) = (2 · 0.9 + 4 · 0.3) / 6 = 0.5
    own = [{}, {"group_weights": {"b": 4.0}}]
    layers, scheme = grouped({"a1": 0.9, "b1": 0.3}, {"a1": 7.0, "b1": 5.0}, {"a": 2.0, "b": 1.0}, own)
    assert smallest_flip(table_of(layers, scheme), scheme, 0) == Flip("b", "", 1.0, pytest.approx(4.0), True, "m1")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_scoring_agrees_on_both_sides_with_groups(data: st.DataObject) -> None:
    names, ids = ["a1", "a2", "b1", "b2", "c"], ["a", "b", "h"]
    utilities = {name: data.draw(utility) for name in names}
    common = {name: data.draw(weight) + (0.25 if name[-1] != "2" else 0.0) for name in names}
    groups = {id: data.draw(weight) + 0.25 for id in ids}  # at 0 an empty group may wake: no weight is between
    own = [
        {
            "weights": data.draw(st.dictionaries(st.sampled_from(names), weight, max_size=2)),
            "group_weights": data.draw(st.dictionaries(st.sampled_from(ids), weight.map(lambda one: one + 0.25), max_size=2)),
        }
        for _ in range(2)
    ]
    layers, scheme = grouped(utilities, common, groups, own)
    if any(not sum(model_weights(scheme, model).weights.values()) > 0 for model in scheme.models):
        return
    zones = join(layers)
    base = basis(layers, zones, measure(layers, zones, scheme), scheme)

    def best(flip: Flip, tried: float) -> str:
        found = weighed(base, regrouped(scheme, flip, tried))
        return (*found.models, "")[int(found.recommended[0])]

    table = weighed(base, scheme)
    flip, now = smallest_flip(table, scheme, 0), (*table.models, "")[int(table.recommended[0])]
    if flip is not None:
        assert now != ""
        just_before = flip.before + (flip.after - flip.before) * 0.999
        step = 1e-6 * (1.0 if flip.rises else -1.0)
        assert best(flip, max(flip.after + step, 0.0)) == flip.winner != now
        assert best(flip, just_before) == now or abs(flip.after - flip.before) < 1e-9
    elif now:
        for name in (*names, *ids):
            for tried in (0.05, 0.4, 2.0, 9.0, 300.0):
                assert best(Flip(name, "", 0.0, tried, True, ""), tried) == now


def test_a_row_of_a_large_table_costs_no_more() -> None:
    rng = np.random.default_rng(3)
    values = {f"{name}_raw": rng.random(2000).tolist() for name in "abc"}
    layers = parcels(values)
    models = [make_model("x"), make_model("y", weights={"a": 3.0})]
    scheme = make_scheme(criteria=[field(name, 1.0) for name in "abc"], models=models)
    table = table_of(layers, scheme)
    found = [smallest_flip(table, scheme, row) for row in range(50)]
    for row, flip in enumerate(found):
        assert flip is not None
        assert flip.winner != table.models[table.recommended[row]]
