"""How the measured values of a criterion are spread: bars over an axis that also holds its value function. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, isfinite

import numpy as np

from landplan.app.proposed_curves import TAIL, categories
from landplan.core.layers import Float, Int
from landplan.core.tables import Column
from landplan.gui.charts.axes import widened

BINS = 60
_TAIL = TAIL / 10
"""Of the values, beyond which a long tail is left out of the picture (and counted in words)."""
_LONG = 1.5
"""So many times as wide as the rest a range may be with its tails."""


@dataclass(frozen=True, eq=False)
class Spread:
    """An axis from `low` to `high`, and counts (b,) of plots in bars of one width from `start` on; place (n,) the bar of each
    plot, −1 for none.

    names: the categories, one a bar, empty for numbers. known, unknown: plots; outside: known ones beyond the axis, or of a
    category without a bar. least, most: of all known numbers (NaN where there are none).
    """

    low: float
    high: float
    start: float
    width: float
    counts: Int
    place: Int
    names: tuple[str, ...]
    known: int
    unknown: int
    outside: int
    least: float
    most: float

    @property
    def constant(self) -> bool:
        """Whether all known values are one."""
        return self.least == self.most if not self.names else bool((self.counts > 0).sum() == 1)

    def of(self, rows: Int) -> Int:
        """(b,) how many of the given plots are in each bar."""
        place = self.place[rows]
        return np.bincount(place[place >= 0], minlength=len(self.counts)).astype(np.int64)

    def span(self, k: int) -> tuple[float, float]:
        """From which to which value a bar goes, as far as the axis does."""
        return max(self.start + k * self.width, self.low), min(self.start + (k + 1) * self.width, self.high)


def axis_of(column: Column, bounds: Iterable[float]) -> tuple[float, float]:
    """From the lowest to the highest of all values and bounds, with some air; a long tail stays outside."""
    known = column.values[np.isfinite(column.values)]
    wanted = [one for one in bounds if isfinite(one)]
    if known.size:
        least, low, high, most = np.quantile(known, [0.0, _TAIL, 1.0 - _TAIL, 1.0]).tolist()
        ends = [*wanted, low, high]
        close = high > low and most - least <= _LONG * (max(ends) - min(ends))
        wanted = [*wanted, least, most] if close or high == low else ends
        if max(wanted) - min(wanted) <= BINS and _whole(known):
            return floor(min(wanted)) - 0.6, ceil(max(wanted)) + 0.6
    return widened(min(wanted), max(wanted)) if wanted else (0.0, 1.0)


def spread_of(column: Column, axis: tuple[float, float]) -> Spread:
    """The bars of a column of numbers; those of whole numbers hold the same number of them each."""
    values, (low, high) = column.values, axis
    finite = np.isfinite(values)
    known = values[finite]
    whole = high - low > 2 and _whole(known)
    width = max(ceil((high - low) / BINS), 1) if whole else (high - low) / BINS
    start = floor(low) - 0.5 if whole else low
    bars = ceil((high - start) / width - 1e-9)
    place = np.full(len(values), -1, np.int64)
    inside = finite & (values >= low) & (values <= high)
    place[inside] = np.minimum(((values[inside] - start) / width).astype(np.int64), bars - 1)
    counts = np.bincount(place[inside], minlength=bars).astype(np.int64)
    ends = (float(known.min()), float(known.max())) if known.size else (np.nan, np.nan)
    rest = (known.size, len(values) - known.size, known.size - int(inside.sum()))
    return Spread(low, high, start, width, counts, place, (), *rest, *ends)


def _whole(values: Float) -> bool:
    return bool((values == np.floor(values)).all())


def spread_of_categories(column: Column, names: tuple[str, ...]) -> Spread:
    """The bars of a table of categories, in its order; a category that it does not list has none."""
    at = {name: k for k, name in enumerate(names)}
    place = _places(column, at)
    unknown = column.unknown
    counts = np.bincount(place[place >= 0], minlength=len(names)).astype(np.int64)
    known = int((~unknown).sum())
    return Spread(
        -0.5,
        len(names) - 0.5,
        -0.5,
        1.0,
        counts,
        place,
        names,
        known,
        int(unknown.sum()),
        known - int(counts.sum()),
        np.nan,
        np.nan,
    )


def _places(column: Column, at: dict[str, int]) -> Int:
    if column.is_text:
        return np.array([-1 if one is None else at.get(str(one), -1) for one in column.values.tolist()], np.int64)
    values: Float = column.values
    different, place = np.unique(values, return_inverse=True)
    return np.asarray(np.array([at.get(f"{one:.15g}", -1) for one in different.tolist()], np.int64)[place])


def unlisted(column: Column, names: tuple[str, ...]) -> list[str]:
    """The categories of a column that a table does not list."""
    return [one for one in categories(column) if one not in names]
