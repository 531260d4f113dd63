"""Plots of a coordinate text (报盘坐标文件) as a layer: polygons, the CRS of header and zone, stated beside computed area."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.units import M2_PER_MU
from landplan.io.plain_text import plain_text
from landplan.io.plot_text import Delivery, Plot, Ring, delivery
from landplan.io.raw_layer import RawLayer
from landplan.io.rings import nested

_SYSTEMS = {"2000": (4513, 4534, 4491, 4502), "80": (2349, 2370, 2327, 2338), "54": (2401, 2422, 21413, 21453)}
"""EPSG codes of CGCS2000, Xian 1980, Beijing 1954: 3 degrees from zone 25 and from 75° E, 6 degrees from zone 13 and 75° E."""
_AREA_UNITS = {"ha": 1e4, "m2": 1.0, "mu": M2_PER_MU}
_FAR_OFF = 0.001
_MILLION = 1e6


def read(path: Path, role: str, encoding: str | None) -> RawLayer:
    """Every plot of the file, a row each. A plot whose boundary cannot be made keeps its fields and has an Issue.

    Plots are counted a second way, by their closing @. `area_declared_m2` is the stated area, in hectares by rule, or in the
    unit that fits the computed ones (said); `area_computed_m2` is planar in the file's plane.
    """
    text, name, issues = plain_text(path, role, encoding)
    found = delivery(text)
    if not found.plots:
        raise InputError("plots_none", path.name, layer=role)
    rows = len(re.findall(r"[@＠][^\S\r\n]*(?=[\r\n]|\Z)", text))
    shapes, broken = _shapes(found.plots, role)
    crs, placed = _crs(found, role)
    table, areas = _table(found.plots, shapes, role)
    if found.strays:
        issues += (Issue("plot_points_stray", role, values={"n": found.strays}),)
    if rows != len(found.plots):
        issues += (Issue("rows_lost", role, values={"stated": rows, "found": len(found.plots)}),)
    return RawLayer(path.stem, table, _wkb(shapes), crs, name, len(found.plots), {}, (*issues, *placed, *broken, *areas))


def _crs(found: Delivery, role: str) -> tuple[str | None, tuple[Issue, ...]]:
    """The CRS that header and coordinates give together, None where they do not; and what speaks against it."""
    header, points = found.header, [point for plot in found.plots for ring in plot.rings for point in ring.points]
    if not points:
        return None, ()
    north, east = median(point[1] for point in points), median(point[2] for point in points)
    turned = _is_turned(north, east)
    issues = [Issue("plot_axes_turned", role, "blocks", values={"x": north, "y": east})] if turned else _turned(found.plots, role)
    east = north if turned else east
    values = {key: header.get(key, "") for key in ("坐标系", "几度分带", "带号", "投影类型", "计量单位")}
    said = {"system": values["坐标系"], "zone": values["带号"], "projection": values["投影类型"], "unit": values["计量单位"]}
    if not all(said[key] in ("", *known) for key, known in (("projection", _PROJECTIONS), ("unit", ("米", "m", "M")))):
        return None, (*issues, Issue("plot_plane_unknown", role, values=said))
    codes = next((codes for name, codes in _SYSTEMS.items() if name in values["坐标系"]), None)
    stated = _whole(values["带号"])
    prefix = int(east // _MILLION) if 13e6 < east < 46e6 else None
    zone = prefix or stated
    width = 6 if "6" in values["几度分带"] or "六" in values["几度分带"] else 3
    if not values["几度分带"] and zone is not None and zone < 24:
        width = 6
    if prefix and stated and prefix != stated:
        issues.append(Issue("plot_zone_differs", role, "blocks", values={"stated": stated, "found": prefix}))
    code = _code(codes, zone, width, prefix is not None) if codes and zone else None
    if code is None:
        issues.append(Issue("plot_crs_open", role, values=said))
    return code, tuple(issues)


def _is_turned(north: float, east: float) -> bool:
    return 1.5e6 < east < 6.5e6 and (2.5e5 < north < 7.5e5 or 13e6 < north < 46e6)


def _turned(plots: list[Plot], role: str) -> list[Issue]:
    """The plots whose coordinates are the other way round than those of the rest."""
    issues = []
    for row, plot in enumerate(plots):
        points = [point for ring in plot.rings for point in ring.points]
        if points and _is_turned(median(point[1] for point in points), median(point[2] for point in points)):
            values = {"plot": plot.number or plot.name, "x": points[0][1], "y": points[0][2]}
            issues.append(Issue("plot_axes_turned_one", role, "blocks", row=row, values=values))
    return issues


_PROJECTIONS = ("高斯克吕格", "高斯-克吕格", "高斯—克吕格", "高斯投影", "高斯", "高斯克吕格投影", "高斯－克吕格")


def _code(codes: tuple[int, int, int, int], zone: int, width: int, prefixed: bool) -> str | None:
    """ "EPSG:4528" for zone 40 of 3 degrees with its number before the east, "EPSG:4549" without."""
    first, last = (25, 45) if width == 3 else (13, 23)
    if not first <= zone <= last:
        return None
    start = codes[(0 if width == 3 else 2) + (not prefixed)]
    return f"EPSG:{start + zone - first}"


def _whole(text: str) -> int | None:
    digits = re.match(r"\s*(\d{1,2})", text)
    return int(digits[1]) if digits else None


def _shapes(plots: list[Plot], role: str) -> tuple[list[Any], list[Issue]]:
    """The shape of each plot, or None, and what is wrong with its boundary."""
    repeats = Counter(ring.closed for plot in plots for ring in plot.rings if len(ring.points) > 3)
    closing = repeats[True] >= repeats[False]
    shapes, issues = [], []
    for row, plot in enumerate(plots):
        named = {"plot": plot.number or plot.name}
        issues += [Issue(id, role, row=row, values={**named, **values}) for id, values in _faults(plot, closing)]
        shapes.append(None if plot.unreadable else _shape(plot))
    return shapes, issues


def _faults(plot: Plot, closing: bool) -> list[tuple[str, dict[str, object]]]:
    """What is wrong with one plot. closing: whether the rings of this file repeat their first point."""
    out: list[tuple[str, dict[str, object]]] = []
    if plot.unreadable:
        out.append(("plot_line_unreadable", {"n": len(plot.unreadable), "example": plot.unreadable[0]}))
    points = sum(len(ring.points) for ring in plot.rings)
    counts = {points, points - sum(ring.closed for ring in plot.rings)}
    if plot.points and _whole_count(plot.points) not in counts:
        out.append(("plot_points_differ", {"stated": plot.points, "found": points}))
    if not plot.is_area or plot.unreadable:
        return out
    for ring in plot.rings:
        if len({point[1:] for point in ring.points}) < 3:
            out.append(("plot_ring_short", {"ring": ring.number, "n": len(ring.points)}))
        elif not ring.closed and (closing or ring.points[0][0] == ring.points[-1][0] != ""):
            out.append(("plot_ring_open", {"ring": ring.number}))
    return out


def _whole_count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _shape(plot: Plot) -> Any:
    """The plot's geometry: rings inside others are holes, whatever their number; None where nothing is left."""
    import shapely

    rings = [np.array([(east, north) for _, north, east in ring.points]) for ring in plot.rings]
    if plot.kind == "点":
        return shapely.multipoints(np.concatenate(rings)) if rings else None
    if plot.kind == "线":
        lines = [shapely.linestrings(ring) for ring in rings if len(ring) > 1]
        return shapely.multilinestrings(lines) if lines else None
    made = [shapely.linearrings(_closed(ring, of)) for ring, of in zip(rings, plot.rings, strict=True) if _is_ring(of)]
    return nested(made) if made else None


