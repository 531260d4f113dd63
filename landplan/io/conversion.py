"""A layer mended by named fixes and written anew: nothing else of it changes, and every row is accounted for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.china_offset import CONVERSIONS
from landplan.core.crs import is_plane, parsed, reprojected, same
from landplan.core.crs_names import crs_word
from landplan.core.errors import InputError, Issue, suggestion
from landplan.core.layers import Float, Layer, Source, Text
from landplan.core.recipe import LayerInput
from landplan.io.fix_command import ENCODINGS, FAULTS, LABELS, SHIFTS, label
from landplan.io.grid_file import doubts, grid_issues, moved, named
from landplan.io.layer_writing import write_layer
from landplan.io.placement import guessed_crs
from landplan.io.raw_layer import RawLayer, crs_text
from landplan.io.shapes import flat
from landplan.io.vector import list_layers, read_raw

FIXES = tuple(dict.fromkeys((*FAULTS, *CONVERSIONS)))
"""Every code that `--fix` takes: the faults, and the plain conversions between WGS 84, GCJ-02 and BD-09."""
_MOST_CHANGE = 1e-4
"""0.01 %: a row whose area would change by more is mended only when that is accepted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done: fixes in their order; `crs` is the CRS that a wrong label is replaced by, else the target.

    source: what the coordinates are in, whatever the file declares; to: the target. Any CRS may be `grid:NAME`.
    """

    fixes: Sequence[str] = ()
    crs: str | None = None
    source: str | None = None
    to: str | None = None
    layer: str | None = None
    encoding: str | None = None
    accept_area_change: bool = False


@dataclass(frozen=True, slots=True)
class Mended:
    """A row whose geometry was made valid, and its area before and after (on the ellipsoid where the CRS is known)."""

    row: int
    id: str
    before_m2: float
    after_m2: float

    @property
    def change(self) -> float:
        """Share by which the area changed; infinite where there was none."""
        moved = abs(self.after_m2 - self.before_m2)
        return moved / abs(self.before_m2) if self.before_m2 else (np.inf if moved else 0.0)


@dataclass(frozen=True, slots=True)
class Converted:
    """What was done. rows_in = rows_out + Σ dropped; areas on the ellipsoid, None without polygons or a usable CRS."""

    file: Path
    layer: str
    rows_in: int
    rows_out: int
    dropped: Mapping[str, int]
    crs_before: str | None
    crs_after: str | None
    area_before_m2: float | None
    area_after_m2: float | None
    steps: tuple[Issue, ...] = ()
    mended: tuple[Mended, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """A layer between two fixes: geometry (None where a row has none), CRS as text, and what was done so far."""

    raw: RawLayer
    shapes: Text
    crs: str | None
    wanted: Wanted
    steps: tuple[Issue, ...] = ()
    mended: tuple[Mended, ...] = ()
    labelled: bool = False

    def said(self, id: str, **values: object) -> _Work:
        return replace(self, steps=(*self.steps, Issue(id, self.raw.name, "note", values=values)))


def convert(path: Path, out: Path, wanted: Wanted) -> Converted:
    """Read one layer, apply the fixes in their order, reproject it where a CRS is asked for, and write it as UTF-8.

    InputError when a fix does not exist or its fault is not there (a mended layer is not mended again), when a CRS is needed,
    when a row's area would change by more than 0.01 % unasked, or when the layer has no coordinates that can be moved.
    """
    for code in wanted.fixes:
        if code not in FIXES:
            raise InputError("convert_fix_unknown", path.name, code=code, nearest=suggestion(code, FIXES, 30))
    raw = read_raw(path, LayerInput(path=str(path), layer=_layer(path, wanted), encoding=wanted.encoding), path.stem)
    shapes, lost = raw_shapes(raw)
    wanted = replace(wanted, crs=named(wanted.crs), source=named(wanted.source), to=named(wanted.to))
    work = _Work(raw, shapes, raw.crs, wanted)
    work = work.said("converted_lost", n=lost) if lost else work
    if wanted.source is not None and wanted.source != work.crs:
        work = replace(work, crs=wanted.source).said("converted_label", before=_shown(raw.crs), after=_shown(wanted.source))
    before_m2 = _area_m2(work)
    for code in wanted.fixes:
        work = _fixed(work, code, path)
    target = wanted.to or (None if work.labelled else wanted.crs)
    if target is not None:
        work = _reprojected(work, target, path)
    crs = crs_text(work.crs) if work.crs and not is_plane(work.crs) else None
    if work.crs and is_plane(work.crs):
        work = work.said("converted_plane", crs=_shown(work.crs))
    write_layer(out, raw.name, raw.table, None if raw.wkb is None else work.shapes, crs)
    after_m2 = _area_m2(work)
    rows = raw.rows_in, len(raw), dict(raw.dropped)
    crs_after = work.crs if work.crs and is_plane(work.crs) else crs
    return Converted(out, raw.name, *rows, raw.crs, crs_after, before_m2, after_m2, work.steps, work.mended)


def _layer(path: Path, wanted: Wanted) -> str | None:
    names = list_layers(path)
    if wanted.layer is None and len(names) > 1:
        raise InputError("convert_layer_needed", path.name, layers=list(names))
    return wanted.layer or (names[0] if len(names) == 1 else None)


def raw_shapes(raw: RawLayer) -> tuple[Text, int]:
    """(n,) shapely geometries with their heights, and how many could not be read or have a coordinate that is no number."""
    import shapely

    out = np.full(len(raw), None, object)
    if raw.wkb is None:
        return out, 0
    cells = raw.wkb.to_pylist()
    try:
        out[:] = cells
        with np.errstate(invalid="ignore"):
            out = np.asarray(shapely.from_wkb(out, on_invalid="fix"), object)
    except (shapely.errors.ShapelyError, NotImplementedError):  # one of them cannot be read: each by itself
        out[:] = [_shape(one) for one in cells]
    xy, owner = shapely.get_coordinates(out, return_index=True)
    out[np.unique(owner[~np.isfinite(xy).all(axis=1)])] = None
    return out, int((np.asarray(raw.wkb.is_valid(), bool) & shapely.is_missing(out)).sum())


def _shape(wkb: bytes | None) -> Any:
    import shapely

    try:
        with np.errstate(invalid="ignore"):
            return None if wkb is None else shapely.from_wkb(wkb, on_invalid="fix")
    except (shapely.errors.ShapelyError, NotImplementedError):
        return None


def _fixed(work: _Work, code: str, path: Path) -> _Work:
    if code in ENCODINGS:
        return work.said("converted_encoding", encoding=work.raw.encoding)
    if code == "invalid_geometries":
        return _valid(work, path)
    if code in SHIFTS or code in CONVERSIONS:
        return _offset(work, SHIFTS.get(code, code), path)
    fault = next((issue for issue in _faults(work) if issue.id == code), None)
    if fault is None:
        raise InputError("convert_fault_absent", path.name, code=code, found=[issue.id for issue in _faults(work)] or "-")
    if code in LABELS:
        return _labelled(work, fault, path)
    if code == "axes_swapped":
        return _moved(work, lambda xy: xy[:, ::-1]).said("converted_axes_swapped")
    zone = int(str(fault.values["zone"]))
    return _moved(work, lambda xy: xy + np.array([zone * 1e6, 0.0])).said("converted_zone_prefix_missing", zone=zone)


def _faults(work: _Work) -> tuple[Issue, ...]:
    """What is implausible about where the layer lies now."""
    import shapely

    xy = shapely.get_coordinates(work.shapes)
    if not len(xy):
        return ()
    if work.crs is None:
        return (Issue("crs_absent", work.raw.name, "blocks", values={"suggestion": guessed_crs(xy)}),)
    return doubts(work.raw.name, xy, work.crs)


def _labelled(work: _Work, fault: Issue, path: Path) -> _Work:
    """The layer under another CRS, its coordinates as they are."""
    crs = work.wanted.crs or label(fault.id, fault.values)
    if not crs:
        raise InputError("convert_needs_crs", path.name, code=fault.id)
    if not is_plane(crs):
        parsed(crs)
    return replace(work, crs=crs, labelled=True).said("converted_label", before=_shown(work.crs), after=_shown(crs))


def _offset(work: _Work, conversion: str, path: Path) -> _Work:
    """The coordinates converted in degrees of the layer's own datum, and back into its CRS."""
    crs = _settled_crs(work, path)
    if is_plane(crs):
        raise InputError("plane_cannot_reproject", path.name, source=_shown(crs), target="EPSG:4326")
    degrees = str(parsed(crs).geodetic_crs.to_wkt())
    lengths: list[float] = []

    def moved(xy: Float) -> Float:
        here = reprojected(xy, crs, degrees, path.name)
        there = CONVERSIONS[conversion](here)
        east = (there - here)[:, 0] * np.cos(np.radians(here[:, 1]))
        lengths.extend(np.hypot(east, (there - here)[:, 1]) * 111_320.0)
        return reprojected(there, degrees, crs, path.name)

    work = _moved(work, moved)
    return work.said("converted_offset", conversion=conversion, m=round(float(np.median(lengths)), 1) if lengths else 0.0)


