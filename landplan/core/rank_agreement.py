"""How far two rankings of the same rows agree."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.inversions import inversions
from landplan.core.layers import Float


def kendall(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Kendall's τ-b: (pairs that agree − pairs that turn) / √(pairs not tied in one · pairs not tied in the other), −1 … 1.

    n log n (Knight 1966, JASA 61:436-439). 1 where both are tied throughout or have fewer than two rows, 0 where one is.
    """
    x, y = np.asarray(one, np.float64), np.asarray(other, np.float64)
    pairs, tied_x, tied_y = _pairs(len(x)), _tied(x), _tied(y)
    if tied_x == pairs or tied_y == pairs:
        return float(tied_x == tied_y)
    order = np.lexsort((y, x))
    both = np.flatnonzero(np.concatenate([[True], (np.diff(x[order]) != 0) | (np.diff(y[order]) != 0), [True]]))
    tied_both = sum(_pairs(int(size)) for size in np.diff(both))
    agreeing = pairs - tied_x - tied_y + tied_both - 2 * inversions(y[order])
    return float(agreeing / np.sqrt(float(pairs - tied_x) * float(pairs - tied_y)))


def spearman(one: npt.ArrayLike, other: npt.ArrayLike) -> float:
    """Spearman's ρ: the correlation of the ranks, tied rows at their mean rank, −1 … 1; 1 or 0 as `kendall` where tied."""
    x, y = (_mean_ranks(np.asarray(values, np.float64)) for values in (one, other))
    x, y = x - (len(x) + 1) / 2.0, y - (len(y) + 1) / 2.0
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0 else float((x @ x) == (y @ y))


def _pairs(n: int) -> int:
    return n * (n - 1) // 2


def _tied(values: Float) -> int:
    _, counts = np.unique(values, return_counts=True)
    return sum(_pairs(int(size)) for size in counts[counts > 1])


def _mean_ranks(values: Float) -> Float:
    """(n,) ranks from 1, tied values at the mean of the ranks they fill."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2.0)[group])
