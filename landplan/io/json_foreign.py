"""JSON of other makers as GeoJSON features: Esri's feature sets, and topologies with their shared arcs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.io.raw_layer import crs_text
from landplan.io.rings import nested

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


def is_esri(value: Any) -> bool:
    """Whether a value is a feature set of ArcGIS: features with attributes, or a geometry type of Esri."""
    if not isinstance(value, dict) or not isinstance(value.get("features"), list):
        return False
    first = value["features"][0] if value["features"] else None
    return str(value.get("geometryType", "")).startswith("esri") or (isinstance(first, dict) and "attributes" in first)


def esri_features(value: Mapping[str, Any]) -> list[Any]:
    """Its entries as GeoJSON features; an entry that is none stays as it is. Days in milliseconds become days."""
    fields = value.get("fields")
    days = {one.get("name") for one in fields if isinstance(one, dict) and one.get("type") == "esriFieldTypeDate"} if isinstance(
        fields, list
    ) else set()  # fmt: skip
    return [_esri_feature(entry, days) for entry in value["features"]]


def esri_crs(value: Mapping[str, Any], role: str) -> tuple[str | None, tuple[Issue, ...]]:
    """The CRS that its spatialReference names by code or text; None, unsaid, where there is none."""
    system = value.get("spatialReference")
    if not isinstance(system, dict):
        return None, ()
    for key in ("latestWkid", "wkid"):
        code = system.get(key)
        found = crs_text(f"EPSG:{code}") or crs_text(f"ESRI:{code}") if isinstance(code, int) else None
        if found is not None:
            return found, ()
    text = system.get("wkt")
    found = crs_text(text) if isinstance(text, str) and text[:6] in ("GEOGCS", "PROJCS") else None
    return found, () if found else (Issue("json_crs_unknown", role, values={"member": str(system)[:80], "taken": "-"}),)


def _esri_feature(entry: Any, days: set[Any]) -> Any:
    if not isinstance(entry, dict) or not isinstance(entry.get("attributes"), dict | None):
        return entry
    attributes = entry.get("attributes") or {}
    properties = {name: _day(value) if name in days else value for name, value in attributes.items()}
    geometry = entry.get("geometry")
    return {"type": "Feature", "properties": properties, "geometry": _esri_geometry(geometry) if geometry else None}


def _day(value: Any) -> Any:
    try:
        moment = _EPOCH + timedelta(milliseconds=value)
    except (TypeError, OverflowError):
        return value
    return moment.isoformat() if moment.time().isoformat() != "00:00:00" else moment.date().isoformat()


def _esri_geometry(geometry: Any) -> Any:
    """A geometry of Esri as one of GeoJSON; as it is (and so of no known kind) where it is neither points, paths nor rings."""
    if not isinstance(geometry, dict):
        return geometry
    if "rings" in geometry:
        return _rings(geometry["rings"])
    if "paths" in geometry:
        return {"type": "MultiLineString", "coordinates": geometry["paths"]}
    if "points" in geometry:
        return {"type": "MultiPoint", "coordinates": geometry["points"]}
    if "x" in geometry and "y" in geometry:
        missing = geometry["x"] in (None, "NaN")
        return None if missing else {"type": "Point", "coordinates": [geometry["x"], geometry["y"]]}
    return geometry


def _rings(rings: Any) -> dict[str, Any]:
    """Polygons of rings: those inside others are holes. One ring is a polygon whatever is wrong with it."""
    import shapely

    if not isinstance(rings, list) or len(rings) < 2:
        return {"type": "Polygon", "coordinates": rings}
    try:
        made = [shapely.linearrings(np.array([point[:2] for point in ring], np.float64)) for ring in rings]
    except (TypeError, ValueError, IndexError, shapely.GEOSException):
        return {"type": "Polygon", "coordinates": rings}
    parts = shapely.get_parts(nested(made))
    return {"type": "MultiPolygon", "coordinates": [_rings_of(part) for part in parts]}


def _rings_of(part: Any) -> list[Any]:
    import shapely

    return [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(part)]


def topology_layers(value: Mapping[str, Any]) -> dict[str, Any]:
    """The objects of a topology by name; each is a layer."""
    objects = value.get("objects")
    return dict(objects) if isinstance(objects, dict) else {}


def topology_features(value: Mapping[str, Any], name: str, path: Path) -> list[Any]:
    """The geometries of one object as features, their arcs put together. InputError when the arcs are none."""
    try:
        arcs = _arcs(value)
    except (TypeError, ValueError, LookupError) as error:
        raise InputError("not_geojson", path.name) from error
    thing = topology_layers(value)[name]
    members = thing.get("geometries") if isinstance(thing, dict) and thing.get("type") == "GeometryCollection" else [thing]
    return [_topology_feature(one, arcs, value.get("transform")) for one in members] if isinstance(members, list) else []


def _arcs(value: Mapping[str, Any]) -> list[list[list[float]]]:
    """The arcs as positions: whole steps from point to point where the topology has a transform."""
    transform = value.get("transform")
    if transform is None:
        return [[[float(x) for x in point[:2]] for point in arc] for arc in value.get("arcs", [])]
    scale, shift = transform["scale"], transform["translate"]
    out = []
    for arc in value.get("arcs", []):
        sums = [list(accumulate(point[axis] for point in arc)) for axis in (0, 1)]
        out.append([[x * scale[0] + shift[0], y * scale[1] + shift[1]] for x, y in zip(*sums, strict=True)])
    return out


def _topology_feature(thing: Any, arcs: list[Any], transform: Any) -> Any:
    if not isinstance(thing, dict):
        return thing
    feature = {"type": "Feature", "properties": thing.get("properties"), "geometry": None}
    if "id" in thing:
        feature["id"] = thing["id"]
    if thing.get("type") is not None:
        try:
            feature["geometry"] = _topology_geometry(thing, arcs, transform)
        except (TypeError, ValueError, LookupError):
            feature["geometry"] = {"type": "none"}
    return feature


def _topology_geometry(thing: dict[str, Any], arcs: list[Any], transform: Any) -> dict[str, Any]:
    kind = thing["type"]
    if kind == "GeometryCollection":
        return {"type": kind, "geometries": [_topology_geometry(one, arcs, transform) for one in thing["geometries"]]}
    if kind in ("Point", "MultiPoint"):
        points = [thing["coordinates"]] if kind == "Point" else thing["coordinates"]
        if transform is not None:
            (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
            points = [[x * sx + tx, y * sy + ty] for x, y in points]
        return {"type": kind, "coordinates": points[0] if kind == "Point" else points}
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[kind]
    return {"type": kind, "coordinates": _joined(thing["arcs"], depth, arcs)}


def _joined(numbers: Any, depth: int, arcs: list[Any]) -> Any:
    """Arcs one after the other, the point where two meet once; ~n is arc n backwards."""
    if depth:
        return [_joined(inner, depth - 1, arcs) for inner in numbers]
    out: list[Any] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        out += arc[1:] if out else arc
    return out