def _reprojected(work: _Work, crs: str, path: Path) -> _Work:
    import shapely

    source = _settled_crs(work, path)
    if same(source, crs):
        return work
    before = shapely.get_coordinates(work.shapes)
    work = _moved(work, lambda xy: moved(xy, source, crs, path.name))
    work = replace(work, crs=crs).said("converted_crs", before=_shown(source), after=_shown(crs))
    issues = grid_issues(work.raw.name, before, shapely.get_coordinates(work.shapes), source, crs)
    return replace(work, steps=(*work.steps, *issues))


def _settled_crs(work: _Work, path: Path) -> str:
    """The layer's CRS, once nothing about it is in doubt: what lies in a wrong CRS is not moved to a right place."""
    if work.crs is None:
        raise InputError("convert_needs_crs", path.name, code="crs_absent")
    if faults := _faults(work):
        raise InputError("convert_settle_first", path.name, code=faults[0].id, crs=_shown(work.crs))
    return work.crs


def _moved(work: _Work, move: Callable[[Float], Float]) -> _Work:
    """The layer with other x and y; heights stay."""
    import shapely

    shapes = work.shapes.copy()
    high = np.asarray(shapely.has_z(shapes), bool)
    for rows, z in ((~high, False), (high, True)):
        if rows.any():
            moved = shapely.transform(shapes[rows], lambda at: np.column_stack([move(at[:, :2]), at[:, 2:]]), include_z=z)
            shapes[rows] = moved
    return replace(work, shapes=shapes)


