"""Small gaps between touching parcels, and parcels too thin to be one."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Int, Layer, LayerSet, Text
from landplan.core.places import row_issue
from landplan.core.registry import Param, checks
from landplan.core.shapes import overlay_shapes

_LEAST_M2 = 0.05
"""Slits smaller than this are rounding of coordinates."""


@checks.add("Gap and sliver", zh="缝隙与碎面")
def gap_sliver(
    layers: LayerSet,
    *,
    gap_m2: Annotated[float, Param("largest hole told as a gap", unit="m2", low=0, zh="缝隙的最大面积")] = 100.0,
    gap_width_m: Annotated[float, Param("widest slit told as a gap", unit="m", low=0, zh="缝隙的最大宽度")] = 0.5,
    width_m: Annotated[float, Param("parcels narrower than this are slivers", unit="m", low=0, zh="碎面的最大宽度")] = 2.0,
) -> tuple[Issue, ...]:
    """Slivers: parcels whose mean width is below `width_m`. Gaps: small holes between parcels, and slits between two.

    A hole in the union of the parcels is a gap up to `gap_m2`; larger ones are courtyards or streets. A slit is what closing
    (growing and shrinking by half of `gap_width_m`) two neighbours fills and no other parcel covers; it may be open at its
    ends. Mean width = 2 · area / perimeter (m), what a long rectangle measures across. A gap is told at the first parcel
    beside it, with its area (m2) and mean width.
    """
    import shapely

    parcels = layers.parcels
    if parcels.geometry.kind != "polygon":
        return ()
    shapes = overlay_shapes(parcels)
    holes = _holes(shapes, gap_m2)
    slits, beside = _slits(shapes, gap_width_m)
    new = np.ones(len(slits), bool)
    new[shapely.STRtree(holes).query(slits, predicate="intersects")[0]] = False
    gaps = [*zip(_first_beside(parcels, holes), holes, strict=True), *zip(beside[new], slits[new], strict=True)]
    found = [*_slivers(parcels, width_m), *(_gap(parcels, int(row), gap) for row, gap in gaps)]
    return tuple(sorted(found, key=lambda issue: (issue.row, issue.id, issue.x_m or 0.0, issue.y_m or 0.0)))


def _slivers(parcels: Layer, width_m: float) -> list[Issue]:
    import shapely

    area, length = shapely.area(parcels.shapes), shapely.length(parcels.shapes)
    width = np.divide(2 * area, length, out=np.full(len(parcels), np.inf), where=length > 0)
    return [
        row_issue(parcels, "sliver", row, {"width_m": round(float(width[row]), 2), "area_m2": round(float(area[row]), 1)})
        for row in np.flatnonzero(width < width_m)
    ]


def _gap(parcels: Layer, row: int, gap: Any) -> Issue:
    values = {"area_m2": round(float(gap.area), 2), "width_m": round(2 * float(gap.area) / float(gap.length), 3)}
    return row_issue(parcels, "gap", row, values, at=gap)


def _holes(shapes: Text, gap_m2: float) -> Text:
    """The holes of the union of at most that area."""
    import shapely

    union = shapely.disjoint_subset_union_all(shapes)
    rings, part = shapely.get_rings(shapely.get_parts(union), return_index=True)
    shells = np.flatnonzero(np.diff(part, prepend=-1))
    holes: Text = shapely.polygons(np.delete(rings, shells))
    area = shapely.area(holes)
    small: Text = holes[(area <= gap_m2) & (area > _LEAST_M2)]
    return small


def _slits(shapes: Text, width_m: float) -> tuple[Text, Int]:
    """(k,) slits between two parcels and (k,) the first row beside each. Only parcels whose edges do not match are looked at."""
    import shapely

    unmatched = shapely.coverage_invalid_edges(shapes, gap_width=width_m)
    rows = np.flatnonzero(~shapely.is_empty(unmatched) & ~shapely.is_missing(shapes))
    near = shapely.STRtree(shapes[rows]).query(shapes[rows], predicate="dwithin", distance=width_m)
    a, b = rows[near[:, near[0] < near[1]]]
    both, others = shapely.union(shapes[a], shapes[b]), shapely.STRtree(shapes)
    mitre = {"join_style": "mitre", "mitre_limit": 2.0}
    closed = shapely.buffer(shapely.buffer(both, width_m / 2, **mitre), -width_m / 2, **mitre)
    some = np.flatnonzero(shapely.area(closed) - shapely.area(both) > _LEAST_M2 / 2)
    a, both, closed = a[some], both[some], closed[some]
    filled, pair = shapely.get_parts(shapely.difference(closed, both), return_index=True)
    large = shapely.area(filled) > _LEAST_M2
    slits, beside = _bare(filled[large], shapes, others), a[pair[large]]
    large = shapely.area(slits) > _LEAST_M2
    return slits[large], beside[large]


def _bare(slits: Text, shapes: Text, tree: Any) -> Text:
    """The slits without what parcels cover: each less its first parcel, then all less their second, and so on."""
    import shapely

    slit, row = tree.query(slits, predicate="intersects")
    turn = np.arange(len(slit)) - np.searchsorted(slit, slit)
    out = slits.copy()
    for k in range(int(turn.max(initial=-1)) + 1):
        some = slit[turn == k]
        out[some] = shapely.difference(out[some], shapes[row[turn == k]])
    return out


def _first_beside(parcels: Layer, gaps: Text) -> Int:
    """(k,) the first parcel that touches each gap."""
    gap, row = parcels.tree.query(gaps, predicate="dwithin", distance=1e-6)
    first = np.full(len(gaps), len(parcels), np.int64)
    np.minimum.at(first, gap, row)
    return first
