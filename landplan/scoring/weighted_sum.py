"""Weighted sum (simple additive weighting)."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.known_sums import known_sums
from landplan.core.normalisation import NORMALISATIONS, decision, normalised, refuse_unknown, worst_filled
from landplan.core.ranking import ranks
from landplan.core.registry import Param, scorings


@scorings.add("Weighted sum", zh="加权求和", additive=True, source="Churchman & Ackoff (1954) Operations Research 2(2):172-187")
def weighted_sum(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    normalisation: Annotated[str, Param("how criteria are scaled first", zh="指标的归一化方法", choices=NORMALISATIONS)] = "none",
    missing: Annotated[str, Param("unknown values", zh="未知值的处理", choices=("worst", "known", "refuse"))] = "worst",
) -> dict[str, Any]:
    """The sum of the criteria, each times its weight: S = Σ w v; a weak criterion can be made up for by strong ones.

    matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 more or −1 less is better (default all +1).
    With utilities in 0…1 and normalisation "none" the score of a row does not depend on the other rows.
    Results (n,): scores, ranks (if `ranked`), scores_low and scores_high (unknown at 0 and at 1), known_weight.
    missing: "worst" takes the worst known value of the column, "known" scores from the known weight (NaN where nothing is
    known), "refuse" is a MethodError, as are weights that are negative or all 0 and shapes that differ.
    """
    given = decision(matrix, weights, types)
    if missing == "refuse":
        refuse_unknown(given.matrix)
    filled = given.matrix if missing == "known" else worst_filled(given.matrix, given.types)
    low, known = known_sums(normalised(filled, given.types, normalisation), given.weights)
    known[known >= 1.0 - 1e-12] = 1.0
    scores = np.divide(low, known, out=np.full(len(low), np.nan), where=known > 0)
    found = {"scores": scores, "scores_low": low, "scores_high": low + (1.0 - known), "known_weight": known}
    return {**found, "ranks": ranks(scores)} if ranked else found
