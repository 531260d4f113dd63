"""The price both sides can live with: at which price of a path each view is as well off as without it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.layers import Float
from landplan.core.tables import Bool
from landplan.renewal.appraisal import Appraisal, present_value
from landplan.renewal.cashflow import line_amounts, sides
from landplan.renewal.views import VIEWS, view_signs


@dataclass(frozen=True, eq=False)
class Band:
    """Of q options: price_wan (q,), what the path's price line comes to as the scheme has it, NaN where it has none or pays none.

    edge_wan (q, 3): the price at which each view of VIEWS is indifferent, NaN where the price does not concern it. low_wan,
    high_wan (q,): between them every view the price concerns gains; low > high: they never meet, and low − high is lacking.
    −inf and inf where nobody of that side has an edge. loses (q, 3): a view that the price does not concern and that loses by
    the path all the same, so that no price makes a deal.
    """

    price_wan: Float
    edge_wan: Float
    low_wan: Float
    high_wan: Float
    loses: Bool

    @property
    def deal(self) -> Bool:
        """(q,) whether there is a price at which nobody loses."""
        return ~np.isnan(self.price_wan) & (self.low_wan <= self.high_wan) & ~self.loses.any(axis=1)


def band(appraisal: Appraisal, npv_wan: Float) -> Band:
    """The band of prices of every option; npv_wan (q, 3): what the options are worth to each view as they stand.

    Formula: a view's NPV is a + k p with p the yearly amount of the price line and k its sign times the present value of 1, so
    it is nothing at p* = p − NPV / k: a view that receives the price gains above p*, one that pays it below. Prices are the sum
    over the years of the line (undiscounted, wan). Doing nothing is worth 0: the lines of a path are what differs from it.
    """
    q = len(appraisal.options)
    price, slope, total = np.full(q, np.nan), np.zeros((q, len(VIEWS))), np.ones(q)
    for path, rows in zip(appraisal.scheme.paths, appraisal.by_path, strict=True):
        line = next((line for line in path.lines if line.id == path.price), None)
        if line is None or not len(rows):
            continue
        amount = line_amounts(path, [line], appraisal.stack(rows).environment)[line.id]
        price[rows] = np.where(amount == 0, np.nan, amount)
        slope[rows] = view_signs(appraisal.scheme, sides(line)) * present_value(line, appraisal.scheme)
        total[rows] = _years(line.years, line.escalation)
    concerned = (slope != 0) & ~np.isnan(price)[:, None]
    edge = np.where(concerned, price[:, None] - np.divide(npv_wan, slope, out=np.zeros_like(npv_wan), where=concerned), np.nan)
    edge *= total[:, None]
    low = np.where(slope > 0, edge, -np.inf)
    high = np.where(slope < 0, edge, np.inf)
    known = ~np.isnan(price)
    low, high = (np.where(known, one, np.nan) for one in (np.nanmax(_or(low, -np.inf), 1), np.nanmin(_or(high, np.inf), 1)))
    return Band(price * total, edge, low, high, (npv_wan < 0) & ~concerned & known[:, None])


def _years(years: int, escalation: float) -> float:
    return sum((1.0 + escalation) ** k for k in range(years))


def _or(values: Float, otherwise: float) -> Float:
    return np.where(np.isnan(values), otherwise, values)
