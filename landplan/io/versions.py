"""Two versions of one layer as they are in their files, placed so that they can be compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.layers import Layer, Source
from landplan.core.progress import Progress, part, silent
from landplan.core.recipe import LayerInput
from landplan.io.placement import guessed_crs, implausible
from landplan.io.shapes import geometry
from landplan.io.vector import list_layers, read_raw

PLANE = "plane:file"


def read_versions(old: tuple[Path, str | None], new: tuple[Path, str | None], progress: Progress = silent) -> tuple[Layer, Layer]:
    """The layers of two files (path and layer name) with their own field names and CRS.

    A layer without CRS is taken to be in the other one's where its coordinates can be, with an Issue. Where a CRS is in
    doubt the coordinates are compared as they stand: both layers are then in one plane, with an Issue.
    """
    one = _version(*old, "old", part(progress, 0.0, 0.45))
    other = _version(*new, "new", part(progress, 0.45, 0.9))
    return _placed(one, other)


def _version(path: Path, name: str | None, role: str, progress: Progress) -> Layer:
    if not path.exists():
        raise InputError("file_missing", path, path=path, layer=role)
    names = list_layers(path)
    if name is None and len(names) > 1:
        raise InputError("diff_layer_needed", path.name, layers=list(names))
    raw = read_raw(path, LayerInput(path=str(path), layer=name or (names[0] if names else None)), role, progress)
    shape, broken = geometry(raw.wkb, len(raw), role)
    ids = np.array([str(row) for row in range(len(raw))], object)
    source = Source(path.name, raw.name, "", raw.rows_in, raw.dropped, raw.encoding, raw.crs or "")
    faults = implausible(shape.xy, raw.crs, role) if raw.crs else ()
    crs = raw.crs if raw.crs and not faults else PLANE
    return Layer(role, raw.table, shape, crs, ids, source, issues=(*raw.issues, *faults, *broken))


def _placed(old: Layer, new: Layer) -> tuple[Layer, Layer]:
    """Both in a CRS of their own, or both in one plane; what was assumed is an Issue of the layer it is about."""
    bare = not len(old.geometry.xy) and not len(new.geometry.xy)
    if bare or (old.crs != PLANE and new.crs != PLANE):
        return old, new
    known = old.crs if new.crs == PLANE else new.crs
    if known == PLANE and not (old.source.crs or new.source.crs) and len(old.geometry.xy):
        degrees = guessed_crs(old.geometry.xy)
        known = degrees if degrees == "EPSG:4490" else PLANE
    sides = [_assumed(layer, known) for layer in (old, new)]
    if all(layer.crs != PLANE for layer in sides):
        return sides[0], sides[1]
    told = Issue("diff_plane", "", values={"old": old.source.crs or "–", "new": new.source.crs or "–"})
    return replace(old, crs=PLANE, issues=(*old.issues, told)), replace(new, crs=PLANE)


def _assumed(layer: Layer, crs: str) -> Layer:
    """The layer in `crs` when it declares none and its coordinates can be there."""
    if layer.crs != PLANE or crs == PLANE or layer.source.crs or implausible(layer.geometry.xy, crs, layer.id):
        return layer
    return replace(layer, crs=crs, issues=(*layer.issues, Issue("diff_crs_assumed", layer.id, values={"crs": crs})))
