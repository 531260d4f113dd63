"""Connectivity cuts: inequalities that every plan in connected pieces keeps and a given point does not.

For a set C of groups with boundary N(C) (the groups outside that touch it) and a group i in C, a plan that takes i
- takes one of N(C) too, if C is too small for a piece:        y_i ≤ Σ_{j in N(C)} y_j
- or else has a root in C, if the number of pieces is limited: y_i ≤ Σ_{j in N(C)} y_j + Σ_{j in C} r_j,  Σ r ≤ most
(node separators; Carvajal, Constantino, Goycoolea, Vielma, Weintraub 2013, Imposing connectivity constraints in forest
planning models). Sets are found by growing each C towards the neighbour with the most y: exact where y is 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from landplan.portfolio.ties import Pieces

    Floats = NDArray[np.float64]

_LEAST = 0.02  # by which a cut is missed, to be worth a row
_STEPS = 40
_LEVELS = (0.999, 0.9, 0.7, 0.5, 0.3, 0.1)


@dataclass(frozen=True, slots=True)
class Cut:
    """y of `group` ≤ Σ y of `boundary` + Σ r of `roots` (empty where the set is too small for a piece)."""

    group: int
    boundary: tuple[int, ...]
    roots: tuple[int, ...] = ()


def first_cuts(rule: Pieces) -> list[Cut]:
    """The cuts of single groups: each too small by itself needs a neighbour."""
    if rule.least <= 0:
        return []
    return [Cut(g, rule.neighbours[g]) for g in range(rule.size.size) if rule.small((g,))]


def broken_cuts(rule: Pieces, y: Floats, roots: Floats | None) -> list[Cut]:
    """Cuts that the point y (g,), roots (g,) breaks; none only if there are none among the sets looked at."""
    found: dict[Cut, None] = {}
    if rule.least > 0:
        found |= dict.fromkeys(_too_small(rule, y))
    if roots is not None:
        found |= dict.fromkeys(_rootless(rule, y, roots))
    return list(found)


def _too_small(rule: Pieces, y: Floats) -> Iterator[Cut]:
    values, size = y.tolist(), rule.size.tolist()
    enough = rule.least * (1 - 1e-9)
    for group in np.flatnonzero(y > _LEAST).tolist():
        inside, weight = {group}, size[group]
        edge = set(rule.neighbours[group])
        best, cut = values[group] - _LEAST, None
        for _ in range(_STEPS):
            if weight >= enough:
                break
            around = sum(values[j] for j in edge)
            if around < best:
                best, cut = around - 1e-9, tuple(sorted(edge))
            if not edge:
                break
            grown = max(edge, key=lambda j: (values[j], -j))
            inside.add(grown)
            weight += size[grown]
            edge |= set(rule.neighbours[grown])
            edge -= inside
        if cut is not None:
            yield Cut(group, cut)


def _rootless(rule: Pieces, y: Floats, roots: Floats) -> Iterator[Cut]:
    values = y.tolist()
    for level in _LEVELS:
        for piece in rule.pieces(y > level - 1e-6):
            group = max(piece, key=lambda j: (values[j], -j))
            edge = sorted({other for one in piece for other in rule.neighbours[one]} - set(piece))
            around = sum(values[j] for j in edge) + float(roots[piece].sum())
            if around < values[group] - _LEAST:
                tops = [j for j in piece if values[j] > around + _LEAST]
                yield from (Cut(j, tuple(edge), tuple(sorted(piece))) for j in tops)
