"""Pairs of like texts among two long lists: all of them, found by the pairs of letters they share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from landplan.core.layers import Float, Int
from landplan.core.progress import Progress, silent

_AT_ONCE = 20_000_000
"""So many comparisons of a shared pair of letters in one step; bounds memory to some 500 MB."""


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters, with a mark at both ends: 蔚蓝 is ^蔚, 蔚蓝, 蓝$."""
    marked = f"^{text}$"
    return frozenset(marked[place : place + 2] for place in range(len(marked) - 1))


def likeness(one: str, other: str) -> float:
    """Dice: twice the pairs of letters both have, by the pairs of letters of each; 1 for equal texts, 0 for nothing shared."""
    a, b = bigrams(one), bigrams(other)
    return 2 * len(a & b) / (len(a) + len(b))


def rarity(texts: Sequence[str]) -> dict[str, float]:
    """What each pair of letters weighs: ln(1 + n / how many of the n texts have it). 科技 in every tenth name says little."""
    often = Counter(pair for text in texts for pair in bigrams(text))
    return {pair: math.log1p(len(texts) / n) for pair, n in often.items()}


def like_pairs(ones: Sequence[str], others: Sequence[str], least: float, progress: Progress = silent) -> tuple[Int, Int, Float]:
    """Every pair (place in `ones`, place in `others`) of likeness `least` (> 0) or more, and it. Exact: nothing is left out.

    Here the likeness is weighed by the rarity of the pairs of letters in both lists: 2 Σ w shared / (Σ w of one + Σ w of the
    other). A product of sparse matrices finds what is shared; texts that share nothing are never looked at.
    """
    from scipy import sparse

    if not ones or not others:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    weight = rarity([*ones, *others])
    number = {pair: place for place, pair in enumerate(weight)}
    each = np.array(list(weight.values()))
    tables = []
    for texts in (ones, others):
        columns = [np.array(sorted(number[pair] for pair in bigrams(text)), np.int32) for text in texts]
        start = np.concatenate([[0], np.cumsum([len(places) for places in columns])])
        tables.append((np.concatenate(columns), start))
    (mine, first_of), (theirs, start_of) = tables
    size = [np.add.reduceat(each[columns], start[:-1]) for columns, start in tables]
    a = sparse.csr_matrix((each[mine], mine, first_of), (len(ones), len(number)))
    b = sparse.csr_matrix((np.ones(len(theirs)), theirs, start_of), (len(others), len(number))).T.tocsr()
    found = []
    cost = np.cumsum(np.add.reduceat(np.diff(b.indptr)[mine], first_of[:-1]))
    steps = np.flatnonzero(np.diff(cost // _AT_ONCE)) + 1
    for first, end in pairwise([0, *steps.tolist(), len(ones)]):
        progress(first / len(ones), "matching_firms", n=len(ones))
        shared = (a[first:end] @ b).tocoo()
        value = 2.0 * shared.data / (size[0][first + shared.row] + size[1][shared.col])
        keep = value >= least
        found.append((first + shared.row[keep].astype(np.int64), shared.col[keep].astype(np.int64), value[keep]))
    left, right, value = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((right, left))
    return left[order], right[order], value[order]
