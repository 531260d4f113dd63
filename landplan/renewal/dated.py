"""Cash flows on dates: what they are worth on the first of them, and at which rates they are worth nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import MethodError
from landplan.renewal.irr import irr_roots

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

DAYS = 365.0
"""Days of a year, leap years too: the count of spreadsheets."""


def xnpv(values: ArrayLike, dates: Sequence[date | str], rate: float) -> float:
    """What dated payments are worth on the first date: Σ v_i / (1+r)^(d_i/365), d_i the days since then.

    values (n,): any money unit, + received; dates (n,): dates or 2026-12-31; none before the first; rate: yearly share > −1.
    NaN where a value is unknown. MethodError for a rate of −1 or below, other counts of dates, a date before the first.
    Source: Microsoft support, XNPV function.
    """
    flow, years = _dated(values, dates)
    if rate <= -1:
        raise MethodError("finance_rate_too_low", rate=float(rate))
    return float((flow * (1.0 + rate) ** -years).sum())


def xirr(values: ArrayLike, dates: Sequence[date | str]) -> Floats:
    """All yearly rates > −1 at which dated payments are worth nothing, ascending; empty = none, several = none means much.

    A spreadsheet's XIRR returns whichever of them it meets first. Inputs and errors as `xnpv`.
    """
    flow, years = _dated(values, dates)
    days, place = np.unique(years, return_inverse=True)
    return irr_roots(np.bincount(place, flow, len(days)), days) if len(days) > 1 else np.zeros(0)


def _dated(values: ArrayLike, dates: Sequence[date | str]) -> tuple[Floats, Floats]:
    """Values, and years of 365 days since the first date."""
    flow = np.asarray(values, dtype=np.float64)
    if flow.shape != (len(dates),) or not len(dates):
        raise MethodError("finance_dates_count", values=flow.size, dates=len(dates))
    try:
        days = np.array([np.datetime64(one, "D") for one in dates])
    except ValueError as error:
        raise MethodError("finance_date_unreadable", text=error) from error
    if (days < days[0]).any():
        raise MethodError("finance_date_before_first", date=days.min(), first=days[0])
    return flow, (days - days[0]).astype(np.float64) / DAYS
