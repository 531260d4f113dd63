"""TOPSIS: near the best, far from the worst."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, columns, combined
from landplan.core.kernels.row_scores import distances
from landplan.core.normalisation import Decision, decision, scaling
from landplan.core.registry import scorings
from landplan.core.scoring_params import ScaledBy, UnknownAsWorst


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    """Distances are taken in units of the longest edge between worst and best, so that none overflows."""
    by = scaling(stats[0], block)
    known = stats[0].known > 0
    ends = np.array([by.at(np.where(known, end, 0.0)) for end in (stats[0].low, stats[0].high)])
    best, worst = ends.max(axis=0), ends.min(axis=0)
    unit = float((block.weights * (best - worst))[block.weights > 0].max()) or 1.0
    to_best, to_worst = distances(block.matrix, block.weights / unit, by, best, worst)
    both = to_best + to_worst
    scores = np.divide(to_worst, both, out=np.full(len(both), 0.5), where=both > 0)
    return {"scores": scores, "distance_to_best": to_best * unit, "distance_to_worst": to_worst * unit}


_BLOCKWISE = Blockwise(_apply, (columns,))


@scorings.add(
    "TOPSIS",
    zh="TOPSIS 逼近理想解",
    relative=True,
    blockwise=_BLOCKWISE,
    source="Hwang & Yoon (1981) Multiple Attribute Decision Making",
)
def topsis(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    normalisation: ScaledBy = "vector",
    missing: UnknownAsWorst = "worst",
) -> dict[str, Any]:
    """Relative closeness to the ideal: D− / (D+ + D−), with D+ and D− the distances to the best and worst of the table.

    v = w · scaled value, D = √Σ (v − ideal)². matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1
    (default all +1). Results (n,): scores 0…1, ranks (if `ranked`), distance_to_best, distance_to_worst. A table without
    any spread scores 0.5 throughout. Relative: another row or another normalisation can change the order.
    missing: "worst" takes the worst known value of the column, "refuse" is a MethodError.
    Not where plots come and go between rounds of a list: one more plot, better or worse than all others in one criterion,
    can reverse two others. Use weighted_sum or spotis there.
    """
    return combined(_BLOCKWISE, decision(matrix, weights, types, normalisation=normalisation, missing=missing), ranked)
