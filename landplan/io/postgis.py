"""Tables of a PostGIS database as layers, named by a small file that holds no address and no password.

    service = "land"              # a section of the user's pg_service.conf; without it, libpq's own environment
    table = "gis.plots"           # or several: ["gis.plots", "gis.zones"]
    geometry = "geom"             # only where a table has several

Where the database is and who reads it stand in the user's own service file, passwords in the user's passfile. A file that comes
from somebody else can therefore not make landplan connect to a place of theirs.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core.errors import InputError, Issue, suggestion
from landplan.core.recipe import LayerInput
from landplan.io.files import opening
from landplan.io.ogr_layer import chosen
from landplan.io.plain_numbers import as_numbers
from landplan.io.postgis_session import Column, Session, session
from landplan.io.raw_layer import RawLayer, crs_text

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS = ("service", "table", "geometry")
_PRIVATE = ("password", "passfile", "host", "hostaddr", "port", "user", "dbname", "database", "url", "dsn", "sslkey", "sslcert")
_MOST_BYTES, _BATCH, _LISTED = 65_536, 20_000, 40
_WHOLE, _REAL = ("int2", "int4", "int8", "oid"), ("float4", "float8")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a file says of a database: the service, the tables as they are written there, and the geometry column."""

    service: str = ""
    tables: tuple[str, ...] = ()
    geometry: str = ""


def reference(path: Path) -> Reference:
    """The reference in a file. InputError where it is no TOML, has an address or a password, or a key that is not known."""
    raw = opening(path, _MOST_BYTES + 1)
    try:
        data = tomllib.loads(raw[:_MOST_BYTES].decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("postgis_file", path.name, reason=" ".join(str(error).split())[:160]) from error
    for key, value in data.items():
        if key.lower() in _PRIVATE or (isinstance(value, str) and "://" in value):
            raise InputError("postgis_private", path.name, key=key)
        if key not in _KEYS:
            raise InputError("postgis_key", path.name, key=key, nearest=suggestion(key, _KEYS))
    given = data.get("table", [])
    tables = tuple(given) if isinstance(given, list) else (given,)
    texts = (data.get("service", ""), data.get("geometry", ""), *tables)
    if not all(isinstance(text, str) and text.isprintable() for text in texts) or "" in tables:
        raise InputError("postgis_file", path.name, reason='service, table, geometry: "…"')
    return Reference(texts[0], tables, texts[1])


def layers(path: Path) -> tuple[str, ...]:
    """The tables that the file names. InputError that lists those of the database where it names none: to read them all unasked
    could take for ever."""
    said = reference(path)
    if not said.tables:
        with session(said.service, path.name) as opened:
            found = opened.tables()
        raise InputError("postgis_which", path.name, tables=", ".join(found[:_LISTED]) + (" …" if len(found) > _LISTED else ""))
    return said.tables


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """The rows of a table or view in one read-only snapshot, counted by the database too; values that Arrow has no type for
    come as the database writes them. An Issue says how many rows came and their checksum, whatever their order."""
    said = reference(path)
    tables = said.tables or ((spec.layer,) if spec.layer else layers(path))
    name, issues = chosen(spec.layer, tables, role, path)
    with session(said.service, path.name) as opened:
        columns = opened.columns(name)
        if not columns:
            raise InputError("no_such_layer", path.name, layer=name, role=role, nearest=suggestion(name, opened.tables()))
        shapes = [column for column in columns if column.is_shape]
        place, more = _chosen_shape(shapes, said.geometry, role, path, name)
        plain = [column for column in columns if not column.is_shape]
        facts = opened.facts(name, place)
        rows = list(opened.rows(name, plain, place, _BATCH))
        crs, unsure = _crs(opened, facts.srids, role)
    table, wkb, digest = _table(rows, plain, place is not None)
    issues += (*more, *unsure)
    issues += (Issue("postgis_rows", role, "note", values={"table": name, "n": len(rows), "sha256": digest}),)
    if facts.curved:
        issues += (Issue("curves_stroked", role, "note", values={"n": facts.curved}),)
    if facts.rows != len(rows):
        issues += (Issue("rows_lost", role, values={"stated": facts.rows, "found": len(rows)}),)
    return RawLayer(name, table, wkb, crs, "UTF-8", len(rows), {}, issues)


def _chosen_shape(
    shapes: list[Column], wanted: str, role: str, path: Path, table: str
) -> tuple[Column | None, tuple[Issue, ...]]:
    """The geometry column: the one that is named, else the first, with an Issue that names the others."""
    names = [column.name for column in shapes]
    if wanted and wanted not in names:
        raise InputError("postgis_no_geometry", path.name, table=table, field=wanted, nearest=suggestion(wanted, names))
    if not shapes:
        return None, ()
    place = shapes[names.index(wanted)] if wanted else shapes[0]
    others = [name for name in names if name != place.name]
    issue = Issue("postgis_geometries", role, "note" if wanted else "data", values={"field": place.name, "others": others})
    return place, (issue,) if others else ()


def _crs(opened: Session, srids: tuple[int, ...], role: str) -> tuple[str | None, tuple[Issue, ...]]:
    """The CRS of all geometries; None without one, or where they differ, with an Issue."""
    if len(srids) > 1:
        return None, (Issue("postgis_systems", role, values={"codes": list(srids)}),)
    if not srids or not srids[0]:
        return None, ()
    return crs_text(opened.system(srids[0])), ()


def _table(rows: list[tuple[Any, ...]], columns: list[Column], shaped: bool) -> tuple[pa.Table, pa.Array | None, str]:
    """Arrow columns, the WKB behind them, and the checksum of the rows: SHA-256 of their own, sorted."""
    import pyarrow as pa

    hashes = sorted(hashlib.sha256(repr(row).encode("utf-8", "replace")).digest() for row in rows)
    digest = hashlib.sha256(b"".join(hashes)).hexdigest()
    cells = list(zip(*rows, strict=True)) if rows else [() for _ in range(len(columns) + shaped)]
    wkb = pa.array((None if one is None else bytes(one) for one in cells[-1]), pa.binary()) if shaped else None
    arrays = [_array(values, column.type) for values, column in zip(cells, columns, strict=False)]
    names = [column.name for column in columns]
    table = pa.table(arrays, names=names) if names else pa.table({"row": pa.array(range(len(rows)), pa.int64())})
    return table, wkb, digest


def _array(values: tuple[Any, ...], type: str) -> pa.Array:
    import pyarrow as pa

    if type in _WHOLE:
        return pa.array(values, pa.int64())
    if type in _REAL:
        return pa.array(values, pa.float64())
    if type == "bool":
        return pa.array(values, pa.bool_())
    text = pa.array(values, pa.string())
    return as_numbers(text) if type == "numeric" and text.null_count < len(text) else text
