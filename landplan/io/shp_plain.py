"""Polygons of one closed ring, as nearly all parcels are: of their WKB only 13 bytes are not in the .shp as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Int
from landplan.io.shp_records import HEAD, Bytes, Records, heads, i32

if TYPE_CHECKING:
    import pyarrow as pa

Bits = npt.NDArray[np.bool_]
_POLYGON, _FEWEST = 5, 4
_WKB = np.dtype([("order", "u1"), ("type", "<u4"), ("rings", "<u4"), ("vertices", "<u4")])
_BUNCH = 20_000
"""Records taken at once."""


def plain(data: Bytes, records: Records, sound: Bits) -> Bits:
    """(n,) the sound records that are a polygon of one closed ring, without heights or measures."""
    near, at = heads(data, records)
    found: Bits = sound & (i32(near, at + 8, "<") == _POLYGON) & (i32(near, at + 44, "<") == 1)
    points = i32(near, at + 48, "<")
    found &= (points >= _FEWEST) & (i32(near, at + 52, "<") == 0)
    rows = np.flatnonzero(found)
    first = records.start[rows] + HEAD
    last = first + 16 * (points[rows] - 1)
    eights = _at_every_byte(data, "<i8")
    found[rows] = (eights[first] == eights[last]) & (eights[first + 8] == eights[last + 8])
    return found


def wkb(data: Bytes, start: Int) -> pa.ChunkedArray | None:
    """The WKB of plain records in their order; None where records share bytes."""
    import pyarrow as pa

    order = np.argsort(start, kind="stable")
    points = i32(data, start[order] + 48, "<")
    begin = start[order] + HEAD - _WKB.itemsize
    end = start[order] + HEAD + 16 * points
    if (begin[1:] < end[:-1]).any():
        return None
    cuts = range(0, len(start), _BUNCH)
    found = [_of_bunch(data, *(one[low : low + _BUNCH] for one in (begin, end, points))) for low in cuts]
    column = pa.chunked_array(found, pa.binary())
    if (np.diff(order) == 1).all():
        return column
    place = np.empty(len(start), np.int64)
    place[order] = np.arange(len(start))
    return column.take(pa.array(place))


def _of_bunch(data: Bytes, begin: Int, end: Int, points: Int) -> pa.Array:
    """From a copy of a stretch of the file, the bytes before each ring overwritten: every other piece of it is a polygon."""
    import pyarrow as pa

    first = int(begin[0])
    copy = np.array(data[first : int(end[-1])])
    head = np.empty(len(begin), _WKB)
    head["order"], head["type"], head["rings"], head["vertices"] = 1, 3, 1, points
    blank = f"V{_WKB.itemsize}"
    _at_every_byte(copy, blank)[begin - first] = head.view(blank)
    edges = np.column_stack([begin, end]).ravel() - first
    pieces = [None, pa.py_buffer(edges.astype(np.int64)), pa.py_buffer(copy)]
    both = pa.Array.from_buffers(pa.large_binary(), len(edges) - 1, pieces)
    return both.take(pa.array(np.arange(0, len(edges), 2))).cast(pa.binary())


def _at_every_byte(data: Bytes, type_: Any) -> npt.NDArray[Any]:
    """A number, or a row of them, that begins at every byte."""
    size = np.dtype(type_).itemsize
    return np.ndarray(max(len(data) - size + 1, 0), type_, data, strides=(1,))
