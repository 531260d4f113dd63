"""A DXF as its records: group codes and values of a text or binary drawing, as far as they can be read."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

Value = bytes | int | float
Point = tuple[float, float, float]
BINARY = b"AutoCAD Binary DXF\r\n\x1a\0"
_MEMBERS = (b"VERTEX", b"ATTRIB")
_NAME = re.compile(rb"[A-Z0-9_]*[A-Z][A-Z0-9_]*")
_ZERO = re.compile(rb"\s*0\s*")
_SECTION = re.compile(rb"(?:\A|\n)[ \t]*0[ \t]*\n[ \t]*SECTION[ \t]*\n[ \t]*2[ \t]*\n[ \t]*ENTITIES[ \t]*(?=\n)")
_RECORD = re.compile(rb"\n[ \t]*0[ \t]*\n[ \t]*([A-Z0-9_]*[A-Z][A-Z0-9_]*)[ \t]*(?=\n|\Z)")
_STRAY, _COMMENT, _EMBEDDED = -9999, 999, 101
_CHUNKS = frozenset((*range(310, 320), 1004))
_START = re.compile(rb"\s*(?:999[ \t]*\n[^\n]*\n\s*)*0[ \t]*\n[ \t]*SECTION\s")


@dataclass(slots=True)
class Entity:
    """One record (LINE, LAYER, BLOCK …) with its members (the vertices of a POLYLINE, the attributes of an INSERT).

    whole: all of it could be read. line: of the file, or its byte in a binary one, where it starts, from 1.
    """

    kind: str
    tags: list[tuple[int, Value]]
    line: int
    whole: bool = True
    members: list[Entity] = field(default_factory=list)
    _first: dict[int, Value] | None = None

    def first(self, code: int) -> Value | None:
        """The first value of a group code."""
        if self._first is None:
            self._first = dict(reversed(self.tags))
        return self._first.get(code)

    def raw(self, code: int) -> bytes:
        """A text as its bytes, b"" for none."""
        value = self.first(code)
        return value if isinstance(value, bytes) else b""

    def real(self, code: int, default: float = 0.0) -> float:
        """A finite number; ValueError for anything else that stands there."""
        value = self.first(code)
        return default if value is None else number(value)

    def whole_number(self, code: int, default: int = 0) -> int:
        value = self.first(code)
        return default if value is None else int(number(value))

    def point(self, code: int) -> Point:
        """The point whose x is of this code, y of the code 10 above, z (0 where there is none) of 20 above."""
        return self.real(code), self.real(code + 10), self.real(code + 20)

    def points(self, code: int) -> list[Point]:
        """All points whose x is of this code, in their order."""
        found: list[list[float]] = []
        for tag, value in self.tags:
            if tag == code:
                found.append([number(value), 0.0, 0.0])
            elif found and tag in (code + 10, code + 20):
                found[-1][1 if tag == code + 10 else 2] = number(value)
        return [(x, y, z) for x, y, z in found]

    def numbers(self, code: int) -> list[float]:
        """All values of a group code."""
        return [number(value) for tag, value in self.tags if tag == code]


@dataclass(slots=True)
class Drawing:
    """What a DXF holds. counted: the entities of its section, counted in the bytes, another way than they were read.

    cut: the file ends before its end mark. strays: places where no group code stands, with the line of the first.
    """

    header: dict[bytes, Value] = field(default_factory=dict)
    layers: list[Entity] = field(default_factory=list)
    blocks: dict[bytes, tuple[Entity, list[Entity]]] = field(default_factory=dict)
    entities: list[Entity] = field(default_factory=list)
    sections: set[bytes] = field(default_factory=set)
    odd_texts: list[bytes] = field(default_factory=list)
    binary: bool = False
    counted: int = 0
    cut: bool = True
    strays: int = 0
    stray_line: int = 0


def looks_like_dxf(head: bytes) -> bool:
    """Whether the first bytes are those of a drawing: the start of a section, after comments; or the mark of a binary one."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    return head.startswith(BINARY) or _START.match(_one_ending(head.removeprefix(b"\xef\xbb\xbf"))) is not None


def number(value: Value) -> float:
    """A finite number; ValueError for anything else."""
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(value)
    return found


def drawing(raw: bytes) -> Drawing:
    """The records of a DXF; a part that cannot be read costs the record it stands in."""
    found = Drawing()
    if raw.startswith(BINARY):
        tags = _binary_tags(raw, found)
        found.binary = True
        found.counted = _counted_binary(raw)
    else:
        raw = _one_ending(raw)
        lines = raw.split(b"\n")
        found.counted = _counted(raw)
        found.odd_texts = [] if raw.isascii() else [line for line in lines if not line.isascii()]
        tags = _text_tags(lines, found)
    _sorted_out(_records(tags), found)
    return found


