"""What kinds of value the rows of an SQLite table hold, from the headers of its records alone.

SQLite stores any value in any column; what a value is stands in the header of its record, and no value need be read to know.
Source: SQLite, Database File Format, sections 1.5 to 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Int = npt.NDArray[np.int64]

NULL, WHOLE_8, WHOLE_16, WHOLE_24, WHOLE_32, WHOLE_48, WHOLE_64, REAL, ZERO, ONE, _, _, BLOB, TEXT, ABSENT = (
    1 << k for k in range(15)
)
"""One bit a kind: how a value is stored, whole numbers by their width in bits; ABSENT: the row was written before the column."""

_CODES = np.arange(128)
_BIT = np.where(_CODES < 12, 1 << np.minimum(_CODES, 12), np.where(_CODES & 1, TEXT, BLOB))
_WIDTH = np.where(_CODES < 12, np.array([0, 1, 2, 3, 4, 6, 8, 8, *[0] * 4])[np.minimum(_CODES, 11)], (_CODES - 12) >> 1)
"""The kind of a value, and its bytes, by the number in the header; longer texts and blobs have longer numbers."""
_RESERVED = 1 << 10 | 1 << 11
_INTERIOR, _LEAF = 5, 13
_HEAD = {_INTERIOR: 12, _LEAF: 8}
_AT_ONCE = 2048
"""Pages looked at at a time: few enough for the processor's cache."""


@dataclass(frozen=True)
class RecordKinds:
    """rows: records of the table. kinds: per column, in their order in the table, the kinds of its values, or-ed."""

    rows: int
    kinds: tuple[int, ...]


class _NotPlainError(Exception):
    """Pages or records that are damaged, or of a kind that is not read here."""


def record_kinds(data: Bytes, root: int, columns: int) -> RecordKinds | None:
    """The rows and kinds of the table whose tree starts at page `root`, of a whole database file; None where the tree is not
    plainly sound, or of a kind that is not read here (WITHOUT ROWID, headers longer than a page)."""
    if len(data) < 512 or bytes(data[:16]) != b"SQLite format 3\0":
        return None
    size = int(data[16]) << 8 | int(data[17])
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1) or size > len(data) or not 1 <= root <= len(data) // size:
        return None
    pages = _Pages(data, size, size - int(data[20]))
    kinds, rows = np.zeros(columns, np.int64), 0
    try:
        leaves = pages.leaves(root)
        for k in range(0, len(leaves), _AT_ONCE):
            at, end = pages.cells(leaves[k : k + _AT_ONCE], _LEAF)
            _take_in(data, at, end, pages.usable, kinds)
            rows += len(at)
    except _NotPlainError:
        return None
    return RecordKinds(rows, tuple(kinds.tolist()))


@dataclass(frozen=True)
class _Pages:
    """The pages of a file, numbered from 1; `usable` of their `size` bytes are SQLite's."""

    data: Bytes
    size: int
    usable: int

    def leaves(self, root: int) -> Int:
        """The pages with records below a page: all are equally deep."""
        level, seen, most = np.array([root], np.int64), 0, len(self.data) // self.size
        while True:
            seen += len(level)
            if seen > most or level.min() < 1 or level.max() > most or len(np.unique(level)) < len(level):
                raise _NotPlainError
            kind = int(self.data[self._head(level[:1])[0]])
            if kind != _INTERIOR:
                return level
            inner, _ = self.cells(level, _INTERIOR)
            level = np.concatenate([_number(self.data, inner, 4), _number(self.data, self._head(level) + 8, 4)])

    def cells(self, pages: Int, kind: int) -> tuple[Int, Int]:
        """Where each cell of these pages begins, and where its page ends."""
        head = self._head(pages)
        if (self.data[head] != kind).any():
            raise _NotPlainError
        start, first, counts = (pages - 1) * self.size, head + _HEAD[kind], _number(self.data, head + 3, 2)
        behind = first + 2 * counts
        end = start + self.usable
        if (behind > end).any():
            raise _NotPlainError
        before = np.repeat(np.cumsum(counts) - counts, counts)
        pointer = np.repeat(first, counts) + 2 * (np.arange(len(before)) - before)
        at, ends = np.repeat(start, counts) + _number(self.data, pointer, 2), np.repeat(end, counts)
        if (at < np.repeat(behind, counts)).any() or (at + 4 > ends).any():
            raise _NotPlainError
        return at, ends

    def _head(self, pages: Int) -> Int:
        """Where the headers of pages begin: that of the first comes after the file's own."""
        return (pages - 1) * self.size + np.where(pages == 1, 100, 0)


def _take_in(data: Bytes, at: Int, end: Int, usable: int, kinds: Int) -> None:
    """Add the kinds of the records that begin there."""
    payload, at = _varint(data, at, end)
    _, at = _varint(data, at, end)
    last = at + _kept_here(payload, usable)
    if (payload < 1).any() or (last > end).any():
        raise _NotPlainError
    length, place = _varint(data, at, last)
    stop = at + length
    if (length < 1).any() or (stop > last).any():
        raise _NotPlainError
    held = length
    for k in range(len(kinds)):
        late = place >= stop
        if late.any():
            kinds[k:] |= ABSENT
            _sound(place[late] == stop[late], held[late] == payload[late])
            place, stop, held, payload = (one[~late] for one in (place, stop, held, payload))
        number = data.take(place)
        if number.max(initial=0) < 0x80:
            kinds[k] |= np.bitwise_or.reduce(_BIT.take(number), initial=0)
            held, place = held + _WIDTH.take(number), place + 1
            continue
        long, place = _varint(data, place, stop)
        short = np.minimum(long, 126 + (long & 1))  # the kind is the same, the width is not
        kinds[k] |= np.bitwise_or.reduce(_BIT.take(short), initial=0)
        held = held + np.where(long < 128, _WIDTH.take(short), (long - 12) >> 1)
    _sound(place == stop, held == payload, kinds & _RESERVED == 0)


def _sound(*wanted: npt.NDArray[np.bool_]) -> None:
    if not all(one.all() for one in wanted):
        raise _NotPlainError


def _kept_here(payload: Int, usable: int) -> Int:
    """Bytes of records that are in the page itself; the others are in pages of their own."""
    most, least = usable - 35, (usable - 12) * 32 // 255 - 23
    if not (payload > most).any():
        return payload
    kept = least + (payload - least) % (usable - 4)
    return np.where(payload <= most, payload, np.where(kept <= most, kept, least))


def _varint(data: Bytes, at: Int, end: Int) -> tuple[Int, Int]:
    """The numbers that begin at these bytes, and where the next begin: seven bits a byte, eight in a ninth one."""
    _sound(at < end)
    byte = data.take(at)
    if byte.max(initial=0) < 0x80:
        return byte.astype(np.int64), at + 1
    value, after, more = (byte & 0x7F).astype(np.int64), at + 1, np.flatnonzero(byte >= 0x80)
    for k in range(1, 9):
        place = at[more] + k
        _sound(place < end[more])
        byte = data.take(place)
        value[more] = value[more] << 8 | byte if k == 8 else value[more] << 7 | (byte & 0x7F)
        after[more] = place + 1
        more = more[byte >= 0x80]
        if not len(more):
            break
    _sound(value >= 0)
    return value, after


def _number(data: Bytes, at: Int, width: int) -> Int:
    """Whole numbers of so many bytes, the highest first."""
    value = np.zeros(len(at), np.int64)
    for k in range(width):
        value = value << 8 | data.take(at + k)
    return value
