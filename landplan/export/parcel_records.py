"""The columns of a parcel in every deliverable: one list, rounded once, so that each export carries the same number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.messages import pick, text, titles
from landplan.core.results import Results
from landplan.core.tables import QUANTITIES
from landplan.core.units import M2_PER_MU
from landplan.export.zone_names import zone_names

Kind = Literal["text", "number"]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One exported column of n parcels. `short` fits a DBF name (10 bytes); values are rounded to `decimals`; NaN or None =
    unknown. `illustrative`: the number rests on figures without a source."""

    name: str
    short: str
    title: Mapping[str, str]
    kind: Kind
    values: Any
    unit: str = ""
    decimals: int = 0
    illustrative: bool = False

    def cells(self) -> list[Any]:
        """The values as Python objects; None is unknown; whole numbers without decimals as int."""
        if self.kind == "text":
            return list(self.values.tolist())
        whole = self.decimals == 0
        return [None if value != value else int(value) if whole else value for value in self.values.tolist()]


def parcel_records(results: Results) -> tuple[Record, ...]:
    """Every exported column of the parcels, in order."""
    return with_short_names((*_identity(results), *_today(results), *_scores(results), *_plan(results)))


def with_short_names(records: Iterable[Record]) -> tuple[Record, ...]:
    """The records with short names of at most 10 bytes in any encoding, each different without regard to case."""
    taken: set[str] = set()
    out = []
    for record in records:
        stem = "".join(ch for ch in record.short if ch.isascii())[:10] or "field"
        short, number = stem, 1
        while short.lower() in taken:
            number += 1
            short = f"{stem[: 9 - len(str(number))]}_{number}"
        taken.add(short.lower())
        out.append(replace(record, short=short))
    return tuple(out)


def number(name: str, short: str, title: Mapping[str, str], values: Any, unit: str, decimals: int, **facts: Any) -> Record:
    """A numeric record, rounded half to even at `decimals`; −0 becomes 0."""
    rounded = np.round(np.asarray(values, np.float64), decimals) + 0.0
    return Record(name, short, title, "number", rounded, unit, decimals, **facts)


def words(name: str, short: str, title: Mapping[str, str], values: Sequence[str | None] | Any) -> Record:
    """A text record; an empty text is unknown."""
    out = np.empty(len(values), object)
    out[:] = [value or None for value in values]
    return Record(name, short, title, "text", out)


def _identity(results: Results) -> Iterator[Record]:
    parcels = results.layers.parcels
    yield words("id", "id", {"zh": "地块编号", "en": "Parcel id"}, parcels.ids)
    if "name" in parcels.fields:
        yield words("name", "name", {"zh": "地块名称", "en": "Name"}, parcels.texts("name"))
    for zone_set in results.zones.sets.values():
        names = np.array(zone_names(results, zone_set), object)
        title = titles(f"zone_set_{zone_set.id}", zone_set.id)
        yield words(f"zone_{zone_set.id}", f"z_{zone_set.id}", title, names[zone_set.main])


def _today(results: Results) -> Iterator[Record]:
    parcels, fields = results.layers.parcels, results.layers.parcels.fields
    if "land_use" in fields:
        yield words("land_use", "land_use", {"zh": "现状用地代码", "en": "Land-use code"}, parcels.texts("land_use"))
    yield number("area_m2", "area_m2", {"zh": "平面面积", "en": "Planar area"}, parcels.area_m2, "m2", 2)
    yield number("area_ell_m2", "area_ell", {"zh": "椭球面积", "en": "Ellipsoidal area"}, ellipsoidal_m2(parcels), "m2", 2)
    yield number("area_mu", "area_mu", {"zh": "面积", "en": "Area"}, parcels.area_m2 / M2_PER_MU, "mu", 2)
    environment = results.environment
    yield number("far", "far", {"zh": "现状容积率", "en": "FAR"}, environment.columns["far"], "ratio", 2)
    for name, short, zh, en, unit, decimals in (
        ("gfa_m2", "gfa_m2", "建筑面积", "Gross floor area", "m2", 1),
        ("output_wan", "output_wan", "年产值", "Annual output", "wan", 2),
        ("tax_wan", "tax_wan", "年税收", "Annual tax", "wan", 2),
        ("jobs", "jobs", "从业人数", "Jobs", "person", 0),
        ("firms", "firms", "企业数", "Firms", "count", 0),
    ):
        if name in fields:
            yield number(name, short, {"zh": zh, "en": en}, parcels.numbers(name), unit, decimals)


def _scores(results: Results) -> Iterator[Record]:
    scores, scheme = results.scores, results.scheme
    models = {model.id: model.title for model in scheme.models}
    has = scores.recommended >= 0
    best = np.maximum(scores.recommended, 0)
    named = np.array([pick(models[id], results.lang) for id in scores.models] or [""], object)
    yield words("model", "model", {"zh": "推荐用地模式", "en": "Recommended model"}, _where(has, named[best]))
    for column, short, zh, en in (
        (scores.score, "score", "推荐模式得分", "Score of the recommended model"),
        (scores.score_low, "score_low", "得分下限", "Lowest score"),
        (scores.score_high, "score_high", "得分上限", "Highest score"),
        (scores.known_weight, "known_w", "已知权重", "Known weight"),
    ):
        yield number(short, short, {"zh": zh, "en": en}, _picked(column, best, has), "share", 4)
    rank = _picked(scores.rank.astype(np.float64), best, has)
    yield number("rank", "rank", {"zh": "模式内排名", "en": "Rank within the model"}, rank, "", 0)
    yield number("margin", "margin", {"zh": "领先次优", "en": "Margin to the runner-up"}, scores.margin, "share", 4)
    states = np.array([text(f"status_{state}", lang=results.lang) for state in range(3)], object)
    for k, id in enumerate(scores.models):
        score, status = titles("score"), titles("status")
        yield number(f"score_{id}", f"s_{k}", _joined(models[id], score), scores.score[:, k], "share", 4)
        yield words(f"status_{id}", f"st_{k}", _joined(models[id], status), states[scores.status[:, k]])
    yield words("reasons", "reasons", {"zh": "限制与未知", "en": "Restrictions and unknowns"}, reason_texts(results))


