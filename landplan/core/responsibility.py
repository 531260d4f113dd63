"""责任清单: who is responsible for each chosen parcel, until when, and what of that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Layer
from landplan.core.scheme import Scheme, Titles
from landplan.core.tables import Int32, OptionTable


@dataclass(frozen=True, slots=True)
class Duty:
    """parcel: row of the layer. unit: the parcel's own, else its path's by language; empty where nobody is named.

    own: whether the unit is the parcel's. last: the last year of works by the plan; due: the parcel's own date (YYYY-MM-DD), ""
    where it has none and the plan's year is the date.
    """

    parcel: int
    unit: Titles
    own: bool
    last: int
    due: str

    @property
    def late(self) -> bool:
        """Whether the plan ends the works in a year after the date."""
        return bool(self.due) and int(self.due[:4]) < self.last


def duties(parcels: Layer, scheme: Scheme, options: OptionTable, option: Int32, start: Int32) -> tuple[Duty, ...]:
    """The duty of each chosen option, in their order."""
    rows = options.parcel[option]
    units = parcels.texts("responsible_unit")[rows].tolist() if "responsible_unit" in parcels.fields else [None] * len(rows)
    dates = _dates(parcels)
    paths = {path.id: path for path in scheme.paths}
    last = start + np.maximum(options.works_years[option], 1) - 1
    found = []
    for row, own, path, end in zip(rows.tolist(), units, options.path[option].tolist(), last.tolist(), strict=True):
        named = str(own or "").strip()
        unit = {"zh": named, "en": named} if named else paths[options.paths[path]].responsible
        found.append(Duty(row, unit, bool(named), int(end), dates.get(row, "")))
    return tuple(found)


def missing_duties(parcels: Layer, found: tuple[Duty, ...]) -> Iterator[Issue]:
    """An Issue for each chosen parcel for which nobody is responsible, or that the plan finishes after its date."""
    for duty in found:
        id = str(parcels.ids[duty.parcel])
        if not any(duty.unit.values()):
            yield Issue("responsible_missing", "parcels", "data", row=duty.parcel, feature=id, values={"parcel": id})
        if duty.late:
            facts = {"parcel": id, "due": duty.due, "last": duty.last}
            yield Issue("due_before_works_end", "parcels", "data", row=duty.parcel, feature=id, values=facts)


def _dates(parcels: Layer) -> dict[int, str]:
    """Row → date, of the parcels that have one."""
    if "due_date" not in parcels.fields:
        return {}
    values = parcels.column("due_date").to_pylist()
    return {row: str(value)[:10] for row, value in enumerate(values) if value is not None}
