"""The price method: a price on every limit turns one large choice into an easy choice per parcel, and proves a bound.

    D(p) = Σ_g max_k (value_k − Σ_r p_r use_rk) + Σ_r (p_r upper_r where p_r > 0, p_r lower_r where p_r < 0)

No plan has more than D(p), whatever the prices (Lagrangian duality; Geoffrion 1974); the least D equals the bound of the
linear relaxation, because each parcel's own choice is integral. A soft limit only caps its price at its penalty. D is
minimised smoothed (log-sum-exp of shrinking width, Nesterov 2005) by L-BFGS-B; the bound reported is always the exact D.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.portfolio.kernels import priced, soft_maximum
from landplan.portfolio.problem import TOLERANCE, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_WIDTHS = (0.03, 0.003, 0.0003)  # of the mean value of a parcel: the last blurs less than the gaps asked for
_ROUNDING = 1e-13  # of the terms of the bound: so much the bound is raised, to stay one when prices are huge
_SAMPLE = 2000  # parcels that give the first prices of a large problem


@dataclass(frozen=True, eq=False)
class Choices:
    """A problem laid out parcel by parcel, "nothing" a choice of its own, limits as shares of their size.

    start (g+1,): choices of parcel g are start[g] … start[g+1]−1. column (k,): the problem's column, −1 = nothing.
    first (k+1,), row, use: what a choice uses. lower, upper (r,): in shares of scale. penalty (r,): per such share.
    slip (r,): the share by which a limit may be missed and still counts as kept.
    """

    start: Ints
    group: Ints
    column: Ints
    value: Floats
    first: Ints
    row: Ints
    use: Floats
    lower: Floats
    upper: Floats
    penalty: Floats
    slip: Floats
    scale: Floats


@dataclass(frozen=True, eq=False)
class Priced:
    """What the prices prove: bound (no plan has more), prices (r,) per unit of each limit (> 0 at an upper, < 0 at a lower),

    net (k,): worth of each choice after paying; loss (k,): how far it lies below the best of its parcel; share (k,): its
    part in the smoothed plan. bound −inf: no plan keeps all hard limits. passes: work done, in passes over all choices.
    """

    bound: float
    prices: Floats
    net: Floats
    loss: Floats
    share: Floats
    passes: int


def laid_out(problem: Problem) -> Choices:
    """The Choices of a problem: columns sorted by parcel, and "nothing" for every parcel that is not a must."""
    from scipy.sparse import csr_matrix

    free = np.ones(problem.groups, bool)
    free[problem.must] = False
    group = np.concatenate([problem.group, np.flatnonzero(free)])
    order = np.argsort(group, kind="stable")
    column = np.where(order < problem.columns, order, -1)
    scale = _scale(problem)
    uses = csr_matrix(
        (problem.limit_data / np.repeat(scale, np.diff(problem.limit_start)), problem.limit_columns, problem.limit_start),
        shape=(problem.limits, group.size),
    ).tocsc()[:, order]
    value = np.concatenate([problem.value, np.zeros(int(free.sum()))])[order]
    start = np.searchsorted(group[order], np.arange(problem.groups + 1))
    return Choices(start.astype(np.int64), group[order], column, value, uses.indptr.astype(np.int64),
                   uses.indices.astype(np.int64), uses.data, problem.lower / scale, problem.upper / scale,
                   problem.penalty * scale, TOLERANCE * problem.scale / scale, scale)  # fmt: skip


def _scale(problem: Problem) -> Floats:
    """A limit's size: its finite ends, or where they are small, the use of one in a hundred of its columns together."""
    ends = [np.where(np.isfinite(end), np.abs(end), 0.0) for end in (problem.lower, problem.upper)]
    row = np.repeat(np.arange(problem.limits), np.diff(problem.limit_start))
    used = np.bincount(row, weights=np.abs(problem.limit_data), minlength=problem.limits) / 100
    scale = np.maximum(np.maximum(ends[0], ends[1]), np.minimum(used, 1.0))
    return np.where(scale > 0, scale, 1.0)


