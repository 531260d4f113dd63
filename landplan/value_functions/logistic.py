"""S-shaped curve."""

from __future__ import annotations

from math import log
from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError
from landplan.core.layers import Float
from landplan.core.registry import Param, value_functions


@value_functions.add("Logistic", zh="S形曲线")
def logistic(
    raw: npt.ArrayLike,
    *,
    midpoint: Annotated[
        float | None, Param("value worth 0.5, in the unit of the criterion", zh="效用为 0.5 的值（指标单位）")
    ] = None,
    steepness: Annotated[
        float | None, Param("k, per unit of the criterion; below 0 = less is better", zh="陡度 k（每指标单位）；负值表示越小越好")
    ] = None,
    anchors: Annotated[
        list[list[float]] | None,
        Param("instead: two points [value, utility], utility between 0 and 1", zh="或给出两个点 [值, 效用]，效用在 0 与 1 之间"),
    ] = None,
) -> Float:
    """A gradual change around a midpoint: 1 / (1 + exp(−k (x − midpoint))).

    Give midpoint and steepness, or two anchors the curve passes through. raw (n,) → utility (n,); NaN stays NaN.
    SchemeError when neither or both are given, or the anchors do not fix a curve. Not where worst and best must be worth
    exactly 0 and 1: the curve only comes near them.
    """
    if (midpoint is None or steepness is None) == (anchors is None):
        raise SchemeError("logistic_needs_curve")
    m, k = _curve(anchors) if anchors is not None else (float(midpoint or 0.0), float(steepness or 0.0))
    x = np.clip(k * (np.asarray(raw, np.float64) - m), -700.0, 700.0)
    return np.asarray(1.0 / (1.0 + np.exp(-x)))


def _curve(anchors: list[list[float]]) -> tuple[float, float]:
    """Midpoint and steepness of the curve through two points."""
    if [len(anchor) for anchor in anchors] != [2, 2]:
        raise SchemeError("logistic_anchors", anchors=anchors)
    (x1, u1), (x2, u2) = anchors
    if x1 == x2 or u1 == u2 or not (0 < u1 < 1 and 0 < u2 < 1):
        raise SchemeError("logistic_anchors", anchors=anchors)
    logit1, logit2 = log(u1 / (1 - u1)), log(u2 / (1 - u2))
    k = (logit2 - logit1) / (x2 - x1)
    return x1 - logit1 / k, k
