"""Decisions that hold in too few of the draws: what to look at again before signing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landplan.core.fragile import Fragile
from landplan.core.recipe import SURE


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
