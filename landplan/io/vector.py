"""Vector layers in: any readable file to a Layer in the measuring CRS, with an account of every row and value."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.crs import is_grid, is_plane, plane_name
from landplan.core.crs_names import declared_word, is_code
from landplan.core.errors import InputError, Issue, nearest
from landplan.core.layers import Geometry, Layer, Source, Text
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput
from landplan.io import (
    apart,
    delimited,
    dxf,
    filegdb,
    geojson,
    geopackage,
    gml,
    kept_layers,
    kml,
    ogr_layer,
    plots,
    postgis,
    shapefile,
    tables,
    workbook,
)
from landplan.io.columns import settled, units, unknown_units
from landplan.io.files import Format, kind, sha256
from landplan.io.grid_file import doubts, grid_issues, moved
from landplan.io.placement import guessed_crs
from landplan.io.raw_layer import RawLayer, unharmed
from landplan.io.row_ids import row_ids
from landplan.io.shapes import geometry
from landplan.io.zip_layers import members

if TYPE_CHECKING:
    import pyarrow as pa

IDENTIFIED = ("parcels", "zones", "rights")
"""Roles whose rows need an id of their own; other layers are fine without."""


def list_layers(path: Path) -> tuple[str, ...]:
    """The layers (and tables) of a file, in its order. InputError when it is nothing that landplan reads."""
    reader = _reader(path)
    if not apart.inside():
        return apart.layers(path)
    with unharmed("", path):
        return reader.layers(path)


def read_raw(path: Path, spec: LayerInput, role: str, progress: Progress = silent) -> RawLayer:
    """One layer as it is in the file: source names, source CRS, source units. Read in a process of its own."""
    reader = _reader(path)
    if not apart.inside():
        return apart.raw_layer(path, spec, role, progress)
    with unharmed(role, path):
        return reader.read(path, spec, role)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one format is read: the layers of a file, and one of them."""

    read: Callable[[Path, LayerInput, str], RawLayer]
    layers: Callable[[Path], tuple[str, ...]] = lambda path: (path.stem,)


def _reader(path: Path) -> _Reader:
    format = kind(path)
    if path.suffix.lower() == ".shp":  # a damaged one is refused as a shapefile
        format = "shapefile"
    if format not in _READERS:
        raise _refusal(format, path)
    return _READERS[format]


def _in_geopackage(path: Path) -> tuple[str, ...]:
    with geopackage.settled(path) as file:
        return tuple(geopackage.tables(file))


def _in_zip(path: Path) -> tuple[str, ...]:
    with members(path, _layers_of) as found:
        return tuple(found.layers)


def read_layer(path: Path, spec: LayerInput, role: str, measuring_crs: str, progress: Progress = silent) -> Layer:
    """A layer in the measuring CRS with canonical names and units, unique ids, and its Issues.

    Missing data stays null, a bad geometry costs its own row's geometry, and rows_in = rows + dropped. InputError when the
    file cannot be read, or has no CRS and the recipe gives none. An Issue of weight "blocks" says that the coordinates
    cannot be what the CRS claims; such coordinates are kept as they are when they have no image in the measuring CRS.
    """
    place = kept_layers.place_of(path, spec, role, measuring_crs)
    with ThreadPoolExecutor(1) as beside:
        checksum = beside.submit(sha256, path)
        before = kept_layers.kept_layer(place) if place is not None else None
        if before is not None and before.source.sha256 == checksum.result():
            return before
        layer = _read(path, spec, role, measuring_crs, progress, beside, checksum)
    if place is not None and place == kept_layers.place_of(path, spec, role, measuring_crs):  # not changed while it was read
        kept_layers.keep(place, layer)
    return layer


def _read(
    path: Path, spec: LayerInput, role: str, measuring_crs: str, progress: Progress, beside: Executor, checksum: Future[str]
) -> Layer:
    """The layer read anew; its columns are settled in another thread than its shapes."""
    where = f"{path.name} [layers.{role}]"
    raw = read_raw(path, spec, role, progress)
    rows = beside.submit(_rows, raw, spec, role, where)
    shape, broken = geometry(raw.wkb, len(raw), role)
    table, odd, ids, mended = rows.result()
    declared = spec.crs or raw.crs or (measuring_crs if is_plane(measuring_crs) else None)
    shape, placed = _placed(shape, declared, measuring_crs, role, where)
    broken = tuple(replace(issue, feature=str(ids[issue.row])) if issue.row >= 0 else issue for issue in broken)
    source = Source(path.name, raw.name, checksum.result(), raw.rows_in, raw.dropped, raw.encoding, declared_word(raw.crs))
    issues = (
        *raw.issues,
        *_own_system(raw, role),
        *_supposed(spec.crs or raw.crs, measuring_crs, shape, role),
        *placed,
        *broken,
        *odd,
        *mended,
    )
    return Layer(role, table, shape, measuring_crs, ids, source, units(table, spec), issues)


