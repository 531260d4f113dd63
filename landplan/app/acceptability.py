"""How sure the ranks and recommendations of a scored project are when its weights are uncertain: what the map can hatch."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from landplan.app.flip import flips_known
from landplan.app.levers import own_weights, raw_weights
from landplan.app.opinions import drawn_opinions
from landplan.core.errors import UsageError
from landplan.core.fragile import Fragile
from landplan.core.kernels.drawn_scores import uniforms
from landplan.core.layers import Float, Text
from landplan.core.progress import Progress, part, silent
from landplan.core.recipe import SURE
from landplan.core.scheme import Scheme
from landplan.core.tables import ALLOWED, ScoreTable
from landplan.core.uncertain_values import uncertain_values
from landplan.core.weight_samples import free_weights, handed_out
from landplan.robustness.fragile import fragile
from landplan.robustness.model_acceptability import model_acceptability
from landplan.robustness.smaa2 import smaa2

if TYPE_CHECKING:
    from landplan.core.results import Results
    from landplan.steps.data_range import DataRange

WeightSet = Literal["free", "ordinal", "intervals", "experts"]
SHARES = {"tenth": 0.1, "quarter": 0.25, "half": 0.5}
"""Parts of the ranked parcels whose acceptability is told, best first."""
Keys = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What is asked: draws and their seed; weights: "intervals" (each weight of the scheme within ± spread of itself), "ordinal"
    (the order of each model's weights), "experts" (between what each of them said) or "free" (any weights); data: whether
    what the scheme declares uncertain is drawn, too; top: ranks 1 … top; least: the share of the draws in which a
    recommendation must hold."""

    draws: int = 1000
    seed: int = 0
    weights: WeightSet = "intervals"
    spread: float = 0.3
    top: int = 20
    least: float = SURE
    data: bool = True


@dataclass(frozen=True, eq=False)
class Acceptability:
    """Shares of the draws, for n parcels and k models: first, top and by name of SHARES within (n, k), NaN where the model has
    no rank; recommended (n, k), how often each model is the best of a parcel. With free weights every model has the same
    ones, so nothing is told of models: recommended is None and nothing is fragile."""

    asked: Uncertainty
    first: Float
    top: Float
    within: dict[str, Float]
    recommended: Float | None
    decisions: Fragile
    drawn_parcels: int
    """Parcels with unknown utilities, which were drawn from 0 to 1."""
    data: DataRange | None = None
    """What uncertain data moved; None where none is declared, or none was asked for."""
    alone: tuple[Float, Float] | None = None
    """(n,) how often the decision holds where only the weights, and only the data, are drawn; NaN where nothing is decided. None
    where only weights are uncertain."""

    def because(self, row: int) -> str:
        """What makes a fragile decision so: "weights" or "data", each alone; "both", either of them; "together", only both."""
        if self.alone is None:
            return "weights"
        weights, data = (bool(holds[row] < self.asked.least - 1e-12) for holds in self.alone)
        return "both" if weights and data else "weights" if weights else "data" if data else "together"


def uncertain_data(results: Results, asked: Uncertainty) -> DataRange | None:
    """The ranges of the utilities by what the scheme declares uncertain; None where nothing is, or it is not asked for."""
    from landplan.steps.data_range import data_range

    tables = (results.zones, results.criteria, results.scores)
    return data_range(results.layers, *tables, results.scheme) if asked.data else None


def acceptability(
    scores: ScoreTable, scheme: Scheme, asked: Uncertainty, progress: Progress = silent, data: DataRange | None = None
) -> Acceptability:
    """SMAA-2 of every model's ranking, and of the recommended models, under the same draws of the scheme's weights.

    data: utilities are drawn, each by itself, uniform within these ranges; those that only data make uncertain are told apart.
    An unknown utility is drawn from 0 to 1, and stays with its parcel's id. Rules stay as they are: a model ranks the parcels it
    ranks now. UsageError where the scheme does not score by the plain weighted sum of utilities.
    """
    _refuse_other_methods(scores, scheme)
    n, k = scores.score.shape
    weights, keys = drawn_scheme_weights(scores, scheme, asked), id_keys(scores.ids)
    first, top = np.full((n, k), np.nan), np.full((n, k), np.nan)
    within = {name: np.full((n, k), np.nan) for name in SHARES}
    for model in range(k):
        rows = np.flatnonzero(scores.rank[:, model] > 0)
        if not len(rows):
            continue
        found = smaa2(
            scores.utility[rows],
            weights[:, model],
            values_low=None if data is None else data.low[rows],
            values_high=None if data is None else data.high[rows],
            seed=asked.seed,
            top=asked.top,
            bands=[int(np.ceil(share * len(rows))) for share in SHARES.values()],
            full=False,
            confident=0,
            keys=keys[rows],
            progress=part(progress, model / (k + 1), (model + 1) / (k + 1)),
        )
        first[rows, model], top[rows, model] = found["first_rank_acceptability"], found["top_acceptability"]
        for name, share in zip(SHARES, np.cumsum(found["rank_band_acceptability"], axis=1).T, strict=False):
            within[name][rows, model] = share
    last = part(progress, k / (k + 1), 1.0)
    recommended, alone = None, None
    if asked.weights != "free":
        ranged = data is not None and data.parcels > 0
        recommended = _recommended(scores, scheme, asked.seed, weights, keys, part(last, 0.0, 1 / 3 if ranged else 1.0), data)
        if data is not None and ranged:
            alone = _alone(scores, scheme, asked, weights, keys, data, part(last, 1 / 3, 1.0))
    decided = np.zeros((n, 0)) if recommended is None else recommended
    chosen = np.full(n, -1) if recommended is None else scores.recommended
    drawn = int(np.isnan(scores.utility).any(axis=1).sum())
    return Acceptability(asked, first, top, within, recommended, fragile(decided, chosen, asked.least), drawn, data, alone)


