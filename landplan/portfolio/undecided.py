"""The part of a problem that prices leave open: choices whose loss proves them out of any better plan are removed.

A plan that takes choice k has at most bound − loss_k. So when every choice removed has a loss of at least t, no plan that
was lost is worth more than bound − t; the larger of that and the bound of the rest bounds the whole problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from landplan.portfolio.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.prices import Choices, Priced

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Undecided:
    """What is left to search: a smaller `problem`, and its `columns` in the whole one.

    decided: columns of the whole problem that every plan left takes; value: their benefit.
    lost: no plan with a removed choice is worth more (−inf when nothing was removed).
    """

    problem: Problem
    columns: Ints
    decided: Ints
    value: float
    lost: float


def undecided(
    problem: Problem, choices: Choices, priced: Priced, least: float, most: int, plan: Ints | None
) -> Undecided:
    """The choices that may still matter: those that allow more than `least`, of these the `most` with the least loss.

    least: what a plan must be worth to be of interest (−inf = any). plan: the known plan (a choice per group), kept.
    """
    kept = np.ones(choices.value.size, bool)
    if np.isfinite(least):
        kept = priced.loss <= max(priced.bound - least, 0.0)
    if kept.sum() > most:
        kept &= priced.loss <= np.partition(priced.loss[kept], most - 1)[most - 1]
    removed = priced.loss[~kept]
    kept[_dominated(choices, np.flatnonzero(kept))] = False
    if plan is not None:
        kept[plan] = True
    lost = priced.bound - float(removed.min()) if removed.size else -np.inf
    return _reduced(problem, choices, kept, lost)


def _dominated(choices: Choices, kept: Ints) -> Ints:
    """Those of `kept` that another of the same group replaces at no cost: as valuable, and no limit the worse for it."""
    merit = _merit(choices, kept)
    group = choices.group[kept]
    out = np.zeros(kept.size, bool)
    widest = int(np.bincount(group).max(initial=1))
    for apart in range(1, widest):
        one, other = merit[:-apart], merit[apart:]
        same = group[:-apart] == group[apart:]
        first_wins = same & (one >= other).all(axis=1)
        out[apart:] |= first_wins
        out[:-apart] |= same & ~first_wins & (one <= other).all(axis=1)
    return kept[out]


def _merit(choices: Choices, kept: Ints) -> Floats:
    """(k, 1 + ends) numbers that are all better when larger: value, −use for an upper end, +use for a lower end."""
    upper, lower = np.isfinite(choices.upper), np.isfinite(choices.lower)
    counts = np.diff(choices.first)[kept]
    entry = np.repeat(choices.first[kept] - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
    use = np.zeros((kept.size, choices.lower.size))
    np.add.at(use, (np.repeat(np.arange(kept.size), counts), choices.row[entry]), choices.use[entry])
    return np.column_stack([choices.value[kept], -use[:, upper], use[:, lower]])


def _reduced(problem: Problem, choices: Choices, kept: NDArray[np.bool_], lost: float) -> Undecided:
    count = np.bincount(choices.group[kept], minlength=problem.groups)
    alone = kept & (count[choices.group] == 1)
    left = kept & ~alone
    decided = choices.column[alone & (choices.column >= 0)]
    columns = choices.column[left & (choices.column >= 0)]
    groups, group = np.unique(problem.group[columns], return_inverse=True)
    may_skip = np.zeros(problem.groups, bool)
    may_skip[choices.group[left & (choices.column < 0)]] = True
    used = problem.activity(decided)
    data, index, start = _limit_part(problem, columns)
    part = Problem(problem.value[columns], group, data, index, start, problem.lower - used, problem.upper - used,
                   problem.limit_ids, np.flatnonzero(~may_skip[groups]), problem.penalty, groups.size)  # fmt: skip
    return Undecided(part, columns, decided, float(problem.value[decided].sum()), lost)


def _limit_part(problem: Problem, columns: Ints) -> tuple[Floats, Ints, Ints]:
    """The limits' rows with these columns only, renumbered."""
    number = np.full(problem.columns, -1, dtype=np.int64)
    number[columns] = np.arange(columns.size)
    index = number[problem.limit_columns]
    used = index >= 0
    start = np.concatenate([[0], np.cumsum(used)])[problem.limit_start]
    return problem.limit_data[used], index[used], start.astype(np.int64)
