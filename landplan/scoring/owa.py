"""Ordered weighted averaging: from the strictest (the worst criterion decides) to the most lenient (the best does)."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, columns, combined
from landplan.core.errors import MethodError
from landplan.core.kernels.row_scores import ordered_sums
from landplan.core.layers import Float
from landplan.core.normalisation import Decision, decision, scaling
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import ScaledBy, Unknown


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    alpha, knots = _quantifier(block.params["leniency"], block.params["order_weights"])
    scores, known = ordered_sums(block.matrix, block.weights, scaling(stats[0], block), alpha, knots)
    known[known >= 1.0 - 1e-12] = 1.0
    return {"scores": np.where(known > 0, scores, np.nan), "known_weight": known}


_BLOCKWISE = Blockwise(_apply, (columns,))


@scorings.add(
    "Ordered weighted averaging (OWA)",
    zh="OWA 有序加权平均",
    scaled=True,
    blockwise=_BLOCKWISE,
    source="Yager (1988) IEEE Trans. SMC 18(1):183-190; Torra (1997) Int. J. Intelligent Systems 12(2):153-166",
)
def owa(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    leniency: Annotated[
        float,
        Param(
            "0: the worst criterion decides … 1: the best does",
            zh="0 严格（最差指标决定）… 1 宽松（最好指标决定）",
            low=0,
            high=1,
        ),
    ] = 0.5,
    order_weights: Annotated[
        list[float] | None,
        Param(
            "weights of the best, second … worst criterion, instead of leniency", zh="最好、次好……最差指标的位次权重，代替宽严度"
        ),
    ] = None,
    normalisation: ScaledBy = "none",
    missing: Unknown = "worst",
) -> dict[str, Any]:
    """The criteria of each plot from best to worst, weighed by their place: S = Σ (Q(c_k) − Q(c_k−1)) v_k, c the weight so far.

    The quantifier Q(p) = p^((1 − t)/t) makes one slider t, the leniency: 1 is the best criterion alone (or), 0.5 the
    weighted sum, 0 the worst alone (and). order_weights (any number, any sum) instead make Q linear between their running
    sums: with equal weights that is Yager's Σ b_k v_k, with equal order weights the weighted sum.
    matrix (n, m) raw values, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default all +1). Results: (n,) scores, ranks
    (if `ranked`), known_weight; order_weights (m,) of equally weighted criteria, their orness Σ (m − k) b_k / (m − 1) from
    0 strict to 1 lenient, and their dispersion −Σ b ln b. With utilities and normalisation "none" no score depends on other
    rows. missing: "worst" takes the worst known value of the column, "known" weighs the known ones alone (NaN where nothing
    is known), "refuse" is a MethodError.
    Not with criteria on different footing: it compares utilities with each other, so 0.5 must be equally good in all.
    """
    given = decision(
        matrix, weights, types, leniency=leniency, order_weights=order_weights, normalisation=normalisation, missing=missing
    )
    return {**combined(_BLOCKWISE, given, ranked), **_attitude(leniency, order_weights, len(given.types))}


def _quantifier(leniency: float, order_weights: list[float] | None) -> tuple[float, Float]:
    """The exponent of Q, and its knots where it is given by order weights."""
    if order_weights is None:
        return ((1.0 - leniency) / leniency if leniency > 0 else np.inf), np.zeros(0)
    own = np.asarray(order_weights, np.float64)
    if own.ndim != 1 or not (own >= 0).all() or not 0 < own.sum() < np.inf:
        raise MethodError("weights_not_positive")
    return 1.0, np.concatenate([[0.0], np.cumsum(own / own.sum())])


def _attitude(leniency: float, order_weights: list[float] | None, m: int) -> dict[str, Any]:
    alpha, knots = _quantifier(leniency, order_weights)
    share = np.arange(m + 1) / m
    reached = np.interp(share, np.linspace(0.0, 1.0, len(knots)), knots) if len(knots) else share**alpha
    reached[0], reached[-1] = 0.0, 1.0
    own = np.diff(reached)
    some = own[own > 0]
    orness = float((np.arange(m - 1, -1, -1) * own).sum() / (m - 1)) if m > 1 else 0.5
    return {"order_weights": own, "orness": orness, "dispersion": float(-(some * np.log(some)).sum())}
