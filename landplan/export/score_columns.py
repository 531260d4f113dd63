"""The columns of the score table: one row a parcel, full precision, names that say their unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.capacity import CAPACITIES, capacity_as
from landplan.core.messages import pick
from landplan.core.results import Results
from landplan.core.tables import ALLOWED, UNKNOWN
from landplan.core.units import M2_PER_MU
from landplan.export.fit_table import fit_traces
from landplan.export.parcel_records import capacity_title
from landplan.export.reasons import reasons_of_plots

STATUS = ("allowed", "restricted", "unknown")


@dataclass(frozen=True, slots=True, eq=False)
class ScoreColumn:
    """One column: name, titles, unit, and n values (float64 with NaN, int32 with 0 = none, or text with None)."""

    name: str
    titles: Mapping[str, str]
    values: Any
    unit: str = ""


def score_columns(results: Results) -> tuple[ScoreColumn, ...]:
    """Every column, in order: parcel, recommendation, each model, raw criteria. Names are unique."""
    columns: dict[str, ScoreColumn] = {}
    for column in (*_recommendation(results), *_capacity(results), *_fit(results), *_models(results), *_criteria(results)):
        name = column.name
        while name in columns:
            name = f"raw_{name}"
        columns[name] = ScoreColumn(name, column.titles, column.values, column.unit)
    return tuple(columns.values())


def _recommendation(results: Results) -> Iterator[ScoreColumn]:
    parcels, scores = results.layers.parcels, results.scores
    has, best = scores.recommended >= 0, np.maximum(scores.recommended, 0)
    at = np.arange(len(scores))

    def of_best(table: Any) -> Any:
        return np.where(has, table[at, best], np.nan) if table.size else np.full(len(scores), np.nan)

    yield ScoreColumn("parcel_id", {"zh": "地块编号", "en": "Parcel id"}, parcels.ids)
    yield ScoreColumn("area_m2", {"zh": "面积", "en": "Area"}, parcels.area_m2, "m2")
    yield ScoreColumn("area_mu", {"zh": "面积", "en": "Area"}, parcels.area_m2 / M2_PER_MU, "mu")
    yield ScoreColumn("recommended", {"zh": "推荐模式", "en": "Recommended model"}, _named(scores.models, scores.recommended))
    yield ScoreColumn("score", {"zh": "得分", "en": "Score"}, scores.best_score)
    yield ScoreColumn("score_low", {"zh": "得分下限", "en": "Lowest score"}, of_best(scores.score_low))
    yield ScoreColumn("score_high", {"zh": "得分上限", "en": "Highest score"}, of_best(scores.score_high))
    yield ScoreColumn("known_weight", {"zh": "已知权重", "en": "Known weight"}, of_best(scores.known_weight))
    rank = np.where(has, scores.rank[at, best], 0) if scores.rank.size else np.zeros(len(scores))
    yield ScoreColumn("rank", {"zh": "排名", "en": "Rank"}, rank.astype(np.int32))
    yield ScoreColumn("runner_up", {"zh": "次优模式", "en": "Runner-up"}, _named(scores.models, scores.runner_up))
    yield ScoreColumn("margin", {"zh": "领先次优", "en": "Margin"}, scores.margin)
    yield ScoreColumn("status", {"zh": "准入", "en": "Status"}, _overall(scores.status))
    yield ScoreColumn("reasons", {"zh": "原因", "en": "Reasons"}, reason_lines(results))


def _capacity(results: Results) -> Iterator[ScoreColumn]:
    """What each plot could carry as its recommended model: always low, likely and high, never one number."""
    if results.layers.parcels.geometry.kind != "polygon":
        return
    found = capacity_as(results.scheme.models, results.scores.recommended, results.layers.parcels.area_m2)
    for quantity, unit in CAPACITIES.items():
        for end in ("low", "likely", "high"):
            values = getattr(found[quantity], end)
            yield ScoreColumn(f"capacity_{quantity}_{end}_{unit}", capacity_title(quantity, end), values, unit)


def _fit(results: Results) -> Iterator[ScoreColumn]:
    """The fit test of a policy pack, where the recipe has one: always with its low and high, for gates may be unknown."""
    found = results.fit
    if found is None:
        return
    name, states = found.fit.title, np.array(["failed", "passed", "unknown"], object)
    for id, zh, en, values in (
        ("fit", "适配", "fit", states[found.fits]),
        ("fit_score", "适配得分", "fit score", found.score),
        ("fit_low", "适配得分下限", "lowest fit score", found.low),
        ("fit_high", "适配得分上限", "highest fit score", found.high),
    ):
        yield ScoreColumn(id, {"zh": f"{pick(name, 'zh')}{zh}", "en": f"{pick(name, 'en')}: {en}"}, values)
    traces = fit_traces(found, day=results.recipe.export.stamp, lang=results.lang)
    yield ScoreColumn("fit_trace", {"zh": "适配依据", "en": "Gates"}, np.array(traces, object))


def _models(results: Results) -> Iterator[ScoreColumn]:
    scores, titles = results.scores, {model.id: model.title for model in results.scheme.models}
    states = np.array(STATUS, object)
    for k, id in enumerate(scores.models):
        for prefix, zh, en, values in (
            ("score", "得分", "score", scores.score[:, k]),
            ("low", "得分下限", "lowest score", scores.score_low[:, k]),
            ("high", "得分上限", "highest score", scores.score_high[:, k]),
            ("known", "已知权重", "known weight", scores.known_weight[:, k]),
            ("rank", "排名", "rank", scores.rank[:, k]),
            ("status", "准入", "status", states[scores.status[:, k]]),
        ):
            title = {"zh": f"{pick(titles[id], 'zh')}{zh}", "en": f"{pick(titles[id], 'en')}: {en}"}
            yield ScoreColumn(f"{prefix}_{id}", title, values)


def _criteria(results: Results) -> Iterator[ScoreColumn]:
    titles = {criterion.id: criterion.title for criterion in results.scheme.criteria}
    for id, column in results.criteria.columns.items():
        named = not column.unit or id.endswith(f"_{column.unit}")
        yield ScoreColumn(id if named else f"{id}_{column.unit}", titles[id], column.values, column.unit)


def reason_lines(results: Results) -> Any:
    """(n,) why a parcel may not become a model, or which fields leave that undecided; None where there is nothing."""
    out = np.full(len(results.scores), None, object)
    out[:] = ["；".join(said) or None for said in reasons_of_plots(results)]
    return out


def _named(ids: tuple[str, ...], codes: Any) -> Any:
    names = np.array([*ids, None], object)
    return names[np.where(codes >= 0, codes, len(ids))]


def _overall(status: Any) -> Any:
    """(n,) allowed when some model is, else unknown when some model is undecided, else restricted."""
    some = [(status == state).any(axis=1) for state in (ALLOWED, UNKNOWN)]
    return np.select(some, [STATUS[0], STATUS[2]], STATUS[1]).astype(object)
