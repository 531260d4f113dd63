"""Methods that compare every plot with every other one: how many plots they take."""

from __future__ import annotations

from landplan.core.errors import MethodError

MOST = 2000
"""Plots whose pairs are listed one by one; 2,000 make 4 million, 32 MB a table."""


def refuse_many(n: int, method: str) -> None:
    """MethodError where the pairs of n plots would be too many to list."""
    if n > MOST:
        raise MethodError("too_many_pairs", method=method, n=n, most=MOST)
