"""Criteria on one footing: scaled columns in which more is better, and the checks every scoring method shares.

Source of the formulas: Hwang & Yoon (1981), ch. 3; names as in the literature (min–max, vector, sum, max).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, suggestion
from landplan.core.layers import Float

Normalisation = Literal["none", "minmax", "vector", "sum", "max"]
Missing = Literal["worst", "known", "refuse"]
NORMALISATIONS: tuple[Normalisation, ...] = ("none", "minmax", "vector", "sum", "max")


@dataclass(frozen=True, eq=False)
class Decision:
    """A decision matrix (n, m), unknown = NaN; weights (m,) that sum to 1; types (m,) +1 more or −1 less is better."""

    matrix: Float
    weights: Float
    types: Float


def decision(matrix: npt.ArrayLike, weights: npt.ArrayLike, types: npt.ArrayLike | None) -> Decision:
    """The inputs of a scoring method, checked; MethodError for shapes that differ, negative weights, or types other than ±1."""
    values = np.asarray(matrix, np.float64)
    if values.ndim != 2:
        raise MethodError("matrix_not_table", shape=values.shape)
    if np.isinf(values).any():
        values = np.where(np.isinf(values), np.nan, values)
    m = values.shape[1]
    weight = np.asarray(weights, np.float64)
    sense = np.ones(m) if types is None else np.asarray(types, np.float64)
    if weight.shape != (m,) or sense.shape != (m,):
        raise MethodError("matrix_columns_differ", columns=m, weights=weight.size, types=sense.size)
    if not np.isin(sense, (-1.0, 1.0)).all():
        raise MethodError("types_not_sense")
    total = float(weight.sum())
    if not (weight >= 0).all() or not 0 < total < np.inf:
        raise MethodError("weights_not_positive")
    return Decision(values, weight / total, sense)


def worst_filled(matrix: Float, types: Float) -> Float:
    """The matrix with unknown values at the worst known value of their column (0 where a column knows none)."""
    unknown = np.isnan(matrix)
    if not unknown.any():
        return matrix
    out = matrix.copy(order="F")
    for j in np.flatnonzero(unknown.any(axis=0)):
        known = matrix[~unknown[:, j], j]
        worst = 0.0 if not known.size else float(known.min() if types[j] > 0 else known.max())
        out[unknown[:, j], j] = worst
    return out


def refuse_unknown(matrix: Float) -> Float:
    """The matrix when all of it is known; MethodError that counts the unknown values if not."""
    unknown = int(np.isnan(matrix).sum())
    if unknown:
        raise MethodError("matrix_unknown_refused", n=unknown)
    return matrix


def normalised(matrix: Float, types: Float, normalisation: str) -> Float:
    """(n, m) scaled values, more is better in every column; unknown stays NaN, a column without spread is 0 or equal, never NaN.

    more is better: minmax (x − min)/(max − min) · vector x/√Σx² · sum x/Σx · max x/max · none x.
    less is better: minmax (max − x)/(max − min) · vector 1 − x/√Σx² · sum (1/x)/Σ(1/x) · max 1 − x/max · none −x.
    Raises MethodError for an unknown name, for negative values with sum or max, and for sum over 1/0.
    """
    if normalisation not in NORMALISATIONS:
        raise MethodError(
            "unknown_normalisation",
            name=normalisation,
            nearest=suggestion(normalisation, NORMALISATIONS),
        )
    if normalisation == "none" and (types > 0).all():
        return matrix
    out = np.empty(matrix.shape, order="F")
    for j in range(matrix.shape[1]):
        out[:, j] = _column(matrix[:, j], types[j] > 0, normalisation)
    return out


def _column(x: Float, more: bool, normalisation: str) -> Float:
    if normalisation == "none" or not len(x):
        return x if more else -x
    known = x[~np.isnan(x)]
    if not known.size:
        return x
    if normalisation == "minmax":
        low, high = float(known.min()), float(known.max())
        return _ratio(x - low if more else high - x, high - low)
    if normalisation == "vector":
        scaled = _ratio(x, _length(known))
        return scaled if more else 1.0 - scaled
    if known.min() < 0 or (normalisation == "sum" and not more and known.min() <= 0):
        raise MethodError("normalisation_needs_positive", name=normalisation)
    if normalisation == "max":
        scaled = _ratio(x, float(known.max()))
        return scaled if more else 1.0 - scaled
    part = x if more else 1.0 / x
    return _ratio(part, float(part[~np.isnan(part)].sum()))


def _length(x: Float) -> float:
    """√Σx² without overflow."""
    largest = float(np.abs(x).max())
    return largest * float(np.sqrt(np.square(x / largest).sum())) if largest > 0 else 0.0


def _ratio(x: Float, by: float) -> Float:
    return x / by if by > 0 else np.where(np.isnan(x), np.nan, 0.0)
