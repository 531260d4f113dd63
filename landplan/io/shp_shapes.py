"""Records of a .shp that GDAL does not read, or not as they are meant: each by itself, from its own bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int
from landplan.io.shp_records import LINE, PATCHES, POINT, POINTS, POLYGON, Bytes, Records, among, heads, i32, least

Bits = npt.NDArray[np.bool_]
UNREADABLE = b"?"
"""In place of the WKB of a record that cannot be read."""
_BUNCH, _MOST_PAIRS = 2_000_000, 4_000_000
"""Vertices looked at at once; pairs of rings that are worth comparing."""


def lost_and_odd(data: Bytes, records: Records) -> tuple[Bits, Bits]:
    """(n,) records that cannot be read, and those to be read by `shape`.

    Lost: not there, or shorter than their own counts ask. Odd: parts out of order, heights missing, patches, a length that
    lies, rings whose winding contradicts them.
    """
    start, (near, at) = np.maximum(records.start, 0), heads(data, records)
    kind, parts, points, need = least(near, at)
    half = among(kind, (*LINE, *POLYGON, PATCHES)) & ((parts == 0) != (points == 0))
    there: Bits = ~((records.start < 0) | (need > records.length) | half)
    misled = there & (2 * i32(near, at + 4, ">") != records.length)
    flat = among(kind, (11, 13, 15, 18)) & (records.length < need + np.where(kind == 11, 8, 16 + 8 * points))
    found: Bits = there & (misled | flat | (kind == PATCHES) | ((parts == 1) & (i32(near, at + 52, "<") != 0)))
    many = there & (parts > 1)
    rows = np.flatnonzero(many & ~found)
    if len(rows):
        first, row, ring = _ring_starts(data, start[rows], parts[rows])
        sizes = np.diff(np.append(first, 0))
        ends = np.flatnonzero(np.append(np.diff(row) > 0, True))
        sizes[ends] = points[rows] - first[ends]
        fewest = np.where(among(kind[rows], POLYGON), 4, 2)[row]
        wrong = (sizes < fewest) | (first < 0) | ((ring == 0) & (first != 0))
        found[rows[row[wrong]]] = True
    rings = np.flatnonzero(many & ~found & among(kind, POLYGON))
    if len(rings):
        found[rings[_contradictory(data, start[rings], parts[rings], points[rings])]] = True
    return ~there, found


def shape(content: bytes) -> tuple[bytes, str]:
    """WKB of one record and what was done to it ("" nothing); UNREADABLE where nothing can be."""
    import shapely

    kind = int.from_bytes(content[:4], "little")
    try:
        with np.errstate(all="ignore"):
            return _shape(content, kind)
    except (shapely.errors.ShapelyError, ValueError):
        return UNREADABLE, ""


def _shape(content: bytes, kind: int) -> tuple[bytes, str]:
    import shapely

    if kind in POINT:
        return shapely.to_wkb(shapely.points(*np.frombuffer(content, "<f8", 2, 4))), ""
    if kind in POINTS:
        count = int.from_bytes(content[36:40], "little")
        return shapely.to_wkb(shapely.multipoints(np.frombuffer(content, "<f8", 2 * count, 40).reshape(-1, 2))), ""
    pieces, xyz, patches, said = _pieces(content, kind)
    if kind == PATCHES:
        return _footprint(pieces, xyz, patches)
    if kind in LINE:
        lines = [shapely.linestrings(xyz[piece, :2]) for piece in pieces if len(xyz[piece]) > 1]
        return (shapely.to_wkb(shapely.multilinestrings(lines)), said) if lines else (UNREADABLE, "")
    rings = [_closed(xyz[piece, :2]) for piece in pieces]
    if any(len(ring) > piece.stop - piece.start for ring, piece in zip(rings, pieces, strict=True)):
        said = "shape_parts_rebuilt"
    found, more = _assembled(rings)
    return (shapely.to_wkb(found), more or said) if found is not None else (UNREADABLE, "")


def _ring_starts(data: Bytes, start: Int, parts: Int) -> tuple[Int, Int, Int]:
    """For all parts of some records: first vertex, row among the records, and number of the part in its record."""
    row = np.repeat(np.arange(len(parts)), parts)
    ring = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    return i32(data, start[row] + 52 + 4 * ring, "<"), row, ring


def _contradictory(data: Bytes, start: Int, parts: Int, points: Int) -> Int:
    """Which polygon records have a hole that lies in none of their outer rings, as far as boxes tell."""
    found: list[int] = []
    bunch = np.cumsum(points) // _BUNCH
    for low in np.flatnonzero(np.diff(bunch, prepend=-1)):
        high = int(np.searchsorted(bunch, bunch[low], "right"))
        found += (low + _of_bunch(data, start[low:high], parts[low:high], points[low:high])).tolist()
    return np.array(found, np.int64)


def _of_bunch(data: Bytes, start: Int, parts: Int, points: Int) -> Int:
    first, row, _ = _ring_starts(data, start, parts)
    before = np.cumsum(points) - points
    vertex = np.repeat(np.arange(len(points)), points)
    place = start[vertex] + 52 + 4 * parts[vertex] + 16 * (np.arange(len(vertex)) - before[vertex])
    xy = np.stack([data[place + k] for k in range(16)], axis=1).view("<f8")
    at = first + before[row]
    with np.errstate(all="ignore"):
        low, high = np.minimum.reduceat(xy, at), np.maximum.reduceat(xy, at)
        ring = np.repeat(np.arange(len(at)), np.diff(np.append(at, len(xy))))
        here = xy - xy[at][ring]
        there = np.where((np.append(ring[1:], -1) == ring)[:, None], np.roll(here, -1, axis=0), 0.0)
        hole = np.add.reduceat(here[:, 0] * there[:, 1] - here[:, 1] * there[:, 0], at) > 0
    return _unboxed(row, low, high, hole, len(start))


def _unboxed(row: Int, low: Float, high: Float, hole: Bits, n: int) -> Int:
    """Which of n records have a hole whose box lies in the box of no outer ring: all at once where there is one outer ring."""
    outer = np.bincount(row[~hole], minlength=n)
    shell = np.zeros(n, np.int64)
    shell[row[~hole]] = np.flatnonzero(~hole)
    alone = hole & (outer[row] == 1)
    mine = shell[row[alone]]
    inside = ((low[alone] >= low[mine]) & (high[alone] <= high[mine])).all(axis=1)
    wrong = set(row[alone][~inside].tolist())
    for one in np.unique(row[hole & (outer[row] > 1)]):
        own = slice(*np.searchsorted(row, [one, one + 1]))
        if not _boxed(low[own], high[own], hole[own]):
            wrong.add(int(one))
    return np.array(sorted(wrong), np.int64)


def _boxed(low: Float, high: Float, hole: Bits) -> bool:
    """Whether every hole's box lies in the box of an outer ring."""
    if int(hole.sum()) * int((~hole).sum()) > _MOST_PAIRS:
        return True
    inside = (low[hole][:, None] >= low[~hole][None]) & (high[hole][:, None] <= high[~hole][None])
    return bool(np.any(np.all(inside, axis=2), axis=1).all())


