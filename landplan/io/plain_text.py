"""Text files: their bytes as text, in the encoding that is declared by a byte order mark, asked for, or judged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import decide

MOST_BYTES = 512 << 20
"""A table of text larger than this is not read: it belongs into a GeoPackage or Parquet file."""
POINTER = "version https://git-lfs."
"""How the note begins that stands for a file kept elsewhere (Git LFS)."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"), (b"\xff\xfe\0\0", "utf-32", "UTF-32"), (b"\0\0\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"), (b"\xfe\xff", "utf-16", "UTF-16"),
)  # fmt: skip
_ODD = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_SAMPLES, _SAMPLE_BYTES, _LOOKED_AT_BYTES = 2000, 2000, 50_000
"""As many texts, bytes of each, and bytes of all, are enough to judge an encoding by."""


def plain_text(path: Path, role: str, encoding: str | None) -> tuple[str, str, tuple[Issue, ...]]:
    """The text of a file, the name of its encoding, and Issues where that was guessed or does not fit everywhere.

    InputError when the file is too large, or holds bytes that no text has.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputError("table_too_large", path.name, mib=size >> 20, most=MOST_BYTES >> 20)
    raw = path.read_bytes()
    text, name, issues = _decoded(raw, role, encoding)
    whole = text.rstrip("\x1a\r\n ").rstrip("\0\x1a")
    padding = text.count("\0", len(whole))
    text = text[: len(whole)] if padding or text.endswith("\x1a") else text
    odd = len(_ODD.findall(text))
    if (odd > 8 and odd * 10 > len(text)) or (odd and (odd + text.count("\ufffd")) * 10 > len(text)):
        raise InputError("table_not_text", path.name)
    if text.startswith(POINTER):
        raise InputError("table_is_pointer", path.name)
    odd += padding
    if odd:
        issues += (Issue("text_control_characters", role, values={"n": odd}),)
    return text, name, issues


def _decoded(raw: bytes, role: str, encoding: str | None) -> tuple[str, str, tuple[Issue, ...]]:
    marked = decoded_by_mark(raw, role) if encoding is None else None
    if marked is not None:
        return marked
    odd = [] if raw.isascii() else samples(line for line in raw.splitlines() if not line.isascii())
    mostly = encoding is None and mostly_utf8(odd)
    choice, issues = decide(odd, role, given="UTF-8" if mostly else encoding)
    issues = tuple(one for one in issues if one.id != "encoding_given_wrong") if mostly else issues
    text, whole = choice.text(raw)
    if not whole:
        issues += (Issue("text_broken", role, values={"encoding": choice.name}),)
    return text.removeprefix("\ufeff"), choice.name, issues


def decoded_by_mark(raw: bytes, role: str) -> tuple[str, str, tuple[Issue, ...]] | None:
    """Text, encoding and Issues of bytes that say their encoding by a byte order mark, or by zeros as UTF-16 has; else None."""
    marked = _marked(raw)
    if marked is None:
        return None
    codec, name = marked
    text = raw.decode(codec, "replace")
    return text, name, (Issue("text_broken", role, values={"encoding": name}),) if "\ufffd" in text else ()


def samples(texts: Iterable[bytes]) -> list[bytes]:
    """The first texts, as many and as long as it takes to judge their encoding."""
    found, total = [], 0
    for text in texts:
        found.append(text[:_SAMPLE_BYTES])
        total += len(found[-1])
        if len(found) == _SAMPLES or total > _LOOKED_AT_BYTES:
            break
    return found


def mostly_utf8(odd: list[bytes]) -> bool:
    """Whether half of the texts or more, but not all, are Chinese in UTF-8, which bytes of another encoding are not by chance."""
    texts = [text for raw in odd if (text := raw.decode("utf-8", "ignore")).encode() == raw]
    return 2 * sum(max(text) >= "\u0800" for text in texts) >= max(len(odd), 1) and len(texts) < len(odd)


def _marked(raw: bytes) -> tuple[str, str] | None:
    """The codec of a byte order mark, or of UTF-16 without one: every other byte of its first characters is zero."""
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return codec, name
    head = raw[:400]
    for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[start::2].count(0)
        if len(head) >= 4 and zeros * 3 > len(head[start::2]) and 8 * head[1 - start :: 2].count(0) < zeros:  # 一 is 4E 00
            return codec, "UTF-16"
    return None
