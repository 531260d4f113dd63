"""What is wrong with the shapes of a layer whatever it is about: invalid, with the area that a repair would leave, and odd."""

from __future__ import annotations

from typing import Any

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.errors import Issue
from landplan.core.layers import Float, Int, Layer
from landplan.io.shapes import flat

MOST_CHANGE = 1e-4
"""0.01 %: a repair that changes an area by more is never made unasked."""
_MOST_ROWS, _MOST_PAIRS = 60_000, 20_000
"""Larger layers are looked at for overlaps by the data checks only; of more pairs that touch, the first are looked at."""
_ENOUGH, _FAR_TIMES, _FAR_M = 10, 20.0, 20_000.0
"""Shapes from which on it can be said where the others are; how many times further away is odd, and from where on at all."""
_TINY_M2, _SPIKE_DEGREES, _SPIKE_M, _OVERLAP_M2 = 1.0, 1.0, 1.0, 1.0


def shape_faults(layer: Layer, metres: bool) -> tuple[int, list[Issue]]:
    """How many shapes are invalid, and the Issues of all. metres: the layer has a CRS in which it can be measured.

    Invalid polygons: data, with their area before and after a repair. Shapes far from all others: data. Polygons below 1 m2,
    with a spike (two sides of more than 1 m that meet at less than 1 degree), alike, or overlapping by more than 1 m2: notes,
    as they may be meant.
    """
    import shapely

    there = ~shapely.is_missing(layer.shapes)
    wrong = np.flatnonzero(~shapely.is_valid(layer.shapes) & there)
    far = _far(layer)
    issues = [Issue("shapes_far", layer.id, values=_first(far))] if len(far) else []
    if layer.geometry.kind != "polygon":
        return len(wrong), [*issues, *([Issue("invalid_lines", layer.id, values=_first(wrong))] if len(wrong) else [])]
    issues += [_invalid(layer, wrong, metres)] if len(wrong) else []
    found = {"shapes_alike": _alike(layer), "shapes_spiked": _spiked(layer, metres)}
    if metres:
        area = ellipsoidal_m2(layer)
        there[wrong] = False  # the area of a bow-tie says nothing
        found["shapes_tiny"] = np.flatnonzero((area < _TINY_M2) & there)
        found["shapes_overlapping"] = _overlapping(layer)
    issues += [Issue(code, layer.id, "note", values=_first(rows)) for code, rows in found.items() if len(rows)]
    return len(wrong), issues


def _first(rows: Int) -> dict[str, object]:
    return {"n": len(rows), "first": int(rows[0]) + 1}


def _invalid(layer: Layer, wrong: Int, metres: bool) -> Issue:
    """The Issue of invalid polygons: how many, why the first, their area before and after a repair, the most changed row."""
    import shapely

    shapes = layer.shapes[wrong]
    mended = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    before, after = _areas(layer, shapes, metres), _areas(layer, mended, metres)
    change = np.abs(after - before)
    worst = int(np.argmax(change))
    values = {
        "n": len(wrong), "reason": str(shapely.is_valid_reason(shapes[0])).split("[")[0].strip(),
        "changed": int((change > MOST_CHANGE * np.abs(before)).sum()), "row": int(wrong[worst]) + 1,
        "before_m2": round(float(before[worst]), 2), "after_m2": round(float(after[worst]), 2),
        "total_before_m2": round(float(before.sum()), 2), "total_after_m2": round(float(after.sum()), 2),
    }  # fmt: skip
    return Issue("invalid_geometries", layer.id, values=values)


def _areas(layer: Layer, shapes: Any, metres: bool) -> Float:
    """(n,) areas of polygons, m2 on the ellipsoid; planar in the layer's own units where it cannot be measured."""
    import shapely

    if not metres:
        return np.abs(np.asarray(shapely.area(shapes), np.float64))
    part = Layer(layer.id, layer.table, flat(shapes, "polygon"), layer.crs, layer.ids, layer.source)
    return np.abs(np.nan_to_num(ellipsoidal_m2(part)))


