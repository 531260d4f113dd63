"""How long a raster must be: several of GDAL's drivers give whatever is in memory for pixels that a cut file does not hold."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.io.raster_formats import header_beside

_NODES, _NODE = 20_000, struct.Struct("<IIIIIi64s32s")
_BLOCK = np.dtype([("file", "<i2"), ("at", "<u4"), ("size", "<u4"), ("valid", "<i2"), ("packed", "<i2")])
_CHUNK = 1 << 20


def length_issues(path: Path, grid: Any, role: str) -> tuple[Issue, ...]:
    """An Issue when the file is shorter than its own structure says, or a checksum in it does not agree."""
    size = path.stat().st_size
    if grid.driver == "PNG":
        stated, sound = _png_length(path, size)
        if not sound:
            return (Issue("pixels_unreadable", role, "blocks", values={"n": 1, "of": 1, "reason": "CRC"}),)
    else:
        stated = {"ENVI": _bare_length, "EHdr": _bare_length, "HFA": _hfa_length}.get(grid.driver, _unknown_length)(path, grid)
    if stated <= size:
        return ()
    return (Issue("raster_cut", role, "blocks", values={"stated": stated, "found": size}),)


def _unknown_length(_path: Path, _grid: Any) -> int:
    return 0


def _png_length(path: Path, size: int) -> tuple[int, bool]:
    """Where the chunks of a PNG end, as far as they go, and whether their checksums agree."""
    at = 8
    with path.open("rb") as file:
        file.seek(at)
        while len(head := file.read(8)) == 8:
            length, kind = int.from_bytes(head[:4], "big"), head[4:]
            at += 12 + length
            if at > size:
                return at, True
            check = zlib.crc32(kind)
            while length:
                chunk = file.read(min(length, _CHUNK))
                check, length = zlib.crc32(chunk, check), length - len(chunk)
            if file.read(4) != check.to_bytes(4, "big"):
                return at, False
            if kind == b"IEND":
                return at, True
    return at + 12, True


def _bare_length(path: Path, grid: Any) -> int:
    """Of bare pixels: their number and type, after what the header says to pass over; 0 where they are compressed."""
    header = header_beside(path)
    text = header.read_bytes()[:_CHUNK] if header else b""
    if re.search(rb"^\s*file compression\s*=\s*1", text, re.I | re.M) or re.search(rb"^\s*nbits\s+[1-7]\s*$", text, re.I | re.M):
        return 0
    skipped = re.search(rb"^\s*(?:header offset\s*=|skipbytes)\s*(\d{1,12})", text, re.I | re.M)
    kind = {"complex_int16": "i4"}.get(grid.dtypes[0], grid.dtypes[0])
    pixels = int(grid.width) * int(grid.height) * int(grid.count)
    return int(skipped[1] if skipped else 0) + pixels * int(np.dtype(kind).itemsize)


def _hfa_length(path: Path, _grid: Any) -> int:
    """Where the last block that an ERDAS file says it stores ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        return max((end for start, length in _hfa_states(file, size) for end in _hfa_blocks(file, start, length)), default=0)


def _hfa_states(file: Any, size: int) -> Iterator[tuple[int, int]]:
    """Place and length of each list of blocks in the tree of an ERDAS file."""
    file.seek(16)
    file.seek(int.from_bytes(file.read(4), "little") + 8)
    waiting, seen = [int.from_bytes(file.read(4), "little")], 0
    while waiting and seen < _NODES:
        at = waiting.pop()
        if not 0 < at <= size - _NODE.size:
            continue
        seen += 1
        file.seek(at)
        follower, _previous, _parent, child, data, length, _name, kind = _NODE.unpack(file.read(_NODE.size))
        waiting += [follower, child]
        if kind.startswith(b"Edms_State") and 22 < length < size:
            yield data, length


def _hfa_blocks(file: Any, start: int, length: int) -> Iterator[int]:
    """The ends of the valid blocks of one list: file, offset, size, valid, compression in 14 bytes each, after 22 bytes."""
    file.seek(start)
    raw = file.read(length)
    count = min(int.from_bytes(raw[:4], "little"), (len(raw) - 22) // 14)
    blocks = np.frombuffer(raw, _BLOCK, max(count, 0), 22)
    valid = blocks[blocks["valid"] == 1]
    yield from (valid["at"].astype(np.int64) + valid["size"].astype(np.int64)).tolist()
