"""Sums that do not depend on the order of the rows, on blocks or on threads; and rounding that ties out."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]


def exact_sum(values: Float) -> float:
    """Σ values, rounded once (Shewchuk 1997, math.fsum): the same bits in any order. NaN where any value is NaN; 0 of none."""
    return math.fsum(np.asarray(values, np.float64).ravel().tolist())


def exact_parts(values: Float) -> Float:
    """A few numbers whose exact sum is that of `values`: exact_sum of the parts of all blocks is exact_sum of all values."""
    rest = np.asarray(values, np.float64).ravel().tolist()
    parts: list[float] = []
    while (part := math.fsum(rest)) != 0.0:
        parts.append(part)
        if not math.isfinite(part):
            break
        rest.append(-part)
    return np.array(parts)


def grouped_exact_sum(values: Float, group: npt.NDArray[np.integer], n: int) -> Float:
    """(n,) `exact_sum` of the values of each group 0…n-1; rows of a negative group belong to none. 0 for an empty group."""
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(n + 1))
    listed = np.asarray(values, np.float64)[order].tolist()
    return np.array([math.fsum(listed[start:end]) for start, end in pairwise(bounds.tolist())], np.float64)


def largest_remainder(values: Float, decimals: int, total: float | None = None) -> Float:
    """The values rounded to `decimals` so that they sum to their rounded total: a balance table that adds up.

    total: the rounded total where it is known better than by summing the values: parts of a whole have lost their last bits,
    and half a cent may go either way. Each value is cut down; the units still missing go to the largest remainders, the
    larger value first among equals, then the earlier row. NaN stays NaN and takes no part.
    Published case `area_adjustment_largest_remainder`.
    """
    values = np.asarray(values, np.float64)
    out = np.full(values.shape, np.nan)
    known = np.flatnonzero(~np.isnan(values))
    scale = 10.0**decimals
    scaled = values[known] * scale
    near = np.rint(scaled)
    scaled = np.where(np.abs(scaled - near) <= 1e-12 * np.abs(scaled), near, scaled)  # 1.15 · 100 is 114.99999999999999
    units = np.floor(scaled)
    total = float(np.round(exact_sum(values[known]), decimals)) if total is None else total
    missing = round(float(np.rint(total * scale)) - math.fsum(units.tolist()))
    order = np.lexsort((np.arange(len(known)), -values[known], units - scaled))
    units[order[: max(missing, 0)]] += 1.0
    out[known] = units / scale
    return out
