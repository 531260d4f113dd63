"""What ties groups together: rules that chosen groups lie in connected pieces, and rewards for choosing neighbours together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.kernels.adjacency import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_SLIP = 1e-9
"""Share of `least` that a piece may lack: sums of areas are rounded."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """A rule: the groups that are taken lie in connected pieces, each of at least a size, and of at most a number.

    first, second (pairs,): groups that touch; a pair left out parts pieces, so per block leave out pairs across its edge.
    counts (c,): columns that take their group in the sense of the rule. size (g,): of each group, as `least` counts it
    (0 = any size). most: pieces at most (None = any number).
    """

    id: str
    first: Ints
    second: Ints
    counts: Bools
    size: Floats
    least: float = 0.0
    most: int | None = None

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """Of each group, the groups that touch it, ascending."""
        one, other = np.concatenate([self.first, self.second]), np.concatenate([self.second, self.first])
        order = np.lexsort((other, one))
        cut = np.searchsorted(one[order], np.arange(1, self.size.size))
        return tuple(tuple(part.tolist()) for part in np.split(other[order], cut)) if self.size.size else ()

    def pieces(self, taken: Bools) -> list[list[int]]:
        """The connected pieces of the groups `taken` (g,), each as its groups."""
        both = taken[self.first] & taken[self.second]
        label = components(self.first[both], self.second[both], taken.size)
        found: dict[int, list[int]] = {}
        for group in np.flatnonzero(taken).tolist():
            found.setdefault(int(label[group]), []).append(group)
        return list(found.values())

    def small(self, piece: Iterable[int]) -> bool:
        """Whether a piece is smaller than `least`."""
        return float(self.size[list(piece)].sum()) < self.least * (1 - _SLIP)

    def kept(self, taken: Bools) -> bool:
        """Whether the groups `taken` (g,) keep the rule."""
        both = taken[self.first] & taken[self.second]
        label = components(self.first[both], self.second[both], taken.size)[taken]
        sizes = np.bincount(label, weights=self.size[taken])
        held = np.bincount(label) > 0
        few = self.most is None or int(held.sum()) <= self.most
        return few and bool((sizes[held] >= self.least * (1 - _SLIP)).all())


@dataclass(frozen=True, eq=False)
class Bonds:
    """A reward for each pair of groups that are both taken by columns that count: worth (pairs,) ≥ 0, in the unit of value."""

    first: Ints
    second: Ints
    worth: Floats
    counts: Bools

    def value(self, taken: Bools) -> float:
        """Σ worth of the pairs whose two groups are `taken` (g,)."""
        return float(np.sort(self.worth[taken[self.first] & taken[self.second]]).sum())

    def halves(self, group: Ints, groups: int) -> Floats:
        """(c,) half of all that its group's bonds could give to each column that counts: together no less than any plan gets."""
        half = np.zeros(groups)
        np.add.at(half, self.first, self.worth / 2)
        np.add.at(half, self.second, self.worth / 2)
        return np.where(self.counts, half[group], 0.0)


def grid_pairs(columns: int, n: int) -> tuple[Ints, Ints]:
    """Pairs of cells of a grid that share a side (rook), cells row by row."""
    cell = np.arange(n)
    right, down = cell[(cell % columns < columns - 1) & (cell + 1 < n)], cell[cell + columns < n]
    return np.concatenate([right, down]), np.concatenate([right + 1, down + columns])
