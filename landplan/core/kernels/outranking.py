"""How far each value of a column is preferred to all lower ones, without comparing every pair: by sorting.

The sum over n − 1 pairs needs counts (u-shape, level), sums of differences (v-shape, linear) or sums of Gaussians of those
values that lie within a threshold below. Sorted, a threshold is a place that only moves up: O(n log n) instead of O(n²).
Counts are those of the definition bit by bit; sums of differences are carried in twice the digits; sums of Gaussians are
series about the middles of cells half a deviation wide (fast Gauss transform, Greengard & Strain 1991), to 1e-13 of a pair.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]

_TERMS = 14
"""Terms of a series between cells: 0.25^14 / √14! is below 1e-13."""
_NEAR = 9
"""Terms within a cell: (1/16)^9 / 9! is below 1e-16."""
_FAR = 9.0
"""Deviations between middles of cells beyond which a Gaussian is below 1e-15."""
_FEW = 16
"""Pairs of values of two cells that are cheaper one by one."""


def preferred(column: Float, shape: str, q: float, p: float, s: float) -> tuple[Float, Float]:
    """(n,) Σ P(x − y) over all other values y of the column, and (n,) Σ P(y − x); P is 0 for differences ≤ 0.

    shape: usual (1), u_shape (1 above q), v_shape (d/p up to p), level (½ above q, 1 above p), linear ((d − q)/(p − q)
    between q and p), gaussian (1 − exp(−d²/2s²)). column (n,) of numbers, all known. Equal values get equal sums.
    """
    order = np.argsort(column)
    rising = column[order]
    over, under = np.empty(len(column)), np.empty(len(column))
    over[order] = _above(rising, shape, q, p, s)
    under[order] = _above(-rising[::-1], shape, q, p, s)[::-1]
    return over, under


def _above(rising: Float, shape: str, q: float, p: float, s: float) -> Float:
    out = np.zeros(len(rising))
    if shape == "gaussian":
        _gaussian(rising, s, out)
    elif shape in ("v_shape", "linear"):
        _sloped(rising, q if shape == "linear" else 0.0, p, out)
    else:
        low, high = {"usual": (0.0, 0.0), "u_shape": (q, q), "level": (q, p)}[shape]
        _stepped(rising, low, high, out)
    return out


@kernel
def _stepped(rising: Float, q: float, p: float, out: Float) -> None:
    """Half the number of values more than q below, and half of those more than p below."""
    above_q, above_p = 0, 0
    for i in range(len(rising)):
        x = rising[i]
        while above_q < i and x - rising[above_q] > q:
            above_q += 1
        while above_p < i and x - rising[above_p] > p:
            above_p += 1
        out[i] = 0.5 * above_q + 0.5 * above_p


@kernel
def _added(total: Float, x: float) -> None:
    """total[0] + total[1] grows by x, the rounding error of the first kept in the second."""
    grown = total[0] + x
    part = grown - total[0]
    total[1] += (total[0] - (grown - part)) + (x - part)
    total[0] = grown


@kernel
def _sloped(rising: Float, q: float, p: float, out: Float) -> None:
    """The number of values more than p below, and (d − q)/(p − q) of each that is more than q below."""
    n = len(rising)
    sums, rests = np.zeros(n + 1), np.zeros(n + 1)
    total = np.zeros(2)
    for i in range(n):
        _added(total, rising[i])
        sums[i + 1], rests[i + 1] = total[0], total[1]
    q_high = (q * 134217729.0) - (q * 134217729.0 - q)
    above_q, above_p = 0, 0
    for i in range(n):
        x = rising[i]
        while above_q < i and x - rising[above_q] > q:
            above_q += 1
        while above_p < i and x - rising[above_p] > p:
            above_p += 1
        out[i] = above_p
        if above_q > above_p:  # count (x − q) − Σ y, in twice the digits: both may be far larger than what is left
            count = float(above_q - above_p)
            x_high = (x * 134217729.0) - (x * 134217729.0 - x)
            total[0], total[1] = count * x_high, 0.0
            _added(total, -sums[above_q])
            _added(total, sums[above_p])
            _added(total, count * (x - x_high))
            _added(total, -count * q_high)
            _added(total, -count * (q - q_high))
            _added(total, -rests[above_q])
            _added(total, rests[above_p])
            out[i] += (total[0] + total[1]) / (p - q)


@kernel
def _cells(rising: Float, width: float, start: Int) -> int:
    """Where each run of values within `width` begins; the number of runs, with the end of the last behind."""
    count, i, n = 0, 0, len(rising)
    while i < n:
        start[count] = i
        count += 1
        begin = rising[i]
        while i < n and rising[i] - begin <= width:
            i += 1
    start[count] = n
    return count


@kernel
def _taylor(middle: float, low: int, high: int, rising: Float, s: float, moments: Float) -> None:
    """moments[k] = Σ v^k / k! of the values' deviations v from the middle of their cell."""
    for i in range(low, high):
        v, term = (rising[i] - middle) / s, 1.0
        for k in range(_TERMS):
            moments[k] += term
            term *= v / (k + 1)


