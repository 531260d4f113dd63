"""WKB of any kind to the flat arrays of a layer; a bad geometry costs its own row and nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import FARTHEST, Float, Geometry, GeometryKind, Int, Text, take

if TYPE_CHECKING:
    import pyarrow as pa

_KINDS: dict[int, GeometryKind] = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}
_MENDABLE = ("geometry_other_kind", "geometry_unreadable")
_CURVES = frozenset(range(8, 18))
MANY = 50_000
"""From this many rows on the compiled reader is worth its start."""


def geometry(wkb: pa.Array | pa.ChunkedArray | None, n: int, role: str) -> tuple[Geometry, tuple[Issue, ...]]:
    """The geometry of n rows, and an Issue for every row that has none, or not all of it.

    The kind is that of most rows. Z and M are left out. An unclosed ring is closed. Null: no geometry in the file, bytes
    that are not WKB, arcs, coordinates that are not finite, or another kind than the layer's.
    """
    if wkb is None or wkb.null_count == n:
        issues = (Issue("geometry_none", role, values={"n": n}),) if wkb is not None and n else ()
        return Geometry.empty(n), issues
    wkb = in_one_piece(wkb)
    shape, causes = (by_objects if n < MANY else by_kernel)(wkb)
    mended: dict[int, Any] = {}
    for row in [row for row, cause in causes.items() if cause in _MENDABLE]:
        again = _mended(wkb[row].as_py(), shape.kind)
        if again is not None:
            mended[row] = again
            causes[row] = "ring_closed" if causes[row] == "geometry_unreadable" else "geometry_partly_other_kind"
    shape = _with(shape, mended) if mended else shape
    return shape, tuple(Issue(cause, role, row=row) for row, cause in sorted(causes.items()))


def in_one_piece(wkb: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array, of wide offsets where its bytes are more than narrow ones can count."""
    import pyarrow as pa

    if isinstance(wkb, pa.Array):
        return wkb
    if wkb.num_chunks == 1:
        return wkb.chunk(0)
    return (wkb.cast(pa.large_binary()) if wkb.nbytes >= 2**31 else wkb).combine_chunks()


def by_objects(wkb: pa.Array) -> tuple[Geometry, dict[int, str]]:
    """Flat arrays through shapely objects, and why a row has none: no waiting for compiled code, good for small layers."""
    import shapely

    raw = np.empty(len(wkb), object)
    raw[:] = wkb.to_pylist()
    curved = np.array([row is not None and _is_curved(row) for row in raw], bool)
    raw[curved] = None
    shapes = _parsed(raw)
    null, types = np.asarray(wkb.is_null(), bool), shapely.get_type_id(shapes)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    odd = np.zeros(len(shapes), bool)
    odd[owner[_nowhere(xy)]] = True
    empty = null | shapely.is_empty(shapes)
    unreadable = (types < 0) & ~null
    mended = _parsed(raw[unreadable], "fix")
    types[unreadable] = shapely.get_type_id(mended)
    xy, owner = shapely.get_coordinates(mended, return_index=True)
    odd[np.flatnonzero(unreadable)[owner[_nowhere(xy)]]] = True
    kind = _most(types[~empty])
    other = ~np.isin(types, [code for code, name in _KINDS.items() if name == kind]) & (types >= 0)
    causes: dict[int, str] = {}
    for mask, cause in (
        (unreadable, "geometry_unreadable"),
        (odd, "geometry_not_finite"),
        (other, "geometry_other_kind"),
        (empty, "geometry_missing"),
        (curved, "geometry_curved"),
    ):
        causes.update((int(row), cause) for row in np.flatnonzero(mask))
    shapes[list(causes)] = None
    return flat(shapes, kind), causes


def by_kernel(wkb: pa.Array) -> tuple[Geometry, dict[int, str]]:
    """The same straight from the column's bytes, by compiled code: no objects, for large layers."""
    from landplan.core.kernels import wkb as kernel

    named = {
        kernel.NULL: "geometry_missing",
        kernel.MALFORMED: "geometry_unreadable",
        kernel.OTHER_KIND: "geometry_other_kind",
        kernel.CURVED: "geometry_curved",
        kernel.NOT_FINITE: "geometry_not_finite",
        kernel.UNCLOSED: "geometry_unreadable",
    }
    reading = kernel.read(wkb)
    causes = {int(row): named[int(reading.fate[row])] for row in np.flatnonzero(reading.fate != kernel.GOOD)}
    return reading.geometry, causes


