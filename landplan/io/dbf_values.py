"""Cells of a .dbf as values: exact, missing where blank, and the number of those that are lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.io.encoding import DOUBTFUL, Encoding

if TYPE_CHECKING:
    import pyarrow as pa

Cells = npt.NDArray[np.uint8]
"""(n, width) the bytes of one field."""
Lost = Counter[str]
"""How many values were lost or are odd, by the id of what is said."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?")
_NO_NUMBER = re.compile(r"[+-]?(nan|inf(inity)?|1\.#\w+)", re.IGNORECASE)
_LINE, _BLANK, _STAR, _POINT, _X = b"\n *.x"
_LOWER = 0x20
"""The bit that turns a capital into a small letter."""
_JULIAN_1970, _DAY_MS = 2_440_588, 86_400_000


def trimmed(raw: bytes) -> bytes:
    """A text without what follows a NUL, and without blanks around it."""
    return raw.split(b"\0")[0].strip(b" ")


def words(cells: Cells) -> npt.NDArray[np.bytes_]:
    """(n,) the bytes of one field, without trailing NUL."""
    width = cells.shape[1]
    return np.asarray(np.ascontiguousarray(cells).view(f"S{width}").reshape(len(cells)))


def texts(cells: Cells, encoding: Encoding) -> tuple[pa.Array, Lost]:
    """Texts: ASCII columns at once, others by decoding every distinct value once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = _narrowed(cells)
    raw = pa.array(words(cells), pa.binary())
    raw = raw.combine_chunks() if isinstance(raw, pa.ChunkedArray) else raw  # a long column comes in chunks
    if _plain(cells):
        plain = pc.ascii_trim_whitespace(raw.cast(pa.string()))
        marks = (cells == ord("?")).any()
        asked = int(pc.sum(pc.match_substring_regex(plain, r"^\?{2,}$")).as_py() or 0) if marks else 0
        return pc.if_else(pc.equal(plain, ""), None, plain), Counter(values_garbled=asked)
    if encoding.codec == "utf-8" and (values := _utf8(raw, cells)) is not None:
        return values, Counter()
    coded = pc.dictionary_encode(raw)
    read = [encoding.read(trimmed(one)) for one in coded.dictionary.to_pylist()]
    values = pa.array([text.strip() or None for text, _ in read], pa.string())
    times = np.bincount(coded.indices.to_numpy(), minlength=len(read))
    lost = Counter[str]()
    for (_, fate), n in zip(read, times.tolist(), strict=True):
        if fate:
            lost[fate] += n
    return values.take(coded.indices), lost


def _narrowed(cells: Cells) -> Cells:
    """The cells without the columns at their end in which nothing but blanks stands: fields are wider than their texts."""
    used = np.flatnonzero(np.bitwise_or.reduce(cells ^ _BLANK, axis=0))
    return np.ascontiguousarray(cells[:, : max(used[-1:].tolist(), default=0) + 1])


def numbers(cells: Cells, encoding: Encoding) -> tuple[pa.Array, Lost]:
    """Numbers as written: int64 where all are whole, text where they overflow it, else float64.

    Null: blank; asterisks, which GDAL writes for NULL and others for a number too long for its field; NaN and infinite.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    hexadecimal = bool(((cells | _LOWER) == _X).any())  # which 0x1F would be taken for when whole numbers are read
    if not hexadecimal and (found := _plain_numbers(cells)) is not None:
        return found
    read, _ = texts(cells, encoding)
    stars = pc.starts_with(read, "*").fill_null(False)
    lost = Counter[str](values_starred=int(pc.sum(stars).as_py() or 0))
    read = pc.if_else(stars, None, read)
    pointed = (cells == _POINT).any()  # a failing cast writes a sentence for every value it fails at
    for type_ in (pa.float64(),) if pointed or hexadecimal else (pa.int64(), pa.float64()):
        try:
            values = read.cast(type_)
        except pa.ArrowInvalid:
            continue
        if not pa.types.is_floating(type_):
            return values, lost
        if pc.all(pc.is_finite(values)).as_py() in (True, None):
            return _exact(values, read, lost)
    parsed = [_number(text, lost) for text in read.to_pylist()]
    return pa.array(parsed, pa.float64()), lost


