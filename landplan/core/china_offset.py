"""The offsets of Chinese web maps, GCJ-02 and BD-09, and their undoing: for finding a shift of some hundred metres and
taking it back, not for surveying.

GCJ-02 moves a WGS 84 longitude x and latitude y by (Δx, Δy), with u = x − 105, v = y − 35, t = 1 − e² sin² y:

    E = 300 + u + 2v + 0.1u² + 0.1uv + 0.1√|u| + S(u) + 20 (sin πu + 2 sin πu/3) ⅔ + (150 sin πu/12 + 300 sin πu/30) ⅔
    N = −100 + 2u + 3v + 0.2v² + 0.1uv + 0.2√|u| + S(u) + 20 (sin πv + 2 sin πv/3) ⅔ + (160 sin πv/12 + 320 sin πv/30) ⅔
    S(u) = 20 (sin 6πu + sin 2πu) ⅔,   Δx = E √t / (a cos y),   Δy = N t^1.5 / (a (1 − e²)),   both in radians

with a = 6378245 m, e² = 0.00669342162296594323 (Krasovsky). BD-09 turns and stretches GCJ-02 about 0° E 0° N by a few
1e-5 and adds 0.0065°, 0.006°. Neither was ever published by its makers. The formulae are those that public libraries agree
on (googollee/eviltransform, wandergis/coordtransform: `landplan self-test` recomputes their test vectors); what a map service
really applied may differ by metres. The inverse here is exact for these formulae: ≤ 1e-5 m there and back.

Everywhere: (n, 2) degrees, longitude before latitude; outside the box around China, and where a coordinate is not a number,
the coordinates come back as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float

_A_M = 6378245.0
_E2 = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_TURN = np.pi * 3000.0 / 180.0
_STEPS = 30
_STILL_DEGREES = 1e-13
"""1e-8 m: where the fixed point stands still in double precision."""


def wgs84_to_gcj02(degrees: Float) -> Float:
    """GCJ-02 of WGS 84 coordinates (CGCS2000 is the same within centimetres)."""
    return _inside_china(degrees, _gcj02)


def gcj02_to_wgs84(degrees: Float) -> Float:
    """WGS 84 of GCJ-02 coordinates."""
    return _inside_china(degrees, lambda shifted: _inverse(_gcj02, shifted))


def gcj02_to_bd09(degrees: Float) -> Float:
    """BD-09 of GCJ-02 coordinates."""
    return _inside_china(degrees, _bd09)


def bd09_to_gcj02(degrees: Float) -> Float:
    """GCJ-02 of BD-09 coordinates."""
    return _inside_china(degrees, lambda shifted: _inverse(_bd09, shifted))


def wgs84_to_bd09(degrees: Float) -> Float:
    """BD-09 of WGS 84 coordinates."""
    return gcj02_to_bd09(wgs84_to_gcj02(degrees))


def bd09_to_wgs84(degrees: Float) -> Float:
    """WGS 84 of BD-09 coordinates."""
    return gcj02_to_wgs84(bd09_to_gcj02(degrees))


CONVERSIONS: dict[str, Callable[[Float], Float]] = {
    function.__name__: function
    for function in (wgs84_to_gcj02, gcj02_to_wgs84, wgs84_to_bd09, bd09_to_wgs84, gcj02_to_bd09, bd09_to_gcj02)
}
"""Every conversion by its name."""


def in_china(degrees: Float) -> npt.NDArray[np.bool_]:
    """(n,) whether a coordinate lies in the box within which Chinese web maps are shifted."""
    x, y = degrees[:, 0], degrees[:, 1]
    return np.asarray((x > _WEST) & (x < _EAST) & (y > _SOUTH) & (y < _NORTH))


def _inside_china(degrees: Float, moved: Callable[[Float], Float]) -> Float:
    out = np.array(degrees, np.float64)
    inside = in_china(out)
    out[inside] = moved(out[inside])
    return out


def _inverse(forward: Callable[[Float], Float], shifted: Float) -> Float:
    """w with forward(w) = shifted, by w ← w + (shifted − forward(w)): each step is nearer by a factor of 50 or more."""
    found = shifted
    for _ in range(_STEPS):
        short = shifted - forward(found)
        found = found + short
        if not len(found) or np.abs(short).max() < _STILL_DEGREES:
            break
    return found


def _gcj02(degrees: Float) -> Float:
    x, y = degrees[:, 0], degrees[:, 1]
    u, v = x - 105.0, y - 35.0
    root, both = np.sqrt(np.abs(u)), _wave(u, 20.0, 6.0) + _wave(u, 20.0, 2.0)
    east_m = 300.0 + u + 2.0 * v + 0.1 * u * u + 0.1 * u * v + 0.1 * root + both
    east_m += _wave(u, 20.0, 1.0) + _wave(u, 40.0, 1 / 3) + _wave(u, 150.0, 1 / 12) + _wave(u, 300.0, 1 / 30)
    north_m = -100.0 + 2.0 * u + 3.0 * v + 0.2 * v * v + 0.1 * u * v + 0.2 * root + both
    north_m += _wave(v, 20.0, 1.0) + _wave(v, 40.0, 1 / 3) + _wave(v, 160.0, 1 / 12) + _wave(v, 320.0, 1 / 30)
    latitude = np.radians(y)
    t = 1.0 - _E2 * np.sin(latitude) ** 2
    east = np.degrees(east_m * np.sqrt(t) / (_A_M * np.cos(latitude)))
    north = np.degrees(north_m * t**1.5 / (_A_M * (1.0 - _E2)))
    return np.column_stack([x + east, y + north])


def _wave(degrees: Float, height_m: float, turns: float) -> Float:
    return np.asarray(height_m * 2.0 / 3.0 * np.sin(turns * np.pi * degrees), np.float64)


def _bd09(degrees: Float) -> Float:
    x, y = degrees[:, 0], degrees[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])