def _one_ending(raw: bytes) -> bytes:
    """The text with lines that end in one way: that of Windows, of old Macs, and doubled by a careless copy."""
    return raw.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in raw else raw


def counted_again(found: Drawing) -> int:
    """The entities that were read, to compare with `counted`; of a binary drawing those of known kinds."""
    members = [name.decode() for name in _MEMBERS]
    kinds = _KNOWN.decode().split("|") if found.binary else None
    return sum(one.kind not in members and (kinds is None or one.kind in kinds) for one in found.entities)


def _sorted_out(records: Iterator[Entity], found: Drawing) -> None:
    """Put each record where it belongs; the last one of a section without an end may be half of itself."""
    section, block, last = b"", list[Entity](), None
    for record in records:
        if record.kind == "SECTION":
            section = record.raw(2).strip()
            found.sections.add(section)
            if section == b"HEADER":
                found.header.update(_variables(record.tags))
        elif record.kind in ("ENDSEC", "EOF"):
            found.cut = record.kind != "EOF"
            section, last = b"", None
        elif section == b"TABLES" and record.kind == "LAYER":
            found.layers.append(record)
        elif section == b"BLOCKS" and record.kind == "BLOCK":
            block = []
            found.blocks[record.raw(2).strip().upper()] = record, block
        elif section in (b"BLOCKS", b"ENTITIES") and record.kind not in ("SEQEND", "ENDBLK", "TABLE", "ENDTAB"):
            last = record
            _added(record, block if section == b"BLOCKS" else found.entities)
    if last is not None:
        last.whole = False


def _added(record: Entity, entities: list[Entity]) -> None:
    """Add a record, or make it a member of the one before it."""
    owner = entities[-1].kind if entities else ""
    if (record.kind, owner) in (("VERTEX", "POLYLINE"), ("ATTRIB", "INSERT")):
        entities[-1].members.append(record)
    else:
        entities.append(record)


def _variables(tags: list[tuple[int, Value]]) -> Iterator[tuple[bytes, Value]]:
    """The variables of a header with their first value."""
    name = None
    for code, value in tags:
        if code == 9 and isinstance(value, bytes):
            name = value.strip()
        elif name is not None:
            yield name, value
            name = None


def _records(tags: Iterator[tuple[int, Value, int]]) -> Iterator[Entity]:
    """The records of group codes, values and lines; a stray costs the record it stands in."""
    record, embedded = None, False
    for code, value, line in tags:
        if code == 0:
            if record is not None:
                yield record
            kind = value.strip().decode("ascii", "replace") if isinstance(value, bytes) else ""
            record, embedded = Entity(kind, [], line), False
        elif record is None:
            continue
        elif code == _STRAY:
            record.whole = False
        elif code == _EMBEDDED:
            embedded = True
        elif code != _COMMENT and not embedded:
            record.tags.append((code, value))
    if record is not None:
        yield record


def _text_tags(lines: list[bytes], found: Drawing) -> Iterator[tuple[int, Value, int]]:
    codes: dict[bytes, int | None] = {}
    at, last = 0, len(lines) - 1
    while last >= 0 and not lines[last].strip():  # empty lines at the end are no group codes
        last -= 1
    while at < last:
        line = lines[at]
        code = codes[line] if line in codes else codes.setdefault(line, _code(line))
        if code is None:
            found.strays, found.stray_line = found.strays + 1, found.stray_line or at + 1
            yield _STRAY, 0, at + 1
            at = _next_record(lines, at)
        else:
            yield code, lines[at + 1], at + 1
            at += 2


def _code(line: bytes) -> int | None:
    """The group code of a line; None where none stands."""
    text = line.strip()
    return int(text) if len(text) < 6 and text.removeprefix(b"-").isdigit() else None


def _next_record(lines: list[bytes], at: int) -> int:
    """The first line from here on where a record starts again."""
    for line in range(at, len(lines) - 1):
        if _ZERO.fullmatch(lines[line]) and _NAME.fullmatch(lines[line + 1].strip()):
            return line
    return len(lines)


def _counted(raw: bytes) -> int:
    """Entities between the start of their section and its end, members left out."""
    start = _SECTION.search(raw)
    if start is None:
        return 0
    n = 0
    for match in _RECORD.finditer(raw, start.end()):
        if match[1] in (b"ENDSEC", b"EOF"):
            break
        n += match[1] not in (b"SEQEND", *_MEMBERS)
    return n


