"""How credible it is that each row is at least as good as a profile, and the profile as the row (ELECTRE TRI), compiled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.column_stats import LIMIT, laid_out
from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
_LARGE = 20_000


@dataclass(frozen=True, eq=False)
class Outranking:
    """For m criteria, (m,) each: weights, types ±1, indifference q ≤ preference p ≤ veto v (+inf: none)."""

    weights: Float
    types: Float
    q: Float
    p: Float
    veto: Float


def credibility(values: Float, profiles: Float, by: Outranking, *, known_only: bool) -> tuple[Float, Float, Float]:
    """(n, k) of each row over each of the profiles (k, m), (n, k) of each profile over each row, and (n,) the known weight.

    Concordance C is the share of the weight that does not contradict: 1 down to q below, 0 from p below. Each criterion with
    a discordance d (0 down to p below, 1 from the veto) above C takes the factor (1 − d)/(1 − C). An unknown value is worse
    than every profile, or with `known_only` takes no part.
    """
    shape = len(values), len(profiles)
    values = laid_out(values)
    over, under, known = np.zeros(shape), np.zeros(shape), np.zeros(shape[0])
    parts = (by.weights, by.types, by.q, by.p, by.veto)

    def band(first: int, last: int) -> None:
        _credibility(values, profiles, *parts, known_only, first, last, over, under, known)

    in_bands(band, shape[0], 2 if shape[0] >= _LARGE else 1)
    return over, under, known


@kernel
def _agreed(ahead: float, q: float, p: float) -> float:
    """Concordance of one criterion in which the first is `ahead` of the second."""
    if ahead >= -q:
        return 1.0
    if ahead <= -p:
        return 0.0
    return (p + ahead) / (p - q)


@kernel
def _contradicted(ahead: float, p: float, veto: float) -> float:
    """Discordance of one criterion."""
    if ahead >= -p:
        return 0.0
    if ahead <= -veto:
        return 1.0
    return 0.0 if veto == np.inf else (-ahead - p) / (veto - p)


@kernel
def _credible(
    ahead: Float, sign: float, known_only: bool, whole: float, weights: Float, q: Float, p: Float, veto: Float
) -> float:
    """Credibility that the first, `ahead` (m,) times sign, is at least as good as the second; −inf is unknown."""
    concordance, factor = 0.0, 1.0
    for j in range(len(weights)):
        if weights[j] > 0 and (ahead[j] > -np.inf or not known_only):
            concordance += weights[j] * _agreed(sign * ahead[j], q[j], p[j])
    concordance /= whole
    for j in range(len(weights)):
        if weights[j] > 0 and (ahead[j] > -np.inf or not known_only):
            against = _contradicted(sign * ahead[j], p[j], veto[j])
            if against > concordance:
                factor *= (1.0 - against) / (1.0 - concordance)
    return concordance * factor


@kernel
def _credibility(
    values: Float, profiles: Float, weights: Float, types: Float, q: Float, p: Float, veto: Float, known_only: bool,
    first: int, last: int, over: Float, under: Float, known: Float,
) -> None:  # fmt: skip
    """Rows first … last − 1."""
    ahead = np.empty(len(weights))
    for i in range(first, last):
        for j in range(len(weights)):
            if weights[j] > 0 and abs(values[i, j]) < LIMIT:
                known[i] += weights[j]
        whole = known[i] if known_only else 1.0
        if whole <= 0:
            continue
        for h in range(len(profiles)):
            for j in range(len(weights)):
                x = values[i, j]
                ahead[j] = types[j] * (x - profiles[h, j]) if abs(x) < LIMIT else -np.inf
            over[i, h] = _credible(ahead, 1.0, known_only, whole, weights, q, p, veto)
            under[i, h] = _credible(ahead, -1.0, known_only, whole, weights, q, p, veto)
