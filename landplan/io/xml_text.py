"""XML of strangers: refused or known to be harmless before any other library sees a byte of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar
from xml.parsers import expat

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import decide
from landplan.io.files import opening
from landplan.io.plain_text import decoded_by_mark, samples
from landplan.io.raw_layer import refused

_DEPTH, _BYTES, _BLOCK = 90, 1 << 30, 1 << 20
"""Deeper nesting, or more bytes, than a delivery of layers has."""
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""\bencoding\s*=\s*["']([^"']*)["']""")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_WORDS = re.compile(rb"""[>"']([^<>"']*[\x80-\xff][^<>"']*)""")
_NO_NUMBER = re.compile(rb"[^\d\s.,;eE+\-]")
_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")

Edit = tuple[int, int, bytes]
"""From a byte, to a byte, what stands there instead."""


class Walker(Protocol):
    """What is told of every element: its name as written, its attributes, and the byte at which its tag starts."""

    def start(self, name: str, attributes: dict[str, str], at: int) -> None: ...
    def end(self, name: str, at: int) -> None: ...


class Outline(Walker, Protocol):
    """A walker that notes what a file holds, and the edits after which a library may see it."""

    text: bytes
    edits: list[Edit]


class Coordinates:
    """Coordinates in a text that are no numbers, of which GDAL makes 0 without a word: their text is cut out, and counted."""

    def __init__(self, text: bytes, names: frozenset[str], edits: list[Edit]) -> None:
        self.unreadable = 0
        self._text, self._names, self._edits = text, names, edits
        self._first = 0

    def start(self, name: str, at: int) -> None:
        if name in self._names:
            self._first = tag_end(self._text, at)

    def end(self, name: str, at: int) -> None:
        if name in self._names and _NO_NUMBER.search(inside := self._text[self._first : at]) and b"<" not in inside:
            self.unreadable += 1
            self._edits.append((self._first, at, b""))


Found = TypeVar("Found", bound=Outline)


def harmless(
    path: Path, role: str, encoding: str | None, outline: Callable[[bytes], Found]
) -> tuple[bytes, Found, str, tuple[Issue, ...]]:
    """The text as a library may see it, its outline, its encoding, and Issues; kept for the next layer of an unchanged file."""
    status = path.stat() if path.exists() else None
    stamp = (status.st_mtime_ns, status.st_size) if status else (0, 0)
    text, found, name, said = _harmless(path.resolve(), stamp, encoding, outline)
    return text, found, name, tuple(replace(issue, layer=role) for issue in said)


@lru_cache(maxsize=1)
def _harmless(path: Path, _stamp: tuple[int, int], encoding: str | None, outline: Callable[[bytes], Any]) -> Any:
    text, name, issues = utf8(path, "", encoding)
    found = outline(text)
    walked(text, found, path)
    text, found.text, found.edits = edited(text, found.edits), b"", []
    return text, found, name, issues


def utf8(path: Path, role: str, encoding: str | None) -> tuple[bytes, str, tuple[Issue, ...]]:
    """The text as UTF-8 without its XML declaration, the encoding it was in, and Issues where that was guessed."""
    opening(path, 1)
    if path.stat().st_size > _BYTES:
        raise InputError("xml_too_large", path.name, mib=path.stat().st_size >> 20, most=_BYTES >> 20)
    raw = path.read_bytes()
    if raw[:1] in (b"\xff", b"\xfe", b"\0") or raw[1:2] == b"\0":
        marked = decoded_by_mark(raw, role)
        if marked is not None:
            return _bare(marked[0].encode()), marked[1], marked[2]
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    controls: tuple[Issue, ...] = ()
    if odd := len(_CONTROL.findall(raw)):
        raw, controls = _CONTROL.sub(b" ", raw), (Issue("text_control_characters", role, values={"n": odd}),)
    found = _DECLARATION.match(raw[:400])
    stated = _ENCODING.search(found[0]) if found else None
    declared = stated[1].decode("ascii", "replace") if stated else "UTF-8"
    words = [] if raw.isascii() else samples(found[1] for found in _WORDS.finditer(raw))
    choice, issues = decide(words, role, given=encoding, cpg=declared)
    issues += controls
    text, whole = choice.text(raw)
    if choice.name == "UTF-8" and whole:
        return _bare(raw), "UTF-8", issues
    issues += () if whole else (Issue("text_broken", role, values={"encoding": choice.name}),)
    return _bare(text.encode()), choice.name, issues


def walked(text: bytes, walker: Walker, path: Path) -> None:
    """Tell the walker of every element. InputError on a DOCTYPE or entities, on nesting without end, and with the line where
    the text is not XML or ends too early; nothing is expanded and nothing fetched."""
    parser = expat.ParserCreate("UTF-8")
    depth = 0
    started, ended = walker.start, walker.end

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH:
            raise InputError("xml_too_deep", path.name, line=parser.CurrentLineNumber, most=_DEPTH)
        started(name, attributes, parser.CurrentByteIndex)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        ended(name, parser.CurrentByteIndex)

    def doctype(*_: object) -> None:
        raise InputError("xml_doctype", path.name, line=parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler, parser.EntityDeclHandler = doctype, doctype
    try:
        for at in range(0, len(text), _BLOCK):
            parser.Parse(text[at : at + _BLOCK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InputError("xml_broken", path.name, line=error.lineno, column=error.offset + 1, reason=reason) from error


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2] if ":" in name else name


def tag_end(text: bytes, at: int) -> int:
    """The byte after the tag that starts at `at`."""
    found = _TAG.match(text, at)
    return found.end() if found else at


def closing_end(text: bytes, name: str, at: int) -> int:
    """The byte after an element that ends at `at`: behind its closing tag, or `at` itself where it has none (<a/>)."""
    return tag_end(text, at) if text.startswith(f"</{name}".encode(), at) else at


def edited(text: bytes, edits: Sequence[Edit]) -> bytes:
    """The text with each span replaced; spans inside an earlier, longer one go with it."""
    out, at = [], 0
    for first, last, instead in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if first >= at:
            out += [text[at:first], instead]
            at = last
    return b"".join([*out, text[at:]])


@contextmanager
def private_copy(text: bytes, path: Path, role: str, suffix: str) -> Iterator[Path]:
    """A file of its own in a folder of its own, where a library may write what it likes; errors name the user's file."""
    with tempfile.TemporaryDirectory(prefix="landplan-") as folder:
        copy = Path(folder) / f"{path.stem.replace('!', '_').replace(':', '_')}{suffix}"
        copy.write_bytes(b'<?xml version="1.0" encoding="UTF-8"?>' + text)
        try:
            yield copy
        except InputError:
            raise
        except (RuntimeError, ValueError, OSError) as error:
            raise refused(role, path, ValueError(str(error).replace(str(copy), path.name))) from error


def _bare(text: bytes) -> bytes:
    """Without byte order mark and declaration; lines keep their numbers."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    found = _DECLARATION.match(text[:400])
    return b"\n" * found[0].count(b"\n") + text[found.end() :] if found else text
