"""A layer, or a part of one, as a GeoParquet file that reads back as it was: ids, fields, units, coordinates to the bit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.crs import is_plane, parsed
from landplan.core.errors import InputError
from landplan.core.layers import Int, Layer, Source
from landplan.io.files import is_geodatabase, replacing
from landplan.io.shapes import geometry

if TYPE_CHECKING:
    import pyarrow as pa

_OWN = ("landplan_id", "landplan_row", "landplan_geometry")
"""Columns beside the layer's own: unique id, place in the whole layer, geometry (WKB); with more _ where it has such ones."""


def write_partition(path: Path, layer: Layer, places: Int | None = None) -> Path:
    """Write a layer, whole or not at all. places (n,): where its rows stand in the whole layer; absent: 0, 1, 2 …"""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import shapely

    rows = np.arange(len(layer), dtype=np.int64) if places is None else places
    table = layer.table.replace_schema_metadata(None)
    shapes = pa.array(shapely.to_wkb(layer.shapes).tolist(), pa.binary())
    names = [_free(name, table.column_names) for name in _OWN]
    for name, column in zip(names, (pa.array(layer.ids, pa.string()), pa.array(rows), shapes), strict=True):
        table = table.append_column(name, column)
    facts = {"id": layer.id, "kind": layer.geometry.kind, "crs": layer.crs, "units": dict(layer.units)}
    about = {"geo": geo_entry(names[-1], layer.crs), "landplan": json.dumps({**facts, "path": layer.source.path, "own": names})}
    with replacing(path) as draft:
        pq.write_table(table.replace_schema_metadata(about), draft)
    return path


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name += "_"
    return name


def read_partition(path: Path) -> tuple[Layer, Int]:
    """The layer of such a file, and where its rows stand in the whole layer. InputError when the file is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        facts: dict[str, Any] = json.loads(table.schema.metadata[b"landplan"])
        ids, rows, wkb = (table.column(name) for name in facts["own"])
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise InputError("partition_unreadable", path.name) from error
    return _layer(table, facts, ids, wkb), rows.to_numpy()


def _layer(table: pa.Table, facts: dict[str, Any], ids: pa.ChunkedArray, wkb: pa.ChunkedArray) -> Layer:
    shape, _issues = geometry(wkb, len(table), facts["id"])
    named = np.empty(len(table), object)
    named[:] = ids.to_pylist()
    rest = table.drop_columns(facts["own"]).replace_schema_metadata(None)
    source = Source(facts["path"], facts["id"], rows_in=len(table))
    return Layer(facts["id"], rest, replace(shape, kind=facts["kind"]), facts["crs"], named, source, facts["units"])


def parquet_files(folder: Path) -> tuple[Path, ...]:
    """The GeoParquet files of a folder, by name; empty for a layer. InputError for a folder without any."""
    if not folder.is_dir() or is_geodatabase(folder):
        return ()
    files = tuple(sorted(folder.glob("*.parquet")))
    if not files:
        raise InputError("folder_without_parquet", folder.name)
    return files


def geo_entry(column: str, crs: str) -> str:
    """What a GeoParquet file says of its geometry column (WKB) in this CRS."""
    about: dict[str, Any] = {"encoding": "WKB", "geometry_types": [], "crs": None}
    if not is_plane(crs):
        about["crs"] = parsed(crs).to_json_dict()
    return json.dumps({"version": "1.1.0", "primary_column": column, "columns": {column: about}})
