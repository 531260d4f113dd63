"""A tied problem as a mixed-integer programme: connectivity cuts and bonds on top of the groups and limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from landplan.portfolio.model import Model, model_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from landplan.portfolio.problem import Problem
    from landplan.portfolio.separation import Cut

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the entries of a tied model stand: after the columns and breaches come, tie by tie, one y a group, then one root

    a group where the number of pieces is limited (−1 = none); then one entry a bond.
    """

    y: tuple[int, ...]
    roots: tuple[int, ...]
    bonds: int
    size: int


def layout(problem: Problem, base: int) -> Layout:
    """The entries a problem needs after the first `base`."""
    y, roots, at = [], [], base
    for rule in problem.pieces:
        y.append(at)
        at += problem.groups
        roots.append(at if rule.most is not None else -1)
        at += problem.groups if rule.most is not None else 0
    if problem.bonds is None:
        return Layout(tuple(y), tuple(roots), at, at)
    y.append(at)
    bonds = at + problem.groups
    return Layout(tuple(y), tuple(roots), bonds, bonds + problem.bonds.worth.size)


def tied_model(problem: Problem, scale: Floats, unit: float, cuts: Sequence[Sequence[Cut]]) -> tuple[Model, Layout]:
    """The Model of a tied problem with the cuts found so far, a sequence for each of its rules about pieces."""
    plain = replace(problem, pieces=(), bonds=None)
    base = model_of(plain, scale, unit)
    place = layout(problem, base.gain.size)
    rows = _Rows()
    masks = [rule.counts for rule in problem.pieces] + ([] if problem.bonds is None else [problem.bonds.counts])
    for at, counts in zip(place.y, masks, strict=True):
        _take(rows, problem, counts, at)
    for rule, y, roots, found in zip(problem.pieces, place.y, place.roots, cuts, strict=False):
        groups = range(problem.groups)
        if rule.most is not None:
            rows.add([roots + g for g in groups], [-1.0] * problem.groups, -float(rule.most), np.inf)
            for g in groups:
                rows.add([y + g, roots + g], [1.0, -1.0], 0.0, np.inf)
        for cut in found:
            entries = [y + cut.group, *(y + j for j in cut.boundary), *(roots + j for j in cut.roots)]
            rows.add(entries, [-1.0] + [1.0] * (len(entries) - 1), 0.0, np.inf)
    gain = np.zeros(place.size)
    gain[: base.gain.size] = base.gain
    if problem.bonds is not None:
        gain[place.bonds :] = problem.bonds.worth / unit
        for side in (problem.bonds.first, problem.bonds.second):
            for k, g in enumerate(side.tolist()):
                rows.add([place.y[-1] + g, place.bonds + k], [1.0, -1.0], 0.0, np.inf)
    return rows.under(base, gain), place


def _take(rows: _Rows, problem: Problem, counts: Bools, at: int) -> None:
    """y of each group = Σ of its columns that count."""
    order = np.flatnonzero(counts)[np.argsort(problem.group[counts], kind="stable")]
    starts = np.searchsorted(problem.group[order], np.arange(problem.groups + 1)).tolist()
    columns = order.tolist()
    for g in range(problem.groups):
        own = columns[starts[g] : starts[g + 1]]
        rows.add([at + g, *own], [1.0] + [-1.0] * len(own), 0.0, 0.0)


class _Rows:
    """Rows to come under those of a model."""

    def __init__(self) -> None:
        self.index: list[int] = []
        self.data: list[float] = []
        self.start: list[int] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, index: list[int], data: list[float], lower: float, upper: float) -> None:
        self.index += index
        self.data += data
        self.start.append(len(self.index))
        self.lower.append(lower)
        self.upper.append(upper)

    def under(self, base: Model, gain: Floats) -> Model:
        ends = int(base.start[-1]) + np.array(self.start, np.int64)
        ceiling = np.concatenate([base.ceiling, np.ones(gain.size - base.ceiling.size)])
        return replace(
            base, gain=gain, ceiling=ceiling, data=np.concatenate([base.data, self.data]),
            index=np.concatenate([base.index, np.array(self.index, np.int64)]), start=np.concatenate([base.start, ends]),
            row_lower=np.concatenate([base.row_lower, self.lower]), row_upper=np.concatenate([base.row_upper, self.upper]),
        )  # fmt: skip
