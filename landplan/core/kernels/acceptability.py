"""How often rows come out on top, from the scores of many draws: selection of a few places, no full sort.

Scores (d, n), a draw a line, whole numbers or any others: equal is tied. Tied rows share the places they fill: of t rows level
around place k, of which s places are within k, each is there with s / t. Every row is counted by one thread and in the order
of the draws: threads and blocks change no bit.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
_BLOCK = 512
_FEW = 20_000


@dataclass(frozen=True, eq=False)
class Cuts:
    """Where the best k of each draw end, for L levels k: the k-th score (d, L), and what of the rows level with it is within,
    share (d, L) in (0, 1]."""

    score: Float
    share: Float


def cuts(scores: Float, levels: Int, threads: int = 2) -> Cuts:
    """levels (L,) rising, 1 ≤ k ≤ n: selected from the widest inwards."""
    found = Cuts(np.empty((len(scores), len(levels))), np.empty((len(scores), len(levels))))

    def select(low: int, high: int) -> None:
        part = scores[low:high].copy()
        for place in range(len(levels) - 1, -1, -1):
            part.partition(part.shape[1] - levels[place])
            part = part[:, part.shape[1] - levels[place] :]
            found.score[low:high, place] = part[:, 0]
        _share(scores, found.score, levels, low, high, found.share)

    if threads <= 1 or scores.size < _FEW:
        select(0, len(scores))
    else:  # not `in_bands`: draws are few and long
        ends = np.linspace(0, len(scores), 3 * threads + 1).astype(int).tolist()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(select, ends[:-1], ends[1:]))
    return found


def count_within(scores: Float, cut: Cuts, within: Float, threads: int = 2) -> None:
    """Add to within (L, n) the draws in which each row is among the best k of each level."""
    in_bands(lambda low, high: _count(scores, cut.score, cut.share, low, high, within), scores.shape[1], threads)


def add_central(scores: Float, cut: Cuts, weights: Float, central: Float, threads: int = 2) -> None:
    """Add to central (n, m) the weights (d, m) of the draws in which a row is first, tied draws by their share."""
    in_bands(lambda low, high: _central(scores, cut.score, cut.share, weights, low, high, central), scores.shape[1], threads)


def count_places(scores: Float, places: Float, wins: Float, threads: int = 2) -> None:
    """Add to places (n, n) the draws in which row i has place r, and to wins (n, n) those in which it is above row k."""
    in_bands(lambda low, high: _places(scores, low, high, places, wins), scores.shape[1], threads)


def count_best(options: Float, allowed: npt.NDArray[np.bool_], counts: Float, threads: int = 2) -> None:
    """Add to counts (n, k) the draws in which each of k options (k, d, n) has the highest score of those a row (n, k) allows.

    Level options: the first. A row that allows none counts nowhere.
    """
    in_bands(lambda low, high: _count_best(options, allowed, low, high, counts), len(allowed), threads)


@kernel
def _share(scores: Float, cut: Float, levels: Int, low: int, high: int, share: Float) -> None:
    for d in range(low, high):
        for place in range(len(levels)):
            above, level, t = 0, 0, cut[d, place]
            for value in scores[d]:
                above += value > t
                level += value == t
            share[d, place] = (levels[place] - above) / level


@kernel
def _count(scores: Float, cut: Float, share: Float, low: int, high: int, within: Float) -> None:
    for start in range(low, high, _BLOCK):
        stop = min(start + _BLOCK, high)
        for d in range(len(scores)):
            row = scores[d, start:stop]
            for place in range(len(within)):
                t, part, total = cut[d, place], share[d, place], within[place, start:stop]
                for i in range(len(row)):  # from 0 to its length: the compiler takes four rows at a time
                    total[i] += (1.0 if row[i] > t else 0.0) + (part if row[i] == t else 0.0)


@kernel
def _central(scores: Float, cut: Float, share: Float, weights: Float, low: int, high: int, central: Float) -> None:
    for start in range(low, high, _BLOCK):
        stop = min(start + _BLOCK, high)
        for d in range(len(scores)):
            row, t = scores[d], cut[d, 0]
            for i in range(start, stop):
                if row[i] == t:
                    for j in range(weights.shape[1]):
                        central[i, j] += share[d, 0] * weights[d, j]


@kernel
def _places(scores: Float, low: int, high: int, places: Float, wins: Float) -> None:
    n = scores.shape[1]
    for i in range(low, high):
        won = wins[i]
        for d in range(len(scores)):
            row = scores[d]
            own, above, level = row[i], 0, 0
            for k in range(n):
                above += row[k] > own
                level += row[k] == own
                won[k] += 1.0 if own > row[k] else 0.0
            for rank in range(above, above + level):
                places[i, rank] += 1.0 / level


@kernel
def _count_best(options: Float, allowed: npt.NDArray[np.bool_], low: int, high: int, counts: Float) -> None:
    best, which = np.empty(_BLOCK), np.empty(_BLOCK, np.int64)
    for start in range(low, high, _BLOCK):
        rows = min(_BLOCK, high - start)
        for d in range(options.shape[1]):
            best[:] = -np.inf
            which[:] = -1
            for k in range(len(options)):
                score = options[k, d, start : start + rows]
                for i in range(rows):
                    if score[i] > best[i] and allowed[start + i, k]:
                        best[i], which[i] = score[i], k
            for i in range(rows):
                if which[i] >= 0:
                    counts[start + i, which[i]] += 1.0
