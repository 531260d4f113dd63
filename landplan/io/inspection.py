"""What a file holds and what is wrong with it, before anything is computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.crs import is_plane, parsed
from landplan.core.crs_code import shown_code
from landplan.core.errors import InputError, Issue
from landplan.core.layers import Layer, Source
from landplan.core.messages import catalogue, language, text
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput
from landplan.io import apart
from landplan.io.files import kind
from landplan.io.fix_command import fix_command, remedy
from landplan.io.placement import guessed_crs, implausible
from landplan.io.raster import raster_card
from landplan.io.raw_layer import RawLayer, crs_text
from landplan.io.shapes import geometry
from landplan.io.vector import list_layers, read_raw

if TYPE_CHECKING:
    import pyarrow as pa

SAMPLE_ROWS = 20


def inspect(
    path: Path, *, encoding: str | None = None, crs: str | None = None, progress: Progress = silent
) -> dict[str, Any]:
    """A file as plain data: {"path", "layers": […], "warnings": […]} or {"path", "raster": {…}, "warnings": […]}.

    A layer: name, features (rows of the file, counted a second way), geometry, crs ("EPSG:4549", "custom" or None),
    encoding, area_m2 (on the ellipsoid; None without polygons or a usable CRS), invalid, fields, sample (first 20 rows). A
    warning: code, weight (note, data, blocks), where, message, fix, remedy (fix and crs for `convert`, None where there is
    none). crs is taken in place of what the file declares. InputError in one line when the file is unreadable. All
    is looked at in a process of its own; progress may end it.
    """
    format = kind(path)
    if not apart.inside():
        card: dict[str, Any] = apart.apart("inspect", path, {"encoding": encoding, "crs": crs}, progress=progress)
        return card
    if crs is not None and not is_plane(crs):
        parsed(crs)
    if format == "raster":
        return _raster(path, crs)
    layers, warnings = [], []
    names = list_layers(path)
    for name in names:
        raw = read_raw(path, LayerInput(path=str(path), layer=name, encoding=encoding), name)
        raw = raw if crs is None else replace(raw, crs=crs if is_plane(crs) else crs_text(crs))
        with np.errstate(all="ignore"):
            facts, issues = _layer(raw)
        layers.append(facts)
        warnings += [warning(issue, fix_command(path, issue, name if len(names) > 1 else None)) for issue in issues]
    if not layers:
        raise InputError("no_layers", path.name)
    return {"path": str(path), "layers": layers, "warnings": warnings}


def warning(issue: Issue, command: str = "") -> dict[str, Any]:
    """An Issue as plain data; `fix` says what can be done and the command that does it, "" where the message says it all."""
    where = issue.layer if issue.row < 0 else f"{issue.layer} #{issue.row + 1}"
    fix = f"{issue.id}_fix"
    said = [text(fix, issue.values)] if fix in catalogue(language()) else []
    said += [text("fix_by_command", {"command": command})] if command else []
    return {
        "code": issue.id,
        "weight": issue.weight,
        "where": where,
        "message": issue.text(),
        "fix": " ".join(said),
        "remedy": remedy(issue),
    }


def _layer(raw: RawLayer) -> tuple[dict[str, Any], list[Issue]]:
    import shapely

    shape, broken = geometry(raw.wkb, len(raw), raw.name)
    ids = np.array([str(row) for row in range(len(raw))], object)
    layer = Layer(raw.name, raw.table, shape, raw.crs or "plane:?", ids, Source(raw.name))
    placed = implausible(shape.xy, raw.crs, raw.name) if raw.crs else _no_crs(layer)
    invalid = int((~shapely.is_valid(layer.shapes) & ~shapely.is_missing(layer.shapes)).sum())
    issues = [*raw.issues, *placed, *(issue for issue in broken if not _is_outside(raw, issue))]
    if invalid:
        issues.append(Issue("invalid_geometries", raw.name, values={"n": invalid}))
    blocked = any(issue.weight == "blocks" for issue in placed)
    facts = {
        "name": raw.name,
        "features": raw.rows_in,
        "geometry": shape.kind,
        "crs": shown_code(raw.crs),
        "encoding": raw.encoding,
        "area_m2": _area_m2(layer, raw.crs) if not blocked else None,
        "invalid": invalid,
        "fields": list(raw.table.column_names),
        "sample": _sample(raw.table.slice(0, SAMPLE_ROWS)),
    }
    return facts, issues


def _is_outside(raw: RawLayer, issue: Issue) -> bool:
    """Whether a row without geometry is what lies outside a set of zones in an exported layer: it has none, and is meant to."""
    if issue.id != "geometry_missing" or not {"set", "id"} <= set(raw.table.column_names):
        return False
    set_id, id = (raw.table.column(name)[issue.row].as_py() for name in ("set", "id"))
    return set_id is not None and id is None


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


def _no_crs(layer: Layer) -> tuple[Issue, ...]:
    if not len(layer.geometry.xy):
        return ()
    suggestion = guessed_crs(layer.geometry.xy) or "plane:NAME"
    return (Issue("crs_absent", layer.id, "blocks", values={"suggestion": suggestion}),)


def _area_m2(layer: Layer, crs: str | None) -> float | None:
    if crs is None or is_plane(crs) or layer.geometry.kind != "polygon":
        return None
    total = float(np.nansum(ellipsoidal_m2(layer)))
    return total if np.isfinite(total) else None


def _raster(path: Path, crs: str | None) -> dict[str, Any]:
    facts, declared, issues = raster_card(path, crs)
    told = [{**warning(issue), "remedy": None} for issue in issues]  # `convert` does not write rasters
    return {"path": str(path), "raster": {**facts, "crs": shown_code(declared)}, "warnings": told}
