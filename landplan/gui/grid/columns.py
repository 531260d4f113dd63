"""The columns of the attribute table: what each is called, its unit and group; values are made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from landplan.core.environment import parcel_environment
from landplan.core.fields import PARCEL_FIELDS, Field
from landplan.core.layers import Layer, among
from landplan.core.messages import language, pick, text
from landplan.core.policy import CLASSES
from landplan.core.results import Results
from landplan.core.survey import Surveyed
from landplan.core.tables import RESTRICTED, Column, ZoneSet
from landplan.core.units import M2_PER_MU, unit_text
from landplan.gui.display import excluded
from landplan.gui.grid.values import Classes, Dates, Numbers, Texts, Values, Words, true_decimals
from landplan.gui.robustness import Robustness

GROUPS = ("parcel", "score", "survey", "plan", "zone", "criterion", "other")
"""In the order of the chooser; the text of each is `table_group_<id>`."""
DEFAULT = (
    *("id", "name", "area_mu", "recommended", "best_score", "margin", "state", "plan_path", "plan_year"),
    *("output_wan", "tax_wan", "jobs", "vacant_share", "built_year", "land_use"),
)
"""The columns shown at first, where the layer has them."""
SEARCHED = ("recommended", "best_score", "margin", "plan_path", "plan_year")
"""Columns that a search can name though rules cannot; and score_MODEL."""
_MOST_DECIMALS = {"m": 1, "m2": 1, "mu": 2, "ha": 3, "km": 2, "share": 3, "year": 1, "wan": 2, "count": 2, "person": 1}
_OTHER_DECIMALS = 3
_SCORE_DECIMALS = 3
_DERIVED = {"area_mu": ("mu", 2), "area_ha": ("ha", 3), "area_m2": ("m2", 1), "far": ("ratio", 2)}


@dataclass(eq=False)
class GridColumn:
    """One column. field: the name a rule gives it, "" where rules cannot name it. note: where it comes from."""

    id: str
    title: str
    unit: str
    group: str
    make: Callable[[], Values]
    field: str = ""
    note: str = ""

    @cached_property
    def values(self) -> Values:
        return self.make()

    @property
    def unit_words(self) -> str:
        """The unit as the header shows it; a date says itself that it is one."""
        return "" if self.unit == "date" else unit_text(self.unit, language())


def parcel_columns(parcels: Layer) -> Iterator[GridColumn]:
    """The fields of the layer, those of the dictionary first, and the areas of the geometry."""
    known = {field.name: field for field in PARCEL_FIELDS}
    yield GridColumn("id", _titled(known["id"]), "", "parcel", lambda: Texts(parcels.ids), "id")
    own = [name for name in parcels.fields if name not in known and name not in _DERIVED]
    present = [name for name in known if name in parcels.fields and name != "id"]
    for name in [*(name for name in present if name == "name"), *_DERIVED, *(name for name in present if name != "name"), *own]:
        if name in _DERIVED:
            yield _area(name, parcels)
            continue
        field = known.get(name)
        title = _titled(field) if field else name
        unit = parcels.units.get(name, field.unit if field else "")
        group = "parcel" if field else "other"
        note = text("table_from_layer", {"field": name})
        yield GridColumn(name, title, unit, group, _field_values(parcels, name, unit), name, note)


def zone_columns(results: Results) -> Iterator[GridColumn]:
    """The zone each parcel lies mainly in, a column a zone set."""
    for id, zone_set in results.zones.sets.items():
        title = text(f"zone_set_{id}")
        title = id if title == f"zone_set_{id}" else title
        make = _zone_values(results, zone_set)
        yield GridColumn(f"zone_{id}", title, "", "zone", make, f"zone_{id}", text("table_from_zones", {"set": title}))


def criterion_columns(results: Results) -> Iterator[GridColumn]:
    """The raw criteria, as rules name them."""
    criteria = {one.id: one for one in results.scheme.criteria}
    for id, column in results.criteria.columns.items():
        title = pick(criteria[id].title) if id in criteria else id
        note = pick(criteria[id].note) if id in criteria and criteria[id].note else ""
        unit = "" if column.is_text else column.unit
        yield GridColumn(f"criterion_{id}", title, unit, "criterion", _criterion_values(column), id, note)


def score_columns(results: Results) -> Iterator[GridColumn]:
    """What scoring says: the recommended model, its score and lead, the state in words, the score of every model."""
    scores, scheme = results.scores, results.scheme
    titles = {model.id: pick(model.title) for model in scheme.models}

    def column(id: str, make: Callable[[], Values], title: str = "") -> GridColumn:
        note = "" if title else text(f"table_{id}_note")
        return GridColumn(id, title or text(f"table_{id}"), "", "score", make, "", note)

    names = [titles.get(id, id) for id in scores.models]
    yield column("recommended", lambda: _model_values(names, scores.recommended))
    yield column("best_score", lambda: _score_values(scores.best_score, results.scores.restricted))
    yield column("margin", lambda: Numbers(scores.margin, _SCORE_DECIMALS, words=_one_word(len(scores), "–")))
    yield column("state", lambda: Classes(_states(results), tuple(text(f"table_state_{k}") for k in range(4))))
    yield column("runner_up", lambda: _model_values(names, scores.runner_up))
    yield column("decision", lambda: _decisions(results))
    for k, name in enumerate(names):
        yield column(f"score_{scores.models[k]}", _model_score(results, k), text("table_score_of", {"model": name}))


def plan_columns(results: Results, plan: Results | None, current: bool) -> Iterator[GridColumn]:
    """What the plan does with each parcel; before there is one the cells say so. A plan of an older project is marked."""
    stale = plan is not None and not current
    if plan is not None and (plan.portfolio is None or plan.layers.parcels is not results.layers.parcels):
        plan = None
    for id in ("plan_path", "plan_year", "plan_model", "plan_tenure"):
        make, mark = _plan_values(id, len(results.scores), plan), text("table_stale") if stale else ""
        yield GridColumn(id, text(f"table_{id}"), mark, "plan", make, "", text("table_plan_note"))


def robust_columns(robust: Robustness, n: int) -> Iterator[GridColumn]:
    """How often each recommendation holds, and whether it is fragile; before the test was run the cells say so."""
    found, mark = robust.acceptability, "" if robust.current or robust.found is None else text("table_stale")
    known = found is not None and found.recommended is not None

    def holds() -> Values:
        values = found.decisions.holds if found is not None and known else np.full(n, np.nan)
        return Numbers(values, _SCORE_DECIMALS, words=_one_word(n, "–" if known else text("table_not_tested")))

    def fragile() -> Values:
        labels = (text("table_fragile_no"), text("table_fragile_yes"), "–", text("table_not_tested"))
        if found is None or not known:
            return Classes(np.full(n, 3, np.int8), labels, frozenset({3}))
        codes = np.where(np.isnan(found.decisions.holds), 2, found.decisions.fragile).astype(np.int8)
        return Classes(codes, labels, frozenset({2}))

    for id, make in (("holds", holds), ("fragile", fragile)):
        yield GridColumn(id, text(f"table_{id}"), mark, "score", make, "", text(f"table_{id}_note"))


def survey_columns(found: Surveyed) -> Iterator[GridColumn]:
    """The class of each parcel, both values, how far each is from a better class, what is to become of it."""
    note = text("table_survey_note", {"pack": pick(found.pack.title)})
    labels = (*CLASSES, text("survey_open"))
    directions = {grade: pick(one.title) for grade, one in found.survey.disposal.items()}
    become = (*(directions.get(grade, "–") for grade in CLASSES), text("survey_open"))
    codes, unknown = np.where(found.code >= 0, found.code, len(CLASSES)), frozenset({len(CLASSES)})
    yield GridColumn("survey_class", text("table_survey_class"), "", "survey", lambda: Classes(codes, labels, unknown), "", note)
    for one in found.assessed:
        id, title, unit = one.assessment.id, pick(one.assessment.title), one.assessment.unit
        yield GridColumn(f"survey_{id}", title, unit, "survey", partial(_measured, one.value, unit), "", note)
        away = text("table_survey_to_next", {"assessment": title})
        words = _one_word(len(codes), "–")
        gap = partial(Numbers, one.to_next, _OTHER_DECIMALS - 1, True, words)
        yield GridColumn(f"survey_{id}_to_next", away, unit, "survey", gap, "", note)
    yield GridColumn(
        "survey_disposal", text("table_survey_disposal"), "", "survey", lambda: Classes(codes, become, unknown), "", note
    )


def searched(results: Results, plan: Results | None) -> Mapping[str, Any]:
    """The columns of SEARCHED and score_MODEL as a search sees them: ids of models and paths, not titles."""
    scores = results.scores
    found: dict[str, Any] = {"best_score": scores.best_score, "margin": scores.margin}
    found["recommended"] = np.array([*scores.models, None], object)[scores.recommended]
    found |= {f"score_{id}": scores.score[:, k] for k, id in enumerate(scores.models)}
    if plan is not None and plan.options is not None and plan.portfolio is not None:
        chosen, years = _chosen(len(scores), plan)
        paths = np.array([*plan.options.paths, None], object)
        found["plan_path"] = paths[np.where(chosen >= 0, plan.options.path[chosen], -1)]
        found["plan_year"] = years
    return found


def _titled(field: Field) -> str:
    return field.zh if language() == "zh" else field.en


def _area(name: str, parcels: Layer) -> GridColumn:
    unit, decimals = _DERIVED[name]

    def make() -> Values:
        if name == "far":
            return Numbers(np.asarray(parcel_environment(parcels, None, {}).columns[name]), decimals)
        return Numbers(parcels.area_m2 / {"area_mu": M2_PER_MU, "area_ha": 1e4, "area_m2": 1.0}[name], decimals)

    return GridColumn(name, text(f"table_{name}"), unit, "parcel", make, name, text(f"table_{name}_note"))


def _field_values(parcels: Layer, name: str, unit: str) -> Callable[[], Values]:
    def make() -> Values:
        import pyarrow as pa

        column = parcels.column(name)
        type_ = column.type
        if pa.types.is_temporal(type_):
            return Dates(column.to_numpy(zero_copy_only=False).astype("datetime64[D]"))
        if pa.types.is_integer(type_) and not column.null_count:
            return Numbers(column.to_numpy(), 0, grouped=unit != "year")
        if pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_boolean(type_):
            return _measured(parcels.numbers(name), unit)
        whole = column.combine_chunks()
        return Texts(whole if pa.types.is_string(type_) or pa.types.is_large_string(type_) else whole.cast(pa.string()))

    return make


def _measured(values: Any, unit: str) -> Values:
    decimals = true_decimals(values, _MOST_DECIMALS.get(unit, _OTHER_DECIMALS))
    return Numbers(values, decimals, grouped=unit != "year")


def _criterion_values(column: Column) -> Callable[[], Values]:
    def make() -> Values:
        if column.is_text:
            return Texts(column.values)
        return _measured(column.values, column.unit)

    return make


def _zone_values(results: Results, zone_set: ZoneSet) -> Callable[[], Values]:
    def make() -> Values:
        names, layer = list(zone_set.zone_names[:-1]), results.layers.zones
        if language() == "en" and layer is not None and "name_en" in layer.fields:
            english = dict(zip(layer.ids, layer.texts("name_en"), strict=True))
            names = [english.get(id) or name for id, name in zip(zone_set.zone_ids, names, strict=False)]
        return Classes(zone_set.main, (*names, text("outside")), frozenset({zone_set.outside}))

    return make


def _model_values(names: list[str], codes: Any) -> Values:
    return Classes(np.where(codes >= 0, codes, len(names)), (*names, "–"), frozenset({len(names)}))


def _states(results: Results) -> Any:
    """(n,) 0 recommended, 1 every model restricted, 2 not decided, 3 put aside by the planner."""
    states = np.where(results.scores.recommended >= 0, 0, np.where(results.scores.restricted, 1, 2)).astype(np.int8)
    states[excluded(results)] = 3
    return states


def _score_values(scores: Any, restricted: Any) -> Values:
    labels = (text("unknown"), text("table_restricted"))
    return Numbers(scores, _SCORE_DECIMALS, words=Words(np.asarray(restricted, np.int8), labels))


def _model_score(results: Results, k: int) -> Callable[[], Values]:
    scores = results.scores
    return lambda: _score_values(np.ascontiguousarray(scores.score[:, k]), scores.status[:, k] == RESTRICTED)


def _decisions(results: Results) -> Values:
    choose, ids = results.recipe.choose, results.scores.ids
    codes = np.zeros(len(ids), np.int8)
    for code, listed in ((1, choose.must if choose else ()), (2, choose.must_not if choose else ())):
        codes[among(ids, listed)] = code
    return Classes(codes, ("–", text("table_must"), text("table_must_not")), frozenset({0}))


def _one_word(n: int, word: str) -> Words:
    return Words(np.zeros(n, np.int8), (word,))


def _chosen(n: int, plan: Results) -> tuple[Any, Any]:
    """(n,) rows of the option table, −1 where nothing is chosen, and start years (NaN)."""
    chosen, years = np.full(n, -1, np.int64), np.full(n, np.nan)
    if plan.options is not None and plan.portfolio is not None:
        at = plan.options.parcel[plan.portfolio.option]
        chosen[at], years[at] = plan.portfolio.option, plan.portfolio.start_year
    return chosen, years


def _plan_values(id: str, n: int, plan: Results | None) -> Callable[[], Values]:
    def make() -> Values:
        if plan is None or plan.options is None:
            return Classes(np.zeros(n, np.int8), (text("table_not_solved"),), frozenset({0}))
        chosen, years = _chosen(n, plan)
        if id == "plan_year":
            return Numbers(years, grouped=False, words=_one_word(n, text("sheet_not_chosen")))
        table, scheme = plan.options, plan.scheme
        tables: dict[str, tuple[tuple[str, ...], Any, Any]] = {
            "plan_path": (table.paths, table.path, scheme.paths),
            "plan_model": (table.models, table.model, scheme.models),
            "plan_tenure": (table.tenures, table.tenure, scheme.tenures),
        }
        ids, codes, parts = tables[id]
        titles = {part.id: pick(part.title) for part in parts}
        labels = (*(titles.get(one, one) for one in ids), text("sheet_not_chosen"))
        picked = codes[chosen] if len(codes) else np.zeros(n, np.int32)
        return Classes(np.where(chosen >= 0, picked, len(ids)), labels, frozenset({len(ids)}))

    return make
