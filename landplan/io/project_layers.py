"""Layers inside a project file: bit-equal coordinates and values, and the facts a GeoPackage layer cannot hold."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.crs import is_plane
from landplan.core.errors import Issue
from landplan.core.layers import Geometry, Layer, Source, Text
from landplan.io.gdal import UNDEFINED, heard, ogr, setting
from landplan.io.raw_layer import refused
from landplan.io.shapes import flat

NO_DATE = "2000-01-01T00:00:00.000Z"
"""GeoPackage wants a date of change; the clock is not asked, so that equal projects are equal files."""
_MULTI = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "MultiPoint"}


def layer_facts(layer: Layer) -> str:
    """CRS, column types, units, source and Issues of a layer, as JSON."""
    types = {field.name: str(field.type) for field in layer.table.schema}
    source = {**asdict(layer.source), "dropped": dict(layer.source.dropped)}
    issues = [{**asdict(issue), "values": dict(issue.values)} for issue in layer.issues]
    facts = {"crs": layer.crs, "types": types, "units": dict(layer.units), "source": source, "issues": issues}
    return json.dumps(facts, ensure_ascii=False, default=_plain)


def _source(facts: dict[str, Any]) -> Source:
    return Source(**{**facts, "joined": tuple(facts.get("joined", ()))})


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)


def write_layer(layer: Layer, draft: Path) -> None:
    """Append a layer to a GeoPackage: its ids as landplan_id, its columns under their names, one geometry type."""
    import pyarrow as pa
    import shapely

    table = pa.table({"landplan_id": pa.array(layer.ids.tolist(), pa.string()), **_columns(layer)})
    kind_, geometry_name = layer.geometry.kind, None
    if kind_ != "none":
        geometry_name = "geom" if "geom" not in {name.lower() for name in table.column_names} else "landplan_geom"
        wkb = pa.array(shapely.to_wkb(_multi(layer.shapes, kind_)).tolist(), pa.binary())
        table = table.append_column(geometry_name, wkb)
    crs = UNDEFINED if is_plane(layer.crs) else layer.crs
    shape = {"geometry_name": geometry_name, "geometry_type": _MULTI.get(kind_), "crs": crs}
    options = {"dataset_options": {"VERSION": "1.3"}, "layer_options": {"FID": "landplan_fid"}}
    with setting("OGR_CURRENT_DATE", NO_DATE), heard():
        ogr().raw.write_arrow(table, draft, layer=layer.id, driver="GPKG", append=draft.exists(), **shape, **options)


def _columns(layer: Layer) -> dict[str, Any]:
    return {name: layer.table.column(name).combine_chunks() for name in layer.fields}


def _multi(shapes: Text, kind_: str) -> Text:
    """The geometries as multi-geometries, so that the layer has one type."""
    import shapely

    made = {"polygon": (3, shapely.multipolygons), "line": (1, shapely.multilinestrings), "point": (0, shapely.multipoints)}
    code, multi = made[kind_]
    out = shapes.copy()
    single = shapely.get_type_id(shapes) == code
    out[single] = multi(shapes[single].reshape(-1, 1)) if single.any() else []
    return out


def read_layer(file: Path, role: str, kind_: Any, text: str, crs: str) -> Layer:
    """The layer that `write_layer` wrote, with its facts; all layers of a project are in one CRS."""
    import pyarrow as pa
    import shapely

    facts = json.loads(text)
    with setting("OGR_SQLITE_PRAGMA", "trusted_schema=0"), heard():
        try:
            meta, table = ogr().raw.read_arrow(file, layer=role)
        except (ogr().errors.DataSourceError, ogr().errors.DataLayerError, ogr().errors.FeatureError) as error:
            raise refused(role, file, error) from error
    ids = np.empty(table.num_rows, object)
    ids[:] = table.column("landplan_id").to_pylist()
    geometry = Geometry.empty(table.num_rows)
    if kind_ != "none":
        raw = np.empty(table.num_rows, object)
        raw[:] = table.column(meta["geometry_name"] or "wkb_geometry").to_pylist()
        geometry = flat(shapely.from_wkb(raw), kind_)
    types = {str(type_): type_ for type_ in (pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("ms"))}
    kept = {name: table.column(name).cast(types[type_]) for name, type_ in facts["types"].items()}
    issues = tuple(Issue(**issue) for issue in facts["issues"])
    return Layer(role, pa.table(kept), geometry, crs, ids, _source(facts["source"]), facts["units"], issues)
