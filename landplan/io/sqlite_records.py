"""What kinds of value the rows of an SQLite table hold, from the headers of its records alone.

SQLite stores any value in any column; what a value is stands in the header of its record, and no value need be read to know.
Source: SQLite, Database File Format, sections 1.5 to 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

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
_AT_ONCE = 1024
"""Pages looked at at a time: few enough for the processor's cache."""
_SHORT = 256
"""Bytes of headers that are compared as one table."""


@dataclass(frozen=True)
class RecordKinds:
    """rows: records of the table. kinds: per column, in their order in the table, the kinds of its values, or-ed."""

    rows: int
    kinds: tuple[int, ...]


class _NotPlainError(Exception):
    """Pages or records that are damaged, or of a kind that is not read here."""


def record_kinds(file: BinaryIO, root: int, columns: int) -> RecordKinds | None:
    """The rows and kinds of the table whose tree starts at page `root`, of a database file open without a buffer; None where
    the tree is not plainly sound, or of a kind that is not read here (WITHOUT ROWID, headers longer than a page)."""
    length = file.seek(0, 2)
    file.seek(0)
    head = file.read(100)
    if length < 512 or head[:16] != b"SQLite format 3\0":
        return None
    size = int.from_bytes(head[16:18], "big")
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1) or size > length or not 1 <= root <= length // size:
        return None
    pages = _Pages(file, length // size, size, size - head[20], np.empty(_AT_ONCE * size, np.uint8))
    kinds, rows = np.zeros(columns, np.int64), 0
    try:
        for some in pages.leaves(root):
            data, at, end = pages.cells(some, _LEAF)
            _take_in(data, at, end, pages.usable, kinds)
            rows += len(at)
    except _NotPlainError:
        return None
    return RecordKinds(rows, tuple(kinds.tolist()))


@dataclass(frozen=True)
class _Pages:
    """The pages of a file, numbered from 1 to `count`; `usable` of their `size` bytes are SQLite's. Some are read at a time,
    into the same memory: mapping a large file costs more than copying it."""

    file: BinaryIO
    count: int
    size: int
    usable: int
    memory: Bytes

    def leaves(self, root: int) -> list[Int]:
        """The pages with records below a page, so many at a time: all are equally deep."""
        level, seen = np.array([root], np.int64), 0
        while True:
            seen += len(level)
            if seen > self.count or level.min() < 1 or level.max() > self.count or len(np.unique(level)) < len(level):
                raise _NotPlainError
            some = [level[k : k + _AT_ONCE] for k in range(0, len(level), _AT_ONCE)]
            if int(self._read(level[:1])[_head(level[:1], self.size)[0]]) != _INTERIOR:
                return some
            level = np.concatenate([self._below(pages) for pages in some])

    def cells(self, pages: Int, kind: int) -> tuple[Bytes, Int, Int]:
        """The bytes of these pages, where each of their cells begins in them, and where its page ends."""
        data, head = self._read(pages), _head(pages, self.size)
        if (data[head] != kind).any():
            raise _NotPlainError
        start, first, counts = np.arange(len(pages)) * self.size, head + _HEAD[kind], _number(data, head + 3, 2)
        behind = first + 2 * counts
        end = start + self.usable
        if (behind > end).any():
            raise _NotPlainError
        before = np.repeat(np.cumsum(counts) - counts, counts)
        pointer = np.repeat(first, counts) + 2 * (np.arange(len(before)) - before)
        at, ends = np.repeat(start, counts) + _number(data, pointer, 2), np.repeat(end, counts)
        if (at < np.repeat(behind, counts)).any() or (at + 4 > ends).any():
            raise _NotPlainError
        return data, at, ends

    def _below(self, pages: Int) -> Int:
        data, inner, _ = self.cells(pages, _INTERIOR)
        return np.concatenate([_number(data, inner, 4), _number(data, _head(pages, self.size) + 8, 4)])

    def _read(self, pages: Int) -> Bytes:
        """The bytes of these pages one after the other, those that follow each other in the file at once."""
        data = self.memory.data
        breaks = [0, *(np.flatnonzero(np.diff(pages) != 1) + 1).tolist(), len(pages)]
        for begin, end in pairwise(breaks):
            self.file.seek((int(pages[begin]) - 1) * self.size)
            if self.file.readinto(data[begin * self.size : end * self.size]) != (end - begin) * self.size:  # type: ignore[attr-defined]
                raise _NotPlainError
        return self.memory[: len(pages) * self.size]


def _head(pages: Int, size: int) -> Int:
    """Where the headers of pages begin in their bytes: that of the first page of a file comes after the file's own."""
    return np.arange(len(pages)) * size + np.where(pages == 1, 100, 0)


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
    first, skipped, widths = _alike(data, place, stop, kinds)
    place, held = place + skipped, length + widths
    for k in range(first, len(kinds)):
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


def _alike(data: Bytes, place: Int, stop: Int, kinds: Int) -> tuple[int, int, Int]:
    """Take in the leading columns whose numbers stand at the same byte of all headers, as nearly all do: how many columns,
    their bytes in a header, and the bytes of their values in each record."""
    at, widths = 0, np.zeros(len(place), np.int64)
    width = int((stop - place).min(initial=_SHORT))
    if not width or not len(place):
        return 0, 0, widths
    strings = np.ndarray(len(data) - width + 1, f"V{width}", data, strides=(1,))  # so many bytes from any byte on
    headers = np.ascontiguousarray(strings[place].view(np.uint8).reshape(-1, width).T)
    for k in range(len(kinds)):
        if at == width:
            return k, at, widths
        number = headers[at]
        if number.max() < 0x80:
            kinds[k] |= np.bitwise_or.reduce(_BIT.take(number))
            widths += _WIDTH.take(number)
            at += 1
        elif number.min() > 0x80 and at + 1 < width and headers[at + 1].max() < 0x80:  # two bytes, for 128 and more
            long = (number & np.int64(0x7F)) << 7 | headers[at + 1]
            kinds[k] |= np.bitwise_or.reduce(np.where(long & 1, TEXT, BLOB))
            widths += (long - 12) >> 1
            at += 2
        else:
            return k, at, widths
    return len(kinds), at, widths


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
