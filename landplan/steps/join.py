"""Parcels × zones: exact area shares per zone set, each set with its own row for what lies outside."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Float, Geometry, Int, Layer, LayerSet, Text
from landplan.core.progress import Progress, silent
from landplan.core.shapes import overlay_shapes
from landplan.core.tables import Int32, ZoneSet, ZoneShares

Pairs = tuple[Int, Int, Float]
OUTSIDE_ID = "outside"
OUTSIDE_NAME = "其余"
_TOLERANCE = 1e-12
"""Shares below this are rounding, not land."""


def join(layers: LayerSet, progress: Progress = silent) -> ZoneShares:
    """The part of every parcel's area in every zone, set by set (field `set` of the zones layer).

    Parcels wholly inside a zone are not clipped, only those that cross its edge. Shares of a parcel sum to 1 with the
    outside row, so every set's totals equal the district's to 1e-9; where zones of one set overlap, the shares of the
    parcels concerned are scaled to 1 and an Issue says so. Parcels without area lie outside, points in the zone they are in: the
    first by id of several, or each of several points its part. No zones layer: no sets.
    """
    zones = layers.zones
    if zones is None or not len(zones):
        return ZoneShares({})
    issues: list[Issue] = []
    members, unnamed = _members(zones)
    if unnamed:
        issues.append(Issue("zones_without_set", zones.id, values={"n": unnamed}))
    parcels, shapes = layers.parcels, overlay_shapes(zones)
    inside = _points_inside(parcels.geometry) if parcels.geometry.kind == "point" else _areas_inside(overlay_shapes(parcels))
    sets: dict[str, ZoneSet] = {}
    for k, (name, rows) in enumerate(members.items()):
        progress(k / len(members), "progress_join", set=name)
        sets[name], overlapping = _zone_set(name, len(parcels), zones, rows, inside(shapes[rows]))
        if overlapping:
            issues.append(Issue("zones_overlap", zones.id, values={"set": name, "n": overlapping}))
    progress(1.0, "progress_join", set="")
    return ZoneShares(sets, tuple(issues))


def _members(zones: Layer) -> tuple[dict[str, Int], int]:
    """Rows of each set, the sets by name and their zones by id; and how many zones name no set."""
    field = next((name for name in ("set", "kind") if name in zones.fields), None)
    names = zones.texts(field) if field else np.full(len(zones), "zone", object)
    named = np.array([name is not None and str(name).strip() != "" for name in names.tolist()], np.bool_)
    order = np.argsort(zones.ids.astype(str), kind="stable")
    order = order[named[order]]
    found = sorted({str(name) for name in names[named]})
    return {name: order[names[order] == name] for name in found}, int((~named).sum())


def _zone_set(id: str, n: int, zones: Layer, rows: Int, inside: Pairs) -> tuple[ZoneSet, int]:
    """One set, and how many of the n parcels lie in zones that overlap."""
    parcel, zone, share = inside
    outside = len(rows)
    total = np.bincount(parcel, share, n)
    overlapping = total > 1.0 + 1e-9
    over = np.maximum(total, 1.0)
    share = share / over[parcel]
    rest = np.maximum(1.0 - np.bincount(parcel, share, n), 0.0)
    left = np.flatnonzero(rest > _TOLERANCE)
    parcel = np.concatenate([parcel, left])
    zone = np.concatenate([zone, np.full(len(left), outside)])
    share = np.concatenate([share, rest[left]])
    order = np.lexsort((zone, parcel))
    parcel, zone, share = parcel[order], zone[order], share[order]
    names = zones.texts("name") if "name" in zones.fields else zones.ids
    shown = tuple(str(zones.ids[row] if names[row] is None else names[row]) for row in rows)
    ids = (*(str(id) for id in zones.ids[rows]), OUTSIDE_ID)
    pairs = (parcel.astype(np.int32), zone.astype(np.int32), share)
    return ZoneSet(id, ids, (*shown, OUTSIDE_NAME), *pairs, _main(parcel, zone, share, n)), int(overlapping.sum())


def _points_inside(parcels: Geometry) -> Callable[[Text], Pairs]:
    """Parcel, zone and the share of its points, of every pair that has one."""
    import shapely

    tree = shapely.STRtree(shapely.points(parcels.xy))
    count = np.diff(parcels.row)
    owner = np.repeat(np.arange(len(parcels)), count)

    def pairs(zones: Text) -> Pairs:
        zone, point = tree.query(zones, predicate="intersects")
        order = np.lexsort((zone, point))
        point, first = np.unique(point[order], return_index=True)  # on a border between zones: the first
        pair, points = np.unique(np.stack([owner[point], zone[order][first]]), axis=1, return_counts=True)
        return pair[0], pair[1], points / count[pair[0]]

    return pairs


def _areas_inside(parcels: Text) -> Callable[[Text], Pairs]:
    """Parcel, zone and area share, of every pair that shares land."""
    import shapely

    area = np.nan_to_num(shapely.area(parcels))
    tree = shapely.STRtree(parcels)
    return lambda zones: _inside(parcels, area, tree, zones)


def _inside(parcels: Text, area: Float, tree: Any, zones: Text) -> Pairs:
    import shapely

    with ThreadPoolExecutor(2) as pool:
        whole = pool.submit(tree.query, zones, predicate="covers")
        zone, parcel = tree.query(zones, predicate="intersects")
        zone_in, parcel_in = whole.result()
        pairs = np.int64(len(parcels))
        crossing = ~np.isin(zone * pairs + parcel, zone_in * pairs + parcel_in)
        zone, parcel = zone[crossing], parcel[crossing]
        clips = pool.map(shapely.intersection, np.array_split(parcels[parcel], 2), np.array_split(zones[zone], 2))
        clipped = np.concatenate([shapely.area(clip) for clip in clips])
    part = np.divide(clipped, area[parcel], out=np.zeros(len(parcel)), where=area[parcel] > 0)
    share = np.concatenate([np.ones(len(zone_in)), part])
    zone, parcel = np.concatenate([zone_in, zone]), np.concatenate([parcel_in, parcel])
    land = (share > _TOLERANCE) & (area[parcel] > 0)
    order = np.lexsort((zone[land], parcel[land]))
    return parcel[land][order], zone[land][order], np.minimum(share[land][order], 1.0)


def _main(parcel: Int, zone: Int, share: Float, n: int) -> Int32:
    """(n,) the zone of the largest share; ties to the lowest id, before the outside."""
    order = np.lexsort((zone, -np.round(share, 12), parcel))
    rows, first = np.unique(parcel[order], return_index=True)
    main = np.zeros(n, np.int32)
    main[rows] = zone[order][first]
    return main
