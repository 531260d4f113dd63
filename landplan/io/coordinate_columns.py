"""Which columns of a table are coordinates, found by name and by content; what they hold is said and nothing is turned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Float
from landplan.io.placement import guessed_crs
from landplan.io.raw_layer import crs_text

_PAIRS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("东坐标", "东向坐标", "easting", "eastings", "横坐标"), ("北坐标", "北向坐标", "northing", "northings", "纵坐标")),
    (("x", "x坐标", "坐标x", "xcoord", "coordx", "pointx", "xzb", "中心点x", "中心x", "centroidx"),
     ("y", "y坐标", "坐标y", "ycoord", "coordy", "pointy", "yzb", "中心点y", "中心y", "centroidy")),
    (("lon", "lng", "long", "longitude", "经度", "东经", "jd", "坐标经度", "中心经度"),
     ("lat", "latitude", "纬度", "北纬", "wd", "坐标纬度", "中心纬度")),
)  # fmt: skip
"""Names of the east and of the north, from the first pair to the last where a table has several with as many points."""
_BRACKETS = re.compile(r"[\(\[【{][^)\]】}]*[\)\]】}]")
_SYSTEM = re.compile(r"(wgs84|gcj02|bd09|cgcs2000|epsg\d+|2000|80|84|54|米|m)$")
_EAST, _NORTH = re.compile(r"[(\[【](东|e|east)"), re.compile(r"[(\[【](北|n|north)")
_WKT_NAMES = ("wkt", "geom", "geometry", "thegeom", "shape", "wktgeom", "几何", "图形", "空间坐标")
_WKT = re.compile(
    r"^\s*(?:SRID=(\d+);)?\s*(?:POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)"
    r"\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY)", re.IGNORECASE,
)  # fmt: skip
_DEEP = 32
"""Collections in collections beyond this depth are an attack on the parser, not a plan."""
_DMS = re.compile(
    r"^\s*(\d{1,3})\s*[°度]\s*(\d{1,2})\s*[′'分]\s*(\d{1,2}(?:\.\d+)?)\s*(?:[″\"秒]|'')?\s*[EN东北]?\s*$", re.IGNORECASE
)
_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$")
_NO_DATA = (-9999.0, -99999.0, -999999.0, -9999999.0, -999.0)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where the rows of a table lie: their WKB or None, its CRS, the column that became geometry, and what is to be said."""

    wkb: Any = None
    crs: str | None = None
    drop: str | None = None
    issues: tuple[Issue, ...] = ()


def located(table: Any, fields: Mapping[str, str], role: str) -> Place:
    """The geometry in a column of WKT, else points from two columns; an empty Place for a plain table.

    fields: the recipe's, whose `x` (east) and `y` (north) come before every guess.
    """
    text = _wkt_column(table)
    if text is not None:
        return _from_wkt(table, text, role)
    given = (fields.get("x", ""), fields.get("y", ""))
    pairs = [given] if all(name in table.column_names for name in given) else _pairs(table.column_names)
    best: tuple[int, str, str, Float, list[Issue]] | None = None
    for east, north in pairs:
        xy, issues = _points(table, east, north, role)
        n = int(np.isfinite(xy[:, 0]).sum())
        if best is None or n > best[0]:
            best = n, east, north, xy, issues
    if best is None or not best[0]:
        return Place(issues=tuple(best[4]) if best is not None else ())
    n, east, north, xy, issues = best
    shown = {"east": east, "north": north, "n": n, "rows": table.num_rows}
    found = Issue("coordinates_found", role, "note", values=shown)
    return Place(_wkb(xy), issues=(found, *issues, *_turned(xy, east, north, role)))


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    sides = {name: _folded(name) for name in names}
    found = []
    for easts, norths in _PAIRS:
        east = next((name for name, known in sides.items() if known in easts), None)
        north = next((name for name, known in sides.items() if known in norths), None)
        if east is not None and north is not None:
            said = [unicodedata.normalize("NFKC", name).lower() for name in (east, north)]
            survey = _NORTH.search(said[0]) and _EAST.search(said[1])
            found.append((north, east) if survey else (east, north))
    return found


def _folded(name: str) -> str:
    """A column's name without brackets, units, the name of a system, spaces and marks: 经度（°） is 经度, X_2000 is x."""
    plain = unicodedata.normalize("NFKC", name).lower()
    plain = "".join(ch for ch in _BRACKETS.sub("", plain) if ch.isalnum())
    return _SYSTEM.sub("", plain) or plain


def _points(table: Any, east: str, north: str, role: str) -> tuple[Float, list[Issue]]:
    """(n, 2) east and north, NaN for both where one is missing, and how many are, by cause."""
    columns = [column_numbers(table.column(name)) for name in (east, north)]
    xy = np.column_stack([values for values, _ in columns])
    blank = np.any([table.column(name).is_null().to_numpy() for name in (east, north)], axis=0)
    zero, none = (xy == 0).all(axis=1), np.isin(xy, _NO_DATA).any(axis=1)
    unreadable = ~np.isfinite(xy).all(axis=1) & ~blank
    xy[blank | zero | none | unreadable] = np.nan
    missing = int((~np.isfinite(xy[:, 0])).sum())
    counts = {"zero": int(zero.sum()), "nodata": int(none.sum()), "blank": int(blank.sum()), "unreadable": int(unreadable.sum())}
    issues = [Issue("points_missing", role, values={"n": missing, **counts})] if missing else []
    if dms := max(n for _, n in columns):
        issues.append(Issue("coordinates_sexagesimal", role, "note", values={"n": dms}))
    return xy, issues


