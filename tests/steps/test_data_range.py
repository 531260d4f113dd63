"""Ranges of utilities from uncertain data: by hand, monotone or not, nested, and nothing that is not declared."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from factories import make_layer, make_layers, make_model, make_scheme, no_zones, square
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import InputError, SchemeError
from landplan.core.tables import CriteriaTable, ScoreTable
from landplan.steps.data_range import DataRange, data_range
from landplan.steps.measure import measure
from landplan.steps.score import score

CRITERIA = [
    {"id": "output", "weight": 2, "measure": {"kind": "field", "expression": "output_wan / 10"},
     "value": {"kind": "linear", "worst": 0, "best": 10}},
    {"id": "twice", "weight": 1, "measure": {"kind": "field", "expression": "2 * output"},
     "value": {"kind": "linear", "worst": 20, "best": 0}},
    {"id": "age", "weight": 1, "measure": {"kind": "field", "expression": "2025 - built_year"},
     "value": {"kind": "piecewise", "x": [0, 10, 20], "y": [0, 1, 0]}},
]  # fmt: skip
FIELDS: dict[str, Any] = {"output_wan": [50.0, 95.0, None], "built_year": [2015, 2010, 2015], "most": [80.0, None, 90.0]}


def ranged(uncertain: dict[str, Any], fields: dict[str, Any] | None = None, order: Any = (0, 1, 2)) -> tuple[DataRange, Any]:
    columns = {name: [values[k] for k in order] for name, values in (fields or FIELDS).items()}
    shapes = [square(200.0 * k, 0) for k in order]
    layers = make_layers(make_layer(shapes, ids=[f"P{k}" for k in order], **columns))
    scheme = make_scheme(criteria=CRITERIA, models=[make_model()], uncertain=uncertain, known_weight_min=0)
    found: CriteriaTable = measure(layers, no_zones(), scheme)
    scores: ScoreTable = score(layers, no_zones(), found, scheme)
    return data_range(layers, no_zones(), found, scores, scheme), scores


def test_a_field_moves_what_names_it_and_what_names_that() -> None:
    found, scores = ranged({"output_wan": {"share": 0.1}})
    assert found.low[:, 0] == pytest.approx([0.45, 0.855, np.nan], nan_ok=True)
    assert found.high[:, 0] == pytest.approx([0.55, 1.0, np.nan], nan_ok=True)  # 104.5 is cut to the best
    assert found.low[:, 1] == pytest.approx([0.45, 0.0, np.nan], nan_ok=True)
    assert found.high[:, 1] == pytest.approx([0.55, 0.145, np.nan], nan_ok=True)
    assert np.isnan(found.low[:, 2]).all() and np.isnan(found.high[:, 2]).all()
    assert found.moved == {"output_wan": ("output", "twice")} and found.parcels == 2
    assert np.isnan(scores.utility[2, 0])


def test_ends_are_fields_of_the_layer_where_they_are_known() -> None:
    found, _ = ranged({"output_wan": {"low": "output_wan", "high": "most"}})
    assert found.low[:, 0] == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)
    assert found.high[:, 0] == pytest.approx([0.8, np.nan, np.nan], nan_ok=True)


def test_a_criterion_may_be_off_itself_and_moves_what_names_it() -> None:
    found, _ = ranged({"output": {"plus_minus": 1.0}})
    assert found.low[0].tolist() == pytest.approx([0.4, 0.4, np.nan], nan_ok=True)
    assert found.high[0].tolist() == pytest.approx([0.6, 0.6, np.nan], nan_ok=True)


def test_a_peak_is_seen_from_both_ends_and_never_left_out() -> None:
    found, scores = ranged({"built_year": {"plus_minus": 4}})
    assert scores.utility[:, 2].tolist() == [1.0, 0.5, 1.0]
    assert found.low[:, 2].tolist() == pytest.approx([0.6, 0.1, 0.6])
    assert found.high[:, 2].tolist() == pytest.approx([1.0, 0.9, 1.0])


def test_what_names_do_is_added() -> None:
    one, _ = ranged({"output_wan": {"share": 0.1}, "output": {"plus_minus": 1.0}})
    assert (one.low[0, 0], one.high[0, 0]) == pytest.approx((0.35, 0.65))


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_a_wider_field_has_a_wider_range_and_none_has_none(share: float, more: float) -> None:
    narrow, scores = ranged({"output_wan": {"share": share}})
    wide, _ = ranged({"output_wan": {"share": share + more}})
    u = scores.utility
    ends = [np.where(np.isnan(end), u, end) for end in (wide.low, narrow.low, u, narrow.high, wide.high)]
    assert all((one <= other + 1e-12)[~np.isnan(u)].all() for one, other in pairwise(ends))
    if share == 0:
        assert np.isnan(narrow.low).all() and narrow.parcels == 0 and narrow.moved == {"output_wan": ()}


def test_the_order_of_rows_does_not_matter() -> None:
    order = (2, 0, 1)
    one, _ = ranged({"output_wan": {"share": 0.3}})
    other, _ = ranged({"output_wan": {"share": 0.3}}, order=order)
    assert np.array_equal(other.low, one.low[list(order)], equal_nan=True)


def test_an_absent_field_moves_nothing_and_an_unknown_or_worded_one_is_refused() -> None:
    found, _ = ranged({"jobs": {"share": 0.2}})
    assert found.moved == {"jobs": ()} and found.parcels == 0
    with pytest.raises(SchemeError, match="output_wan"):
        ranged({"output_wann": {"share": 0.2}})
    with pytest.raises(InputError, match="most"):
        ranged({"output_wan": {"low": "output_wan", "high": "mostt"}})
    with pytest.raises(InputError, match="safety"):
        ranged({"safety": {"share": 0.2}}, {**FIELDS, "safety": ["a", "b", "c"]})
