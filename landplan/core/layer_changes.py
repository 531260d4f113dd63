"""A new delivery of a layer against the last one: fields, rows, values, shapes and areas, each change with its feature."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue, suggestion
from landplan.core.fields import match_fields
from landplan.core.layers import Float, Int, Layer, Text
from landplan.core.row_pairs import Overlaps, equal_pairs, equal_shapes, key_pairs, overlaps, repeated, rest, shape_pairs, unkeyed
from landplan.core.shape_changes import KINDS, SAME, Plane, ShapeChanges, common_plane, shape_changes
from landplan.core.value_changes import FieldChanges, Flags, changed_cells, field_changes, plain

TOLERANCE_M = 0.001
"""Boundaries that moved by no more are as they were."""
_INSIDE = 0.9
"""A plot came from another when this share of it lay inside; a split or merged plot is covered to this share."""
_ALIKE = 0.95
"""Plots with different keys are the same ground when they have this share of what both cover in common."""

Key = tuple[str, str]
"""The field of the key in the old and in the new layer."""
Keys = tuple[list[str | None], list[str | None]]
"""The key of every old and every new row as text; None where it is missing."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """One value of a plot that changed, as it is in each layer (None: no value)."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Regrouped:
    """Rows of one side that became rows of the other: one old row and several new ones, the other way round, or one and one."""

    old: tuple[int, ...]
    new: tuple[int, ...]


Groups = tuple[Regrouped, ...]


@dataclass(frozen=True, eq=False)
class LayerChanges:
    """What became of a layer. Rows are counted from 0; rows of the old layer = kept + removed, of the new = kept + added.

    pairs (k, 2): old and new row of the same feature; by_shape (k,): found by shape, not by key. cells: field → (k,) changed.
    repeated_old, repeated_new: keys that stand more than once, with their count. renumbered, splits, merges: among removed
    and added rows, those that are the same ground. Areas are on the ellipsoid, planar when `ellipsoidal` is False.
    """

    old: Layer
    new: Layer
    key: Key | None
    keys: Keys | None
    pairs: Int
    by_shape: Flags
    removed: Int
    added: Int
    fields: FieldChanges
    cells: Mapping[str, Flags]
    shapes: ShapeChanges
    repeated_old: Mapping[str, int]
    repeated_new: Mapping[str, int]
    renumbered: Groups
    splits: Groups
    merges: Groups
    areas_old_m2: Float
    areas_new_m2: Float
    ellipsoidal: bool
    issues: tuple[Issue, ...] = ()

    @cached_property
    def changed(self) -> Int:
        """Positions in `pairs` of the features with another value or another shape."""
        values = np.logical_or.reduce(list(self.cells.values())) if self.cells else np.zeros(len(self.pairs), bool)
        return np.flatnonzero(values | (self.shapes.kind != SAME))

    @property
    def nothing(self) -> bool:
        """Whether the new layer is the old one: fields, rows, values, shapes, CRS."""
        same_rows = not (len(self.removed) or len(self.added) or len(self.changed))
        return same_rows and not self.fields and self.old.source.crs == self.new.source.crs

    @property
    def area_old_m2(self) -> float:
        return math.fsum(self.areas_old_m2[np.isfinite(self.areas_old_m2)].tolist())

    @property
    def area_new_m2(self) -> float:
        return math.fsum(self.areas_new_m2[np.isfinite(self.areas_new_m2)].tolist())

    def cell_changes(self, place: int) -> Iterator[CellChange]:
        """The values of the feature at a place of `pairs` that changed."""
        old, new = (int(row) for row in self.pairs[place])
        for field, flags in self.cells.items():
            if flags[place]:
                yield CellChange(field, self.old.table.column(field)[old].as_py(), self.new.table.column(field)[new].as_py())

    def name(self, row: int, new: bool = False) -> str:
        """How a row is called: its key, else its number counted from 1."""
        key = self.keys[1 if new else 0][row] if self.keys else None
        return key or f"#{row + 1}"

    def kinds(self) -> dict[str, int]:
        """How many kept features have their shape as it was, moved, reshaped, gained or lost."""
        return {name: int((self.shapes.kind == number).sum()) for number, name in enumerate(KINDS)}


def layer_changes(old: Layer, new: Layer, key: str | None = None, tolerance_m: float = TOLERANCE_M) -> LayerChanges:
    """The changes from one version of a layer to the next.

    key: a field that both have, by name or by what the dictionary calls it; without one, the parcel id of the dictionary
    where both layers have it. Features are the same by key; where a key is missing or repeated, and where there is none at
    all, by shape (equal, or more than half of what both cover in common); rows without key and shape by equal values.
    Swapping old and new swaps every change. InputError when a layer lacks the key.
    """
    fields = _key(old, new, key)
    keys = (_keys(old, fields[0]), _keys(new, fields[1])) if fields else None
    plane = common_plane(old, new)
    pairs, by_shape = _paired(old, new, keys, plane)
    removed, added = rest(len(old), pairs[:, 0]), rest(len(new), pairs[:, 1])
    shapes = shape_changes(plane.old[pairs[:, 0]], plane.new[pairs[:, 1]], tolerance_m)
    twice_old, twice_new = (repeated(side) for side in keys) if keys else ({}, {})
    renumbered, splits, merges = _regrouped(plane, removed, added)
    areas_old_m2, areas_new_m2 = _areas_m2(plane.old), _areas_m2(plane.new)
    return LayerChanges(
        old, new, fields, keys, pairs, by_shape, removed, added,
        field_changes(old.table, new.table, pairs), changed_cells(old.table, new.table, pairs), shapes,
        twice_old, twice_new, renumbered, splits, merges,
        areas_old_m2, areas_new_m2, plane.ellipsoidal, (*old.issues, *new.issues),
    )  # fmt: skip


