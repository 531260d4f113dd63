"""One layer of a file as `inspect` tells of it: what is in it, its three areas, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.crs import is_plane, parsed
from landplan.core.crs_code import shown_code
from landplan.core.errors import Issue
from landplan.core.fields import match_fields
from landplan.core.layers import Float, Layer, Source
from landplan.io.placement import guessed_crs, implausible
from landplan.io.raw_layer import RawLayer
from landplan.io.shape_faults import shape_faults
from landplan.io.shapes import geometry

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE_ROWS = 20
_TOLERANCE = 0.005
"""Share by which areas may differ: the same as that of the data check of declared areas."""
_UNITS = {"mu": 2000 / 3, "ha": 1e4, "km2": 1e6}


_NO_AREAS: dict[str, Any] = {"area_m2": None, "planar_m2": None, "declared_m2": None, "declared_rows": 0}


def layer_card(raw: RawLayer) -> tuple[dict[str, Any], list[Issue]]:
    """The facts of a layer as plain data, and its Issues."""
    shape, broken = geometry(raw.wkb, len(raw), raw.name)
    ids = np.array([str(row) for row in range(len(raw))], object)
    layer = Layer(raw.name, raw.table, shape, raw.crs or "plane:?", ids, Source(raw.name))
    placed = implausible(shape.xy, raw.crs, raw.name) if raw.crs else _no_crs(layer)
    blocked = any(issue.weight == "blocks" for issue in placed)
    invalid, faults = shape_faults(layer, raw.crs is not None and not is_plane(raw.crs) and not blocked)
    issues = [*raw.issues, *placed, *(issue for issue in broken if not _is_outside(raw, issue)), *_not_finite(raw), *faults]
    areas, differing = _areas(layer, raw.crs) if not blocked and shape.kind == "polygon" else (_planar_only(layer, raw), [])
    facts = {
        "name": raw.name,
        "features": raw.rows_in,
        "geometry": shape.kind,
        "crs": shown_code(raw.crs),
        "encoding": raw.encoding,
        "area_m2": areas["area_m2"],
        "invalid": invalid,
        "fields": list(raw.table.column_names),
        "sample": _sample(raw.table.slice(0, SAMPLE_ROWS)),
        **areas,
    }
    return facts, [*issues, *_of_unit(raw), *differing]


def _areas(layer: Layer, crs: str | None) -> tuple[dict[str, Any], list[Issue]]:
    """area_m2 on the ellipsoid, planar_m2 in the layer's own CRS (None in degrees), declared_m2 by the field that states it
    (in declared_rows of the rows); with Issues where they drift apart."""
    curved, planar = ellipsoidal_m2(layer), _planar_m2(layer, crs)
    declared, name = _declared_m2(layer)
    areas = {
        "area_m2": _total(curved), "planar_m2": _total(planar), "declared_m2": _total(declared),
        "declared_rows": int(np.isfinite(declared).sum()),
    }  # fmt: skip
    return areas, [*_drift(layer.id, areas, crs), *_declared_drift(layer, name, declared, planar, curved)]


def _planar_only(layer: Layer, raw: RawLayer) -> dict[str, Any]:
    """The planar area of polygons without a CRS whose coordinates are no degrees: what one unnamed plane would give."""
    if raw.crs is not None or layer.geometry.kind != "polygon" or not (np.abs(layer.geometry.xy) > 361).any():
        return _NO_AREAS
    return {**_NO_AREAS, "planar_m2": _total(_planar_m2(layer, None))}


def _planar_m2(layer: Layer, crs: str | None) -> Float:
    """(n,) areas in the layer's own plane, m2; NaN in degrees and without geometry."""
    import shapely

    if crs is not None and not is_plane(crs) and not parsed(crs).is_projected:
        return np.full(len(layer), np.nan)
    unit_m = 1.0 if crs is None or is_plane(crs) else float(parsed(crs).axis_info[0].unit_conversion_factor)
    area: Float = shapely.area(layer.shapes).astype(np.float64) * unit_m**2
    area[np.diff(layer.geometry.row) == 0] = np.nan
    return area


def _declared_m2(layer: Layer) -> tuple[Float, str]:
    """(n,) areas that a field states, as if it were in m2, and its name; NaN where there is none."""
    import pyarrow as pa

    name = match_fields(list(layer.table.column_names)).get("area_declared_m2", "")
    values = np.full(len(layer), np.nan)
    if name:
        column = layer.table.column(name)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            values = np.array([np.nan if one is None else float(one) for one in column.to_pylist()], np.float64)
        elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            values = np.array([_number(one) for one in column.to_pylist()], np.float64)
    values[~np.isfinite(values)] = np.nan
    return values, name


