"""Plans in connected pieces without a search: drop or join what breaks the rules, then grow pieces while the limits allow.

Guided by net worth (value after paying for limits at their prices), so a piece is worth growing where its groups are
worth more than the scarce things they use. No promise of the best plan; the bound comes from elsewhere.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from landplan.portfolio.problem import Problem
    from landplan.portfolio.ties import Pieces

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_ROUNDS = 60


class Grower:
    """Plans of one problem."""

    def __init__(self, problem: Problem) -> None:
        from scipy.sparse import csr_matrix

        self.problem = problem
        shape = (problem.limits, problem.columns)
        self.uses = csr_matrix((problem.limit_data, problem.limit_columns, problem.limit_start), shape=shape).tocsc()
        self.room = 1e-6 * problem.scale
        self.hard = np.isinf(problem.penalty)

    def plan(self, net: Floats, start: Ints, *, join: bool = False) -> Ints:
        """Columns of a plan in pieces, ascending, grown from `start` by the net worth of columns.

        join: pieces that are too many are joined along the ways of most worth before any is dropped. The plan may break
        limits that ask for more than there is.
        """
        best = best_columns(self.problem, net)
        if join:
            start = _joined(self.problem, net, best, start)
        state = _State(self, net, best)
        for column in _in_pieces(self.problem, net, start).tolist():
            state.take(column)
        state.lighten()
        for _ in range(_ROUNDS):
            if not state.grow():
                break
        return state.columns


def best_columns(problem: Problem, net: Floats) -> Ints:
    """(g,) the column of most net worth of each group, −1 where it has none."""
    order = np.lexsort((np.arange(problem.columns), -net, problem.group))
    has = np.bincount(problem.group, minlength=problem.groups) > 0
    out = np.full(problem.groups, -1, np.int64)
    out[has] = order[np.searchsorted(problem.group[order], np.flatnonzero(has))]
    return out


def _in_pieces(problem: Problem, net: Floats, start: Ints) -> Ints:
    """The columns of a plan without the pieces that break a rule; of too many pieces, those of most net worth stay."""
    left = start
    for _ in range(len(problem.pieces) + 1):
        for rule in problem.pieces:
            own = {int(problem.group[c]): int(c) for c in left if rule.counts[c]}
            pieces = [piece for piece in rule.pieces(problem.taken(left, rule.counts)) if not rule.small(piece)]
            pieces.sort(key=lambda piece: -sum(net[own[g]] for g in piece))
            stay = {g for piece in pieces[: rule.most] for g in piece}
            gone = {column for g, column in own.items() if g not in stay}
            left = np.array([c for c in left.tolist() if c not in gone], np.int64)
        if problem.together(left):
            break
    return left


def _joined(problem: Problem, net: Floats, best: Ints, start: Ints) -> Ints:
    """The plan with its pieces joined along groups of least loss, until there are no more than a rule allows."""
    unit = float(np.abs(net).max(initial=0.0)) or 1.0
    for rule in problem.pieces:
        if rule.most is None:
            continue
        loss = np.where((best >= 0) & rule.counts[best], 1e-3 + np.maximum(0.0, net.max(initial=0.0) - net[best]) / unit, np.inf)
        while len(pieces := rule.pieces(problem.taken(start, rule.counts))) > rule.most:
            pieces.sort(key=len)
            way = _way(rule, loss, set(pieces[-1]), {g for piece in pieces[:-1] for g in piece})
            if not way:
                break
            swapped = start[~np.isin(problem.group[start], way)]  # a group on the way may be taken by what does not count
            start = np.sort(np.concatenate([swapped, best[way]]))
    return start


def _way(rule: Pieces, loss: Floats, here: set[int], there: set[int]) -> list[int]:
    """The groups between two sets along which least is lost (Dijkstra 1959); empty where there is no way."""
    before: dict[int, int] = {}
    waiting = [(0.0, g, -1) for g in sorted(here)]
    while waiting:
        lost, group, last = heappop(waiting)
        if group in before:
            continue
        before[group] = last
        if group in there:
            way = [last]
            while way[-1] not in here:
                way.append(before[way[-1]])
            return way[:-1]
        for other in rule.neighbours[group]:
            if other not in before and np.isfinite(loss[other]):
                heappush(waiting, (lost + (0.0 if other in there else float(loss[other])), other, group))
    return []


class _State:
    """A plan on its way: the column of each group (−1 = none), what it uses, and the groups each rule counts."""

    def __init__(self, grower: Grower, net: Floats, best: Ints) -> None:
        p = grower.problem
        self.grower, self.problem, self.net, self.best = grower, p, net, best
        self.pick = np.full(p.groups, -1, np.int64)
        self.activity = np.zeros(p.limits)
        self.counted = [np.zeros(p.groups, bool) for _rule in p.pieces]
        self.must = set(p.must.tolist())

    @property
    def columns(self) -> Ints:
        return np.sort(self.pick[self.pick >= 0])

    def use(self, column: int) -> tuple[Ints, Floats]:
        a, b = self.grower.uses.indptr[column : column + 2]
        return self.grower.uses.indices[a:b], self.grower.uses.data[a:b]

    def take(self, column: int, sign: float = 1.0) -> None:
        """Take a column, or with sign −1 give it up."""
        group = int(self.problem.group[column])
        self.pick[group] = column if sign > 0 else -1
        for rule, counted in zip(self.problem.pieces, self.counted, strict=True):
            counted[group] = sign > 0 and bool(rule.counts[column])
        rows, uses = self.use(column)
        self.activity[rows] += sign * uses

    def fits(self, columns: list[int]) -> bool:
        """Whether no hard upper end is passed with these columns more."""
        after = self.activity.copy()
        for column in columns:
            rows, uses = self.use(column)
            after[rows] += uses
        return bool((after <= self.problem.upper + self.grower.room)[self.grower.hard].all())

    def lighten(self) -> None:
        """Drop groups of least net worth that hold nothing together, else whole pieces, until no hard upper end is passed."""
        while not self.fits([]):
            single = next((g for g in self._least_first() if self._spared(g)), None)
            gone = [single] if single is not None else self._worst_piece()
            if not gone:
                return
            for g in gone:
                self.take(int(self.pick[g]), -1.0)

    def _least_first(self) -> list[int]:
        taken = [g for g in np.flatnonzero(self.pick >= 0).tolist() if g not in self.must]
        return sorted(taken, key=lambda g: (self.net[self.pick[g]], g))

    def _spared(self, group: int) -> bool:
        """Whether every rule holds without this group."""
        for rule, counted in zip(self.problem.pieces, self.counted, strict=True):
            if counted[group]:
                counted[group] = False
                kept = rule.kept(counted)
                counted[group] = True
                if not kept:
                    return False
        return True

    def _worst_piece(self) -> list[int]:
        if not self.problem.pieces:
            return []
        pieces = [piece for piece in self.problem.pieces[0].pieces(self.counted[0]) if self.must.isdisjoint(piece)]
        return min(pieces, key=lambda piece: (sum(self.net[self.pick[g]] for g in piece), piece), default=[])

    def grow(self) -> bool:
        """Take, best net worth first, each single group or new cluster that keeps the rules and the limits; whether any."""
        grown = False
        for groups in sorted(self._offers(), key=lambda one: (-self._worth(one), one)):
            columns = [int(self.best[g]) for g in groups]
            new = all(self.pick[g] < 0 for g in groups)
            if new and self.problem.loose.value[columns].sum() > 0 and self._joins(groups) and self.fits(columns):
                for column in columns:
                    self.take(column)
                grown = True
        return grown

    def _joins(self, groups: tuple[int, ...]) -> bool:
        """Whether every rule holds with these groups, which touch each other: as part of a piece or a piece of their own."""
        for rule, counted in zip(self.problem.pieces, self.counted, strict=True):
            own = [g for g in groups if rule.counts[self.best[g]]]
            if own and not any(counted[other] for g in own for other in rule.neighbours[g]):
                trial = counted.copy()
                trial[own] = True
                if not rule.kept(trial):
                    return False
        return True

    def _worth(self, groups: tuple[int, ...]) -> float:
        return float(sum(self.net[self.best[g]] for g in groups)) / len(groups)

    def _offers(self) -> Iterator[tuple[int, ...]]:
        free = np.flatnonzero((self.pick < 0) & (self.best >= 0))
        for g in free.tolist():
            yield (g,)
        for rule in self.problem.pieces:
            if rule.least > 0:
                yield from (found for g in free.tolist() if len(found := self._cluster(rule, g)) > 1)

    def _cluster(self, rule: Pieces, seed: int) -> tuple[int, ...]:
        """A new piece around a group, as large as asked for, by the neighbour of most net worth; empty where there is none."""
        if not rule.counts[self.best[seed]]:
            return ()
        inside, weight = [seed], float(rule.size[seed])
        edge = self._free(rule, seed)
        while weight < rule.least:
            edge -= set(inside)
            if not edge:
                return ()
            grown = max(edge, key=lambda g: (self.net[self.best[g]], -g))
            inside.append(grown)
            weight += float(rule.size[grown])
            edge |= self._free(rule, grown)
        return tuple(sorted(inside))

    def _free(self, rule: Pieces, group: int) -> set[int]:
        return {g for g in rule.neighbours[group] if self.pick[g] < 0 <= self.best[g] and rule.counts[self.best[g]]}
