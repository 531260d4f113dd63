"""What a measure sees: layers, zones, the names an expression may use; and how it says that something is absent."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from landplan.core.environment import Environment
from landplan.core.errors import Issue, SchemeError, about, suggestion
from landplan.core.expression import Expression, Result, evaluate, evaluate_number, evaluate_truth, parse
from landplan.core.kernels.rings import bounds, extent, within
from landplan.core.layers import Layer, LayerSet, Raster
from landplan.core.tables import Column, ZoneSet, ZoneShares
from landplan.core.units import known_unit

T = TypeVar("T")
MEASURED, MISSING, BEYOND, FILLED, STRAIGHT = 0, 1, 2, 3, 4
"""States of a value: see `Column`."""

FEATURE_FIELDS = frozenset(
    {"id", "name", "kind", "class", "set", "focus", "lacks", "sense", "year", "opened_year", "height_m", "segment"}
)
"""Fields a feature layer may well lack: their absence skips a criterion, where any other unknown name is an error."""


@dataclass(frozen=True, eq=False)
class Part:
    """What parts of the parcels share that are measured one by one: `whole`, made once for all of them."""

    whole: dict[Hashable, Any] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    """Criteria for which this part has no parcel that fits their condition; another part may have some."""

    def of_next(self) -> Part:
        """For the next part."""
        return Part(self.whole)


class NotMeasurable(Exception):  # noqa: N818  (a finding, not an error)
    """What a criterion needs is not in these layers; the criterion is skipped and `issue` says why."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.id)
        self.issue = issue