def _plain_numbers(cells: Cells) -> tuple[pa.Array, Lost] | None:
    """The numbers of a column of nothing but numbers, blanks and asterisks, as most are, read as lines of text; else None."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv

    n, width = cells.shape
    lines = np.full((n, width + 1), _LINE, np.uint8)
    lines[:, :width] = cells
    starred = np.flatnonzero(lines[:, width - 1] == _STAR)
    if not n or not ((cells[starred] == _STAR) | (cells[starred] == _BLANK)).all():
        return None
    lines[starred, :width] = _BLANK
    type_ = pa.float64() if (lines == _POINT).any() else pa.int64()
    parse = csv.ParseOptions(delimiter="\x01", quote_char=False, ignore_empty_lines=False)
    convert = csv.ConvertOptions(column_types={"": type_}, null_values=[" " * width], check_utf8=False)
    options = csv.ReadOptions(use_threads=False, column_names=[""])
    try:
        found = csv.read_csv(pa.BufferReader(lines), options, parse, convert)[0].combine_chunks()
    except pa.ArrowInvalid:
        return None
    if len(found) != n or (pa.types.is_floating(type_) and pc.all(pc.is_finite(found)).as_py() is False):
        return None
    return found, Counter(values_starred=len(starred))


def dates(cells: Cells, encoding: Encoding) -> tuple[pa.Array, Lost]:
    """Dates YYYYMMDD; blanks and zeros are null, impossible days are null and counted."""
    import pyarrow as pa

    read, _ = texts(cells, encoding)
    said = read.to_pylist()
    days = [_day(word) for word in said]
    lost = sum(day is None and word is not None and bool(word.strip("0 ")) for day, word in zip(days, said, strict=True))
    return pa.array(days, pa.date32()), Counter(values_unreadable=lost)


def flags(cells: Cells, encoding: Encoding) -> tuple[pa.Array, Lost]:
    """Logical values; "?" and blank are unknown."""
    import pyarrow as pa

    said = {b"T": True, b"Y": True, b"F": False, b"N": False, b"?": None, b"": None}
    read = [raw.strip().upper() for raw in words(cells).tolist()]
    return pa.array([said.get(word) for word in read], pa.bool_()), Counter(
        values_unreadable=sum(one not in said for one in read)
    )


def memos(cells: Cells, encoding: Encoding) -> tuple[pa.Array, Lost]:
    """Memos lie in another file, which is not read: null, and counted where there is one."""
    import pyarrow as pa

    there = (cells != 0).any(axis=1) if cells.shape[1] == 4 else np.array([bool(raw.strip(b" 0")) for raw in words(cells)], bool)
    return pa.nulls(len(cells), pa.string()), Counter(memos_not_read=int(there.sum()))


def binary(kind: str, cells: Cells, encoding: Encoding, version: int) -> tuple[pa.Array, Lost] | None:
    """Binary numbers and times, as dBase 7 or FoxPro writes them; None when the field is of no such type.

    The version of the file says whose they are, unless only the other's reading gives possible values.
    """
    ways = _BINARY.get((kind, cells.shape[1]))
    if ways is None:
        return None
    if ((cells >= 0x20) & (cells < 0x7F)).all():  # written out all the same
        return numbers(cells, encoding)
    read = [way(cells) for way in (ways[::-1] if version in _FOXPRO else ways)]
    return max(read, key=lambda one: (_possible(one[0]), -read.index(one)))


def _utf8(raw: pa.Array, cells: Cells) -> pa.Array | None:
    """Texts that are all whole UTF-8 and beyond doubt, at once; None where each must be looked at."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _ends_inside(cells):
        return None
    try:
        read = raw.cast(pa.string())
    except pa.ArrowInvalid:
        return None
    if pc.any(pc.match_substring_regex(read, DOUBTFUL)).as_py():
        return None
    read = pc.utf8_trim_whitespace(read)
    return pc.if_else(pc.equal(read, ""), None, read)


def _plain(cells: Cells) -> bool:
    """Whether all cells are ASCII, with NUL only at their ends."""
    return bool(cells.max(initial=0) < 0x80) and not _ends_inside(cells)


def _ends_inside(cells: Cells) -> bool:
    """Whether something follows a NUL in a cell."""
    return not cells.all() and bool(((cells[:, :-1] == 0) & (cells[:, 1:] != 0)).any())


def _exact(found: pa.Array, read: pa.Array, lost: Lost) -> tuple[pa.Array, Lost]:
    """The numbers, or their texts when whole numbers of more than 15 digits would be rounded by float64."""
    import pyarrow.compute as pc

    whole = pc.all(pc.match_substring_regex(read, r"^[+-]?\d+$")).as_py()
    if not whole or (pc.max(pc.utf8_length(read)).as_py() or 0) <= 15:
        return found, lost
    lost["numbers_as_text"] = len(read) - read.null_count
    return read, lost


