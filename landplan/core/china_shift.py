"""Whether a layer is shifted as Chinese web maps are: told by another layer that it fits only once the shift is undone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.china_offset import bd09_to_wgs84, gcj02_to_wgs84, in_china
from landplan.core.crs import is_plane, parsed, reprojected
from landplan.core.errors import InputError
from landplan.core.layers import Float, Geometry, Int

Mask = npt.NDArray[np.bool_]
UNDOING = {"shifted_gcj02": gcj02_to_wgs84, "shifted_bd09": bd09_to_wgs84}
_DEGREES = "EPSG:4490"
_METRES_A_DEGREE = 111_320.0
_REACH_M = 2_000.0
"""No shift is longer: 1.6 km is the most that BD-09 does in China."""
_SAMPLES, _MOST_LOOKED_AT, _MOST_OF_CONTROL = 2_000, 100_000, 100_000
_FEWEST, _FEWEST_HITS, _LEAST_SHARE, _TIMES, _LEAST_M = 8, 7, 0.5, 3.0, 100.0
_NEAR_M = (3.0, 10.0, 30.0)
"""How near counts as fitting: the same vertices, the same lines, lines digitised again."""
_STEP_M = 10.0


@dataclass(frozen=True, slots=True)
class Placed:
    """The geometry of a layer, and the CRS its coordinates are in (or claim to be)."""

    geometry: Geometry
    crs: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A suspicion: its code, the shift in metres, and the share of samples that fit the control layer, now and undone."""

    code: str
    metres: float
    share_now: float
    share_undone: float


def suspected_shift(layer: Placed, control: Placed) -> Shift | None:
    """The shift whose undoing makes `layer` fit `control` clearly better, or None.

    Up to 2,000 vertices of the layer are measured to the nearest line or point of the control layer. A shift is suspected
    when, within one of 3, 10 and 30 m, at least half of them fit once it is undone, and three times as many as fit as they
    are or after a decoy shift of the same length in the other three directions: what fits anyway (the layer itself, dense
    or regular plots) or nowhere (neighbours, unrelated layers) is no evidence. None in an unnamed plane and outside China.
    """
    if is_plane(layer.crs) or is_plane(control.crs) or not len(layer.geometry.xy) or not len(control.geometry.xy):
        return None
    from pyproj.exceptions import ProjError

    try:
        return _suspected(layer, control)
    except (InputError, ProjError):  # coordinates without an image: something else is wrong with them, and is said elsewhere
        return None


def _suspected(layer: Placed, control: Placed) -> Shift | None:
    samples = _thinned(layer.geometry.xy, _MOST_LOOKED_AT)
    window = _window(reprojected(samples, layer.crs, control.crs, "shift"), control)
    if window is None:
        return None
    near, starts = window
    here = np.unique(reprojected(samples[near], layer.crs, _DEGREES, "shift"), axis=0)
    here = _thinned(here[in_china(here)], _SAMPLES)
    if len(here) < _FEWEST:
        return None
    return _best(here, _segments(control, starts))


def _best(here: Float, segments: tuple[Float, Float]) -> Shift | None:
    """The better founded of the two shifts. here: (n, 2) degrees; segments: their ends, degrees."""
    from scipy.spatial import cKDTree

    scale = _METRES_A_DEGREE * np.array([np.cos(np.radians(here[:, 1].mean())), 1.0])
    tree = cKDTree(_points(segments[0] * scale, segments[1] * scale))

    def shares(moved: Float) -> Float:
        distance, _ = tree.query(here * scale + moved, distance_upper_bound=_REACH_M)
        return np.array([(distance <= near).mean() for near in _NEAR_M])

    now = shares(np.zeros(2))
    found = []
    for code, undo in UNDOING.items():
        move = (undo(here) - here) * scale
        decoys = [shares(turned) for turned in (-move, move[:, ::-1] * (1, -1), move[:, ::-1] * (-1, 1))]
        other, undone = np.max([now, *decoys], axis=0), shares(move)
        metres = float(np.median(np.hypot(move[:, 0], move[:, 1])))
        fits = (undone >= np.maximum(_LEAST_SHARE, _TIMES * other)) & (undone * len(here) >= _FEWEST_HITS)
        if fits.any() and metres > _LEAST_M:
            k = int(np.argmax(fits))
            found.append((-k, undone[k], Shift(code, metres, float(now[k]), float(undone[k]))))
    return max(found, key=lambda one: one[:2])[2] if found else None


def _window(samples: Float, control: Placed) -> tuple[Mask, Int] | None:
    """Which samples (m,) and which vertices of the control layer lie in one window that holds not too many of these.

    samples: (m, 2) in the control layer's CRS. The window shrinks about one of the samples within the control layer.
    """
    xy, reach = control.geometry.xy, _REACH_M / (_METRES_A_DEGREE if parsed(control.crs).is_geographic else 1.0)
    some = _thinned(xy, _MOST_OF_CONTROL)
    low, high = some.min(axis=0), some.max(axis=0)
    inside = np.flatnonzero(_within(samples, low - reach, high + reach))
    if len(inside) < _FEWEST:
        return None
    centre = samples[inside[len(inside) // 2]]
    half = np.maximum(np.abs(samples[inside] - centre).max(axis=0), reach)
    each = len(xy) / len(some)
    while _within(some, centre - half - reach, centre + half + reach).sum() * each > 2 * _MOST_OF_CONTROL:
        half = half * 0.7
        if half.max() < reach / 10:
            break
    near = _within(samples, centre - half, centre + half)
    return near, np.flatnonzero(_within(xy, centre - half - reach, centre + half + reach))


def _segments(control: Placed, starts: Int) -> tuple[Float, Float]:
    """The ends in degrees of the segments that begin at the given vertices; a last vertex or a point is its own end."""
    xy = control.geometry.xy
    last = np.zeros(len(xy) + 1, bool)
    last[control.geometry.ring] = True
    ends = np.where(last[starts + 1], starts, starts + 1)
    begin, end = (reprojected(xy[rows], control.crs, _DEGREES, "shift") for rows in (starts, ends))
    return begin, end


def _points(begin: Float, end: Float) -> Float:
    """Points along segments in metres, one every 10 m or sparser where there would be very many."""
    length = np.hypot(*(end - begin).T)
    step = max(_STEP_M, float(length.sum()) / (2 * _MOST_OF_CONTROL))
    pieces = np.maximum(np.ceil(length / step), 1).astype(np.int64)
    row = np.repeat(np.arange(len(pieces)), pieces)
    place = (np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[row]
    return np.concatenate([begin[row] + place[:, None] * (end - begin)[row], end])


def _within(xy: Float, low: Float, high: Float) -> Mask:
    return np.asarray((xy >= low).all(axis=1) & (xy <= high).all(axis=1))


def _thinned(xy: Float, most: int) -> Float:
    """At most so many rows, evenly taken."""
    return xy[:: -(-len(xy) // most) or 1]
