"""Classes of plots by limits, how two of them make one, and how far it is to the next: arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue
from landplan.core.layers import Float
from landplan.core.policy import CLASSES, Assessment, PolicyPack, Survey
from landplan.core.rules import Verdict

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


@dataclass(frozen=True, slots=True)
class Cited:
    """One thing a plot's class rests on. limit: the value of an assessment against a figure, reached or not; veto: met, or not
    known; pair: the two classes that were combined. Each names the rule or figure, so that it can be looked up."""

    kind: Literal["limit", "unknown", "veto", "veto_unknown", "pair"]
    id: str
    figure: str = ""
    value: float = float("nan")
    limit: float = float("nan")
    reached: bool = False


@dataclass(frozen=True, eq=False)
class Assessed:
    """One assessment of n plots: value (n,), class (n,), and by how much the value alone must improve for a better class of the
    plot (n,), NaN where it cannot, as under a veto."""

    assessment: Assessment
    limits: tuple[float, float, float]
    value: Float
    code: Codes
    to_next: Float


@dataclass(frozen=True, eq=False)
class Surveyed:
    """The list: `code` (n,) 0 A … 3 D, −1 not known; met and undecided vetoes (n, vetoes); pair (n,) the class before vetoes.

    pack: where `survey` and its figures are from.
    """

    pack: PolicyPack
    survey: Survey
    assessed: tuple[Assessed, Assessed]
    pair: Codes
    vetoes: tuple[Verdict, ...]
    code: Codes
    issues: tuple[Issue, ...]

    def trace(self, row: int) -> tuple[Cited, ...]:
        """What the class of a plot rests on: for each assessment the limit it reaches and the next one it misses, the pair, and
        every veto that is met or not known."""
        return (*(cited for one in self.assessed for cited in _limits(one, row)), *self._pair(row), *self._vetoes(row))

    def _pair(self, row: int) -> Iterator[Cited]:
        if self.pair[row] >= 0:
            yield Cited("pair", "".join(CLASSES[one.code[row]] for one in self.assessed))

    def _vetoes(self, row: int) -> Iterator[Cited]:
        for verdict in self.vetoes:
            if verdict.restricted[row]:
                yield Cited("veto", verdict.condition.id, reached=True)
            elif verdict.undecided[row]:
                yield Cited("veto_unknown", verdict.condition.id)


def _limits(one: Assessed, row: int) -> Iterator[Cited]:
    """The limit that the value reaches and the one above it that it misses; without a value, that it is not known."""
    code, value = int(one.code[row]), float(one.value[row])
    if code < 0:
        yield Cited("unknown", one.assessment.id)
        return
    names = [one.assessment.classes[grade] for grade in ("A", "B", "C")]
    for place in (code, code - 1):
        if 0 <= place < len(names):
            yield Cited("limit", one.assessment.id, names[place], value, one.limits[place], reached=place == code)
