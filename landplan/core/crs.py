"""Coordinate systems as text, and the questions landplan asks of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import InputError

if TYPE_CHECKING:
    from landplan.core.layers import Float

PLANE, GRID = "plane:", "grid:"
"""What a CRS text begins with that is one unnamed plane in metres, or a grid whose parameters the user keeps under a name."""


def is_plane(crs: str) -> bool:
    """Whether what is measured in this is planar and not georeferenced: one unnamed plane in metres, or a user's own grid."""
    return crs.startswith((PLANE, GRID))


def is_grid(crs: str) -> bool:
    """Whether the text names a grid whose parameters the user keeps (`core.grids`)."""
    return crs.startswith(GRID)


def plane_name(crs: str) -> str:
    """The name of a plane or of a user's own grid."""
    return crs.partition(":")[2]


@cache
def parsed(crs: str) -> Any:
    """The pyproj CRS of a text; InputError when pyproj does not know it, or when it is a plane, which is none."""
    import pyproj

    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise InputError("crs_unknown", crs=crs) from error


def check_measuring_crs(crs: str, where: str) -> str:
    """The CRS when it can be measured in: projected, metres, or a plane; InputError if not."""
    if is_plane(crs):
        return crs
    system = parsed(crs)
    metres = system.is_projected and all(abs(axis.unit_conversion_factor - 1.0) < 1e-12 for axis in system.axis_info[:2])
    if not metres or system.to_epsg() == 3857:
        raise InputError("crs_not_metric", where, crs=crs, name=system.name)
    return crs


def same(a: str, b: str) -> bool:
    """Whether two texts name one CRS."""
    if a == b:
        return True
    if is_plane(a) or is_plane(b):
        return False
    return bool(parsed(a).equals(parsed(b), ignore_axis_order=True))


def reprojected(xy: Float, source: str, target: str, where: str) -> Float:
    """(v, 2) coordinates, x east and y north, from one CRS to another; InputError when a vertex has no image."""
    if same(source, target):
        return xy
    if is_plane(source) or is_plane(target):
        raise InputError("plane_cannot_reproject", where, source=source, target=target)
    x, y = _transformer(source, target).transform(xy[:, 0], xy[:, 1])
    out = np.column_stack([x, y]).astype(np.float64)
    if not np.isfinite(out).all():
        raise InputError("crs_no_image", where, source=source, target=target, n=int((~np.isfinite(out).all(axis=1)).sum()))
    return out


def area_of_use_degrees(crs: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the area a CRS is made for, or None when it states none."""
    use = None if is_plane(crs) else parsed(crs).area_of_use
    return None if use is None else (use.west, use.south, use.east, use.north)


@cache
def _transformer(source: str, target: str) -> Any:
    import pyproj

    return pyproj.Transformer.from_crs(parsed(source), parsed(target), always_xy=True)
