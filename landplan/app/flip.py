"""What would flip a recommendation: the smallest change of one weight after which another model is recommended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int
from landplan.core.ranking import DIGITS
from landplan.core.scheme import Scheme
from landplan.core.tables import ALLOWED, ScoreTable


@dataclass(frozen=True, slots=True)
class Flip:
    """At `after` the two are level, beyond it `winner` is recommended ("" = none: too little weight is then known).

    before, after: weights as the scheme has them, of any sum; rises: up. model: whose own weight it is; "" = the common weight.
    """

    criterion: str
    model: str
    before: float
    after: float
    rises: bool
    winner: str


@dataclass(frozen=True, eq=False)
class _Levers:
    """l weights that can be moved alone, over k models: the criterion (l,), whose own weight (l,) (−1 the common one), the
    weight now (l,), and the models it moves (l, k) 1 or 0."""

    criterion: Int
    own: Int
    now: Float
    moves: Float


@dataclass(frozen=True, eq=False)
class _Sums:
    """Of one parcel, (k,) a model: Σ w u and Σ w over the known criteria, Σ w; and which models may be recommended."""

    gained: Float
    known: Float
    total: Float
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
    recommendation or no weight can flip it. Ties go to the scheme's order, as in scoring.
    """
    best = int(scores.recommended[row])
    if best < 0 or not flips_known(scores, scheme):
        return None
    levers, sums, utility = _parts(scores, scheme, row)
    per_weight = (np.nan_to_num(utility)[levers.criterion], (~np.isnan(utility)).astype(np.float64)[levers.criterion])
    changes = _level(sums, levers, per_weight, best)
    found = [_nearest(changes * sign, sums, levers, per_weight, best, sign) for sign in (1.0, -1.0)]
    change, winner = (np.stack(pair) for pair in zip(*found, strict=True))
    side, lever = np.unravel_index(np.argmin(change), change.shape)
    if not np.isfinite(change[side, lever]):
        return None
    now, own, won = float(levers.now[lever]), int(levers.own[lever]), int(winner[side, lever])
    after = now + float(change[side, lever]) * (1.0, -1.0)[side]
    names = (*scores.models, "")  # −1 is none
    return Flip(scores.criteria[levers.criterion[lever]], names[own], now, after, bool(side == 0), names[won])


def raw_weights(scores: ScoreTable, scheme: Scheme) -> Float:
    """(k, m) the scheme's weights of the scored criteria for each model, not normalised."""
    common = {criterion.id: criterion.weight for criterion in scheme.criteria}
    rows = [[model.weights.get(id, common[id]) for id in scores.criteria] for model in scheme.models]
    return np.array(rows, np.float64).reshape(len(scheme.models), len(scores.criteria))


def _parts(scores: ScoreTable, scheme: Scheme, row: int) -> tuple[_Levers, _Sums, Float]:
    raw, utility = raw_weights(scores, scheme), scores.utility[row]
    known = ~np.isnan(utility)
    own = np.array([[id in model.weights for id in scores.criteria] for model in scheme.models], bool).reshape(raw.shape)
    whose, criterion = np.nonzero(own)
    weights = {one.id: one.weight for one in scheme.criteria}
    common = np.array([weights[id] for id in scores.criteria])
    levers = _Levers(
        np.concatenate([np.arange(raw.shape[1]), criterion]),
        np.concatenate([np.full(raw.shape[1], -1), whose]),
        np.concatenate([common, raw[whose, criterion]]),
        np.vstack([~own.T, np.eye(len(raw), dtype=bool)[whose]]).astype(np.float64),
    )
    gained, part = (raw * np.where(known, np.nan_to_num(utility), 0.0)).sum(axis=1), (raw * known).sum(axis=1)
    sums = _Sums(gained, part, raw.sum(axis=1), scores.status[row] == ALLOWED, scheme.known_weight_min)
    return levers, sums, utility


def _level(sums: _Sums, levers: _Levers, per_weight: tuple[Float, Float], best: int) -> Float:
    """(l, 2 k) the changes of each weight at which the best is level with another, or a model's known share is at its least."""
    gain, knows = (one[:, None] for one in per_weight)
    moves, a, b = levers.moves, levers.moves[:, [best]], best
    apart = sums.gained[b] * sums.known - sums.gained * sums.known[b]
    slope = knows * (sums.gained[b] * moves - sums.gained * a) + gain * (sums.known * a - sums.known[b] * moves)
    lacking = sums.known_min * sums.total - sums.known
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.hstack([-apart / slope, lacking / (moves * (knows - sums.known_min))])


def _nearest(
    changes: Float, sums: _Sums, levers: _Levers, per_weight: tuple[Float, Float], best: int, sign: float
) -> tuple[Float, Int]:
    """(l,) the smallest change of each weight, up or down, that flips (inf: none), and (l,) who is recommended beyond it."""
    most = np.full((len(changes), 1), np.inf) if sign > 0 else levers.now[:, None]
    at = np.where(np.isfinite(changes) & (changes >= -1e-12) & (changes < most), np.maximum(changes, 0.0), np.inf)
    at.sort(axis=1)
    after = np.minimum(np.hstack([at[:, 1:], np.full_like(most, np.inf)]), most)
    with np.errstate(invalid="ignore"):
        probe = np.where(np.isfinite(after), (at + after) / 2.0, at + 1.0 + at)
    flipped = np.isfinite(at)
    recommended = _recommended(np.where(flipped, probe, 0.0) * sign, sums, levers, per_weight)
    flipped &= recommended != best
    first = flipped.argmax(axis=1)
    rows = np.arange(len(at))
    return np.where(flipped[rows, first], at[rows, first], np.inf), recommended[rows, first]


def _recommended(change: Float, sums: _Sums, levers: _Levers, per_weight: tuple[Float, Float]) -> Int:
    """(l, p) the recommended model after p changes of each of l weights; −1 none."""
    gain, knows = (one[:, None, None] for one in per_weight)
    moved = change[..., None] * levers.moves[:, None, :]
    known, total = sums.known + moved * knows, sums.total + moved
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.round((sums.gained + moved * gain) / known, DIGITS)
        allowed = sums.allowed & (known > 0) & (known / total >= sums.known_min - 1e-12)
    score = np.where(allowed, score, -np.inf)
    return np.where(allowed.any(axis=-1), score.argmax(axis=-1), -1)
