"""What would flip a recommendation: the smallest change of one weight after which another model is recommended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.app.levers import Levers, scheme_levers
from landplan.core.layers import Float, Int
from landplan.core.ranking import DIGITS
from landplan.core.scheme import Scheme
from landplan.core.tables import ALLOWED, ScoreTable


@dataclass(frozen=True, slots=True)
class Flip:
    """At `after` the two are level, beyond it `winner` is recommended ("" = none: too little weight is then known).

    criterion: whose weight, a criterion's or a group's. before, after: weights as the scheme has them, of any sum (with groups:
    as they stand within their group); rises: up. model: whose own weight it is; "" = the common weight.
    """

    criterion: str
    model: str
    before: float
    after: float
    rises: bool
    winner: str


@dataclass(frozen=True, eq=False)
class _Sums:
    """Of one parcel and k models: Σ w u and Σ w over the known criteria, Σ w, each (k,) now and (l, k) by how much it grows with
    each of l weights; which models may be recommended."""

    gained: tuple[Float, Float]
    known: tuple[Float, Float]
    total: tuple[Float, Float]
    allowed: npt.NDArray[np.bool_]
    known_min: float


def flips_known(scores: ScoreTable, scheme: Scheme) -> bool:
    """Whether it can be computed exactly: a plain weighted sum of utilities."""
    return (
        scores.method == "weighted_sum"
        and set(scheme.scoring.params) <= {"normalisation"}
        and (scheme.scoring.params.get("normalisation", "none") == "none")
    )


def smallest_flip(scores: ScoreTable, scheme: Scheme, row: int) -> Flip | None:
    """The smallest change of one weight (≥ 0, all others as they are) that takes the recommendation from the parcel's model.

    Exact for the weighted sum: S = Σ w u / Σ w over the known criteria is level for two models at one value of a weight,
    and its known share crosses the scheme's minimum at one; between those values nothing changes. None where there is no
    recommendation or no weight can flip it. Ties go to the scheme's order, as in scoring. With groups a weight moves within its
    group; a weight of 0 that would wake a group in which nothing else counts is not tried, for it jumps.
    """
    best = int(scores.recommended[row])
    if best < 0 or not flips_known(scores, scheme):
        return None
    levers = scheme_levers(scores, scheme)
    if not levers.ids:
        return None
    sums = _sums(scores, scheme, row, levers)
    changes = _level(sums, best)
    found = [_nearest(changes * sign, levers.now, sums, best, sign) for sign in (1.0, -1.0)]
    change, winner = (np.stack(pair) for pair in zip(*found, strict=True))
    side, lever = np.unravel_index(np.argmin(change), change.shape)
    if not np.isfinite(change[side, lever]):
        return None
    now, won = float(levers.now[lever]), int(winner[side, lever])
    after = now + float(change[side, lever]) * (1.0, -1.0)[side]
    return Flip(levers.ids[lever], levers.models[lever], now, after, bool(side == 0), (*scores.models, "")[won])  # −1 is none


def _sums(scores: ScoreTable, scheme: Scheme, row: int, levers: Levers) -> _Sums:
    known = ~np.isnan(scores.utility[row])

    def summed(each: Float) -> tuple[Float, Float]:
        return (levers.weights * each).sum(axis=1), (levers.slopes * each).sum(axis=2)

    gained, part, total = (summed(each) for each in (np.nan_to_num(scores.utility[row]), known * 1.0, np.ones(len(known))))
    return _Sums(gained, part, total, scores.status[row] == ALLOWED, scheme.known_weight_min)


def _level(sums: _Sums, best: int) -> Float:
    """(l, 3 k) the changes of each weight at which the best is level with another, or a model's known share is at its least.

    Level: (G + g x)(K' + k' x) = (G' + g' x)(K + k x), whose square part is nought unless groups share their weight out.
    """
    (gained, gain), (known, knows) = sums.gained, sums.known
    of_best, best_knows = gain[:, [best]], knows[:, [best]]
    none = gained[best] * known - gained * known[best]
    one = gained[best] * knows + of_best * known - gained * best_knows - gain * known[best]
    two = of_best * knows - gain * best_knows
    two[np.abs(two) <= 1e-12 * np.abs(of_best * knows)] = 0.0  # rounding alone
    one[:, best] = two[:, best] = 0.0
    lacking, lacks = (sums.known_min * whole - part for whole, part in zip(sums.total, sums.known, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = -0.5 * (one + np.copysign(np.sqrt(one**2 - 4.0 * two * none), one))
        return np.hstack([none / middle, middle / two, -lacking / lacks])


def _nearest(changes: Float, now: Float, sums: _Sums, best: int, sign: float) -> tuple[Float, Int]:
    """(l,) the smallest change of each weight, up or down, that flips (inf: none), and (l,) who is recommended beyond it."""
    most = np.full((len(changes), 1), np.inf) if sign > 0 else now[:, None]
    at = np.where(np.isfinite(changes) & (changes >= -1e-12) & (changes < most), np.maximum(changes, 0.0), np.inf)
    at.sort(axis=1)
    after = np.minimum(np.hstack([at[:, 1:], np.full_like(most, np.inf)]), most)
    with np.errstate(invalid="ignore"):
        probe = np.where(np.isfinite(after), (at + after) / 2.0, at + 1.0 + at)
    flipped = np.isfinite(at)
    recommended = _recommended(np.where(flipped, probe, 0.0) * sign, sums)
    flipped &= recommended != best
    first = flipped.argmax(axis=1)
    rows = np.arange(len(at))
    return np.where(flipped[rows, first], at[rows, first], np.inf), recommended[rows, first]


def _recommended(change: Float, sums: _Sums) -> Int:
    """(l, p) the recommended model after p changes of each of l weights; −1 none."""
    parts = (sums.gained, sums.known, sums.total)
    gained, known, total = (now + change[..., None] * grows[:, None, :] for now, grows in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.round(gained / known, DIGITS)
        allowed = sums.allowed & (known > 0) & (known / total >= sums.known_min - 1e-12)
    score = np.where(allowed, score, -np.inf)
    return np.where(allowed.any(axis=-1), score.argmax(axis=-1), -1)
