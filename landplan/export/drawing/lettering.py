"""Lettering: the typeface of the sheets, how wide a text is, and how a long one is wrapped or cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from landplan.core.paths import resource

MM_PER_PT = 25.4 / 72
LEVEL_EM = {"top": 0.88, "middle": 0.37, "base": 0.0}
"""How far the base line lies below a text's (x, y), in type sizes: the Han square reaches from -0.12 to 0.88."""
UNPRINTABLE = "〓"
"""Printed where the typeface has no glyph, as Chinese printers do: the place is seen, not lost."""
CLOSING = "，。、；：）》」』！？％,.;:)]!?%"


@dataclass(frozen=True, slots=True)
class Typeface:
    """Two weights of one TrueType face (glyf outlines), by path."""

    regular: Path
    bold: Path

    def path(self, bold: bool) -> Path:
        return self.bold if bold else self.regular

    def width_mm(self, text: str, size_pt: float, bold: bool = False) -> float:
        """How wide a text runs."""
        advance, other = _advances(self.path(bold))
        return sum(advance.get(ord(letter), other) for letter in text) * size_pt / 1000 * MM_PER_PT

    def printable(self, text: str, bold: bool = False) -> str:
        """The text with 〓 for every letter the typeface lacks; line breaks and tabs become spaces."""
        advance, _ = _advances(self.path(bold))
        return "".join(" " if c in "\n\r\t" else c if ord(c) in advance else UNPRINTABLE for c in text)

    def lacking(self, text: str, bold: bool = False) -> set[str]:
        """The letters of a text that have no glyph."""
        advance, _ = _advances(self.path(bold))
        return {c for c in text if c not in "\n\r\t" and ord(c) not in advance}

    def cut(self, text: str, width_mm: float, size_pt: float, bold: bool = False) -> str:
        """The text, or as much of it as fits with … at its end."""
        if self.width_mm(text, size_pt, bold) <= width_mm:
            return text
        room = width_mm - self.width_mm("…", size_pt, bold)
        return text[: self._fitting(text, room, size_pt, bold)].rstrip() + "…" if room >= 0 else ""

    def wrapped(self, text: str, width_mm: float, size_pt: float, bold: bool = False, lines: int = 99) -> list[str]:
        """The text on at most `lines` lines, the last one cut; Han text breaks anywhere, Latin between words."""
        out: list[str] = []
        rest = text.strip()
        while rest and len(out) < lines - 1 and self.width_mm(rest, size_pt, bold) > width_mm:
            n = max(1, self._fitting(rest, width_mm, size_pt, bold))
            n = _break_before(rest, n)
            out.append(rest[:n].rstrip())
            rest = rest[n:].lstrip()
        return [*out, self.cut(rest, width_mm, size_pt, bold)] if rest or not out else out

    def _fitting(self, text: str, width_mm: float, size_pt: float, bold: bool) -> int:
        """How many letters fit."""
        advance, other = _advances(self.path(bold))
        room = width_mm / (size_pt / 1000 * MM_PER_PT) + 1e-6
        for n, letter in enumerate(text):
            room -= advance.get(ord(letter), other)
            if room < 0:
                return n
        return len(text)


def shipped_typeface() -> Typeface:
    """Noto Sans SC, our subset: the face of screen and sheets."""
    return Typeface(resource("fonts", "NotoSansSC-Regular.ttf"), resource("fonts", "NotoSansSC-Bold.ttf"))


@cache
def registered(path: Path) -> Any:
    """The face at `path`, known to reportlab under its path."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(str(path), str(path))
    pdfmetrics.registerFont(font)
    return font


@cache
def _advances(path: Path) -> tuple[dict[int, float], float]:
    """Advance by code point in thousandths of the type size, and that of a missing glyph."""
    face = registered(path).face
    return dict(face.charWidths), float(face.defaultWidth)


def _break_before(text: str, n: int) -> int:
    """A place to break at or before n: not inside a Latin word or number, not before a closing mark."""
    if n >= len(text):
        return n
    at = n
    while at > 0 and (text[at] in CLOSING or (_latin(text[at - 1]) and _latin(text[at]))):
        at -= 1
    return at or n


def _latin(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter in ".,-/&'")
