"""Which encoding the text of a file is in: declared, or judged on the real text, and always with its evidence."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal

from landplan.core.errors import InputError, Issue

Evidence = Literal["recipe", "cpg", "language_byte", "ascii", "text", "format"]

_NAMES = {
    "utf8": "UTF-8", "65001": "UTF-8", "unicode": "UTF-8",
    "gbk": "GBK", "936": "GBK", "cp936": "GBK", "ansi936": "GBK", "gb2312": "GBK", "euccn": "GBK", "ms936": "GBK",
    "gb18030": "GB18030", "54936": "GB18030",
    "big5": "Big5", "950": "Big5", "cp950": "Big5", "ansi950": "Big5", "big5hkscs": "Big5",
    "iso88591": "cp1252", "1252": "cp1252", "cp1252": "cp1252", "latin1": "cp1252", "ansi1252": "cp1252",
    "ascii": "UTF-8", "usascii": "UTF-8", "cp65001": "UTF-8", "utf8bom": "UTF-8", "utf8sig": "UTF-8", "gb23121980": "GBK",
    "windows936": "GBK", "windows1252": "cp1252", "88591": "cp1252", "ansi54936": "GB18030", "cp54936": "GB18030",
    "932": "cp932", "shiftjis": "cp932", "sjis": "cp932", "949": "cp949",
}  # fmt: skip
_CODECS = {"UTF-8": "utf-8", "GBK": "gb18030", "GB18030": "gb18030", "Big5": "big5hkscs", "cp1252": "cp1252"}
CODECS = tuple(dict.fromkeys((*_CODECS.values(), "gb2312", "big5", "utf-16")))
"""Python's codecs that a reading may need."""
_LANGUAGE_BYTES = {
    0x4D: "GBK", 0x7A: "GBK", 0x4F: "Big5", 0x78: "Big5", 0x03: "cp1252", 0x13: "cp932", 0x7B: "cp932", 0x4E: "cp949",
    0x79: "cp949", 0x01: "cp437", 0x02: "cp850", 0x65: "cp866", 0x26: "cp866", 0xC8: "cp1250", 0xC9: "cp1251",
}  # fmt: skip
"""Only bytes that name a code page; 0x57 ("the system's own") says nothing."""
_TRIALS = ("UTF-8", "GB18030", "Big5", "cp1252")
_CLEARLY_BETTER = 0.25
_SURELY = 0.9
"""Share of everyday characters from which on a single text is believed to be in another encoding than its file."""
_NO_TEXT = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7", "mbcs", "oem")
_SHOWN = 5
_ASKED = re.compile(r"\s*\?{2,}\s*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_UTF8_CHINESE = re.compile(rb"[\x00-\x7f]*[\xe3-\xe9][\x80-\xbf]{2}")
_FIRST_OF_GARBLED = frozenset(
    ch for lead in range(0xE3, 0xEA) for end in (b"", *(bytes([k]) for k in range(0x80, 0xC0)))
    for ch in bytes([lead, *end]).decode("gbk" if end else "latin-1", "ignore")
)  # fmt: skip
"""What the first byte of a Chinese character in UTF-8 (with the second) shows as in Latin-1 and GBK."""
DOUBTFUL = rf"^\s*\?{{2,}}\s*$|[\x{{fffd}}{''.join(sorted(_FIRST_OF_GARBLED))}]"
"""A pattern, of RE2, that every text matches which was garbled before it was written, and few others."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A decided encoding and why. `likely` is the share of common characters in what is not ASCII, 0…1."""

    name: str
    evidence: Evidence
    likely: float = 1.0

    @property
    def codec(self) -> str:
        """The Python codec: GBK is read as its superset GB18030."""
        return _CODECS.get(self.name, self.name)

    def read(self, raw: bytes) -> tuple[str, str]:
        """The text, and what is to be said of it: "" nothing, values_cut, values_other_encoding, or values_garbled.

        A text that its file's encoding does not hold, or only as a row of rare characters, is read in another that makes
        everyday Chinese of it: files put together from several keep such rows. Garbled: it was so when the file was written.
        """
        text, whole = self.text(raw)
        if raw.isascii():
            return text, "values_garbled" if _ASKED.fullmatch(text) else ""
        odd = not whole if self.name == "UTF-8" else _UTF8_CHINESE.match(raw) is not None
        again = _decoded(raw, "GB18030" if self.name == "UTF-8" else "UTF-8") if odd else None
        if again is not None and _everyday(again) >= _SURELY and not (whole and _everyday(text) >= _SURELY):
            return again, "values_other_encoding"
        if not whole:
            return text, "values_cut"
        return text, "values_garbled" if _garbled(text) else ""

    def text(self, raw: bytes) -> tuple[str, bool]:
        """The text of raw bytes and whether it was whole: a cut last character is left out, a wrong byte shows as �."""
        try:
            return raw.decode(self.codec), True
        except UnicodeDecodeError:
            decoder = codecs.getincrementaldecoder(self.codec)("replace")
            return decoder.decode(raw), False


def known(name: str) -> str | None:
    """landplan's name of an encoding however it is written ("ANSI 936" → GBK), or None when Python has none."""
    folded = "".join(ch for ch in name.lower() if ch.isalnum())
    if folded in _NAMES:
        return _NAMES[folded]
    try:
        codec = codecs.lookup(name.strip())
        fits = codec.name not in _NO_TEXT and codec.decode(b"a")[0] == "a" and codec.encode("a")[0] == b"a"
    except (LookupError, ValueError, TypeError, AttributeError):
        return None
    return codec.name if fits else None


def decide(
    samples: Sequence[bytes], layer: str, *, given: str | None = None, cpg: str | None = None, language_byte: int = 0
) -> tuple[Encoding, tuple[Issue, ...]]:
    """The encoding of raw field names and texts, with Issues when it was guessed or when what was declared is wrong.

    Order: the recipe, the .cpg, the DBF language byte, strict UTF-8, strict GB18030, Big5. A declaration is kept unless the
    text cannot be in it, or reads clearly better in another (UTF-8 text under a GBK .cpg decodes, but into rare characters).
    """
    odd = [raw for raw in samples if not raw.isascii()]
    if given is not None:
        return _given(given, odd, layer)
    name, evidence = _declared(cpg, language_byte)
    if not odd:
        return Encoding(name or "UTF-8", evidence), ()
    best = max(_TRIALS, key=lambda trial: (round(_likely(trial, odd) / _CLEARLY_BETTER), -_TRIALS.index(trial)))
    likely = _likely(best, odd)
    if best == "GB18030" and all(len(ch.encode("gb18030")) <= 2 for raw in odd for ch in _decoded(raw, best) or ""):
        best = "GBK"
    if name is not None:
        own = _likely(name, odd)
        if own >= likely - _CLEARLY_BETTER or (own > 0 and _family(name) == _family(best)):
            return Encoding(name, evidence, own), ()
        values = {
            "declared": cpg if evidence == "cpg" else f"LDID 0x{language_byte:02X} ({name})",
            "name": best,
            "sample": _sample(best, odd),
        }
        return Encoding(best, "text", likely), (Issue("encoding_declared_wrong", layer, values=values),)
    values = {"name": best, "sample": _sample(best, odd)}
    return Encoding(best, "text", likely), (Issue("encoding_guessed", layer, "note" if likely > 0.75 else "data", values=values),)


def _declared(cpg: str | None, language_byte: int) -> tuple[str | None, Evidence]:
    if cpg and (name := known(cpg)):
        return name, "cpg"
    if language_byte in _LANGUAGE_BYTES:
        return _LANGUAGE_BYTES[language_byte], "language_byte"
    return None, "ascii"


def _given(given: str, odd: list[bytes], layer: str) -> tuple[Encoding, tuple[Issue, ...]]:
    name = known(given)
    if name is None:
        raise InputError("encoding_unknown", layer, name=given)
    wrong = sum(_decoded(raw, name) is None for raw in odd)
    issues = (Issue("encoding_given_wrong", layer, values={"name": given, "n": wrong}),) if wrong else ()
    return Encoding(name, "recipe"), issues


def _decoded(raw: bytes, name: str) -> str | None:
    """The text, its cut last character left out; None when the bytes are not in that encoding."""
    try:
        return codecs.getincrementaldecoder(_CODECS.get(name, name))("strict").decode(raw, final=False)
    except UnicodeDecodeError:
        return None


def _likely(name: str, odd: list[bytes]) -> float:
    """Share of common characters among those that are not ASCII, times the fourth power of the share of readable texts."""
    texts = [text for raw in odd if (text := _decoded(raw, name)) is not None]
    readable = (len(texts) / len(odd)) ** 4
    letters = [ch for text in texts for ch in text if not ch.isascii()]
    if not letters:
        return 0.0
    if name == "cp1252":
        return 0.8 * readable * sum(_lonely(raw) for raw in odd) / len(odd)
    if name == "UTF-8":
        return readable * sum(_plain(text) for text in texts) / len(texts)
    return readable * sum(_common(ch, name) for ch in letters) / len(letters)


def _everyday(text: str) -> float:
    """Share of everyday Chinese among the characters that are not ASCII, 0 for fewer than two."""
    letters = [ch for ch in text if not ch.isascii()]
    return sum(_common(ch, "GBK") for ch in letters) / len(letters) if len(letters) > 1 else 0.0


def _garbled(text: str) -> bool:
    """Whether a text was read in a wrong encoding before it was written: it is everyday Chinese once that is undone."""
    if "\ufffd" in text:
        return True
    first = _NOT_ASCII.search(text)
    if first is None or first[0] not in _FIRST_OF_GARBLED:
        return False
    for codec in ("latin-1", "cp1252", "gbk"):
        with suppress(UnicodeEncodeError):
            again = _decoded(text.encode(codec), "UTF-8") or ""
            return _everyday(again) >= _SURELY and _everyday(text) < _SURELY
    return False


def _plain(text: str) -> float:
    """How surely a text that is valid UTF-8 was meant so: Chinese 1, accents between ASCII letters 0.95, else low.

    Two GBK characters can be valid UTF-8 by chance, but then they read as rows of Greek, Cyrillic or combining marks.
    """
    letters = [ch for ch in text if not ch.isascii()]
    if not letters or max(letters) >= "\u0800":
        return 1.0
    alone = _garbled(text) or not any(not a.isascii() and not b.isascii() for a, b in pairwise(text))
    return 0.95 if alone and (max(letters) < "\u0180" or _garbled(text)) else 0.3


def _common(ch: str, name: str) -> bool:
    """Whether a character is everyday Chinese: GB2312 level 1 and its punctuation, for Big5 its level 1."""
    codec, low, high, second = ("big5", 0xA1, 0xC6, 0x40) if name == "Big5" else ("gb18030", 0xA1, 0xD7, 0xA1)
    try:
        raw = ch.encode(codec)
    except UnicodeEncodeError:
        return False
    return len(raw) == 2 and low <= raw[0] <= high and raw[1] >= second and not (codec == "gb18030" and 0xA4 <= raw[0] <= 0xA9)


def _lonely(raw: bytes) -> bool:
    """Whether bytes above 127 stand alone between ASCII letters, as accents do."""
    high = [byte > 127 for byte in raw]
    return not any(a and b for a, b in pairwise(high))


def _family(name: str) -> str:
    return "GB" if name.startswith("GB") else name


def _sample(name: str, odd: list[bytes]) -> str:
    """The first texts that show what the choice means."""
    texts = (text[:20] for raw in odd if (text := (_decoded(raw, name) or "").strip()))
    return " | ".join(list(dict.fromkeys(islice(texts, 10 * _SHOWN)))[:_SHOWN])