def _number(text: str | None) -> float:
    try:
        return float(text.replace(",", "").replace("，", "")) if text else np.nan
    except ValueError:
        return np.nan


def _drift(layer: str, areas: dict[str, Any], crs: str | None) -> list[Issue]:
    """A note where the projection shows areas wrong: Web Mercator, a far meridian."""
    planar, curved = areas["planar_m2"], areas["area_m2"]
    if not planar or not curved or abs(planar / curved - 1) <= _TOLERANCE:
        return []
    values = {"crs": shown_code(crs), "planar_m2": round(planar, 1), "percent": round(100 * (planar / curved - 1), 1)}
    return [Issue("area_enlarged", layer, "note", values=values)]


def _declared_drift(layer: Layer, field: str, declared: Float, planar: Float, curved: Float) -> list[Issue]:
    """An Issue where the areas declared, summed over sound rows that have both, are not those of the geometry."""
    import shapely

    best = np.where(np.isfinite(planar), planar, curved)
    both = np.isfinite(declared) & np.isfinite(best) & (declared > 0) & shapely.is_valid(layer.shapes)
    stated, measured = float(declared[both].sum()), float(best[both].sum())
    if not both.any() or measured <= 0:
        return []
    off = min(abs(stated / one - 1) for one in (measured, float(np.nansum(curved[both])) or measured))
    if off <= _TOLERANCE:
        return []
    values = {"field": field, "declared": round(stated, 1), "measured_m2": round(measured, 1)}
    for unit, size_m2 in _UNITS.items():
        if abs(stated * size_m2 / measured - 1) <= 4 * _TOLERANCE:
            return [Issue("areas_in_other_unit", layer.id, values={**values, "unit": unit})]
    return [Issue("areas_differ", layer.id, values={**values, "percent": round(100 * (stated / measured - 1), 2)})]


def _total(area: Float) -> float | None:
    """The sum of what is known; None where nothing is."""
    total = float(np.nansum(area))
    return total if np.isfinite(total) and np.isfinite(area).any() else None


def _of_unit(raw: RawLayer) -> list[Issue]:
    """A note that the coordinates are in another unit than metres or degrees: feet."""
    system = parsed(raw.crs) if raw.crs and not is_plane(raw.crs) else None
    axis = system.axis_info[0] if system is not None and system.is_projected and system.axis_info else None
    if axis is None or abs(axis.unit_conversion_factor - 1.0) < 1e-9:
        return []
    return [Issue("crs_in_other_unit", raw.name, "note", values={"crs": shown_code(raw.crs), "unit": axis.unit_name})]


def _not_finite(raw: RawLayer) -> list[Issue]:
    """How many numbers of a field are NaN or infinite."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = []
    for field in raw.table.schema:
        if pa.types.is_floating(field.type):
            finite = pc.is_finite(raw.table.column(field.name).cast(pa.float64()))
            n = len(raw) - finite.null_count - int(pc.sum(finite).as_py() or 0)
            found += [Issue("values_not_finite", raw.name, values={"field": field.name, "n": n})] if n else []
    return found


def _is_outside(raw: RawLayer, issue: Issue) -> bool:
    """Whether a row without geometry is what lies outside a set of zones in an exported layer: it has none, and is meant to."""
    if issue.id != "geometry_missing" or not {"set", "id"} <= set(raw.table.column_names):
        return False
    set_id, id = (raw.table.column(name)[issue.row].as_py() for name in ("set", "id"))
    return set_id is not None and id is None


def _no_crs(layer: Layer) -> tuple[Issue, ...]:
    if not len(layer.geometry.xy):
        return ()
    suggestion = guessed_crs(layer.geometry.xy) or "plane:local"
    return (Issue("crs_absent", layer.id, "blocks", values={"suggestion": suggestion}),)


def _sample(rows: pa.Table) -> list[dict[str, Any]]:
    """The rows as JSON has them, times to the microsecond: Python's own have no finer ones."""
    import pyarrow as pa

    for k, field in enumerate(rows.schema):
        if pa.types.is_timestamp(field.type) or pa.types.is_duration(field.type):
            coarse = pa.timestamp("us", field.type.tz) if pa.types.is_timestamp(field.type) else pa.duration("us")
            if field.type.unit == "ns":
                rows = rows.set_column(k, field.name, rows.column(k).cast(coarse, safe=False))
    return [{name: _cell(value) for name, value in row.items()} for row in rows.to_pylist()]


def _cell(value: Any) -> Any:
    """A value as JSON has it: days as text, what is not finite as text, bytes as their length."""
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
