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
from landplan.io.plain_text import decoded_by_mark, samples

_HEAD = 1 << 16
_EXACT = 2**53
_FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')
_CRS = re.compile(r'"crs"\s*:\s*')
_NAME = rb'[{,]\s*+"(%s)"\s*+:\s*+'
"""A name before its value; inside a text its quotation marks would stand behind backslashes."""
_LONG = re.compile(_NAME % rb'(?:[^"\\]|\\.)*+' + rb"-?(\d{16,400})(?![\d.eE])", re.DOTALL)


def utf8_copy(path: Path, role: str, encoding: str | None, folder: Path) -> tuple[Path, str, tuple[Issue, ...]]:
    """The file itself when it is UTF-8, else a private UTF-8 copy and the Issue that says so."""
    raw = path.read_bytes()
    marked = decoded_by_mark(raw, role) if encoding is None else None
    if marked is None:
        odd = [] if raw.isascii() else samples(line for line in raw.splitlines() if not line.isascii())
        choice, issues = decide(odd, role, given=encoding, cpg=None if encoding else "UTF-8")
        text, whole = choice.text(raw)
        if choice.name == "UTF-8" and whole and not issues:
            return path, "UTF-8", ()
        issues += () if whole else (Issue("text_broken", role, values={"encoding": choice.name}),)
        marked = text, choice.name, issues
    copy = folder / "utf8.geojson"
    copy.write_text(marked[0].removeprefix("\ufeff"), "utf-8")
    return copy, marked[1], marked[2]


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
    """The file, or a copy in which all numbers of some fields are texts, and these fields: those with whole numbers beyond
    2^53, of which GDAL loses digits where a column has numbers of other kinds as well."""
    with _bytes_of(file) as text:
        names = {found[1]: None for found in _LONG.finditer(text) if int(found[2]) > _EXACT}
        if not names:
            return file, []
        numbers = re.compile(rb"(%s)(-?\d[\d.eE+-]*+)" % (_NAME % b"|".join(map(re.escape, names))))
        copy = folder / "exact.geojson"
        copy.write_bytes(numbers.sub(rb'\1"\3"', text))
    return copy, [str(json.loads(b'"' + name + b'"', strict=False)) for name in names]


@contextmanager
def _bytes_of(file: Path) -> Iterator[mmap.mmap]:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        yield text
