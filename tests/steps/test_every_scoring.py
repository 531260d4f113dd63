"""Every registered scoring method as the method of a scheme: scores, ranges, candidates, the slider, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from factories import make_layer, make_layers, make_model, make_scheme, square

from landplan.core.errors import SchemeError
from landplan.core.layers import LayerSet
from landplan.core.registry import scorings
from landplan.core.scheme import Scheme
from landplan.core.tables import ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.methods import check_methods
from landplan.steps.score import basis, score, weighed_column

SCORED = [method.id for method in scorings if method.scores]
BUSY = {"id": "busy", "title": {}, "exclude_if": "jobs > 90"}
TOWN: dict[str, list[float | None]] = {
    "near": [0.2, 0.9, 0.4, None, 0.6, 1.0],
    "flat": [0.7, 0.3, 0.9, 0.5, 0.6, 0.8],
    "tax": [0.1, 0.8, 0.5, 0.4, None, 0.6],
    "jobs": [5.0, 50.0, 10.0, 20.0, 1.0, 95.0],
}


def town(scoring: dict[str, Any], rows: list[int] | None = None, **changes: Any) -> tuple[LayerSet, Scheme]:
    chosen = range(6) if rows is None else rows
    columns = {name: [values[i] for i in chosen] for name, values in {**TOWN, **changes}.items()}
    parcels = make_layer([square(200 * i, 0) for i in chosen], ids=[f"P{i}" for i in chosen], **columns)
    value = {"kind": "linear", "worst": 0, "best": 1}
    criteria = [
        {"id": name, "measure": {"kind": "field", "expression": name}, "value": value, "weight": weight}
        for name, weight in (("near", 3.0), ("flat", 2.0), ("tax", 1.0))
    ]
    models = [make_model("plain"), make_model("own", weights={"near": 1.0, "tax": 4.0})]
    return make_layers(parcels), make_scheme(criteria, models=models, rules=[BUSY], scoring=scoring)


def scored(layers: LayerSet, scheme: Scheme) -> ScoreTable:
    check_methods(scheme)
    zones = join(layers)
    return score(layers, zones, measure(layers, zones, scheme), scheme)


@pytest.mark.parametrize("id", SCORED)
def test_a_method_scores_the_town(id: str) -> None:
    layers, scheme = town({"method": id})
    table = scored(layers, scheme)
    assert table.method == id
    assert np.isfinite(table.score[:5]).all()
    assert np.isnan(table.score[5]).all()  # restricted
    assert ((table.score[:5] >= 0) & (table.score[:5] <= 1 + 1e-12)).all()
    assert (table.score_low[:5] <= table.score[:5] + 1e-12).all()
    assert (table.score_high[:5] >= table.score[:5] - 1e-12).all()
    whole = table.known_weight == 1.0
    assert np.array_equal(table.score_low[:5][whole[:5]], table.score[:5][whole[:5]])
    assert table.known_weight[3].tolist() == pytest.approx([0.5, 1 - 1 / 7])
    assert set(table.recommended[[0, 1, 2]].tolist()) <= {0, 1}
    assert (table.rank[5] == 0).all()
    assert table.rank[0, 0] > table.rank[2, 0]  # the third is better in all


@pytest.mark.parametrize("id", SCORED)
def test_the_best_plot_is_first_whatever_the_method_calls_better(id: str) -> None:
    """Less is better in VIKOR's Q and SPOTIS's distance; a scheme's scores are always more-is-better."""
    layers, scheme = town({"method": id}, near=[0.2, 1.0, 0.4, 0.3, 0.6, 1.0], flat=[0.7, 1.0, 0.9, 0.5, 0.6, 0.8])
    table = scored(layers, scheme)
    assert table.rank[1].tolist() == [1, 1]
    assert table.score[1, 0] == table.score[:5, 0].max()


@pytest.mark.parametrize("id", SCORED)
def test_the_score_shown_while_a_weight_is_dragged_is_that_of_the_step(id: str) -> None:
    layers, scheme = town({"method": id})
    zones = join(layers)
    criteria = measure(layers, zones, scheme)
    table, base = score(layers, zones, criteria, scheme), basis(layers, zones, criteria, scheme)
    for k, model in enumerate(table.models):
        assert np.array_equal(weighed_column(base, scheme, model), table.score[:, k], equal_nan=True)


@pytest.mark.parametrize("id", SCORED)
def test_restricted_parcels_and_others_matter_only_to_relative_methods(id: str) -> None:
    """No restricted parcel matters to any; leaving out a candidate matters to relative methods."""
    full = {name: [0.5 if value is None else value for value in values] for name, values in TOWN.items()}
    table = scored(*town({"method": id}, **full))
    without = scored(*town({"method": id}, rows=[0, 1, 2, 3, 4], **full))
    assert np.array_equal(without.score, table.score[:5])
    fewer = scored(*town({"method": id}, rows=[0, 2, 3, 4, 5], **full))
    same = np.array_equal(fewer.score[:4], table.score[[0, 2, 3, 4]])
    assert same == (not scorings[id].relative)


@pytest.mark.parametrize("id", ["weighted_sum", "weighted_product", "owa"])
def test_a_normalisation_makes_a_method_relative_and_is_told(id: str) -> None:
    full = {name: [0.5 if value is None else value for value in values] for name, values in TOWN.items()}
    for normalisation in ("none", "max"):
        scoring = {"method": id, "normalisation": normalisation}
        table, fewer = (scored(*town(scoring, rows=rows, **full)) for rows in ([0, 1, 2, 3, 4], [0, 2, 3, 4]))
        relative = normalisation != "none"
        assert np.array_equal(fewer.score, table.score[[0, 2, 3, 4]]) == (not relative)
        assert table.additive == (id == "weighted_sum" and not relative)
        gaps = scored(*town(scoring))
        assert ("unknown_as_worst" in [issue.id for issue in gaps.issues]) == relative


def test_parameters_of_the_scheme_reach_the_method() -> None:
    strict = scored(*town({"method": "owa", "leniency": 0.0}))
    assert strict.score[0, 0] == pytest.approx(0.1)
    lenient = scored(*town({"method": "owa", "leniency": 1.0}))
    assert lenient.score[0, 0] == pytest.approx(0.7)
    shape = {"method": "promethee", "preference": "v_shape", "p": 0.4}
    assert not np.allclose(scored(*town(shape)).score[:5], scored(*town({"method": "promethee"})).score[:5])
    with pytest.raises(SchemeError, match="v"):
        scored(*town({"method": "vikor", "v": 2.0}))


def test_a_method_that_gives_no_scores_says_so_before_anything_runs() -> None:
    layers, scheme = town({"method": "electre1"})
    with pytest.raises(SchemeError, match=r"electre1.*weighted_sum"):
        check_methods(scheme)
    zones = join(layers)
    with pytest.raises(SchemeError, match="electre1"):
        score(layers, zones, measure(layers, zones, scheme), scheme)