def _alone(
    scores: ScoreTable, scheme: Scheme, asked: Uncertainty, weights: Float, keys: Keys, data: DataRange, progress: Progress
) -> tuple[Float, Float]:
    """How often decisions hold where only weights, and only data, are drawn; unknown utilities are drawn either way."""
    as_is = np.ascontiguousarray(np.broadcast_to(scores.weights, weights.shape))
    by_weights = _recommended(scores, scheme, asked.seed, weights, keys, part(progress, 0.0, 0.5))
    by_data = _recommended(scores, scheme, asked.seed, as_is, keys, part(progress, 0.5, 1.0), data)
    return fragile(by_weights, scores.recommended).holds, fragile(by_data, scores.recommended).holds


def decisions(
    scores: ScoreTable, scheme: Scheme, asked: Uncertainty, progress: Progress = silent, data: DataRange | None = None
) -> Fragile:
    """The decisions of `acceptability` alone, many times as fast: 100,000 parcels and seven models in some ten seconds.

    asked.weights must not be "free". UsageError where the scheme does not score by the plain weighted sum of utilities.
    """
    _refuse_other_methods(scores, scheme)
    weights = drawn_scheme_weights(scores, scheme, asked)
    recommended = _recommended(scores, scheme, asked.seed, weights, id_keys(scores.ids), progress, data)
    return fragile(recommended, scores.recommended, asked.least)


def _refuse_other_methods(scores: ScoreTable, scheme: Scheme) -> None:
    if not flips_known(scores, scheme):
        raise UsageError("robust_needs_sum", "scoring", method=scores.method)


def drawn_scheme_weights(scores: ScoreTable, scheme: Scheme, asked: Uncertainty) -> Float:
    """(draws, k, m) weights of each model, rows summing to 1: one draw is one scheme, so what models share stays shared.

    intervals: the common weight of a criterion, and each model's own weight of it, is uniform within ± spread of itself.
    ordinal: one row of uniformly drawn weights a draw, the largest to the most important criterion of each model. A weight of
    0 stays 0. experts: see `drawn_opinions`.
    With groups, a criterion's weight is its share of the whole, and a model's own weight of a group is its own for
    every criterion in it.
    """
    raw = raw_weights(scores, scheme)
    k, m = raw.shape
    if asked.weights == "experts":
        weights = drawn_opinions(scores, scheme, asked.draws, asked.seed)
    elif asked.weights == "intervals":
        own = own_weights(scores, scheme)
        drawn = uniforms(asked.seed, asked.draws, m * (k + 1)).reshape(asked.draws, k + 1, m)
        shift = np.where(own, drawn[:, 1:], drawn[:, :1])
        weights = raw * (1.0 + asked.spread * (2.0 * shift - 1.0))
    else:
        drawn = free_weights(m, asked.draws, asked.seed)
        weights = np.zeros((asked.draws, k, m))
        for model in range(k):
            used = np.flatnonzero(raw[model] > 0)
            of_used = drawn[:, used]
            weights[:, model, used] = handed_out(of_used, -raw[model, used]) if asked.weights == "ordinal" else of_used
    total = weights.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))


def id_keys(ids: Text) -> Keys:
    """(n,) a number of 64 bits for each id: the random data of a parcel stay its own in any order of the rows."""
    digests = [int.from_bytes(blake2b(str(id).encode(), digest_size=8).digest(), "little") for id in ids]
    return np.array(digests, np.uint64)


def _recommended(
    scores: ScoreTable, scheme: Scheme, seed: int, weights: Float, keys: Keys, progress: Progress, data: DataRange | None = None
) -> Float:
    enough = scores.known_weight >= scheme.known_weight_min - 1e-12
    allowed = (scores.status == ALLOWED) & enough & ~np.isnan(scores.score)
    low, high = (None, None) if data is None else (data.low, data.high)
    given = uncertain_values(scores.utility, low, high, keys=keys)
    return model_acceptability(given, weights, allowed, seed=seed, progress=progress)
