"""What uncertain data make of the utilities: every criterion that rests on them measured again at their low and high ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.errors import SchemeError, suggestion
from landplan.core.fields import PARCEL_FIELDS
from landplan.core.layers import Float, Layer, LayerSet
from landplan.core.scheme import Scheme
from landplan.core.tables import Column, CriteriaTable, ScoreTable, ZoneShares
from landplan.core.uncertainty import Uncertain
from landplan.steps.measure import measured_again
from landplan.steps.utility import utility_of

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class DataRange:
    """low, high (n, m): between which the utilities of a ScoreTable lie, NaN both where data leave one as it is or it is unknown.
    moved: name that is declared uncertain → the scored criteria it moves for some parcel; parcels: how many have a range."""

    low: Float
    high: Float
    moved: Mapping[str, tuple[str, ...]]
    parcels: int


def data_range(
    layers: LayerSet, zones: ZoneShares, criteria: CriteriaTable, scores: ScoreTable, scheme: Scheme
) -> DataRange | None:
    """The range of each utility from what the scheme declares uncertain (`[uncertain]`); None where it declares nothing.

    One name at a time goes to its low and its high end, all else as stated, and the criteria that name it, or a criterion that
    does, are measured again. What is below the stated utility u at either end counts as down, what is above as up: low = u − Σ
    down, high = u + Σ up over the names, cut to 0…1. Exact for one name where the utility is monotone between its ends; what
    rises and falls between them, or comes of names together, is not seen. An end that cannot be computed leaves u; what is
    unknown as stated stays unknown. SchemeError for a name that is no field or criterion, or no number.
    """
    if not scheme.uncertain:
        return None
    utility = scores.utility
    down, up = (np.zeros(utility.shape, order="F") for _ in range(2))
    moved: dict[str, tuple[str, ...]] = {}
    for name, how in scheme.uncertain.items():
        least, most = _away(name, _ends(name, how, layers, criteria), (zones, criteria, scores), scheme)
        moved[name] = tuple(id for j, id in enumerate(scores.criteria) if j in least and (least[j] < most[j]).any())
        for j in least:
            down[:, j] += least[j]
            up[:, j] += most[j]
    ranged = (down < 0) | (up > 0)
    low, high = (np.where(ranged, np.clip(utility + part, 0.0, 1.0), np.nan) for part in (down, up))
    return DataRange(low, high, moved, int(ranged.any(axis=1).sum()))


End = tuple[LayerSet, dict[str, Column]]
"""Layers, and columns of criteria, with what is uncertain at one end."""


def _ends(name: str, how: Uncertain, layers: LayerSet, criteria: CriteriaTable) -> tuple[End, ...]:
    """The two ends of a criterion, or else of a field; none where these layers do not have it."""
    parcels = layers.parcels
    if name in criteria.columns:
        column = criteria.columns[name]
        if column.is_text:
            raise SchemeError("uncertain_no_number", "uncertain", name=name)
        return tuple((layers, {name: replace(column, values=end)}) for end in _low_high(column.values, how, parcels))
    if name in parcels.fields:
        return tuple((_with_field(layers, name, end), {}) for end in _low_high(parcels.numbers(name), how, parcels))
    known = {*parcels.fields, *criteria.columns, *criteria.skipped, *(one.name for one in PARCEL_FIELDS)}
    if name not in known:
        raise SchemeError("uncertain_unknown_name", "uncertain", name=name, nearest=suggestion(name, known))
    return ()


def _low_high(values: Float, how: Uncertain, parcels: Layer) -> tuple[Float, Float]:
    if how.low is not None and how.high is not None:
        given = (parcels.numbers(how.low), parcels.numbers(how.high))
        low, high = (np.where(np.isnan(end), values, end) for end in given)
    else:
        away = np.abs(values) * how.share if how.share is not None else np.full(len(values), how.plus_minus)
        low, high = values - away, values + away
    unknown = np.isnan(values)
    return np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)


def _with_field(layers: LayerSet, name: str, values: Float) -> LayerSet:
    import pyarrow as pa

    parcels = layers.parcels
    table = parcels.table.set_column(parcels.fields.index(name), name, pa.array(values, from_pandas=True))
    return replace(layers, layers={**layers.layers, "parcels": replace(parcels, table=table)})


def _away(
    name: str, ends: tuple[End, ...], tables: tuple[ZoneShares, CriteriaTable, ScoreTable], scheme: Scheme
) -> tuple[dict[int, Float], dict[int, Float]]:
    """By scored criterion (n,) how far its utility goes down (≤ 0) and up (≥ 0) between the ends."""
    zones, criteria, scores = tables
    resting, scored = _resting_on(name, scheme), {one.id: one for one in scheme.scored}
    least: dict[int, Float] = {}
    most: dict[int, Float] = {}
    for layers, start in ends:
        columns = measured_again(layers, zones, scheme, replace(criteria, columns={**criteria.columns, **start}), resting)
        for id, column in {**start, **columns}.items():
            if id in scores.criteria:
                j = scores.criteria.index(id)
                away = np.nan_to_num(utility_of(column, scored[id]) - scores.utility[:, j])
                least[j] = np.minimum(away, least.get(j, 0.0))
                most[j] = np.maximum(away, most.get(j, 0.0))
    return least, most


def _resting_on(name: str, scheme: Scheme) -> tuple[str, ...]:
    """The criteria that name it, or a criterion that does; a name that only looks like it costs time, not truth."""
    names = {name.casefold()} | ({"far"} if name in ("far_area_m2", "gfa_m2") else set())
    found = []
    for criterion in scheme.criteria:
        if criterion.id != name and names & set(_words(criterion.measure.params)):
            found.append(criterion.id)
            names.add(criterion.id.casefold())
    return tuple(found)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (word.casefold() for word in _WORD.findall(value))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _words(one)
