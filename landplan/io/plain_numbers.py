"""Columns of text that are numbers throughout: in formats that know only text."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_REAL = (
    r"^-?((0|[1-9][0-9]{0,14})?\.[0-9]+|0|[1-9][0-9]{0,14})$"
    r"|^-?[0-9]\.[0-9]+[eE][-+]?[0-9]{1,3}$|^-?[0-9][eE][-+][0-9]{1,3}$"
)
"""What every value of a column must look like: 00123 and 12E10 stay text, as ids should, and so do more digits than a float
holds."""


def numbered(table: pa.Table, keep: Collection[str] = ()) -> pa.Table:
    """The table with its columns of plain numbers as numbers; "" is missing, `keep` stay text."""
    import pyarrow as pa

    pairs = zip(table.column_names, table.columns, strict=True)
    columns = [values if name in keep else _column(values) for name, values in pairs]

    return pa.table(columns, names=table.column_names) if columns else table


def as_numbers(text: Any) -> Any:
    """An Arrow array of texts as whole numbers, or as real ones, where every value is written as one; else as it is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for pattern, type_ in ((WHOLE, pa.int64()), (_REAL, pa.float64())):
        if pc.all(pc.match_substring_regex(text, pattern)).as_py():
            return text.cast(type_)
    return text


def _column(values: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return values
    text = pc.utf8_trim_whitespace(values)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
    if text.null_count == len(text):
        return text
    found = as_numbers(text)
    return values if found is text else found
