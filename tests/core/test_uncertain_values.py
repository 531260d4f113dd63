"""What is uncertain of a table of utilities, and what cannot be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from landplan.core.errors import MethodError
from landplan.core.kernels.drawn_scores import NORMAL, UNIFORM, drawn_scores
from landplan.core.uncertain_values import uncertain_values

NAN = float("nan")


def drawn(given: Any, draws: int = 4000) -> np.ndarray:
    """(draws, n) the values of a table of one column."""
    return drawn_scores(given, np.ones((draws, 1)), 5) / 1e12


def test_values_are_drawn_from_their_bounds_around_their_mean_or_not_at_all() -> None:
    given = uncertain_values([[0.5], [0.5], [0.5]], [[NAN], [0.2], [NAN]], [[NAN], [0.6], [NAN]], [[NAN], [NAN], [0.1]])
    exact, ranged, around = drawn(given).T
    assert set(exact) == {0.5}
    assert (ranged.min(), ranged.max(), ranged.mean()) == pytest.approx((0.2, 0.6, 0.4), abs=0.005)
    assert (around.mean(), around.std()) == pytest.approx((0.5, 0.1), abs=0.005)
    assert given.drawn.tolist() == [UNIFORM | NORMAL]


def test_an_unknown_utility_is_anything_from_0_to_1_unless_bounds_are_known_or_it_is_refused() -> None:
    anything, bounded = drawn(uncertain_values([[NAN], [NAN]], [[NAN], [0.4]], [[NAN], [0.5]])).T
    assert (anything.min(), anything.max()) == pytest.approx((0, 1), abs=0.005)
    assert 0.4 < bounded.min() < bounded.max() < 0.5
    with pytest.raises(MethodError, match="1"):
        uncertain_values([[NAN], [NAN]], [[NAN], [0.4]], [[NAN], [0.5]], missing="refuse")


def test_exact_values_take_no_memory_for_spreads_and_the_table_is_left_alone() -> None:
    values = np.array([[0.1, NAN], [0.2, 0.4]])
    given = uncertain_values(values, missing="drawn")
    assert np.isnan(values[0, 1])
    assert (given.deviation.size, given.width.shape, given.drawn.tolist()) == (0, (2, 2), [0, UNIFORM])
    assert uncertain_values(values[1:]).width.size == 0


def test_random_data_stay_with_their_key() -> None:
    given = uncertain_values([[NAN], [NAN], [NAN]], keys=[70, 80, 90])
    turned = uncertain_values([[NAN], [NAN]], keys=[90, 70])
    assert np.array_equal(drawn(given)[:, [2, 0]], drawn(turned))
    assert not np.array_equal(drawn(given)[:, 0], drawn(given)[:, 1])


@pytest.mark.parametrize(
    ("low", "high", "deviation"),
    [
        ([[0.6]], [[0.5]], None),
        ([[0.4]], None, None),
        (None, None, [[-0.1]]),
        ([[0.4, 0.5]], [[0.5, 0.6]], None),
        ([[0.4]], [[float("inf")]], None),
    ],
)
def test_bounds_that_cannot_be_are_refused(low: Any, high: Any, deviation: Any) -> None:
    with pytest.raises(MethodError):
        uncertain_values([[0.5]], low, high, deviation)


def test_a_deviation_needs_a_value_and_values_are_a_table() -> None:
    with pytest.raises(MethodError):
        uncertain_values([[NAN]], None, None, [[0.1]])
    for no_table in ([0.5, 0.6], np.zeros((3, 0))):
        with pytest.raises(MethodError):
            uncertain_values(no_table)


def test_an_infinite_value_is_unknown() -> None:
    assert uncertain_values([[float("inf")]]).drawn.tolist() == [UNIFORM]
