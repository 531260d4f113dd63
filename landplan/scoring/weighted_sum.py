"""Weighted sum (simple additive weighting)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, columns, combined
from landplan.core.kernels.row_scores import known_sums
from landplan.core.normalisation import Decision, decision, scaling
from landplan.core.registry import scorings
from landplan.core.scoring_params import ScaledBy, Unknown


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    low, known = known_sums(block.matrix, block.weights, scaling(stats[0], block))
    known[known >= 1.0 - 1e-12] = 1.0
    scores = np.divide(low, known, out=np.full(len(low), np.nan), where=known > 0)
    return {"scores": scores, "scores_low": low, "scores_high": low + (1.0 - known), "known_weight": known}


_BLOCKWISE = Blockwise(_apply, (columns,))


@scorings.add(
    "Weighted sum",
    zh="加权求和",
    additive=True,
    scaled=True,
    blockwise=_BLOCKWISE,
    source="Churchman & Ackoff (1954) Operations Research 2(2):172-187",
)
def weighted_sum(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    normalisation: ScaledBy = "none",
    missing: Unknown = "worst",
) -> dict[str, Any]:
    """The sum of the criteria, each times its weight: S = Σ w v; a weak criterion can be made up for by strong ones.

    matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 more or −1 less is better (default all +1).
    With utilities in 0…1 and normalisation "none" the score of a row does not depend on the other rows.
    Results (n,): scores, ranks (if `ranked`), scores_low and scores_high (unknown at 0 and at 1), known_weight.
    missing: "worst" takes the worst known value of the column, "known" scores from the known weight (NaN where nothing is
    known), "refuse" is a MethodError, as are weights that are negative or all 0 and shapes that differ.
    Not for criteria of which none may be bad, however good the others are: use owa, weighted_product or a rule.
    """
    return combined(_BLOCKWISE, decision(matrix, weights, types, normalisation=normalisation, missing=missing), ranked)
