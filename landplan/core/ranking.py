"""Ranks: 1, 2, 2, 4 after rounding to 1e-12, ties listed by id."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DIGITS = 12
"""Scores that agree to this many decimals are tied."""


def ranks(scores: npt.ArrayLike) -> npt.NDArray[np.int32]:
    """(n,) competition ranks of the scores, the highest first: 1, 2, 2, 4; 0 where a score is NaN (not ranked)."""
    rounded = np.round(np.asarray(scores, np.float64), DIGITS)
    known = np.flatnonzero(~np.isnan(rounded))
    falling = -rounded[known]
    order = np.argsort(falling)  # ties share a rank, so their order is of no matter
    ranked = falling[order]
    position = np.arange(1, len(ranked) + 1)
    first = np.ones(len(ranked), bool)
    first[1:] = ranked[1:] != ranked[:-1]
    out = np.zeros(len(rounded), np.int32)
    out[known[order]] = np.maximum.accumulate(np.where(first, position, 0)) if len(ranked) else 0
    return out


def listing(rank: npt.NDArray[np.int32], ids: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    """Rows in the order of a printed list: by rank, tied rows by id, unranked rows last."""
    last = np.iinfo(np.int32).max
    return np.lexsort((ids.astype(str), np.where(rank > 0, rank, last))).astype(np.int64)
