"""Every change between two versions of a layer as a workbook or a GeoPackage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.crs import is_plane, parsed, reprojected
from landplan.core.errors import ExportError
from landplan.core.layer_changes import LayerChanges
from landplan.core.layers import Layer, Text
from landplan.core.messages import text
from landplan.core.shape_changes import KINDS
from landplan.io.files import replacing
from landplan.io.gdal import dated, heard, ogr

_MOST_ROWS = 1_048_575
_NO_DATE = date(2000, 1, 1)
"""Stamped where a format wants a date: the clock is not asked, so that equal changes are equal files."""
_PLOTS = ("change", "key_old", "key_new", "row_old", "row_new", "fields", "shape", "area_old_m2", "area_new_m2", "apart_m2",
          "shift_m", "by_shape", "same_ground")  # fmt: skip
_VALUES = ("key_old", "key_new", "field", "old", "new")
Row = tuple[Any, ...]


def check_format(path: Path) -> None:
    """ExportError when the suffix is neither .xlsx nor .gpkg."""
    if path.suffix.lower() not in (".xlsx", ".gpkg"):
        raise ExportError("diff_format", path.name)


def write_changes(found: LayerChanges, path: Path) -> Path:
    """All removed, added and changed features, and every value that changed; whole or not at all.

    .xlsx: a sheet of features, one of values. .gpkg: a layer `changes` in the new layer's CRS (the new shape, the old one of
    what was removed) and a table `values`. ExportError for another suffix, or for more rows than a sheet holds.
    """
    check_format(path)
    plots, values = list(_plot_rows(found)), list(_value_rows(found))
    with replacing(path) as draft:
        if path.suffix.lower() == ".xlsx":
            _write_book(draft, path, plots, values)
        else:
            _write_layers(draft, found, plots, values)
    return path


def _plot_rows(found: LayerChanges) -> Iterator[Row]:
    ground = _same_ground(found)
    shapes = found.shapes
    for row in found.removed.tolist():
        area = _known(found.areas_old_m2[row])
        key = found.name(row)
        yield text("diff_removed"), key, None, row + 1, None, None, None, area, None, None, None, 0, ground.get((0, row))
    for row in found.added.tolist():
        area = _known(found.areas_new_m2[row])
        key = found.name(row, new=True)
        yield text("diff_added"), None, key, None, row + 1, None, None, None, area, None, None, 0, ground.get((1, row))
    for place in found.changed.tolist():
        old, new = found.pairs[place].tolist()
        fields = ", ".join(field for field, flags in found.cells.items() if flags[place]) or None
        numbers = (shapes.area_old_m2, shapes.area_new_m2, shapes.apart_m2, shapes.shift_m)
        kind = text(f"shape_{KINDS[shapes.kind[place]]}")
        names = found.name(old), found.name(new, new=True)
        measured = (_known(values[place]) for values in numbers)
        yield text("diff_changed"), *names, old + 1, new + 1, fields, kind, *measured, int(found.by_shape[place]), None


def _same_ground(found: LayerChanges) -> dict[tuple[int, int], str]:
    """What a removed (0, row) or added (1, row) feature became or came from."""
    said: dict[tuple[int, int], str] = {}
    for kind, groups in (("renumbered", found.renumbered), ("split", found.splits), ("merge", found.merges)):
        for one in groups:
            old, new = ([found.name(row, side) for row in rows] for side, rows in ((False, one.old), (True, one.new)))
            line = f"{text(f'diff_{kind}')} {', '.join(old)} → {', '.join(new)}"
            for place in (*((0, row) for row in one.old), *((1, row) for row in one.new)):
                said[place] = f"{said[place]}; {line}" if place in said else line
    return said


def _value_rows(found: LayerChanges) -> Iterator[Row]:
    for place in found.changed.tolist():
        old, new = found.pairs[place].tolist()
        for cell in found.cell_changes(place):
            yield found.name(old), found.name(new, new=True), cell.field, _text(cell.old), _text(cell.new)


def _known(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _text(value: Any) -> str | None:
    return None if value is None else repr(value) if isinstance(value, float) else str(value)


def _write_book(draft: Path, path: Path, plots: list[Row], values: list[Row]) -> None:
    import xlsxwriter

    if max(len(plots), len(values)) > _MOST_ROWS:
        raise ExportError("diff_too_many", path.name, n=max(len(plots), len(values)))
    book = xlsxwriter.Workbook(draft, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": datetime.combine(_NO_DATE, datetime.min.time())})
    bold = book.add_format({"bold": True, "bottom": 1})
    for name, titles, rows in (("diff_sheet_plots", _PLOTS, plots), ("diff_sheet_values", _VALUES, values)):
        sheet = book.add_worksheet(text(name))
        for column, title in enumerate(titles):
            sheet.write_string(0, column, text(f"diff_column_{title}"), bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
        sheet.freeze_panes(1, 3)
        sheet.set_column(0, len(titles) - 1, 16)
    book.close()


def _write_layers(draft: Path, found: LayerChanges, plots: list[Row], values: list[Row]) -> None:
    import pyarrow as pa
    import shapely

    columns = dict(zip(_PLOTS, zip(*plots, strict=True) if plots else [()] * len(_PLOTS), strict=True))
    types = {**dict.fromkeys(_PLOTS, pa.string()), **dict.fromkeys(("row_old", "row_new", "by_shape"), pa.int64())}
    types |= dict.fromkeys(("area_old_m2", "area_new_m2", "apart_m2", "shift_m"), pa.float64())
    table = {name: pa.array(columns[name], types[name]) for name in _PLOTS}
    table["geom"] = pa.array(shapely.to_wkb(_shapes(found)), pa.binary())
    crs = None if is_plane(found.new.crs) else parsed(found.new.crs).to_wkt()
    cells = list(zip(*values, strict=True)) if values else [()] * len(_VALUES)
    of_values = pa.table({name: pa.array(column, pa.string()) for name, column in zip(_VALUES, cells, strict=True)})
    with dated(_NO_DATE), heard():
        ogr().raw.write_arrow(
            pa.table(table), str(draft), layer="changes", driver="GPKG", dataset_options={"VERSION": "1.2"},
            geometry_name="geom", geometry_type="Unknown", crs=crs, layer_options={"GEOMETRY_NAME": "geom"},
        )  # fmt: skip
        ogr().raw.write_arrow(
            of_values, str(draft), layer="values", driver="GPKG", append=True, geometry_name=None, geometry_type=None
        )


def _shapes(found: LayerChanges) -> Text:
    """A shape a row of plots, in the new layer's CRS."""
    old = found.old.rows(_mask(found.removed, len(found.old)))
    there = _reprojected(old, found.new.crs)
    new = found.new.shapes
    return np.concatenate([there, new[found.added], new[found.pairs[found.changed][:, 1]]])


def _mask(rows: Any, n: int) -> Any:
    mask = np.zeros(n, bool)
    mask[rows] = True
    return mask


def _reprojected(layer: Layer, crs: str) -> Text:
    import shapely

    if is_plane(crs) or is_plane(layer.crs):
        return layer.shapes
    moved = shapely.transform(layer.shapes, lambda xy: reprojected(xy, layer.crs, crs, layer.source.path))
    return np.asarray(moved, object)
