"""The bound that prices prove, computed anew: what `verify` needs instead of solving again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from landplan.portfolio.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray


def bound_from_prices(problem: Problem, prices: NDArray[np.float64]) -> float:
    """No plan is worth more than this, whatever the prices (weak duality); good prices make it tight.

    Formula: Σ_g max(0, max_{c in g} value_c − Σ_r price_r·use_rc) + Σ_r price_r·(upper_r if price_r > 0 else lower_r);
    a must-do group has no 0. prices (r,) in value per unit of each limit, NaN = 0; that of a soft limit counts up to its
    penalty, as missing it costs no more. Bonds count half at either group, connected pieces are passed over: neither lets a
    plan be worth more. inf where a price meets no finite end.
    Source: Geoffrion 1974, Lagrangean relaxation for integer programming.
    """
    price = np.clip(np.nan_to_num(prices, nan=0.0), -problem.penalty, problem.penalty)
    row = np.repeat(np.arange(problem.limits), np.diff(problem.limit_start))
    paid = np.bincount(problem.limit_columns, weights=problem.limit_data * price[row], minlength=problem.columns)
    best = np.zeros(problem.groups)
    best[problem.must] = -np.inf
    np.maximum.at(best, problem.group, problem.loose.value - paid)
    end = np.where(price > 0, problem.upper, problem.lower)
    used = price != 0
    return float(np.sort(best).sum() + (price[used] * end[used]).sum())
