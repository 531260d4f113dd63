"""Net present value, payback and peak funding of cash flows; a row per option, a column per year.

Flows are amounts at the end of their year (any money unit, + received, − paid). Year 0 is the plan's base year and is
not discounted. A row with an unknown flow (NaN) has unknown results (NaN): missing money is never 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import MethodError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def discounted(flows: ArrayLike, rate: ArrayLike, *, first_year: int = 0) -> NDArray[np.float64]:
    """Each year's flow in money of year 0: CF_t / (1+r)^(first_year+t), same shape as `flows`.

    flows: (years,) or (n, years); rate: yearly share > −1, one number or one per row.
    Raises MethodError where a rate is −1 or below.
    """
    flow = np.asarray(flows, dtype=np.float64)
    rates = np.asarray(rate, dtype=np.float64)
    if (rates <= -1).any():
        raise MethodError("finance_rate_too_low", rate=float(rates.min()))
    factor = np.repeat(1.0 / (1.0 + rates[..., None]), flow.shape[-1], axis=-1)
    factor[..., :1] **= first_year
    return flow * np.cumprod(factor, axis=-1)  # products in a fixed order: the same bits for a row wherever it stands


def npv(flows: ArrayLike, rate: ArrayLike, *, first_year: int = 0) -> NDArray[np.float64]:
    """Net present value: what all years' money is worth today, Σ CF_t / (1+r)^(first_year+t).

    flows: (years,) or (n, years); rate: yearly share > −1, one number or one per row. Result: () or (n,), unit of the flows.
    first_year says when the first column falls: 0 = the base year, not discounted (the plan's convention);
    1 = one year later, which is what a spreadsheet's NPV assumes. Source: any text; Microsoft support, NPV function.
    """
    values = discounted(flows, rate, first_year=first_year)
    total = np.zeros(values.shape[:-1])
    for year in range(values.shape[-1]):  # a fixed order, too
        total = total + values[..., year]
    return np.asarray(total)


def payback_years(flows: ArrayLike) -> NDArray[np.float64]:
    """Years until the money put in is back for good: from then on the cumulative flow is never negative again.

    flows: (years,) or (n, years). Within the year of recovery the flow counts as even (a fraction of a year).
    0 where nothing is ever owed; NaN where it is not recovered within the years given.
    """
    flow = np.asarray(flows, dtype=np.float64)
    total = np.cumsum(flow, axis=-1)
    owing = total < 0
    years = flow.shape[-1]
    back = np.where(owing.any(axis=-1), years - np.argmax(owing[..., ::-1], axis=-1), 0)  # first year of lasting recovery
    within = np.minimum(back, years - 1)[..., None]
    received = np.take_along_axis(flow, within, axis=-1)[..., 0]
    after = np.take_along_axis(total, within, axis=-1)[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        moment = np.where(back == 0, 0.0, back - after / received)
    return np.where((back == years) | np.isnan(total[..., -1]), np.nan, moment)


def discounted_payback_years(flows: ArrayLike, rate: ArrayLike) -> NDArray[np.float64]:
    """Years until the money put in is back with interest: payback of the discounted flows."""
    return payback_years(discounted(flows, rate))


def peak_funding(flows: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The most money tied up at once, and when: the lowest cumulative flow (≤ 0, unit of the flows) and its first year.

    flows: (years,) or (n, years). 0 and year −1 where the party never owes; NaN and −1 where a flow is unknown.
    """
    total = np.cumsum(np.asarray(flows, dtype=np.float64), axis=-1)
    lowest = np.minimum(total.min(axis=-1), 0.0)
    year = np.where(lowest < 0, np.argmin(total, axis=-1), -1)
    return np.asarray(lowest), year.astype(np.int64)
