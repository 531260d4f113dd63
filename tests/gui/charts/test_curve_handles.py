"""Handles of value functions: they lie on the curve, a drag moves what it says, and no drag makes a curve that is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from landplan.app.curve_text import entries
from landplan.app.proposed_curves import worth
from landplan.core.scheme import MethodCall
from landplan.core.tables import Column
from landplan.gui.charts.handles import dragged, handles, with_point, without_point
from landplan.gui.charts.spread import axis_of, spread_of, spread_of_categories, unlisted
from landplan.steps.methods import check_curve

AXIS = (0.0, 100.0)
CURVES = [
    MethodCall(kind="linear", worst=10, best=60),
    MethodCall(kind="linear", worst=60, best=10),
    MethodCall(kind="power", worst=10, best=60, exponent=2.0),
    MethodCall(kind="piecewise", x=[10, 40, 90], y=[0.0, 0.7, 1.0]),
    MethodCall(kind="step", breaks=[20, 50], values=[0.1, 0.5, 0.9]),
    MethodCall(kind="logistic", midpoint=50, steepness=0.1),
    MethodCall(kind="logistic", midpoint=50, steepness=-0.1),
    MethodCall(kind="logistic", anchors=[[20, 0.1], [70, 0.8]]),
    MethodCall(kind="gaussian", best=50, width=10),
    MethodCall(kind="quantile", breaks=[5, 10, 30, 90]),
    MethodCall(kind="quantile", breaks=[5, 10, 30, 90], less_is_better=True),
]
NAMES = [f"{one.kind}-{k}" for k, one in enumerate(CURVES)]


@pytest.mark.parametrize("curve", CURVES, ids=NAMES)
def test_handles_lie_on_the_curve_and_name_every_number(curve: MethodCall) -> None:
    places = handles(curve, AXIS)
    on = [one for one in places if not (curve.kind == "step" and one.moves == "x")]
    assert worth(curve, np.array([one.x for one in on])) == pytest.approx([one.y for one in on])
    assert {path for one in places for path in one.paths} == {one.path for one in entries(curve)}


@pytest.mark.parametrize("curve", CURVES, ids=NAMES)
def test_a_drag_of_nothing_changes_nothing(curve: MethodCall) -> None:
    for k, one in enumerate(handles(curve, AXIS)):
        after = dragged(curve, k, one.x, one.y, AXIS, 1.0)
        assert [one.value for one in entries(after)] == pytest.approx([one.value for one in entries(curve)], rel=2e-3)


@given(some.sampled_from(CURVES), some.integers(0, 6), some.floats(-50, 150), some.floats(-0.5, 1.5))
def test_no_drag_makes_what_is_no_curve(curve: MethodCall, k: int, x: float, y: float) -> None:
    k = k % len(handles(curve, AXIS))
    after = dragged(curve, k, round(x), round(y, 2), AXIS, 1.0)
    check_curve(after, "")
    moved = set(handles(curve, AXIS)[k].paths)
    same = zip(entries(curve), entries(after), strict=True)
    assert all(one.value == other.value for one, other in same if one.path not in moved), "only its own numbers"


def test_a_point_stops_at_its_neighbour() -> None:
    curve = CURVES[3]
    assert dragged(curve, 1, 200, 0.5, AXIS, 1.0).params == {"x": [10, 89, 90], "y": [0.0, 0.5, 1.0]}
    assert dragged(curve, 0, -30, 2.0, AXIS, 1.0).params == {"x": [-30, 40, 90], "y": [1.0, 0.7, 1.0]}


def test_worst_and_best_may_change_sides_but_not_meet() -> None:
    assert dragged(CURVES[0], 0, 80, 0, AXIS, 1.0).params == {"worst": 80, "best": 60}
    assert dragged(CURVES[0], 0, 60, 0, AXIS, 1.0).params == {"worst": 10, "best": 60}


def test_points_come_and_go_but_two_stay() -> None:
    more = with_point(CURVES[3], 60, 0.8)
    assert more.params == {"x": [10, 40, 60, 90], "y": [0.0, 0.7, 0.8, 1.0]}
    assert without_point(more, 2) == CURVES[3]
    two = without_point(CURVES[3], 1)
    assert without_point(two, 0) is two


def test_bars_hold_every_known_value_and_say_what_is_beyond() -> None:
    values = np.append(np.random.default_rng(1).gamma(2.0, 30.0, 5000), [np.nan] * 7 + [1e6])
    column = Column(values, "m")
    axis = axis_of(column, [0.0, 200.0])
    spread = spread_of(column, axis)
    assert axis[1] < 1000, "one giant does not squeeze all others"
    assert (spread.known, spread.unknown) == (5001, 7)
    assert spread.counts.sum() + spread.outside == 5001
    assert spread.most == 1e6
    for k in (0, 5, 20):
        low, high = spread.span(k)
        assert spread.counts[k] == ((values >= low) & (values < high)).sum()
    rows = np.arange(0, 5000, 3)
    assert spread.of(rows).sum() == (spread.place[rows] >= 0).sum()


def test_whole_numbers_have_bars_of_their_own() -> None:
    column = Column(np.repeat([1.0, 2.0, 5.0], [3, 4, 5]), "class")
    spread = spread_of(column, axis_of(column, []))
    assert sorted(spread.counts[spread.counts > 0].tolist()) == [3, 4, 5]
    middle = [sum(spread.span(k)) / 2 for k in np.flatnonzero(spread.counts).tolist()]
    assert middle == pytest.approx([1.0, 2.0, 5.0], abs=0.06)


def test_a_constant_and_nothing_have_an_axis() -> None:
    for values in ([7.0, 7.0], [np.nan], []):
        column = Column(np.array(values, np.float64), "m")
        low, high = axis_of(column, [])
        assert low < high
        assert spread_of(column, (low, high)).counts.sum() == np.isfinite(values).sum()
    assert spread_of(Column(np.array([7.0, 7.0]), "m"), (5.0, 9.0)).constant


def test_categories_count_in_the_order_of_the_table() -> None:
    words = Column(np.array(["a", "b", None, "c", "a"], object), "")
    spread = spread_of_categories(words, ("b", "a"))
    assert (spread.counts.tolist(), spread.known, spread.unknown, spread.outside) == ([1, 2], 4, 1, 1)
    assert unlisted(words, ("b", "a")) == ["c"]
    numbers = Column(np.array([1.0, 2.0, np.nan, 1.0]), "class")
    assert spread_of_categories(numbers, ("2", "1")).counts.tolist() == [1, 2]
