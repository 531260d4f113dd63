"""Weighted product."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, all_columns, combined
from landplan.core.kernels.row_scores import known_logs
from landplan.core.normalisation import Decision, decision, positive_scaling
from landplan.core.registry import scorings
from landplan.core.scoring_params import ScaledBy, Unknown


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    logs, known = known_logs(block.matrix, block.weights, positive_scaling(stats[0], block))
    known[known >= 1.0 - 1e-12] = 1.0
    gaps = bool((known < 1.0).any())
    mean = np.divide(logs, known, out=np.full(len(logs), np.nan), where=known > 0) if gaps else logs
    scores = np.exp(mean)
    high = np.exp(logs) if gaps else scores
    return {
        "scores": scores,
        "scores_low": np.where(known < 1.0, 0.0, high) if gaps else scores,
        "scores_high": high,
        "log10_scores": mean / np.log(10.0),
        "known_weight": known,
    }


_BLOCKWISE = Blockwise(_apply, (all_columns,))


@scorings.add(
    "Weighted product",
    zh="加权乘积",
    scaled=True,
    blockwise=_BLOCKWISE,
    source="Bridgman (1922) Dimensional Analysis; Miller & Starr (1969) Executive Decisions and Operations Research",
)
def weighted_product(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    normalisation: ScaledBy = "none",
    missing: Unknown = "worst",
) -> dict[str, Any]:
    """The product of the criteria, each to the power of its weight: P = Π v^w; a plot that is 0 in one of them is 0.

    matrix (n, m) raw values ≥ 0, weights (m,) ≥ 0 of any sum, types (m,) +1 more or −1 less is better (default all +1).
    With normalisation "none" a criterion of which less is better enters as 1/v (it must be above 0), and no score depends on
    other rows; other units then multiply all scores alike. Results (n,): scores, ranks (if `ranked`), log10_scores (−∞ where
    the score is 0), scores_low and scores_high (unknown at 0 and at 1), known_weight.
    missing: "worst" takes the worst known value of the column, "known" the geometric mean over the known weight (NaN where
    nothing is known), "refuse" is a MethodError, as are negative scaled values.
    Not with utilities that are 0 for merely poor plots (or minmax, which makes the worst 0): they all tie at 0.
    """
    return combined(_BLOCKWISE, decision(matrix, weights, types, normalisation=normalisation, missing=missing), ranked)
