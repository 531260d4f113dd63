"""What firms bring to their plots: each counted once, amounts split so that the plots' totals are the firms' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from landplan.core.firms import COUNTED, Firm
from landplan.core.layers import Float

Split = Literal["area", "main"]


@dataclass(frozen=True, slots=True, eq=False)
class PlotTotals:
    """By field (n,) over the plots, NaN where no firm is known or a part is unknown; `unknown`: plots of the second kind."""

    columns: Mapping[str, Float]
    unknown: Mapping[str, int]


def plot_shares(plots: Sequence[int], area_m2: Float) -> Float:
    """The share of each of a firm's plots: by area, equal where an area is unknown or 0; they add up to 1."""
    area = area_m2[list(plots)]
    if not (np.isfinite(area) & (area > 0)).all():
        area = np.ones(len(plots))
    share: Float = area / area.sum()
    return share


def main_plot(plots: Sequence[int], area_m2: Float, ids: Sequence[str]) -> int:
    """The largest of a firm's plots; of equal ones that of the lowest id."""
    size = np.nan_to_num(area_m2)
    return min(plots, key=lambda plot: (-size[plot], ids[plot]))


def plot_totals(
    firms: Sequence[Firm],
    placed: Mapping[int, Sequence[int]],
    area_m2: Float,
    ids: Sequence[str],
    fields: Sequence[str],
    split: Split = "area",
    counts: Split = "main",
) -> PlotTotals:
    """The firms' number and amounts at the plots. placed: firm (by place) → its plots (rows, at least one).

    split: amounts by area or all to the main plot; counts: so for the number of firms and jobs. A firm whose amount is unknown
    makes it unknown on every plot that would get a part of it: unknown is not 0.
    """
    number = len(ids)
    names = ("firms", *fields)
    totals = {name: np.zeros(number) for name in names}
    unknown = {name: np.zeros(number, bool) for name in names}
    reached = np.zeros(number, bool)
    for place, plots in sorted(placed.items()):
        rows = np.array(list(dict.fromkeys(plots)), np.int64)
        by_area = plot_shares(rows.tolist(), area_m2)
        on_main = (rows == main_plot(rows.tolist(), area_m2, ids)).astype(np.float64)
        reached[rows] = True
        for name in names:
            share = by_area if (counts if name in COUNTED else split) == "area" else on_main
            amount = 1.0 if name == "firms" else firms[place].amounts.get(name)
            if amount is None:
                unknown[name][rows[share > 0]] = True
            else:
                totals[name][rows] += amount * share
    for name in names:
        totals[name][unknown[name] | ~reached] = np.nan
    return PlotTotals(totals, {name: int(rows.sum()) for name, rows in unknown.items() if rows.any()})
