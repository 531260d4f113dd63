"""Ellipsoidal area beside the planar one: what a parcel measures on the ground whatever the projection enlarges."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from landplan.core.crs import is_plane, parsed
from landplan.core.layers import Float, Layer


def ellipsoidal_m2(layer: Layer) -> Float:
    """(n,) area on the ellipsoid of the layer's CRS, m2; NaN without geometry, and everywhere in an unnamed plane.

    Formula: the rings in a cylindrical equal-area projection of the same ellipsoid (true to the ellipsoid's area; edges of
    parcels are short enough that straight and geodesic edges differ by less than 1e-8), shoelace with holes subtracted.
    Source: Snyder 1987, Map Projections – A Working Manual, ch. 10.
    """
    if is_plane(layer.crs):
        return np.full(len(layer), np.nan)
    import shapely

    transformer = _equal_area(layer.crs)
    moved = shapely.transform(layer.shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
    area: Float = shapely.area(moved).astype(np.float64)
    area[np.diff(layer.geometry.row) == 0] = np.nan
    return area


@cache
def _equal_area(crs: str) -> Any:
    import pyproj

    system = parsed(crs)
    ellipsoid = system.ellipsoid
    target = f"+proj=cea +lat_ts=31 +lon_0=121 +a={ellipsoid.semi_major_metre!r} +b={ellipsoid.semi_minor_metre!r} +units=m"
    return pyproj.Transformer.from_crs(system, pyproj.CRS.from_proj4(target), always_xy=True)
