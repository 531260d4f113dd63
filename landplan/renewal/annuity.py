"""Equal yearly payments: what n years of them are worth, and what of a full term's price a shorter term is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import MethodError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def annuity_factor(rate: ArrayLike, years: ArrayLike) -> Floats:
    """Present value of 1 at the end of each of n years: (1 − (1+r)^−n) / r, and n where r is 0.

    rate: yearly share > −1; years ≥ 0 (parts of a year by the same formula); numbers or arrays that broadcast. NaN where one
    is unknown. MethodError for a rate of −1 or below, or years below 0. Source: Microsoft support, PV and PMT functions.
    """
    r, n = np.asarray(rate, np.float64), np.asarray(years, np.float64)
    if (r <= -1).any():
        raise MethodError("finance_rate_too_low", rate=float(r.min()))
    if (n < 0).any():
        raise MethodError("finance_years_negative", years=float(n.min()))
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = -np.expm1(-n * np.log1p(r)) / r
    return np.asarray(np.where(r == 0, n, grown))


def term_factor(rate: ArrayLike, years: ArrayLike, full_years: ArrayLike) -> Floats:
    """年期修正系数: what of the price of `full_years` a right of `years` is worth, (1 − (1+r)^−n) / (1 − (1+r)^−N).

    Shapes and errors as `annuity_factor`. Follows from equal yearly land rent over either term; it is the correction for the
    term of use in the appraisal of land by its benchmark price (GB/T 18508).
    """
    return np.asarray(annuity_factor(rate, years) / annuity_factor(rate, full_years))
