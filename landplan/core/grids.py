"""Grids without a code: a city's own coordinate system, its parameters kept by the user under a name.

A recipe, project or package carries `grid:NAME` and never the parameters. What is measured in such a grid is planar; the
parameters serve to bring layers into it and out of it.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from landplan.core.crs import parsed, reprojected
from landplan.core.layers import Float
from landplan.core.scheme import Part

Pair = tuple[float, float]
Triple = tuple[float, float, float]
_ROUNDS = 6
_ENOUGH_M, _ENOUGH_DEGREES = 1e-6, 1e-11
"""Steps of the inverse, and the last one's size; each makes the rest about 10⁵ times smaller, so that two do."""


class TextGrid(Part):
    """A grid given as a PROJ string or WKT."""

    proj: str | None = None
    wkt: str | None = None

    @model_validator(mode="after")
    def _one(self) -> TextGrid:
        if bool(self.proj) == bool(self.wkt):
            raise ValueError("proj or wkt")
        return self

    @property
    def to(self) -> str:
        return self.proj or self.wkt or ""

    def forward(self, xy: Float) -> Float:
        """(v, 2) coordinates of the grid as coordinates in `to`."""
        return xy

    inverse = forward


class _Fitted(Part):
    points: int = 0
    """How many control points it was fitted to."""
    rmse_mm: float | None = None
    """√(Σ(vx² + vy²)/n) of these points, mm."""
    box: tuple[float, float, float, float] | None = None
    """West, south, east, north of the control points in the grid."""

    def beyond(self, xy: Float) -> int:
        """How many of the (v, 2) coordinates lie farther from the control points' box than it is wide or high."""
        if self.box is None or not len(xy):
            return 0
        low, high = np.array(self.box[:2]), np.array(self.box[2:])
        reach = float((high - low).max())
        return int(((xy < low - reach) | (xy > high + reach)).any(axis=1).sum())


class PlaneGrid(_Fitted):
    """Four parameters: X = X₀ + s·(cos θ·(x − x₀) − sin θ·(y − y₀)), Y = Y₀ + s·(sin θ·(x − x₀) + cos θ·(y − y₀)).

    x east, y north; θ turns from the grid's east towards its north.
    """

    model: Literal[4]
    to: str
    from_origin: Pair
    to_origin: Pair
    rotation_deg: float
    scale: Annotated[float, Field(gt=0)]

    def forward(self, xy: Float) -> Float:
        """(v, 2) coordinates of the grid as coordinates in `to`."""
        out: Float = (xy - np.array(self.from_origin)) @ self._turned.T * self.scale + np.array(self.to_origin)
        return out

    def inverse(self, xy: Float) -> Float:
        """(v, 2) coordinates in `to` as coordinates of the grid."""
        out: Float = (xy - np.array(self.to_origin)) @ self._turned / self.scale + np.array(self.from_origin)
        return out

    @property
    def _turned(self) -> Float:
        angle = np.radians(self.rotation_deg)
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


class HelmertGrid(_Fitted):
    """Seven parameters (Bursa-Wolf, position vector): X' = T + (1 + ds)·(X + r × X) between two ellipsoids.

    `source` is the grid as it stands on its own ellipsoid (projected, or longitude and latitude). Source: EPSG Guidance Note
    7-2, method 9606.
    """

    model: Literal[7]
    source: str
    to: str
    shift_m: Triple
    rotation_seconds: Triple
    scale_ppm: float

    def forward(self, xy: Float) -> Float:
        """(v, 2) coordinates of the grid as coordinates in `to`; heights are those of the ellipsoid."""
        return from_geocentric(self.moved(to_geocentric(xy, self.source)), self.to)[:, :2]

    def inverse(self, xy: Float) -> Float:
        """(v, 2) coordinates in `to` as coordinates of the grid: the inverse of `forward`, whatever height that leads to."""
        first = self._back(xy)
        guess, enough = first, _ENOUGH_DEGREES if parsed(self.source).is_geographic else _ENOUGH_M
        for _ in range(_ROUNDS):
            step = first - self._back(self.forward(guess))
            guess = guess + step
            if not len(step) or not np.isfinite(step).all() or np.abs(step).max() < enough:
                break
        return guess

    def moved(self, xyz: Float) -> Float:
        """(n, 3) geocentric metres on the grid's ellipsoid as those on the other."""
        out: Float = xyz @ self._matrix.T + np.array(self.shift_m)
        return out

    def moved_back(self, xyz: Float) -> Float:
        """(n, 3) geocentric metres on the other ellipsoid as those on the grid's: the exact inverse of `moved`."""
        return np.asarray(np.linalg.solve(self._matrix, (xyz - np.array(self.shift_m)).T).T, np.float64)

    def _back(self, xy: Float) -> Float:
        return from_geocentric(self.moved_back(to_geocentric(xy, self.to)), self.source)[:, :2]

    @property
    def _matrix(self) -> Float:
        rx, ry, rz = np.radians(np.array(self.rotation_seconds) / 3600.0)
        turned: Float = np.array([[1.0, -rz, ry], [rz, 1.0, -rx], [-ry, rx, 1.0]])
        return turned * (1.0 + self.scale_ppm * 1e-6)


Grid = TextGrid | PlaneGrid | HelmertGrid


class Grids(Part):
    """The grids a user keeps, by name."""

    grids: dict[str, Grid] = {}


def between(xy: Float, source: Grid | str, target: Grid | str, where: str) -> Float:
    """(v, 2) coordinates, x east and y north, from a grid or CRS to another; InputError when a vertex has no image."""
    start, goal = (one if isinstance(one, str) else one.to for one in (source, target))
    here = xy if isinstance(source, str) else source.forward(xy)
    there = reprojected(here, start, goal, where)
    return there if isinstance(target, str) else target.inverse(there)


def to_geocentric(at: Float, crs: str) -> Float:
    """(n, 2 or 3) east and north or longitude and latitude, and height over the ellipsoid (0 without), as (n, 3) geocentric m."""
    degrees, cart = _steps(crs)
    lon, lat = (at[:, 0], at[:, 1]) if degrees is None else degrees.transform(at[:, 0], at[:, 1], direction="INVERSE")
    height = at[:, 2] if at.shape[1] == 3 else np.zeros(len(at))
    return np.column_stack(cart.transform(lon, lat, height)).astype(np.float64)


def from_geocentric(xyz: Float, crs: str) -> Float:
    """(n, 3) geocentric metres as (n, 3) east and north or longitude and latitude in the CRS, and height above its ellipsoid."""
    degrees, cart = _steps(crs)
    lon, lat, height = cart.transform(xyz[:, 0], xyz[:, 1], xyz[:, 2], direction="INVERSE")
    x, y = (lon, lat) if degrees is None else degrees.transform(lon, lat)
    return np.column_stack([x, y, height]).astype(np.float64)


@cache
def _steps(crs: str) -> tuple[Any, Any]:
    """From degrees on the CRS's own datum to its plane (None where it is degrees), and from degrees to geocentric metres."""
    import pyproj

    system = parsed(crs)
    if system.is_bound:
        system = system.source_crs
    major, minor = system.ellipsoid.semi_major_metre, system.ellipsoid.semi_minor_metre
    cart = "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
    cart += f"+step +proj=cart +a={major!r} +b={minor!r}"
    degrees = None
    if not system.is_geographic:
        degrees = pyproj.Transformer.from_crs(system.geodetic_crs, system, always_xy=True)
    return degrees, pyproj.Transformer.from_pipeline(cart)
