"""The layers of a package: parcels and zones, each with its records; the same for GeoPackage and Shapefile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.layers import Text
from landplan.core.messages import titles
from landplan.core.results import Results
from landplan.export.parcel_records import Record, number, parcel_records, with_short_names, words
from landplan.export.zone_records import zone_indicators


@dataclass(frozen=True, slots=True, eq=False)
class LayerRecords:
    """One layer to write: shapes (n,) as shapely MultiPolygons or None, and its columns in order."""

    name: str
    title: dict[str, str]
    shapes: Text
    records: tuple[Record, ...]


def exported_layers(results: Results) -> tuple[LayerRecords, ...]:
    """The parcels, and the zones of every set with the set's outside row, which has no geometry."""
    parcels = LayerRecords(
        "parcels", titles("layer_parcels"), multipolygons(results.layers.parcels.shapes), parcel_records(results)
    )
    return (parcels, _zones(results)) if results.zones.sets and results.layers.zones is not None else (parcels,)


def multipolygons(shapes: Text) -> Text:
    """The shapes with every polygon as a MultiPolygon of one: a layer has one type."""
    import shapely

    out = np.array(shapes, object)
    single = shapely.get_type_id(out) == shapely.GeometryType.POLYGON
    out[single] = shapely.multipolygons(out[single][:, None]) if single.any() else None
    return out


def _zones(results: Results) -> LayerRecords:
    layer = results.layers.zones
    assert layer is not None  # noqa: S101  (the caller has just looked)
    row = {id: k for k, id in enumerate(layer.ids)}
    every = multipolygons(layer.shapes)
    tables = [zone_indicators(results, set_id) for set_id in results.zones.sets]
    ids = [id for table in tables for id in (*table.zone_set.zone_ids[:-1], None)]
    shapes = np.full(len(ids), None, object)
    for k, id in enumerate(ids):
        shapes[k] = every[row[id]] if id in row else None
    sets = [table.zone_set.id for table in tables for _ in table.names]
    names = [name for table in tables for name in table.names]
    records = (
        words("set", "set", titles("zone_set"), sets),
        words("id", "id", titles("zone_id"), ids),
        words("name", "name", titles("zone_name"), names),
        *_columns(tables),
    )
    return LayerRecords("zones", titles("layer_zones"), shapes, with_short_names(records))


def _columns(tables: list[Any]) -> Iterator[Record]:
    for k, indicator in enumerate(tables[0].indicators):
        values = np.concatenate([table.indicators[k].values for table in tables])
        yield number(indicator.name, indicator.short, indicator.title, values, indicator.unit, indicator.decimals)
