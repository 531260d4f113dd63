"""GeoJSON in all its forms, also Esri's and topologies: read by GDAL, counted from its text, no digit of a number lost."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError, Issue
from landplan.core.recipe import LayerInput
from landplan.io.json_features import Cleaned, Features, cleaned, declared_crs, features_of
from landplan.io.json_foreign import esri_crs, esri_features, is_esri, topology_features, topology_layers
from landplan.io.json_stream import exact, head_crs, is_odd, marked_features, utf8_copy
from landplan.io.json_text import JsonText, json_text
from landplan.io.ogr_layer import chosen, rows_read
from landplan.io.raw_layer import RawLayer

_PARSED_BYTES = 64 << 20
"""Above this size features are counted by their type markers and GDAL alone reads them, where nothing is wrong."""
_EXACT = 2**53
"""Up to here a float holds every whole number."""
_DAYS = {"DATE_AS_STRING": "YES"}
"""GDAL makes of 31 February one of March."""


def layers(path: Path) -> tuple[str, ...]:
    """The objects of a topology; of anything else one layer with the name of the file."""
    if path.stat().st_size <= _PARSED_BYTES and b'"Topology"' in path.read_bytes().replace(b"\0", b""):
        values = json_text(path, "", None).values
        if _is_topology(values):
            return tuple(topology_layers(values[0])) or (path.stem,)
    return (path.stem,)


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """The features of a file. An entry that is no feature costs itself, a geometry that is none its row's.

    A field with whole numbers that would lose digits comes as text, with an Issue that says so. Days stay as they are
    written, and the ids of features are a field.
    """
    with tempfile.TemporaryDirectory(prefix="landplan-") as folder:
        if path.stat().st_size > _PARSED_BYTES and (whole := _large(path, spec, role, Path(folder))) is not None:
            return whole
        said = json_text(path, role, spec.encoding)
        layer = _layer(said, spec, role, path)
        rows = layer.features.rows
        turned, mixed = _turned(rows)
        raw = _as_it_is(path, role, rows, turned, Path(folder)) if layer.plain else None
        clean = None
        if raw is None:
            clean = cleaned(rows)
            raw = _from_copy(clean, role, path, Path(folder))
    stated = layer.features.stated + said.lost
    issues = (*said.issues, *layer.issues, *layer.features.issues(role), *(clean.issues(role, said.encoding) if clean else ()))
    issues += (Issue("integers_as_text", role, "note", values={"fields": turned}),) if turned else ()
    issues += (Issue("field_types_mixed", role, "note", values={"fields": mixed}),) if mixed else ()
    issues += (Issue("rows_lost", role, values={"stated": stated, "found": len(rows)}),) if stated > len(rows) else ()
    raw = _with_ids(raw, rows)
    lost = {"unreadable": stated - len(raw)} if stated > len(raw) else {}
    return replace(
        raw, name=layer.name, crs=layer.crs, encoding=said.encoding, rows_in=stated, dropped=lost, issues=issues + raw.issues
    )


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer of a file. plain: whether the file as it is says nothing else to GDAL."""

    name: str
    features: Features
    crs: str | None
    issues: tuple[Issue, ...]
    plain: bool = False


def _layer(said: JsonText, spec: LayerInput, role: str, path: Path) -> _Layer:
    values = said.values
    if _is_topology(values):
        name, issues = chosen(spec.layer, layers(path), role, path)
        entries = topology_features(values[0], name, path) if name in topology_layers(values[0]) else []
        crs, more = declared_crs(values, [], role)
        return _Layer(name, features_of([{"type": "FeatureCollection", "features": entries}], path), crs, issues + more)
    if len(values) == 1 and is_esri(values[0]):
        entries = esri_features(values[0])
        crs, more = esri_crs(values[0], role)
        return _Layer(path.stem, features_of([{"type": "FeatureCollection", "features": entries}], path), crs, more)
    features = features_of(values, path)
    crs, more = declared_crs(values, features.rows, role)
    kinds = [value.get("type") if isinstance(value, dict) else None for value in values]
    alone = kinds == ["FeatureCollection"] or all(kind == "Feature" for kind in kinds)
    plain = said.plain and alone and not features.mended and len(features.rows) == features.stated
    return _Layer(path.stem, features, crs, more, plain)


def _is_topology(values: list[Any]) -> bool:
    return len(values) == 1 and isinstance(values[0], dict) and values[0].get("type") == "Topology"


def _as_it_is(path: Path, role: str, rows: list[Any], turned: list[str], folder: Path) -> RawLayer | None:
    """What GDAL makes of the file; None where it refuses it, counts other rows, or does not understand a geometry."""
    file = exact(path, folder)[0] if turned else _named_plainly(path, folder)
    try:
        raw = rows_read(file, None, role, len(rows), (), path, **_DAYS)
    except InputError:
        raise
    except (RuntimeError, ValueError, OSError):
        return None
    return None if len(raw) != len(rows) or _not_understood(raw, rows) else raw


