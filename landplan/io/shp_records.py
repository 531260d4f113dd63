"""Where the records of a .shp are: by its index where that is right, else found again in the bytes, each at its own row."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Int

HEADER, HEAD = 100, 56
"""Bytes of the file before its records, and of a polygon or line record before its first vertex, where it has one part."""
POINT, LINE, POLYGON, POINTS = (1, 11, 21), (3, 13, 23), (5, 15, 25), (8, 18, 28)
PATCHES = 31
TYPES = (0, *POINT, *LINE, *POLYGON, *POINTS, PATCHES)
_MAGIC = b"\0\0\x27\x0a"
_WINDOW, _BUNCH = 1 << 20, 4096
"""Bytes looked at at once for the next record; records followed at once."""
_LENGTH = struct.Struct(">i").unpack_from
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The records by row: `start` (n,) byte offset, -1 where a record is lost, `length` (n,) bytes of its content.

    stated: how many the .shx has, -1 without one; right: whether it leads to these; linkable: whether GDAL may have it as it
    is; size, stated_size: bytes of the file and by its header; more: bytes after the last record that are none.
    """

    start: Int
    length: Int
    stated: int
    right: bool
    linkable: bool
    size: int
    stated_size: int
    more: int

    @property
    def found(self) -> int:
        """How many records are there."""
        return int((self.start >= 0).sum())


def located(data: Bytes, shx: Path | None) -> Records:
    """The records of a .shp.

    The index is believed when each of its records is where it says, as long as it says, and is the record of its row by
    number or by order. Else the records are followed one by one, over a damaged one to the next; where the index leads to
    more of them, it is used for those that it does not miss.
    """
    size, stated_size = len(data), 2 * int(i32(data, np.array([24]), ">")[0])
    index = _index(shx)
    if index is not None and _is_right(data, index):
        end = int((index[:, 0] + 8 + index[:, 1]).max(initial=HEADER))
        linkable = shx is not None and np.fromfile(shx, np.uint8, 4).tobytes() == _MAGIC
        return Records(index[:, 0], index[:, 1], len(index), True, linkable, size, stated_size, size - end)
    start, length = _Walk(data).records()
    if index is not None:
        start, length = _better((start, length), _indexed(data, index))
    end = int((start + 8 + length)[start >= 0].max(initial=HEADER))
    right = index is not None and len(index) == len(start) and bool(((index[:, 0] == start) | (start < 0)).all())
    return Records(start, length, -1 if index is None else len(index), right, False, size, stated_size, max(size - end, 0))


def heads(data: Bytes, records: Records) -> tuple[Bytes, Int]:
    """Bytes, and places in them, where the beginnings of the records lie side by side, which is quicker to look at; the file
    itself where a record is missing or shorter than that."""
    start = records.start
    if not len(start) or (start < 0).any() or (records.length < HEAD - 8).any() or (start + HEAD > len(data)).any():
        return data, np.maximum(start, 0)
    close = np.ndarray(len(data) - HEAD + 1, f"V{HEAD}", data, strides=(1,))[start]
    return close.view(np.uint8), np.arange(len(start)) * HEAD


