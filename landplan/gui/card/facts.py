"""Who a parcel is and what is known of it; and what several add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.layers import Float, Int, Layer
from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.tables import ZoneShares
from landplan.core.units import unit_text
from landplan.export.drawing.colours import MODEL_HUES, PATH_HUES
from landplan.gui import figures

_FIELDS = {field.name: field for field in PARCEL_FIELDS}
_HEADLINE = {"id", "name"}
_SETS = ("block", "carrier", "town")
"""Zone sets of which the head of the card names the parcel's; of others only where these are absent."""
_MOST_LISTED = 12
_SUMMED = ("output_wan", "tax_wan", "jobs")


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of the parcel: title and value with unit; unknown values are said, not left out."""

    title: str
    value: str
    known: bool
    why: str


@dataclass(frozen=True, slots=True)
class Share:
    """A class among several parcels."""

    title: str
    colour: str
    count: int


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over several parcels, and of how many the value is unknown and not in it."""

    title: str
    value: str
    unknown: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Several parcels."""

    count: int
    area_m2: float
    totals: tuple[Total, ...]
    models: tuple[Share, ...]
    paths: tuple[Share, ...]
    listed: tuple[tuple[int, str, str], ...]
    """Row, id and name of the first ones."""


def names(layer: Layer, row: int) -> tuple[str, str]:
    """Id and name; the name may be ""."""
    name = layer.table.column("name")[row].as_py() if "name" in layer.fields else None
    return str(layer.ids[row]), str(name or "")


def places(zones: ZoneShares, row: int) -> tuple[str, ...]:
    """Names of the zones the parcel lies mainly in, the larger first; outside is not said."""
    sets = [zones.sets[id] for id in _SETS if id in zones.sets] or list(zones.sets.values())[:3]
    found = [(one, int(one.main[row])) for one in sets]
    return tuple(dict.fromkeys(one.zone_names[k] for one, k in found if k != one.outside))


def facts(layer: Layer, row: int) -> Iterator[Fact]:
    """Every field of the layer, those of the dictionary first and in its order."""
    order = {name: place for place, name in enumerate(_FIELDS)}
    for name in sorted(layer.fields, key=lambda one: order.get(one, len(order))):
        if name in _HEADLINE:
            continue
        field, value = _FIELDS.get(name), layer.table.column(name)[row].as_py()
        title = pick({"zh": field.zh, "en": field.en}) if field is not None else name
        unit = layer.units.get(name, field.unit if field is not None else "")
        shown = value_text(value, unit)
        known = shown != text("unknown")
        yield Fact(title, shown, known, text("card_why_field", {"field": name, "source": layer.source.path}))


def value_text(value: Any, unit: str) -> str:
    """A cell in words: a number with its unit, a year without separators, a date, a text; None and NaN are unknown."""
    if value is None or value == "":
        return text("unknown")
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool | str):
        return str(value)
    if unit == "year":
        return f"{value:.0f}" if np.isfinite(value) else text("unknown")
    return figures.with_unit(float(value), unit, 4)


class Columns:
    """Number columns of the parcel layer, read once: sums over a million rows are then a matter of milliseconds."""

    def __init__(self) -> None:
        self._layer: Layer | None = None
        self._made: dict[str, Float | None] = {}

    def of(self, layer: Layer, name: str) -> Float | None:
        """(n,) the numbers, None where the layer has no such field."""
        if layer is not self._layer:
            self._layer, self._made = layer, {}
        if name not in self._made:
            self._made[name] = layer.numbers(name) if name in layer.fields else None
        return self._made[name]


def summary(results: Results, plan: Results | None, rows: Int, columns: Callable[[Layer, str], Float | None]) -> Summary:
    """What the selected parcels add up to, by recommended model and by path of the plan."""
    layer, area_m2 = results.layers.parcels, results.layers.parcels.area_m2[rows]
    totals = []
    for name in _SUMMED:
        values = columns(layer, name)
        if values is not None:
            totals.append(_total(name, values[rows]))
    first = tuple((int(row), *names(layer, int(row))) for row in rows[:_MOST_LISTED])
    return Summary(
        len(rows), float(np.nansum(area_m2)), tuple(totals), _by_model(results, rows), _by_path(results, plan, rows), first
    )


def _total(name: str, values: Float) -> Total:
    field, unknown = _FIELDS[name], int(np.isnan(values).sum())
    sum_ = float(np.nansum(values)) if unknown < len(values) else float("nan")
    shown = figures.number(sum_, 0)
    unit = unit_text(field.unit, language())
    return Total(pick({"zh": field.zh, "en": field.en}), f"{shown} {unit}" if np.isfinite(sum_) else shown, unknown)


def _by_model(results: Results, rows: Int) -> tuple[Share, ...]:
    models = results.scheme.models
    counts = np.bincount(results.scores.recommended[rows] + 1, minlength=len(models) + 1)
    made = [Share(pick(one.title), MODEL_HUES[k % len(MODEL_HUES)], int(counts[k + 1])) for k, one in enumerate(models)]
    return tuple(one for one in (*made, Share(text("card_without"), "", int(counts[0]))) if one.count)


def _by_path(results: Results, plan: Results | None, rows: Int) -> tuple[Share, ...]:
    """Empty where there is no plan, or one of other parcels."""
    if plan is None or plan.options is None or plan.portfolio is None or plan.layers.parcels is not results.layers.parcels:
        return ()
    options, taken = plan.options, plan.portfolio.option
    selected = np.zeros(len(results.scores), bool)
    selected[rows] = True
    own = taken[selected[options.parcel[taken]]]
    counts = np.bincount(options.path[own], minlength=len(options.paths))
    titles = {path.id: (pick(path.title), PATH_HUES[p % len(PATH_HUES)]) for p, path in enumerate(plan.scheme.paths)}
    made = [Share(*titles.get(id, (id, "")), int(counts[p])) for p, id in enumerate(options.paths)]
    rest = Share(text("sheet_not_chosen"), "", len(rows) - len(own))
    return tuple(one for one in (*made, rest) if one.count)
