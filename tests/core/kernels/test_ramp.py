"""Colours of a ramp against plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.kernels.ramp import bounds, ramped

RAMP = np.arange(256, dtype=np.uint32) + np.uint32(0xFF000000)
VALUES = st.lists(st.tuples(st.floats(0.0, 1.0) | st.just(math.nan), st.integers(0, 3)), max_size=20)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_every_value_has_its_place_and_every_state_its_class(given: list[tuple[float, int]]) -> None:
    values, states = np.array([one[0] for one in given], float), np.array([one[1] for one in given], np.uint8)
    found = ramped(values, states, RAMP, 0xFF123456)
    low, high = bounds(values)
    assert (found.low, found.high) == (low, high)
    for k, (value, state) in enumerate(given):
        wanted = 2 if state == 0 and math.isnan(value) else state
        assert found.classes[k] == wanted
        if wanted:
            assert found.colours[k] == 0xFF123456
            assert math.isnan(found.shown[k])
        else:
            assert found.shown[k] == value
            assert found.colours[k] == 0xFF000000 + math.floor((value - low) * (255 / (high - low)))
    assert found.counts.tolist() == np.bincount(found.classes, minlength=4).tolist()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.41, 0.88], (0.4, 0.9)),
        ([0.3, 0.6], (0.3, 0.6)),
        ([0.5], (0.5, 0.6)),
        ([1.0, 1.0], (0.9, 1.0)),
        ([], (0.0, 1.0)),
        ([math.nan], (0.0, 1.0)),
    ],
)
def test_bounds_are_the_tenths_around(values: list[float], expected: tuple[float, float]) -> None:
    assert bounds(np.array(values, float)) == pytest.approx(expected)
