"""Numbers as colours of a ramp, with the states that have no number, in one compiled pass."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landplan.core.kernels.compile import kernel
from landplan.core.kernels.display import Colours, Flags
from landplan.core.layers import Float, Int

STATES = 4


class Ramped(NamedTuple):
    """classes (n,) 0 on the ramp, else the state; colours (n,); shown (n,): the value where on the ramp, else NaN;
    counts (4,) by class; low and high: where the ramp begins and ends."""

    classes: Int
    colours: Colours
    shown: Float
    counts: Int
    low: float
    high: float


def ramped(values: Float, states: Flags, ramp: Colours, bare: int) -> Ramped:
    """values (n,), NaN unknown; states (n,): 0 none, 1 restricted, 2 undecided, 3 excluded; an unknown value is undecided.

    The ramp reaches over the tenths that hold all known values, so that it seldom moves while weights do. bare: the
    colour of what is not on it.
    """
    n = len(values)
    low, high = bounds(values)
    classes, colours, shown = np.empty(n, np.int64), np.empty(n, np.uint32), np.empty(n)
    counts = np.zeros(STATES, np.int64)
    _paint(values, states, ramp, np.uint32(bare), low, (len(ramp) - 1) / (high - low), classes, colours, shown, counts)
    return Ramped(classes, colours, shown, counts, low, high)


def bounds(values: Float) -> tuple[float, float]:
    """The tenths that hold all known values; 0 and 1 where nothing is known."""
    least, most = _extremes(np.asarray(values, np.float64))
    if not least <= most:
        return 0.0, 1.0
    low, high = np.floor(least * 10 + 1e-9) / 10, np.ceil(most * 10 - 1e-9) / 10
    if high - low < 0.05:  # all alike
        low, high = (low - 0.1, high) if high > 0.95 else (low, low + 0.1)
    return float(low), float(high)


@kernel
def _extremes(values: Float) -> tuple[float, float]:
    least, most = np.inf, -np.inf
    for value in values:
        if value < least:
            least = value
        if value > most:
            most = value
    return least, most


@kernel
def _paint(
    values: Float, states: Flags, ramp: Colours, bare: np.uint32, low: float, scale: float,
    classes: Int, colours: Colours, shown: Float, counts: Int,
) -> None:  # fmt: skip
    for i in range(len(values)):
        value, state = values[i], int(states[i])
        if state == 0 and value != value:
            state = 2
        classes[i] = state
        counts[state] += 1
        if state == 0:
            colours[i] = ramp[np.int64((value - low) * scale)]
            shown[i] = value
        else:
            colours[i] = bare
            shown[i] = np.nan