def _rows(raw: RawLayer, spec: LayerInput, role: str, where: str) -> tuple[pa.Table, tuple[Issue, ...], Text, tuple[Issue, ...]]:
    """The table with canonical names and units, what was lost in it, the ids, and which were mended."""
    table, odd = settled(raw.table, role, spec, where)
    for name in unknown_units(spec, table.column_names):
        raise InputError("no_such_field", where, layer=role, field=name, nearest=nearest(name, table.column_names))
    return table, odd, *row_ids(table, role, wanted=role in IDENTIFIED)


def _own_system(raw: RawLayer, role: str) -> tuple[Issue, ...]:
    """A note that the file itself declares a CRS without a code: its parameters go wherever the file goes."""
    if raw.crs is None or is_code(raw.crs):
        return ()
    return (Issue("crs_in_input", role, "note", values={"crs": declared_word(raw.crs)}),)


def _supposed(declared: str | None, measuring_crs: str, shape: Geometry, role: str) -> tuple[Issue, ...]:
    """That a layer without a CRS is taken to lie in the grid that is measured in; who names that grid means the parcels."""
    if declared is not None or role == "parcels" or not is_grid(measuring_crs) or not len(shape.xy):
        return ()
    return (Issue("crs_taken_for_grid", role, values={"name": plane_name(measuring_crs)}),)


def _placed(
    shape: Geometry, declared: str | None, measuring_crs: str, role: str, where: str
) -> tuple[Geometry, tuple[Issue, ...]]:
    """The geometry in the measuring CRS, and what is implausible about where it was."""
    if not len(shape.xy):
        return shape, ()
    if declared is None:
        raise InputError("crs_missing", where, layer=role, suggestion=guessed_crs(shape.xy) or "plane:local")
    from pyproj.exceptions import ProjError

    issues = doubts(role, shape.xy, declared)
    try:
        xy = moved(shape.xy, declared, measuring_crs, where)
        issues += grid_issues(role, shape.xy, xy, declared, measuring_crs)
    except (InputError, ProjError) as error:
        if not issues or getattr(error, "id", "crs_no_image") != "crs_no_image":
            raise
        xy = shape.xy
    return replace(shape, xy=np.ascontiguousarray(xy)), issues


def _zipped(path: Path, spec: LayerInput, role: str) -> RawLayer:
    with members(path, _layers_of) as found:
        name, issues = ogr_layer.chosen(spec.layer, tuple(found.layers), role, path)
        file, layer = found.layers[name]
        raw = _reader(file).read(file, spec.model_copy(update={"layer": layer}), role)
        said = found.issues if name == next(iter(found.layers)) else ()
        return replace(raw, name=name, issues=(*issues, *(replace(issue, layer=role) for issue in said), *raw.issues))


def _layers_of(path: Path) -> tuple[str, ...]:
    return _reader(path).layers(path)


_READERS: dict[Format, _Reader] = {
    "shapefile": _Reader(lambda path, spec, role: shapefile.read(path, role, spec.encoding)),
    "zip": _Reader(_zipped, _in_zip),
    "geopackage": _Reader(lambda path, spec, role: ogr_layer.read_geopackage(path, spec.layer, role), _in_geopackage),
    "geojson": _Reader(geojson.read, geojson.layers),
    "flatgeobuf": _Reader(lambda path, _spec, role: ogr_layer.read_flatgeobuf(path, role)),
    "parquet": _Reader(lambda path, _spec, role: tables.read_parquet(path, role)),
    "kml": _Reader(kml.read, kml.layers),
    "gml": _Reader(gml.read, gml.layers),
    "filegdb": _Reader(filegdb.read, filegdb.layers),
    "dxf": _Reader(dxf.read, dxf.layers),
    "postgis": _Reader(postgis.read, postgis.layers),
    "dbf": _Reader(lambda path, spec, role: shapefile.read_table(path, role, spec.encoding)),
    "plots": _Reader(lambda path, spec, role: plots.read(path, role, spec.encoding)),
    "csv": _Reader(lambda path, spec, role: delimited.read(path, role, spec)),
    "xlsx": _Reader(lambda path, spec, role: workbook.read(path, role, spec), workbook.layers),
}


def _refusal(format: Format, path: Path) -> InputError:
    ids: dict[str, str] = {"vrt": "vrt_refused", "dwg": "dwg_refused", "xls": "xls_refused", "raster": "is_a_raster",
                           "page": "page_refused", "pointer": "table_is_pointer", "packed": "archive_refused",
                           "hdf": "hdf_refused", "mdb": "mdb_refused"}  # fmt: skip
    return InputError(ids.get(format, "format_unknown"), path.name)
