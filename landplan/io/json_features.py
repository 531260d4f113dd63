"""The features in JSON: of GeoJSON in all its forms, of Esri's and of topologies; what is not quite one is mended and counted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError, Issue
from landplan.io.placement import guessed_crs
from landplan.io.raw_layer import crs_text

WGS_84 = "EPSG:4326"
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How many lists stand around the positions of each kind."""
_KINDS = {name.lower(): name for name in (*_DEPTHS, "GeometryCollection")}
_CODE = re.compile(
    r"^(?:urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?(EPSG|ESRI)(?:[:/][\w.]*)?[:/](\d{3,6})$", re.IGNORECASE
)
_HALF = re.compile("[\ud800-\udfff]")
_CRS84 = re.compile(r"CRS:?84h?$|WGS[ _]?84$", re.IGNORECASE)


@dataclass(slots=True)
class Features:
    """The features of a layer in their order. stated: entries in the file; mended: those that were no features by the letter."""

    rows: list[Any] = field(default_factory=list)
    stated: int = 0
    mended: int = 0

    def issues(self, role: str) -> tuple[Issue, ...]:
        return (Issue("features_mended", role, values={"n": self.mended}),) if self.mended else ()


def features_of(values: list[Any], path: Path) -> Features:
    """The features in the values of a GeoJSON file: collections, lists, single features, bare geometries. InputError: none."""
    found = Features()
    for value in values:
        for entry in _entries(value):
            found.stated += 1
            row = entry if _is_feature(entry) else _feature(entry)
            found.mended += row is not None and row is not entry and entry is not value
            if row is not None:
                found.rows.append(row)
    if not found.rows and not any(_is_collection(value) for value in values):
        raise InputError("not_geojson", path.name)
    return found


def _is_collection(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("features"), list) and value.get("type", "") == "FeatureCollection"


def _entries(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("features"), list):
        return list(value["features"])
    return list(value) if isinstance(value, list) else [value]


def _is_feature(entry: Any) -> bool:
    if not isinstance(entry, dict) or entry.get("type") != "Feature":
        return False
    properties = entry.get("properties")
    return properties is None or isinstance(properties, dict)


def _feature(entry: Any) -> dict[str, Any] | None:
    """An entry as a feature: a geometry alone, one whose type is missing or in other letters; None for anything else."""
    if not isinstance(entry, dict):
        return None
    if str(entry.get("type", "")).lower() in _KINDS:
        return {"type": "Feature", "properties": {}, "geometry": entry}
    if str(entry.get("type", "Feature")).lower() != "feature" or not entry.keys() & {"geometry", "properties"}:
        return None
    properties = entry.get("properties")
    if not isinstance(properties, dict | None):
        properties = {"properties": json.dumps(properties, ensure_ascii=False)}
    return {**entry, "type": "Feature", "properties": properties}


def declared_crs(values: list[Any], rows: list[Any], role: str) -> tuple[str | None, tuple[Issue, ...]]:
    """The CRS of a GeoJSON file: WGS 84 by rule, or what its crs member names, which older writers added.

    A member that names none landplan knows is said; degrees are then taken as WGS 84, anything else is left without a CRS.
    """
    holders = [value for value in values if isinstance(value, dict)]
    members = [holder["crs"] for holder in holders if "crs" in holder]
    if not members:
        members = [row["crs"] for row in rows if "crs" in row]
    if not members:
        return WGS_84, ()
    found = {_crs(member) for member in members}
    if len(found) == 1 and None not in found:
        return found.pop(), ()
    shown = "null" if members[0] is None else json.dumps(members[0], ensure_ascii=False)[:80]
    first = next(_positions(row.get("geometry") for row in rows), None)
    degrees = first is not None and abs(first[0]) <= 180 and abs(first[1]) <= 90 and guessed_crs(_array(first)) != ""
    issue = Issue("json_crs_unknown", role, values={"member": shown, "taken": WGS_84 if degrees else "-"})
    return WGS_84 if degrees else None, (issue,)


