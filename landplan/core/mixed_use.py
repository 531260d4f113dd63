"""Mixed land use written in one cell, "1001 60% + 0902 40%": read in the ways people write it, written in one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from landplan.core.errors import InputError

TOLERANCE_PERCENT = Decimal("0.1")
"""Shares may sum to 100 % within this: three thirds are written 33.3 %."""
_HUNDRED = Decimal(100)
_CODE, _NUMBER = r"(?P<code>[0-9A-Za-z]+)", r"(?P<share>[0-9]+(?:\.[0-9]+)?)"
_PARTS = tuple(
    re.compile(form)
    for form in (
        rf"{_CODE}",
        rf"{_CODE}[ ]+{_NUMBER}[ ]*(?P<percent>%?)",
        rf"{_CODE}[ ]*[(:=][ ]*{_NUMBER}[ ]*(?P<percent>%?)[ ]*\)?",
        rf"{_NUMBER}[ ]*(?P<percent>%)[ ]*{_CODE}",
    )
)
"""1001 · 1001 60% · 1001(60%) or 1001:60% · 60%1001"""
_RATIO = re.compile(r"(?P<codes>.+?)[ (=]+(?P<ratio>[0-9.]+[ ]*%?(?:[ ]*:[ ]*[0-9.]+[ ]*%?)+)[ ]*\)?")
_SEPARATORS = re.compile(r"[+/、,;|&\\]")


@dataclass(frozen=True, slots=True)
class UseMix:
    """Codes and their shares in percent; the greatest first, equal ones by code. percents None: not stated.

    Shares as written, so that they may sum to 99.9; `shares` sum to 1.
    """

    codes: tuple[str, ...]
    percents: tuple[Decimal, ...] | None

    @property
    def shares(self) -> dict[str, float]:
        """code → share of 1; empty where the shares are not stated."""
        if self.percents is None:
            return {}
        total = sum(self.percents)
        return {code: float(percent / total) for code, percent in zip(self.codes, self.percents, strict=True)}

    @property
    def main(self) -> str | None:
        """The code with the largest share (of equal ones the first by code); None where shares are not stated."""
        return None if self.percents is None else self.codes[0]

    def __str__(self) -> str:
        """As landplan writes it: "1001 60% + 0902 40%", "1001", or "1001 + 0902" where shares are not stated."""
        if self.percents is None or len(self.codes) == 1:
            return " + ".join(self.codes)
        return " + ".join(f"{code} {_plain(percent)}%" for code, percent in zip(self.codes, self.percents, strict=True))


def use_mix(parts: Iterable[tuple[str, Decimal | None]], written: str = "") -> UseMix:
    """The mix of (code, percent) parts: the same code twice counts together, what has no share of the land is left out.

    InputError when only some have a share, or when the shares are not 100 % within 0.1. One code alone has all.
    """
    given = list(parts)
    codes = list(dict.fromkeys(code for code, _ in given))
    stated = [percent for _, percent in given if percent is not None]
    if not stated:
        return UseMix(tuple(codes), (_HUNDRED,) if len(codes) == 1 else None)
    if len(stated) < len(given):
        raise InputError("mixed_use_some_shares", written)
    if abs(sum(stated) - _HUNDRED) > TOLERANCE_PERCENT:
        raise InputError("mixed_use_not_100", written, total=float(sum(stated)))
    total = {code: sum((percent or Decimal(0) for one, percent in given if one == code), Decimal(0)) for code in codes}
    ordered = sorted(((-percent, code) for code, percent in total.items() if percent), key=lambda one: (one[0], one[1]))
    if len(ordered) == 1:
        return UseMix((ordered[0][1],), (_HUNDRED,))
    return UseMix(tuple(code for _, code in ordered), tuple(-percent for percent, _ in ordered))


@lru_cache(maxsize=4096)
def parsed_mix(text: str) -> UseMix:
    """The mix a cell says. Full-width signs are as the narrow ones; parts are separated by + / 、 , ; | or &.

    Read: "1001 60%+0902 40%", "60%1001、40%0902", "1001(60%)/0902(40%)", "1001+0902 6:4", "1001 0.6 + 0902 0.4",
    "1001+0902" (shares not stated). InputError when a part is not a code, only some parts have a share, or the shares
    do not sum to 100 %. A number that touches its code, as in "100160%", is no share: it could be read in several ways.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if (ratio := _RATIO.fullmatch(plain)) and (mix := _by_ratio(ratio["codes"], ratio["ratio"], text)):
        return mix
    pieces = [piece.strip() for piece in _SEPARATORS.split(plain)]
    found = [next((match for form in _PARTS if (match := form.fullmatch(piece))), None) for piece in pieces]
    parts = [match.groupdict() for match in found if match]
    if len(parts) < len(pieces):
        raise InputError("mixed_use_unreadable", text)
    return use_mix(zip((part["code"] for part in parts), _percents(parts, text), strict=True), text)


def _percents(parts: list[dict[str, str]], text: str) -> list[Decimal | None]:
    """The share of each part in percent, None where it has none; numbers without % may be shares of 1 where all are."""
    shares = [None if part.get("share") is None else Decimal(part["share"]) for part in parts]
    bare = [share for part, share in zip(parts, shares, strict=True) if share is not None and not part["percent"]]
    if len(bare) not in (0, len(parts)) or any(share > _HUNDRED for share in shares if share is not None):
        raise InputError("mixed_use_unreadable", text)
    if bare and abs(sum(bare, Decimal(-1))) <= TOLERANCE_PERCENT / 100:
        return [100 * share for share in bare]
    return shares


def _by_ratio(codes: str, ratio: str, text: str) -> UseMix | None:
    """ "1001+0902 6:4": a number a code; None when it is no such thing."""
    names = [name.strip() for name in re.split(r"[+/、,;|&\\:]", codes)]
    numbers = [number.strip(" %") for number in ratio.split(":")]
    good = all(re.fullmatch(r"[0-9A-Za-z]+", name) for name in names)
    if not good or len(names) != len(numbers) or not all(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", one) for one in numbers):
        return None
    total = sum(map(Decimal, numbers))
    if not total:
        return None
    percents = [(Decimal(number) * 100 / total).quantize(Decimal("1e-6")) for number in numbers]
    return use_mix(zip(names, percents, strict=True), text)


def _plain(percent: Decimal) -> str:
    """A percentage without zeros at its end: 60, 33.3, never 6E+1."""
    text = format(percent, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
