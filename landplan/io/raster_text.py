"""Grids of numbers as text: their values are counted here, for GDAL takes a word for 0 and passes over what is too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from landplan.core.errors import Issue

_HEADS = re.compile(rb"^\s*(ncols|nrows|xll\w+|yll\w+|cellsize|dx|dy|nodata_value)\b", re.I)
_NUMBER = re.compile(rb"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?|[+-]?(nan|inf|1\.#qnan|1\.#inf)", re.I)
_CHUNK = 1 << 22


def text_grid_issues(path: Path, stated: int, role: str) -> Iterator[Issue]:
    """An Issue when an ARC/INFO text grid holds fewer or more values than it states, or words in place of numbers."""
    found, odd, first = 0, 0, ""
    for words in _words(path):
        found += len(words)
        strange = [word for word in words if not _NUMBER.fullmatch(word)] if _odd(words) else []
        odd += len(strange)
        first = first or (strange[0][:20].decode("utf-8", "replace") if strange else "")
    if found != stated:
        yield Issue(
            "raster_values_count", role, "blocks" if found < stated else "data", values={"stated": stated, "found": found}
        )
    if odd:
        yield Issue("raster_values_odd", role, "blocks", values={"n": odd, "first": first})


def _odd(words: list[bytes]) -> bool:
    """Whether any word is no number, at the cost of one conversion of them all."""
    try:
        np.array(words, "S").astype(np.float64)
    except ValueError:
        return True
    return False


def _words(path: Path) -> Iterator[list[bytes]]:
    """The values of the grid, a few megabytes at a time."""
    with path.open("rb") as file:
        start = file.tell()
        while _HEADS.match(file.readline(4096).removeprefix(b"\xef\xbb\xbf")):
            start = file.tell()
        file.seek(start)
        rest = b""
        while chunk := file.read(_CHUNK):
            text = rest + chunk
            cut = max(text.rfind(mark) for mark in (b" ", b"\n", b"\t", b"\r"))
            text, rest = (text[:cut], text[cut:]) if cut >= 0 else (b"", text)
            yield text.split()
        yield rest.split()
