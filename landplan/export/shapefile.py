"""Parcels and zones as Shapefiles a review desk can read: declared widths, .cpg, .prj, and a data dictionary."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from landplan.core.crs import is_plane, parsed
from landplan.core.errors import ExportError
from landplan.core.registry import exporters
from landplan.core.results import Results
from landplan.export.csv_table import write_csv
from landplan.export.dbf_file import LONGEST_TEXT, text_bytes
from landplan.export.field_dictionary import FIELDS, field_dictionary
from landplan.export.layer_records import LayerRecords, exported_layers
from landplan.export.parcel_records import Record
from landplan.io.files import replacing_folder
from landplan.io.gdal import harden
from landplan.io.settled_dbf import settle_dbf


@exporters.add("Shapefile", zh="Shapefile 图层")
def shapefile(results: Results, folder: Path) -> list[Path]:
    """FOLDER/shapefile/parcels.shp and zones.shp in the recipe's encoding, and field_dictionary.csv.

    Field names have at most 10 bytes (`shapefile_field` of the dictionary). Unknown numbers and texts are blank, as DBF
    writes NULL. ExportError where a text is longer than its field or holds a character the encoding lacks: nothing is cut,
    but a long list of reasons gives way to its first ones and how many more there are.
    """
    with replacing_folder(folder / "shapefile") as draft:
        layers = tuple(_brief(layer) for layer in exported_layers(results))
        for layer in layers:
            _write(draft, layer, results)
        _write_dictionary(draft / "field_dictionary.csv", layers, results)
    return sorted((folder / "shapefile").iterdir())


def _brief(layer: LayerRecords) -> LayerRecords:
    """The layer with short texts where a record has them."""
    records = (one if one.brief is None else replace(one, values=one.brief) for one in layer.records)
    return replace(layer, records=tuple(records))


def _write(draft: Path, layer: LayerRecords, results: Results) -> None:
    harden()
    import fiona

    encoding = results.recipe.export.shapefile.encoding
    fitted = [_fitted(record, encoding, layer.name) for record in layer.records]
    schema = {
        "geometry": "Polygon",
        "properties": {record.short: kind for record, kind in zip(layer.records, fitted, strict=True)},
    }
    system = None if is_plane(results.layers.crs) else parsed(results.layers.crs).to_wkt("WKT1_ESRI")
    path = draft / f"{layer.name}.shp"
    with fiona.open(path, "w", driver="ESRI Shapefile", schema=schema, crs_wkt=system, encoding=encoding) as sink:
        sink.writerecords(_features(layer))
    settle_dbf(path.with_suffix(".dbf"), results.recipe.export.stamp)
    path.with_suffix(".cpg").write_text(encoding, encoding="ascii")
    if system is not None:
        path.with_suffix(".prj").write_text(system, encoding="utf-8")


def _features(layer: LayerRecords) -> Iterator[dict[str, Any]]:
    import shapely

    columns = [record.cells() for record in layer.records]
    names = [record.short for record in layer.records]
    for k, shape in enumerate(layer.shapes):
        geometry = None if shape is None else shapely.geometry.mapping(shape)
        yield {"geometry": geometry, "properties": {name: column[k] for name, column in zip(names, columns, strict=True)}}


def _fitted(record: Record, encoding: str, layer: str) -> str:
    """The DBF type of a record, wide enough for every value; ExportError where none is."""
    if record.kind == "text":
        longest = max((text_bytes(cell, encoding, layer, record.name) for cell in record.cells() if cell is not None), default=1)
        if longest > LONGEST_TEXT:
            raise ExportError("shapefile_text_too_long", layer, field=record.name, longest=longest)
        return f"str:{max(longest, 1)}"
    digits = max((len(f"{abs(cell):.0f}") for cell in record.cells() if cell is not None and math.isfinite(cell)), default=1)
    width = digits + 1 + (record.decimals + 1 if record.decimals else 0)
    return f"float:{max(width, 4)}.{record.decimals}" if record.decimals else f"int:{max(width, 4)}"


def _write_dictionary(path: Path, layers: tuple[LayerRecords, ...], results: Results) -> None:
    entries = field_dictionary(layers, results.lang)
    write_csv(path, FIELDS, ([getattr(entry, name) for name in FIELDS] for entry in entries))