def among(kind: Int, types: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """(n,) whether each type is one of these; in most files all are the same."""
    if len(kind) and (kind == kind[0]).all():
        return np.full(len(kind), int(kind[0]) in types)
    return np.isin(kind, types)


def least(data: Bytes, start: Int) -> tuple[Int, Int, Int, Int]:
    """(n,) type, parts, points of records, and the bytes that their x and y need: 2^62 where the counts are impossible."""
    kind = i32(data, start + 8, "<")
    counted, multi, point = among(kind, (*LINE, *POLYGON, *POINTS, PATCHES)), among(kind, POINTS), among(kind, POINT)
    many = counted & (start + 52 <= len(data))
    at = np.where(many, start, 0)
    parts = np.where(many & ~multi, i32(data, at + 44, "<"), 0)
    points = np.where(many, i32(data, at + np.where(multi, 44, 48), "<"), 0)
    need = np.where(multi, 40, 44) + 4 * parts * np.where(kind == PATCHES, 2, 1) + 16 * points
    need = np.where(point, 20, np.where(kind == 0, 4, need))
    wrong = ~among(kind, TYPES) | (parts < 0) | (points < 0) | (counted & ~many)
    return kind, parts, points, np.where(wrong, 1 << 62, need)


def i32(data: Bytes, at: Int, order: str) -> Int:
    """(n,) whole numbers of four bytes; 0 where there are none."""
    there = (at >= 0) & (at + 4 <= len(data))
    if not there.any():
        return np.zeros(len(at), np.int64)
    words = np.ndarray(len(data) - 3, f"{order}i4", np.ascontiguousarray(data), strides=(1,))  # one begins at every byte
    return np.where(there, words[np.where(there, at, 0)], 0).astype(np.int64)


def _index(shx: Path | None) -> Int | None:
    """(n, 2) place and length in bytes of the records by the .shx; None without one."""
    if shx is None or shx.stat().st_size < HEADER:
        return None
    raw = np.fromfile(shx, np.uint8, offset=HEADER)
    return raw[: len(raw) // 8 * 8].view(">i4").reshape(-1, 2).astype(np.int64) * 2


def _is_right(data: Bytes, index: Int) -> bool:
    start, length = index[:, 0], index[:, 1]
    ends = start + 8 + length
    if len(index) == 0:
        return len(data) <= HEADER
    if (start < HEADER).any() or (length < 4).any() or (ends > len(data)).any():
        return False
    if (2 * i32(data, start + 4, ">") != length).any() or _Walk(data).sane(int(ends.max())):
        return False
    numbered = bool((i32(data, start, ">") == np.arange(1, len(start) + 1)).all())
    return numbered or (start[0] == HEADER and bool((start[1:] == ends[:-1]).all()))


def _indexed(data: Bytes, index: Int) -> tuple[Int, Int]:
    """The records to which a wrong index leads all the same; those of another row's number are not believed."""
    start, length = index[:, 0], index[:, 1]
    start = np.where((start >= HEADER) & (start + 12 <= len(data)), start, -1)
    need = np.where(start >= 0, least(data, np.maximum(start, 0))[3], 1 << 62)
    room = len(data) - start - 8
    numbered = i32(data, start, ">") == np.arange(1, len(start) + 1)
    good = (start >= 0) & (need <= room) & (numbered if numbered.any() else True)
    good &= np.isin(np.arange(len(start)), np.unique(start, return_index=True)[1])
    length = np.where((length >= need) & (length <= room), length, need)
    last = int(np.flatnonzero(good).max(initial=-1)) + 1
    return np.where(good, start, -1)[:last], np.where(good, length, 0)[:last]


def _better(walked: tuple[Int, Int], indexed: tuple[Int, Int]) -> tuple[Int, Int]:
    """The one with more records; the walk where they are as many."""
    return indexed if (indexed[0] >= 0).sum() > (walked[0] >= 0).sum() else walked


class _Walk:
    """From record to record through the bytes, without an index."""

    def __init__(self, data: Bytes) -> None:
        self.data, self.view, self.size = data, memoryview(data.data), len(data)

    def records(self) -> tuple[Int, Int]:
        """Place and content length of each record; -1 for one that is damaged, as far as the numbers tell of it."""
        start: list[int] = []
        length: list[int] = []
        at, numbered = HEADER, True
        while at + 12 <= self.size:
            places, lengths = self._chain(at)
            if not places:
                found = self._length(at)
                places, lengths = ([at], [found]) if found >= 0 else ([], [])
            if places:
                numbers = i32(self.data, np.array(places), ">")
                numbered &= bool((numbers == np.arange(len(start) + 1, len(start) + len(places) + 1)).all())
                start += places
                length += lengths
                at = places[-1] + 8 + lengths[-1]
                continue
            after, number = self._next(at, len(start) if numbered else -1)
            lost = number - 1 - len(start) if after >= 0 and numbered else int(self.sane(at))
            start += [-1] * lost
            length += [0] * lost
            if after < 0:
                break
            at = after
        return np.array(start, np.int64), np.array(length, np.int64)

    def _chain(self, at: int) -> tuple[list[int], list[int]]:
        """A bunch of records that lead to each other and have what they count; without the last, which may lead astray."""
        places: list[int] = []
        while at + 12 <= self.size and len(places) < _BUNCH:
            words = _LENGTH(self.view, at + 4)[0]
            end = at + 8 + 2 * words
            if words < 2 or end > self.size:
                break
            places.append(at)
            at = end
        start = np.array([*places, at], np.int64)
        fits = least(self.data, start[:-1])[3] <= np.diff(start) - 8
        good = (len(fits) if fits.all() else int(np.argmin(fits))) - (at != self.size or not fits.all())
        return places[: max(good, 0)], (np.diff(start) - 8)[: max(good, 0)].tolist()

    def sane(self, at: int) -> bool:
        """Whether a record may well begin here."""
        return at + 12 <= self.size and self._big(at + 4) >= 2 and self._little(at + 8) in TYPES

    def _big(self, at: int) -> int:
        return int.from_bytes(self.view[at : at + 4], "big", signed=True)

    def _little(self, at: int) -> int:
        return int.from_bytes(self.view[at : at + 4], "little", signed=True)

    def _length(self, at: int) -> int:
        """Content length of the record here: as it states, or as its counts ask where that leads to the next; -1 if neither."""
        stated = 2 * self._big(at + 4)
        lengths = self._by_counts(at)
        fits = bool(lengths) and lengths[0] <= stated and at + 8 + stated <= self.size
        if fits and (at + 8 + stated == self.size or self.sane(at + 8 + stated)):
            return stated
        for length in lengths:
            end = at + 8 + length
            if end == self.size or (end < self.size and self.sane(end)):
                return length
        return stated if fits else -1

    def _by_counts(self, at: int) -> tuple[int, ...]:
        """What the content takes by its type and counts: x and y; with z or measures; with both. () if impossible."""
        kind = self._little(at + 8)
        if kind == 0:
            return (4,)
        if kind in POINT:
            return 20, 28, 36
        if kind not in TYPES or at + 52 > self.size:
            return ()
        multi = kind in POINTS
        parts, points = (0 if multi else self._little(at + 44)), self._little(at + (44 if multi else 48))
        if parts < 0 or points < 0:
            return ()
        plain = (40 if multi else 44) + 4 * parts * (2 if kind == PATCHES else 1) + 16 * points
        return plain, plain + 16 + 8 * points, plain + 32 + 16 * points

    def _next(self, at: int, done: int) -> tuple[int, int]:
        """Place and number of the next record after a damaged one; -1 without one. done: records so far, -1 if unnumbered."""
        for low in range(at + 2, self.size - 11, _WINDOW):
            places = np.arange(low, min(low + _WINDOW, self.size - 11), 2, dtype=np.int64)
            number, stated = i32(self.data, places, ">"), 2 * i32(self.data, places + 4, ">")
            fits = (stated >= 4) & (places + 8 + stated <= self.size)
            if done >= 0:
                fits &= (number > done + 1) & (number <= done + 1 + (places - at) // 12)
            places, number, stated = places[fits], number[fits], stated[fits]
            kind, _, _, need = least(self.data, places)
            for k in np.flatnonzero((need <= stated) & ((kind > 0) | (stated == 4))):
                if int(stated[k]) in self._by_counts(int(places[k])):
                    return int(places[k]), int(number[k])
        return -1, 0
