"""The unified social credit code of a legal person (统一社会信用代码, GB 32100-2015), read as it is written in tables."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a code by their value; I, O, S, V and Z are left out, as they look like others."""
Kind = Literal["valid", "wrong_check", "wrong_form", "old_number", "none"]
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ALIKE = str.maketrans("IOSZ", "1052")
_BETWEEN = " \t\r\n-‐‑–—·.　\xa0\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code as read: `text` in capitals and half width. kind: valid; wrong_check: 18 characters whose last is not the check
    character of the others; wrong_form; old_number: a registration number of 15 digits, no credit code; none: an empty cell.
    rewritten: it was not written so (lower case, full width, blanks). likely: what it would be with 0 for O, 1 for I, …"""

    text: str
    kind: Kind
    rewritten: bool = False
    likely: str = ""

    @property
    def valid(self) -> bool:
        return self.kind == "valid"


def check_character(first: str) -> str:
    """The 18th character of the first 17: (31 − Σ value_i · 3^(i−1) mod 31) mod 31, i = 1 … 17. KeyError outside ALPHABET.

    31 is prime and 3 a primitive root of it, so a single wrong character or two exchanged neighbours never keep the check.
    Source: GB 32100-2015, 5.
    """
    total = sum(_VALUE[character] * weight for character, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def credit_code(written: str | None) -> CreditCode:
    """A cell as a code; blanks, hyphens, width and case do not matter, but are noted."""
    if written is None or not written.strip():
        return CreditCode("", "none")
    text = unicodedata.normalize("NFKC", written).upper().translate({ord(character): None for character in _BETWEEN})
    rewritten = text != written.strip()
    if len(text) == 15 and text.isascii() and text.isdecimal():
        return CreditCode(text, "old_number", rewritten)
    if _checks(text):
        return CreditCode(text, "valid", rewritten)
    mended = text.translate(_ALIKE)
    likely = mended if mended != text and _checks(mended) else ""
    formed = len(text) == 18 and set(text) <= set(ALPHABET) and _has_region(text)
    return CreditCode(text, "wrong_check" if formed else "wrong_form", rewritten, likely)


def _checks(text: str) -> bool:
    formed = len(text) == 18 and set(text) <= set(ALPHABET) and _has_region(text)
    return formed and check_character(text[:17]) == text[17]


def _has_region(text: str) -> bool:
    """Characters 3 to 8 are the digits of an administrative region."""
    return text[2:8].isdecimal()
