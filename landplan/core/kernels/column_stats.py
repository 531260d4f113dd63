"""What scoring asks of whole columns: range, known values, exact sums; the same bits whatever the blocks and threads."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]

LIMIT = 1e300
"""Numbers this large, infinities and NaN are no measurements: they count as unknown."""
_TINY, _HUGE = 2.0**-500, 2.0**500
"""Between these, squares are plain numbers."""
_BLOCK = 1024
"""Rows whose deposits fit an accumulator before its carries are passed on."""
_LARGE = 100_000
_UNIT = 2214
"""Exact totals count units of 2^-2214: no bit of the square of the smallest number lies below."""
_LIMBS = 136
"""32-bit limbs of a total: the square of the largest number, times 2^31 rows."""


@dataclass(frozen=True, eq=False)
class ColumnStats:
    """Of m columns: rows seen; known (m,) values; low, high (m,), +inf and −inf where nothing is known; exact totals (m,).

    A total is Σ x, Σ x² or Σ 1/x of the known values, or 0 where none was asked for, as a whole number of units of 2^-2214.
    """

    rows: int
    known: Int
    low: Float
    high: Float
    totals: tuple[int, ...]

    def merged(self, other: ColumnStats) -> ColumnStats:
        """The stats of the rows of both."""
        totals = tuple(one + two for one, two in zip(self.totals, other.totals, strict=True))
        low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
        return ColumnStats(self.rows + other.rows, self.known + other.known, low, high, totals)

    def beside(self, other: ColumnStats) -> ColumnStats:
        """The stats of the columns of both, of the same rows."""
        known, low = np.concatenate([self.known, other.known]), np.concatenate([self.low, other.low])
        return ColumnStats(self.rows, known, low, np.concatenate([self.high, other.high]), self.totals + other.totals)

    @property
    def unknown(self) -> Int:
        """(m,) rows without a value."""
        return self.rows - self.known


def column_stats(values: Float, power: npt.ArrayLike = 0) -> ColumnStats:
    """Stats of the columns of (n, m) values; power (m,) or for all: 1 sums x, 2 sums x², −1 sums 1/x, 0 sums nothing."""
    n, m = values.shape
    if not n:
        return ColumnStats(0, np.zeros(m, np.int64), np.full(m, np.inf), np.full(m, -np.inf), (0,) * m)
    values = laid_out(values)
    powers = np.broadcast_to(np.asarray(power, np.int64), (m,)).copy()
    found: list[ColumnStats] = []

    def band(first: int, last: int) -> None:
        low, high, known = np.full(m, np.inf), np.full(m, -np.inf), np.zeros(m, np.int64)
        _range(values, first, last, low, high, known)
        limbs = np.zeros((m, _LIMBS), np.int64)
        if powers.any():
            _add_exactly(values, first, last, powers, limbs)
        totals = tuple(map(_whole, limbs.tolist()))
        found.append(ColumnStats(last - first, known, low + 0.0, high + 0.0, totals))  # −0 is 0, whichever came first

    in_bands(band, n, 2 if n >= _LARGE else 1)
    stats = found[0]
    for other in found[1:]:
        stats = stats.merged(other)
    return stats


def laid_out(values: Float) -> Float:
    """A table column by column in memory, where that costs next to nothing: kernels are compiled for each layout they meet."""
    return values if len(values) >= _LARGE else np.asfortranarray(values)


def total_of(units: int, more: int = 0) -> float:
    """A total, rounded once; `more` units on top. ±inf beyond what a float holds."""
    try:
        return (units + more) / (1 << _UNIT)
    except OverflowError:
        return float("inf") if units > 0 else float("-inf")


def root_of(units: int, more: int = 0) -> float:
    """√ of a total of squares, correct to the last bits, without overflow on the way."""
    return math.isqrt((units + more) << _UNIT) / (1 << _UNIT)


def units_of(x: float, power: int) -> int:
    """One value's part of a total, as the kernel adds it."""
    if power == 0:
        return 0
    return column_stats(np.array([[x]]), power).totals[0]


def _whole(limbs: list[int]) -> int:
    total = 0
    for limb in reversed(limbs):
        total = (total << 32) + limb
    return total


@kernel
def _range(values: Float, first: int, last: int, low: Float, high: Float, known: Int) -> None:
    """Smallest, largest and count of the known values in rows first … last − 1, column by column."""
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(values.shape[1]):
            a, b, count = low[j], high[j], 0
            for i in range(start, stop):
                x = values[i, j]
                if abs(x) < LIMIT:
                    count += 1
                    a = min(a, x)
                    b = max(b, x)
            low[j], high[j] = a, b
            known[j] += count


@kernel
def _deposit_square(limb: Int, x: float) -> None:
    """Add x², rounded once, of an x whose square a float does not hold: x is scaled by 2^±608, its square by 38 limbs."""
    if x == 0.0:
        return
    scaled, by = (x * 2.0**-608, 38) if abs(x) >= 1.0 else (x * 2.0**608, -38)
    square, exponent = math.frexp(scaled * scaled)
    mantissa, position = int(square * 2.0**53), exponent + 2161
    at, shift = (position >> 5) + by, position & 31
    limb[at] += (mantissa << shift) & 0xFFFFFFFF
    limb[at + 1] += mantissa >> (32 - shift)


@kernel
def _terms(values: Float, j: int, start: int, stop: int, power: int, out: Float, limb: Int) -> None:
    """x, x² or 1/x of the known values of a column, 0 for unknown ones and for squares that went straight to the total."""
    for i in range(start, stop):
        x = values[i, j]
        out[i - start] = x if abs(x) < LIMIT else 0.0
    if power < 0:
        for i in range(stop - start):
            out[i] = 1.0 / out[i] if out[i] != 0.0 else 0.0
    elif power == 2:
        for i in range(stop - start):
            x = out[i]
            plain = abs(x) > _TINY and abs(x) < _HUGE
            out[i] = x * x if plain else 0.0
            if not plain:
                _deposit_square(limb, x)


@kernel
def _add_exactly(values: Float, first: int, last: int, powers: Int, limbs: Int) -> None:
    """Deposit x, x² (each rounded once) or 1/x of the known values; a number is sign, exponent and 53 bits."""
    own = np.empty(_BLOCK)
    bits = own.view(np.int64)
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(values.shape[1]):
            power, limb = powers[j], limbs[j]
            if power == 0:
                continue
            _terms(values, j, start, stop, power, own, limb)
            for i in range(stop - start):
                exponent, mantissa = (bits[i] >> 52) & 0x7FF, bits[i] & 0xFFFFFFFFFFFFF
                if exponent > 0:
                    mantissa |= 0x10000000000000
                else:
                    exponent = 1
                at, shift = (exponent + 1139) >> 5, (exponent + 1139) & 31
                low, high = (mantissa << shift) & 0xFFFFFFFF, mantissa >> (32 - shift)
                if bits[i] < 0:
                    limb[at] -= low
                    limb[at + 1] -= high
                else:
                    limb[at] += low
                    limb[at + 1] += high
            for k in range(_LIMBS - 1):
                carry = limb[k] >> 32
                limb[k] -= carry << 32
                limb[k + 1] += carry
