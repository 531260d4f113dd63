"""Text files: their bytes as text, in the encoding that is declared by a byte order mark, asked for, or judged."""

from __future__ import annotations

from pathlib import Path

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import decide

MOST_BYTES = 512 << 20
"""A table of text larger than this is not read: it belongs into a GeoPackage or Parquet file."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"), (b"\xff\xfe", "utf-16", "UTF-16"), (b"\xfe\xff", "utf-16", "UTF-16"))
_SAMPLES = 4000


def plain_text(path: Path, role: str, encoding: str | None) -> tuple[str, str, tuple[Issue, ...]]:
    """The text of a file, the name of its encoding, and Issues where that was guessed or does not fit everywhere.

    InputError when the file is too large, or holds bytes that no text has.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise InputError("table_too_large", path.name, mib=size >> 20, most=MOST_BYTES >> 20)
    raw = path.read_bytes()
    text, name, issues = _decoded(raw, role, encoding)
    odd = sum(text.count(ch) for ch in "\0\1\2\3\4\5\6\7\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18")
    if odd > 8 and odd * 10 > len(text):
        raise InputError("table_not_text", path.name)
    if text.startswith("version https://git-lfs."):
        raise InputError("table_is_pointer", path.name)
    if odd:
        issues += (Issue("text_control_characters", role, values={"n": odd}),)
    return text, name, issues


def _decoded(raw: bytes, role: str, encoding: str | None) -> tuple[str, str, tuple[Issue, ...]]:
    marked = _marked(raw) if encoding is None else None
    if marked is not None:
        codec, name = marked
        text = raw.decode(codec, "replace")
        broken: tuple[Issue, ...] = (Issue("text_broken", role, values={"encoding": name}),) if "\ufffd" in text else ()
        return text, name, broken
    choice, issues = decide([line for line in raw.splitlines()[:_SAMPLES] if line], role, given=encoding)
    text, whole = choice.text(raw)
    if not whole:
        issues += (Issue("text_broken", role, values={"encoding": choice.name}),)
    return text.removeprefix("\ufeff"), choice.name, issues


def _marked(raw: bytes) -> tuple[str, str] | None:
    """The codec of a byte order mark, or of UTF-16 without one: every other byte of its first characters is zero."""
    for mark, codec, name in _MARKS:
        if raw.startswith(mark):
            return codec, name
    head = raw[:400]
    for start, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros = head[start::2].count(0)
        if len(head) >= 4 and zeros * 3 > len(head[start::2]) and not head[1 - start :: 2].count(0):
            return codec, "UTF-16"
    return None
