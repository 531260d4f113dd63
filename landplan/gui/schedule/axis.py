"""One axis of years under all parts of the schedule. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = 190.0
"""Width of the names left of the first year, px."""
MARGIN = 10.0


@dataclass(frozen=True, slots=True)
class YearAxis:
    """Years side by side, all of one width, right of the names."""

    first: int
    count: int
    width: float
    """Of the whole widget, px."""

    @property
    def step(self) -> float:
        return max((self.width - NAMES - MARGIN) / max(self.count, 1), 1.0)

    def x(self, year: int) -> float:
        """Where a year begins."""
        return NAMES + (year - self.first) * self.step

    def year_at(self, x: float) -> int | None:
        """The year at a place; None beside the years."""
        k = int((x - NAMES) // self.step)
        return self.first + k if x >= NAMES and k < self.count else None
