"""Layers are arrays: attributes as an Arrow table, geometry as flat coordinates with offsets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from landplan.core.errors import InputError, Issue, nearest, suggestion

if TYPE_CHECKING:
    import pyarrow as pa

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Text = npt.NDArray[np.object_]
GeometryKind = Literal["polygon", "line", "point", "none"]
FARTHEST = 1e12
"""No place has a coordinate as large as this, not even in millimetres with a zone's number in front: it is no number."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer came from: file name, layer name, checksum of the bytes, and an account of its rows."""

    path: str
    layer: str = ""
    sha256: str = ""
    rows_in: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    encoding: str = ""
    crs: str = ""
    """The CRS the file declares, before measuring in the recipe's."""
    joined: tuple[str, ...] = ()
    """Checksums of the tables joined to it, in the order of the recipe's `files`."""


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """Flat coordinates of n rows (GeoArrow layout).

    xy (v, 2) float64, metres in the layer's CRS. ring[r] : ring[r+1] are the vertices of ring r (closed: first = last),
    part[p] : part[p+1] the rings of part p (first its shell, then holes), row[i] : row[i+1] the parts of row i.
    A line has one ring a part, a point one vertex a ring; a null geometry has no parts.
    """

    kind: GeometryKind
    xy: Float
    ring: Int
    part: Int
    row: Int

    def __len__(self) -> int:
        return len(self.row) - 1

    @classmethod
    def empty(cls, n: int = 0) -> Geometry:
        zero = np.zeros(1, np.int64)
        return cls("none", np.empty((0, 2)), zero, zero, np.zeros(n + 1, np.int64))


@dataclass(frozen=True, eq=False)
class Layer:
    """One vector layer, read-only. `ids` are unique texts; columns are found by canonical name."""

    id: str
    """Its role in the recipe: parcels, zones, constraints, stations …"""
    table: pa.Table
    geometry: Geometry
    crs: str
    """"EPSG:4549", "plane:NAME" for one unnamed plane in metres, or "grid:NAME" for a grid whose parameters the user keeps."""
    ids: Text
    source: Source
    units: Mapping[str, str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    """What was found while reading: rows lost, ids mended, values unreadable."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.table.column_names)

    def column(self, name: str) -> pa.ChunkedArray:
        """The Arrow column; InputError with the nearest name when the layer has none."""
        if name not in self.table.column_names:
            raise InputError("no_such_field", self.source.path, layer=self.id, field=name, nearest=nearest(name, self.fields))
        return self.table.column(name)

    def numbers(self, name: str) -> Float:
        """A column as float64; null and non-finite are NaN (unknown). InputError when it holds what is no number."""
        import pyarrow as pa

        values = self.column(name)
        if not pa.types.is_floating(values.type):
            try:
                values = values.cast(pa.float64(), safe=False)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                raise InputError("field_not_numbers", self.source.path, layer=self.id, field=name) from error
        out: Float = values.to_numpy(zero_copy_only=False).astype(np.float64)
        out[~np.isfinite(out)] = np.nan
        return out

    def texts(self, name: str) -> Text:
        """A column as text; null is None. Numbers are written as they are, never padded or rounded."""
        import pyarrow as pa

        values = self.column(name)
        if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
            values = values.cast(pa.string())
        out = np.empty(len(self), object)
        out[:] = values.to_pylist()
        return out

    @cached_property
    def shapes(self) -> Text:
        """The geometries as shapely objects (None for null), made once and only when an operation needs them."""
        import shapely

        return _shapely_geometries(self.geometry, shapely)

    @cached_property
    def tree(self) -> Any:
        """A shapely STRtree over `shapes`."""
        import shapely

        return shapely.STRtree(self.shapes)

    @cached_property
    def area_m2(self) -> Float:
        """(n,) planar area in the layer's CRS, m2; NaN where there is no geometry."""
        area = _area_m2(self.geometry)
        area[np.diff(self.geometry.row) == 0] = np.nan
        return area

    def rows(self, mask: npt.NDArray[np.bool_]) -> Layer:
        """The layer with only the rows of `mask` (n,)."""
        keep = np.flatnonzero(mask)
        import pyarrow as pa

        table, geometry = self.table.take(pa.array(keep)), take(self.geometry, keep)
        return replace(self, table=table, geometry=geometry, ids=self.ids[keep], issues=())


@dataclass(frozen=True, eq=False)
class Raster:
    """A raster by its grid; `read(row0, row1, col0, col1)` is given by io and returns float64 with NaN for no data."""

    id: str
    path: str
    sha256: str
    crs: str
    width: int
    height: int
    transform: tuple[float, float, float, float, float, float]
    """x = a·col + b·row + c, y = d·col + e·row + f (pixel corners), metres."""
    unit: str
    read: Callable[[int, int, int, int], Float]
    issues: tuple[Issue, ...] = ()
    """What was found while reading its header; nothing that blocks."""

    @property
    def source(self) -> Source:
        return Source(self.path, sha256=self.sha256, crs=self.crs)


@dataclass(frozen=True, eq=False)
class LayerSet:
    """Every layer of a project by role. `parcels` is always there; all are in one CRS."""

    crs: str
    layers: Mapping[str, Layer]
    rasters: Mapping[str, Raster] = field(default_factory=dict)

    @property
    def parcels(self) -> Layer:
        return self.layers["parcels"]

    @property
    def zones(self) -> Layer | None:
        return self.layers.get("zones")

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.layers, *self.rasters)

    def layer(self, name: str, where: str) -> Layer:
        """The vector layer of that role; InputError that names the nearest when it is absent."""
        if name not in self.layers:
            raise InputError("layer_missing", where, layer=name, nearest=suggestion(name, self.layers))
        return self.layers[name]

    def raster(self, name: str, where: str) -> Raster:
        """The raster of that role; InputError that names the nearest when it is absent."""
        if name not in self.rasters:
            raise InputError("layer_missing", where, layer=name, nearest=suggestion(name, self.names))
        return self.rasters[name]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers.values())


