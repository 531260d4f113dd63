"""Columns of text that are numbers throughout: in formats that know only text."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_REAL = r"^-?((0|[1-9][0-9]*)?\.[0-9]+|0|[1-9][0-9]*)$|^-?[0-9]\.[0-9]+[eE][-+]?[0-9]{1,3}$|^-?[0-9][eE][-+][0-9]{1,3}$"
"""What every value of a column must look like: 00123 and 12E10 stay text, as ids should."""


def numbered(table: pa.Table, keep: Collection[str] = ()) -> pa.Table:
    """The table with its columns of plain numbers as numbers; "" is missing, `keep` stay text."""
    columns = [values if name in keep else _typed(values) for name, values in zip(table.column_names, table.columns, strict=True)]
    import pyarrow as pa

    return pa.table(columns, names=table.column_names) if columns else table


def _typed(values: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return values
    text = pc.utf8_trim_whitespace(values)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)
    if text.null_count == len(text):
        return text
    for pattern, type_ in ((_WHOLE, pa.int64()), (_REAL, pa.float64())):
        if pc.all(pc.match_substring_regex(text, pattern)).as_py():
            return text.cast(type_)
    return values
