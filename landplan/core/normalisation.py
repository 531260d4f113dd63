"""Criteria on one footing: scaled columns in which more is better, and the checks every scoring method shares.

Source of the formulas: Hwang & Yoon (1981), ch. 3; names as in the literature (min–max, vector, sum, max, linear).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, suggestion
from landplan.core.kernels.column_stats import LIMIT, ColumnStats, column_stats, root_of, total_of, units_of
from landplan.core.kernels.row_scores import Scaling
from landplan.core.layers import Float

Normalisation = Literal["none", "minmax", "vector", "sum", "max", "linear"]
Missing = Literal["worst", "known", "refuse"]
NORMALISATIONS: tuple[Normalisation, ...] = ("none", "minmax", "vector", "sum", "max", "linear")
_POWERS = {"vector": (2, 2), "sum": (1, -1)}
"""What a normalisation sums: Σ x^power where more is better, where less is."""


@dataclass(frozen=True, eq=False)
class Decision:
    """A decision matrix (n, m), unknown = NaN; weights (m,) that sum to 1; types (m,) +1 more or −1 less is better.

    params: those of the method, by name; the same for every block of the table.
    """

    matrix: Float
    weights: Float
    types: Float
    params: Mapping[str, Any] = field(default_factory=dict)


def decision(matrix: npt.ArrayLike, weights: npt.ArrayLike, types: npt.ArrayLike | None = None, **params: Any) -> Decision:
    """The inputs of a scoring method, checked; MethodError for shapes that differ, negative weights, or types other than ±1."""
    values = np.asarray(matrix, np.float64)
    if values.ndim != 2:
        raise MethodError("matrix_not_table", shape=values.shape)
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
    return Decision(values, weight / total, sense, params)


def powers(normalisation: str, types: Float) -> npt.NDArray[np.int64]:
    """(m,) the power that `scaling` needs summed, for `column_stats`."""
    more, less = _POWERS.get(normalisation, (0, 0))
    return np.where(types > 0, more, less)


def scaling(stats: ColumnStats, given: Decision, *, inverse: bool = False) -> Scaling:
    """How the columns of a table with these stats are scaled under the decision's params `normalisation` and `missing`.

    more is better: minmax (x − min)/(max − min) · vector x/√Σx² · sum x/Σx · max, linear x/max · none x.
    less is better: minmax (max − x)/(max − min) · vector 1 − x/√Σx² · sum (1/x)/Σ(1/x) · max 1 − x/max · linear min/x ·
    none −x, or 1/x with `inverse`. A column without spread, without values or without weight is 0 or equal, never NaN.
    missing: worst (the worst known value of the column, 0 where it knows none, also in the sums), known, refuse.
    Raises MethodError for an unknown name, for values refused, for negative values with sum, max or linear, and for 1/0.
    """
    normalisation, missing = str(given.params.get("normalisation", "none")), given.params.get("missing", "worst")
    if normalisation not in NORMALISATIONS:
        raise MethodError("unknown_normalisation", name=normalisation, nearest=suggestion(normalisation, NORMALISATIONS))
    check_missing(stats, given)
    m = len(given.types)
    filled = Scaling.plain(m)
    for j in np.flatnonzero(given.weights > 0):
        _scale(filled, int(j), stats, given.types[j] > 0, normalisation, missing == "worst", inverse)
    return filled


def positive_scaling(stats: ColumnStats, given: Decision) -> Scaling:
    """The scaling of products, "none" being 1/x where less is better; MethodError that counts columns with negative values."""
    by = scaling(stats, given, inverse=True)
    some = (stats.known > 0) & (given.weights > 0)
    ends = [by.at(np.where(some, end, 1.0))[some] for end in (stats.low, stats.high)]
    negative = int((np.minimum(*ends) < 0).sum())
    if negative:
        raise MethodError("product_needs_positive", n=negative)
    return by


def worst_filled(given: Decision) -> Float:
    """The matrix with unknown values at the worst known value of their column (0 where it knows none), or refused."""
    stats = column_stats(given.matrix)
    check_missing(stats, given)
    if not stats.unknown.any():
        return given.matrix
    worst = np.where(stats.known > 0, np.where(given.types > 0, stats.low, stats.high), 0.0)
    return np.where(np.abs(given.matrix) < LIMIT, given.matrix, worst)


def check_missing(stats: ColumnStats, given: Decision) -> None:
    """MethodError that counts the unknown values of a table with these stats where they are to be refused."""
    if given.params.get("missing") == "refuse":
        _refuse(int(stats.unknown.sum()))


def refuse_unknown(matrix: Float) -> Float:
    """The matrix when all of it is known; MethodError that counts the unknown values (NaN, infinite) if not."""
    _refuse(int((~(np.abs(matrix) < LIMIT)).sum()))
    return matrix


def _refuse(unknown: int) -> None:
    if unknown:
        raise MethodError("matrix_unknown_refused", n=unknown)


def _scale(out: Scaling, j: int, stats: ColumnStats, more: bool, normalisation: str, worst: bool, inverse: bool) -> None:
    """One column's part of a Scaling, written into it."""
    nothing = not stats.known[j]
    low, high = (0.0, 0.0) if nothing else (float(stats.low[j]), float(stats.high[j]))
    fill = low if more else high
    if worst:
        out.fill[j] = fill
    inverted = not more and (normalisation in ("sum", "linear") or (normalisation == "none" and inverse))
    if normalisation in ("sum", "max", "linear") or inverted:
        _needs_positive(low, inverted and not nothing, normalisation)
    out.inverted[j] = inverted and not nothing
    extra = int(stats.unknown[j]) if worst else 0
    span = {
        "none": lambda: 1.0,
        "minmax": lambda: high - low,
        "vector": lambda: root_of(stats.totals[j], extra and extra * units_of(fill, 2)),
        "sum": lambda: total_of(stats.totals[j], extra and extra * units_of(fill, 1 if more else -1)),
        "max": lambda: high,
        "linear": lambda: high if more else 1.0 / low if low else 0.0,
    }[normalisation]()
    turned = not more and not inverted
    origins = {"none": 0.0, "minmax": high if turned else low, "sum": 0.0, "linear": 0.0}
    out.origin[j] = origins.get(normalisation, span if turned else 0.0)
    out.span[j] = (-span if turned else span) if span > 0 else np.inf


def _needs_positive(low: float, strictly: bool, normalisation: str) -> None:
    if low < 0 or (strictly and low < 1.0 / LIMIT):
        raise MethodError("normalisation_needs_positive", name=normalisation)


def normalised(matrix: Float, types: Float, normalisation: str) -> Float:
    """(n, m) scaled values by the formulas of `scaling`, column by column in memory; unknown (NaN, ±inf) is NaN."""
    given = Decision(matrix, np.ones(len(types)), types, {"normalisation": normalisation, "missing": "known"})
    by = scaling(column_stats(matrix, powers(normalisation, types)), given)
    out = np.empty(matrix.shape, order="F")
    for j in range(matrix.shape[1]):
        x = np.where(np.abs(matrix[:, j]) < LIMIT, matrix[:, j], np.nan)
        out[:, j] = ((1.0 / x if by.inverted[j] else x) - by.origin[j]) / by.span[j] + 0.0
    return out