def reason_texts(results: Results) -> list[str | None]:
    """One line a parcel: which rules restrict it everywhere and which stay undecided; None where there is nothing."""
    lines: list[list[str]] = [[] for _ in range(len(results.scores))]
    rules = {rule.id: pick(rule.title, results.lang) for rule in results.scheme.rules}
    for reason in results.scores.reasons:
        if reason.rule not in rules or reason.path:
            continue
        said = rules[reason.rule]
        if reason.unknown_fields:
            said = text("undecided_rule", {"rule": said, "fields": reason.unknown_fields}, results.lang)
        if said not in lines[reason.row]:
            lines[reason.row].append(said)
    return [_listed(line, results.lang) for line in lines]


def _listed(parts: list[str], lang: str, most: int = 100) -> str | None:
    """The parts in one text of at most about `most` characters, so that it fits a DBF field; the rest are counted."""
    shown: list[str] = []
    for part in parts:
        if shown and sum(map(len, shown)) + len(part) > most:
            return "；".join([*shown, text("and_more", {"n": len(parts) - len(shown)}, lang)])
        shown.append(part)
    return "；".join(shown) or None


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """What was chosen, spread over all parcels: `has` (n,) and the row of the option table (0 where nothing)."""

    has: Any
    at: Any
    lang: str

    def named(self, parts: Sequence[Any], codes: Any) -> Any:
        names = np.array([pick(part, self.lang) for part in parts] or [""], object)
        return _where(self.has, names[codes[self.at]] if len(codes) else names[np.zeros(len(self.at), int)])

    def kept(self, values: Any) -> Any:
        return np.where(self.has, values[self.at] if len(values) else np.nan, np.nan)


def _plan(results: Results) -> Iterator[Record]:
    options, portfolio = results.options, results.portfolio
    if options is None or portfolio is None:
        return
    chosen, start = np.full(len(results.scores), -1), np.full(len(results.scores), np.nan)
    chosen[options.parcel[portfolio.option]] = portfolio.option
    start[options.parcel[portfolio.option]] = portfolio.start_year
    choice, scheme = _Choice(chosen >= 0, np.maximum(chosen, 0), results.lang), results.scheme
    path = choice.named([part.title for part in scheme.paths], options.path)
    model = choice.named([part.title for part in scheme.models], options.model)
    tenure = choice.named([part.title for part in scheme.tenures], options.tenure)
    responsible = choice.named([part.responsible for part in scheme.paths], options.path)
    yield words("path", "path", {"zh": "更新路径", "en": "Renewal path"}, path)
    yield words("plan_model", "plan_model", {"zh": "实施用地模式", "en": "Model in the plan"}, model)
    yield words("tenure", "tenure", {"zh": "供地方式", "en": "Tenure"}, tenure)
    yield number("start_year", "start_year", {"zh": "启动年份", "en": "Start year"}, start, "year", 0)
    yield words("responsible", "respons", {"zh": "责任单位", "en": "Responsible"}, responsible)
    yield from _money(results, choice)
    for quantity, unit in zip(QUANTITIES, ("wan", "wan", "person", "m2", "count"), strict=True):
        title = {lang: text("change_of", lang=lang) + text(f"quantity_{quantity}", lang=lang) for lang in ("zh", "en")}
        values = choice.kept(options.change[quantity])
        yield number(f"d_{quantity}", f"d_{quantity}", title, values, unit, 2, illustrative=True)


def _money(results: Results, choice: _Choice) -> Iterator[Record]:
    options = results.options
    assert options is not None  # noqa: S101  (the caller has just looked)
    funds = {budget.fund: budget.title for budget in results.recipe.choose.budgets} if results.recipe.choose else {}
    for k, fund in enumerate(options.funds):
        title = _joined(funds.get(fund) or {"zh": fund, "en": fund}, titles("spending"))
        spend = choice.kept(options.fund_spend[:, k].sum(axis=-1))
        yield number(f"spend_{fund}_wan", f"spend_{k}", title, spend, "wan", 2, illustrative=True)
    parties: dict[str, Mapping[str, str]] = {party.id: party.title for party in results.scheme.parties}
    for k, party in enumerate(options.parties):
        title = _joined(parties.get(party, {"zh": party, "en": party}), titles("npv"))
        yield number(f"npv_{party}_wan", f"npv_{k}", title, choice.kept(options.npv_wan[:, k]), "wan", 2, illustrative=True)


def _where(has: Any, texts: Any) -> Any:
    """The texts where there is one, None elsewhere."""
    out = texts.copy()
    out[~has] = None
    return out


def _picked(table: Any, column: Any, has: Any) -> Any:
    return np.where(has, table[np.arange(len(column)), column] if table.size else np.nan, np.nan)


def _joined(first: Mapping[str, str], second: Mapping[str, str]) -> dict[str, str]:
    return {"zh": pick(first, "zh") + second["zh"], "en": f"{pick(first, 'en')}: {second['en']}"}
