"""The attribute table of a shapefile, read byte by byte: exact integers, every unreadable value counted."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import Encoding

if TYPE_CHECKING:
    import pyarrow as pa

_SAMPLE = 4000
"""Distinct texts looked at to judge the encoding."""


@dataclass(frozen=True, slots=True)
class DbfField:
    """One field of the header: raw name, type letter, place in the record."""

    name: bytes
    kind: str
    start: int
    width: int
    decimals: int


@dataclass(frozen=True, slots=True, eq=False)
class Dbf:
    """A table as bytes: `records` (n, record length) uint8, one row a record; `stated` rows by the header."""

    path: Path
    fields: tuple[DbfField, ...]
    records: npt.NDArray[np.uint8]
    stated: int
    language_byte: int

    def __len__(self) -> int:
        return len(self.records)

    @property
    def deleted(self) -> npt.NDArray[np.bool_]:
        """(n,) rows marked as deleted."""
        return np.asarray(self.records[:, 0] == 0x2A)

    def cells(self, field: DbfField) -> npt.NDArray[np.bytes_]:
        """(n,) the bytes of one field, without trailing NUL."""
        block = np.ascontiguousarray(self.records[:, field.start : field.start + field.width])
        return np.asarray(block.view(f"S{field.width}").reshape(len(self)))


def opened(path: Path) -> Dbf:
    """The table of a .dbf file; InputError when its header is not one."""
    data = np.fromfile(path, np.uint8)
    if len(data) < 33:
        raise InputError("dbf_header", path.name)
    stated, start, length = struct.unpack("<IHH", data[4:12].tobytes())
    fields = _fields(data[32:start].tobytes())
    if not fields or length < 2 or start > len(data) or fields[-1].start + fields[-1].width > length:
        raise InputError("dbf_header", path.name)
    rows = min(stated, (len(data) - start) // length)
    records = data[start : start + rows * length].reshape(rows, length)
    return Dbf(path, fields, records, stated, int(data[29]))


def samples(table: Dbf) -> list[bytes]:
    """Field names and distinct texts with bytes above 127, for judging the encoding."""
    found = [field.name for field in table.fields]
    for field in table.fields:
        if field.kind != "C" or not len(table):
            continue
        block = table.records[:, field.start : field.start + field.width]
        odd = np.flatnonzero((block >= 0x80).any(axis=1))[:_SAMPLE]
        found.extend(_trimmed(raw) for raw in np.unique(table.cells(field)[odd]).tolist())
    return found[: 2 * _SAMPLE]


def columns(table: Dbf, encoding: Encoding, layer: str) -> tuple[dict[str, pa.Array], tuple[Issue, ...]]:
    """The columns by name, in order, and an Issue for each field with values that could not be read.

    Texts are trimmed, "" is null. Whole numbers are int64, or text when they do not fit; others float64. `****` is null and
    told as a note: GDAL writes it for NULL, others for a number too long for its field. Dates are date32. Memos are not read.
    """
    out: dict[str, pa.Array] = {}
    issues: list[Issue] = []
    for field in table.fields:
        name, whole = encoding.text(field.name)
        name = _free(name.strip(), out)
        if not whole:
            issues.append(Issue("field_name_cut", layer, "note", values={"field": name}))
        cells = table.cells(field)
        values, lost = _READERS.get(field.kind, _texts)(cells, encoding)
        out[name] = values
        if field.kind in "NF" and (stars := int(np.char.startswith(np.char.lstrip(cells), b"*").sum())):
            issues.append(Issue("values_starred", layer, "note", values={"field": name, "n": stars}))
        if lost:
            id = "values_cut" if field.kind == "C" else "values_unreadable"
            issues.append(Issue(id, layer, values={"field": name, "n": lost}))
    return out, tuple(issues)


def _fields(header: bytes) -> tuple[DbfField, ...]:
    found: list[DbfField] = []
    start = 1
    for at in range(0, len(header) - 31, 32):
        if header[at] == 0x0D:
            break
        entry = header[at : at + 32]
        kind, width, decimals = chr(entry[11]), entry[16], entry[17]
        if kind == "C":
            width, decimals = width + 256 * decimals, 0
        if width:
            found.append(DbfField(entry[:11].split(b"\0")[0], kind, start, width, decimals))
        start += width
    return tuple(found)


def _trimmed(raw: bytes) -> bytes:
    return raw.split(b"\0")[0].strip(b" ")


def _free(name: str, taken: Any) -> str:
    """The name, or name_2 … when it is taken (compared without regard to case: databases do)."""
    used = {other.lower() for other in taken}
    free, number = name or "field", 1
    while free.lower() in used:
        number += 1
        free = f"{name}_{number}"
    return free


def _texts(cells: npt.NDArray[np.bytes_], encoding: Encoding) -> tuple[pa.Array, int]:
    """Texts: ASCII columns at once, others by decoding every distinct value once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    raw = pa.array(cells, pa.binary())
    if _plain(cells):
        words = pc.ascii_trim_whitespace(raw.cast(pa.string()))
        return pc.if_else(pc.equal(words, ""), None, words), 0
    coded = pc.dictionary_encode(raw)
    decoded = [encoding.text(_trimmed(one)) for one in coded.dictionary.to_pylist()]
    words = pa.array([text.strip() or None for text, _ in decoded], pa.string())
    broken = np.array([not whole for _, whole in decoded], bool)
    lost = int(broken[coded.indices.to_numpy()].sum()) if broken.any() else 0
    return words.take(coded.indices), lost


