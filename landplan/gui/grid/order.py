"""Which rows the table shows and in what order: permutations of row numbers, never copies of the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Int
from landplan.gui.grid.values import Bool, Values


def ordered(values: Values, *, descending: bool = False) -> Int:
    """(n,) rows by the value of their cells; equal ones stay in the order of the layer, unknown ones are last both ways."""
    key, unknown = values.key
    if not unknown.any():
        return _sorted(key, descending)
    known = np.flatnonzero(~unknown)
    return np.concatenate([known[_sorted(key[known], descending)], np.flatnonzero(unknown)])


def _sorted(key: npt.NDArray[Any], descending: bool) -> Int:
    if descending:
        key = -key if key.dtype.kind == "f" else ~key.astype(np.int64)
    return np.argsort(key, kind="stable")


def arranged(order: Int | None, n: int, shown: Bool | None = None, first: Bool | None = None) -> Int:
    """The rows of `order` (of the layer where None) that are `shown`; those in `first` before the others."""
    rows = np.arange(n, dtype=np.int64) if order is None else order
    if shown is not None:
        rows = rows[shown[rows]]
    if first is None:
        return rows
    ahead = first[rows]
    return np.concatenate([rows[ahead], rows[~ahead]])


def places(rows: Int, n: int) -> Int:
    """(n,) where each row stands in the table, −1 where it is not shown."""
    out = np.full(n, -1, np.int64)
    out[rows] = np.arange(len(rows))
    return out
