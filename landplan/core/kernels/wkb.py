"""WKB to flat geometry and back, straight from the column's own bytes: no geometry objects, no Python per row.

Both byte orders, 2D, Z and M in the OGC, ISO and EWKB ways (Z and M are left out), single and multi. A row that cannot be
read costs itself only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel
from landplan.core.layers import FARTHEST, Geometry, GeometryKind

if TYPE_CHECKING:
    import pyarrow as pa

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.bool_]
Fates = npt.NDArray[np.int8]
Types = npt.NDArray[np.int32]

GOOD, NULL, MALFORMED, OTHER_KIND, CURVED, NOT_FINITE, UNCLOSED = range(7)
"""What became of a row: read; null or empty; bytes that are not WKB; another kind than the layer's (or a collection); arcs,
surfaces of arcs and other types to be stroked first; coordinates that are no numbers or no place's; a polygon ring that is
not closed or has fewer than 4 vertices. All but GOOD have a null geometry."""

_NO_BYTES = np.empty(0, np.uint8)
_KINDS: tuple[GeometryKind, ...] = ("none", "point", "line", "polygon", "point", "line", "polygon")


@dataclass(frozen=True, eq=False)
class Reading:
    """The geometry of n rows, `fate` (n,) of each as above, and its WKB `type` (n,) without Z and M; 0 for null."""

    geometry: Geometry
    fate: Fates
    type: Types


def read(column: pa.Array, kind: GeometryKind | None = None) -> Reading:
    """A binary or large_binary Arrow array of WKB as flat arrays. `kind`: the layer's; else that of most rows."""
    data, offset, valid = _buffers(column)
    n = len(column)
    shape, row = np.zeros((n, 3), np.int64), np.zeros(n + 1, np.int64)
    fate, type_ = (~valid).astype(np.int8), np.zeros(n, np.int32)

    def measure(a: int, b: int) -> None:
        rows, done, none = slice(a, b), np.zeros(3, np.int64), np.zeros(1, np.int64)
        _walk(data, offset[a : b + 1], fate[rows], type_[rows], shape[rows], done, _NO_BYTES, none, none, none, False)

    in_bands(measure, n)
    kind = kind or _most(type_[fate == GOOD])
    fits = np.array([name == kind for name in _KINDS])
    fate[(fate == GOOD) & ~fits[np.clip(type_, 0, 6)]] = OTHER_KIND
    shape[fate != GOOD] = 0
    done = np.concatenate([np.zeros((1, 3), np.int64), np.cumsum(shape, axis=0)])
    parts, rings, vertices = (int(total) for total in done[-1])
    xy = np.empty(16 * vertices, np.uint8)
    ring, part = np.zeros(rings + 1, np.int64), np.zeros(parts + 1, np.int64)

    def fill(a: int, b: int) -> None:
        rows, ends = slice(a, b), slice(a, b + 1)
        _walk(data, offset[ends], fate[rows], type_[rows], shape[rows], done[a].copy(), xy, ring, part, row[ends], True)

    in_bands(fill, n)
    geometry = Geometry(kind, xy.view("<f8").reshape(-1, 2).astype(np.float64, copy=False), ring, part, row)
    in_bands(lambda a, b: _find_odd(geometry.xy, ring, part, row[a : b + 1], kind == "polygon", fate[a:b]), n)
    bad = (fate >= NOT_FINITE) & (np.diff(row) > 0)
    return Reading(_without(geometry, bad) if bad.any() else geometry, fate, type_)


def written(geometry: Geometry) -> npt.NDArray[np.object_]:
    """(n,) little-endian 2D WKB of each row, None for null: single where all rows have at most one part, else multi."""
    out = np.full(len(geometry), None, object)
    if geometry.kind == "none" or not len(geometry.xy):
        return out
    multi = bool((np.diff(geometry.row) > 1).any())
    code = {"point": 1, "line": 2, "polygon": 3}[geometry.kind]
    sizes = np.zeros(len(geometry) + 1, np.int64)
    _sizes(geometry.ring, geometry.part, geometry.row, code, multi, sizes)
    offset = np.cumsum(sizes)
    data = np.empty(int(offset[-1]), np.uint8)
    xy = np.ascontiguousarray(geometry.xy, "<f8").view(np.uint8).reshape(-1)
    _write(xy, geometry.ring, geometry.part, geometry.row, code, multi, offset, data)
    raw, starts = data.tobytes(), offset.tolist()
    for i in np.flatnonzero(np.diff(geometry.row)).tolist():
        out[i] = raw[starts[i] : starts[i + 1]]
    return out


