"""Rings that come without saying which are holes, as polygons."""

from __future__ import annotations

from typing import Any


def nested(rings: list[Any]) -> Any:
    """Polygons of rings by containment: a ring in an odd number of others is a hole of the smallest of them."""
    import shapely

    if len(rings) == 1:
        return shapely.polygons(rings[0])
    faces = sorted(shapely.polygons(rings), key=shapely.area, reverse=True)
    tree, insides = shapely.STRtree(faces), [_inner_point(face) for face in faces]
    inner, outer = tree.query(insides, predicate="within")
    around: list[list[int]] = [[] for _ in faces]
    for a, b in zip(inner.tolist(), outer.tolist(), strict=True):
        if b < a:
            around[a].append(b)
    holes: dict[int, list[Any]] = {k: [] for k in range(len(faces)) if len(around[k]) % 2 == 0}
    for k, outers in enumerate(around):
        if len(outers) % 2:
            home = max((one for one in outers if one in holes), default=None)
            if home is None:
                holes[k] = []
            else:
                holes[home].append(shapely.get_exterior_ring(faces[k]))
    parts = [shapely.polygons(shapely.get_exterior_ring(faces[k]), own) if own else faces[k] for k, own in holes.items()]
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _inner_point(face: Any) -> Any:
    """A point inside a face; of one that crosses itself, its first corner."""
    import shapely

    return shapely.point_on_surface(face) if shapely.is_valid(face) else shapely.get_point(shapely.get_exterior_ring(face), 0)
