"""Weighted sums under drawn weights and drawn values, by random numbers that are counted instead of passed on.

The number of (seed, stream, draw, column, row) is the same whatever was drawn before: threads and blocks change no bit.
Philox 4x32-10: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC '11.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
Flags = npt.NDArray[np.int8]
Keys = npt.NDArray[np.uint64]

WEIGHTS, RANGE, DEVIATION = np.uint64(0), np.uint64(1), np.uint64(2)
"""Streams: numbers of one never meet those of another."""
UNIFORM, NORMAL = 1, 2
"""Flags of a column of which some value is drawn, from a range or around a mean."""
SCALE = 1e12
"""Scores are whole multiples of 1/SCALE, so that they tie where `core.ranking` ties them."""
_BLOCK = 512
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_5, _6, _STREAMS = np.uint64(5), np.uint64(6), np.uint64(256)


@dataclass(frozen=True, eq=False)
class DrawnValues:
    """Values (n, m) column by column, of which some differ from draw to draw: value + width · u + deviation · z.

    width, deviation (n, m), or (0, 0) where no value has one; drawn (m,): the flags of each column. keys (n,): a number
    that stays with a row wherever it stands.
    """

    value: Float
    width: Float
    deviation: Float
    drawn: Flags
    keys: Keys


def uniforms(seed: int, draws: int, columns: int, key: int = 0, first: int = 0) -> Float:
    """(draws, columns) numbers in the open interval (0, 1) of the stream of weights, from draw `first` on."""
    out = np.empty((draws, columns))
    _uniforms(np.uint64(seed), np.uint64(key), first, out)
    return out


def drawn_scores(given: DrawnValues, weights: Float, seed: int, first: int = 0, threads: int = 2) -> Float:
    """(d, n) round(SCALE · Σ w x) under the weights (d, m) of the draws from `first` on, the columns added in their order."""
    return np.asarray(drawn_options(given, weights[:, None], seed, first, threads)[0])


def drawn_options(given: DrawnValues, weights: Float, seed: int, first: int = 0, threads: int = 2) -> Float:
    """(k, d, n) the same for k options with weights (d, k, m): of one row and draw the values are the same for all of them."""
    n = len(given.value)
    out = np.empty((weights.shape[1], len(weights), n))
    arrays = given.value, given.width, given.deviation, given.drawn, given.keys, np.ascontiguousarray(weights)
    in_bands(lambda low, high: _scores(*arrays, np.uint64(seed), first, low, high, out), n, threads)
    return out


@kernel
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, seed: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Four random words of 32 bits for a counter of four, under a key of 64 bits."""
    k0, k1 = seed & _LOW, seed >> _HALF
    for _ in range(10):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _W0) & _LOW, (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@kernel
def _unit(high: np.uint64, low: np.uint64) -> float:
    """A number in (0, 1) of 53 bits; neither end is ever reached."""
    return (float(high >> _5) * 67108864.0 + float(low >> _6) + 0.5) / 9007199254740992.0


@kernel
def _words(
    seed: np.uint64, stream: np.uint64, draw: int, column: int, key: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    return philox(np.uint64(draw), np.uint64(column) * _STREAMS + stream, key & _LOW, key >> _HALF, seed)


@kernel
def uniform(seed: np.uint64, stream: np.uint64, draw: int, column: int, key: np.uint64) -> float:
    """A number in (0, 1)."""
    a, b, _c, _d = _words(seed, stream, draw, column, key)
    return _unit(a, b)


@kernel
def normal(seed: np.uint64, stream: np.uint64, draw: int, column: int, key: np.uint64) -> float:
    """A number of the standard normal distribution (Box & Muller 1958)."""
    a, b, c, d = _words(seed, stream, draw, column, key)
    return float(np.sqrt(-2.0 * np.log(_unit(a, b))) * np.cos(2.0 * np.pi * _unit(c, d)))


@kernel
def _uniforms(seed: np.uint64, key: np.uint64, first: int, out: Float) -> None:
    for d in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[d, j] = uniform(seed, WEIGHTS, first + d, j, key)


@kernel
def _drawn(
    value: Float, width: Float, deviation: Float, flags: int, keys: Keys, seed: np.uint64, draw: int, j: int, x: Float
) -> None:
    """Column j of one draw."""
    for i in range(len(value)):
        x[i] = value[i, j]
        if flags & UNIFORM and width[i, j] > 0.0:
            x[i] += width[i, j] * uniform(seed, RANGE, draw, j, keys[i])
        if flags & NORMAL and deviation[i, j] > 0.0:
            x[i] += deviation[i, j] * normal(seed, DEVIATION, draw, j, keys[i])


@kernel
def _add(x: Float, weight: float, sums: Float) -> None:
    for i in range(len(sums)):
        sums[i] += weight * x[i]


@kernel
def _add_exact(value: Float, weights: Float, j: int, sums: Float) -> None:
    """Columns j … j + 3, one after the other, with each sum read and written once."""
    a, b, c, d = weights[j], weights[j + 1], weights[j + 2], weights[j + 3]
    for i in range(len(sums)):
        sums[i] = (((sums[i] + a * value[i, j]) + b * value[i, j + 1]) + c * value[i, j + 2]) + d * value[i, j + 3]


@kernel
def _scores(
    value: Float, width: Float, deviation: Float, drawn: Flags, keys: Keys, weights: Float, seed: np.uint64, first: int,
    low: int, high: int, out: Float,
) -> None:  # fmt: skip
    m, x = value.shape[1], np.empty(_BLOCK)
    for start in range(low, high, _BLOCK):
        rows = slice(start, min(start + _BLOCK, high))
        own, of_keys = value[rows], keys[rows]
        for d in range(len(weights)):
            out[:, d, rows] = 0.0
            j = 0
            while j < m:
                if j + 4 <= m and not drawn[j : j + 4].any():
                    for k in range(len(out)):
                        _add_exact(own, weights[d, k], j, out[k, d, rows])
                    j += 4
                else:
                    _drawn(own, width[rows], deviation[rows], drawn[j], of_keys, seed, first + d, j, x)
                    for k in range(len(out)):
                        _add(x, weights[d, k, j], out[k, d, rows])
                    j += 1
            for k in range(len(out)):
                sums = out[k, d, rows]
                for i in range(len(sums)):
                    sums[i] = np.rint(sums[i] * SCALE)