@kernel
def _translated(far: float, moments: Float, hermite: Float, local: Float) -> None:
    """Add to local[l], the terms u^l of a cell `far` deviations higher, what a cell's moments make there."""
    hermite[0] = math.exp(-0.5 * far * far)
    hermite[1] = far * hermite[0]
    for k in range(1, 2 * _TERMS - 1):
        hermite[k + 1] = far * hermite[k] - k * hermite[k - 1]
    sign = 1.0
    for term in range(_TERMS):
        found = 0.0
        for k in range(_TERMS):
            found += moments[k] * hermite[term + k]
        local[term] += sign * found
        sign = -sign / (term + 1)


@kernel
def _within(rising: Float, low: int, high: int, middle: float, s: float, local: Float, out: Float) -> None:
    """Values below − Σ exp(−d²/2s²) over them: those of other cells by `local`, those of this one by a running series."""
    running = np.zeros(_NEAR)
    i = low
    while i < high:
        x = rising[i]
        u = (x - middle) / s
        outer, inner, power = 0.0, 0.0, 1.0
        for k in range(_TERMS):
            outer += local[k] * power
            if k < _NEAR:
                inner += running[k] * power
            power *= u
        bell = math.exp(-0.5 * u * u)
        first = i
        while i < high and rising[i] == x:
            out[i] = max(0.0, out[i] + first - outer - bell * inner)
            i += 1
        term = bell * (i - first)
        for k in range(_NEAR):
            running[k] += term
            term *= u / (k + 1)


@kernel
def _gaussian(rising: Float, s: float, out: Float) -> None:
    """Σ 1 − exp(−d²/2s²) over the lower values."""
    n = len(rising)
    start = np.zeros(n + 1, np.int64)
    count = _cells(rising, 0.5 * s, start)
    middle, moments = np.empty(count), np.zeros((count, _TERMS))
    for c in range(count):
        middle[c] = rising[start[c]] + 0.5 * (rising[start[c + 1] - 1] - rising[start[c]])
        _taylor(middle[c], start[c], start[c + 1], rising, s, moments[c])
    local, hermite = np.empty(_TERMS), np.empty(2 * _TERMS)
    for t in range(count):
        low, high = start[t], start[t + 1]
        local[:] = 0.0
        c = t - 1
        while c >= 0 and middle[t] - middle[c] <= _FAR * s:
            if (high - low) * (start[c + 1] - start[c]) > _FEW:
                _translated((middle[t] - middle[c]) / s, moments[c], hermite, local)
            else:
                for i in range(low, high):
                    for b in range(start[c], start[c + 1]):
                        d = (rising[i] - rising[b]) / s
                        out[i] -= math.exp(-0.5 * d * d)
            c -= 1
        _within(rising, low, high, middle[t], s, local, out)