def _pieces(content: bytes, kind: int) -> tuple[list[slice], Float, Int, str]:
    """The parts of a record as slices of its vertices, x, y (z of patches), the types of patches, and what was done."""
    parts, points = np.frombuffer(content, "<i4", 2, 36).astype(int)
    first = np.frombuffer(content, "<i4", parts, 44).astype(np.int64)
    patches = np.frombuffer(content, "<i4", parts, 44 + 4 * parts).astype(np.int64) if kind == PATCHES else np.zeros(0, np.int64)
    at = 44 + 4 * parts * (2 if kind == PATCHES else 1)
    xy = np.frombuffer(content, "<f8", 2 * points, at).reshape(-1, 2)
    ends = np.append(first[1:], points)
    fits = bool((first >= 0).all() and (ends >= first).all() and (ends <= points).all() and first[:1].sum() == 0)
    cut = [slice(int(a), int(b)) for a, b in zip(first, ends, strict=True)] if fits else []
    if kind in POLYGON and not (fits and all(np.array_equal(xy[one][0], xy[one][-1]) for one in cut if len(xy[one]))):
        again = _loops(xy)
        if again or not fits:
            return again, xy, patches, "shape_parts_rebuilt"
    fewest = 3 if kind in POLYGON else 2
    kept = [one for one in cut if one.stop - one.start >= fewest] if kind != PATCHES else cut
    return kept, xy, patches, "shape_parts_dropped" if len(kept) < len(cut) else ""


