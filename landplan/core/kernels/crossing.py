"""Where a cash flow is worth nothing: the one crossing of zero between two bounds, row by row.

With y = log x, x = 1/(1+r) and times t rising, the flow is f(y) = Σ c_j exp(t_j y). It is summed from its far end inwards,
in powers that never exceed 1 (times exp(−t_0 y) for y ≤ 0, exp(−t_last y) for y > 0), so nothing overflows.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
_STEPS = 200  # far above what the bracketed Newton iteration needs (bisection alone would need about 60)


@kernel
def value_at(flow: Float, gaps: Float, at: float) -> tuple[float, float, float]:
    """Of one flow (T,) at y = `at`: value, slope by y, and the sum of its terms' sizes; gaps (T − 1,) between its times."""
    last = len(flow) - 1
    value = slope = size = power = 0.0
    before = -1.0
    for j in range(last, -1, -1):
        place, gap = (j, gaps[min(j, last - 1)]) if at <= 0.0 else (last - j, gaps[max(last - j - 1, 0)])
        if j < last:
            if gap != before:  # yearly flows: one power for all
                power, before = math.exp(-abs(at) * gap), gap
            slope = (slope + value * gap) * power
            value, size = value * power, size * power
        value += flow[place]
        size += abs(flow[place])
    return value, slope if at <= 0.0 else -slope, size


@kernel
def crossings(flows: Float, gaps: Float, low: Float, high: Float, start: npt.NDArray[np.int8], root: Float) -> None:
    """root (n,): where f of each row (n, T) crosses zero between low and high (n,), start (n,) its sign at low; by Newton's
    step where that stays between the bounds, else by halves. Rows of start 0 are left alone."""
    for i in range(len(flows)):
        if start[i] == 0:
            continue
        below, above = low[i], high[i]
        at = (below + above) / 2.0
        for _ in range(_STEPS):
            value, slope, _size = value_at(flows[i], gaps, at)
            if value == 0.0:
                break
            if value * start[i] > 0.0:
                below = at
            else:
                above = at
            step = at - value / slope if slope != 0.0 else math.nan
            following = step if below < step < above else (below + above) / 2.0
            done = abs(following - at) <= 4e-16 * max(1.0, abs(at))
            at = following
            if done:
                break
        root[i] = at


@kernel
def signs(flows: Float, gaps: Float, at: Float, zero: float, sign: npt.NDArray[np.int8]) -> None:
    """sign (n,): of f of each row at `at` (n,); 0 where it is below `zero` against its terms' sizes, or nobody knows it."""
    for i in range(len(flows)):
        value, _slope, size = value_at(flows[i], gaps, at[i])
        sign[i] = (1 if value > 0.0 else -1) if abs(value) > zero * size else 0
