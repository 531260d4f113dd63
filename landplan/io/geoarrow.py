"""Geometry columns of Arrow as WKB: nested lists of coordinates, WKT, or WKB as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.layers import Float, Int

if TYPE_CHECKING:
    import pyarrow as pa

_DEPTH = {"point": 0, "linestring": 1, "multipoint": 1, "polygon": 2, "multilinestring": 2, "multipolygon": 3}
"""Lists around the coordinates of one geometry."""


def as_wkb(column: pa.ChunkedArray, encoding: str, role: str, path: Path) -> tuple[pa.Array | pa.ChunkedArray, tuple[Issue, ...]]:
    """A geometry column as WKB, null where it is null; a WKT that is none is null and told. InputError for another encoding."""
    import pyarrow as pa

    kind = encoding.lower().removeprefix("geoarrow.").removesuffix("_view")
    try:
        if kind == "wkb":
            return column.cast(pa.binary()), ()
        whole = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        if kind == "wkt":
            return _of_wkt(whole.cast(pa.string()), role)
        if kind in _DEPTH:
            return _of_lists(whole, kind), ()
    except (pa.ArrowException, ValueError, TypeError, LookupError, AttributeError) as error:
        raise InputError("parquet_encoding_wrong", path.name, encoding=encoding) from error
    raise InputError("parquet_encoding", path.name, encoding=encoding)


def _of_wkt(texts: pa.Array, role: str) -> tuple[pa.Array, tuple[Issue, ...]]:
    import pyarrow as pa
    import shapely

    shapes = shapely.from_wkt(np.array(texts.to_pylist(), object), on_invalid="ignore")
    bad = np.flatnonzero(shapely.is_missing(shapes) & np.array(texts.is_valid()))
    return pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()), tuple(
        Issue("wkt_unreadable", role, row=int(row)) for row in bad
    )


def _of_lists(whole: pa.Array, kind: str) -> pa.Array:
    """Nested lists: each level gives the offsets of the next, the last is coordinates, as a struct or side by side."""
    import pyarrow as pa
    import shapely

    level, offsets = whole.drop_null(), []
    for _ in range(_DEPTH[kind]):
        start = np.asarray(level.offsets, np.int64)
        offsets.append(start - start[0])
        level = level.flatten()
    made = shapely.from_ragged_array(_type(kind), _coordinates(level), _upward(offsets))
    out = np.full(len(whole), None, object)
    out[np.array(whole.is_valid(), bool)] = shapely.to_wkb(made)
    return pa.array(out.tolist(), pa.binary())


def _upward(offsets: list[Int]) -> tuple[Int, ...] | None:
    """Offsets from the innermost level outward; None for points, which have none."""
    return tuple(reversed(offsets)) or None


def _type(kind: str) -> Any:
    import shapely

    return shapely.GeometryType[kind.upper()]


def _coordinates(values: pa.Array) -> Float:
    """(v, 2 or 3) coordinates; measures are left out."""
    import pyarrow as pa

    if pa.types.is_struct(values.type):
        names = [name for name in ("x", "y", "z") if values.type.get_field_index(name) >= 0]
        return np.column_stack([np.asarray(values.field(name), np.float64) for name in names])
    size = values.type.list_size
    flat = np.asarray(values.flatten(), np.float64).reshape(-1, size)
    return np.ascontiguousarray(flat[:, : 3 if size == 3 else 2])