class _Dual:
    """The dual function over one price per finite end of each limit, in shares of the problem's value."""

    def __init__(self, choices: Choices) -> None:
        upper, lower = (np.flatnonzero(np.isfinite(end)) for end in (choices.upper, choices.lower))
        self.choices = choices
        self.limit = np.concatenate([upper, lower])
        self.sign = np.concatenate([np.ones(upper.size), -np.ones(lower.size)])
        self.end = np.concatenate([choices.upper[upper], choices.lower[lower]])
        tops = np.maximum.reduceat(np.abs(choices.value), choices.start[:-1]) if choices.value.size else np.zeros(0)
        self.unit = float(tops.sum()) or 1.0
        self.width = self.unit / max(tops.size, 1)
        self.least = _least_objective(choices)
        self.net, self.share = np.zeros(choices.value.size), np.zeros(choices.value.size)
        self.activity = np.zeros(choices.lower.size)
        self.best, self.best_at, self.passes = np.inf, np.zeros(self.limit.size), 0

    def prices(self, at: Floats) -> Floats:
        net = np.bincount(self.limit, weights=self.sign * at * self.unit, minlength=self.choices.lower.size)
        return np.asarray(net, dtype=np.float64)

    def __call__(self, at: Floats, width: float) -> tuple[float, Floats]:
        """Smoothed dual and its gradient at prices `at`; keeps the best exact bound seen, stops when none can fit."""
        c = self.choices
        priced(c.value, c.first, c.row, c.use, self.prices(at), self.net)
        best, soft = soft_maximum(c.start, c.first, c.row, c.use, self.net, width, self.share, self.activity)
        ends = float((self.sign * at) @ self.end) * self.unit
        self.passes += 1
        bound = best + ends + _ROUNDING * (abs(best) + abs(ends))
        if bound < self.best:
            self.best, self.best_at = bound, at.copy()
        if bound + float(at @ c.slip[self.limit]) * self.unit < self.least:
            self.best_at = at.copy()
            raise _NothingFits
        return (soft + ends) / self.unit, self.sign * (self.end - self.activity[self.limit])


class _NothingFits(Exception):  # noqa: N818  (found out inside the minimiser: the dual has no floor)
    pass


def _least_objective(choices: Choices) -> float:
    """Less than any plan that keeps the hard limits can have; a bound below it proves that there is no such plan."""
    lowest = np.minimum.reduceat(choices.value, choices.start[:-1]).sum() if choices.value.size else 0.0
    total = np.bincount(choices.row, weights=np.abs(choices.use), minlength=choices.lower.size)
    ends = [np.where(np.isfinite(end), np.abs(end), 0.0) for end in (choices.lower, choices.upper)]
    soft = np.isfinite(choices.penalty)
    lost = float((choices.penalty[soft] * (total + ends[0] + ends[1])[soft]).sum())
    return float(lowest) - lost - 1e-6 * (abs(float(lowest)) + lost) - 1e-9


def price_bound(choices: Choices, watch: Callable[[float], None] = lambda bound: None) -> Priced:
    """Prices on all limits and the bound they prove. `watch(bound)` is called between stages and may raise."""
    dual = _Dual(choices)
    at = _first_prices(choices, dual)
    try:
        for width in _WIDTHS:
            at = _minimised(dual, at, width)
            watch(dual.best)
    except _NothingFits:
        dual.best = -np.inf
    share = dual.share
    if np.isfinite(dual.best):
        dual(at, _WIDTHS[-1] * dual.width)
        share = dual.share.copy()
        dual(dual.best_at, _WIDTHS[-1] * dual.width)
    top = np.maximum.reduceat(dual.net, choices.start[:-1]) if dual.net.size else np.zeros(0)
    loss = top[choices.group] - dual.net
    return Priced(dual.best, dual.prices(dual.best_at) / choices.scale, dual.net, loss, share, dual.passes)


def _minimised(dual: _Dual, at: Floats, width: float, iterations: int = 60) -> Floats:
    from scipy.optimize import minimize

    if not at.size:
        dual(at, width * dual.width)
        return at
    ceiling = dual.choices.penalty[dual.limit] / dual.unit
    limits = [(0.0, None if np.isinf(most) else most) for most in ceiling]
    options = {"maxiter": iterations, "maxcor": 20, "ftol": 1e-10, "gtol": 1e-6}
    found = minimize(dual, at, (width * dual.width,), jac=True, method="L-BFGS-B", bounds=limits, options=options)
    return np.asarray(found.x)


def _first_prices(choices: Choices, dual: _Dual) -> Floats:
    """Prices from every n-th parcel: a good start for a large problem at a small part of the work."""
    step = (choices.start.size - 1) // _SAMPLE
    at = np.zeros(dual.limit.size)
    if step < 2:
        return at
    few = _Dual(_every(choices, step))
    try:
        for width in _WIDTHS[:2]:
            at = _minimised(few, at, width)
    except _NothingFits:  # of the sample only
        return np.zeros(dual.limit.size)
    return at * few.unit / dual.unit


def _every(choices: Choices, step: int) -> Choices:
    """Every `step`-th parcel, with values and uses grown so that totals stay about the same."""
    groups = np.arange(0, choices.start.size - 1, step)
    sizes = np.diff(choices.start)[groups]
    start = np.concatenate([[0], np.cumsum(sizes)])
    kept = np.repeat(choices.start[groups] - start[:-1], sizes) + np.arange(start[-1])
    counts = np.diff(choices.first)[kept]
    first = np.concatenate([[0], np.cumsum(counts)])
    entry = np.repeat(choices.first[kept] - first[:-1], counts) + np.arange(first[-1])
    grown = (choices.start.size - 1) / groups.size
    return replace(choices, start=start, group=np.repeat(np.arange(groups.size), sizes), column=choices.column[kept],
                   value=choices.value[kept] * grown, first=first, row=choices.row[entry],
                   use=choices.use[entry] * grown)  # fmt: skip
