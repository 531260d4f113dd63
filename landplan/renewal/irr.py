"""Internal rate of return: every rate at which a cash flow is worth nothing today; none, one or several.

With x = 1/(1+r) a flow is the polynomial f(x) = Σ CF_t x^t, and rates above −1 are its positive roots. By Descartes
there are at most as many as the flow changes sign. Between two roots of f lies a root of d/dx [x^−(k+½) f], whose
coefficients (t−k−½) CF_t change sign once less when k is the last year before a change (Rolle). So roots are found by
recursion: those of the simpler polynomial cut the line into pieces with at most one root of f each; none can be missed.
Nothing of this needs the times t to be whole: flows on dates are treated alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.core.kernels.crossing import crossings, signs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_ZERO = 1e-13  # a sum this small against the sum of its absolute terms is rounding: f touches zero there


def irr_roots(flows: ArrayLike, times: ArrayLike | None = None) -> Floats:
    """All yearly rates > −1 at which one cash flow is worth nothing, ascending; empty = none, several = none means much.

    flows: (years,); times: when they fall, in years, rising strictly; default 0, 1, 2 … A rate where the value touches zero
    without changing sign counts once. Unknown flows (NaN): empty.
    """
    flow = np.asarray(flows, dtype=np.float64)[None, :]
    rates = _rates(flow, _yearly(flow) if times is None else np.asarray(times, dtype=np.float64))[0]
    return np.sort(rates[~np.isnan(rates)])


def irr(flows: ArrayLike) -> tuple[Floats, NDArray[np.int8]]:
    """The internal rate of return of every option, and how many rates there are.

    flows: (n, years). values (n,): yearly share; NaN where there is none or more than one, never a pretended number.
    count (n,): number of rates > −1 (0 = none, 2 and more = ambiguous), −1 where a flow is unknown (NaN).
    """
    flow = np.ascontiguousarray(flows, dtype=np.float64)
    rates = _rates(flow, _yearly(flow))
    count = (~np.isnan(rates)).sum(axis=1)
    only = np.nan_to_num(rates, nan=0.0).sum(axis=1)
    known = np.isfinite(flow).all(axis=1)
    return np.where(known & (count == 1), only, np.nan), np.where(known, count, -1).astype(np.int8)


def sign_changes(flows: ArrayLike) -> NDArray[np.int64]:
    """How often each row of (n, years) changes sign, zeros passed over: the most rates of return it can have (Descartes)."""
    flow = np.asarray(flows, dtype=np.float64)
    return np.asarray(_turns(_filled_signs(flow)).sum(axis=1), dtype=np.int64)


def _yearly(flow: Floats) -> Floats:
    return np.arange(flow.shape[1], dtype=np.float64)


def _rates(flow: Floats, times: Floats) -> Floats:
    """(n, most) rates, NaN where there is no further one; rows are treated together by their number of sign changes."""
    changes = np.where(np.isfinite(flow).all(axis=1), sign_changes(flow), 0)
    rates = np.full((len(flow), max(int(changes.max(initial=0)), 1)), np.nan)
    for many in np.unique(changes[changes > 0]):
        rows = np.flatnonzero(changes == many)
        scale = np.abs(flow[rows]).max(axis=1, keepdims=True)
        rates[rows, :many] = np.expm1(-_log_roots(flow[rows] / scale, times, int(many)))
    return rates


def _filled_signs(flow: Floats) -> NDArray[np.int8]:
    """Sign of every flow; a zero takes the sign of the last flow before it (leading zeros stay 0)."""
    sign = (flow > 0).astype(np.int8) - (flow < 0).astype(np.int8)  # 0 for an unknown flow, too
    for year in range(1, sign.shape[1]):
        sign[:, year] = np.where(sign[:, year] == 0, sign[:, year - 1], sign[:, year])
    return sign


def _turns(sign: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.asarray(sign[:, 1:] * sign[:, :-1] < 0)


def _log_roots(coefficients: Floats, times: Floats, changes: int) -> Floats:
    """log x of all positive roots of Σ c_t x^t, (n, changes), NaN where there are fewer; every row changes sign so often."""
    low, high = _outer_bounds(coefficients, times)
    gaps = np.diff(times)
    if changes == 1:
        return _crossing(coefficients, gaps, low, high)[:, None]
    before = np.argmax(_turns(_filled_signs(coefficients)), axis=1)
    between = (times[before] + times[before + 1]) / 2
    inner = np.sort(_log_roots(coefficients * (times - between[:, None]), times, changes - 1), axis=1)
    ends = np.sort(np.column_stack([low, np.where(np.isnan(inner), high[:, None], inner), high]), axis=1)
    roots = np.column_stack([_crossing(coefficients, gaps, ends[:, i], ends[:, i + 1]) for i in range(changes)])
    touching = np.column_stack([_sign_at(coefficients, gaps, inner[:, i]) == 0 for i in range(changes - 1)])
    both = np.column_stack([roots, np.where(touching, inner, np.nan)])  # beside a touching point lies no crossing
    return np.asarray(np.sort(both, axis=1)[:, :changes])  # NaN last


def _outer_bounds(coefficients: Floats, times: Floats) -> tuple[Floats, Floats]:
    """log x below and above which no root can lie (Cauchy: |z| < 1 + max |c_t / c_last| for z = x^gap, the smallest gap
    between two times; reversed for the lower end)."""
    present = coefficients != 0
    rows = np.arange(len(coefficients))
    first = np.abs(coefficients[rows, np.argmax(present, axis=1)])
    last = np.abs(coefficients[rows, -1 - np.argmax(present[:, ::-1], axis=1)])
    largest = np.abs(coefficients).max(axis=1)
    two, gap = np.log(2.0), np.diff(times).min()
    low, high = (np.logaddexp(two, two + np.log(largest) - np.log(end)) / gap for end in (first, last))  # no overflow
    return -low, high


def _crossing(coefficients: Floats, gaps: Floats, low: Floats, high: Floats) -> Floats:
    """log x of the root between `low` and `high` (n,), where f changes sign at most once; NaN where it does not."""
    start, end = _sign_at(coefficients, gaps, low), _sign_at(coefficients, gaps, high)
    root = np.full(len(low), np.nan)
    ends = np.ascontiguousarray(low), np.ascontiguousarray(high)
    crossings(coefficients, gaps, *ends, np.where(start * end < 0, start, 0).astype(np.int8), root)
    return root


def _sign_at(coefficients: Floats, gaps: Floats, log_x: Floats) -> NDArray[np.int8]:
    sign = np.zeros(len(log_x), np.int8)
    signs(coefficients, gaps, np.ascontiguousarray(log_x), _ZERO, sign)
    return sign
