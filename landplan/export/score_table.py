"""Scores as a table or layer: .csv .xlsx .parquet .gpkg .shp, the same columns and numbers in each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.crs import is_plane, parsed
from landplan.core.crs_names import crs_title
from landplan.core.errors import ExportError
from landplan.core.messages import pick
from landplan.core.registry import exporters
from landplan.core.results import Results
from landplan.core.units import unit_text
from landplan.export.csv_table import write_csv
from landplan.export.dbf_file import shortened, text_bytes
from landplan.export.score_columns import ScoreColumn, score_columns
from landplan.io.files import replacing
from landplan.io.partition_file import geo_entry
from landplan.io.settled_dbf import settle_dbf

Columns = tuple[ScoreColumn, ...]


@exporters.add("Score table", zh="评分表")
def score_table(results: Results, folder: Path) -> list[Path]:
    """scores.csv: one row a parcel with its scores, ranks, reasons and raw criteria, in full precision."""
    return [write_scores(results, folder / "scores.csv")]


def write_scores(results: Results, path: Path) -> Path:
    """One row a parcel with its scores, ranks, reasons and raw criteria; the suffix says the format.

    .gpkg .shp .parquet (GeoParquet) carry the geometry. Numbers are written in full; unknown is empty, never 0. A rank
    of 0 is written as empty. Text cells that a spreadsheet would take for a formula get an apostrophe in .csv and stay
    text in .xlsx. A Shapefile gets NAME_fields.csv, which says what its short field names mean. ExportError for another suffix.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise ExportError("score_format_unknown", path, suffix=path.suffix or "–", known=", ".join(_WRITERS))
    columns = score_columns(results)
    with replacing(path) as draft:
        write(results, columns, draft, path)
    return path


def _cells(column: ScoreColumn) -> list[Any]:
    """Python values of a column; None is unknown."""
    values = column.values
    if values.dtype == object:
        return [None if value is None else str(value) for value in values.tolist()]
    if values.dtype.kind == "i":
        return [int(value) or None for value in values.tolist()]
    return [float(value) if np.isfinite(value) else None for value in values.tolist()]


def _csv(results: Results, columns: Columns, draft: Path, path: Path) -> None:
    exact = ([repr(cell) if isinstance(cell, float) else cell for cell in _cells(column)] for column in columns)
    write_csv(draft, (column.name for column in columns), zip(*exact, strict=True))


def _xlsx(results: Results, columns: Columns, draft: Path, path: Path) -> None:
    import xlsxwriter

    stamp, lang = results.recipe.export.stamp, results.lang
    book = xlsxwriter.Workbook(draft, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(stamp.year, stamp.month, stamp.day)})  # noqa: DTZ001  (a date, stamped)
    sheet = book.add_worksheet("scores")
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, bold)
        sheet.write_string(1, place, _title(column, lang))
        for row, cell in enumerate(_cells(column), start=2):
            if isinstance(cell, str):
                sheet.write_string(row, place, cell)
            elif cell is not None:
                sheet.write_number(row, place, cell)
    sheet.freeze_panes(2, 1)
    sheet.set_column(0, len(columns) - 1, 14)
    book.close()


def _title(column: ScoreColumn, lang: str) -> str:
    unit = unit_text(column.unit, lang)
    return f"{pick(column.titles, lang)} [{unit}]" if unit else pick(column.titles, lang)


def _parquet(results: Results, columns: Columns, draft: Path, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {column.name: _arrow(column) for column in columns}
    arrays["geometry"] = pa.array(_wkb(results), pa.binary())
    pq.write_table(pa.table(arrays).replace_schema_metadata({"geo": geo_entry("geometry", results.layers.crs)}), draft)


def _arrow(column: ScoreColumn) -> Any:
    """A column as Arrow has it; null is unknown."""
    import pyarrow as pa

    values = column.values
    if values.dtype == object:
        return pa.array(_cells(column), pa.string())
    if values.dtype.kind == "i":
        return pa.array(values, pa.int32(), mask=values == 0)
    return pa.array(values, pa.float64(), mask=~np.isfinite(values))


def _gpkg(results: Results, columns: Columns, draft: Path, path: Path) -> None:
    _layer(results, columns, draft, [column.name for column in columns], "GPKG", layer="scores", encoding="UTF-8")


def _shp(results: Results, columns: Columns, draft: Path, path: Path) -> None:
    names, encoding = short_names(columns), results.recipe.export.shapefile.encoding
    _layer(results, columns, draft, names, "ESRI Shapefile", encoding=encoding)
    settle_dbf(draft.with_suffix(".dbf"), results.recipe.export.stamp)
    draft.with_suffix(".cpg").write_text(encoding, encoding="ascii")
    named = zip(names, columns, strict=True)
    rows = ([short, one.name, pick(one.titles, "zh"), pick(one.titles, "en"), one.unit] for short, one in named)
    write_csv(draft.parent / f"{draft.stem}_fields.csv", ("field", "name", "title_zh", "title_en", "unit"), rows)
    for companion in sorted(draft.parent.iterdir()):
        if companion != draft:
            companion.replace(path.parent / companion.name)


def short_names(columns: Columns) -> list[str]:
    """Unique names of at most 10 bytes: the name itself when it fits, else its start and its position."""
    names: list[str] = []
    for place, column in enumerate(columns):
        name = column.name if len(column.name.encode()) <= 10 else f"{column.name[:6]}_{place}"
        names.append(name if name.lower() not in {other.lower() for other in names} else f"c_{place}")
    return names


def _layer(results: Results, columns: Columns, draft: Path, names: list[str], driver: str, encoding: str, **options: Any) -> None:
    """Geometry and columns through GDAL, with the recipe's date where the format stamps one."""
    from landplan.io.gdal import UNDEFINED, dated, heard, ogr

    data = [_field(column, encoding if driver == "ESRI Shapefile" else "") for column in columns]
    plane = UNDEFINED if driver == "GPKG" else None
    crs = plane if is_plane(results.layers.crs) else parsed(results.layers.crs).to_wkt()
    if driver == "GPKG" and is_plane(results.layers.crs):
        options |= {"DESCRIPTION": crs_title(results.layers.crs, results.lang)}
    with dated(results.recipe.export.stamp), heard():
        ogr().raw.write(
            str(draft), _wkb(results), data, names, driver=driver, crs=crs, promote_to_multi=True, encoding=encoding,
            geometry_type=_TYPES.get(results.layers.parcels.geometry.kind, "MultiPolygon"), **options,
        )  # fmt: skip


def _field(column: ScoreColumn, encoding: str) -> Any:
    """Values as GDAL takes them; a text too long for a DBF ends in …, and a character it lacks is an error."""
    if column.values.dtype.kind == "i":
        return np.where(column.values, column.values, np.nan)
    if column.values.dtype != object:
        return column.values
    cells = _cells(column)
    if encoding:
        for cell in dict.fromkeys(cells):
            text_bytes(cell or "", encoding, "scores", column.name)
        cells = [None if cell is None else shortened(cell, encoding) for cell in cells]
    out = np.full(len(cells), None, object)
    out[:] = cells
    return out


def _wkb(results: Results) -> Any:
    import shapely

    return shapely.to_wkb(results.layers.parcels.shapes)


_TYPES = {"point": "MultiPoint"}
_WRITERS: dict[str, Callable[[Results, Columns, Path, Path], None]] = {
    ".gpkg": _gpkg, ".shp": _shp, ".parquet": _parquet, ".csv": _csv, ".xlsx": _xlsx,
}  # fmt: skip
