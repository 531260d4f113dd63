"""How sure the money is: each uncertain figure alone from low to high (tornado), and all of them drawn at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from landplan.core.expression import parse
from landplan.core.kernels.drawn_scores import uniforms
from landplan.core.layers import Float
from landplan.core.progress import Progress, part, silent
from landplan.core.scheme import Scheme, View
from landplan.renewal.appraisal import LINE, Appraisal
from landplan.renewal.views import VIEWS

Judge = View | Literal["all"]
"""Whose NPV says which option of a plot is the best: a view's, or that of all together."""
_HELD = 1 << 22
"""NPVs held at a time."""
_CENT = 1e-6
"""In wan."""


@dataclass(frozen=True, eq=False)
class Ranges:
    """What is uncertain, (f,): names of figures, and of lines as path.line, whose values are factors of their amounts."""

    names: tuple[str, ...]
    low: Float
    likely: Float
    high: Float


def ranges(scheme: Scheme) -> Ranges:
    """The figures with low or high that some line names, and the lines with a range of their amount; an end that is not given
    is the likely value."""
    texts = [text for path in scheme.paths for line in path.lines for text in (line.amount, line.when) if text]
    named = frozenset[str]().union(*(parse(text).fields for text in texts))
    found = [
        (name, one.value if one.low is None else one.low, one.value, one.value if one.high is None else one.high)
        for name, one in scheme.figures.items()
        if name in named
    ]
    found += [(LINE.format(path.id, line.id), line.low, 1.0, line.high) for path in scheme.paths for line in path.lines]
    kept = [row for row in found if row[1] < row[3]]
    values = np.array([row[1:] for row in kept], np.float64).reshape(-1, 3)
    return Ranges(tuple(row[0] for row in kept), *values.T)


def tornado(appraisal: Appraisal, given: Ranges, progress: Progress = silent) -> Float:
    """(q, 3, f, 2) NPV of every option in every view with one figure at its low and at its high, the others as they are."""
    f = len(given.names)
    scenarios = np.tile(given.likely, (2 * f, 1))
    for k in range(f):
        scenarios[2 * k, k], scenarios[2 * k + 1, k] = given.low[k], given.high[k]
    return appraisal.npv_by_view(given.names, scenarios, progress).reshape(len(appraisal.options), len(VIEWS), f, 2)


def drawn(given: Ranges, draws: int, seed: int, first: int = 0) -> Float:
    """(draws, f) figures, each by its own triangular distribution: from low over likely, where it is most frequent, to high.

    Formula: u ≤ c = (likely − low) / (high − low): low + √(u (high − low)(likely − low)), else
    high − √((1 − u)(high − low)(high − likely)). A likely value beyond the bounds counts as the bound. Draw k is the same
    however many are drawn.
    """
    u = uniforms(seed, draws, max(len(given.names), 1), first=first)[:, : len(given.names)]
    mode, width = np.clip(given.likely, given.low, given.high), given.high - given.low
    rising = given.low + np.sqrt(u * width * (mode - given.low))
    falling = given.high - np.sqrt((1.0 - u) * width * (given.high - mode))
    return np.where(u <= (mode - given.low) / width, rising, falling)


@dataclass(frozen=True, eq=False)
class Odds:
    """Shares of the draws: best (q,), in which no option of the plot is better, gains (q, 3), in which a view's
    NPV is above 0; NaN where no draw could be computed. low_wan, high_wan (q, 3): lowest and highest NPV met."""

    best: Float
    gains: Float
    low_wan: Float
    high_wan: Float
    draws: int


def odds(appraisal: Appraisal, given: Ranges, draws: int, seed: int, judge: Judge = "all", progress: Progress = silent) -> Odds:
    """Draw the figures many times. Rules and the plots' own data stay as they are; every plot sees the same figures."""
    q = len(appraisal.options)
    best, known = np.zeros((2, q))
    gains, counted = np.zeros((2, q, len(VIEWS)))
    low, high = np.full((q, len(VIEWS)), np.inf), np.full((q, len(VIEWS)), -np.inf)
    step = max(1, _HELD // max(q * len(VIEWS), 1))
    for first in range(0, draws, step):
        count = min(step, draws - first)
        watched = part(progress, first / draws, (first + count) / draws)
        npv = appraisal.npv_by_view(given.names, drawn(given, count, seed, first), watched)
        gains += (npv > 0).sum(axis=2)
        counted += (~np.isnan(npv)).sum(axis=2)
        low, high = np.fmin(low, np.fmin.reduce(npv, axis=2)), np.fmax(high, np.fmax.reduce(npv, axis=2))
        judged = npv.sum(axis=1) if judge == "all" else npv[:, VIEWS.index(judge)]
        known += (~np.isnan(judged)).sum(axis=1)
        best += best_of_plot(judged, appraisal.options.parcel).sum(axis=1)
    shares = np.divide(best, known, out=np.full(q, np.nan), where=known > 0)
    sure = np.divide(gains, counted, out=np.full(gains.shape, np.nan), where=counted > 0)
    low, high = (np.where(counted > 0, end, np.nan) for end in (low, high))
    return Odds(shares, sure, low, high, draws)


def best_of_plot(values: Float, parcel: Any) -> Float:
    """(q, s) 1 where no option of the plot has a value, wan, that is higher by a cent; options are sorted by plot."""
    if not len(parcel):
        return np.zeros(values.shape)
    starts = np.flatnonzero(np.diff(parcel, prepend=-1))
    worth = np.where(np.isnan(values), -np.inf, values)
    top = np.repeat(np.maximum.reduceat(worth, starts, axis=0), np.diff([*starts, len(parcel)]), axis=0)
    return np.asarray((worth >= top - _CENT) & (worth > -np.inf), np.float64)
