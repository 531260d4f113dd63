"""Whether coordinates can be what the file says they are: found before anything is measured, never mended unasked."""

from __future__ import annotations

import numpy as np

from landplan.core.crs import area_of_use_degrees, is_plane, parsed
from landplan.core.crs_names import crs_word
from landplan.core.errors import Issue
from landplan.core.layers import Float

_FAR_DEGREES = 3.0
"""Layers may reach this far over the edge of their CRS's area of use, as neighbouring zones are often used in practice."""
_MILLION = 1e6
_ENOUGH = 100_000
"""So many vertices tell where a layer lies."""
_MERCATOR_M = 20_037_508.342789244
"""Half the width of the world in Web Mercator."""


def implausible(xy: Float, crs: str, role: str) -> tuple[Issue, ...]:
    """An Issue of weight "blocks" where the coordinates cannot be in `crs`; looked at: the middle 90 % of the vertices, of
    100,000 or so that are spread evenly where there are more."""
    if is_plane(crs) or not len(xy):
        return ()
    low, high = np.percentile(_spread(xy), (5, 95), axis=0)
    system = parsed(crs)
    cause = _degrees(low, high, crs) if system.is_geographic else _metres(low, high, crs)
    if cause is None:
        return ()
    middle = (low + high) / 2
    values = {"crs": crs_word(crs), "x": round(float(middle[0]), 4), "y": round(float(middle[1]), 4)}
    return (Issue(cause[0], role, "blocks", values={**values, **cause[1]}),)


def _spread(xy: Float) -> Float:
    return xy[:: max(1, len(xy) // _ENOUGH)]


def guessed_crs(xy: Float) -> str:
    """The CRS that Chinese data without one most likely has, as a suggestion; "" when none is likely."""
    if not len(xy):
        return ""
    x, y = np.median(_spread(xy), axis=0)
    if 70 <= x <= 140 and 15 <= y <= 55:
        return "EPSG:4490"
    if not 1.5e6 < y < 6.5e6:
        return ""
    if 25e6 < x < 46e6 and 2.5e5 < x % _MILLION < 7.5e5:
        return f"EPSG:{4513 + int(x // _MILLION) - 25}"
    if 8.1e6 < x < 15.1e6:
        return "EPSG:3857"
    return "EPSG:4549" if 2.5e5 < x < 7.5e5 else ""


def _degrees(low: Float, high: Float, crs: str) -> tuple[str, dict[str, object]] | None:
    size = np.maximum(np.abs(low), np.abs(high))
    if size[0] > 361 or size[1] > 361:
        return "metres_as_degrees", {"fix": guessed_crs(np.array([low, high]))}
    if _inside(low, high, crs):
        return None
    if _inside(low[::-1], high[::-1], crs):
        return "axes_swapped", {}
    return "outside_area_of_use", {}


def _metres(low: Float, high: Float, crs: str) -> tuple[str, dict[str, object]] | None:
    if (np.abs(np.array([low, high])) <= 361).all() and _looks_like_degrees(low, high):
        return "degrees_as_metres", {"fix": "EPSG:4490"}
    if _projected_inside(low, high, crs):
        return None
    zone = _zone_prefix(crs)
    if _projected_inside(low[::-1], high[::-1], crs):
        return "axes_swapped", {}
    if _mercator_inside(low, high, crs):
        return "mercator_as_metres", {"fix": "EPSG:3857"}
    if zone is None and 13 * _MILLION < low[0] < 46 * _MILLION and low[0] // _MILLION == high[0] // _MILLION:
        return "zone_prefix", {"zone": int(low[0] // _MILLION), "fix": guessed_crs(np.array([low, high]))}
    if zone is not None and 0 < low[0] < _MILLION:
        return "zone_prefix_missing", {"zone": zone}
    return "outside_area_of_use", {}


def _looks_like_degrees(low: Float, high: Float) -> bool:
    """Whether they are a place on land as China knows it, or a spread too small to be metres."""
    both = (low, high), (low[::-1], high[::-1])
    in_china = any(70 <= a[0] <= b[0] <= 140 and 3 <= a[1] <= b[1] <= 55 for a, b in both)
    narrow = bool(np.all(high - low < 5))
    return bool(in_china) or narrow


def _zone_prefix(crs: str) -> int | None:
    """The zone number in front of the eastings (EPSG:4528 → 40), or None."""
    for step in parsed(crs).coordinate_operation.params if parsed(crs).coordinate_operation else ():
        if step.name == "False easting" and step.value > 2 * _MILLION:
            return int(step.value // _MILLION)
    return None


def _inside(low: Float, high: Float, crs: str) -> bool:
    """Whether a box in degrees, x = longitude, lies in the CRS's area of use or near it."""
    if max(abs(low[1]), abs(high[1])) > 90:
        return False
    use = area_of_use_degrees(crs)
    if use is None:
        return bool(max(abs(low[0]), abs(high[0])) <= 180)
    west, south, east, north = use
    wide = _FAR_DEGREES
    tall = low[1] >= south - wide and high[1] <= north + wide
    return bool(tall and (west > east or (low[0] >= west - wide and high[0] <= east + wide)))


def _mercator_inside(low: Float, high: Float, crs: str) -> bool:
    """Whether a box lies in the CRS's area of use itself once it is taken for Web Mercator."""
    use = area_of_use_degrees(crs)
    if use is None or not (np.abs(np.array([low, high])) < _MERCATOR_M).all() or np.abs(low[0]) < _MILLION:
        return False
    west, east = (180 * x / _MERCATOR_M for x in (low[0], high[0]))
    south, north = (np.degrees(2 * np.arctan(np.exp(y * np.pi / _MERCATOR_M)) - np.pi / 2) for y in (low[1], high[1]))
    return bool(use[0] <= west and east <= use[2] and use[1] <= south and north <= use[3])


def _projected_inside(low: Float, high: Float, crs: str) -> bool:
    """Whether the corners of a box in the CRS, taken to degrees, lie in its area of use or near it."""
    import pyproj

    system = parsed(crs)
    try:
        to_degrees = pyproj.Transformer.from_crs(system, system.geodetic_crs, always_xy=True)
    except pyproj.exceptions.ProjError:
        return False
    x, y = to_degrees.transform([low[0], high[0], low[0], high[0]], [low[1], high[1], high[1], low[1]])
    corners = np.column_stack([x, y])
    if not np.isfinite(corners).all():
        return False
    back = pyproj.Transformer.from_crs(system.geodetic_crs, system, always_xy=True).transform(x, y)
    if not np.allclose(np.column_stack(back)[:2], [low, high], atol=1.0):
        return False
    return _inside(corners.min(axis=0), corners.max(axis=0), crs)
