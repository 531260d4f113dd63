"""A layer as it is in a file, written to GeoPackage, Shapefile or GeoJSON, and read again before it counts as written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core.crs import same
from landplan.core.errors import ExportError
from landplan.core.layers import Text
from landplan.core.recipe import LayerInput
from landplan.io.files import replacing
from landplan.io.gdal import dated, heard, ogr
from landplan.io.settled_dbf import settle_dbf

if TYPE_CHECKING:
    import pyarrow as pa

DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".geojson": "GeoJSON"}
_NO_DATE = date(2000, 1, 1)
"""Stamped where a format wants a date: the clock is not asked, so that equal layers are equal files."""
_LONGEST_NAME, _LONGEST_TEXT = 10, 254
_TYPES = {0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}


def write_layer(path: Path, name: str, table: pa.Table, shapes: Text | None, crs: str | None) -> None:
    """Write rows with their geometry (shapely, None for none; `shapes` None for a table), whole or not at all.

    Text is UTF-8; in a shapefile GBK where only so every field name fits its 10 bytes and every text its 254.
    ExportError when the suffix is none of DRIVERS, when the format cannot hold a name or value as it is (a shapefile's
    names of 10 bytes, texts of 254), or when what is read back is not what was written: then nothing is left.
    """
    if path.suffix.lower() not in DRIVERS:
        raise ExportError("convert_format", path.name, suffixes=list(DRIVERS))
    driver = DRIVERS[path.suffix.lower()]
    if driver != "GPKG" and shapes is None:
        raise ExportError("convert_no_geometry", path.name)
    encoding = _dbf_encoding(table, path) if driver == "ESRI Shapefile" else "UTF-8"
    with replacing(path) as draft:
        with dated(_NO_DATE), heard():
            _write(draft, name, table, shapes, crs, driver, encoding)
        if driver == "ESRI Shapefile":
            settle_dbf(draft.with_suffix(".dbf"), _NO_DATE)
            draft.with_suffix(".cpg").write_text(encoding, encoding="ascii")
        _check_written(draft, name, table, shapes, crs)
        for companion in sorted(draft.parent.iterdir()):
            if companion != draft:
                companion.replace(path.parent / companion.name)


def _write(draft: Path, name: str, table: pa.Table, shapes: Text | None, crs: str | None, driver: str, encoding: str) -> None:
    import pyarrow as pa
    import shapely

    taken = {column.lower() for column in table.column_names}
    geometry = next(free for free in ("geom", "geometry", "landplan_geom") if free not in taken)
    options: dict[str, dict[str, str]] = {
        "GPKG": {"GEOMETRY_NAME": geometry, "FID": next(free for free in ("fid", "landplan_fid") if free not in taken)},
        "ESRI Shapefile": {},
        "GeoJSON": {"COORDINATE_PRECISION": "15", "SIGNIFICANT_FIGURES": "17", "WRITE_NAME": "NO"},
    }
    more: dict[str, Any] = {"geometry_name": None, "geometry_type": None, "crs": None}
    if shapes is not None:
        table = table.append_column(geometry, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()))
        more = {"geometry_name": geometry, "geometry_type": _type(shapes), "crs": crs}
    dataset = {"dataset_options": {"VERSION": "1.3"}} if driver == "GPKG" else {}
    named = {"encoding": encoding} if driver == "ESRI Shapefile" else {"layer": name}
    ogr().raw.write_arrow(table, draft, driver=driver, layer_options=options[driver], **named, **more, **dataset)


def _type(shapes: Text) -> str:
    """The one type of all geometries, "Unknown" where they are of several or of none."""
    import shapely

    present = shapes[~shapely.is_missing(shapes)]
    types = {int(code) for code in shapely.get_type_id(present)}
    heights = {bool(has) for has in shapely.has_z(present)}
    if len(types) != 1 or heights != {False}:
        return "Unknown"
    return _TYPES.get(types.pop(), "Unknown")


def _dbf_encoding(table: pa.Table, path: Path) -> str:
    """UTF-8 where all names and texts fit a DBF in it, else GBK; ExportError that names a field where neither holds it."""
    misfits = {encoding: _misfit(table, encoding) for encoding in ("UTF-8", "GBK")}
    for encoding, field in misfits.items():
        if field is None:
            return encoding
    raise ExportError("convert_name_too_long", path.name, field=misfits["GBK"], most=_LONGEST_NAME)


def _misfit(table: pa.Table, encoding: str) -> str | None:
    """The first field whose name or text does not fit a DBF in an encoding, or None."""
    for name in table.column_names:
        texts = [cell for cell in table[name].to_pylist() if isinstance(cell, str)]
        try:
            if len(name.encode(encoding)) > _LONGEST_NAME or any(len(cell.encode(encoding)) > _LONGEST_TEXT for cell in texts):
                return str(name)
        except UnicodeEncodeError:
            return str(name)
    return None


def _check_written(draft: Path, name: str, table: pa.Table, shapes: Text | None, crs: str | None) -> None:
    """Read the file again: every row, value, geometry and the CRS must be what was to be written."""
    import numpy as np
    import shapely

    from landplan.io.vector import read_raw

    found = read_raw(draft, LayerInput(path=draft.name, layer=name if draft.suffix.lower() == ".gpkg" else None), name)
    if len(found) != table.num_rows:
        raise ExportError("convert_rows_lost", draft.name, wanted=table.num_rows, found=len(found))
    blank_is_null = draft.suffix.lower() == ".shp"
    for column in table.column_names:
        if column not in found.table.column_names or not _equal(table[column], found.table[column], blank_is_null):
            raise ExportError("convert_value_lost", draft.name, field=column)
    if shapes is None:
        return
    raw = np.full(len(found), None, object)
    raw[:] = found.wkb.to_pylist() if found.wkb is not None else None
    before, after = (shapely.get_coordinates(rows, include_z=True) for rows in (shapes, shapely.from_wkb(raw)))
    tolerance = 0.0 if draft.suffix.lower() != ".geojson" else 1e-9
    if before.shape != after.shape or not _near(before, after, shapes, tolerance):
        raise ExportError("convert_value_lost", draft.name, field="geometry")
    if crs is not None and (found.crs is None or not same(crs, found.crs)) and not blank_is_null:
        raise ExportError("convert_value_lost", draft.name, field="CRS")


def _near(before: Any, after: Any, shapes: Text, tolerance: float) -> bool:
    """Whether coordinates are the same; a shapefile turns rings round, so that only their extent is compared there."""
    import numpy as np

    if np.allclose(before, after, rtol=0, atol=tolerance, equal_nan=True):
        return True
    return bool(np.allclose(np.sort(before, axis=0), np.sort(after, axis=0), rtol=0, atol=tolerance, equal_nan=True))


def _equal(before: pa.ChunkedArray, after: pa.ChunkedArray, blank_is_null: bool) -> bool:
    """Whether two columns hold the same values; a shapefile has no difference between "" and nothing."""
    if before.type == after.type and before.equals(after):
        return True
    same_value: Callable[[Any, Any], bool] = lambda a, b: a == b or (a != a and b != b)  # noqa: E731
    pairs = zip(before.to_pylist(), after.to_pylist(), strict=True)
    return all(same_value(a, b) or (blank_is_null and not (a or b) and {a, b} == {"", None}) for a, b in pairs)
