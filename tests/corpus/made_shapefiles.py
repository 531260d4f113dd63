"""Shapefiles written byte by byte: every fault that a .shp, .shx or .dbf can have can be put in by hand."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import made_files
import pyproj

NULL, POINT, LINE, POLYGON, POINTS = 0, 1, 3, 5, 8
Z, M, PATCHES = 10, 20, 31
X, Y = made_files.X, made_files.Y
PRJ = pyproj.CRS("EPSG:4549").to_wkt("WKT1_ESRI")
Vertices = Sequence[tuple[float, ...]]


def square(k: int = 0, side: float = 10.0) -> list[tuple[float, float]]:
    """The k-th of a row of squares, a ring in the order that a .shp asks of an outer one."""
    x, y = X + 2 * side * k, Y
    return [(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]


def poly(rings: Sequence[Vertices], kind: int = POLYGON, **lies: Any) -> bytes:
    """The content of a record of lines or rings. lies: parts, n_parts, n_points in place of the true ones, more: bytes added."""
    points = [vertex for ring in rings for vertex in ring]
    starts = [sum(len(ring) for ring in rings[:k]) for k in range(len(rings))]
    starts = lies.get("parts", starts)
    n_parts, n_points = lies.get("n_parts", len(starts)), lies.get("n_points", len(points))
    out = struct.pack("<i4d2i", kind, *_box(points), n_parts, n_points)
    out += struct.pack(f"<{len(starts)}i", *starts)
    if kind == PATCHES:
        out += struct.pack(f"<{len(rings)}i", *lies.get("patches", [2] * len(rings)))
    out += b"".join(struct.pack("<2d", *vertex[:2]) for vertex in points)
    return out + _extra(kind, points) + lies.get("more", b"")


def point(x: float, y: float, *rest: float, kind: int = POINT) -> bytes:
    return struct.pack(f"<i{2 + len(rest)}d", kind, x, y, *rest)


def points(vertices: Vertices, kind: int = POINTS, **lies: Any) -> bytes:
    out = struct.pack("<i4di", kind, *_box(vertices), lies.get("n_points", len(vertices)))
    return out + b"".join(struct.pack("<2d", *vertex[:2]) for vertex in vertices) + _extra(kind, vertices)


def null() -> bytes:
    return struct.pack("<i", NULL)


def shp(records: Sequence[bytes], kind: int = POLYGON, *, numbers: Sequence[int] | None = None, size: int | None = None) -> bytes:
    """The bytes of a .shp; size: the length in 16-bit words that its header states."""
    body = b"".join(
        struct.pack(">2i", number, len(content) // 2) + content
        for number, content in zip(numbers or range(1, len(records) + 1), records, strict=True)
    )
    return header(kind, (100 + len(body)) // 2 if size is None else size) + body


def shx(records: Sequence[bytes], kind: int = POLYGON, *, shift: int = 0) -> bytes:
    """The bytes of the .shx; shift: bytes by which every place is wrong."""
    at, out = 100, b""
    for content in records:
        out += struct.pack(">2i", (at + shift) // 2, len(content) // 2)
        at += 8 + len(content)
    return header(kind, (100 + len(out)) // 2) + out


def header(kind: int, words: int) -> bytes:
    box = (X, Y, X + 1000.0, Y + 1000.0, 0.0, 0.0, 0.0, 0.0)
    return struct.pack(">7i", 9994, 0, 0, 0, 0, 0, words) + struct.pack("<2i8d", 1000, kind, *box)


def written(folder: Path, records: Sequence[bytes], kind: int = POLYGON, *, prj: str | None = PRJ, cpg: str | None = "UTF-8",
            rows: int | None = None, name: str = "plots") -> Path:  # fmt: skip
    """A whole shapefile with fields ID (N) and NAME (C), as many rows as records unless said."""
    path = folder / f"{name}.shp"
    path.write_bytes(shp(records, kind))
    path.with_suffix(".shx").write_bytes(shx(records, kind))
    n = len(records) if rows is None else rows
    cells = [[str(k).encode(), f"plot {k}".encode()] for k in range(n)]
    made_files.dbf(path.with_suffix(".dbf"), [(b"ID", "N", 10, 0), (b"NAME", "C", 12, 0)], cells)
    if prj is not None:
        path.with_suffix(".prj").write_text(prj)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def squares(folder: Path, n: int = 8, **options: Any) -> Path:
    return written(folder, [poly([square(k)]) for k in range(n)], **options)


def patched(path: Path, at: int, data: bytes) -> Path:
    """The file with bytes put in the place of others."""
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)
    return path


def _box(vertices: Vertices) -> tuple[float, float, float, float]:
    if not vertices:
        return 0.0, 0.0, 0.0, 0.0
    x, y = [vertex[0] for vertex in vertices], [vertex[1] for vertex in vertices]
    return min(x), min(y), max(x), max(y)


def _extra(kind: int, vertices: Vertices) -> bytes:
    """The z values of a Z type or a multipatch, and the measures of an M type, each with its range before."""
    out = b""
    for axis in ([2] if kind // 10 == 1 or kind == PATCHES else []) + ([3] if kind // 10 in (1, 2) else []):
        values = [vertex[axis] if len(vertex) > axis else 0.0 for vertex in vertices] or [0.0]
        out += struct.pack(f"<2d{len(vertices)}d", min(values), max(values), *values[: len(vertices)])
    return out
