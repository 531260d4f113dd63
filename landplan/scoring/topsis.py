"""TOPSIS: near the best, far from the worst."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.normalisation import NORMALISATIONS, decision, normalised, refuse_unknown, worst_filled
from landplan.core.ranking import ranks
from landplan.core.registry import Param, scorings


@scorings.add("TOPSIS", zh="TOPSIS 逼近理想解", relative=True, source="Hwang & Yoon (1981) Multiple Attribute Decision Making")
def topsis(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    normalisation: Annotated[
        str, Param("how criteria are scaled first", zh="指标的归一化方法", choices=NORMALISATIONS)
    ] = "vector",
    missing: Annotated[str, Param("unknown values", zh="未知值的处理", choices=("worst", "refuse"))] = "worst",
) -> dict[str, Any]:
    """Relative closeness to the ideal: D− / (D+ + D−), with D+ and D− the distances to the best and worst of the table.

    v = w · scaled value, D = √Σ (v − ideal)². matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1
    (default all +1). Results (n,): scores 0…1, ranks (if `ranked`), distance_to_best, distance_to_worst. A table without
    any spread scores 0.5 throughout. Relative: another row or another normalisation can change the order.
    missing: "worst" takes the worst known value of the column, "refuse" is a MethodError.
    """
    given = decision(matrix, weights, types)
    if missing == "refuse":
        refuse_unknown(given.matrix)
    values = normalised(worst_filled(given.matrix, given.types), given.types, normalisation)
    n, m = values.shape
    to_best, to_worst = np.zeros(n), np.zeros(n)
    for j in range(m if n else 0):
        v = given.weights[j] * values[:, j]
        to_best += np.square(v.max() - v)
        to_worst += np.square(v - v.min())
    np.sqrt(to_best, out=to_best)
    np.sqrt(to_worst, out=to_worst)
    both = to_best + to_worst
    scores = np.divide(to_worst, both, out=np.full(n, 0.5), where=both > 0)
    found = {"scores": scores, "distance_to_best": to_best, "distance_to_worst": to_worst}
    return {**found, "ranks": ranks(scores)} if ranked else found
