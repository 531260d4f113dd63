"""What an expression can name: a parcel's fields, derived areas, main zones, criteria, and the scheme's figures."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.layers import Float, Layer
from landplan.core.tables import Column, ZoneShares
from landplan.core.units import M2_PER_MU

_EMPTY = {"text": object, "number": np.float64, "date": "datetime64[D]"}


@dataclass(frozen=True, eq=False)
class Environment:
    """Columns of n rows and constants by name. `absent`: dictionary fields the layer lacks, here as all-unknown columns.

    NaN, None and NaT mean unknown. Derived: area_m2, area_mu, area_ha (planar, of the geometry), far (far_area_m2, else
    gfa_m2, over area; points have none of these), and zone_SET (text: id of the parcel's main zone, NULL outside).
    """

    columns: Mapping[str, Any]
    constants: Mapping[str, float | str]
    n: int
    absent: frozenset[str] = frozenset()

    def with_columns(self, columns: Mapping[str, Any]) -> Environment:
        return replace(self, columns=_over(columns, self.columns))

    def with_criteria(self, columns: Mapping[str, Column], skipped: Iterable[str] = ()) -> Environment:
        """The environment in which criteria can be named as well; `skipped` ones are absent: unknown in every row."""
        unknown = {name: np.full(self.n, None, object) for name in skipped}
        known = {name: column.values for name, column in columns.items()}
        return replace(self, columns=_over({**known, **unknown}, self.columns), absent=self.absent | unknown.keys())

    def with_constants(self, constants: Mapping[str, float | str]) -> Environment:
        return replace(self, constants={**self.constants, **constants})


def parcel_environment(parcels: Layer, zones: ZoneShares | None, constants: Mapping[str, float]) -> Environment:
    """The environment of a parcel layer."""
    n = len(parcels)
    absent = {field.name for field in PARCEL_FIELDS} - set(parcels.fields) - {"id"}
    columns: dict[str, Any] = {field.name: _unknown(field.kind, n) for field in PARCEL_FIELDS if field.name in absent}
    columns["id"] = parcels.ids
    fields = _over(columns, _FieldColumns(parcels))
    point = parcels.geometry.kind in ("point", "line")
    columns.update(_areas(np.full(n, np.nan) if point else parcels.area_m2, fields))
    for zone_set in zones.sets.values() if zones else ():
        ids = np.array([*zone_set.zone_ids[:-1], None], object)
        columns[f"zone_{zone_set.id}"] = ids[zone_set.main]
    return Environment(fields, dict(constants), n, frozenset(absent))


class _FieldColumns(Mapping[str, Any]):
    """The fields of a layer as arrays, each made when it is first asked for: most expressions need few."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = _values(self._layer, name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._layer.table.column_names

    def __iter__(self) -> Iterator[str]:
        return iter(self._layer.fields)

    def __len__(self) -> int:
        return len(self._layer.fields)


def _over(columns: Mapping[str, Any], below: Mapping[str, Any]) -> Mapping[str, Any]:
    """Both, `columns` hiding those of the same name below; nothing is made by joining them."""
    return ChainMap(cast(dict[str, Any], columns), cast(dict[str, Any], below))


def _areas(area_m2: Float, columns: Mapping[str, Any]) -> dict[str, Float]:
    counted = np.where(np.isnan(columns["far_area_m2"]), columns["gfa_m2"], columns["far_area_m2"])
    far = np.divide(counted, area_m2, out=np.full(len(area_m2), np.nan), where=area_m2 > 0)
    return {"area_m2": area_m2, "area_mu": area_m2 / M2_PER_MU, "area_ha": area_m2 / 1e4, "far": far}


def _unknown(kind: str, n: int) -> Any:
    if kind == "date":
        return np.full(n, np.datetime64("NaT"), "datetime64[D]")
    return np.full(n, np.nan) if kind == "number" else np.full(n, None, object)


def _values(layer: Layer, name: str) -> Any:
    import pyarrow as pa

    type_ = layer.table.schema.field(name).type
    if pa.types.is_temporal(type_):
        return layer.column(name).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    if pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_boolean(type_):
        return layer.numbers(name)
    return layer.texts(name)
