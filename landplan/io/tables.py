"""GeoParquet and plain Parquet: geometry as WKB, WKT or GeoArrow, with or without the file's own word on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.io.arrow_text import readable
from landplan.io.geoarrow import as_wkb
from landplan.io.raw_layer import RawLayer, crs_text, refused

if TYPE_CHECKING:
    import pyarrow as pa

_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "shape", "wkb", "geometry_wkb")
_EXTENSION, _EXTENSION_FACTS = b"ARROW:extension:name", b"ARROW:extension:metadata"


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which column holds the geometry and how; crs as declared. passed: columns that only accompany it."""

    name: str
    encoding: str
    crs: str | None
    issues: tuple[Issue, ...] = ()
    passed: tuple[str, ...] = ()


def read_parquet(path: Path, role: str) -> RawLayer:
    """A Parquet file. Geometry is what its `geo` entry or column types declare; else a column that is WKB, with an Issue.

    Rows are counted by the footer; a group of rows that cannot be decoded costs itself, as an Issue with the count.
    """
    rows, table, issues = _rows(path, role)
    shape = _shape(table, role)
    if shape is None:
        texts, encoding, told = readable(_plain(table), role)
        return RawLayer(path.stem, texts, None, None, encoding, rows, _lost(rows, table), (*issues, *told))
    wkb, odd = as_wkb(table.column(shape.name), shape.encoding, role, path)
    rest = table.drop_columns([name for name in (shape.name, *shape.passed) if name in table.column_names])
    texts, encoding, told = readable(_plain(rest), role)
    issues = (*issues, *shape.issues, *odd, *told)
    return RawLayer(path.stem, texts, wkb, shape.crs, encoding, rows, _lost(rows, table), issues)


def _plain(table: pa.Table) -> pa.Table:
    """The table without notes of other programs, each field's too."""
    import pyarrow as pa

    return table.cast(pa.schema([one.remove_metadata() for one in table.schema])).replace_schema_metadata(None)


def _lost(rows: int, table: pa.Table) -> Mapping[str, int]:
    return {"unreadable": rows - len(table)} if rows > len(table) else {}


def _rows(path: Path, role: str) -> tuple[int, pa.Table, tuple[Issue, ...]]:
    """Rows by the footer, and all that can be decoded: whole, or else group by group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        rows = file.metadata.num_rows
        try:
            table = file.read()
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, MemoryError) or file.num_row_groups < 2:
                raise
            table = _readable_groups(file)
    except (pa.ArrowException, OSError) as error:
        raise refused(role, path, error) from error
    if len(table) == rows:
        return rows, table, ()
    return max(rows, len(table)), table, (Issue("rows_lost", role, values={"stated": rows, "found": len(table)}),)


def _readable_groups(file: Any) -> pa.Table:
    """The groups of rows that can be decoded; the error of the first where none can."""
    import pyarrow as pa

    found, first = [], None
    for number in range(file.num_row_groups):
        try:
            found.append(file.read_row_group(number))
        except (pa.ArrowException, OSError) as error:
            first = first or error
    if not found and first is not None:
        raise first
    return pa.concat_tables(found)


def _shape(table: pa.Table, role: str) -> _Shape | None:
    """The geometry column: as the `geo` entry says, as a column's type says, or one that is nothing else."""
    raw = (table.schema.metadata or {}).get(b"geo")
    geo = _parsed(raw)
    columns = {name: one for name, one in geo.get("columns", {}).items() if isinstance(one, dict) and name in table.column_names}
    broken = () if raw is None or columns else (Issue("parquet_geo_broken", role),)
    if columns:
        return _declared(geo, columns, role)
    typed = [one for one in table.schema if (one.metadata or {}).get(_EXTENSION, b"").startswith((b"geoarrow.", b"ogc.wkb"))]
    if typed:
        return _typed(typed[0], broken)
    name = _guessed(table)
    if name is None:
        return None
    said = broken or (Issue("parquet_geometry_guessed", role, values={"field": name}),)
    return _Shape(name, "WKB", None, said)


def _parsed(raw: bytes | None) -> dict[str, Any]:
    """The `geo` entry; empty when it is none."""
    try:
        geo = json.loads(raw or b"null")
    except ValueError:
        return {}
    return geo if isinstance(geo, dict) and isinstance(geo.get("columns"), dict) else {}


def _declared(geo: dict[str, Any], columns: dict[str, dict[str, Any]], role: str) -> _Shape:
    name = geo.get("primary_column")
    name = name if isinstance(name, str) and name in columns else next(iter(columns))
    column, issues = columns[name], []
    others = [one for one in columns if one != name]
    if others:
        issues.append(Issue("parquet_geometries_left", role, "note", values={"field": name, "others": others}))
    if str(column.get("edges", "planar")) != "planar":
        issues.append(Issue("parquet_edges", role, "note", values={"edges": column["edges"]}))
    if column.get("crs") is not None and _system(column) is None:
        issues.append(Issue("parquet_crs_unknown", role))
    covering = column.get("covering", {})
    boxes = {str(path[0]) for path in covering.get("bbox", {}).values()} if isinstance(covering, dict) else set()
    return _Shape(name, str(column.get("encoding", "WKB")), _system(column), tuple(issues), (*others, *sorted(boxes)))


def _typed(one: pa.Field, issues: tuple[Issue, ...]) -> _Shape:
    """A column whose Arrow type says that it is geometry."""
    facts = _json((one.metadata or {}).get(_EXTENSION_FACTS, b""))
    kind = one.metadata[_EXTENSION].decode("ascii", "replace").rpartition(".")[2]
    crs = facts.get("crs")
    return _Shape(one.name, kind, crs_text(crs if isinstance(crs, str) or crs is None else json.dumps(crs)), issues)


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _guessed(table: pa.Table) -> str | None:
    """A binary column with a name of geometry whose first values are all WKB."""
    import pyarrow as pa
    import shapely

    for one in table.schema:
        if one.name.lower() not in _NAMES or not (pa.types.is_binary(one.type) or pa.types.is_large_binary(one.type)):
            continue
        first = table.column(one.name).drop_null().slice(0, 20).to_pylist()
        if first and not shapely.is_missing(shapely.from_wkb(np.array(first, object), on_invalid="ignore")).any():
            return str(one.name)
    return None


def _system(column: dict[str, Any]) -> str | None:
    """The CRS of a GeoParquet column: PROJJSON, by rule longitude and latitude when absent, unknown when null."""
    if "crs" not in column:
        return "EPSG:4326"
    crs = column["crs"]
    return crs_text(crs if isinstance(crs, str) or crs is None else json.dumps(crs))
