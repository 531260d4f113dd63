"""A layer's file with a table joined to it, written anew: rows, names and coordinates of the layer as they are in its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.fields import match_fields
from landplan.core.layers import Geometry, Layer, Source
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput, TableJoin
from landplan.io.conversion import raw_shapes
from landplan.io.files import sha256
from landplan.io.joined_tables import with_table
from landplan.io.layer_writing import write_layer
from landplan.io.raw_layer import crs_text
from landplan.io.vector import read_raw


@dataclass(frozen=True, slots=True, eq=False)
class JoinedFile:
    """What was written: the file, its rows, the columns that came from the table, and what is to be said."""

    file: Path
    layer: str
    rows: int
    columns: tuple[str, ...]
    issues: tuple[Issue, ...]


def join_file(path: Path, spec: LayerInput, table: Path, join: TableJoin, out: Path, progress: Progress = silent) -> JoinedFile:
    """Write the layer with the table's columns under their own names. `to` may be a column of the file or the canonical id.

    InputError when a file or column cannot be used or no key is the same; ExportError when `out` cannot hold the result.
    """
    raw = read_raw(path, spec, "parcels", progress)
    names = raw.table.column_names
    to = join.to if join.to in names else match_fields(names).get(join.to, join.to)
    ids = np.array([f"@{row}" for row in range(len(raw))], object)
    layer = Layer("parcels", raw.table, Geometry.empty(len(raw)), "", ids, Source(path.name, raw.name, sha256(path)))
    layer = with_table(layer, join.model_copy(update={"to": to}), table, progress, plain=True)
    shapes, lost = raw_shapes(raw)
    if lost:
        raise InputError("join_shapes_unreadable", path.name, n=lost)
    write_layer(out, raw.name, layer.table, None if raw.wkb is None else shapes, crs_text(raw.crs) if raw.crs else None)
    added = tuple(name for name in layer.table.column_names if name not in names)
    return JoinedFile(out, raw.name, len(raw), added, (*raw.issues, *layer.issues))