def _number(text: str | None, lost: Lost) -> float | None:
    if text is None:
        return None
    if _NUMBER.fullmatch(text):
        value = float(text.lower().replace("d", "e"))
        if np.isfinite(value):
            return value
        lost["values_not_finite"] += 1
        return None
    lost["values_not_finite" if _NO_NUMBER.fullmatch(text) else "values_unreadable"] += 1
    return None


def _day(word: str | None) -> Any:
    from datetime import date

    if word is None or len(word) != 8 or not (word.isascii() and word.isdecimal()):
        return None
    try:
        return date(int(word[:4]), int(word[4:6]), int(word[6:]))
    except ValueError:
        return None


def _as(cells: Cells, form: str) -> npt.NDArray[Any]:
    return np.ascontiguousarray(cells).view(form)


def _blank(cells: Cells) -> npt.NDArray[np.bool_]:
    return np.asarray((cells == 0).all(axis=1) | (cells == 0x20).all(axis=1))


def _possible(values: pa.Array) -> float:
    """Share of values that a planner may have written, among those that are not missing; times count as they were read."""
    import pyarrow as pa

    given = values.drop_null()
    if not len(given) or pa.types.is_temporal(values.type):
        return 1.0 - int(values.null_count) / max(len(values), 1)
    sizes = np.abs(np.asarray(given.to_numpy(zero_copy_only=False), np.float64))
    return float(((sizes == 0) | ((sizes > 1e-6) & (sizes < 1e9))).mean())


def _int(cells: Cells) -> tuple[pa.Array, Lost]:
    import pyarrow as pa

    return pa.array(_as(cells, "<i4")[:, 0].astype(np.int64)), Counter()


def _int_of_seven(cells: Cells) -> tuple[pa.Array, Lost]:
    """Whole numbers with their sign turned, so that their bytes sort; all zero is blank."""
    import pyarrow as pa

    return pa.array(_as(cells, ">u4")[:, 0].astype(np.int64) - (1 << 31), mask=_blank(cells)), Counter()


def _finite(values: npt.NDArray[np.float64], blank: npt.NDArray[np.bool_]) -> tuple[pa.Array, Lost]:
    import pyarrow as pa

    bad = ~np.isfinite(values) & ~blank
    return pa.array(values, mask=blank | bad), Counter(values_not_finite=int(bad.sum()))


def _float(cells: Cells) -> tuple[pa.Array, Lost]:
    return _finite(_as(cells, "<f8")[:, 0].astype(np.float64), np.zeros(len(cells), np.bool_))


def _float_of_seven(cells: Cells) -> tuple[pa.Array, Lost]:
    """Doubles, big-endian, all bits turned where negative and the sign turned else, so that their bytes sort."""
    bits, top = _as(cells, ">u8")[:, 0].astype(np.uint64), np.uint64(1 << 63)
    return _finite(np.where(bits & top, bits ^ top, ~bits).view(np.float64), _blank(cells))


def _money(cells: Cells) -> tuple[pa.Array, Lost]:
    import pyarrow as pa

    return pa.array(_as(cells, "<i8")[:, 0] / 10_000.0), Counter()


def _time(cells: Cells, form: str = "<i4") -> tuple[pa.Array, Lost]:
    """Days since 4713 BC and milliseconds; those outside the years 1 to 9999 are lost."""
    import pyarrow as pa

    day, ms = _as(cells, form).T.astype(np.int64)
    day, blank = day - _JULIAN_1970, _blank(cells)
    bad = ~blank & ~((day > -719_162) & (day < 2_932_897) & (ms >= 0) & (ms <= _DAY_MS))
    moments = np.where(blank | bad, 0, day * _DAY_MS + ms).astype("<M8[ms]")
    return pa.array(moments, pa.timestamp("ms"), mask=blank | bad), Counter(values_unreadable=int(bad.sum()))


def _time_of_seven(cells: Cells) -> tuple[pa.Array, Lost]:
    return _time(cells, ">i4")


_Way = Callable[[Cells], tuple["pa.Array", Lost]]
_FOXPRO = (0x30, 0x31, 0x32)
_BINARY: dict[tuple[str, int], tuple[_Way, ...]] = {
    ("I", 4): (_int_of_seven, _int), ("+", 4): (_int_of_seven, _int), ("O", 8): (_float_of_seven, _float), ("B", 8): (_float,),
    ("Y", 8): (_money,), ("@", 8): (_time_of_seven, _time), ("T", 8): (_time_of_seven, _time),
}  # fmt: skip
"""Type and width of binary fields, and how dBase 7 and then FoxPro write them."""