def _plain(cells: npt.NDArray[np.bytes_]) -> bool:
    """Whether all cells are ASCII, with NUL only at their ends."""
    if not len(cells):
        return True
    block = cells.view(np.uint8).reshape(len(cells), -1)
    return not (block >= 0x80).any() and not ((block[:, :-1] == 0) & (block[:, 1:] != 0)).any()


def _numbers(cells: npt.NDArray[np.bytes_], encoding: Encoding) -> tuple[pa.Array, int]:
    """Numbers as written: int64 where all are whole, text where they overflow it, else float64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts, _ = _texts(cells, encoding)
    texts = pc.if_else(pc.starts_with(texts, "*").fill_null(False), None, texts)
    for type_ in (pa.int64(), pa.float64()):
        try:
            return _exact(texts.cast(type_), texts), 0
        except pa.ArrowInvalid:
            continue
    parsed = [_number(text) for text in texts.to_pylist()]
    bad = sum(number is None and text is not None for number, text in zip(parsed, texts.to_pylist(), strict=True))
    return pa.array(parsed, pa.float64()), bad


def _exact(numbers: pa.Array, texts: pa.Array) -> pa.Array:
    """The numbers, or their texts when whole numbers of more than 15 digits would be rounded by float64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_floating(numbers.type):
        return numbers
    whole = pc.all(pc.match_substring_regex(texts, r"^[+-]?\d+$")).as_py()
    long = pc.max(pc.utf8_length(texts)).as_py() or 0
    return texts if whole and long > 15 else numbers


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _dates(cells: npt.NDArray[np.bytes_], encoding: Encoding) -> tuple[pa.Array, int]:
    """Dates YYYYMMDD; blanks and zeros are null, impossible days are null and counted."""
    import pyarrow as pa

    texts, _ = _texts(cells, encoding)
    words = texts.to_pylist()
    days = [_day(word) for word in words]
    lost = sum(day is None and word is not None and bool(word.strip("0 ")) for day, word in zip(days, words, strict=True))
    return pa.array(days, pa.date32()), lost


def _day(word: str | None) -> Any:
    from datetime import date

    if word is None or len(word) != 8 or not word.isdecimal():
        return None
    try:
        return date(int(word[:4]), int(word[4:6]), int(word[6:]))
    except ValueError:
        return None


def _flags(cells: npt.NDArray[np.bytes_], encoding: Encoding) -> tuple[pa.Array, int]:
    import pyarrow as pa

    said = {b"T": True, b"Y": True, b"F": False, b"N": False, b"?": None, b"": None}
    words = [raw.strip().upper() for raw in cells.tolist()]
    return pa.array([said.get(word) for word in words], pa.bool_()), sum(word not in said for word in words)


def _memos(cells: npt.NDArray[np.bytes_], encoding: Encoding) -> tuple[pa.Array, int]:
    import pyarrow as pa

    return pa.nulls(len(cells), pa.string()), sum(bool(raw.strip()) for raw in cells.tolist())


_READERS = {"C": _texts, "N": _numbers, "F": _numbers, "D": _dates, "L": _flags, "M": _memos, "G": _memos, "P": _memos}
