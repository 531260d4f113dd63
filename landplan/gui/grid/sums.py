"""Sums of a column over some rows, and in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.layers import Int
from landplan.core.messages import text
from landplan.gui.grid.columns import GridColumn
from landplan.gui.grid.values import Numbers

ADDITIVE = frozenset({"m2", "mu", "ha", "km2", "wan", "yi", "person", "count", "tce", "tco2"})
"""Units whose sum over parcels means something."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A numeric column over some rows: NaN where nothing is known; `total` None where a sum means nothing."""

    mean: float
    low: float
    high: float
    total: float | None
    unknown: int


def sums(column: GridColumn, rows: Int) -> Sums | None:
    """Sums of the column over these rows; None where it has no numbers."""
    found = column.values.numbers(rows)
    if found is None:
        return None
    known = found[~np.isnan(found)]
    unknown = len(found) - len(known)
    if not len(known):
        return Sums(np.nan, np.nan, np.nan, None, unknown)
    total = float(known.sum())
    return Sums(total / len(known), float(known.min()), float(known.max()), total if column.unit in ADDITIVE else None, unknown)


def summed_words(column: GridColumn, summed: Sums, n: int, *, chosen: bool) -> str:
    """«年产值（选中 3）：合计 1,200，平均 400，100 … 700，1 个未知»."""
    values = column.values
    decimals, grouped = (values.decimals, values.grouped) if isinstance(values, Numbers) else (2, True)

    def written(value: float, more: int = 0) -> str:
        return f"{value:,.{decimals + more}f}" if grouped else f"{value:.{decimals + more}f}"

    head = text("table_sums_chosen" if chosen else "table_sums_shown", {"column": column.title, "n": f"{n:,}"})
    parts = [text("table_total", {"value": written(summed.total), "unit": column.unit_words})] if summed.total is not None else []
    if summed.mean == summed.mean:
        parts.append(text("table_mean", {"value": written(summed.mean, 1), "unit": column.unit_words}))
        parts.append(text("table_range", {"low": written(summed.low), "high": written(summed.high)}))
    parts += [text("table_unknown", {"n": f"{summed.unknown:,}"})] if summed.unknown else []
    return head + " · ".join(parts)
