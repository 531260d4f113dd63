"""Which row of one layer is which row of another: by a key, else by shape."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.layers import Float, Int, Text

HALF = 0.5
"""Shapes are the same plot when more than half of what they cover together is common: each has one partner at most."""
_NONE = np.empty((0, 2), np.int64)
_NOTHING = np.array(None, object)


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Pairs of overlapping shapes: a (m,) and b (m,) their rows, common_m2 (m,), and the areas of all shapes."""

    a: Int
    b: Int
    common_m2: Float
    area_a_m2: Float
    area_b_m2: Float

    @property
    def iou(self) -> Float:
        """(m,) common area over the area covered by both."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.common_m2 / (self.area_a_m2[self.a] + self.area_b_m2[self.b] - self.common_m2)


def repeated(keys: Sequence[str | None]) -> dict[str, int]:
    """Every key that stands more than once, with its count, in their order."""
    return {key: n for key, n in Counter(keys).items() if n > 1 and key is not None}


def key_pairs(old: Sequence[str | None], new: Sequence[str | None]) -> Int:
    """(k, 2) rows with the same key, where it stands once on both sides; in the order of the old rows."""
    once_old, once_new = (_once(keys) for keys in (old, new))
    return _pairs((row, once_new[key]) for key, row in once_old.items() if key in once_new)


def unkeyed(keys: Sequence[str | None], other: Sequence[str | None]) -> Int:
    """The rows that a key cannot tell: without one, or with one that stands more than once on either side."""
    if None not in keys and None not in other and len(set(keys)) == len(keys) and len(set(other)) == len(other):
        return np.empty(0, np.int64)
    several = repeated(keys).keys() | repeated(other).keys()
    return np.array([row for row, key in enumerate(keys) if key is None or key in several], np.int64)


def equal_pairs(old: Iterable[Hashable | None], new: Iterable[Hashable | None]) -> Int:
    """(k, 2) positions of equal values: the first with the first, the second with the second; None equals nothing."""
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, value in enumerate(new):
        if value is not None:
            places[value].append(row)
    queues = {value: iter(rows) for value, rows in places.items()}
    found = ((row, next(queues[value], -1)) for row, value in enumerate(old) if value in queues)
    return _pairs(pair for pair in found if pair[1] >= 0)


def shape_pairs(old: Text, new: Text) -> Int:
    """(k, 2) rows of the same shape: equal ones first, then polygons that share more than half of what both cover."""
    if not len(old) or not len(new):
        return _NONE
    equal = equal_shapes(old, new)
    left, right = rest(len(old), equal[:, 0]), rest(len(new), equal[:, 1])
    near = _best(overlaps(old[left], new[right], least=HALF))
    return np.concatenate([equal, np.column_stack([left[near[:, 0]], right[near[:, 1]]])])


def equal_shapes(old: Text, new: Text) -> Int:
    """(k, 2) rows of exactly the same shape, wherever its rings begin."""
    import shapely

    forms = (shapely.to_wkb(shapely.normalize(shapes)).tolist() for shapes in (old, new))
    return equal_pairs(*forms)


def rest(n: int, taken: Int) -> Int:
    """The rows from 0 to n that are not taken."""
    free = np.ones(n, bool)
    free[taken] = False
    return np.flatnonzero(free)


def overlaps(old: Text, new: Text, least: float = 0.0, inside: float = 0.0) -> Overlaps:
    """Every pair of polygons with more than `least` of what both cover, and at least `inside` of the smaller one, in common.

    Shapes must be valid; None has no partner. A pair is not looked at closely when even the common part of the two bounding
    boxes would be too little.
    """
    import shapely

    areas = tuple(np.nan_to_num(shapely.area(shapes)) for shapes in (old, new))
    flat = [np.where(area > 0, shapes, _NOTHING) for shapes, area in zip((old, new), areas, strict=True)]
    b, a = shapely.STRtree(flat[0]).query(flat[1]) if len(old) and len(new) else (_NONE[:, 0], _NONE[:, 0])
    most = np.minimum(_common_box(flat[0][a], flat[1][b]), np.minimum(areas[0][a], areas[1][b]))
    smaller = np.minimum(areas[0][a], areas[1][b])
    possible = (most > least * (areas[0][a] + areas[1][b] - most)) & (most >= inside * smaller)
    a, b = a[possible], b[possible]
    found = Overlaps(a, b, shapely.area(shapely.intersection(flat[0][a], flat[1][b])), *areas)
    kept = (found.common_m2 > 0) & (found.iou > least) & (found.common_m2 >= inside * smaller[possible])
    return Overlaps(a[kept], b[kept], found.common_m2[kept], *areas)


def _common_box(a: Text, b: Text) -> Float:
    import shapely

    one, other = shapely.bounds(a), shapely.bounds(b)
    sides = np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2])
    area: Float = np.prod(np.maximum(sides, 0.0), axis=1)
    return area


def _best(found: Overlaps) -> Int:
    """(k, 2) each row once, the greatest common share first; the order of the two sides does not matter."""
    order = np.lexsort([np.maximum(found.a, found.b), np.minimum(found.a, found.b), -np.round(found.iou, 9)])
    taken: tuple[set[int], set[int]] = set(), set()
    pairs = []
    for a, b in zip(found.a[order].tolist(), found.b[order].tolist(), strict=True):
        if a not in taken[0] and b not in taken[1]:
            taken[0].add(a)
            taken[1].add(b)
            pairs.append((a, b))
    return _pairs(pairs)


def _once(keys: Sequence[str | None]) -> dict[str, int]:
    count = Counter(keys)
    return {key: row for row, key in enumerate(keys) if key is not None and count[key] == 1}


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> Int:
    return np.array(list(pairs), np.int64).reshape(-1, 2)