def _valid(work: _Work, path: Path) -> _Work:
    """The layer with valid geometries; InputError when a row's area changes too much and nobody has accepted that."""
    import shapely

    wrong = np.flatnonzero(~shapely.is_valid(work.shapes) & ~shapely.is_missing(work.shapes))
    shapes = work.shapes.copy()
    shapes[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    before, after = (_areas_m2(replace(work, shapes=rows[wrong])) for rows in (work.shapes, shapes))
    first = work.raw.table.column(0)
    mended = tuple(
        Mended(int(row), str(first[int(row)].as_py()), float(a), float(b)) for row, a, b in zip(wrong, before, after, strict=True)
    )
    changed = [one for one in mended if one.change > _MOST_CHANGE]
    if changed and not work.wanted.accept_area_change:
        worst = max(changed, key=lambda one: one.change)
        facts = {"row": worst.row + 1, "feature": worst.id, "before_m2": worst.before_m2, "after_m2": worst.after_m2}
        raise InputError("convert_area_change", path.name, n=len(changed), **facts)
    work = replace(work, shapes=shapes, mended=(*work.mended, *mended))
    return work.said("converted_valid", n=len(mended), before_m2=float(before.sum()), after_m2=float(after.sum()))


def _areas_m2(work: _Work) -> Float:
    """(n,) areas of the polygons, m2 on the ellipsoid; planar in the layer's own units where it has no usable CRS."""
    import shapely

    if work.crs is None or is_plane(work.crs) or not len(work.shapes) or _faults(work):
        return np.asarray(shapely.area(work.shapes), np.float64)
    return np.nan_to_num(ellipsoidal_m2(_as_layer(work, work.crs)))


def _area_m2(work: _Work) -> float | None:
    """Area of all polygons on the ellipsoid, m2; None where there are none or the CRS is in doubt."""
    if work.crs is None or is_plane(work.crs) or _faults(work) or not _is_polygon(work.shapes).any():
        return None
    return float(np.nansum(ellipsoidal_m2(_as_layer(work, work.crs))))


def _as_layer(work: _Work, crs: str) -> Layer:
    import shapely

    shapes = work.shapes.copy()
    shapes[~_is_polygon(shapes)] = None
    geometry = flat(np.asarray(shapely.force_2d(shapes), object), "polygon")
    ids = np.arange(len(shapes)).astype(str).astype(object)
    return Layer(work.raw.name, work.raw.table, geometry, crs, ids, Source(work.raw.name))


def _is_polygon(shapes: Text) -> np.ndarray[Any, np.dtype[np.bool_]]:
    import shapely

    return np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))


def _shown(crs: str | None) -> str:
    """A CRS as a sentence names it."""
    return crs_word(crs)
