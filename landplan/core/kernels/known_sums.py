"""Weighted sums over what is known, row by row, compiled: what a weight slider waits for."""

from __future__ import annotations

import numpy as np

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel
from landplan.core.layers import Float, Int

_BLOCK = 4096
"""Rows whose sums stay in the processor's cache while the columns go by."""
_LARGE = 100_000


def known_sums(values: Float, weights: Float, threads: int = 2) -> tuple[Float, Float]:
    """(n,) Σ w v over the known values (n, m), and (n,) the weight (m,) they carry.

    Columns of weight 0 are left out; the others are added in their order, so the bits do not depend on the threads.
    """
    n = len(values)
    values = np.asarray(values, np.float64)
    if not values.flags.f_contiguous:
        values = np.asfortranarray(values)
    columns = np.flatnonzero(np.asarray(weights) > 0).astype(np.int64)
    own = np.asarray(weights, np.float64)
    total, known = np.zeros(n), np.zeros(n)
    in_bands(lambda low, high: _add(values, own, columns, low, high, total, known), n, threads if n >= _LARGE else 1)
    return total, known


@kernel
def _add(values: Float, weights: Float, columns: Int, low: int, high: int, total: Float, known: Float) -> None:
    """Rows low … high − 1."""
    for start in range(low, high, _BLOCK):
        stop = min(start + _BLOCK, high)
        for j in columns:
            w = weights[j]
            for i in range(start, stop):
                v = values[i, j]
                if v == v:
                    total[i] += w * v
                    known[i] += w
