"""Layers of formats that GDAL reads well as they are: GeoPackage, FlatGeobuf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core.crs import same
from landplan.core.crs_code import shown_code
from landplan.core.errors import InputError, Issue, nearest
from landplan.io import geopackage
from landplan.io.arrow_text import readable
from landplan.io.gdal import heard, ogr
from landplan.io.geopackage_values import as_stored, looked_at, with_bytes
from landplan.io.raw_layer import RawLayer, crs_text
from landplan.io.strokes import stroked

if TYPE_CHECKING:
    import pyarrow as pa


def read_geopackage(path: Path, layer: str | None, role: str) -> RawLayer:
    """One layer of a GeoPackage; the first one, with an Issue that lists the rest, when none is named."""
    with geopackage.settled(path) as file:
        contents = geopackage.contents(file)
        names = tuple(contents.layers)
        name, issues = chosen(layer, names, role, path)
        if name == names[0]:
            issues += contents.issues(role)
        with looked_at(file, name) as second:
            if fault := geopackage.damage(file, name):
                issues += (Issue("database_damaged", role, values={"text": fault}),)
            raw = rows_read(file, name, role, lambda: second.result().rows, issues, path)
            odd = second.result().odd
        table, odder = as_stored(file, name, raw.table, odd, role)
        column = contents.layers[name]
        wkb = with_bytes(file, name, column, raw.wkb) if column and raw.wkb is not None else raw.wkb
        raw = replace(raw, table=table, wkb=wkb, issues=raw.issues + odder)
        return _defined(raw, geopackage.defined_crs(file, name), role) if column else raw


def _defined(raw: RawLayer, definition: str | None, role: str) -> RawLayer:
    """The layer, with an Issue where the text of its CRS is that of another one than its number."""
    defined = crs_text(definition)
    if defined is None or raw.crs is None or same(defined, raw.crs):
        return raw
    values = {"crs": shown_code(raw.crs), "defined": shown_code(defined)}
    return replace(raw, issues=(*raw.issues, Issue("crs_differs", role, values=values)))


def read_flatgeobuf(path: Path, role: str) -> RawLayer:
    """The features of a FlatGeobuf file; its header's count is the second one."""
    with heard():
        rows = int(ogr().read_info(path)["features"])
    raw = rows_read(path, None, role, rows, (), path)
    bare = _bare_rows(raw.table)
    if not 0 < bare < len(raw):
        return raw
    return replace(raw, issues=(*raw.issues, Issue("rows_bare", role, values={"n": bare})))


def _bare_rows(table: pa.Table) -> int:
    """Rows without a single value, as a damaged feature has them."""
    import numpy as np

    valid = [np.asarray(column.is_valid(), bool) for column in table.columns]
    return int((~np.any(valid, axis=0)).sum()) if valid else 0


def chosen(layer: str | None, names: tuple[str, ...], role: str, path: Path) -> tuple[str, tuple[Issue, ...]]:
    """The layer to read among those of a file, and an Issue when the recipe does not say and there are several."""
    if not names:
        raise InputError("no_layers", path.name, layer=role)
    if layer is None:
        first = next((name for name in names if name == role), names[0])
        others = [name for name in names if name != first]
        issue = Issue("layer_not_named", role, values={"layer": first, "others": others})
        return first, (issue,) if others else ()
    if layer not in names:
        raise InputError("no_such_layer", path.name, layer=layer, role=role, nearest=nearest(layer, names) or ", ".join(names))
    return layer, ()


def rows_read(
    file: Path, name: str | None, role: str, rows: int | Callable[[], int], issues: tuple[Issue, ...], path: Path, **options: str
) -> RawLayer:
    """A layer as GDAL reads it, arcs stroked; `rows` is what was counted another way, or is asked for once GDAL has read;
    `options` are those of the driver."""
    with heard() as said:
        meta, table = ogr().raw.read_arrow(file, layer=name, **options)
    issues += tuple(Issue("reader_says", role, "note", values={"text": text}) for text in said)
    _check_offsets(table)
    wkb = None
    if meta["geometry_type"] is not None:
        column = next((field.name for field in table.schema if _is_geometry(field)), None)
        if column is not None:
            wkb = table.column(column)
            table = table.drop_columns([column])
            wkb, strokes = stroked(file, name, wkb, role, **options)
            issues += strokes
    rows = rows if isinstance(rows, int) else rows()
    if table.num_rows != rows:
        issues += (Issue("rows_lost", role, values={"stated": rows, "found": table.num_rows}),)
    table, encoding, texts = readable(table, role)
    lost = {"unreadable": rows - table.num_rows} if rows > table.num_rows else {}
    counts = max(rows, table.num_rows), lost, issues + texts
    return RawLayer(name or path.stem, table, wkb, crs_text(meta["crs"]), encoding, *counts)


def _check_offsets(table: pa.Table) -> None:
    """pa.ArrowInvalid where a damaged file has made the library's texts or shapes end before they begin."""
    import pyarrow as pa

    for column in table.columns:
        if pa.types.is_binary(column.type) or pa.types.is_string(column.type):
            column.cast(pa.binary()).validate(full=True)


def _is_geometry(field: Any) -> bool:
    return b"geoarrow.wkb" in (field.metadata or {}).get(b"ARROW:extension:name", b"")
