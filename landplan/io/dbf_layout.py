"""The layout of a .dbf: fields and places, as its header says, or as its rows show where the header lies."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from landplan.core.errors import InputError

_FLAGS = (0x20, 0x2A)
"""The first byte of a row: kept or deleted."""
_END = 0x1A
_LOOKED_AT, _MOST_FIELDS = 5000, 2048
_VERSIONS = frozenset(b"\x02\x03\x04\x05\x07\x30\x31\x32\x43\x63\x7b\x83\x8b\x8c\x8e\xcb\xe5\xeb\xf5\xfb")
_KINDS = frozenset("CNFDLMGPBIOTYVQW@+0")
_OLD, _SEVENTH = (32, 32, 0), (68, 48, 21)
"""Where the fields begin, bytes a field, and by how much its type stands further on: dBase III to 5, and dBase 7."""
_SYSTEM = "0"
"""The field in which FoxPro keeps which values are null."""


@dataclass(frozen=True, slots=True)
class DbfField:
    """One field of the header: raw name, type letter, place in the record."""

    name: bytes
    kind: str
    start: int
    width: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Fields of a .dbf, where its rows begin, bytes a row, whole rows, rows by the header, and whether the header lies."""

    fields: tuple[DbfField, ...]
    start: int
    length: int
    rows: int
    stated: int
    header_wrong: bool


def layout(data: npt.NDArray[np.uint8], path: Path) -> Layout:
    """The layout of a .dbf; InputError when its header is none.

    What the header says of its own length and that of a row is kept where every row then begins with a flag and the last ends
    with the file; else the end of its fields and the sum of their widths are tried. Rows beyond the stated number count where
    they begin with a flag too.
    """
    if len(data) < 33:
        raise InputError("dbf_header", path.name)
    stated, start, length = struct.unpack("<IHH", data[4:12].tobytes())
    fields, end = _fields(data, start, length)
    if not fields:
        raise InputError("dbf_header", path.name)
    own = fields[-1].start + fields[-1].width
    tries = [(start, length), (end, length), (start, own), (end, own)]
    fit = [(a, b) for a, b in tries if a >= 32 and own <= b and a <= len(data)]
    if not fit:
        raise InputError("dbf_header", path.name)
    place, size = max(fit, key=lambda one: (_likely(data, one[0], one[1], stated), -fit.index(one)))
    if not _likely(data, place, size, stated) and data[0] not in _VERSIONS:
        raise InputError("dbf_header", path.name)
    wrong = (place, size) != (start, length) or any(field.kind not in _KINDS for field in fields)
    return Layout(fields, place, size, _rows(data, place, size, stated), stated, wrong)


def _likely(data: npt.NDArray[np.uint8], start: int, length: int, stated: int) -> int:
    """2 where every row that the header states and the file has begins with a flag, and 1 more where they end with the file."""
    flags = data[start::length][: max(1, min(stated, (len(data) - start) // length, _LOOKED_AT))]
    flagged = bool(len(flags)) and bool(np.isin(flags, _FLAGS).all() or (stated == 0 and flags[0] == _END))
    over = len(data) - start - stated * length
    return 2 * flagged + (flagged and (over == 1 or (over == 0 and data[-1] != _END)))


def _rows(data: npt.NDArray[np.uint8], start: int, length: int, stated: int) -> int:
    """How many whole rows there are: those stated, and those after them that begin with a flag."""
    there = (len(data) - start) // length
    if stated >= there:
        return there
    flags = np.isin(data[start + stated * length :: length][: there - stated], _FLAGS)
    return stated + (there - stated if flags.all() else int(np.argmin(flags)))


def _fields(data: npt.NDArray[np.uint8], start: int, length: int) -> tuple[tuple[DbfField, ...], int]:
    """The fields, and where they end. Of the ways in which fields are written, the one that adds up to a row's length."""
    best: tuple[tuple[DbfField, ...], int] = (), 0
    for form in (_SEVENTH, _OLD) if data[0] & 7 == 4 else (_OLD,):
        for long_texts in (False, True):
            fields, end = _listed(data, start, form, long_texts)
            if fields and fields[-1].start + fields[-1].width == length:
                return _shown(fields), end
            if fields and (not best[0] or (form == _OLD and end == start)):
                best = best if best[0] and end != start else (fields, end)
    return _shown(best[0]), best[1]


def _listed(
    data: npt.NDArray[np.uint8], start: int, form: tuple[int, int, int], long_texts: bool
) -> tuple[tuple[DbfField, ...], int]:
    """Fields up to the mark of their end. long_texts: the decimals of a text are the high byte of its width, as FoxPro does."""
    first, size, shift = form
    found: list[DbfField] = []
    place, at = 1, first
    while at + size <= len(data) and data[at] != 0x0D and at != start and len(found) < _MOST_FIELDS:
        entry = data[at : at + size].tobytes()
        kind, width, decimals = chr(entry[11 + shift]), entry[16 + (17 if shift else 0)], entry[17 + (17 if shift else 0)]
        if kind == "C":
            width, decimals = width + (256 * decimals if long_texts else 0), 0
        name = entry[: 32 if shift else 11].split(b"\0")[0]
        if width:
            found.append(DbfField(name, kind, place, width, decimals))
        place += width
        at += size
    return tuple(found), at + (at != start)


def _shown(fields: tuple[DbfField, ...]) -> tuple[DbfField, ...]:
    return tuple(field for field in fields if field.kind != _SYSTEM) or fields
