"""Classes of plots by limits, how two of them make one, and how far it is to the next: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float
from landplan.core.policy import CLASSES

Codes = npt.NDArray[np.int8]
"""0 A, 1 B, 2 C, 3 D; −1 not known."""
UNKNOWN = -1
_LEVEL = 1e-9
_WORST = len(CLASSES) - 1


def classed(values: Float, limits: Sequence[float], *, more: bool) -> Codes:
    """(n,) the class of each value: the best whose limit it reaches, ≥ where more is better, else ≤; −1 for NaN.

    A value within 10⁻⁹ of a limit reaches it: what only rounding keeps apart is level. limits: of A, B, C. They must not fall
    back: a class below another may not ask for more (ValueError).
    """
    sign = 1.0 if more else -1.0
    rising = [sign * limit for limit in limits]
    if sorted(rising, reverse=True) != rising:
        raise ValueError(limits)
    reached = (sign * values)[:, None] >= np.array(rising) - _LEVEL * np.abs(limits)
    codes = np.where(reached.any(axis=1), reached.argmax(axis=1), _WORST).astype(np.int8)
    codes[np.isnan(values)] = UNKNOWN
    return codes


def combined(first: Codes, second: Codes, table: Mapping[str, str]) -> Codes:
    """(n,) the class that the table gives to each pair of classes; −1 where one of them is not known."""
    pairs = np.array([[CLASSES.index(table[a + b]) for b in CLASSES] for a in CLASSES], np.int8)
    out = pairs[np.maximum(first, 0), np.maximum(second, 0)]
    return np.where((first < 0) | (second < 0), np.int8(UNKNOWN), out)


def to_next(
    values: Float, codes: Codes, other: Codes, limits: Sequence[float], table: Mapping[str, str], *, more: bool, second: bool
) -> Float:
    """(n,) by how much a value alone must improve for the combined class to be a better one, the other assessment as it is.

    In the value's unit, > 0; NaN where no improvement of it alone is enough, where the class is A, or where one is not known.
    second: the value is that of the second assessment of the table.
    """
    sign = 1.0 if more else -1.0
    pair = (other, codes) if second else (codes, other)
    now = combined(*pair, table)
    out = np.full(len(values), np.nan)
    for better in range(_WORST - 1, -1, -1):  # from the nearest class up: a nearer one that is enough has been written before
        wanted = np.full(len(codes), better, np.int8)
        then = combined(other, wanted, table) if second else combined(wanted, other, table)
        enough = (codes > better) & (now > 0) & (then >= 0) & (then < now) & np.isnan(out)
        out[enough] = sign * (limits[better] - values[enough])
    return out


def lowered(codes: Codes, vetoed: Codes) -> Codes:
    """(n,) the worse of a class and what vetoes give (−1: no veto); a plot that is vetoed has that class even where the
    assessments are not known."""
    return np.maximum(codes, vetoed)