def _named_plainly(path: Path, folder: Path) -> Path:
    """The file, or a copy where its name has a mark that pyogrio takes for the inside of an archive or a place in the net."""
    if "!" not in str(path) and ":" not in str(path)[2:]:
        return path
    return Path(shutil.copyfile(path, folder / "named.geojson"))


def _from_copy(clean: Cleaned, role: str, path: Path, folder: Path) -> RawLayer:
    """What GDAL makes of features that were made the same to everyone; a geometry that is none is one that cannot be read."""
    import pyarrow as pa

    copy = folder / "features.geojson"
    copy.write_text(json.dumps({"type": "FeatureCollection", "features": clean.rows}, ensure_ascii=False), "utf-8")
    raw = rows_read(copy, None, role, len(clean.rows), (), path, **_DAYS)
    if len(raw) != len(clean.rows):
        return raw
    unreadable = clean.unreadable | set(_not_understood(raw, clean.rows))
    if not unreadable:
        return raw
    cells = raw.wkb.to_pylist() if raw.wkb is not None else [None] * len(raw)
    return replace(raw, wkb=pa.array([b"\0" if row in unreadable else cell for row, cell in enumerate(cells)], pa.binary()))


def _not_understood(raw: RawLayer, rows: list[Any]) -> list[int]:
    """The rows with a geometry that holds something, of which GDAL made none."""
    if raw.wkb is None:
        missing = list(range(len(rows)))
    else:
        missing = [row for row, null in enumerate(raw.wkb.is_null().to_pylist()) if null] if raw.wkb.null_count else []
    return [row for row in missing if not _is_empty(rows[row].get("geometry"))]


def _is_empty(geometry: Any) -> bool:
    return geometry is None or (isinstance(geometry, dict) and geometry.get("coordinates", geometry.get("geometries")) == [])


def _turned(features: list[Any]) -> tuple[list[str], list[str]]:
    """The fields with whole numbers that a float does not hold; their numbers are texts in `features` from now on. And the
    fields with values of several kinds: numbers, texts, yes and no.

    GDAL refuses those beyond 64 bits, takes a column for floats where one value is not whole or is −2⁶³, and loses the
    last digit of some others.
    """
    owners = [properties for one in features if (properties := one.get("properties"))]
    turned: dict[str, None] = {}
    kinds: dict[str, set[type]] = {}
    for properties in owners:
        for name, value in properties.items():
            if value is not None:
                kinds.setdefault(name, set()).add(type(value))
                if isinstance(value, int) and abs(value) > _EXACT:
                    turned[name] = None
    for properties in owners:
        for name in turned:
            if isinstance(properties.get(name), int | float) and not isinstance(properties[name], bool):
                properties[name] = str(properties[name])
    return list(turned), [name for name, types in kinds.items() if len({float if one is int else one for one in types}) > 1]


def _with_ids(raw: RawLayer, rows: list[Any]) -> RawLayer:
    """The table with the ids of features as texts in a field of their own, which GDAL makes of some ids only."""
    import pyarrow as pa

    table = raw.table
    ids = [None if (id := row.get("id")) is None or isinstance(id, dict | list) else str(id) for row in rows]
    if len(ids) != len(table) or not any(ids):
        return raw
    own = [(row.get("properties") or {}).get("id") for row in rows]
    if all(mine is not None and str(mine) == id for mine, id in zip(own, ids, strict=True)):
        return raw
    name = "id" if not any("id" in (row.get("properties") or {}) for row in rows) else "feature_id"
    table = table.drop_columns([name]) if name in table.column_names else table
    issues = tuple(one for one in raw.issues if not str(one.values.get("text", "")).startswith("Several features with id"))
    return replace(raw, table=table.add_column(0, name, pa.array(ids, pa.string())), issues=issues)


def _large(path: Path, spec: LayerInput, role: str, folder: Path) -> RawLayer | None:
    """A file that is not parsed because it is large; only whole numbers that would lose digits are looked for. None where
    something is wrong with it: GDAL refuses it, or finds another number of features than the text has marks of."""
    file, encoding, issues = utf8_copy(path, role, spec.encoding, folder)
    if is_odd(file):
        return None
    file = _named_plainly(file, folder)
    crs, more = head_crs(file, role)
    file, turned = exact(file, folder)
    issues += (*more, Issue("integers_as_text", role, "note", values={"fields": turned})) if turned else more
    try:
        raw = rows_read(file, None, role, marked_features(file), issues, path, **_DAYS)
    except InputError:
        raise
    except (RuntimeError, ValueError, OSError):
        return None
    if len(raw) != raw.rows_in or not len(raw):
        return None
    return replace(raw, name=path.stem, crs=crs, encoding=encoding)
