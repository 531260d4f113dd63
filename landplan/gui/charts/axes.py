"""Round numbers along an axis."""

from __future__ import annotations

from math import ceil, floor, isfinite, log10


def ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """At most about `most` round numbers (steps of 1, 2, 5 · 10^k) between low and high."""
    if not (isfinite(low) and isfinite(high) and high > low) or most < 1:
        return (low,) if isfinite(low) else ()
    raw = (high - low) / most
    unit = 10.0 ** floor(log10(raw))
    step = next(unit * k for k in (1.0, 2.0, 5.0, 10.0) if unit * k >= raw * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(round(k * step, 12) for k in range(first, last + 1))


def tick_text(value: float, step: float) -> str:
    """A tick with as many decimals as its step needs; thousands separated."""
    decimals = max(0, -floor(log10(step) + 1e-9)) if step > 0 else 0
    shown = f"{value:,.{min(decimals, 6)}f}"
    return "−" + shown[1:] if shown.startswith("-") else shown


def widened(low: float, high: float) -> tuple[float, float]:
    """A range with some air, never of width 0."""
    if not (isfinite(low) and isfinite(high)):
        return 0.0, 1.0
    wide = high - low
    air = wide * 0.03 if wide > 1e-9 * max(abs(low), abs(high), 1e-3) else max(abs(low) * 0.05, 0.5)
    return low - air, high + air
