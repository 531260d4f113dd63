"""A parcel's scores, how they come about, what would flip them, and the rules that restrict it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.rules import Reasons
from landplan.core.scheme import Scheme
from landplan.core.scheme_weights import group_parts
from landplan.core.tables import RESTRICTED, UNKNOWN, Column, Reason
from landplan.export.drawing.colours import MODEL_HUES
from landplan.gui import figures

_FIELD_TITLES = {field.name: {"zh": field.zh, "en": field.en} for field in PARCEL_FIELDS}
_BEYOND, _FILLED, _STRAIGHT = 2, 3, 4
"""States of a raw value that are said."""


@dataclass(frozen=True, slots=True)
class ModelScore:
    """One land-use model for the parcel: score in [0, 1] (NaN none) between low and high; rank among all parcels, 0 none."""

    id: str
    title: str
    colour: str
    score: float
    low: float
    high: float
    known_weight: float
    status: int
    rank: int
    recommended: bool

    @property
    def certain(self) -> bool:
        """Whether nothing is unknown that counts."""
        return not self.high - self.low > 5e-3

    @property
    def shown(self) -> str:
        """The score in two digits, or the word for why there is none."""
        if self.status == RESTRICTED:
            return text("card_restricted")
        shown = figures.number(self.score, 2)
        return text("card_held", {"score": shown}) if self.status == UNKNOWN else shown


@dataclass(frozen=True, slots=True)
class Contribution:
    """One criterion in a model's score: weight as a share of all; gain what it adds, NaN where unknown or not additive."""

    id: str
    title: str
    raw: str
    utility: float
    weight: float
    gain: float
    why: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule that restricts (or leaves undecided): for which model ("" all), by how much, or which fields are unknown."""

    title: str
    model: str
    by: str
    missing: tuple[str, ...]

    def words(self) -> str:
        """In one line."""
        rule = text("card_rule_of", {"model": self.model, "rule": self.title}) if self.model else self.title
        if self.missing:
            return text("card_rule_undecided", {"rule": rule, "fields": self.missing})
        return text("card_rule_by", {"rule": rule, "by": self.by}) if self.by else rule


def model_scores(results: Results, row: int) -> tuple[ModelScore, ...]:
    """Every model, in the order of the scheme."""
    scores, best = results.scores, int(results.scores.recommended[row])
    return tuple(
        ModelScore(
            model.id,
            pick(model.title),
            MODEL_HUES[k % len(MODEL_HUES)],
            float(scores.score[row, k]),
            float(scores.score_low[row, k]),
            float(scores.score_high[row, k]),
            float(scores.known_weight[row, k]),
            int(scores.status[row, k]),
            int(scores.rank[row, k]),
            k == best,
        )
        for k, model in enumerate(results.scheme.models)
    )


def contributions(results: Results, row: int, model: int) -> tuple[Contribution, ...]:
    """What each criterion that has weight in a model adds to its score, the largest first, unknown ones last."""
    scores = results.scores
    utility, weights = scores.utility[row], scores.weights[model]
    gains = scores.contributions(row)[model] if scores.additive else np.full(len(weights), np.nan)
    gains = np.where(np.isnan(utility), np.nan, gains)
    criteria = {criterion.id: criterion for criterion in results.scheme.criteria}
    groups = _group_words(results, dict(zip(scores.criteria, weights.tolist(), strict=True)))
    order = np.lexsort((-weights, -np.nan_to_num(gains), np.isnan(utility)))
    found = []
    for j in order[weights[order] > 0].tolist():
        id = scores.criteria[j]
        column = results.criteria.columns.get(id)
        raw = raw_text(column, row) if column is not None else text("unknown")
        title = pick(criteria[id].title)
        facts = (float(utility[j]), float(weights[j]), float(gains[j]))
        why = _why(title, raw, facts, scores.known_weight[row, model])
        found.append(Contribution(id, title, raw, *facts, "\n".join([why, *groups.get(id, ())])))
    return tuple(found)


def _group_words(results: Results, weights: dict[str, float]) -> dict[str, tuple[str]]:
    """How the weight of a criterion comes from its group's, where groups have weights."""
    titles = {group.id: pick(group.title) for group in results.scheme.groups}
    found = {}
    for id, (group, within, of) in group_parts(results.scheme, weights).items():
        parts = {"within": figures.percent(within), "group": titles[group] or group, "of": figures.percent(of)}
        found[id] = (text("card_why_group", {"weight": figures.percent(weights[id]), **parts}),)
    return found


def raw_text(column: Column, row: int) -> str:
    """A raw criterion value with its unit; beyond reach, filled in and a straight line for a way are said."""
    value = column.values[row]
    if column.is_text:
        return str(value) if value is not None else text("unknown")
    shown = figures.with_unit(float(value), column.unit)
    state = int(column.state[row]) if column.state is not None else 0
    if state == _BEYOND:
        return f"≥ {shown}"
    said = {_FILLED: "card_filled", _STRAIGHT: "card_straight"}.get(state)
    return text(said, {"value": shown}) if said else shown


def _why(title: str, raw: str, facts: tuple[float, float, float], known: float) -> str:
    utility, weight, gain = facts
    if np.isnan(utility):
        return text("card_why_unknown", {"criterion": title, "weight": figures.percent(weight)})
    of = {"criterion": title, "raw": raw, "utility": figures.number(utility, 2), "weight": figures.percent(weight)}
    if np.isnan(gain):
        return text("card_why_relative", of)
    return text("card_why_gain", {**of, "known": figures.percent(float(known), 0), "gain": figures.number(gain, 3)})


def rulings(results: Results, row: int) -> tuple[Ruling, ...]:
    """What restricts the parcel, certain rules first, then what is undecided."""
    reasons = results.scores.reasons
    own = reasons.of(row) if isinstance(reasons, Reasons) else tuple(one for one in reasons if one.row == row)
    return tuple(_ruling(results, one) for one in sorted(own, key=lambda one: bool(one.unknown_fields)))


def _ruling(results: Results, reason: Reason) -> Ruling:
    scheme = results.scheme
    titles = {rule.id: pick(rule.title) for rule in scheme.rules}
    models = {model.id: model for model in scheme.models}
    own = models[reason.model].exclude if reason.model in models else ()
    titles |= {one.id: pick(one.title) for one in own}
    if of_pack := results.pack_titles.get((reason.model, reason.rule)):
        titles[reason.rule] = pick(of_pack)
    model = pick(models[reason.model].title) if reason.model in models else ""
    by = "" if reason.by is None else figures.with_unit(reason.by, reason.unit)
    missing = tuple(field_title(scheme, name) for name in reason.unknown_fields)
    return Ruling(titles.get(reason.rule) or text(reason.rule), model, by, missing)


def field_title(scheme: Scheme, name: str) -> str:
    """What a planner calls a criterion or a field; a criterion hides a field of its name."""
    titles = next((one.title for one in scheme.criteria if one.id == name), None) or _FIELD_TITLES.get(name, {})
    return pick(titles) or name


def undecided(results: Results, row: int) -> str:
    """Why nothing is recommended: "" where something is."""
    scores = results.scores
    if scores.recommended[row] >= 0:
        return ""
    status = scores.status[row]
    if (status == RESTRICTED).all():
        return text("card_none_restricted")
    return text("card_none_unknown") if (status == UNKNOWN).any() else text("card_none_known")
