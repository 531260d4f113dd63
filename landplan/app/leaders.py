"""The parcels that a model ranks first, and which change of one weight unseats them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landplan.app.flip_words import outwards
from landplan.core.layers import Int
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.tables import ScoreTable
from landplan.robustness.weight_stability import Stability, weight_stability


@dataclass(frozen=True, eq=False)
class Leader:
    """A parcel of rank 1, 2, … under a model: its row among the rows the model ranks, and what would unseat it, that is let more
    than rank − 1 others pass it."""

    model: int
    rank: int
    row: int
    rows: Int
    stability: Stability

    def taker(self, criterion: int, *, rises: bool) -> int:
        """The row that passes it when a weight rises or falls past its limit; −1 none."""
        place = int((self.stability.above if rises else self.stability.below)[0, criterion])
        return int(self.rows[place]) if place >= 0 else -1


def leaders(scores: ScoreTable, model: int, places: int = 1) -> Iterator[Leader]:
    """The best `places` parcels of a model, the first listed of level ones; none where it ranks no parcel."""
    rows = np.flatnonzero(scores.rank[:, model] > 0)
    ranks = scores.rank[rows, model]
    for at in np.argsort(ranks, kind="stable")[:places].tolist():
        found = weight_stability(scores.utility[rows], scores.weights[model], rows=[at], top=int(ranks[at]))
        yield Leader(model, int(ranks[at]), int(rows[at]), rows, found)


def unseated(results: Results, one: Leader) -> str:
    """Which change of one weight lets another parcel pass it, in a sentence with the weight's limit."""
    scores, stability = results.scores, one.stability
    j = int(stability.distance[0].argmin())
    if not np.isfinite(stability.distance[0, j]):
        return text("robust_place_always")
    now, low, high = float(stability.weights[j]), float(stability.low[0, j]), float(stability.high[0, j])
    rises = one.taker(j, rises=False) < 0 or (one.taker(j, rises=True) >= 0 and high - now < now - low)
    criterion = next(pick(own.title) for own in results.scheme.criteria if own.id == scores.criteria[j])
    limit = outwards(now, high if rises else low, rises=rises)
    flip = {"criterion": criterion, "now": f"{now:.3g}", "limit": limit, "winner": scores.ids[one.taker(j, rises=rises)]}
    return text("robust_place_up" if rises else "robust_place_down", flip)
