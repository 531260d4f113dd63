"""Decisions that hold in too few of the draws: what to look at again before signing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int

Bool = npt.NDArray[np.bool_]
SURE = 0.8
"""Share of the draws in which a decision must hold; a convention, not a law."""


@dataclass(frozen=True, eq=False)
class Fragile:
    """Of n plots: fragile, whether the decision holds in fewer than `least` of the draws; holds, the share in which it does
    (NaN where nothing is decided); rival, the option that most often takes its place (−1 none), and rival_share.

    The reason for a plot: "in 54 % of the draws only; in 40 % it is the rival".
    """

    least: float
    fragile: Bool
    holds: Float
    rival: Int
    rival_share: Float

    @property
    def worst_first(self) -> Int:
        """The fragile rows, the least sure first, then by row."""
        rows = np.flatnonzero(self.fragile)
        return rows[np.argsort(self.holds[rows], kind="stable")]


def fragile(acceptability: npt.ArrayLike, chosen: npt.ArrayLike, least: float = SURE) -> Fragile:
    """Which decisions hang on the draws.

    acceptability (n, k): the share of draws in which each of k options is the decision of a plot, as `model_acceptability`
    gives it. chosen (n,): the option decided now, −1 = none: never fragile. A share equal to `least` (to 1e-12) is enough.
    """
    share, now = np.asarray(acceptability, np.float64), np.asarray(chosen, np.int64)
    n, k = share.shape
    decided, at = now >= 0, np.arange(n)
    holds = np.full(n, np.nan)
    rival, rival_share = np.full(n, -1, np.int64), np.zeros(n)
    if k:
        holds = np.where(decided, share[at, np.maximum(now, 0)], np.nan)
        others = np.where(decided[:, None] & (np.arange(k) != now[:, None]), share, 0.0)
        most = others.argmax(axis=1)
        rival_share = others[at, most]
        rival = np.where(rival_share > 0, most, -1)
    return Fragile(least, decided & (holds < least - 1e-12), holds, rival, rival_share)
