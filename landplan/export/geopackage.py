"""Parcels and zones with every result as one GeoPackage, and the dictionary of its fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landplan.core.crs import is_plane, parsed
from landplan.core.crs_names import crs_title
from landplan.core.registry import exporters
from landplan.core.results import Results
from landplan.export.field_dictionary import FIELDS, field_dictionary
from landplan.export.layer_records import LayerRecords, exported_layers
from landplan.export.parcel_records import Record
from landplan.io.files import replacing
from landplan.io.gdal import UNDEFINED, dated, heard, ogr


@exporters.add("GeoPackage", zh="GeoPackage 图层")
def geopackage(results: Results, folder: Path) -> list[Path]:
    """FOLDER/landplan.gpkg: the layers parcels and zones, and the table field_dictionary; a plane is −1, undefined Cartesian.

    Unknown is NULL. Times inside the file are the recipe's date, so that two runs give the same bytes.
    """
    path = folder / "landplan.gpkg"
    layers = exported_layers(results)
    with replacing(path) as draft, dated(results.recipe.export.stamp), heard():
        for layer in layers:
            _write(draft, layer, results)
        _write_dictionary(draft, layers, results)
    return [path]


def _write(draft: Path, layer: LayerRecords, results: Results) -> None:
    import pyarrow as pa
    import shapely

    columns = {record.name: _array(record) for record in layer.records}
    columns["geom"] = pa.array(shapely.to_wkb(layer.shapes), pa.binary())
    crs = results.layers.crs
    system = UNDEFINED if is_plane(crs) else parsed(crs).to_wkt()
    title = layer.title[results.lang] + (f" · {crs_title(crs, results.lang)}" if is_plane(crs) else "")
    ogr().raw.write_arrow(
        pa.table(columns),
        str(draft),
        layer=layer.name,
        driver="GPKG",
        append=draft.exists(),
        dataset_options=None if draft.exists() else {"VERSION": "1.2"},  # what older desktop software reads without a word
        geometry_name="geom",
        geometry_type="MultiPolygon",
        crs=system,
        layer_options={"DESCRIPTION": title, "GEOMETRY_NAME": "geom"},
    )


def _write_dictionary(draft: Path, layers: tuple[LayerRecords, ...], results: Results) -> None:
    import pyarrow as pa

    entries = field_dictionary(layers, results.lang)
    table = pa.table({name: pa.array([getattr(entry, name) for entry in entries], pa.string()) for name in FIELDS})
    ogr().raw.write_arrow(
        table, str(draft), layer="field_dictionary", driver="GPKG", append=True, geometry_name=None, geometry_type=None
    )


def _array(record: Record) -> Any:
    import pyarrow as pa

    if record.kind == "text":
        return pa.array(record.cells(), pa.string())
    return pa.array(record.cells(), pa.float64() if record.decimals else pa.int64())