def _is_ring(ring: Ring) -> bool:
    return len({point[1:] for point in ring.points}) > 2


def _closed(xy: Any, ring: Ring) -> Any:
    return np.vstack([xy[:-1], xy[:1]]) if ring.closed else np.vstack([xy, xy[:1]])


def _table(plots: list[Plot], shapes: list[Any], role: str) -> tuple[Any, list[Issue]]:
    import pyarrow as pa
    import shapely

    computed = np.array([shapely.area(shape) if plot.is_area and shape is not None else np.nan
                         for plot, shape in zip(plots, shapes, strict=True)])  # fmt: skip
    stated = np.array([_number(plot.area) for plot in plots])
    unit, issues = _area_unit(stated, computed, role)
    stated_m2 = stated * _AREA_UNITS[unit]
    for row in np.flatnonzero(np.abs(stated_m2 - computed) > np.maximum(_FAR_OFF * computed, _rounding_m2(plots, unit))):
        shown = {"plot": plots[row].number, "stated_m2": float(stated_m2[row]), "computed_m2": float(computed[row])}
        issues.append(Issue("plot_area_differs", role, row=int(row), values=shown))
    counts = [_whole_count(plot.points) for plot in plots]
    columns = {
        "地块编号": [plot.number or None for plot in plots],
        "地块名称": [plot.name or None for plot in plots],
        "图形属性": [plot.kind or None for plot in plots],
        "图幅号": [plot.sheet or None for plot in plots],
        "地块用途": [plot.use or None for plot in plots],
        "地类编码": [plot.code or None for plot in plots],
    }
    table = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    table["界址点数"] = pa.array([None if count < 0 else count for count in counts], pa.int64())
    table["地块面积"] = pa.array(stated, pa.float64(), from_pandas=True)
    table["area_declared_m2"] = pa.array(stated_m2, pa.float64(), from_pandas=True)
    table["area_computed_m2"] = pa.array(computed, pa.float64(), from_pandas=True)
    return pa.table(table), issues


def _area_unit(stated: Any, computed: Any, role: str) -> tuple[str, list[Issue]]:
    """The unit of the stated areas: hectares by rule, another where most plots fit that one within 5 %."""
    known = (stated > 0) & (computed > 0)
    if not known.any():
        return "ha", []
    ratio = float(np.median(computed[known] / stated[known]))
    unit = next((unit for unit, m2 in _AREA_UNITS.items() if abs(ratio / m2 - 1) < 0.05), "ha")
    return unit, [Issue("plot_area_unit", role, "note", values={"unit": unit})] if unit != "ha" else []


def _rounding_m2(plots: list[Plot], unit: str) -> Any:
    """Half of the last stated digit, m2."""
    decimals = [len(plot.area.partition(".")[2]) for plot in plots]
    return np.array([0.5 * 10.0**-places for places in decimals]) * _AREA_UNITS[unit] * (1 + 1e-9)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return float("nan")
    return value if value > 0 and value - value == 0 else float("nan")


def _wkb(shapes: list[Any]) -> Any:
    import pyarrow as pa
    import shapely

    return pa.array(shapely.to_wkb(np.array(shapes, object)).tolist(), pa.binary())
