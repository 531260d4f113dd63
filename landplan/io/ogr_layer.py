"""Layers of formats that GDAL reads well as they are: GeoPackage, GeoJSON, FlatGeobuf."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError, Issue, nearest
from landplan.io import geopackage
from landplan.io.encoding import decide
from landplan.io.gdal import heard, ogr
from landplan.io.raw_layer import RawLayer, crs_text
from landplan.io.strokes import stroked

_PARSED_BYTES = 64 << 20
"""Above this size GeoJSON features are counted by their type markers, not by parsing."""


def read_geopackage(path: Path, layer: str | None, role: str) -> RawLayer:
    """One layer of a GeoPackage; the first one, with an Issue that lists the rest, when none is named."""
    with geopackage.settled(path) as file:
        names = geopackage.tables(file)
        name, issues = chosen(layer, tuple(names), role, path)
        rows = geopackage.counted(file, name)
        return rows_read(file, name, role, rows, issues, path)


def read_geojson(path: Path, role: str, encoding: str | None) -> RawLayer:
    """The features of a GeoJSON file (or one feature a line)."""
    with _as_utf8(path, role, encoding) as (file, name, issues):
        rows = features(file, path)
        raw = rows_read(file, None, role, rows, issues, path)
        return RawLayer(path.stem, raw.table, raw.wkb, raw.crs, name, raw.rows_in, raw.dropped, raw.issues)


def read_flatgeobuf(path: Path, role: str) -> RawLayer:
    """The features of a FlatGeobuf file; its header's count is the second one."""
    with heard():
        rows = int(ogr().read_info(path)["features"])
    return rows_read(path, None, role, rows, (), path)


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


def features(file: Path, path: Path) -> int:
    """Features of a GeoJSON file, counted from its text; InputError with the line where it is not JSON."""
    if file.stat().st_size > _PARSED_BYTES:
        return len(re.findall(rb'"type"\s*:\s*"Feature"', file.read_bytes()))
    text = file.read_text("utf-8-sig")
    try:
        return _features(json.loads(text), path)
    except json.JSONDecodeError as error:
        if error.msg.startswith("Extra data"):
            return _lines(text, path)
        raise InputError("json_broken", path.name, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise InputError("json_too_deep", path.name) from error


def _features(content: Any, path: Path) -> int:
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection" and isinstance(content.get("features"), list):
        return len(content["features"])
    if kind is None or kind == "Topology":
        raise InputError("not_geojson", path.name)
    return 1


def _lines(text: str, path: Path) -> int:
    rows = [line for line in text.replace("\x1e", "\n").splitlines() if line.strip()]
    for number, line in enumerate(rows, 1):
        try:
            json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise InputError("json_broken", path.name, line=number, column=1) from error
    return len(rows)


def rows_read(
    file: Path, name: str | None, role: str, rows: int, issues: tuple[Issue, ...], path: Path, **options: str
) -> RawLayer:
    """A layer as GDAL reads it, arcs stroked; `rows` is what was counted another way, `options` are those of the driver."""
    with heard() as said:
        meta, table = ogr().raw.read_arrow(file, layer=name, **options)
    issues += tuple(Issue("reader_says", role, "note", values={"text": text}) for text in said)
    wkb = None
    if meta["geometry_type"] is not None:
        column = next((field.name for field in table.schema if _is_geometry(field)), None)
        if column is not None:
            wkb = table.column(column).combine_chunks()
            table = table.drop_columns([column])
            wkb, strokes = stroked(file, name, wkb, role, **options)
            issues += strokes
    if table.num_rows != rows:
        issues += (Issue("rows_lost", role, values={"stated": rows, "found": table.num_rows}),)
    lost = {"unreadable": rows - table.num_rows} if rows > table.num_rows else {}
    return RawLayer(name or path.stem, table, wkb, crs_text(meta["crs"]), "UTF-8", max(rows, table.num_rows), lost, issues)


def _is_geometry(field: Any) -> bool:
    return b"geoarrow.wkb" in (field.metadata or {}).get(b"ARROW:extension:name", b"")


@contextmanager
def _as_utf8(path: Path, role: str, encoding: str | None) -> Iterator[tuple[Path, str, tuple[Issue, ...]]]:
    """The file itself when it is UTF-8, else a private UTF-8 copy and the Issue that says so."""
    raw = path.read_bytes()
    issues: tuple[Issue, ...] = ()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text, name = raw.decode("utf-16", "replace"), "UTF-16"
    else:
        lines = [line for line in raw.splitlines() if not line.isascii()][:4000] if encoding is None else []
        choice, issues = decide(lines, role, given=encoding, cpg=None if encoding else "UTF-8")
        text, whole = choice.text(raw)
        name = choice.name
        if name == "UTF-8" and whole and not issues:
            yield path, "UTF-8", ()
            return
        issues += () if whole else (Issue("text_broken", role, values={"encoding": name}),)
    with tempfile.TemporaryDirectory(prefix="landplan-") as folder:
        copy = Path(folder) / f"{path.stem}.geojson"
        copy.write_text(text.removeprefix("\ufeff"), "utf-8")
        yield copy, name, issues
