"""What the panel of criteria shows: weights and their shares, the scale of the sliders, criteria in words. No Qt here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import nan
from typing import Any

from landplan.core.errors import Issue
from landplan.core.messages import catalogue, language, pick, text
from landplan.core.registry import measures, value_functions
from landplan.core.results import Results
from landplan.core.scheme import Criterion, Group, MethodCall, Scheme
from landplan.core.scheme_weights import group_shares, groups_in_order, model_weights
from landplan.core.tables import Column
from landplan.core.units import unit_text

_TOPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_USUAL = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion as it is shown."""

    id: str
    title: str
    group: str
    scored: bool
    on: bool
    weight: float
    """In the model the panel is set to, else the common one."""
    common: float
    share: float
    """0…1 of all weight in the model whose shares are shown; NaN where it does not count."""
    special: bool = False
    """Whether the weight is one that only this model has."""
    changed: bool = False
    """Whether the weight is another than when the project was opened."""
    opened: float | None = None
    """The weight when the project was opened; None: the model had none of its own, or the criterion was not there."""
    models: tuple[str, ...] = ()
    """Titles of the models that the common weight does not reach: they have one of their own."""
    reason: str = ""
    """Why it is not measured."""
    within: float = nan
    """With groups, 0…1 of the group it stands in (of a group at the top: of the whole); NaN where it does not count."""
    value: MethodCall | None = None
    """The value function of a criterion."""


def rows(scheme: Scheme, opened: Scheme, model: str, shown: str, results: Results | None) -> tuple[Row, ...]:
    """Every criterion in the scheme's order. model, shown: ids of models, "" = the common weights."""
    skipped: Mapping[str, Issue] = results.criteria.skipped if results is not None else {}
    shares = weight_shares(scheme, shown, dropped(results))
    groups, told = group_shares(scheme, shares), {id: skipped[id].text() for id in skipped}
    of_models = {one.id: one.weights for one in scheme.models}
    before = _before(opened.criteria, model, {one.id: one.weights for one in opened.models})
    found = []
    for one in scheme.criteria:
        weighed = _weighed(scheme, one, model, of_models, before.get(one.id))
        facts = (one.id, pick(one.title) or one.id, one.group, one.value is not None, one.on)
        share = shares.get(one.id, nan)
        within = _part(share, groups[one.group]) if one.group in groups else share
        found.append(Row(*facts, share=share, reason=told.get(one.id, ""), within=within, value=one.value, **weighed))
    return tuple(found)


def group_rows(scheme: Scheme, opened: Scheme, model: str, shown: str, results: Results | None) -> dict[str, Row]:
    """Every declared group by id, each followed by those within it; `group` is the one it stands in."""
    groups = {one.id: one for one in scheme.groups}
    shares = group_shares(scheme, weight_shares(scheme, shown, dropped(results)))
    of_models = {one.id: one.group_weights for one in scheme.models}
    before = _before(opened.groups, model, {one.id: one.group_weights for one in opened.models})
    found = {}
    for id, _ in groups_in_order(scheme):
        one, share = groups[id], shares[id] or nan
        weighed = _weighed(scheme, one, model, of_models, before.get(id))
        within = _part(share, shares[one.parent]) if one.parent else share
        found[id] = Row(id, pick(one.title) or id, one.parent, True, True, share=share, within=within, **weighed)
    return found


def depth_of(row: Row, groups: Mapping[str, Row]) -> int:
    """In how many groups a group stands."""
    return 1 + depth_of(groups[row.group], groups) if row.group in groups else 0


def _part(share: float, of: float) -> float:
    return share / of if of > 0 else nan


def _before(parts: Iterable[Criterion | Group], model: str, of_models: Mapping[str, Mapping[str, float]]) -> Mapping[str, float]:
    """The weights when the project was opened: those that only the model had, or the common ones."""
    return of_models.get(model, {}) if model else {one.id: one.weight for one in parts}


def _weighed(
    scheme: Scheme, one: Criterion | Group, model: str, of_models: Mapping[str, Mapping[str, float]], start: float | None
) -> dict[str, Any]:
    """What a row says of a weight; of_models: the weights that models have of their own."""
    now = of_models.get(model, {}).get(one.id) if model else one.weight
    names = tuple(pick(other.title) for other in scheme.models if not model and one.id in of_models[other.id])
    return {
        "weight": one.weight if now is None else now, "common": one.weight, "special": bool(model) and now is not None,
        "changed": now != start, "opened": start, "models": names,
    }  # fmt: skip


def dropped(results: Results | None) -> frozenset[str]:
    """Scored criteria that no parcel knows or that cannot be measured: the others carry all the weight."""
    if results is None:
        return frozenset()
    return frozenset(one.id for one in results.scheme.scored) - frozenset(results.scores.criteria)


