"""What scoring methods add up along a row, compiled: raw values are scaled on the way, so no scaled copy of the table is made.

Columns of weight 0 are left out, the others are taken in their order: the bits do not depend on threads, blocks or layout.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.column_stats import LIMIT, laid_out
from landplan.core.kernels.compile import kernel

Float = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]

_BLOCK = 1024
"""Rows whose sums stay in the processor's cache while the columns go by."""
_LARGE = 100_000
_SMALL = 2.2250738585072014e-308
"""Below it numbers have fewer bits; their logarithm is taken of 2^54 times as much."""
_LN_54 = 54.0 * math.log(2.0)


@dataclass(frozen=True, eq=False)
class Scaling:
    """How m columns become comparable, more is better in each: (x − origin) / span, of 1/x where `inverted`.

    fill: the raw value that stands for an unknown one (NaN, infinite, 1e300 and beyond); NaN leaves it unknown.
    """

    origin: Float
    span: Float
    inverted: Bits
    fill: Float

    @classmethod
    def plain(cls, m: int) -> Scaling:
        """m columns as they are, unknown values unknown."""
        return cls(np.zeros(m), np.ones(m), np.zeros(m, np.bool_), np.full(m, np.nan))

    def at(self, raw: Float) -> Float:
        """(m,) scaled values of one raw value a column: what the kernels make of it, bit by bit."""
        with np.errstate(divide="ignore"):
            return np.asarray((np.where(self.inverted, 1.0 / raw, raw) - self.origin) / self.span)


def known_sums(values: Float, weights: Float, scaling: Scaling | None = None, threads: int = 2) -> tuple[Float, Float]:
    """(n,) Σ w v over the known values of (n, m), and (n,) the weight (m,) they carry."""
    return _each_row(_sums, values, weights, scaling, threads=threads)


def known_logs(values: Float, weights: Float, scaling: Scaling | None = None, threads: int = 2) -> tuple[Float, Float]:
    """(n,) Σ w ln v over the known values, −∞ where one of them is 0, and (n,) the weight they carry."""
    return _each_row(_logs, values, weights, scaling, threads=threads)


def distances(values: Float, weights: Float, scaling: Scaling, best: Float, worst: Float) -> tuple[Float, Float]:
    """(n,) √Σ (w (best − v))² and (n,) √Σ (w (v − worst))², best and worst (m,) of the scaled columns."""
    return _each_row(_distances, values, weights, scaling, best, worst)


def regrets(values: Float, weights: Float, scaling: Scaling) -> tuple[Float, Float]:
    """(n,) Σ w v and (n,) max w v; unknown values add nothing."""
    return _each_row(_regrets, values, weights, scaling)


def ordered_sums(values: Float, weights: Float, scaling: Scaling, alpha: float, knots: Float) -> tuple[Float, Float]:
    """(n,) Σ (Q(c_k) − Q(c_k−1)) v_k with the known values of a row from high to low and c the weight seen so far, of 1.

    Q(p) = p^alpha, or linear through `knots` at 0, 1/k … 1 where there are any. And (n,) the weight that is known.
    """
    return _each_row(_ordered, values, weights, scaling, np.array([alpha]), knots)


def _each_row(
    paint: Callable[..., None], values: Float, weights: Float, scaling: Scaling | None, *more: Float, threads: int = 2
) -> tuple[Float, Float]:
    n, m = values.shape
    values = laid_out(values)
    by = scaling or Scaling.plain(m)
    own = np.ascontiguousarray(weights, np.float64)
    one, other = np.zeros(n), np.zeros(n)

    def band(first: int, last: int) -> None:
        paint(values, own, by.origin, by.span, by.inverted, by.fill, first, last, one, other, *more)

    in_bands(band, n, threads if n >= _LARGE else 1)
    return one, other


@kernel
def _scaled(
    values: Float, j: int, start: int, stop: int, origin: Float, span: Float, inverted: Bits, fill: Float, out: Float
) -> None:
    """Column j of rows start … stop − 1 as a method sees it."""
    o, s, f = origin[j], span[j], fill[j]
    if inverted[j]:
        for i in range(start, stop):
            x = values[i, j]
            out[i - start] = (1.0 / (x if abs(x) < LIMIT else f) - o) / s
    elif o == 0.0 and s == 1.0:
        for i in range(start, stop):
            x = values[i, j]
            out[i - start] = x if abs(x) < LIMIT else f
    else:
        for i in range(start, stop):
            x = values[i, j]
            out[i - start] = ((x if abs(x) < LIMIT else f) - o) / s


@kernel
def _sums(
    values: Float, weights: Float, origin: Float, span: Float, inverted: Bits, fill: Float,
    first: int, last: int, total: Float, known: Float,
) -> None:  # fmt: skip
    """Rows first … last − 1."""
    own = np.empty(_BLOCK)
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(len(weights)):
            w = weights[j]
            if w > 0:
                _scaled(values, j, start, stop, origin, span, inverted, fill, own)
                for i in range(start, stop):
                    v = own[i - start]
                    total[i] += w * v if v == v else 0.0
                    known[i] += w if v == v else 0.0