def _buffers(column: pa.Array) -> tuple[Bytes, Int, Bits]:
    """Bytes, offsets (n+1,) and validity (n,) of a binary array; nothing is copied but the offsets."""
    import pyarrow as pa

    if len(column) == 0:
        return np.zeros(0, np.uint8), np.zeros(1, np.int64), np.zeros(0, np.bool_)
    wide = np.int64 if pa.types.is_large_binary(column.type) else np.int32
    _, starts, data = column.buffers()
    offset = np.frombuffer(starts, wide)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    body = np.frombuffer(data if data is not None else b"", np.uint8)
    body.flags.writeable = False  # always, so that one compiled form serves all
    return body, offset, column.is_valid().to_numpy(zero_copy_only=False)


def _most(types: Types) -> GeometryKind:
    """The kind of most of these WKB types; polygons before lines before points."""
    counts = np.bincount(types, minlength=7)
    order: tuple[GeometryKind, ...] = ("polygon", "line", "point")
    sums = [int(sum(counts[code] for code, name in enumerate(_KINDS) if name == kind)) for kind in order]
    return order[int(np.argmax(sums))] if any(sums) else "none"


def _without(geometry: Geometry, bad: Bits) -> Geometry:
    """The geometry with these rows made null."""
    parts = np.repeat(~bad, np.diff(geometry.row))
    rings = np.repeat(parts, np.diff(geometry.part))
    vertices = np.repeat(rings, np.diff(geometry.ring))
    sizes = (np.diff(geometry.ring)[rings], np.diff(geometry.part)[parts], np.where(bad, 0, np.diff(geometry.row)))
    return Geometry(
        geometry.kind, geometry.xy[vertices], *(np.concatenate([[0], np.cumsum(size)]).astype(np.int64) for size in sizes)
    )


@kernel
def _u32(data: Bytes, at: int, big: bool) -> int:
    a, b, c, d = np.int64(data[at]), np.int64(data[at + 1]), np.int64(data[at + 2]), np.int64(data[at + 3])
    return int(a << 24 | b << 16 | c << 8 | d) if big else int(d << 24 | c << 16 | b << 8 | a)


@kernel
def _header(data: Bytes, at: int, end: int) -> tuple[int, int, int, int, bool]:
    """(type, bytes a vertex, place of the body, count, big-endian) of the geometry at `at`; type -1 where there is none.

    The type is without Z and M: EWKB sets high bits (and may put an SRID first), ISO adds 1000, 2000, 3000. A point counts 1.
    """
    if at + 5 > end or data[at] > 1:
        return -1, 0, 0, 0, False
    big = data[at] == 0
    code = _u32(data, at + 1, big)
    dimensions = 2 + (code >> 31 & 1) + (code >> 30 & 1)
    body = at + 5 + (4 if code >> 29 & 1 else 0)
    code &= 0x1FFFFFFF
    iso = code // 1000
    if iso > 3:
        return -1, 0, 0, 0, False
    dimensions += (iso > 0) + (iso == 3)
    code -= 1000 * iso
    if dimensions > 4:
        return -1, 0, 0, 0, False
    if code == 1:
        return code, 8 * dimensions, body, 1, big
    if body + 4 > end:
        return -1, 0, 0, 0, False
    return code, 8 * dimensions, body + 4, _u32(data, body, big), big


@kernel
def _no_number(data: Bytes, at: int, big: bool) -> bool:
    """Whether the float64 at `at` is NaN or infinite."""
    high, low = (data[at], data[at + 1]) if big else (data[at + 7], data[at + 6])
    return bool((high & 0x7F) == 0x7F and low >= 0xF0)


@kernel
def _copy(data: Bytes, at: int, count: int, width: int, big: bool, xy: Bytes, vertex: int) -> None:
    """x and y of `count` vertices, as little-endian bytes."""
    if width == 16 and not big:
        for byte in range(16 * count):
            xy[16 * vertex + byte] = data[at + byte]
        return
    flip = 7 if big else 0
    for k in range(count):
        for byte in range(16):
            xy[16 * (vertex + k) + byte] = data[at + k * width + (byte ^ flip)]


@kernel
def _single(data: Bytes, at: int, end: int, wanted: int, done: Int, xy: Bytes, ring: Int, part: Int, fill: bool) -> int:
    """The place after the point, line or polygon (`wanted`) at `at`; -1 when malformed. Empty ones make no part.

    `done` counts parts, rings, vertices; nothing is written unless `fill`.
    """
    code, width, body, count, big = _header(data, at, end)
    if code != wanted:
        return -1
    before = done[1]
    for _ in range(count if code == 3 else 1):
        vertices = count
        if code == 3:
            vertices = _u32(data, body, big) if body + 4 <= end else end
            body += 4
        if vertices * width > end - body:
            return -1
        if vertices > 0 and not (code == 1 and _no_number(data, body, big) and _no_number(data, body + 8, big)):
            if fill:
                _copy(data, body, vertices, width, big, xy, done[2])
                ring[done[1] + 1] = done[2] + vertices
            done[1] += 1
            done[2] += vertices
        body += vertices * width
    if done[1] > before:
        if fill:
            part[done[0] + 1] = done[1]
        done[0] += 1
    return body


