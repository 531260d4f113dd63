"""A table joined to a layer by key: every row of both is in exactly one class, and nothing is taken or left silently."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.layers import Int

if TYPE_CHECKING:
    import pyarrow as pa

Many = Literal["sum", "first", "count"]
Class = Literal["matched", "several", "shared", "alone", "blank"]
CLASSES: tuple[Class, ...] = ("matched", "several", "shared", "alone", "blank")
"""matched: one row, one feature. several: the key stands in several rows of the table. shared: on several features of the
layer. alone: not on the other side. blank: no key."""
_ADDITIVE = ("m2", "mu", "ha", "wan", "yi", "tce", "tco2", "person", "count")
"""Units whose amounts may be summed; a year, a ratio or a share may not."""
_NOT_ADDED = {field.name for field in PARCEL_FIELDS if field.unit not in _ADDITIVE}
_EXACT = 2.0**53
_Class = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What stands for what. features (n,), rows (m,): position in CLASSES. first (n,): the first row with the feature's key, or
    -1. rows_of: key → its rows, for keys of several rows that the layer has; shared (n,): the key is on several features."""

    feature_keys: tuple[str | None, ...]
    row_keys: tuple[str | None, ...]
    features: _Class
    rows: _Class
    first: Int
    shared: npt.NDArray[np.bool_]
    rows_of: dict[str, list[int]]

    def row_count(self, kind: Class) -> int:
        return int((self.rows == CLASSES.index(kind)).sum())

    def feature_count(self, kind: Class) -> int:
        return int((self.features == CLASSES.index(kind)).sum())


def trimmed(key: str | None) -> str | None:
    """A key as it is compared: without white space at its ends (also wide and no-break), None where nothing is left."""
    return None if key is None else key.strip() or None


def key_texts(values: pa.ChunkedArray | pa.Array) -> list[str | None]:
    """(n,) keys of a column as they are written: 123.0 of a number column is 123, and 00123 of a text column stays 00123."""
    return [trimmed(_written(value)) for value in values.to_pylist()]


def matched(features: Sequence[str | None], rows: Sequence[str | None]) -> Match:
    """Features (n,) and rows (m,) by their keys, compared as text to the letter. A key that is several times on both sides is
    counted as of several rows."""
    import pyarrow as pa

    n = len(features)
    coded = pa.array([*features, *rows], pa.string()).dictionary_encode()
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False).astype(np.int64)
    ours, theirs = codes[:n], codes[n:]
    blank = len(coded.dictionary)
    on_layer, in_table = (np.bincount(side, minlength=blank + 1) for side in (ours, theirs))
    first = np.full(blank + 1, -1)
    first[theirs[::-1]] = np.arange(len(theirs))[::-1]
    first[blank] = -1
    several = (in_table > 1) & (on_layer > 0)
    several[blank] = False
    shared = on_layer > 1
    shared[blank] = False
    kind = _kinds(on_layer > 0, in_table > 0, several, shared)
    kind[blank] = CLASSES.index("blank")
    rows_of: dict[str, list[int]] = {}
    for row in np.flatnonzero(several[theirs]).tolist():
        rows_of.setdefault(str(rows[row]), []).append(row)
    return Match(tuple(features), tuple(rows), kind[ours], kind[theirs], first[ours], shared[ours], rows_of)


def _kinds(
    on_layer: npt.NDArray[np.bool_],
    in_table: npt.NDArray[np.bool_],
    several: npt.NDArray[np.bool_],
    shared: npt.NDArray[np.bool_],
) -> _Class:
    """(k,) the class of each key."""
    kind = np.full(len(on_layer), CLASSES.index("matched"), np.int8)
    kind[shared] = CLASSES.index("shared")
    kind[several] = CLASSES.index("several")
    kind[~(on_layer & in_table)] = CLASSES.index("alone")
    return kind


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """One column of the table at the features: values (n,), and how many features have none because a part of their sum is
    unknown, or because their rows say different things."""

    values: Any
    unknown: int = 0
    differ: int = 0


def source_rows(match: Match, many: Many | None, each: bool) -> Int:
    """(n,) the row whose values a feature gets, -1 for none. A key of several rows gives values only where `many` says how, a
    key of several features only with `each`."""
    several = match.features == CLASSES.index("several")
    given = (match.first >= 0) & (~several | (many is not None)) & (~match.shared | each)
    return np.where(given, match.first, -1)


def taken(match: Match, name: str, values: pa.Array, many: Many | None, each: bool) -> Taken:
    """A column (m,) of the table at the features (n,). Where a key has several rows: `first` takes the first, `sum` adds
    amounts (unknown where one of them is), and what cannot be added is taken where all its rows agree."""
    import pyarrow as pa

    rows = source_rows(match, many, each)
    column = values.take(pa.array(rows, mask=rows < 0))
    if many in (None, "first") or not match.rows_of:
        return Taken(column)
    adds = many == "sum" and name not in _NOT_ADDED and _is_number(values)
    combined = {key: _combined([values[row].as_py() for row in of], adds) for key, of in match.rows_of.items()}
    at = [(place, combined[key]) for place, key in enumerate(match.feature_keys) if rows[place] >= 0 and key in combined]
    cells = column.to_pylist()
    for place, (value, _) in at:
        cells[place] = value
    why = Counter(reason for _, (_, reason) in at)
    return Taken(pa.array(cells, column.type), why["unknown"], why["differ"])


def row_numbers(match: Match, many: Many | None, each: bool) -> pa.Array:
    """(n,) how many rows of the table stand for a feature; null where none does, which is not the same as none."""
    import pyarrow as pa

    rows = source_rows(match, many, each)
    counts = [len(match.rows_of.get(key, (0,))) if key is not None else 0 for key in match.feature_keys]
    return pa.array(np.array(counts, np.int64), mask=rows < 0)


def near_keys(match: Match, most: int = 200_000) -> dict[str, str]:
    """Keys of the table that the layer lacks → keys of the layer that the table lacks and that a person would take for the
    same: other leading zeros, case, width, hyphens or blanks. They are told, never joined."""
    alone = CLASSES.index("alone")
    wanted: dict[str, str] = {}
    for place in np.flatnonzero(match.features == alone)[:most].tolist():
        key = match.feature_keys[place]
        if key is not None:
            wanted.setdefault(_loose(key), key)
    lonely = (match.row_keys[row] for row in np.flatnonzero(match.rows == alone)[:most].tolist())
    return {key: wanted[_loose(key)] for key in lonely if key is not None and _loose(key) in wanted}


def _loose(key: str) -> str:
    plain = "".join(ch for ch in unicodedata.normalize("NFKC", key).lower() if ch.isalnum() or ch == ".")
    plain = plain.rstrip("0").rstrip(".") if plain.count(".") == 1 and plain.replace(".", "").isdecimal() else plain
    return plain.lstrip("0")


def _written(value: object) -> str | None:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value) if value == value else None
    return None if value is None else str(value)


def _combined(cells: list[Any], adds: bool) -> tuple[Any, str]:
    """The one value of several rows, and why there is none."""
    if adds:
        return (None, "unknown") if None in cells else (sum(cells), "")
    return (cells[0], "") if all(cell == cells[0] for cell in cells) else (None, "differ")


def _is_number(values: pa.Array) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(values.type) or pa.types.is_floating(values.type))
