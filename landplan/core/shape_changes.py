"""Geometry of two versions of one layer, compared in one plane that keeps areas true."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.crs import is_plane, parsed
from landplan.core.layers import Float, Layer, Text

SAME, MOVED, RESHAPED, GAINED, LOST = range(5)
KINDS = ("same", "moved", "reshaped", "gained", "lost")
"""What became of a geometry: as it was, the same form elsewhere, another form, one where none was, none where one was."""


_WIDE_DEGREES = 20.0
"""Layers wider than this are compared in a cylinder, which no place on earth folds over."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The shapes of both layers in one plane, m; `ellipsoidal` whether areas there are those on the ellipsoid."""

    old: Text
    new: Text
    ellipsoidal: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShapeChanges:
    """By pair (k,): kind (a number of KINDS), areas and symmetric difference in m2, and how far it moved in m (NaN: no such)."""

    kind: npt.NDArray[np.int8]
    area_old_m2: Float
    area_new_m2: Float
    apart_m2: Float
    shift_m: Float


def common_plane(old: Layer, new: Layer) -> Plane:
    """Both layers in an equal-area plane around their middle (Lambert azimuthal; cylindrical for more than 20 degrees), on the
    old layer's ellipsoid.

    As they stand, with planar areas, where one lies in an unnamed plane or has no image there. Invalid polygons are made
    valid for measuring only.
    """
    if not (is_plane(old.crs) or is_plane(new.crs)):
        target = _middle(old, new)
        moved = [_projected(layer, target) for layer in (old, new)] if target else [None, None]
        if moved[0] is not None and moved[1] is not None:
            return Plane(_valid(moved[0]), _valid(moved[1]), True)
    return Plane(_valid(old.shapes), _valid(new.shapes), False)


def shape_changes(old: Text, new: Text, tolerance_m: float) -> ShapeChanges:
    """What became of each geometry (k,): as it was when no vertex, or on average no edge, moved by more than the tolerance."""
    import shapely

    kind = np.full(len(old), RESHAPED, np.int8)
    none_old, none_new = shapely.is_missing(old), shapely.is_missing(new)
    kind[none_old & none_new], kind[none_old & ~none_new], kind[~none_old & none_new] = SAME, GAINED, LOST
    open_ = np.flatnonzero(~none_old & ~none_new)
    kind[open_[shapely.equals_exact(old[open_], new[open_], tolerance=tolerance_m)]] = SAME
    open_ = open_[kind[open_] == RESHAPED]
    kind[open_[shapely.equals_exact(old[open_], new[open_], tolerance=tolerance_m, normalize=True)]] = SAME
    open_ = open_[kind[open_] == RESHAPED]
    apart, shift = np.zeros(len(old)), np.zeros(len(old))
    apart[none_old != none_new] = shift[none_old != none_new] = np.nan
    a, b = old[open_], new[open_]
    apart[open_] = shapely.area(shapely.symmetric_difference(a, b))
    edge = (shapely.length(a) + shapely.length(b)) / 2
    flat = (shapely.get_dimensions(a) == 2) & (shapely.get_dimensions(b) == 2)
    kind[open_[flat & (apart[open_] <= tolerance_m * edge)]] = SAME
    apart[kind == SAME] = 0.0
    open_ = open_[kind[open_] == RESHAPED]
    moved, by_m = _moved(old[open_], new[open_], tolerance_m)
    kind[open_[moved]] = MOVED
    shift[open_] = np.where(moved, by_m, shapely.hausdorff_distance(old[open_], new[open_]))
    return ShapeChanges(kind, shapely.area(old), shapely.area(new), apart, shift)


def _moved(old: Text, new: Text, tolerance_m: float) -> tuple[npt.NDArray[np.bool_], Float]:
    """(k,) whether the new shape laid back on the old one's middle is the old one, and by how much it was moved."""
    import shapely

    step = shapely.get_coordinates(shapely.centroid(old)) - shapely.get_coordinates(shapely.centroid(new))
    xy, row = shapely.get_coordinates(new, return_index=True)
    back = shapely.set_coordinates(new.copy(), xy + step[row])
    edge = (shapely.length(old) + shapely.length(new)) / 2
    flat = (shapely.get_dimensions(old) == 2) & (shapely.get_dimensions(new) == 2)
    near = np.asarray(shapely.equals_exact(old, back, tolerance=2 * tolerance_m, normalize=True), bool)
    left = np.flatnonzero(flat & ~near & (np.abs(shapely.area(old) - shapely.area(new)) <= tolerance_m * edge))
    near[left] = shapely.area(shapely.symmetric_difference(old[left], _valid(back[left]))) <= tolerance_m * edge[left]
    return near, np.hypot(step[:, 0], step[:, 1])


def _middle(old: Layer, new: Layer) -> str | None:
    """PROJ text of the equal-area plane around both layers, None where they have no place on the ellipsoid."""
    corners = [_corners_degrees(layer) for layer in (old, new) if len(layer.geometry.xy)]
    if not corners or not all(np.isfinite(one).all() for one in corners):
        return None
    low, high = np.min(corners, axis=(0, 1)), np.max(corners, axis=(0, 1))
    lon, lat = (low + high) / 2
    ellipsoid = parsed(old.crs).ellipsoid
    size = f"+a={ellipsoid.semi_major_metre!r} +b={ellipsoid.semi_minor_metre!r}"
    place = f"laea +lat_0={lat:.1f}" if max(high - low) < _WIDE_DEGREES else f"cea +lat_ts={lat:.1f}"
    return f"+proj={place} +lon_0={lon:.1f} {size} +units=m +no_defs"


def _corners_degrees(layer: Layer) -> Float:
    xy = layer.geometry.xy
    low, high = xy.min(axis=0), xy.max(axis=0)
    x, y = _transformer(layer.crs, None).transform([low[0], high[0], low[0], high[0]], [low[1], high[1], high[1], low[1]])
    return np.column_stack([x, y])


def _projected(layer: Layer, target: str) -> Text | None:
    xy = layer.geometry.xy
    x, y = _transformer(layer.crs, target).transform(xy[:, 0], xy[:, 1])
    there = np.column_stack([x, y])
    if not np.isfinite(there).all():
        return None
    return replace(layer, geometry=replace(layer.geometry, xy=np.ascontiguousarray(there))).shapes


@cache
def _transformer(source: str, target: str | None) -> Any:
    """To a plane on the same ellipsoid as the source's (no shift of datum), or to degrees."""
    import pyproj

    system = parsed(source)
    there = system.geodetic_crs if target is None else pyproj.CRS.from_proj4(target)
    return pyproj.Transformer.from_crs(system, there, always_xy=True)


def _valid(shapes: Text) -> Text:
    """The shapes, invalid polygons made valid."""
    import shapely

    wrong = np.flatnonzero(~shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2))
    if len(wrong):
        shapes = shapes.copy()
        shapes[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    return shapes