@dataclass(frozen=True, eq=False)
class Measuring:
    """The surroundings of one measure. subject: the layer that is measured, one value a row; criterion: for errors and issues.

    A measure asks for layers, rasters, zone sets and expressions here and nowhere else: `used` notes what it was given, so that
    its column holds for as long as all of that is the same. The subject's geometry always counts as used.
    """

    layers: LayerSet
    zones: ZoneShares
    environment: Environment
    subject: Layer
    criterion: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    """The criteria measured before this one."""
    reach_m: float = math.inf
    """How far from a parcel something can matter to this criterion."""
    part: Part | None = None
    """Where the subject is a part of the parcels: features of other layers that are out of reach of all of it are left out."""
    used: dict[tuple[str, str], Any] = field(default_factory=dict, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def of(
        self, criterion: str, environment: Environment, columns: Mapping[str, Column], reach_m: float | None = None
    ) -> Measuring:
        """The same surroundings for another criterion, nothing used yet; what was kept stays."""
        reach = math.inf if reach_m is None else reach_m
        return replace(self, criterion=criterion, environment=environment, columns=columns, reach_m=reach, used={})

    def holds(self, used: Mapping[tuple[str, str], Any]) -> bool:
        """Whether everything that was used is still what one gets here."""
        return all(_same(self._given(*key), thing) for key, thing in used.items())

    def _given(self, kind: str, name: str) -> Any:
        """What a measure gets that asks for this; None where there is none."""
        if kind == "criterion":
            column = self.columns.get(name)
            return None if column is None else column.values
        places: dict[str, Mapping[str, Any]] = {"layer": self.layers.layers, "raster": self.layers.rasters}
        places |= {"zones": self.zones.sets, "figure": self.environment.constants, "table": {"": self.subject.table}}
        return places[kind].get(name)

    def _use(self, kind: str, name: str) -> None:
        self.used[kind, name] = self._given(kind, name)

    def _use_names(self, expression: Expression, fields: Collection[str] | None = None) -> None:
        """What an expression over the subject names, or one over features that have these fields."""
        for name in expression.fields - set(fields or ()):
            self._use("figure", name)
            if fields is None:
                self._use("criterion", name)
                self._use("zones", name.removeprefix("zone_"))
                self._use("table", "")

    def kept(self, key: Hashable, make: Callable[[], T], *, whole: bool = False) -> T:
        """The object made under `key`, made once for all criteria; `whole`: it holds for other parts of the parcels, too."""
        store = self.part.whole if whole and self.part is not None else self._kept
        if key not in store:
            store[key] = make()
        found: T = store[key]
        return found

    def skip(self, id: str, **values: object) -> NotMeasurable:
        """The finding that this criterion cannot be measured here."""
        return NotMeasurable(Issue(id, self.subject.id, values={"criterion": self.criterion, **values}))

    def issue(self, id: str, **values: object) -> Issue:
        """A finding about this criterion."""
        return Issue(id, self.subject.id, values={"criterion": self.criterion, **values})

    def unit(self, unit: str) -> str:
        """The unit when landplan knows it; SchemeError if not."""
        return known_unit(unit, self.criterion)

    def needs_areas(self) -> None:
        """NotMeasurable when points or lines are measured: they have no outline."""
        if self.subject.geometry.kind in ("point", "line"):
            raise self.skip("measure_needs_areas", layer=self.subject.id)

    def raster(self, name: str) -> Raster:
        """The raster of that role; NotMeasurable when it is absent."""
        self._use("raster", name)
        if name not in self.layers.rasters:
            raise self._no_layer(name)
        return self.layers.rasters[name]

    def _no_layer(self, name: str) -> NotMeasurable:
        names = self.layers.names
        return self.skip("criterion_layer_missing", layer=name, nearest=suggestion(name, names))

    def zone_set(self, name: str) -> ZoneSet:
        """The zone set; NotMeasurable when no zones layer has it."""
        self._use("zones", name)
        sets = self.zones.sets
        if name not in sets:
            raise self.skip("criterion_zone_set_missing", set=name, nearest=suggestion(name, sets))
        return sets[name]

    def selected(self, layer: str, where: str = "") -> Layer:
        """The features of a layer for which the SQL condition `where` is TRUE ("" = all), kept for other criteria.

        NotMeasurable when the layer or a field of `where` is absent or no feature with a geometry is left; the layer's issues
        count the features for which the condition is unknown. SchemeError for names nobody knows.
        """
        self._use("layer", layer)
        if where and layer in self.layers.layers:
            with about(self.criterion):
                self._use_names(parse(where), self.layers.layers[layer].fields)
        own = layer == self.subject.id
        key = ("selected", layer, where)
        found = self.kept(key, lambda: self._select(layer, where), whole=not own)
        if own or self.part is None or math.isinf(self.reach_m):
            return found
        return self.kept((*key, self.reach_m), lambda: self._near(found, key))

    def _near(self, features: Layer, key: Hashable) -> Layer:
        """The features whose box lies within reach of that of the subject."""
        box = self.kept("box", lambda: extent(self.subject.geometry))
        boxes = self.kept((key, "boxes"), lambda: bounds(features.geometry), whole=True)
        return replace(features.rows(within(boxes, box, self.reach_m)), issues=features.issues)

    def _select(self, name: str, where: str) -> Layer:
        if name not in self.layers.layers:
            raise self._no_layer(name)
        layer = self.layers.layers[name]
        issues: tuple[Issue, ...] = ()
        if where:
            answer = self._where(layer, where)
            unknown = int((answer == -1).sum())
            layer = layer.rows(answer == 1)
            if unknown:
                issues = (Issue("features_where_unknown", name, values={"layer": name, "where": where, "n": unknown}),)
        if not np.diff(layer.geometry.row).any():
            if self.part is None or name != self.subject.id:
                raise self.skip("criterion_no_feature", layer=name, where=where or "—")
            self.part.empty.add(self.criterion)
        return replace(layer, issues=issues)

    def _where(self, layer: Layer, where: str) -> npt.NDArray[Any]:
        with about(self.criterion):
            expression = parse(where)
        columns = {name: layer.column(name) for name in layer.fields} | {"id": layer.ids}
        constants = self.environment.constants
        for name in sorted(expression.fields - columns.keys() - constants.keys()):
            near = suggestion(name, [*layer.fields, *constants])
            if name not in FEATURE_FIELDS:
                raise SchemeError("criterion_unknown_name", self.criterion, name=name, nearest=near, expression=where)
            raise self.skip("criterion_field_missing", layer=layer.id, fields=name)
        return evaluate_truth(expression, columns, constants=constants, n=len(layer)).values

    def values(self, text: str) -> Result:
        """An expression over the subject, of any kind."""
        return self._evaluated(text, evaluate)

    def numbers(self, text: str) -> Result:
        """An expression over the subject that gives numbers, NaN unknown."""
        return self._evaluated(text, evaluate_number)

    def truth(self, text: str) -> npt.NDArray[np.int8]:
        """(n,) a condition over the subject: 1 TRUE, 0 FALSE, −1 unknown."""
        found: npt.NDArray[np.int8] = self._evaluated(text, evaluate_truth).values
        return found

    def _evaluated(self, text: str, run: Callable[..., Result]) -> Result:
        with about(self.criterion):
            expression = parse(text)
            self._use_names(expression)
            environment = completed(expression, self.environment, self.criterion)
        absent = absent_fields(expression, environment)
        if absent and set(absent) == named_fields(expression, environment):
            raise self.skip("criterion_field_missing", layer=self.subject.id, fields=", ".join(absent))
        with about(self.criterion):
            found = run(expression, environment.columns, constants=environment.constants, n=environment.n)
        if absent and environment.n and _all_unknown(found):
            raise self.skip("criterion_field_missing", layer=self.subject.id, fields=", ".join(absent))
        return found

    def column(
        self,
        values: Any,
        unit: str,
        *,
        state: npt.NDArray[np.int8] | None = None,
        issues: tuple[Issue, ...] = (),
        note: str = "",
        detail: object = None,
    ) -> Column:
        """The column of these values; rows that are unknown get state MISSING where the measure gave no state."""
        unknown = Column(values, unit).unknown
        states = np.zeros(len(values), np.int8) if state is None else state
        return Column(values, unit, np.where(unknown, MISSING, states).astype(np.int8), issues, note, detail)


def _same(now: Any, then: Any) -> bool:
    """The same object, or the same figure."""
    return now is then or (isinstance(now, float | int | str) and now == then)


def completed(expression: Expression, environment: Environment, where: str) -> Environment:
    """The environment with all-unknown columns for zone sets (zone_SET) that these layers lack.

    SchemeError that names the nearest when the expression names what no layer, dictionary, criterion or figure has.
    """
    unknown = expression.fields - environment.columns.keys() - environment.constants.keys()
    for name in sorted(unknown):
        if not name.startswith("zone_"):
            known = (*environment.columns, *environment.constants)
            near = suggestion(name, known)
            raise SchemeError("criterion_unknown_name", where, name=name, nearest=near, expression=expression.where)
    if not unknown:
        return environment
    columns = {name: np.full(environment.n, None, object) for name in unknown}
    return replace(environment.with_columns(columns), absent=environment.absent | unknown)


def named_fields(expression: Expression, environment: Environment) -> set[str]:
    """The fields, criteria and zone sets an expression depends on; figures and what every parcel has do not count."""
    return set(expression.fields - environment.constants.keys() - {"id", "area_m2", "area_mu", "area_ha"})


def absent_fields(expression: Expression, environment: Environment) -> list[str]:
    """Those of the named fields that are absent for every parcel, by name; the built FAR is when both floor areas are."""
    absent = set(environment.absent)
    if {"far_area_m2", "gfa_m2"} <= absent and "far" not in environment.constants:
        absent.add("far")
    return sorted(named_fields(expression, environment) & absent)


def _all_unknown(found: Result) -> bool:
    if found.kind == "truth":
        return bool((found.values == -1).all())
    return all(value is None or value != value for value in found.values.tolist())