@kernel
def _any(data: Bytes, at: int, end: int, done: Int, xy: Bytes, ring: Int, part: Int, fill: bool) -> tuple[int, int]:
    """(fate, type) of the geometry at `at`, single or multi."""
    code, _, body, count, _ = _header(data, at, end)
    if 7 <= code <= 17:
        return (3 if code == 7 else 4), code
    if not 1 <= code <= 6 or (code > 3 and count * 5 > end - body):
        return 2, max(code, 0)
    place, members, wanted = (body, count, code - 3) if code > 3 else (at, 1, code)
    for _ in range(members):
        place = _single(data, place, end, wanted, done, xy, ring, part, fill)
        if place < 0:
            return 2, code
    return 0, code


@kernel
def _walk(
    data: Bytes, offset: Int, fate: Fates, type_: Types, shape: Int, done: Int, xy: Bytes, ring: Int, part: Int, row: Int,
    fill: bool,
) -> None:  # fmt: skip
    """Over the rows of fate GOOD: parts, rings and vertices, fate and type of each; or, to `fill`, coordinates and offsets.

    `done` (3,) counts, from 0 or from what the rows before have. One kernel for both, because compiling it takes longer than
    reading a million parcels.
    """
    for i in range(len(offset) - 1):
        if fate[i] == 0:
            if not fill:
                done[0], done[1], done[2] = 0, 0, 0
            fate[i], type_[i] = _any(data, offset[i], offset[i + 1], done, xy, ring, part, fill)
            if not fill:
                shape[i, 0], shape[i, 1], shape[i, 2] = done[0], done[1], done[2]
                if fate[i] == 0 and done[0] == 0:
                    fate[i] = 1
        if fill:
            row[i + 1] = done[0]


@kernel
def _find_odd(xy: Float, ring: Int, part: Int, row: Int, closed: bool, fate: Fates) -> None:
    """Mark rows with coordinates that are no numbers (5) or polygon rings that do not close (6)."""
    for i in range(len(row) - 1):
        for r in range(part[row[i]], part[row[i + 1]]):
            a, b = ring[r], ring[r + 1]
            if closed and (b - a < 4 or xy[a, 0] != xy[b - 1, 0] or xy[a, 1] != xy[b - 1, 1]):
                fate[i] = 6
            for k in range(a, b):
                if not (abs(xy[k, 0]) < FARTHEST and abs(xy[k, 1]) < FARTHEST):
                    fate[i] = 5
                    break
            if fate[i] == 5:
                break


@kernel
def _sizes(ring: Int, part: Int, row: Int, code: int, multi: bool, sizes: Int) -> None:
    """Bytes of the WKB of row i in sizes[i + 1]."""
    for i in range(len(row) - 1):
        if row[i] == row[i + 1]:
            continue
        size = 9 if multi else 0
        for p in range(row[i], row[i + 1]):
            rings = part[p + 1] - part[p]
            size += 5 + (0 if code == 1 else 4) + (4 * rings if code == 3 else 0)
            size += 16 * (ring[part[p + 1]] - ring[part[p]])
        sizes[i + 1] = size


@kernel
def _put(data: Bytes, at: int, value: int) -> int:
    """`value` as four little-endian bytes; the place after."""
    for byte in range(4):
        data[at + byte] = value >> (8 * byte) & 255
    return at + 4


@kernel
def _start(data: Bytes, at: int, code: int) -> int:
    data[at] = 1
    return _put(data, at + 1, code)


@kernel
def _write(xy: Bytes, ring: Int, part: Int, row: Int, code: int, multi: bool, offset: Int, data: Bytes) -> None:
    """The WKB of every row at its offset."""
    for i in range(len(row) - 1):
        if row[i] == row[i + 1]:
            continue
        at = offset[i]
        if multi:
            at = _put(data, _start(data, at, code + 3), row[i + 1] - row[i])
        for p in range(row[i], row[i + 1]):
            at = _start(data, at, code)
            if code == 3:
                at = _put(data, at, part[p + 1] - part[p])
            for r in range(part[p], part[p + 1]):
                vertices = ring[r + 1] - ring[r]
                if code != 1:
                    at = _put(data, at, vertices)
                for byte in range(16 * ring[r], 16 * ring[r + 1]):
                    data[at] = xy[byte]
                    at += 1
