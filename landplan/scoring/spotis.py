"""SPOTIS: how far from the ideal within bounds that are fixed beforehand."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, all_columns, combined
from landplan.core.errors import MethodError
from landplan.core.kernels.row_scores import Scaling, known_sums
from landplan.core.layers import Float
from landplan.core.normalisation import Decision, check_missing, decision
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import Unknown


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    bounds = _bounds(block)
    check_missing(stats[0], block)
    _inside(bounds, stats, block)
    best, worst = (np.where(block.types > 0, bounds[:, end], bounds[:, 1 - end]) for end in (1, 0))
    fill = worst if block.params["missing"] == "worst" else np.full(len(worst), np.nan)
    by = Scaling(best, worst - best, np.zeros(len(worst), np.bool_), fill)
    far, known = known_sums(block.matrix, block.weights, by)
    known[known >= 1.0 - 1e-12] = 1.0
    distance = np.divide(far, known, out=np.full(len(far), np.nan), where=known > 0)
    return {
        "scores": 1.0 - distance,
        "scores_low": known - far,
        "scores_high": 1.0 - far,
        "distance": distance,
        "known_weight": known,
    }


def _bounds(block: Decision) -> Float:
    """(m, 2) least and most of each criterion."""
    m, given = len(block.types), block.params["bounds"]
    bounds = np.asarray(np.tile([0.0, 1.0], (m, 1)) if given is None else given, np.float64)
    if bounds.shape != (m, 2) or not (bounds[:, 0] < bounds[:, 1]).all():
        raise MethodError("bounds_not_pairs", columns=m)
    return bounds


def _inside(bounds: Float, stats: Stats, block: Decision) -> None:
    slack = 1e-9 * (bounds[:, 1] - bounds[:, 0])
    outside = (stats[0].low < bounds[:, 0] - slack) | (stats[0].high > bounds[:, 1] + slack)
    for j in np.flatnonzero(outside & (stats[0].known > 0) & (block.weights > 0))[:1]:
        reached, allowed = (f"{low:g} … {high:g}" for low, high in ((stats[0].low[j], stats[0].high[j]), bounds[j]))
        raise MethodError("values_outside_bounds", column=int(j) + 1, values=reached, bounds=allowed)


_BLOCKWISE = Blockwise(_apply, (all_columns,))


@scorings.add(
    "SPOTIS",
    zh="SPOTIS 固定界限的理想解距离",
    blockwise=_BLOCKWISE,
    source="Dezert, Tchamova, Han & Tacnet (2020) The SPOTIS rank reversal free method, IEEE FUSION 2020",
)
def spotis(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    bounds: Annotated[
        list[list[float]] | None,
        Param("least and most of each criterion; absent: 0 and 1", zh="各指标的下界与上界；不填为 0 与 1", by_criterion="rows"),
    ] = None,
    missing: Unknown = "worst",
) -> dict[str, Any]:
    """Distance to the ideal within given bounds: D = Σ w |x − best| / (most − least), less is better; scores are 1 − D.

    The ideal is the better bound of each criterion, never the best of the table, so no plot that comes or goes changes
    another's score (no rank reversal). matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default
    all +1), bounds (m, 2) in the units of the columns; in a scheme leave them out: utilities lie in 0…1, and the bounds are
    those of the value functions. Results (n,): scores 0…1, ranks (if `ranked`), distance, scores_low and scores_high
    (unknown at the worse and at the better bound), known_weight.
    missing: "worst" takes the worse bound, "known" scores from the known weight (NaN where nothing is known), "refuse" is a
    MethodError, as are values outside the bounds.
    Not with bounds read off the table: that is minmax, and relative again. On utilities it equals the weighted sum.
    """
    return combined(_BLOCKWISE, decision(matrix, weights, types, bounds=bounds, missing=missing), ranked)
