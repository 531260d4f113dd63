"""Internal rate of return: every rate at which a cash flow is worth nothing today; none, one or several.

With x = 1/(1+r) a flow is the polynomial f(x) = Σ CF_t x^t, and rates above −1 are its positive roots. By Descartes
there are at most as many as the flow changes sign. Between two roots of f lies a root of d/dx [x^−(k+½) f], whose
coefficients (t−k−½) CF_t change sign once less when k is the last year before a change (Rolle). So roots are found by
recursion: those of the simpler polynomial cut the line into pieces with at most one root of f each; none can be missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_ZERO = 1e-13  # a sum this small against the sum of its absolute terms is rounding: f touches zero there
_STEPS = 200  # far above what the bracketed Newton iteration needs (bisection alone would need about 60)


def irr_roots(flows: ArrayLike) -> Floats:
    """All yearly rates > −1 at which one cash flow is worth nothing, ascending; empty = none, several = none means much.

    flows: (years,). A rate where the value touches zero without changing sign counts once. Unknown flows (NaN): empty.
    """
    rates = _rates(np.asarray(flows, dtype=np.float64)[None, :])[0]
    return np.sort(rates[~np.isnan(rates)])


def irr(flows: ArrayLike) -> tuple[Floats, NDArray[np.int8]]:
    """The internal rate of return of every option, and how many rates there are.

    flows: (n, years). values (n,): yearly share; NaN where there is none or more than one, never a pretended number.
    count (n,): number of rates > −1 (0 = none, 2 and more = ambiguous), −1 where a flow is unknown (NaN).
    """
    flow = np.asarray(flows, dtype=np.float64)
    rates = _rates(flow)
    count = (~np.isnan(rates)).sum(axis=1)
    only = np.nan_to_num(rates, nan=0.0).sum(axis=1)
    known = np.isfinite(flow).all(axis=1)
    return np.where(known & (count == 1), only, np.nan), np.where(known, count, -1).astype(np.int8)


def sign_changes(flows: ArrayLike) -> NDArray[np.int64]:
    """How often each row of (n, years) changes sign, zeros passed over: the most rates of return it can have (Descartes)."""
    flow = np.asarray(flows, dtype=np.float64)
    return np.asarray(_turns(_filled_signs(flow)).sum(axis=1), dtype=np.int64)


def _rates(flow: Floats) -> Floats:
    """(n, most) rates, NaN where there is no further one; rows are treated together by their number of sign changes."""
    changes = np.where(np.isfinite(flow).all(axis=1), sign_changes(flow), 0)
    rates = np.full((len(flow), max(int(changes.max(initial=0)), 1)), np.nan)
    for many in np.unique(changes[changes > 0]):
        rows = np.flatnonzero(changes == many)
        scale = np.abs(flow[rows]).max(axis=1, keepdims=True)
        rates[rows, :many] = np.expm1(-_log_roots(flow[rows] / scale, int(many)))
    return rates


def _filled_signs(flow: Floats) -> NDArray[np.int8]:
    """Sign of every flow; a zero takes the sign of the last flow before it (leading zeros stay 0)."""
    sign = (flow > 0).astype(np.int8) - (flow < 0).astype(np.int8)  # 0 for an unknown flow, too
    for year in range(1, sign.shape[1]):
        sign[:, year] = np.where(sign[:, year] == 0, sign[:, year - 1], sign[:, year])
    return sign


def _turns(sign: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray(sign[:, 1:] * sign[:, :-1] < 0)


def _log_roots(coefficients: Floats, changes: int) -> Floats:
    """log x of all positive roots of Σ c_t x^t, (n, changes), NaN where there are fewer; every row changes sign so often."""
    low, high = _outer_bounds(coefficients)
    if changes == 1:
        return _crossing(coefficients, low, high)[:, None]
    before = np.argmax(_turns(_filled_signs(coefficients)), axis=1)[:, None]
    years = np.arange(coefficients.shape[1])
    inner = np.sort(_log_roots(coefficients * (years - before - 0.5), changes - 1), axis=1)
    ends = np.sort(np.column_stack([low, np.where(np.isnan(inner), high[:, None], inner), high]), axis=1)
    roots = np.column_stack([_crossing(coefficients, ends[:, i], ends[:, i + 1]) for i in range(changes)])
    touching = np.column_stack([_sign_at(coefficients, inner[:, i]) == 0 for i in range(changes - 1)])
    both = np.column_stack([roots, np.where(touching, inner, np.nan)])  # beside a touching point lies no crossing
    return np.asarray(np.sort(both, axis=1)[:, :changes])  # NaN last


def _outer_bounds(coefficients: Floats) -> tuple[Floats, Floats]:
    """log x below and above which no root can lie (Cauchy: |x| < 1 + max |c_t / c_last|; reversed for the lower end)."""
    present = coefficients != 0
    rows = np.arange(len(coefficients))
    first = np.abs(coefficients[rows, np.argmax(present, axis=1)])
    last = np.abs(coefficients[rows, -1 - np.argmax(present[:, ::-1], axis=1)])
    largest = np.abs(coefficients).max(axis=1)
    two = np.log(2.0)
    low, high = (np.logaddexp(two, two + np.log(largest) - np.log(end)) for end in (first, last))  # no overflow
    return -low, high


def _crossing(coefficients: Floats, low: Floats, high: Floats) -> Floats:
    """log x of the root between `low` and `high` (n,), where f changes sign at most once; NaN where it does not."""
    start, end = _sign_at(coefficients, low), _sign_at(coefficients, high)
    root = np.full(len(low), np.nan)
    rows = np.flatnonzero(start * end < 0)
    by_year = np.ascontiguousarray(coefficients.T)
    below, above, sign = low[rows].copy(), high[rows].copy(), start[rows]
    at = (below + above) / 2
    for _ in range(_STEPS):
        if not len(rows):
            break
        value, slope, _size = _value_slope_size(by_year[:, rows], at)
        left = value * sign > 0
        below, above = np.where(left, at, below), np.where(left, above, at)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = at - value / slope
        inside = (step > below) & (step < above)
        following = np.where(inside, step, (below + above) / 2)
        done = (value == 0) | (np.abs(following - at) <= 4e-16 * np.maximum(1, np.abs(at)))
        root[rows] = np.where(value == 0, at, following)
        rows, below, above, sign, at = (a[~done] for a in (rows, below, above, sign, following))
    return root


def _sign_at(coefficients: Floats, log_x: Floats) -> NDArray[np.int8]:
    value, _slope, size = _value_slope_size(coefficients.T, log_x)
    plain = np.abs(value) > _ZERO * size  # False for an unknown place, too
    return np.where(plain, np.where(value > 0, 1, -1), 0).astype(np.int8)


def _value_slope_size(by_year: Floats, log_x: Floats) -> tuple[Floats, Floats, Floats]:
    """Of coefficients (years, n): f x^−p, its derivative by log x, and Σ|c_t| x^(t−p).

    p = 0 for x ≤ 1 and p = last year for x > 1, so that nothing overflows.
    """
    years = len(by_year)
    x = np.exp(-np.abs(log_x))
    forward = log_x <= 0
    value, slope, size = np.zeros(len(x)), np.zeros(len(x)), np.zeros(len(x))
    for t in range(years - 1, -1, -1):
        c = np.where(forward, by_year[t], by_year[years - 1 - t])
        slope = slope * x + value
        value = value * x + c
        size = size * x + np.abs(c)
    return value, np.where(forward, slope * x, -slope * x), size
