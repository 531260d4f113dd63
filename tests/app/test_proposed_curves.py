"""Curves proposed from what was measured: another kind says nearly the same, a stretched one keeps its direction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from landplan.app.curve_text import entries
from landplan.app.proposed_curves import NUMERIC, data_range, fitted, kinds_for, proposed, worth
from landplan.core.scheme import MethodCall
from landplan.core.tables import Column
from landplan.steps.methods import check_curve

FALLING = MethodCall(kind="linear", worst=800, best=100)


@pytest.fixture
def column() -> Column:
    """0 … 1,000 evenly, two unknown."""
    return Column(np.append(np.linspace(0.0, 1000.0, 1001), [np.nan, np.nan]), "m")


@pytest.mark.parametrize("kind", NUMERIC)
@pytest.mark.parametrize("worst", [100, 800])
def test_another_kind_is_a_curve_of_the_same_direction(kind: str, worst: int, column: Column) -> None:
    old = MethodCall(kind="linear", worst=worst, best=900 - worst)
    made = proposed(kind, column, old)
    check_curve(made, "")
    low, high = worth(made, np.array([150.0, 450.0]))
    assert low > high if worst == 800 else low < high


@pytest.mark.parametrize("kind", ["linear", "piecewise", "power"])
def test_a_kind_that_can_say_the_same_does(kind: str, column: Column) -> None:
    raw = np.linspace(0.0, 1000.0, 101)
    np.testing.assert_allclose(worth(proposed(kind, column, FALLING), raw), worth(FALLING, raw), atol=0.01)


def test_steps_take_the_utility_of_the_middle_of_each_class(column: Column) -> None:
    made = proposed("step", column, FALLING)
    assert made.params == {"breaks": [275.0, 450.0, 625.0], "values": [0.88, 0.62, 0.38, 0.12]}


@pytest.mark.parametrize(("tail", "ends"), [(0.0, (0.0, 1000.0)), (0.05, (50.0, 950.0))])
def test_bounds_come_from_the_layer_and_keep_their_direction(tail: float, ends: Any, column: Column) -> None:
    low, high = ends
    assert data_range(column, tail) == pytest.approx(ends)
    assert fitted(FALLING, column, tail).params == {"worst": high, "best": low}
    points = fitted(MethodCall(kind="piecewise", x=[0, 1, 2], y=[0, 0.2, 1]), column, tail).params
    assert points == {"x": [low, 500.0, high], "y": [0, 0.2, 1]}
    bell = fitted(MethodCall(kind="gaussian", best=3, width=1), column, tail).params
    assert bell == {"best": 500.0, "width": (high - low) / 4}
    s = fitted(MethodCall(kind="logistic", midpoint=3, steepness=-1), column, tail)
    assert worth(s, np.array(ends)) == pytest.approx([0.9, 0.1], abs=1e-3)


@pytest.mark.parametrize("values", [[np.nan, np.nan], [4.0, 4.0, np.nan], []])
def test_without_a_range_a_curve_stays_and_another_can_still_be_had(values: list[float]) -> None:
    column = Column(np.array(values, np.float64), "m")
    assert data_range(column) is None
    assert fitted(FALLING, column) is FALLING
    for kind in NUMERIC:
        check_curve(proposed(kind, column, FALLING), "")
        check_curve(proposed(kind, column, MethodCall(kind="category", table={"a": 1.0})), "")


def test_few_numbers_can_be_judged_one_by_one_texts_only_so(column: Column) -> None:
    few = Column(np.array([1.0, 2.0, 5.0, np.nan]), "class")
    assert "category" in kinds_for(few)
    assert "category" not in kinds_for(column)
    old = MethodCall(kind="linear", worst=1, best=5)
    assert proposed("category", few, old).params["table"] == {"1": 0.0, "2": 0.25, "5": 1.0}
    words = Column(np.array(["b", None, "a"], object), "")
    assert kinds_for(words) == ("category",)
    assert proposed("category", words, MethodCall(kind="category", table={"a": 0.9})).params["table"] == {"a": 0.9, "b": 0.5}


def test_quantiles_are_those_of_the_layer(column: Column) -> None:
    made = proposed("quantile", column, MethodCall(kind="logistic", midpoint=500, steepness=-0.1))
    assert made.params["less_is_better"]
    assert [one.value for one in entries(made)] == pytest.approx(np.linspace(50, 950, 11), abs=1.0)
