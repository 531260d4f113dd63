"""Scoring in blocks of rows: summarise each, merge, apply to each; any cut into blocks gives the same bits.

A block may be a thread's share or a partition of a cluster. Ranks, and whatever compares every row with every other, need
the whole table and are no part of this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from landplan.core.kernels.column_stats import ColumnStats, column_stats
from landplan.core.normalisation import Decision, powers
from landplan.core.ranking import ranks

Stats = tuple[ColumnStats, ...]
"""What is known of all blocks, one for each round of `summarise`."""
Found = dict[str, Any]


@dataclass(frozen=True)
class Blockwise:
    """A scoring method in blocks: every round summarises the blocks given the rounds before it, then `apply` scores each block.

    summarise: (block, stats so far) → ColumnStats, whose `merged` is order-independent. apply: (block, stats) → named
    results (n,) of the block's rows. A block is a Decision: some rows, and what is the same for all blocks, weights, types and
    every parameter of the method by name.
    """

    apply: Callable[[Decision, Stats], Found]
    rounds: tuple[Callable[[Decision, Stats], ColumnStats], ...] = ()


def columns(block: Decision, stats: Stats) -> ColumnStats:
    """The usual first round: ranges and the sums that the normalisation asks for; not looked at where nothing depends on them."""
    normalisation = str(block.params.get("normalisation", "none"))
    looked_at = block.matrix[:0] if normalisation == "none" and block.params.get("missing") == "known" else block.matrix
    return column_stats(looked_at, powers(normalisation, block.types))


def all_columns(block: Decision, stats: Stats) -> ColumnStats:
    """The same, always looked at: for methods that refuse some values."""
    return column_stats(block.matrix, powers(str(block.params.get("normalisation", "none")), block.types))


def summarised(how: Blockwise, blocks: Sequence[Decision]) -> Stats:
    """All rounds over all blocks, which may come in any order."""
    stats: Stats = ()
    for summarise in how.rounds:
        stats = (*stats, reduce(ColumnStats.merged, [summarise(block, stats) for block in blocks]))
    return stats


def combined(how: Blockwise, given: Decision, ranked: bool) -> Found:
    """The named results of a table that is one block, with ranks (a pass over all rows) where they are asked for."""
    found = how.apply(given, summarised(how, [given]))
    return {**found, "ranks": ranks(found["scores"])} if ranked else found