@kernel
def _logarithms(own: Float, count: int, power: Float) -> None:
    """own becomes ln own, positive normal numbers, to the last bit but one: ln 2^k + ln m, m between √½ and √2.

    The series of fdlibm (Sun Microsystems, e_log.c) without a branch, so that it runs on whole vectors. The exponent k is
    read as a number by putting it into the low bits of 2^52.
    """
    bits, exponents = own.view(np.int64), power.view(np.int64)
    for i in range(count):
        shifted = bits[i] - 0x3FE6A09E00000000
        exponents[i] = ((shifted >> 52) + 2048) | 0x4330000000000000
        bits[i] = (shifted & 0xFFFFFFFFFFFFF) + 0x3FE6A09E00000000
    for i in range(count):
        k, f = power[i] - 4503599627372544.0, own[i] - 1.0
        s = f / (2.0 + f)
        z = s * s
        tail = z * (0.1818357216161805012 + z * (0.1531383769920937332 + z * 0.1479819860511658591))
        tail = z * (0.2857142874366239149 + z * (0.2222219843214978396 + tail))
        rest = z * (0.6666666666666735130 + z * (0.3999999999940941908 + tail))
        half = 0.5 * f * f
        own[i] = k * 6.93147180369123816490e-01 - ((half - (s * (half + rest) + k * 1.90821492927058770002e-10)) - f)


@kernel
def _logs(
    values: Float, weights: Float, origin: Float, span: Float, inverted: Bits, fill: Float,
    first: int, last: int, total: Float, known: Float,
) -> None:  # fmt: skip
    """Rows first … last − 1."""
    own, logarithm, power = np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK)
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(len(weights)):
            w = weights[j]
            if w > 0:
                _scaled(values, j, start, stop, origin, span, inverted, fill, own)
                for i in range(stop - start):
                    logarithm[i] = own[i] if own[i] >= _SMALL else own[i] * 2.0**54
                _logarithms(logarithm, stop - start, power)
                for i in range(start, stop):
                    v, x = own[i - start], logarithm[i - start]
                    x = x if v >= _SMALL else (x - _LN_54 if v > 0.0 else -np.inf)
                    total[i] += w * x if v == v else 0.0
                    known[i] += w if v == v else 0.0


@kernel
def _distances(
    values: Float, weights: Float, origin: Float, span: Float, inverted: Bits, fill: Float,
    first: int, last: int, to_best: Float, to_worst: Float, best: Float, worst: Float,
) -> None:  # fmt: skip
    """Rows first … last − 1."""
    own = np.empty(_BLOCK)
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(len(weights)):
            w, b, c = weights[j], best[j], worst[j]
            if w > 0:
                _scaled(values, j, start, stop, origin, span, inverted, fill, own)
                for i in range(start, stop):
                    v = own[i - start]
                    to_best[i] += (w * (b - v)) ** 2
                    to_worst[i] += (w * (v - c)) ** 2
        for i in range(start, stop):
            to_best[i], to_worst[i] = math.sqrt(to_best[i]), math.sqrt(to_worst[i])


@kernel
def _regrets(
    values: Float, weights: Float, origin: Float, span: Float, inverted: Bits, fill: Float,
    first: int, last: int, total: Float, largest: Float,
) -> None:  # fmt: skip
    """Rows first … last − 1."""
    own = np.empty(_BLOCK)
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(len(weights)):
            w = weights[j]
            if w > 0:
                _scaled(values, j, start, stop, origin, span, inverted, fill, own)
                for i in range(start, stop):
                    v = w * own[i - start]
                    v = v if v == v else 0.0
                    total[i] += v
                    largest[i] = v if v > largest[i] else largest[i]


@kernel
def _quantified(p: float, alpha: float, knots: Float) -> float:
    """Q(p) of the quantifier, 0 ≤ p < 1."""
    if len(knots) > 1:
        place = p * (len(knots) - 1)
        k = int(place)
        return knots[k] + (place - k) * (knots[k + 1] - knots[k])  # type: ignore[no-any-return]
    if alpha == 1.0:
        return p
    return p**alpha  # type: ignore[no-any-return]


@kernel
def _ordered(
    values: Float, weights: Float, origin: Float, span: Float, inverted: Bits, fill: Float,
    first: int, last: int, total: Float, known: Float, alpha: Float, knots: Float,
) -> None:  # fmt: skip
    """Rows first … last − 1."""
    m = len(weights)
    own, high, share = np.empty((m, _BLOCK)), np.empty(m), np.empty(m)
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        for j in range(m):
            _scaled(values, j, start, stop, origin, span, inverted, fill, own[j])
        for i in range(start, stop):
            count, all_of_it = 0, 0.0
            for j in range(m):
                v, w = own[j, i - start], weights[j]
                if w > 0 and v == v:
                    k = count
                    while k > 0 and high[k - 1] < v:
                        high[k], share[k] = high[k - 1], share[k - 1]
                        k -= 1
                    high[k], share[k] = v, w
                    count += 1
                    all_of_it += w
            seen, before, score = 0.0, 0.0, 0.0
            for k in range(count):
                seen += share[k]
                part = seen / all_of_it
                now = 1.0 if k == count - 1 or part >= 1.0 else _quantified(part, alpha[0], knots)
                score += (now - before) * high[k]
                before = now
            total[i], known[i] = score, all_of_it
