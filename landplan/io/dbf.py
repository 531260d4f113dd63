"""The attribute table of a shapefile, read byte by byte: exact integers, every unreadable value counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue, Weight
from landplan.io import dbf_values
from landplan.io.dbf_layout import DbfField, layout
from landplan.io.encoding import Encoding

if TYPE_CHECKING:
    import pyarrow as pa

_SAMPLE = 4000
"""Distinct texts looked at to judge the encoding."""
_THREADS = 2
_NOTES = ("values_starred", "numbers_as_text")


@dataclass(frozen=True, slots=True, eq=False)
class Dbf:
    """A table as bytes: `records` (n, record length) uint8, one row a record; `stated` rows by the header."""

    path: Path
    fields: tuple[DbfField, ...]
    records: npt.NDArray[np.uint8]
    stated: int
    language_byte: int
    version: int
    header_wrong: bool

    def __len__(self) -> int:
        return len(self.records)

    @property
    def deleted(self) -> npt.NDArray[np.bool_]:
        """(n,) rows marked as deleted."""
        return np.asarray(self.records[:, 0] == 0x2A)

    def cells(self, field: DbfField) -> npt.NDArray[np.uint8]:
        """(n, width) the bytes of one field."""
        return self.records[:, field.start : field.start + field.width]


def opened(path: Path) -> Dbf:
    """The table of a .dbf file; InputError when its header is not one."""
    data = np.asarray(np.memmap(path, np.uint8, "r")) if path.stat().st_size else np.empty(0, np.uint8)
    plan = layout(data, path)
    records = data[plan.start : plan.start + plan.rows * plan.length].reshape(plan.rows, plan.length)
    return Dbf(path, plan.fields, records, plan.stated, int(data[29]), int(data[0]), plan.header_wrong)


def samples(table: Dbf) -> list[bytes]:
    """Field names and distinct texts with bytes above 127, for judging the encoding."""
    found = [field.name for field in table.fields]
    for field in table.fields:
        if field.kind != "C" or not len(table):
            continue
        block = table.cells(field)
        if block.max(initial=0) < 0x80:
            continue
        odd = np.flatnonzero((block >= 0x80).any(axis=1))[:_SAMPLE]
        found.extend(dbf_values.trimmed(raw) for raw in np.unique(dbf_values.words(block[odd])).tolist())
    return found[: 2 * _SAMPLE]


def columns(table: Dbf, encoding: Encoding, layer: str) -> tuple[dict[str, pa.Array], tuple[Issue, ...]]:
    """The columns by name, in order, and an Issue for each field with values that could not be read.

    Texts are trimmed, "" is null. Whole numbers are int64, or text when they do not fit; others float64. `****` is null and
    told as a note: GDAL writes it for NULL, others for a number too long for its field. Dates are date32. Memos are not read.
    """
    out: dict[str, pa.Array] = {}
    issues: list[Issue] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        read = list(pool.map(lambda field: _read(table, field, encoding), table.fields))
    for field, (values, lost) in zip(table.fields, read, strict=True):
        said, fate = encoding.read(field.name)
        name = _free(said.strip(), out)
        if fate:
            id = "field_name_cut" if fate == "values_cut" else "field_name_odd_encoding"
            issues.append(Issue(id, layer, "note", values={"field": name}))
        out[name] = values
        for id, n in lost.items():
            weight: Weight = "note" if id in _NOTES else "data"
            if n:
                issues.append(Issue(id, layer, weight, values={"field": name, "n": n}))
        if field.kind not in "CNFDLMGP":
            issues.append(Issue("field_type_rare", layer, "note", values={"field": name, "type": field.kind}))
    return out, tuple(issues)


def _read(table: Dbf, field: DbfField, encoding: Encoding) -> tuple[pa.Array, dbf_values.Lost]:
    cells = table.cells(field)
    found = dbf_values.binary(field.kind, cells, encoding, table.version) if len(table) else None
    return found or _READERS.get(field.kind, dbf_values.texts)(cells, encoding)


def _free(name: str, taken: Any) -> str:
    """The name, or name_2 … when it is taken (compared without regard to case: databases do)."""
    used = {other.lower() for other in taken}
    free, number = name or "field", 1
    while free.lower() in used:
        number += 1
        free = f"{name or 'field'}_{number}"
    return free


_READERS = {
    "C": dbf_values.texts, "N": dbf_values.numbers, "F": dbf_values.numbers, "D": dbf_values.dates, "L": dbf_values.flags,
    "M": dbf_values.memos, "G": dbf_values.memos, "P": dbf_values.memos, "B": dbf_values.memos, "W": dbf_values.memos,
}  # fmt: skip
