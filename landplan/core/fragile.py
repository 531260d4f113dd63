"""Decisions that hold in too few of the draws of the weights: what a run found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int

Bool = npt.NDArray[np.bool_]


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
