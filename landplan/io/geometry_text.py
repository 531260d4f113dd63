"""A column of a table that holds geometry as text: WKT, the bytes of databases, or GeoJSON; a bad row costs itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.io.raw_layer import crs_text

_NAMES = ("wkt", "wkb", "geom", "geometry", "thegeom", "shape", "wktgeom", "geojson", "几何", "图形", "空间坐标")
_WKT = re.compile(
    r"^\s*(?:SRID=(\d+);)?\s*(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)"
    r"\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY)", re.IGNORECASE,
)  # fmt: skip
_WKB = re.compile(r"^(?:\\x|0x)?(?:00[0-9a-f]{6}|01[0-9a-f]{2}0{4})[0-9a-f]{10,}$", re.IGNORECASE)
_JSON = re.compile(r'^\s*\{.{0,400}"type"\s*:\s*"(?:Multi)?(?:Point|LineString|Polygon)"', re.DOTALL)
_FORMS = {"WKT": _WKT, "WKB": _WKB, "GeoJSON": _JSON}
_DEEP = 32
"""Collections in collections beyond this depth are an attack on the parser, not a plan."""
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True, eq=False)
class GeometryTexts:
    """The shapes of a column (None where it has none), its CRS where every row names the same, and what is to be said."""

    shapes: Any
    crs: str | None
    issues: tuple[Issue, ...]


def geometry_column(table: Any, folded: Callable[[str], str]) -> tuple[str, str] | None:
    """The column with geometry as text, and how it is written: one called so where half of its first texts are geometry, else
    one whose texts nearly all are. folded: a name without what does not count."""
    import pyarrow as pa

    texts = [name for name in table.column_names if pa.types.is_string(table.column(name).type)]
    called_so = {name for name in texts if folded(name) in {folded(one) for one in _NAMES}}
    for name in sorted(texts, key=lambda name: name not in called_so):
        sample = table.column(name).drop_null()[:_LOOKED_AT].to_pylist()
        least = 0.5 if name in called_so else 0.8
        for form, pattern in _FORMS.items():
            if sample and sum(bool(pattern.match(text)) for text in sample) >= least * len(sample):
                return str(name), form
    return None


def geometry_texts(table: Any, name: str, form: str, role: str) -> GeometryTexts:
    """The shapes of a column of texts. Unclosed rings of WKT are closed and said."""
    texts = table.column(name).to_pylist()
    found = [None if text is None else _FORMS[form].match(text) for text in texts]
    rows = np.flatnonzero([match is not None for match in found])
    shapes = np.full(len(texts), None, object)
    shapes[rows] = _READERS[form]([texts[row] for row in rows])
    failed = [int(row) for row in rows if shapes[row] is None] if form == "WKT" else []
    shapes[failed] = _mended([texts[row] for row in failed])
    unreadable = [row for row, text in enumerate(texts) if text is not None and shapes[row] is None]
    issues = [Issue("coordinates_wkt", role, "note", values={"field": name, "form": form, "n": len(texts) - len(unreadable)})]
    issues += [Issue("wkt_unreadable", role, row=row, values={"text": texts[row][:40]}) for row in unreadable]
    issues += [Issue("ring_closed", role, row=row) for row in failed if shapes[row] is not None]
    codes = _codes(shapes, found, form)
    crs = crs_text(f"EPSG:{min(codes)}") if len(codes) == 1 and "" not in codes else None
    if len(codes) > 1:
        issues.append(Issue("wkt_systems_differ", role, values={"codes": sorted(code or "-" for code in codes)}))
    return GeometryTexts(shapes, "EPSG:4326" if form == "GeoJSON" and not codes else crs, tuple(issues))


def _codes(shapes: Any, found: list[Any], form: str) -> set[str]:
    """The codes of a CRS that the rows name, "" where a row names none."""
    import shapely

    if form == "WKT":
        return {match[1] or "" for match in found if match is not None}
    if form == "GeoJSON":
        return set()
    srids = shapely.get_srid(shapes[~shapely.is_missing(shapes)])
    return {str(code) if code else "" for code in np.unique(srids).tolist()}


def _of_wkt(texts: list[str]) -> Any:
    """Shapes of WKT; None where it is none. Numbers too large for a float are infinite, and found later."""
    import shapely

    plain = [text.partition(";")[2] if text.lstrip()[:5].upper() == "SRID=" else text for text in texts]
    plain = ["" if text.upper().count("COLLECTION") > _DEEP else text for text in plain]
    with np.errstate(all="ignore"):
        return shapely.from_wkt(np.array(plain, object), on_invalid="ignore") if plain else np.empty(0, object)


def _of_wkb(texts: list[str]) -> Any:
    import shapely

    plain = [text[2:] if text[:2].lower() in ("\\x", "0x") else text for text in texts]
    with np.errstate(all="ignore"):
        return shapely.from_wkb(np.array(plain, object), on_invalid="ignore")


def _of_json(texts: list[str]) -> Any:
    import shapely

    with np.errstate(all="ignore"):
        return shapely.from_geojson(np.array(texts, object), on_invalid="ignore")


_READERS = {"WKT": _of_wkt, "WKB": _of_wkb, "GeoJSON": _of_json}


def _mended(texts: list[str]) -> Any:
    """Shapes of texts whose rings are not closed, closed; None where that is not what is wrong."""
    areas = [text if "POLYGON" in text.upper() else "" for text in texts]
    return _of_wkt([re.sub(r"\(([^()]+)\)", _closed_ring, text) for text in areas])


def _closed_ring(match: re.Match[str]) -> str:
    points = [point.strip() for point in match[1].split(",")]
    return f"({','.join(points if points[0] == points[-1] else [*points, points[0]])})"