def _nowhere(xy: Float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """(n,) coordinates that are no numbers, or larger than any place has in any unit."""
    return np.asarray(~(np.abs(xy) < FARTHEST).all(axis=1), np.bool_)


def flat(shapes: Text, kind: GeometryKind) -> Geometry:
    """shapely geometries (None allowed) of one kind as flat arrays; parts and rings in their order."""
    import shapely

    n = len(shapes)
    parts, row = shapely.get_parts(shapes, return_index=True)
    kept = ~shapely.is_empty(parts)
    parts, row = parts[kept], row[kept]
    if kind == "polygon":
        rings, part = shapely.get_rings(parts, return_index=True)
    else:
        rings, part = parts, np.arange(len(parts))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return Geometry(kind, xy, _offsets(ring, len(rings)), _offsets(part, len(parts)), _offsets(row, n))


def _most(types: Int) -> GeometryKind:
    """The kind of most geometries; polygon before line before point where they are as many."""
    order: tuple[GeometryKind, ...] = ("polygon", "line", "point")
    counts = {kind: int(np.isin(types, [code for code, name in _KINDS.items() if name == kind]).sum()) for kind in order}
    best = max(order, key=lambda kind: counts[kind])
    return best if counts[best] else "none"


def _parsed(raw: Text, on_invalid: str = "ignore") -> Text:
    """2D shapely geometries; None where the bytes are not WKB, or hold arcs inside a collection."""
    import shapely

    with np.errstate(invalid="ignore"):
        try:
            return np.asarray(shapely.force_2d(shapely.from_wkb(raw, on_invalid=on_invalid)), object)
        except NotImplementedError:
            out = np.empty(len(raw), object)
            for row, one in enumerate(raw):
                with suppress(NotImplementedError):
                    out[row] = shapely.force_2d(shapely.from_wkb(one, on_invalid=on_invalid))
            return out


def _is_curved(raw: bytes) -> bool:
    """Whether WKB is of a type with arcs or surfaces, which shapely does not know."""
    code = int.from_bytes(raw[1:5], "little" if raw[:1] == b"\1" else "big") & 0x0FFFFFFF
    return code % 1000 in _CURVES


def _mended(raw: bytes, kind: GeometryKind) -> Any:
    """A row's geometry with its rings closed, of a collection the parts of the layer's kind; None when nothing is left."""
    import shapely

    one = np.empty(1, object)
    one[0] = raw
    shape = _parsed(one, "fix")[0]
    parts = [part for part in _parts(shape) if _KINDS.get(int(shapely.get_type_id(part))) == kind and not part.is_empty]
    if not parts or _nowhere(shapely.get_coordinates(parts)).any():
        return None
    multi = {"polygon": shapely.multipolygons, "line": shapely.multilinestrings, "point": shapely.multipoints}[kind]
    return multi(parts)


def _parts(shape: Any) -> list[Any]:
    """The simple geometries inside a geometry, collections in collections included."""
    import shapely

    if shape is None:
        return []
    if shapely.get_type_id(shape) < shapely.GeometryType.MULTIPOINT:
        return [shape]
    return [part for member in shapely.get_parts(shape) for part in _parts(member)]


def _with(shape: Geometry, mended: dict[int, Any]) -> Geometry:
    """The geometry with other shapes in some rows."""
    rows = np.array(list(mended))
    more = np.empty(len(rows), object)
    more[:] = list(mended.values())
    order = np.arange(len(shape), dtype=np.int64)
    order[rows] = len(shape) + np.arange(len(rows))
    return take(joined(shape, flat(more, shape.kind)), order)


def joined(a: Geometry, b: Geometry) -> Geometry:
    """The rows of a, then those of b."""
    return Geometry(
        a.kind,
        np.concatenate([a.xy, b.xy]),
        np.concatenate([a.ring, b.ring[1:] + a.ring[-1]]),
        np.concatenate([a.part, b.part[1:] + a.part[-1]]),
        np.concatenate([a.row, b.row[1:] + a.row[-1]]),
    )


def _offsets(owner: Int, n: int) -> Int:
    """Offsets of n consecutive groups from the sorted owner of each member."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))]).astype(np.int64)