def _far(layer: Layer) -> Int:
    """Rows that reach far beyond where the others are: further from the middle than 20 times the distance that 9 of 10 keep."""
    import shapely

    box = shapely.bounds(layer.shapes)
    there = np.isfinite(box).all(axis=1)
    if there.sum() < _ENOUGH:
        return np.empty(0, np.int64)
    middle = np.median((box[there, :2] + box[there, 2:]) / 2, axis=0)
    reach = np.full(len(box), -1.0)
    reach[there] = np.maximum(np.abs(box[there, :2] - middle), np.abs(box[there, 2:] - middle)).max(axis=1)
    least = _FAR_M if np.abs(middle).max() > 1000 else _FAR_M / 111_320
    return np.flatnonzero(reach > max(_FAR_TIMES * float(np.percentile(reach[there], 90)), least)).astype(np.int64)


def _alike(layer: Layer) -> Int:
    """Rows whose polygon is the same as that of a row before, wherever its rings begin and whichever way they turn."""
    import shapely

    if len(layer) > _MOST_ROWS:
        return np.empty(0, np.int64)
    known: set[bytes] = set()
    rows = []
    for row, raw in enumerate(shapely.to_wkb(shapely.normalize(layer.shapes))):
        if raw is not None and raw in known:
            rows.append(row)
        elif raw is not None:
            known.add(raw)
    return np.array(rows, np.int64)


def _spiked(layer: Layer, metres: bool) -> Int:
    """Rows with a vertex at which the boundary turns back on itself."""
    geometry = layer.geometry
    xy, ring = geometry.xy, geometry.ring
    if len(xy) < 4:
        return np.empty(0, np.int64)
    with np.errstate(all="ignore"):
        ahead = np.diff(xy, axis=0)
        last = ring[1:] - 2
        before = np.roll(ahead, 1, axis=0)
        before[ring[:-1]] = ahead[np.maximum(last, 0)]
        inner = np.ones(len(ahead), bool)
        inner[ring[1:-1] - 1] = False
        lengths = np.hypot(*ahead.T), np.hypot(*before.T)
        least = _SPIKE_M if metres and np.abs(xy).max() > 1000 else _SPIKE_M / 111_320
        cosine = -(ahead * before).sum(axis=1) / (lengths[0] * lengths[1])
        spike = inner & (cosine > np.cos(np.radians(_SPIKE_DEGREES))) & (np.minimum(*lengths) > least)
    part = np.searchsorted(geometry.part, np.searchsorted(ring, np.flatnonzero(spike), "right") - 1, "right") - 1
    return np.unique(np.searchsorted(geometry.row, part, "right") - 1).astype(np.int64)


def _overlapping(layer: Layer) -> Int:
    """Rows that overlap a row before by more than 1 m2 without being the same."""
    import shapely

    rows = np.flatnonzero(shapely.is_valid(layer.shapes) & ~shapely.is_missing(layer.shapes))
    if len(layer) > _MOST_ROWS or len(rows) < 2:
        return np.empty(0, np.int64)
    sound = layer.shapes[rows]
    inside, whole = shapely.STRtree(sound).query(shapely.point_on_surface(sound), predicate="within")
    odd = ~shapely.is_empty(shapely.coverage_invalid_edges(sound))  # of a sound layer none
    odd[inside[inside != whole]] = odd[whole[inside != whole]] = True
    rows, sound = rows[odd], sound[odd]
    a, b = shapely.STRtree(sound).query(sound, predicate="intersects")
    a, b = a[a > b][:_MOST_PAIRS], b[a > b][:_MOST_PAIRS]
    if not len(a):
        return np.empty(0, np.int64)
    same = shapely.equals_exact(shapely.normalize(sound[a]), shapely.normalize(sound[b]))
    shared = _areas(layer, _faces(shapely.intersection(sound[a], sound[b])), True)
    return np.unique(rows[a[(shared > _OVERLAP_M2) & ~same]]).astype(np.int64)


def _faces(shapes: Any) -> Any:
    """The polygons of shapes that may hold lines and points too."""
    import shapely

    parts, row = shapely.get_parts(shapes, return_index=True)
    face = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    out = np.full(len(shapes), shapely.MultiPolygon(), object)
    if face.any():
        out[np.unique(row[face])] = shapely.multipolygons(parts[face], indices=np.unique(row[face], return_inverse=True)[1])
    return out