def _key(old: Layer, new: Layer, wanted: str | None) -> Key | None:
    ids = [match_fields(list(layer.fields)).get("id") for layer in (old, new)]
    if wanted is None:
        return (ids[0], ids[1]) if ids[0] and ids[1] else None
    found = []
    for layer in (old, new):
        name = wanted if wanted in layer.fields else match_fields(list(layer.fields)).get(wanted)
        if name is None:
            likely = suggestion(wanted, layer.fields)
            raise InputError("no_such_field", layer.source.path, layer=layer.id, field=wanted, nearest=likely)
        found.append(name)
    return found[0], found[1]


def _keys(layer: Layer, field: str) -> list[str | None]:
    import pyarrow as pa
    import pyarrow.compute as pc

    column = layer.column(field)
    if pa.types.is_string(column.type):
        trimmed = pc.utf8_trim_whitespace(column)
        texts: list[str | None] = pc.if_else(pc.equal(trimmed, ""), None, trimmed).to_pylist()
        return texts
    return [plain(value) for value in column.to_pylist()]


def _paired(old: Layer, new: Layer, keys: Keys | None, plane: Plane) -> tuple[Int, Flags]:
    """(k, 2) rows of the same feature in the order of the old ones, and (k,) whether it was found otherwise than by key."""
    if keys is None:
        found, left, right = np.empty((0, 2), np.int64), np.arange(len(old)), np.arange(len(new))
    else:
        found, left, right = key_pairs(*keys), unkeyed(*keys), unkeyed(keys[1], keys[0])
    more = _at(left, right, shape_pairs(plane.old[left], plane.new[right]))
    left, right = (_bare(rows, shapes) for rows, shapes in ((left, plane.old), (right, plane.new)))
    said = [_rows(old, left), _rows(new, right)]
    if keys is not None:
        said = [[side[row] or cells for row, cells in zip(rows.tolist(), all_cells, strict=True)]
                for side, rows, all_cells in zip(keys, (left, right), said, strict=True)]  # fmt: skip
    equal = equal_pairs(*said)
    pairs = np.concatenate([found, more, _at(left, right, equal)])
    order = np.argsort(pairs[:, 0], kind="stable")
    return pairs[order], (np.arange(len(pairs)) >= len(found))[order]


def _at(left: Int, right: Int, pairs: Int) -> Int:
    return np.column_stack([left[pairs[:, 0]], right[pairs[:, 1]]])


def _bare(rows: Int, shapes: Text) -> Int:
    """Of the rows, those without geometry: only their values can tell them."""
    return np.array([row for row in rows.tolist() if shapes[row] is None], np.int64)


def _rows(layer: Layer, rows: Int) -> list[Hashable]:
    """Each row as one value: its fields in alphabetical order."""
    import pyarrow as pa

    names = sorted(layer.fields)
    columns = [[plain(value) for value in layer.column(name).take(pa.array(rows)).to_pylist()] for name in names]
    return [tuple(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _areas_m2(shapes: Text) -> Float:
    import shapely

    return np.where(shapely.get_dimensions(shapes) == 2, shapely.area(shapes), np.nan)


def _regrouped(plane: Plane, removed: Int, added: Int) -> tuple[Groups, Groups, Groups]:
    """Renumbered, split and merged plots among the rows that have no partner."""
    equal = _at(removed, added, equal_shapes(plane.old[removed], plane.new[added]))
    removed, added = np.setdiff1d(removed, equal[:, 0]), np.setdiff1d(added, equal[:, 1])
    found = overlaps(plane.old[removed], plane.new[added], inside=_INSIDE)
    alike = found.iou >= _ALIKE
    twins = np.concatenate([equal, _at(removed, added, np.column_stack([found.a[alike], found.b[alike]]))])
    renumbered = tuple(Regrouped((old,), (new,)) for old, new in sorted(map(tuple, twins.tolist())))
    splits = tuple(Regrouped((one,), many) for one, many in _whole_and_parts(found, removed, added))
    back = Overlaps(found.b, found.a, found.common_m2, found.area_b_m2, found.area_a_m2)
    merges = tuple(Regrouped(many, (one,)) for one, many in _whole_and_parts(back, added, removed))
    return renumbered, splits, merges


def _whole_and_parts(found: Overlaps, wholes: Int, parts: Int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every row of a with the two or more rows of b that lie in it and cover it."""
    inside = found.common_m2 >= _INSIDE * found.area_b_m2[found.b]
    covered = np.bincount(found.a[inside], found.common_m2[inside], len(found.area_a_m2))
    count = np.bincount(found.a[inside], minlength=len(found.area_a_m2))
    for a in np.flatnonzero((count > 1) & (covered >= _INSIDE * found.area_a_m2)):
        members = np.sort(parts[found.b[inside & (found.a == a)]])
        yield int(wholes[a]), tuple(int(row) for row in members)
