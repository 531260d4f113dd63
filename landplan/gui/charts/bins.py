"""How many parcels have which colour on the map: bins of a score or classes, with the selected ones and their areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.layers import Float, Int
from landplan.gui.display import Entry, Painting, ramp

BINS = 80
"""Of scores 0 … 1; a tenth is 8 of them, and scores fill four or five tenths as a rule."""
_NONE = 255


@dataclass(frozen=True, eq=False)
class Bars:
    """A bar for each bin of scores 0 … 1, or for each class of the legend.

    place (n,): the bar of each parcel; places from `len(self)` on are none. counts (b,) parcels; colours RRGGBB.
    entries: the legend's entry of each bar, empty for bins. without: (name, count) of the states that have no score.
    """

    title: str
    place: Any
    counts: Int
    colours: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    without: tuple[tuple[str, int], ...] = ()

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def binned(self) -> bool:
        return not self.entries

    def alike(self, other: Bars | None) -> bool:
        """Whether the bars mean the same, so that one can be drawn as the ghost of the other."""
        if other is None or self.title != other.title or len(self) != len(other):
            return False
        return [one.name for one in self.entries] == [one.name for one in other.entries]

    def of(self, rows: Int) -> Int:
        """(b,) how many of the given parcels are in each bar."""
        return np.bincount(self.place[rows], minlength=len(self))[: len(self)].astype(np.int64)

    def rows(self, first: int, last: int) -> Int:
        """The parcels of the bars first … last."""
        low, high = sorted((first, last))
        return np.flatnonzero((self.place >= low) & (self.place <= high))

    def areas(self, area_m2: Float) -> Float:
        """(b,) m2, unknown areas left out."""
        return np.bincount(self.place, np.nan_to_num(area_m2), len(self))[: len(self)].astype(np.float64)

    def span(self, k: int) -> tuple[float, float]:
        """From and to which score a bin goes."""
        return k / len(self), (k + 1) / len(self)


def bars_of(painting: Painting) -> Bars:
    """The bars of what the map shows."""
    return _classes(painting) if painting.values is None else _bins(painting, painting.values)


def _classes(painting: Painting) -> Bars:
    counts = np.array([entry.count for entry in painting.entries], np.int64)
    return Bars(painting.title, painting.classes, counts, tuple(one.colour for one in painting.entries), painting.entries)


def _bins(painting: Painting, values: Float) -> Bars:
    """Scores in [0, 1]; 1 itself belongs to the last bin. About 10 ms per million."""
    place = np.full(len(values), _NONE, np.uint8)
    np.multiply(values, BINS, out=place, where=~np.isnan(values), casting="unsafe")
    counts = np.bincount(place, minlength=BINS + 1)
    if counts[BINS]:
        place[place == BINS] = BINS - 1
        counts[BINS - 1] += counts[BINS]
    share = ((np.arange(BINS) + 0.5) / BINS - painting.low) / (painting.high - painting.low)
    steps = ramp()[np.round(np.clip(share, 0.0, 1.0) * 255).astype(int)] & 0xFFFFFF
    without = tuple((one.name, one.count) for one in painting.entries[1:] if one.count)
    return Bars(
        painting.title, place, counts[:BINS].astype(np.int64), tuple(f"{step:06X}" for step in steps.tolist()), (), without
    )
