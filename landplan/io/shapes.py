"""WKB of any kind to the flat arrays of a layer; a bad geometry costs its own row and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Geometry, GeometryKind, Int, Text

if TYPE_CHECKING:
    import pyarrow as pa

_KINDS: dict[int, GeometryKind] = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}
_COLLECTION = 7


def geometry(wkb: pa.Array | None, n: int, role: str) -> tuple[Geometry, tuple[Issue, ...]]:
    """The geometry of n rows, and an Issue for every row that has none, or not all of it.

    The kind is that of most rows. Z and M are left out. An unclosed ring is closed. Null: no geometry in the file, bytes
    that are not WKB, coordinates that are not finite, or another kind than the layer's.
    """
    if wkb is None or wkb.null_count == n:
        issues = (Issue("geometry_none", role, values={"n": n}),) if wkb is not None and n else ()
        return Geometry.empty(n), issues
    import shapely

    shapes, causes = _read(wkb, shapely)
    kind = _most(shapes, shapely)
    shapes = _of_kind(shapes, kind, causes, shapely)
    return flat(shapes, kind), tuple(
        Issue(cause, role, "data", row=int(row)) for row, cause in sorted(causes.items())
    )


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


def _read(wkb: pa.Array, shapely: Any) -> tuple[Text, dict[int, str]]:
    raw = np.empty(len(wkb), object)
    raw[:] = wkb.to_pylist()
    shapes = np.asarray(shapely.from_wkb(raw, on_invalid="ignore"), object)
    null = np.asarray(wkb.is_null(), bool)
    causes: dict[int, str] = {int(row): "geometry_missing" for row in np.flatnonzero(null)}
    for row in np.flatnonzero(shapely.is_missing(shapes) & ~null):
        shapes[row] = shapely.from_wkb(raw[row], on_invalid="fix") if _closable(raw[row], shapely) else None
        causes[int(row)] = "geometry_unreadable" if shapes[row] is None else "ring_closed"
    shapes = shapely.force_2d(shapes)
    empty = shapely.is_empty(shapes)
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    odd = np.zeros(len(shapes), bool)
    odd[owner[~np.isfinite(xy).all(axis=1)]] = True
    for mask, cause in ((empty, "geometry_missing"), (odd, "geometry_not_finite")):
        causes.update((int(row), cause) for row in np.flatnonzero(mask))
    shapes[empty | odd] = None
    return shapes, causes


def _closable(raw: bytes, shapely: Any) -> bool:
    try:
        return shapely.from_wkb(raw, on_invalid="fix") is not None
    except (shapely.errors.GEOSException, shapely.errors.ShapelyError):
        return False


def _most(shapes: Text, shapely: Any) -> GeometryKind:
    types = shapely.get_type_id(shapely.get_parts(shapes))
    order: tuple[GeometryKind, ...] = ("polygon", "line", "point")
    counts = {kind: int(np.isin(types, [code for code, k in _KINDS.items() if k == kind]).sum()) for kind in order}
    best = max(order, key=lambda kind: counts[kind])
    return best if counts[best] else "none"


def _of_kind(shapes: Text, kind: GeometryKind, causes: dict[int, str], shapely: Any) -> Text:
    """The rows of that kind; a collection keeps its parts of the kind, other rows become null."""
    types = shapely.get_type_id(shapes)
    fits = np.isin(types, [code for code, k in _KINDS.items() if k == kind])
    out = shapes.copy()
    out[~fits] = None
    for row in np.flatnonzero(~fits & (types >= 0)):
        parts = [part for part in shapely.get_parts(shapes[row]) if _KINDS.get(int(shapely.get_type_id(part))) == kind]
        causes[int(row)] = "geometry_partly_other_kind" if parts else "geometry_other_kind"
        if parts:
            out[row] = shapely.union_all(parts) if kind != "polygon" else shapely.multipolygons(shapely.get_parts(parts))
    return out


def _offsets(owner: Int, n: int) -> Int:
    """Offsets of n consecutive groups from the sorted owner of each member."""
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))]).astype(np.int64)
