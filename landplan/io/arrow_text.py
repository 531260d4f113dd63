"""Text columns as a library gives them: bytes that are not UTF-8 although the format says so are decoded, and that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from landplan.core.errors import Issue
from landplan.io.encoding import Encoding, decide

if TYPE_CHECKING:
    import pyarrow as pa

_SAMPLES = 4000


def readable(table: pa.Table, role: str) -> tuple[pa.Table, str, tuple[Issue, ...]]:
    """The table with texts that are texts, the encoding they are in, and an Issue where that is not UTF-8.

    In a column with some wrong cells the right ones stay as they are.
    """
    import pyarrow as pa

    table = _spelled_out(table)
    broken = [place for place, one in enumerate(table.schema) if _is_text(one.type) and not _is_utf8(table.column(place))]
    if not broken:
        return table, "UTF-8", ()
    raw = {place: table.column(place).cast(pa.binary()).to_pylist() for place in broken}
    wrong = [cell for cells in raw.values() for cell in cells if cell is not None and not _whole(cell)]
    chosen, issues = decide(wrong[:_SAMPLES], role)
    for place, cells in raw.items():
        name, lost = table.schema.field(place).name, 0
        texts: list[str | None] = []
        for cell in cells:
            text, whole = (None, True) if cell is None else _text(cell, chosen)
            texts.append(text)
            lost += not whole
        table = table.set_column(place, name, pa.array(texts, pa.string()))
        issues += (Issue("values_cut", role, values={"field": name, "n": lost}),) if lost else ()
    return table, chosen.name, issues


def _spelled_out(table: pa.Table) -> pa.Table:
    """The table with columns of numbered words that are not UTF-8 as the words themselves."""
    import pyarrow as pa

    for place, one in enumerate(table.schema):
        if not pa.types.is_dictionary(one.type) or not _is_text(one.type.value_type):
            continue
        chunks = table.column(place).chunks
        if not all(_is_utf8(chunk.dictionary) for chunk in chunks):
            words = pa.chunked_array([chunk.dictionary_decode() for chunk in chunks], one.type.value_type)
            table = table.set_column(place, one.name, words)
    return table


def _is_text(type_: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _is_utf8(column: Any) -> bool:
    import pyarrow as pa

    wide = pa.types.is_large_string(column.type)
    try:
        column.cast(pa.large_binary() if wide else pa.binary()).cast(column.type)
    except pa.ArrowInvalid:
        return False
    return True


def _whole(cell: bytes) -> bool:
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(cell: bytes, chosen: Encoding) -> tuple[str, bool]:
    return (cell.decode(), True) if _whole(cell) else chosen.text(cell)