def column_numbers(column: Any) -> tuple[Float, int]:
    """(n,) the numbers of a column, NaN where it has none, and how many were degrees, minutes and seconds."""
    import pyarrow as pa

    if not pa.types.is_string(column.type):
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            return np.full(len(column), np.nan), 0
        return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64), 0
    texts = column.to_pylist()
    dms = [None if text is None else _DMS.match(text) for text in texts]
    read = [_number(text) if angle is None else _degrees(angle) for text, angle in zip(texts, dms, strict=True)]
    return np.array(read, np.float64), sum(angle is not None for angle in dms)


def _number(text: str | None) -> float:
    if text is None:
        return np.nan
    try:
        value = float(text.replace(",", "") if _THOUSANDS.match(text) else text)
    except ValueError:
        return np.nan
    return value if np.isfinite(value) else np.nan


def _degrees(angle: re.Match[str]) -> float:
    degrees, minutes, seconds = (float(part) for part in angle.groups())
    return degrees + minutes / 60 + seconds / 3600


def _turned(xy: Float, east: str, north: str, role: str) -> list[Issue]:
    """What is to be said where the values of the east are northings: of all rows, or of some."""
    e, n = xy[:, 0], xy[:, 1]
    with np.errstate(invalid="ignore"):
        degrees = (e > 15) & (e < 55) & (n > 70) & (n < 140)
        metres = (e > 1.5e6) & (e < 6.5e6) & (((n > 2.5e5) & (n < 7.5e5)) | ((n > 13e6) & (n < 46e6)))
    turned = degrees | metres
    k, of = int(turned.sum()), int(np.isfinite(e).sum())
    if not k:
        return []
    shown = {"east": east, "north": north, "x": float(np.median(e[turned])), "y": float(np.median(n[turned])), "n": k, "rows": of}
    if 2 * k < of:
        return [Issue("coordinates_turned_rows", role, values={**shown, "row": int(np.flatnonzero(turned)[0]) + 1})]
    return [Issue("coordinates_turned", role, "blocks", values={**shown, "crs": guessed_crs(xy[turned][:, ::-1]) or "-"})]


def _wkb(xy: Float) -> Any:
    import pyarrow as pa
    import shapely

    points = np.full(len(xy), None, object)
    known = np.isfinite(xy[:, 0])
    points[known] = shapely.points(xy[known])
    return pa.array(shapely.to_wkb(points).tolist(), pa.binary())


def _wkt_column(table: Any) -> str | None:
    """The column whose texts are WKT throughout: one so called first, else the first by content."""
    import pyarrow as pa

    texts = [name for name in table.column_names if pa.types.is_string(table.column(name).type)]
    for name in sorted(texts, key=lambda name: _folded(name) not in _WKT_NAMES):
        sample = table.column(name).drop_null()[:50].to_pylist()
        if sample and sum(bool(_WKT.match(text)) for text in sample) * 5 >= len(sample) * 4:
            return str(name)
    return None


def _from_wkt(table: Any, name: str, role: str) -> Place:
    import pyarrow as pa
    import shapely

    texts = table.column(name).to_pylist()
    found = [None if text is None else _WKT.match(text) for text in texts]
    plain = [text.partition(";")[2] if match[1] else text for text, match in zip(texts, found, strict=True) if match and text]
    plain = ["" if text.upper().count("COLLECTION") > _DEEP else text for text in plain]
    shapes = np.full(len(texts), None, object)
    rows = np.flatnonzero([match is not None for match in found])
    shapes[rows] = _parsed(plain)
    failed = [row for row in rows if shapes[row] is None]
    shapes[failed] = _mended([texts[row] for row in failed])
    unreadable = [row for row, text in enumerate(texts) if text is not None and shapes[row] is None]
    issues = [Issue("coordinates_wkt", role, "note", values={"field": name, "n": len(rows) - len(unreadable)})]
    issues += [Issue("wkt_unreadable", role, row=row, values={"text": texts[row][:40]}) for row in unreadable]
    issues += [Issue("ring_closed", role, row=int(row)) for row in failed if shapes[row] is not None]
    codes = {match[1] for match in found if match is not None}
    crs = crs_text(f"EPSG:{min(codes)}") if len(codes) == 1 and None not in codes else None
    if len(codes) > 1:
        issues.append(Issue("wkt_systems_differ", role, values={"codes": sorted(code or "-" for code in codes)}))
    return Place(pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()), crs, name, tuple(issues))


def _mended(texts: list[str]) -> Any:
    """Shapes of texts whose rings are not closed, closed; None where that is not what is wrong."""
    areas = [text.partition(";")[2] or text if "POLYGON" in text.upper() else "" for text in texts]
    closed = [re.sub(r"\(([^()]+)\)", _closed_ring, text) for text in areas]
    return _parsed(closed)


def _parsed(texts: list[str]) -> Any:
    """Shapes of WKT; None where it is none. Numbers too large for a float are infinite, and found later."""
    import shapely

    with np.errstate(all="ignore"):
        return shapely.from_wkt(np.array(texts, object), on_invalid="ignore") if texts else np.empty(0, object)


def _closed_ring(match: re.Match[str]) -> str:
    points = [point.strip() for point in match[1].split(",")]
    return f"({','.join(points if points[0] == points[-1] else [*points, points[0]])})"
