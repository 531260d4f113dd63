"""What kinds of value the rows of an SQLite table hold, from the headers of its records alone.

SQLite stores any value in any column; what a value is stands in the header of its record, and no value need be read to know.
Source: SQLite, Database File Format, sections 1.5 to 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.compile import kernel

Bytes = npt.NDArray[np.uint8]
Whole = int | np.int64

NULL, WHOLE_8, WHOLE_16, WHOLE_24, WHOLE_32, WHOLE_48, WHOLE_64, REAL, ZERO, ONE, BLOB, TEXT, ABSENT = (1 << k for k in range(13))
"""One bit a kind: how a value is stored, whole numbers by their width in bits; ABSENT: the row was written before the column."""

_WIDTHS = np.array([0, 1, 2, 3, 4, 6, 8, 8, 0, 0], np.int64)
"""Bytes of a value by the first ten kinds."""


@dataclass(frozen=True)
class RecordKinds:
    """rows: records of the table. kinds: per column, in their order in the table, the kinds of its values, or-ed."""

    rows: int
    kinds: tuple[int, ...]


def record_kinds(data: Bytes, root: int, columns: int) -> RecordKinds | None:
    """The rows and kinds of the table whose tree starts at page `root`, of a whole database file; None where the tree is not
    plainly sound, or of a kind that is not read here (WITHOUT ROWID, headers longer than a page)."""
    if len(data) < 512 or bytes(data[:16]) != b"SQLite format 3\0":
        return None
    page = int(data[16]) << 8 | int(data[17])
    page = 65536 if page == 1 else page
    if page < 512 or page & (page - 1) or page > len(data):
        return None
    kinds = np.zeros(columns, np.int64)
    rows = int(_walked(data, page, page - int(data[20]), root, kinds))
    return None if rows < 0 else RecordKinds(rows, tuple(kinds.tolist()))


@kernel
def _varint(data: Bytes, at: Whole, end: Whole) -> tuple[Whole, Whole]:
    """The number that begins at a byte, and where the next begins; −1 where it does not end in the page."""
    value = np.int64(0)
    for k in range(9):
        if at + k >= end:
            return -1, end
        byte = np.int64(data[at + k])
        if k == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + k + 1
    return -1, end


@kernel
def _kept_here(payload: Whole, usable: Whole) -> Whole:
    """Bytes of a record that are in the page itself; the others are in pages of their own."""
    if payload <= usable - 35:
        return payload
    least = (usable - 12) * 32 // 255 - 23
    kept = least + (payload - least) % (usable - 4)
    return kept if kept <= usable - 35 else least


@kernel
def _record(data: Bytes, at: Whole, end: Whole, usable: Whole, kinds: npt.NDArray[np.int64]) -> bool:
    """Take the kinds of one record in; False where it is not sound."""
    payload, at = _varint(data, at, end)
    _, at = _varint(data, at, end)
    if payload < 1 or at + _kept_here(payload, usable) > end:
        return False
    last = at + _kept_here(payload, usable)
    length, place = _varint(data, at, last)
    stop = at + length
    if length < 1 or stop > last:
        return False
    held = np.int64(0)
    for k in range(len(kinds)):
        if place >= stop:
            kinds[k] |= 1 << 12
            continue
        kind: Whole = np.int64(data[place])
        if kind < 0x80:
            place += 1
        else:
            kind, place = _varint(data, place, stop)
        if kind >= 12:
            held += (kind - 12) >> 1
            kinds[k] |= 1 << (10 + (kind & 1))
        elif 0 <= kind < 10:
            held += _WIDTHS[kind]
            kinds[k] |= 1 << kind
        else:
            return False
    return place == stop and length + held == payload


@kernel
def _walked(data: Bytes, page: Whole, usable: Whole, root: Whole, kinds: npt.NDArray[np.int64]) -> Whole:
    """Records under the page `root`, their kinds taken in; −1 where a page or record is not sound."""
    pages = len(data) // page
    waiting = np.empty(pages + 1, np.int64)
    waiting[0], size, seen = root, 1, 0
    rows: Whole = 0
    while size:
        size -= 1
        number, seen = waiting[size], seen + 1
        if number < 1 or number > pages or seen > pages:
            return -1
        start = (number - 1) * page
        end = start + usable
        head = start + (100 if number == 1 else 0)
        kind, cells = data[head], np.int64(data[head + 3]) << 8 | np.int64(data[head + 4])
        first = head + (8 if kind == 13 else 12)
        if (kind != 5 and kind != 13) or first + 2 * cells > end or (kind == 5 and size + cells + 1 > pages):
            return -1
        for k in range(cells):
            at = start + (np.int64(data[first + 2 * k]) << 8 | np.int64(data[first + 2 * k + 1]))
            if at < first + 2 * cells or at + 4 > end:
                return -1
            if kind == 5:
                waiting[size], size = _page(data, at), size + 1
            elif not _record(data, at, end, usable, kinds):
                return -1
        if kind == 13:
            rows += cells
        else:
            waiting[size], size = _page(data, head + 8), size + 1
    return rows


@kernel
def _page(data: Bytes, at: Whole) -> Whole:
    """A page's number: four bytes, the highest first."""
    return np.int64(data[at]) << 24 | np.int64(data[at + 1]) << 16 | np.int64(data[at + 2]) << 8 | np.int64(data[at + 3])
