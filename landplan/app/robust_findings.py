"""How far the scores of a project can be relied on, as the window shows it: everything `landplan robust` tells, and how far
scoring methods agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.app.acceptability import Acceptability, Uncertainty, acceptability, uncertain_data
from landplan.app.leaders import Leader, leaders
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import scorings
from landplan.core.results import Results
from landplan.core.tables import ScoreTable
from landplan.robustness.method_swap import Agreement, Variant, every_variant, method_swap

PLACES = 3
"""Of every model, so many of its best parcels are told."""
COMPARED = 2000
"""So many of a model's best parcels are ranked by every method: a second of work, whatever the size of the project."""


@dataclass(frozen=True, eq=False)
class Findings:
    """What a run found for the results it is of."""

    results: Results
    acceptability: Acceptability
    leaders: tuple[Leader, ...]


def findings(results: Results, asked: Uncertainty, progress: Progress = silent) -> Findings:
    """Acceptability of every parcel and model, and the first places with what would unseat them. UsageError where the scheme
    does not score by the weighted sum."""
    scores = results.scores
    found = acceptability(scores, results.scheme, asked, part(progress, 0.0, 0.9), uncertain_data(results, asked))
    first = []
    for k in range(len(scores.models)):
        progress(0.9 + 0.1 * k / len(scores.models), "progress_leaders")
        first += list(leaders(scores, k, PLACES))
    return Findings(results, found, tuple(first))


def compared(scores: ScoreTable) -> list[Variant]:
    """The project's method under every normalisation it offers, then every other method that ranks, as it is by default."""
    own = [one for one in every_variant() if one.method == scores.method]
    others = [Variant(method.id, {}) for method in scorings if method.id not in (scores.method, "electre1")]
    return own + others


def agreement(scores: ScoreTable, model: int, top: int) -> Agreement:
    """How far the methods agree on the best parcels of a model (COMPARED at most): utilities and weights as in its score."""
    rows = np.flatnonzero(scores.rank[:, model] > 0)
    rows = rows[np.argsort(scores.rank[rows, model], kind="stable")][:COMPARED]
    used = scores.weights[model] > 0
    variants = [{"method": one.method, **one.params} for one in compared(scores)]
    return method_swap(scores.utility[rows][:, used], scores.weights[model][used], top=top, variants=variants)
