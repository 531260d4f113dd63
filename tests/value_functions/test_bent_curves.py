"""Gaussian, power and quantile value functions against their formulas and the laws of a utility."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import MethodError, SchemeError
from landplan.core.quantiles import quantile_breaks
from landplan.value_functions.gaussian import gaussian
from landplan.value_functions.linear import linear
from landplan.value_functions.power import power
from landplan.value_functions.quantile import quantile

NAN = float("nan")
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30)


def test_gaussian_is_worth_what_the_bell_curve_gives_at_one_two_three_widths() -> None:
    found = gaussian([2.0, 2.5, 1.5, 3.0, 3.5, NAN, 1e308, -np.inf], best=2.0, width=0.5)
    assert found[:5] == pytest.approx([1.0, np.exp(-0.5), np.exp(-0.5), np.exp(-2.0), np.exp(-4.5)])
    assert np.isnan(found[5])
    assert found[6:] == pytest.approx([0.0, 0.0], abs=1e-300)


@given(VALUES, st.floats(-100, 100), st.floats(0.01, 100))
def test_gaussian_falls_on_both_sides_alike(values: list[float], best: float, width: float) -> None:
    away = np.sort(np.abs(np.array(values)))
    right, left = gaussian(best + away, best=best, width=width), gaussian(best - away, best=best, width=width)
    assert (np.diff(right) <= 0).all()
    assert right == pytest.approx(left, rel=1e-6, abs=1e-300)


def test_power_bends_the_straight_line() -> None:
    assert power([0, 25, 100, 400, -5, NAN], worst=0, best=100, exponent=0.5)[:5].tolist() == [0.0, 0.5, 1.0, 1.0, 0.0]
    assert power([100, 50, 0], worst=100, best=0, exponent=2).tolist() == [0.0, 0.25, 1.0]
    assert np.isnan(power([NAN], worst=0, best=1, exponent=3)).all()


@given(VALUES, st.floats(0.1, 10))
def test_power_keeps_the_order_and_its_inverse_gives_the_line_back(values: list[float], exponent: float) -> None:
    raw = np.sort(np.array(values))
    bent = power(raw, worst=-2e6, best=2e6, exponent=exponent)
    assert (np.diff(bent) >= 0).all()
    assert bent ** (1 / exponent) == pytest.approx(linear(raw, worst=-2e6, best=2e6), abs=1e-9)
    assert power(raw, worst=-2e6, best=2e6, exponent=1.0).tolist() == linear(raw, worst=-2e6, best=2e6).tolist()


@pytest.mark.parametrize("wrong", [{"width": 0.0}, {"width": -1.0}])
def test_a_bell_without_width_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(SchemeError, match="width"):
        gaussian([1.0], best=0.0, **wrong)


def test_a_power_without_spread_or_exponent_is_refused() -> None:
    with pytest.raises(SchemeError, match="5"):
        power([1.0], worst=5, best=5, exponent=2)
    with pytest.raises(SchemeError, match="exponent"):
        power([1.0], worst=0, best=5, exponent=0)


def test_quantile_is_the_share_of_the_reference_below() -> None:
    breaks = [0.0, 10.0, 20.0, 60.0, 100.0]
    raw = [-5.0, 0.0, 5.0, 10.0, 40.0, 100.0, 1e9, NAN]
    rising = [0.0, 0.0, 0.125, 0.25, 0.625, 1.0, 1.0, NAN]
    assert quantile(raw, breaks=breaks) == pytest.approx(rising, nan_ok=True)
    assert quantile(raw, breaks=breaks, less_is_better=True) == pytest.approx([1 - one for one in rising], nan_ok=True)


def test_many_plots_of_one_value_are_worth_the_mean_of_their_shares() -> None:
    found = quantile([0.0, 5.0, 10.0], breaks=[0.0, 0.0, 0.0, 10.0, 20.0])
    assert found == pytest.approx([0.25, 0.5, 0.75])


@pytest.mark.parametrize("breaks", [[], [1.0], [2.0, 2.0, 2.0], [0.0, 2.0, 1.0]])
def test_quantile_breaks_that_fall_or_are_one_are_refused(breaks: list[float]) -> None:
    with pytest.raises(SchemeError):
        quantile([1.0], breaks=breaks)


@given(VALUES, st.integers(1, 12))
def test_proposed_breaks_are_quantiles_of_the_known_values_and_fit_the_value_function(values: list[float], classes: int) -> None:
    breaks = quantile_breaks([*values, NAN, np.inf], classes)
    assert len(breaks) == classes + 1
    assert (breaks[0], breaks[-1]) == (min(values), max(values))
    for i, one in enumerate(breaks):  # by the definition: at most i/k of the values lie below, at most (k - i)/k above
        below = sum(value < one - 1e-6 for value in values)
        above = sum(value > one + 1e-6 for value in values)
        assert below <= (len(values) - 1) * i / classes + 1 + 1e-9
        assert above <= (len(values) - 1) * (classes - i) / classes + 1 + 1e-9
    if breaks[0] < breaks[-1]:
        utility = quantile(np.sort(values), breaks=breaks)
        assert (np.diff(utility) >= 0).all()
        assert ((utility >= 0) & (utility <= 1)).all()


def test_quartiles_of_a_textbook_row() -> None:
    assert quantile_breaks([7.0, 15.0, 36.0, 39.0, 40.0, 41.0], 4) == [7.0, 20.25, 37.5, 39.75, 41.0]


def test_quantiles_of_nothing_are_refused() -> None:
    with pytest.raises(MethodError):
        quantile_breaks([NAN, NAN])
    with pytest.raises(MethodError, match="classes"):
        quantile_breaks([1.0], 0)