def _crs(member: Any) -> str | None:
    """ "EPSG:4549" of {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}; links are not followed."""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name", properties.get("code")) if isinstance(properties, dict) else member
    if isinstance(name, int) and isinstance(member, dict):
        name = f"EPSG:{name}"
    if not isinstance(name, str):
        return None
    if _CRS84.search(name.strip()):
        return WGS_84
    code = _CODE.match(name.strip())
    return crs_text(f"{code[1].upper()}:{code[2]}") if code else None


def _array(position: list[float]) -> Any:
    import numpy as np

    return np.array([position[:2]], np.float64)


def _positions(geometries: Any) -> Iterator[list[float]]:
    """The first position of each geometry that has one."""
    for geometry in geometries:
        found = geometry.get("coordinates") if isinstance(geometry, dict) else None
        while isinstance(found, list) and found and isinstance(found[0], list):
            found = found[0]
        if isinstance(found, list) and len(found) > 1 and all(isinstance(x, int | float) for x in found[:2]):
            yield found


@dataclass(slots=True)
class Cleaned:
    """Features that every library reads alike. unreadable: rows whose geometry is none; what else had to be changed, by count."""

    rows: list[dict[str, Any]]
    unreadable: set[int] = field(default_factory=set)
    texts: int = 0
    broken: int = 0
    not_finite: dict[str, int] = field(default_factory=dict)

    def issues(self, role: str, encoding: str) -> tuple[Issue, ...]:
        found = [Issue("values_not_finite", role, values={"field": name, "n": n}) for name, n in self.not_finite.items()]
        found += [Issue("coordinates_as_text", role, values={"n": self.texts})] if self.texts else []
        found += [Issue("text_broken", role, values={"encoding": encoding})] if self.broken else []
        return tuple(found)


def cleaned(rows: list[Any]) -> Cleaned:
    """Features whose numbers are finite, whose texts are whole characters, and whose geometries are of a known kind."""
    out = Cleaned([])
    for at, row in enumerate(rows):
        properties = {_text(name, out): _value(value, name, out) for name, value in (row.get("properties") or {}).items()}
        geometry = row.get("geometry")
        sound = None if geometry is None else _geometry(geometry, out)
        if sound is None and geometry is not None:
            out.unreadable.add(at)
        out.rows.append({"type": "Feature", "properties": properties, "geometry": sound})
    return out


def _value(value: Any, name: str, out: Cleaned) -> Any:
    if isinstance(value, str):
        return _text(value, out)
    if isinstance(value, float) and not math.isfinite(value):
        out.not_finite[name] = out.not_finite.get(name, 0) + 1
        return None
    if isinstance(value, list):
        return [_value(one, name, out) for one in value]
    if isinstance(value, dict):
        return {_text(key, out): _value(one, name, out) for key, one in value.items()}
    return value


def _text(text: str, out: Cleaned) -> str:
    """The text without zeros, at which libraries cut it, and without halves of characters."""
    text = text.replace("\0", "�")
    whole = text if text.isascii() else _HALF.sub("�", text)
    out.broken += whole != text
    return whole


def _geometry(geometry: Any, out: Cleaned) -> dict[str, Any] | None:
    kind = _KINDS.get(str(geometry.get("type")).lower()) if isinstance(geometry, dict) else None
    if kind is None:
        return None
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        parts = [_geometry(one, out) for one in members] if isinstance(members, list) else [None]
        return None if None in parts else {"type": kind, "geometries": parts}
    coordinates = _nest(geometry.get("coordinates"), _DEPTHS[kind], out)
    return None if coordinates is None else {"type": kind, "coordinates": coordinates}


def _nest(value: Any, depth: int, out: Cleaned) -> list[Any] | None:
    """Positions in lists as deep as the kind has them; None where anything in them is something else."""
    if not isinstance(value, list):
        return None
    if depth:
        inner = [_nest(one, depth - 1, out) for one in value]
        return None if None in inner else inner
    if len(value) == 1:
        return None
    numbers = [_number(one, out) for one in value[:3]]
    return None if any(one is None for one in numbers) else numbers


def _number(value: Any, out: Cleaned) -> float | None:
    """A finite coordinate, also one that stands in quotation marks (counted)."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
        out.texts += 1
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < 1e300 else None
