"""Weights from the order of importance alone."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from landplan.core.errors import MethodError, suggestion
from landplan.core.registry import Param, weightings

_METHODS = ("roc", "rs", "rr")


@weightings.add("Rank-order weights", zh="排序赋权", source="Barron & Barrett (1996) Management Science 42(11):1515-1523")
def rank_order(
    n: int,
    *,
    method: Annotated[
        str, Param("roc centroid, rs sum, rr reciprocal", zh="roc 质心法，rs 和法，rr 倒数法", choices=_METHODS)
    ] = "roc",
) -> dict[str, Any]:
    """Weights of n criteria of which only the order is known, the most important first.

    ROC: w_i = (1/n) Σ_{k=i…n} 1/k (the mean of all weights in that order); RS: w_i = 2 (n + 1 − i) / (n (n + 1));
    RR: w_i = (1/i) / Σ 1/k. Result: weights (n,), falling, sum 1. MethodError for n < 1 or an unknown method.
    Not where anybody can say by how much one criterion counts more than the next: the order alone spreads weights its own way.
    """
    if n < 1:
        raise MethodError("rank_order_needs_criteria", n=n)
    rank = np.arange(1, n + 1, dtype=np.float64)
    if method == "roc":
        weights = np.cumsum((1.0 / rank)[::-1])[::-1] / n
    elif method == "rs":
        weights = 2.0 * (n + 1.0 - rank) / (n * (n + 1.0))
    elif method == "rr":
        weights = (1.0 / rank) / (1.0 / rank).sum()
    else:
        offered = suggestion(method, _METHODS)
        raise MethodError("value_not_offered", "rank_order", key="method", value=method, choices=offered)
    return {"weights": weights}
