"""Small layers, rasters and schemes for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from landplan.core.layers import Geometry, GeometryKind, Layer, LayerSet, Raster, Source
from landplan.core.scheme import Scheme
from landplan.core.tables import ZoneShares

CRS = "EPSG:4549"
_KINDS: dict[int, GeometryKind] = {0: "point", 1: "line", 2: "polygon"}


def geometry_of(shapes: Sequence[Any]) -> Geometry:
    """The flat coordinates of shapely geometries of one kind (None = null geometry)."""
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return Geometry.empty(len(shapes))
    kind = _KINDS[max(shapely.get_dimensions(known))]
    rings: list[list[np.ndarray]] = []
    row = [0]
    for shape in shapes:
        parts = [] if shape is None else list(shapely.get_parts(shape))
        for part in parts:
            outlines = [part.exterior, *part.interiors] if kind == "polygon" else [part]
            rings.append([shapely.get_coordinates(outline) for outline in outlines])
        row.append(row[-1] + len(parts))
    flat = [outline for part in rings for outline in part]
    ring = np.cumsum([0, *(len(outline) for outline in flat)])
    part = np.cumsum([0, *(len(outlines) for outlines in rings)])
    return Geometry(
        kind, np.concatenate(flat).astype(np.float64), ring.astype(np.int64), part.astype(np.int64), np.array(row, np.int64)
    )


def make_layer(
    shapes: Sequence[Any],
    *,
    id: str = "parcels",
    ids: Sequence[str] | None = None,
    crs: str = CRS,
    units: Mapping[str, str] | None = None,
    **columns: Any,
) -> Layer:
    """A layer of shapely geometries; columns are lists or arrays, None = unknown. Ids are P0, P1 … unless given."""
    names = list(ids) if ids is not None else [f"{id[0].upper()}{row}" for row in range(len(shapes))]
    arrays = {name: pa.array(values, from_pandas=True) for name, values in columns.items()}
    table = pa.table(arrays) if arrays else pa.table({"name": pa.array([None] * len(shapes), pa.string())})
    return Layer(id, table, geometry_of(shapes), crs, np.array(names, object), Source(f"{id}.gpkg", id), units or {})


def make_layers(*layers: Layer, rasters: Sequence[Raster] = ()) -> LayerSet:
    """A layer set; each layer stands under its id."""
    return LayerSet(CRS, {layer.id: layer for layer in layers}, {raster.id: raster for raster in rasters})


def make_raster(
    values: Any, *, id: str = "depth", x_m: float = 0.0, y_m: float | None = None, pixel_m: float = 10.0, unit: str = "m"
) -> Raster:
    """A north-up raster of (rows, columns) values, NaN = no data; x_m, y_m: its upper left corner (y default: it stands on 0)."""
    data = np.asarray(values, np.float64)
    top = data.shape[0] * pixel_m if y_m is None else y_m

    def read(row0: int, row1: int, col0: int, col1: int) -> np.ndarray:
        return data[row0:row1, col0:col1].copy()

    transform = (pixel_m, 0.0, x_m, 0.0, -pixel_m, top)
    return Raster(id, f"{id}.tif", "", CRS, data.shape[1], data.shape[0], transform, unit, read)


def make_scheme(criteria: Sequence[Mapping[str, Any]] = (), **parts: Any) -> Scheme:
    """A scheme from plain tables; titles may be left out."""
    filled = [{"title": {"zh": str(table["id"]), "en": str(table["id"])}, **table} for table in criteria]
    base = {"format": "landplan-scheme/1", "id": "test", "title": {"zh": "测试", "en": "Test"}, "base_year": 2025}
    return Scheme.model_validate({**base, "criteria": filled, **parts})


def make_model(id: str = "factory", **parts: Any) -> dict[str, Any]:
    """A land-use model as a plain table."""
    base = {"title": {"zh": id, "en": id}, "use": {"1001": 1.0}, "far": {"low": 1, "target": 2, "high": 3}, "tenures": ["grant"]}
    return {"id": id, **base, **parts}


def square(x: float, y: float, side: float = 100.0) -> Any:
    """A square with its lower left corner at x, y (m)."""
    return shapely.box(x, y, x + side, y + side)


def no_zones() -> ZoneShares:
    """No zone sets at all."""
    return ZoneShares({})
