"""Curves of drawings as chords, in space: arcs, bulges, ellipses and splines."""

from __future__ import annotations

import math

import numpy as np

from landplan.core.layers import Float

_STEP = math.radians(1.0)
"""A chord an arc's degree leaves it by at most r / 26 262."""
_MOST_DEGREE, _MOST_CHORDS, _MOST_POINTS, _FINE = 25, 128, 200_000, 1e-5


def axes(normal: tuple[float, float, float]) -> Float | None:
    """(3, 3) matrix from the coordinates of an object whose plane has this normal to those of the world; None when they are
    the same.

    Rule of DXF ("arbitrary axis"): where the normal is within 1/64 of the z axis, x is y × normal, else z × normal.
    """
    if normal == (0.0, 0.0, 1.0) or not any(normal):
        return None
    z = np.array(normal) / np.linalg.norm(normal)
    up = np.array([0.0, 1.0, 0.0]) if abs(z[0]) < 1 / 64 and abs(z[1]) < 1 / 64 else np.array([0.0, 0.0, 1.0])
    x = np.cross(up, z)
    x /= np.linalg.norm(x)
    return np.column_stack([x, np.cross(z, x), z])


def arc(centre: tuple[float, float, float], radius: float, start: float, sweep: float) -> Float:
    """(n, 3) points of an arc; start and sweep in radians, a negative sweep is clockwise."""
    angle = start + np.linspace(0.0, sweep, _chords(sweep) + 1)
    x, y, z = centre
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle), np.full(len(angle), z)])


def ellipse(centre: Float, major: Float, minor: Float, start: float, sweep: float) -> Float:
    """(n, 3) points centre + major · cos t + minor · sin t."""
    t = (start + np.linspace(0.0, sweep, _chords(sweep) + 1))[:, None]
    return np.asarray(centre + major * np.cos(t) + minor * np.sin(t))


def bulged(points: Float, bulges: list[float], closed: bool) -> Float:
    """(n, 3) points of a polyline whose segments with a bulge b are arcs of the angle 4 · atan b (positive: to the left).

    closed: its last segment leads back to its first point, which is then repeated at the end.
    """
    count = len(points) if closed else len(points) - 1
    if not any(bulges[:count]):
        return np.vstack([points, points[:1]]) if closed else points
    out = [points[:1]]
    for k in range(count):
        a, b = points[k], points[(k + 1) % len(points)]
        out.append(_segment(a, b, bulges[k])[1:])
    return np.concatenate(out)


def _segment(a: Float, b: Float, bulge: float) -> Float:
    chord = b[:2] - a[:2]
    if not bulge or not chord.any():
        return np.array([a, b])
    sweep = 4.0 * math.atan(bulge)
    across = np.array([-chord[1], chord[0]])
    centre = (a[:2] + b[:2]) / 2 + across * (1 - bulge * bulge) / (4 * bulge)
    start = math.atan2(a[1] - centre[1], a[0] - centre[0])
    out = arc((float(centre[0]), float(centre[1]), float(a[2])), float(np.hypot(*(a[:2] - centre))), start, sweep)
    out[0], out[-1] = a, b
    return out


def _chords(sweep: float) -> int:
    """Chords of at most a degree, two or more, so that two flat arcs enclose something; ValueError for very many turns."""
    if abs(sweep) > 100:
        raise ValueError(sweep)
    return max(math.ceil(abs(sweep) / _STEP - 1e-9), 2)


def spline(degree: int, knots: list[float], control: list[tuple[float, float, float]], weights: list[float]) -> Float:
    """(n, 3) points of a B-spline, rational where it has weights: chords that leave it by at most 1/100 000 of its size.

    ValueError where its numbers do not belong together.
    """
    u, points = np.array(knots), np.array(control)
    if not 1 <= degree <= _MOST_DEGREE or len(points) <= degree or len(u) != len(points) + degree + 1 or (np.diff(u) < 0).any():
        raise ValueError
    if weights and len(weights) != len(points):
        raise ValueError
    w = np.array(weights or np.ones(len(points)))[:, None]
    homogeneous = np.hstack([points * w, w])
    spans = np.unique(u[degree : len(points) + 1])
    if len(spans) < 2:
        raise ValueError
    near, n = _FINE * float(np.ptp(points, axis=0).max()), 4
    while True:
        out = _at(u, homogeneous, degree, _between(spans, 2 * n))
        off = np.linalg.norm(out[1::2] - (out[:-1:2] + out[2::2]) / 2, axis=1)
        if n >= _MOST_CHORDS or len(out) > _MOST_POINTS or float(off.max()) <= near:
            return out
        n *= 2


def _between(spans: Float, n: int) -> Float:
    """n parameters of each span, and the end."""
    inner = spans[:-1, None] + np.diff(spans)[:, None] * (np.arange(n) / n)
    return np.append(inner.ravel(), spans[-1])


def _at(u: Float, homogeneous: Float, degree: int, t: Float) -> Float:
    """de Boor's algorithm for all parameters at once."""
    k = np.clip(np.searchsorted(u, t, "right") - 1, degree, len(homogeneous) - 1)
    d = [homogeneous[k - degree + j] for j in range(degree + 1)]
    for r in range(1, degree + 1):
        for j in range(degree, r - 1, -1):
            low, high = u[k - degree + j], u[k + 1 + j - r]
            width = high - low
            share = np.divide(t - low, width, out=np.zeros_like(t), where=width > 0)[:, None]
            d[j] = (1 - share) * d[j - 1] + share * d[j]
    last = d[degree]
    if not (last[:, 3] > 0).all():
        raise ValueError
    return np.asarray(last[:, :3] / last[:, 3:])
