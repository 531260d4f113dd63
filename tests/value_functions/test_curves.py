"""Value functions against their formulas, the published case, and the laws of a utility."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import SchemeError
from landplan.value_functions.category import category
from landplan.value_functions.linear import linear
from landplan.value_functions.logistic import logistic
from landplan.value_functions.piecewise import piecewise
from landplan.value_functions.step import step

NAN = float("nan")


def test_linear_runs_from_worst_to_best_and_is_cut() -> None:
    assert linear([1000, 500, 0, 2000, -5], worst=1000, best=0).tolist() == [0.0, 0.5, 1.0, 0.0, 1.0]
    assert np.isnan(linear([NAN], worst=0, best=1)).all()


def test_linear_without_spread_is_refused() -> None:
    with pytest.raises(SchemeError, match="5"):
        linear([1.0], worst=5, best=5)


@pytest.mark.parametrize("beyond", ["clip", "extrapolate"])
def test_piecewise_gives_the_published_numbers(beyond: str, worked_examples: dict[str, Any]) -> None:
    case = worked_examples["value_function_piecewise_linear"]
    inputs = case["inputs"]
    found = piecewise(inputs["x"], x=inputs["cutoffs"], y=inputs["values"], beyond=beyond)
    assert found == pytest.approx(case["expected"][beyond], abs=case["tolerance"]["value"])


def test_piecewise_keeps_unknown_and_refuses_falling_points() -> None:
    assert np.isnan(piecewise([NAN], x=[0, 1], y=[0, 1], beyond="extrapolate")).all()
    for x, y in (([1, 0], [0, 1]), ([0, 0], [0, 1]), ([0], [1]), ([0, 1], [0, 0.5, 1])):
        with pytest.raises(SchemeError):
            piecewise([0.5], x=x, y=y)
    with pytest.raises(SchemeError):
        piecewise([0.5], x=[0, 1], y=[0, 1.5])


def test_step_puts_a_value_on_a_break_into_the_class_above() -> None:
    found = step([1.9, 2.0, 2.9, 3.0, 99, NAN], breaks=[2, 3], values=[1.0, 0.5, 0.0])
    assert found[:5].tolist() == [1.0, 0.5, 0.5, 0.0, 0.0]
    assert np.isnan(found[5])
    with pytest.raises(SchemeError):
        step([1.0], breaks=[2, 3], values=[1.0, 0.5])


def test_category_reads_texts_and_numbers_and_leaves_the_unlisted_unknown() -> None:
    table = {"清洁": 1.0, "1": 0.25}
    assert category(np.array(["清洁", None, "怪"], object), table=table).tolist() == pytest.approx([1.0, NAN, NAN], nan_ok=True)
    assert category(np.array(["清洁", None, "怪"], object), table=table, other=0.5).tolist() == pytest.approx(
        [1.0, NAN, 0.5], nan_ok=True
    )
    assert category(np.array([1.0, NAN, 2.0]), table=table).tolist() == pytest.approx([0.25, NAN, NAN], nan_ok=True)


def test_logistic_passes_its_midpoint_and_its_anchors() -> None:
    assert logistic([22.0], midpoint=22, steepness=0.25)[0] == pytest.approx(0.5)
    assert logistic([26.0], midpoint=22, steepness=0.25)[0] == pytest.approx(1 / (1 + np.exp(-1)))
    assert logistic([10.0, 30.0], anchors=[[10, 0.1], [30, 0.8]]) == pytest.approx([0.1, 0.8])
    assert logistic([1e300, -1e300], midpoint=0, steepness=1).tolist() == pytest.approx([1.0, 0.0])
    for wrong in (
        {},
        {"midpoint": 1.0},
        {"midpoint": 1.0, "steepness": 1.0, "anchors": [[0, 0.1], [1, 0.9]]},
        {"anchors": [[0, 0], [1, 1]]},
    ):
        with pytest.raises(SchemeError):
            logistic([1.0], **wrong)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_rising_curves_keep_the_order_of_values(values: list[float]) -> None:
    raw = np.sort(np.array(values))
    for utility in (
        linear(raw, worst=-10, best=10),
        piecewise(raw, x=[-5, 0, 7], y=[0, 0.3, 1]),
        step(raw, breaks=[-1, 1], values=[0, 0.5, 1]),
        logistic(raw, midpoint=0, steepness=0.3),
    ):
        assert (np.diff(utility) >= 0).all()
        assert ((utility >= 0) & (utility <= 1)).all()
