"""Arcs to chords: geometry types that only GDAL knows, as the plain ones that everything else reads."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Int
from landplan.io.gdal import ogr

if TYPE_CHECKING:
    import pyarrow as pa

_FIRST_ARC, _LAST_ARC = 8, 12
"""CircularString, CompoundCurve, CurvePolygon, MultiCurve, MultiSurface; all but the first may well be straight."""
_ARC = re.compile(rb"\x01(?:\x08\0|\xf0\x03|\xd8\x07|\xc0\x0b)\0\0")
"""A CircularString inside a geometry: XY, Z, M or ZM, as GDAL writes it."""


def stroked(
    file: Path, name: str | None, wkb: pa.ChunkedArray, role: str, **options: Any
) -> tuple[pa.Array | pa.ChunkedArray, tuple[Issue, ...]]:
    """The column with its arcs as chords of one degree each, and the Issue that says so.

    A chord leaves an arc of radius r by at most r · (1 - cos 0.5°) = r / 26 262: 4 mm for 100 m.
    """
    import pyarrow as pa

    types = kinds(wkb)
    curved = np.flatnonzero((types >= _FIRST_ARC) & (types <= _LAST_ARC))
    if not len(curved):
        return wkb, ()
    plain = ogr().raw.read(file, layer=name, columns=[], **options)[2]
    if len(plain) != len(wkb):
        return wkb, ()
    rows = wkb.to_pylist()
    n = sum(_ARC.search(rows[row]) is not None for row in curved)
    for row in curved:
        rows[row] = plain[row]
    return pa.array(rows, pa.binary()), (Issue("curves_stroked", role, "note", values={"n": n}),) if n else ()


def kinds(wkb: pa.Array | pa.ChunkedArray) -> Int:
    """(n,) geometry type of each row, 1…17 whatever its dimensions; 0 where there is none or it is no WKB."""
    import pyarrow as pa

    chunks = wkb.chunks if isinstance(wkb, pa.ChunkedArray) else [wkb]
    if len(chunks) == 1:
        return _kinds(chunks[0])
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate([np.zeros(0, np.int64), *pool.map(_kinds, chunks)])


def _kinds(wkb: pa.Array) -> Int:
    import pyarrow as pa

    width = np.int64 if pa.types.is_large_binary(wkb.type) else np.int32
    start = np.frombuffer(wkb.buffers()[1] or bytes(8), width)[wkb.offset : wkb.offset + len(wkb) + 1]
    data = np.frombuffer(wkb.buffers()[2] or b"", np.uint8)
    out = np.zeros(len(wkb), np.int64)
    long = np.diff(start) >= 5
    if wkb.null_count:
        long &= np.asarray(wkb.is_valid(), bool)
    places = start[:-1][long].astype(np.int64)
    if len(places):
        words = np.ndarray(len(data) - 3, "<u4", data, strides=(1,))  # the four bytes from any byte on
        codes = words[places + 1]
        big = data[places] != 1
        if big.any():
            codes[big] = codes[big].byteswap()
        out[long] = (codes & 0x0FFFFFFF) % 1000
    return out
