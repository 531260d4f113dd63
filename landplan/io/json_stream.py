"""Large JSON as bytes, never as values: its CRS, its features counted by their marks, its long whole numbers kept exact."""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landplan.core.errors import Issue
from landplan.io.encoding import decide
from landplan.io.json_features import WGS_84, declared_crs
from landplan.io.json_text import TEXT
from landplan.io.plain_text import decoded_by_mark, samples

_HEAD = 1 << 16
_EXACT = 2**53
_FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')
_CRS = re.compile(r'"crs"\s*:\s*')
_NAME = rb'[{,]\s*+"(%s)"\s*+:\s*+'
"""A name before its value; inside a text its quotation marks would stand behind backslashes."""
_ODD_WORDS = (b"NaN", b"Infinity", b"\\u0000")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_NUMBERED = re.compile(rb'"type"\s*:\s*"Feature"\s*,\s*"id"\s*:\s*-?\d')
_ID = re.compile(_NAME % b"id" + rb"(-?\d+)(?![\d.eE])")
_LONG = re.compile(_NAME % rb'[^"\\]*+(?:\\.[^"\\]*+)*+' + rb"(-?\d{16,400})(?![\d.eE])", re.DOTALL)


def utf8_copy(path: Path, role: str, encoding: str | None, folder: Path) -> tuple[Path, str, tuple[Issue, ...]]:
    """The file itself when it is UTF-8, else a private UTF-8 copy and the Issue that says so."""
    raw = path.read_bytes()
    marked = decoded_by_mark(raw, role) if encoding is None else None
    if marked is None:
        odd = [] if raw.isascii() else samples(found[1] for found in TEXT.finditer(raw))
        choice, issues = decide(odd, role, given=encoding, cpg=None if encoding else "UTF-8")
        text, whole = choice.text(raw)
        if choice.name == "UTF-8" and whole and not issues:
            return path, "UTF-8", ()
        issues += () if whole else (Issue("text_broken", role, values={"encoding": choice.name}),)
        marked = text, choice.name, issues
    copy = folder / "utf8.geojson"
    copy.write_text(marked[0].removeprefix("\ufeff"), "utf-8")
    return copy, marked[1], marked[2]


def is_odd(file: Path) -> bool:
    """Whether there is something in the text that libraries read differently or not at all: NaN, control characters."""
    with _bytes_of(file) as text:
        if any(text.find(word) >= 0 for word in _ODD_WORDS):
            return True
        blocks = (text[at : at + (1 << 20)] for at in range(0, len(text), 1 << 20))
        return any(len(block.translate(None, _CONTROLS)) != len(block) for block in blocks)


def marked_features(file: Path) -> int:
    """How often the text says that something is a feature."""
    with _bytes_of(file) as text:
        return sum(1 for _ in _FEATURE.finditer(text))


def head_crs(file: Path, role: str) -> tuple[str | None, tuple[Issue, ...]]:
    """The CRS that stands before the features, where writers put it; WGS 84 where none does."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8", "ignore")
    found = _CRS.search(head.partition('"features"')[0])
    if found is None:
        return WGS_84, ()
    try:
        member, _ = json.JSONDecoder().raw_decode(head, found.end())
    except json.JSONDecodeError:
        return WGS_84, ()
    return declared_crs([{"crs": member}], [], role)


def exact(file: Path, folder: Path) -> tuple[Path, list[str]]:
    """The file, or a copy in which whole numbers beyond 2^53 are texts, and the fields that have some: GDAL loses digits of
    them where a column has numbers of other kinds as well, and makes one of texts of it now. Numbers that are ids of features, of
    which GDAL makes no field, are texts too."""
    with _bytes_of(file) as text:
        long = [found for found in _LONG.finditer(text) if abs(int(found[2])) > _EXACT]
        names = list(dict.fromkeys(found[1] for found in long))
        spans = [found.span(2) for found in long]
        if _NUMBERED.search(text[:_HEAD]):
            ids = (found.span(1) for found in _ID.finditer(text))
            spans = sorted({*spans, *ids})
        if not spans:
            return file, []
        copy = folder / "exact.geojson"
        with copy.open("wb") as sink:
            at = 0
            for first, last in spans:
                sink.writelines((text[at:first], b'"', text[first:last], b'"'))
                at = last
            sink.write(text[at:])
    return copy, [str(json.loads(b'"' + name + b'"', strict=False)) for name in names]


@contextmanager
def _bytes_of(file: Path) -> Iterator[mmap.mmap]:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        yield text