def weight_shares(scheme: Scheme, model: str, without: Collection[str] = ()) -> dict[str, float]:
    """The part of all weight that each scored criterion has in a model ("": by the common weights); they sum to 1."""
    found = model_weights(scheme, next((one for one in scheme.models if one.id == model), None)).weights
    weights = {id: weight for id, weight in found.items() if id not in without}
    total = sum(weights.values())
    return {id: weight / total for id, weight in weights.items()} if total > 0 else {}


def scale_top(found: Iterable[Row]) -> float:
    """The right end of every slider: 10, or about twice the largest weight of when the project was opened if that is below
    1 or above 5; further where a weight of now lies beyond it. It stays where it is while a slider is dragged."""
    scored = [row for row in found if row.scored]
    largest = max((row.common if row.opened is None else row.opened for row in scored), default=0.0)
    usual = largest == 0.0 or 1.0 <= largest <= _USUAL / 2
    needed = max(_USUAL if usual else 2 * largest, max((row.weight for row in scored), default=0.0))
    return next((top for top in _TOPS if top >= needed), needed)


def group_title(group: str) -> str:
    """What a group of criteria is called; the word of the scheme where it is none we know."""
    if not group:
        return text("criteria_group_other")
    return catalogue(language()).get(f"criteria_group_{group}") or group


def group_words(row: Row, groups: Mapping[str, Row]) -> str:
    """Of a criterion or group: its part of the group it stands in, and that group's of the whole; "" where it stands in none."""
    above = groups.get(row.group)
    if above is None or row.share != row.share:
        return ""
    facts = {"within": share_words(row.within), "group": above.title, "of": share_words(above.share)}
    return text("criteria_within", {**facts, "share": share_words(row.share)})


def group_share(members: Iterable[Row]) -> float:
    """The share of the weight of a group, 0…1; NaN where nothing of it counts."""
    known = [row.share for row in members if row.share == row.share]
    return sum(known) if known else nan


def share_words(share: float) -> str:
    """A share in percent, without the sign; a dash where there is none."""
    return "–" if share != share else f"{100 * share:.1f}"


def weight_words(weight: float) -> str:
    """A weight with as many digits as it has, six at most."""
    return f"{weight:.6g}"


def criterion_words(criterion: Criterion, row: Row, column: Column | None, parcels: int) -> tuple[tuple[str, str], ...]:
    """(label, value) of what there is to know of a criterion: how it is measured and valued, what is unknown."""
    unit = unit_text(column.unit, language()) if column is not None else ""
    found = [("note", pick(criterion.note)), ("measure", measure_words(criterion.measure)), ("unit", unit)]
    if criterion.value is not None:
        found.append(("value", curve_words(criterion.value)))
    if column is not None:
        n = int(column.unknown.sum())
        found.append(("unknown", text("criteria_unknown_of", {"n": f"{n:,}", "all": f"{parcels:,}"})))
    if criterion.missing:
        found.append(("missing", text(f"criteria_missing_{criterion.missing}")))
    if row.models:
        found.append(("own", "、".join(row.models) if language() == "zh" else ", ".join(row.models)))
    found.append(("reason", row.reason))
    return tuple((text(f"criteria_fact_{label}"), value) for label, value in found if value)


def measure_words(measure: MethodCall) -> str:
    """A measure with its parameters: 距离（layer=stations, reach_m=5000）."""
    title = pick(measures[measure.kind].titles) if measure.kind in measures else measure.kind
    said = {name: value for name, value in measure.params.items() if name != "unit" and value != ""}
    words = [str(value) if name == "expression" else f"{name} = {_plain(value)}" for name, value in said.items()]
    return f"{title}: {', '.join(words)}" if words else title


def curve_words(value: MethodCall) -> str:
    """A value function as a planner reads it: which values are worth how much, 0 … 1."""
    params, title = value.params, pick(value_functions[value.kind].titles) if value.kind in value_functions else value.kind
    worth = _worths(value.kind, params)
    if worth:
        return f"{title}: " + "; ".join(f"{left} → {_plain(right)}" for left, right in worth)
    return " ".join([title, *(f"{name} = {_plain(one)}" for name, one in params.items())])


def _worths(kind: str, params: Mapping[str, Any]) -> list[tuple[str, Any]]:
    if kind == "linear":
        return [(_plain(params["worst"]), 0), (_plain(params["best"]), 1)]
    if kind == "piecewise":
        return [(_plain(x), y) for x, y in zip(params["x"], params["y"], strict=False)]
    if kind == "step":
        ends = [_plain(end) for end in params["breaks"]]
        between = [f"{low} … {high}" for low, high in pairwise(ends)]
        return list(zip([f"< {ends[0]}", *between, f"≥ {ends[-1]}"], params["values"], strict=False))
    if kind == "category":
        other = params.get("other")
        rest = [(text("criteria_other_category"), text("criteria_as_unknown") if other is None else other)]
        return [*params["table"].items(), *rest]
    return []


def _plain(value: Any) -> str:
    return f"{value:,g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
