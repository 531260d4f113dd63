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
from landplan.io.coordinate_text import coordinate
from landplan.io.geometry_text import geometry_column, geometry_texts
from landplan.io.placement import guessed_crs

_PAIRS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("东坐标", "东向坐标", "easting", "eastings", "横坐标"), ("北坐标", "北向坐标", "northing", "northings", "纵坐标")),
    (("x", "x坐标", "坐标x", "xcoord", "coordx", "pointx", "xzb", "中心点x", "中心x", "centroidx"),
     ("y", "y坐标", "坐标y", "ycoord", "coordy", "pointy", "yzb", "中心点y", "中心y", "centroidy")),
    (("lon", "lng", "long", "longitude", "经度", "东经", "jd", "坐标经度", "中心经度"),
     ("lat", "latitude", "纬度", "北纬", "wd", "坐标纬度", "中心纬度")),
)  # fmt: skip
"""Names of the east and of the north, from the first pair to the last where a table has several with as many points."""
_BRACKETS = re.compile(r"[\(\[【{][^)\]】}]*[\)\]】}]")
_SYSTEM = re.compile(r"(wgs84|gcj02|bd09|cgcs2000|epsg\d+|\d{4,5}|80|84|54|米|m)$")
_EAST, _NORTH = re.compile(r"[(\[【](东|e|east)"), re.compile(r"[(\[【](北|n|north)")
_PAIR_NAMES = ("坐标", "经纬度", "经纬度坐标", "中心坐标", "location", "lnglat", "lonlat", "coordinates", "xy")
"""Names of a column with both coordinates in one text, "121.2,31.3"."""
_BETWEEN = re.compile(r"[,，;；\s]+")
_FAR = 1000.0
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
    text = geometry_column(table, _folded)
    if text is not None:
        found = geometry_texts(table, *text, role)
        return Place(_column(found.shapes), found.crs, text[0], found.issues)
    given = (fields.get("x", ""), fields.get("y", ""))
    pairs = [given] if all(name in table.column_names for name in given) else _pairs(table.column_names)
    read = [(east, north, *_points(table, east, north, role)) for east, north in pairs] or _in_one_column(table, role)
    if not read:
        return Place()
    east, north, xy, issues = max(read, key=lambda one: int(np.isfinite(one[2][:, 0]).sum()))
    n = int(np.isfinite(xy[:, 0]).sum())
    if not n:
        return Place(issues=tuple(issues))
    shown = {"east": east, "north": north, "n": n, "rows": table.num_rows}
    noted = Issue("coordinates_found", role, "note", values=shown)
    return Place(_wkb(xy), issues=(noted, *issues, *_turned(xy, east, north, role), *_of_two_kinds(xy, role)))


def _in_one_column(table: Any, role: str) -> list[tuple[str, str, Float, list[Issue]]]:
    """The points of a column with both coordinates in one text, as maps on the web give them; most of its texts must be such."""
    import pyarrow as pa

    for name in table.column_names:
        if _folded(name) not in _PAIR_NAMES or not pa.types.is_string(table.column(name).type):
            continue
        texts = table.column(name).to_pylist()
        parts = [_BETWEEN.split(text.strip(" ()（）[]")) if text else [] for text in texts]
        good = [len(two) == 2 and all(np.isfinite(coordinate(one)[0]) for one in two) for two in parts]
        if 2 * sum(good) > sum(text is not None for text in texts):
            halves = {side: [two[k] if len(two) == 2 else text for two, text in zip(parts, texts, strict=True)]
                      for k, side in enumerate(("east", "north"))}  # fmt: skip
            xy, issues = _points(pa.table(halves), "east", "north", role)
            return [(name, name, xy, issues)]
    return []


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
    zero, none = (xy == 0).all(axis=1) | _lone_zero(xy).any(axis=1), np.isin(xy, _NO_DATA).any(axis=1)
    unreadable = ~np.isfinite(xy).all(axis=1) & ~blank
    xy[blank | zero | none | unreadable] = np.nan
    missing = int((~np.isfinite(xy[:, 0])).sum())
    counts = {"zero": int(zero.sum()), "nodata": int(none.sum()), "blank": int(blank.sum()), "unreadable": int(unreadable.sum())}
    issues = [Issue("points_missing", role, values={"n": missing, **counts})] if missing else []
    if dms := max(n for _, n in columns):
        issues.append(Issue("coordinates_sexagesimal", role, "note", values={"n": dms}))
    return xy, issues


def _lone_zero(xy: Float) -> Any:
    """(n, 2) zeros on an axis on which all other values are far from zero: nobody has measured them."""
    size: Float = np.abs(xy)
    size[xy == 0] = np.nan
    known = np.atleast_1d(np.isfinite(size).any(axis=0))
    least = np.array([np.nanmin(size[:, axis]) if known[axis] else 0.0 for axis in (0, 1)])
    return np.logical_and(xy == 0, least > _FAR)


def column_numbers(column: Any) -> tuple[Float, int]:
    """(n,) the numbers of a column, NaN where it has none, and how many were degrees, minutes and seconds."""
    import pyarrow as pa

    if not pa.types.is_string(column.type):
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            return np.full(len(column), np.nan), 0
        return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype(np.float64), 0
    read = [coordinate(text) for text in column.to_pylist()]
    return np.array([value for value, _ in read], np.float64), sum(angle for _, angle in read)


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


def _of_two_kinds(xy: Float, role: str) -> list[Issue]:
    """What is to be said where some rows are degrees and the others metres."""
    known = np.isfinite(xy).all(axis=1)
    with np.errstate(invalid="ignore"):
        degrees = known & (np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90)
        metres = known & (np.abs(xy) > _FAR).all(axis=1)
    few = degrees if degrees.sum() <= metres.sum() else metres
    if not degrees.any() or not metres.any():
        return []
    shown = {"n": int(few.sum()), "rows": int(known.sum()), "row": int(np.flatnonzero(few)[0]) + 1}
    return [Issue("coordinates_of_two_kinds", role, values=shown)]


def _wkb(xy: Float) -> Any:
    import shapely

    points = np.full(len(xy), None, object)
    known = np.isfinite(xy[:, 0])
    points[known] = shapely.points(xy[known])
    return _column(points)


def _column(shapes: Any) -> Any:
    import pyarrow as pa
    import shapely

    return pa.array(shapely.to_wkb(shapes).tolist(), pa.binary())