def _loops(xy: Float) -> list[slice]:
    """The rings of a row of vertices by their closing: each begins where the one before has come back; [] if one does not."""
    found, at = [], 0
    while at < len(xy):
        back = np.flatnonzero((xy[at + 1 :] == xy[at]).all(axis=1))
        if not len(back):
            return []
        end = at + 2 + int(back[0])
        found.append(slice(at, end))
        at = end
    return found


def _closed(ring: Float) -> Float:
    return ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]])


def _assembled(rings: list[Float]) -> tuple[Any, str]:
    """A polygon of rings: holes by their winding, by the opposite one where that alone has each in an outer ring.

    A hole in none of them is a part of its own, and that is said.
    """
    import shapely

    faces = [shapely.polygons(ring) for ring in rings if len(ring) >= 4]
    if not faces:
        return None, ""
    hole = np.array([bool(shapely.is_ccw(shapely.get_exterior_ring(face))) for face in faces])
    for outer, said in ((~hole, ""), (hole, "shape_rings_turned")):
        within = _owners(faces, outer)
        if outer.any() and all(owner >= 0 for owner in within):
            return _polygons(faces, outer, within), said
    outer = ~hole if (~hole).any() else hole
    within = _owners(faces, outer)
    inner = np.flatnonzero(~outer)
    alone = [int(one) for one, owner in zip(inner, within, strict=True) if owner < 0]
    outer = outer.copy()
    outer[alone] = True
    return _polygons(faces, outer, [owner for owner in within if owner >= 0]), "shape_hole_outside"


def _owners(faces: list[Any], outer: Bits) -> list[int]:
    """For each hole the smallest outer ring that it lies in, -1 for none."""
    import shapely

    shells, inner = np.flatnonzero(outer), np.flatnonzero(~outer)
    out = [-1] * len(inner)
    if not len(shells) or not len(inner):
        return out
    shapes = np.array(faces, object)
    valid = np.where(shapely.is_valid(shapes), shapes, shapely.buffer(shapes, 0))
    holes, tree = valid[inner], shapely.STRtree(valid[shells])
    for k, shell in zip(*tree.query(holes, predicate="covered_by"), strict=True):
        one = int(shells[shell])
        if out[k] < 0 or shapely.area(valid[one]) < shapely.area(valid[out[k]]):
            out[int(k)] = one
    return out


def _polygons(faces: list[Any], outer: Bits, owners: list[int]) -> Any:
    import shapely

    inner = np.flatnonzero(~outer)
    made = []
    for shell in np.flatnonzero(outer):
        holes = [shapely.get_exterior_ring(faces[k]) for k, owner in zip(inner, owners, strict=True) if owner == shell]
        made.append(shapely.polygons(shapely.get_exterior_ring(faces[shell]), holes or None))
    return made[0] if len(made) == 1 else shapely.multipolygons(made)


def _footprint(pieces: list[slice], xy: Float, patches: Int) -> tuple[bytes, str]:
    """What surfaces in space cover on the plane: triangles, and rings with the holes after them."""
    import shapely

    faces: list[Any] = []
    for piece, type_ in zip(pieces, patches, strict=True):
        ring = xy[piece]
        if type_ in (0, 1):
            faces += [shapely.polygons(_closed(ring[[0 if type_ else k, k + 1, k + 2]])) for k in range(len(ring) - 2)]
        elif len(ring) >= 3:
            face = shapely.make_valid(shapely.polygons(_closed(ring)))
            holed = type_ == 3 and bool(faces)
            faces = [*faces[:-1], shapely.difference(faces[-1], face)] if holed else [*faces, face]
    cover = shapely.union_all([face for face in shapely.make_valid(np.array(faces, object)) if shapely.area(face) > 0])
    parts = [part for part in shapely.get_parts(cover) if shapely.get_type_id(part) == shapely.GeometryType.POLYGON]
    if not parts:
        return UNREADABLE, ""
    return shapely.to_wkb(parts[0] if len(parts) == 1 else shapely.multipolygons(parts)), "shape_footprint"
