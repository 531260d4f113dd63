"""The locked DuckDB that computes expressions, one connection a thread: no files, no extensions, no Python names."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import SchemeError
from landplan.core.expression_sql import DATE, NUMBER, TEXT, TRUTH, UNKNOWN

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

TABLE = "fields"
"""The table every query reads: columns c0, c1 … and `row`, the row number from 0."""

_LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "python_scan_all_frames": "false",
    "error_on_division_by_zero": "false",
    "preserve_insertion_order": "true",
    "temp_directory": "",
    "memory_limit": "2GB",
    "threads": "2",
    "lock_configuration": "true",
}
_thread = threading.local()


def rows(query: str, columns: Mapping[str, pa.Array], n: int, limit_s: float, where: str) -> pa.Table:
    """The result of `query` over these columns as an Arrow table of n rows, in the order of the rows."""
    import pyarrow as pa

    table = pa.table({"row": pa.array(np.arange(n, dtype=np.int64)), **columns})
    with _connection(limit_s, where) as connection:
        connection.register(TABLE, table)
        try:
            found: pa.Table = connection.sql(query).to_arrow_table()
        finally:
            connection.unregister(TABLE)
    order = found.column("row").to_numpy()
    if len(order) != n:
        raise RuntimeError(f"{len(order)} rows came out of {n}")
    return found if bool((order == np.arange(n)).all()) else found.sort_by("row")


@contextmanager
def _connection(limit_s: float, where: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The connection of this thread, interrupted after `limit_s` seconds; its errors become sentences about `where`."""
    import duckdb

    if not hasattr(_thread, "connection"):
        _thread.connection = duckdb.connect(":memory:", config=_LOCKED)
    timer = threading.Timer(limit_s, _thread.connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield _thread.connection
    except duckdb.InterruptException:
        raise SchemeError("expression_too_slow", where, limit_s=limit_s) from None
    except duckdb.Error as error:
        raise SchemeError("expression_failed", where, detail=str(error).splitlines()[0][:200]) from error
    finally:
        timer.cancel()


def arrow_column(name: str, values: Any, n: int, where: str) -> tuple[str, pa.Array]:
    """Kind and Arrow array of one column of n rows; NaN, infinity, NaT and None become NULL."""
    import pyarrow as pa

    if len(values) != n:
        raise ValueError(f"column {name} has {len(values)} rows, not {n}")
    try:
        array = _array(values)
        kind, type_ = _stored(array.type)
        return kind, array if array.type == type_ else array.cast(type_, safe=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise SchemeError("expression_field_kind", where, field=name) from error


def _array(values: Any) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values, pa.ChunkedArray | pa.Array):
        array = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
        return pc.if_else(pc.is_finite(array), array, None) if pa.types.is_floating(array.type) else array
    values = np.asarray(values)
    if values.dtype.kind == "f":
        return pa.array(values.astype(np.float64, copy=False), mask=~np.isfinite(values))
    if values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[D]"))
    return _array(pa.array(values, from_pandas=True))


def _stored(type_: pa.DataType) -> tuple[str, pa.DataType]:
    """Kind of an Arrow type, and the type DuckDB is given."""
    import pyarrow as pa

    types = pa.types
    if types.is_unsigned_integer(type_) and type_.bit_width == 64:
        return NUMBER, type_
    for test, kind, stored in (
        (types.is_integer, NUMBER, pa.int64()),
        (types.is_floating, NUMBER, pa.float64()),
        (types.is_decimal, NUMBER, pa.float64()),
        (types.is_boolean, TRUTH, pa.bool_()),
        (types.is_string, TEXT, pa.string()),
        (types.is_large_string, TEXT, pa.large_string()),
        (types.is_date, DATE, pa.date32()),
        (types.is_timestamp, DATE, pa.date32()),
        (types.is_null, UNKNOWN, pa.string()),
    ):
        if test(type_):
            return kind, stored
    raise pa.ArrowTypeError(str(type_))
