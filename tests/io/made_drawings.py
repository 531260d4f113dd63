"""DXF drawings made tag by tag: text and binary, of any version, with any header, and with the faults that a test wants."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

Tag = tuple[int, object]
Tags = list[Tag]
X, Y = 611_000.0, 3_463_000.0


def polyline(points: Sequence[tuple[float, ...]], *, closed: bool = True, layer: str = "DK", **more: object) -> Tags:
    """An LWPOLYLINE; a third number of a point is its bulge. more: g<code>=value."""
    tags: Tags = [(0, "LWPOLYLINE"), (5, "A1"), (8, layer), *_more(more), (90, len(points)), (70, int(closed))]
    for point in points:
        tags += [(10, point[0]), (20, point[1])] + ([(42, point[2])] if len(point) > 2 else [])
    return tags


def square(x: float = X, y: float = Y, side: float = 100.0, **more: object) -> Tags:
    return polyline([(x, y), (x + side, y), (x + side, y + side), (x, y + side)], **more)  # type: ignore[arg-type]


def line(*points: tuple[float, float], layer: str = "0") -> Tags:
    return polyline(points, closed=False, layer=layer)


def text(content: str, x: float = X + 50, y: float = Y + 50, *, layer: str = "名称", **more: object) -> Tags:
    return [(0, "TEXT"), (8, layer), *_more(more), (10, x), (20, y), (30, 0.0), (40, 2.5), (1, content)]


def mtext(*chunks: str, x: float = X + 50, y: float = Y + 50, layer: str = "说明") -> Tags:
    """An MTEXT; all but its last chunk are written as continued."""
    return [(0, "MTEXT"), (8, layer), (10, x), (20, y), (30, 0.0), *((3, one) for one in chunks[:-1]), (1, chunks[-1])]


def entity(kind: str, *tags: Tag, layer: str = "0", **more: object) -> Tags:
    return [(0, kind), (8, layer), *_more(more), *tags]


def heavy(points: Sequence[tuple[float, float]], *faces: tuple[int, ...], flags: int = 1) -> Tags:
    """A POLYLINE of vertices; with faces a polyface mesh."""
    tags = entity("POLYLINE", (66, 1), (70, 64 if faces else flags))
    for x, y in points:
        tags += entity("VERTEX", (10, x), (20, y), (30, 0.0), (70, 192 if faces else 0))
    for face in faces:
        tags += entity("VERTEX", (70, 128), *((71 + k, corner) for k, corner in enumerate(face)))
    return [*tags, (0, "SEQEND")]


def circle(x: float, y: float, radius: float, **more: object) -> Tags:
    return entity("CIRCLE", (10, x), (20, y), (30, 0.0), (40, radius), **more)  # type: ignore[arg-type]


def insert(name: str, x: float = 0.0, y: float = 0.0, *attributes: Tags, **more: object) -> Tags:
    tags = entity("INSERT", (2, name), (10, x), (20, y), **more)  # type: ignore[arg-type]
    if attributes:
        tags += [(66, 1), *(tag for attribute in attributes for tag in attribute), (0, "SEQEND")]
    return tags


def attribute(tag: str, value: str, x: float, y: float) -> Tags:
    return [(0, "ATTRIB"), (8, "0"), (10, x), (20, y), (40, 2.5), (1, value), (2, tag)]


def block(name: str, *entities: Tags, flags: int = 0, base: tuple[float, float] = (0.0, 0.0)) -> Tags:
    content = [tag for one in entities for tag in one]
    return [(0, "BLOCK"), (8, "0"), (2, name), (70, flags), (10, base[0]), (20, base[1]), *content, (0, "ENDBLK")]


def layer(name: str, *, flags: int = 0, color: int = 7) -> Tags:
    return [(0, "LAYER"), (2, name), (70, flags), (62, color)]


def hatch(*rings: Sequence[tuple[float, ...]]) -> Tags:
    """A HATCH of boundaries that are polylines."""
    tags: Tags = [(0, "HATCH"), (8, "0"), (10, 0.0), (20, 0.0), (30, 0.0), (2, "SOLID"), (70, 1), (71, 0), (91, len(rings))]
    for ring in rings:
        tags += [(92, 2), (72, 1), (73, 1), (93, len(ring))]
        for point in ring:
            tags += [(10, point[0]), (20, point[1]), (42, point[2] if len(point) > 2 else 0.0)]
        tags.append((97, 0))
    return [*tags, (75, 0), (76, 1), (98, 1), (10, X), (20, Y)]


def drawing(
    *entities: Tags, version: str | None = "AC1015", page: str | None = "ANSI_936", units: int | None = 6,
    layers: Iterable[Tags] = (), blocks: Iterable[Tags] = (), extra: Tags | None = None,
) -> Tags:  # fmt: skip
    """All tags of a drawing, from the header to the end mark."""
    header: Tags = [(9, "$ACADVER"), (1, version)] if version else []
    header += [(9, "$DWGCODEPAGE"), (3, page)] if page else []
    header += [(9, "$INSUNITS"), (70, units)] if units is not None else []
    tables = [(0, "TABLE"), (2, "LAYER"), *(tag for one in layers for tag in one), (0, "ENDTAB")]
    sections = {
        "HEADER": [*header, *(extra or [])], "TABLES": tables, "BLOCKS": [tag for one in blocks for tag in one],
        "ENTITIES": [tag for one in entities for tag in one],
    }  # fmt: skip
    tags: Tags = []
    for name, content in sections.items():
        tags += [(0, "SECTION"), (2, name), *content, (0, "ENDSEC")]
    return [*tags, (0, "EOF")]


def written(path: Path, tags: Tags, encoding: str = "gb18030", end: str = "\r\n") -> Path:
    """The tags as a text file."""
    path.write_bytes("".join(f"{code:>3}{end}{value}{end}" for code, value in tags).encode(encoding))
    return path


def written_binary(path: Path, tags: Tags, encoding: str = "gb18030", *, narrow: bool = False) -> Path:
    """The tags as a binary drawing; narrow: with the group codes of one byte that R12 has."""
    out = b"AutoCAD Binary DXF\r\n\x1a\0"
    for code, value in tags:
        out += struct.pack("<B" if narrow else "<H", code)
        if 10 <= code < 60 or 110 <= code < 150 or 210 <= code < 240:
            out += struct.pack("<d", float(str(value)))
        elif 60 <= code < 80 or 170 <= code < 180:
            out += struct.pack("<h", int(str(value)))
        elif 90 <= code < 100 or 420 <= code < 430:
            out += struct.pack("<i", int(str(value)))
        else:
            out += str(value).encode(encoding) + b"\0"
    path.write_bytes(out)
    return path


def _more(more: dict[str, object]) -> Tags:
    """g62=1 as the tag (62, 1)."""
    return [(int(name[1:]), value) for name, value in more.items()]
