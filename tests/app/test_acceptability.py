"""Acceptability of a scored project: against scoring itself run under each draw, and what stays what in every draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square

from landplan.app.acceptability import Uncertainty, acceptability, drawn_scheme_weights, id_keys
from landplan.app.changes import changed
from landplan.core.errors import UsageError
from landplan.core.layers import LayerSet
from landplan.core.scheme import Scheme
from landplan.core.tables import ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import score

NAMES = ("a", "b", "c")


def plan(n: int = 24, *, unknown: bool = False, own: tuple[dict[str, float], ...] = ({}, {"b": 6.0}, {"c": 3.0})) -> Any:
    random = np.random.default_rng(n)
    columns = {f"{name}_raw": random.random(n).round(3).tolist() for name in NAMES}
    if unknown:
        columns["b_raw"][::4] = [None] * len(columns["b_raw"][::4])
    layers = make_layers(make_layer([square(120.0 * k, 0.0) for k in range(n)], **columns))
    linear = {"kind": "linear", "worst": 0, "best": 1}
    criteria = [
        {"id": name, "title": {}, "weight": weight, "value": linear, "measure": {"kind": "field", "expression": f"{name}_raw"}}
        for name, weight in zip(NAMES, (3.0, 2.0, 1.0), strict=True)
    ]
    rules = [{"id": "low", "title": {}, "exclude_if": "a_raw < 0.1"}]
    models = [make_model(f"m{k}", weights=weights) for k, weights in enumerate(own)]
    return layers, make_scheme(criteria=criteria, models=models, rules=rules, known_weight_min=0.3)


def scored(layers: LayerSet, scheme: Scheme) -> ScoreTable:
    zones = join(layers)
    return score(layers, zones, measure(layers, zones, scheme), scheme)


@pytest.mark.parametrize("weights", ["intervals", "ordinal"])
def test_scoring_under_each_draw_gives_the_same_shares(weights: Any) -> None:
    layers, scheme = plan()
    table = scored(layers, scheme)
    asked = Uncertainty(draws=40, seed=5, weights=weights, spread=0.9, top=3)
    found = acceptability(table, scheme, asked)
    drawn = drawn_scheme_weights(table, scheme, asked)
    first, top, recommended = (np.zeros(table.score.shape) for _ in range(3))
    for draw in drawn:
        models = tuple(
            model.model_copy(update={"weights": dict(zip(NAMES, draw[k].tolist(), strict=True))})
            for k, model in enumerate(scheme.models)
        )
        one = scored(layers, changed(scheme, "scheme", models=models))
        first += one.rank == 1
        top += (one.rank >= 1) & (one.rank <= 3)
        recommended[np.arange(24), one.recommended] += one.recommended >= 0
    ranked = table.rank > 0
    assert found.first[ranked] == pytest.approx(first[ranked] / 40)
    assert found.top[ranked] == pytest.approx(top[ranked] / 40)
    assert found.recommended == pytest.approx(recommended / 40)
    assert np.isnan(found.first[~ranked]).all() and not ranked.all()
    holds = found.recommended[np.arange(24), table.recommended]
    assert found.decisions.fragile.tolist() == ((table.recommended >= 0) & (holds < 0.8)).tolist()
    assert found.decisions.fragile.any()


def test_intervals_keep_to_the_spread_and_what_models_share_stays_shared() -> None:
    layers, scheme = plan()
    table = scored(layers, scheme)
    drawn = drawn_scheme_weights(table, scheme, Uncertainty(draws=4000, weights="intervals", spread=0.3))
    assert drawn.sum(axis=2) == pytest.approx(np.ones((4000, 3)))
    ratio = drawn[:, 0, 0] / drawn[:, 0, 2]  # 3 : 1, each ± 30 %
    assert (ratio.min(), ratio.max()) == pytest.approx((3 * 0.7 / 1.3, 3 * 1.3 / 0.7), rel=0.03)
    assert drawn[:, 1, 0] / drawn[:, 1, 2] == pytest.approx(ratio)  # m1 has both in common with m0
    assert abs(np.corrcoef(drawn[:, 2, 0] / drawn[:, 2, 2], ratio)[0, 1]) < 0.9  # m2 has its own c


def test_ordinal_keeps_each_models_order_and_a_weight_of_0() -> None:
    layers, scheme = plan(own=({}, {"b": 6.0}, {"c": 0.0}))
    table = scored(layers, scheme)
    drawn = drawn_scheme_weights(table, scheme, Uncertainty(draws=500, weights="ordinal"))
    assert (np.diff(drawn[:, 0], axis=1) <= 0).all()
    assert (drawn[:, 1, 1] >= drawn[:, 1, 0]).all() and (drawn[:, 1, 0] >= drawn[:, 1, 2]).all()
    assert (drawn[:, 2, 2] == 0).all() and (drawn[:, 2, 0] >= drawn[:, 2, 1]).all()


def test_free_weights_tell_nothing_of_models() -> None:
    layers, scheme = plan()
    found = acceptability(scored(layers, scheme), scheme, Uncertainty(draws=50, weights="free"))
    assert found.recommended is None and not found.decisions.fragile.any()
    assert np.nansum(found.first, axis=0) == pytest.approx(np.ones(3))


def test_without_spread_everything_is_as_it_is_now() -> None:
    layers, scheme = plan()
    table = scored(layers, scheme)
    found = acceptability(table, scheme, Uncertainty(draws=5, spread=0.0, top=4))
    assert found.first[table.rank > 0].tolist() == (table.rank == 1)[table.rank > 0].astype(float).tolist()
    assert not found.decisions.fragile.any()
    assert set(found.decisions.holds[table.recommended >= 0]) == {1.0}


def test_shares_of_the_ranked_parcels_are_nested() -> None:
    layers, scheme = plan(40)
    table = scored(layers, scheme)
    found = acceptability(table, scheme, Uncertainty(draws=60, spread=0.9))
    ranked = table.rank > 0
    tenth, quarter, half = (found.within[name][ranked] for name in ("tenth", "quarter", "half"))
    assert (tenth <= quarter + 1e-12).all() and (quarter <= half + 1e-12).all()
    assert np.nansum(found.within["half"], axis=0) == pytest.approx(np.ceil(ranked.sum(axis=0) / 2))


def test_unknown_utilities_are_drawn_and_stay_with_their_parcel() -> None:
    layers, scheme = plan(unknown=True)
    table = scored(layers, scheme)
    asked = Uncertainty(draws=60, seed=2)
    found = acceptability(table, scheme, asked)
    assert found.drawn_parcels == 6
    order = np.random.default_rng(0).permutation(24)
    per_row = ("utility", "score", "score_low", "score_high", "known_weight", "status", "rank")
    turned = replace(table, ids=table.ids[order], recommended=table.recommended[order],
                     **{name: getattr(table, name)[order] for name in per_row})  # fmt: skip
    other = acceptability(turned, scheme, asked)
    assert np.array_equal(other.first, found.first[order], equal_nan=True)
    assert np.array_equal(other.recommended, found.recommended[order])
    assert len(set(id_keys(table.ids).tolist())) == 24


def test_only_the_plain_weighted_sum_is_answered() -> None:
    layers, scheme = plan()
    with pytest.raises(UsageError, match="topsis"):
        acceptability(replace(scored(layers, scheme), method="topsis"), scheme, Uncertainty(draws=5))