def among(ids: Text, wanted: Collection[str]) -> npt.NDArray[np.bool_]:
    """(n,) whether each id is one of the wanted. NumPy compares texts one by one: minutes for long lists, this does not."""
    if not wanted:
        return np.zeros(len(ids), bool)
    return np.fromiter(map(frozenset(wanted).__contains__, ids.tolist()), bool, len(ids))


def take(geometry: Geometry, rows: Int) -> Geometry:
    """The geometry of the given rows, in that order."""
    parts, row = _ranges(geometry.row, rows)
    rings, part = _ranges(geometry.part, parts)
    vertices, ring = _ranges(geometry.ring, rings)
    return Geometry(geometry.kind, geometry.xy[vertices], ring, part, row)


def _area_m2(geometry: Geometry) -> Float:
    """(n,) Σ shells − Σ holes, each |Σ (x_k y_{k+1} − x_{k+1} y_k)| / 2 from its first vertex on; no objects are made."""
    if geometry.kind != "polygon":
        return np.zeros(len(geometry))
    count = np.diff(geometry.ring)
    start = geometry.ring[:-1][count > 0]
    local = geometry.xy - np.repeat(geometry.xy[start], count[count > 0], axis=0)
    cross = np.append(local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1], 0.0)  # 0 from ring to ring: both ends are 0, 0
    size = np.zeros(len(count))
    size[count > 0] = np.abs(np.add.reduceat(cross, start)) / 2
    size[~np.isin(np.arange(len(count)), geometry.part[:-1])] *= -1.0
    row = np.repeat(np.arange(len(geometry)), np.diff(geometry.part[geometry.row]))
    return np.bincount(row, size, len(geometry)).astype(np.float64)


def _ranges(offsets: Int, chosen: Int) -> tuple[Int, Int]:
    """The members of the chosen ranges one after another, and the offsets of the new ranges."""
    length = offsets[chosen + 1] - offsets[chosen]
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    members = np.arange(start[-1], dtype=np.int64) + np.repeat(offsets[chosen] - start[:-1], length)
    return members, start


def _shapely_geometries(geometry: Geometry, shapely: Any) -> Text:
    n = len(geometry)
    out = np.full(n, None, object)
    has = np.diff(geometry.row) > 0
    if geometry.kind == "none" or not has.any():
        return out
    kind = shapely.GeometryType
    row = np.unique(geometry.row) if not has.all() else geometry.row
    if geometry.kind == "polygon":
        made = shapely.from_ragged_array(kind.MULTIPOLYGON, geometry.xy, (geometry.ring, geometry.part, row))
    elif geometry.kind == "line":
        made = shapely.from_ragged_array(kind.MULTILINESTRING, geometry.xy, (geometry.ring[geometry.part], row))
    else:
        made = shapely.from_ragged_array(kind.MULTIPOINT, geometry.xy, (row,))
    single = (np.diff(geometry.row) == 1)[has]
    made[single] = shapely.get_geometry(made[single], 0)
    out[has] = made
    return out
