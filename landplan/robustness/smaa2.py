"""SMAA-2: how often each plot comes out on top when weights and data are uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.kernels.acceptability import add_central, count_places, count_within, cuts
from landplan.core.kernels.drawn_scores import DrawnValues, drawn_scores
from landplan.core.layers import Float, Int
from landplan.core.progress import Progress, silent
from landplan.core.uncertain_values import uncertain_values
from landplan.core.weight_samples import weight_samples

FULL_MATRIX = 2000
"""Plots up to which the whole rank acceptability matrix can be had."""
_SMALL = 100
_HELD = 1 << 22
"""Scores held at a time."""


def smaa2(
    values: npt.ArrayLike,
    weights: str | npt.ArrayLike = "free",
    *,
    order: npt.ArrayLike | None = None,
    weights_low: npt.ArrayLike | None = None,
    weights_high: npt.ArrayLike | None = None,
    experts: npt.ArrayLike | None = None,
    values_low: npt.ArrayLike | None = None,
    values_high: npt.ArrayLike | None = None,
    values_deviation: npt.ArrayLike | None = None,
    missing: str = "drawn",
    draws: int = 10_000,
    seed: int = 1,
    top: int = 3,
    bands: Sequence[int] = (),
    full: bool | None = None,
    confident: int = 32,
    keys: npt.ArrayLike | None = None,
    threads: int = 2,
    progress: Progress = silent,
) -> dict[str, Any]:
    """How often each plot is first, among the best `top`, and in each band of ranks, over random weights and data.

    In each draw S = Σ w u; a plot's acceptability is the share of draws in which it has the place, tied plots sharing theirs.
    values (n, m): utilities, more is better. weights: "free" (uniform on all that sum to 1), "ordinal" (in the `order` (m,),
    1 = most important), "intervals" (weights_low ≤ w ≤ weights_high, shares of 1), "experts" (mixtures of the rows of
    experts (e, m)), fixed weights (m,), or the draws themselves (draws, m).
    values_low, values_high, values_deviation, missing, keys: what is uncertain of the values, see `uncertain_values`.
    bands: the last rank of each band, rising; one more band holds the rest. Same seed, same bits, whatever the threads.
    Results: first_rank_acceptability, top_acceptability (n,), rank_band_acceptability (n, bands + 1); standard_error of a
    share, at most, ½ / √draws; central_weights (n, m): the mean weights that make a plot first, NaN for one that never is;
    confidence_factors (n,): how often it is first under these, only the data drawn, NaN where that is not known (data
    uncertain: only the `confident` plots most often first). full (default: up to 100 plots): also rank_acceptability (n, n)
    and pairwise_winning_index (n, n), row above column; MethodError above 2,000 plots.
    It tells how much the order hangs on weights and data, not how good a plot is. Source: Lahdelma & Salminen (2001)
    SMAA-2: stochastic multicriteria acceptability analysis for group decision making, Operations Research 49(3):444-454.
    """
    given = uncertain_values(values, values_low, values_high, values_deviation, missing=missing, keys=keys)
    n, m = given.value.shape
    whole = n <= _SMALL if full is None else full
    if whole and n > FULL_MATRIX:
        raise MethodError("smaa_too_many", n=n, most=FULL_MATRIX)
    known = {"order": order, "low": weights_low, "high": weights_high, "experts": experts}
    drawn = weight_samples(weights, m, draws, seed, **known)
    run = _Run(given, drawn, seed, threads)
    ends = np.unique(np.clip([1, top, *bands], 1, max(n, 1)))
    counts = run.counted(ends, whole, progress)
    return {**_shares(counts, ends, top, bands, len(drawn)), **_central(run, counts, confident)}


@dataclass(frozen=True, eq=False)
class _Counts:
    """Draws in which rows are within each level (L, n), the weights of those in which they are first (n, m), and in which
    they have each place and are above each other (n, n), where asked for."""

    within: Float
    central: Float
    places: Float | None
    wins: Float | None


@dataclass(frozen=True, eq=False)
class _Run:
    """What is drawn: values, and weights (draws, m)."""

    given: DrawnValues
    weights: Float
    seed: int
    threads: int

    def counted(self, ends: Int, whole: bool, progress: Progress = silent) -> _Counts:
        n, m = self.given.value.shape
        square = (np.zeros((n, n)), np.zeros((n, n))) if whole else (None, None)
        counts = _Counts(np.zeros((len(ends), n)), np.zeros((n, m)), *square)
        step = max(_HELD // max(n, 1), 8)
        for first in range(0, len(self.weights) if n else 0, step):
            progress(first / len(self.weights), "progress_draws", draws=len(self.weights))
            weights = self.weights[first : first + step]
            scores = drawn_scores(self.given, weights, self.seed, first, self.threads)
            cut = cuts(scores, ends, self.threads)
            count_within(scores, cut, counts.within, self.threads)
            add_central(scores, cut, weights, counts.central, self.threads)
            if counts.places is not None and counts.wins is not None:
                count_places(scores, counts.places, counts.wins, self.threads)
        return counts


def _shares(counts: _Counts, ends: Int, top: int, bands: Sequence[int], draws: int) -> dict[str, Any]:
    n = counts.within.shape[1]

    def within(rank: int) -> Float:
        return np.asarray(counts.within[np.searchsorted(ends, np.clip(rank, 1, max(n, 1)))] / draws)

    edges = [np.zeros(n), *(within(rank) for rank in sorted(bands)), np.full(n, 1.0)]
    found = {
        "first_rank_acceptability": within(1),
        "top_acceptability": within(top),
        "rank_band_acceptability": np.diff(np.array(edges), axis=0).T,
        "standard_error": 0.5 / np.sqrt(draws),
    }
    if counts.places is not None and counts.wins is not None:
        found |= {"rank_acceptability": counts.places / draws, "pairwise_winning_index": counts.wins / draws}
    return found


def _central(run: _Run, counts: _Counts, confident: int) -> dict[str, Float]:
    """Central weights and confidence factors."""
    often = counts.within[0][:, None]
    central = np.divide(counts.central, often, out=np.full(counts.central.shape, np.nan), where=often > 0)
    factors = np.full(len(central), np.nan)
    ever = np.flatnonzero(often[:, 0] > 0)
    if not run.given.drawn.any():
        factors[ever] = _first_among(run, ever, central[ever])
        return {"central_weights": central, "confidence_factors": factors}
    for row in ever[np.argsort(-often[ever, 0], kind="stable")][:confident]:
        own = replace(run, weights=np.tile(central[row], (len(run.weights), 1)))
        factors[row] = own.counted(np.array([1]), False).within[0, row] / len(run.weights)
    return {"central_weights": central, "confidence_factors": factors}


def _first_among(run: _Run, rows: Int, weights: Float) -> Float:
    """(r,) how far each of the rows is first under its own weights, exact data.

    No other row can be: where S_i is highest in every draw that counts, it is highest under the mean of their weights, and
    level there only with rows that were level in all of them.
    """
    given = replace(run.given, value=np.asfortranarray(run.given.value[rows]), keys=run.given.keys[rows])
    out = np.zeros(len(rows))
    step = max(_HELD // max(len(rows), 1), 8)
    for first in range(0, len(rows), step):
        scores = drawn_scores(given, weights[first : first + step], run.seed, 0, run.threads)
        cut = cuts(scores, np.array([1]), run.threads)
        at = np.arange(len(scores))
        out[first : first + step] = np.where(scores[at, first + at] == cut.score[:, 0], cut.share[:, 0], 0.0)
    return out
