"""Rows split over a small pool of threads: kernels hold no lock, and no row's result depends on where the cuts are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

THREADS = 2
_FEW = 64


def in_bands(paint: Callable[[int, int], None], height: int, threads: int = THREADS) -> None:
    """Call `paint(top, bottom)` for bands of rows that together are all `height`, on so many threads."""
    if threads <= 1 or height < _FEW:
        paint(0, height)
        return
    cuts = np.linspace(0, height, 3 * threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda band: paint(*band), pairwise(cuts)))
