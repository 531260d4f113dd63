"""Fields and values of two versions of one table: what was added, removed, retyped, and which cells differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Int

if TYPE_CHECKING:
    import pyarrow as pa

Flags = npt.NDArray[np.bool_]
TOLERANCE = 1e-9
"""Numbers are equal within this share of max(1, |value|)."""
_RENAMED_ROWS = 3
"""Under so many different values two columns may agree by chance."""


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """Fields by name. retyped: name, old and new type; renamed: removed and added fields that hold the same values."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]
    renamed: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.retyped)


def field_changes(old: pa.Table, new: pa.Table, pairs: Int) -> FieldChanges:
    """What became of the fields; pairs (k, 2) rows of the same feature."""
    before, after = list(old.column_names), list(new.column_names)
    added = tuple(name for name in after if name not in before)
    removed = tuple(name for name in before if name not in after)
    both = [(name, kind(old.schema.field(name).type), kind(new.schema.field(name).type)) for name in before if name in after]
    renamed: list[tuple[str, str]] = []
    for gone in removed:
        free = [name for name in added if name not in {pair[1] for pair in renamed}]
        twin = next((name for name in free if _same_column(old.column(gone), new.column(name), pairs)), None)
        if twin is not None:
            renamed.append((gone, twin))
    return FieldChanges(added, removed, tuple(one for one in both if one[1] != one[2]), tuple(renamed))


def changed_cells(old: pa.Table, new: pa.Table, pairs: Int) -> dict[str, Flags]:
    """field → (k,) whether its value differs, for every field that both tables have and that differs somewhere.

    No value, an empty text and NaN are alike: a shapefile knows no difference. Numbers are equal within 1e-9 of their size;
    a number and a text are equal when they are written alike.
    """
    names = [name for name in old.column_names if name in new.column_names]
    found = {name: unlike(taken(old.column(name), pairs[:, 0]), taken(new.column(name), pairs[:, 1])) for name in names}
    return {name: flags for name, flags in found.items() if flags.any()}


def kind(type_: Any) -> str:
    """What a column holds: text, whole, number, flag, day, time or other; widths do not count."""
    import pyarrow as pa

    tests: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("text", lambda one: pa.types.is_string(one) or pa.types.is_large_string(one)),
        ("flag", pa.types.is_boolean),
        ("whole", pa.types.is_integer),
        ("number", lambda one: pa.types.is_floating(one) or pa.types.is_decimal(one)),
        ("day", pa.types.is_date),
        ("time", pa.types.is_timestamp),
    )
    return next((name for name, test in tests if test(type_)), "other")


def taken(column: Any, rows: Int) -> Any:
    """The column's values in the given rows, as one array without dictionary."""
    import pyarrow as pa

    values = column.take(pa.array(rows)).combine_chunks()
    if pa.types.is_timestamp(values.type):  # Python's own times have no finer parts
        return values.cast(pa.timestamp("us", values.type.tz), safe=False)
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def unlike(old: Any, new: Any) -> Flags:
    """(k,) whether two arrays differ, value by value."""
    kinds = {kind(old.type), kind(new.type)}
    if kinds == {"whole"}:
        absent, differ = _absent(old, new), _not_equal(old, new)
    elif kinds <= {"whole", "number", "flag"}:
        a, b = (_numbers(values) for values in (old, new))
        absent = np.isnan(a), np.isnan(b)
        with np.errstate(invalid="ignore"):
            near = np.abs(a - b) <= TOLERANCE * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        differ = ~(near | (a == b))
    elif kinds == {"text"}:
        absent, differ = _absent(old, new, blank=""), _not_equal(old, new)
    elif old.type == new.type and kinds <= {"day", "time"}:
        absent, differ = _absent(old, new), _not_equal(old, new)
    else:
        a, b = (np.array([plain(value) for value in values.to_pylist()], object) for values in (old, new))
        absent = np.array([one is None for one in a], bool), np.array([one is None for one in b], bool)
        differ = np.asarray(a != b, bool)
    return np.where(absent[0] | absent[1], absent[0] != absent[1], differ)


def plain(value: Any) -> str | None:
    """A value as one writes it: 12.0 as 12, a day at midnight as the day, text trimmed; None for nothing, "" and NaN."""
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return str(value).strip() or None


def _absent(old: Any, new: Any, blank: str | None = None) -> tuple[Flags, Flags]:
    import pyarrow.compute as pc

    if blank is not None:
        old, new = (pc.if_else(pc.equal(values, blank), None, values) for values in (old, new))
    return np.asarray(old.is_null(), bool), np.asarray(new.is_null(), bool)


def _not_equal(old: Any, new: Any) -> Flags:
    import pyarrow.compute as pc

    common = new if old.type == new.type else new.cast(old.type, safe=False)
    return np.asarray(pc.fill_null(pc.not_equal(old, common), False), bool)


def _numbers(values: Any) -> npt.NDArray[np.float64]:
    import pyarrow as pa

    values = values.cast(pa.int8()) if pa.types.is_boolean(values.type) else values
    return np.asarray(values.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)


def _same_column(old: Any, new: Any, pairs: Int) -> bool:
    """Whether all values agree, and are many enough that this is no chance."""
    import pyarrow.compute as pc

    if not len(pairs) or kind(old.type) != kind(new.type):
        return False
    a, b = taken(old, pairs[:, 0]), taken(new, pairs[:, 1])
    return not unlike(a, b).any() and len(pc.unique(a.drop_null())) >= min(_RENAMED_ROWS, len(pairs))