def _binary_tags(raw: bytes, found: Drawing) -> Iterator[tuple[int, Value, int]]:
    at = len(BINARY)
    wide = raw[at + 1 : at + 2] == b"\0"
    value: Value = 0
    while at < len(raw) and value != b"EOF":
        try:
            code, after = _binary_code(raw, at, wide)
            value, after = _binary_value(raw, after, code)
        except (struct.error, ValueError, IndexError):
            yield _STRAY, 0, at + 1
            again = _binary_record(wide).search(raw, at + 1)
            if again is None:  # the rest of what was cut
                return
            found.strays, found.stray_line = found.strays + 1, found.stray_line or at + 1
            at = again.start()
            continue
        yield code, value, at + 1
        if isinstance(value, bytes) and not value.isascii() and code not in _CHUNKS:
            found.odd_texts.append(value)
        at = after


def _binary_record(wide: bool) -> re.Pattern[bytes]:
    """The start of a record in a binary drawing, by its name."""
    return re.compile((rb"\0\0" if wide else rb"\0") + rb"(?:SECTION|ENDSEC|EOF|LAYER|BLOCK|ENDBLK|" + _KNOWN + rb")\0")


def _binary_code(raw: bytes, at: int, wide: bool) -> tuple[int, int]:
    """A group code: two bytes, or in drawings of R12 one byte, 255 before the two of extended data."""
    if wide:
        return struct.unpack_from("<H", raw, at)[0], at + 2
    if raw[at] == 255:
        return struct.unpack_from("<H", raw, at + 1)[0], at + 3
    return raw[at], at + 1


_WIDTHS: tuple[tuple[range, str], ...] = (
    (range(10, 60), "<d"), (range(60, 80), "<h"), (range(90, 100), "<i"), (range(110, 150), "<d"), (range(160, 170), "<q"),
    (range(170, 180), "<h"), (range(210, 240), "<d"), (range(270, 290), "<h"), (range(290, 300), "<B"), (range(370, 390), "<h"),
    (range(400, 410), "<h"), (range(420, 430), "<i"), (range(440, 450), "<i"), (range(450, 460), "<i"), (range(460, 470), "<d"),
    (range(1010, 1060), "<d"), (range(1060, 1071), "<h"), (range(1071, 1072), "<i"),
)  # fmt: skip
_TEXTS = frozenset(
    code
    for first, last in ((0, 9), (100, 109), (300, 369), (390, 399), (410, 419), (430, 439), (470, 481), (999, 1009))
    for code in range(first, last + 1)
)
_FORMATS = {code: struct.Struct(form) for codes, form in _WIDTHS for code in codes}


def _binary_value(raw: bytes, at: int, code: int) -> tuple[Value, int]:
    form = _FORMATS.get(code)
    if form is not None:
        value: Value = form.unpack_from(raw, at)[0]
        return value, at + form.size
    if code in _CHUNKS:
        end = at + 1 + raw[at]
        return raw[at + 1 : end], end
    end = raw.index(b"\0", at)
    if code not in _TEXTS or (code == 0 and not _NAME.fullmatch(raw, at, end)):
        raise ValueError(code)
    return raw[at:end], end + 1


_KNOWN = (
    b"3DFACE 3DSOLID ACAD_PROXY_ENTITY ARC ATTDEF BODY CIRCLE DIMENSION ELLIPSE HATCH HELIX IMAGE INSERT LEADER LIGHT LINE "
    b"LWPOLYLINE MESH MLINE MPOLYGON MTEXT MULTILEADER OLE2FRAME OLEFRAME POINT POLYLINE RAY REGION SHAPE SOLID SPLINE "
    b"SURFACE TEXT TOLERANCE TRACE VIEWPORT WIPEOUT XLINE"
).replace(b" ", b"|")  # fmt: skip


def _counted_binary(raw: bytes) -> int:
    """Entities by the bytes of their names; 0 where there is no section of them."""
    wide = raw[len(BINARY) + 1 : len(BINARY) + 2] == b"\0"
    start = raw.find(b"ENTITIES\0")
    end = raw.find(b"ENDSEC\0", start)
    members = (b"SECTION", b"ENDSEC", b"EOF", b"LAYER", b"BLOCK", b"ENDBLK")
    names = _binary_record(wide).findall(raw[start : end if end > 0 else len(raw)]) if start > 0 else []
    return sum(name.strip(b"\0") not in members for name in names)
