"""The columns of a parcel in every deliverable: one list, rounded once, so that each export carries the same number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.capacity import CAPACITIES, capacity_as
from landplan.core.fit_gates import FAILED, PASSED, answer_words
from landplan.core.messages import pick, text, titles
from landplan.core.policy import CLASSES
from landplan.core.results import Results
from landplan.core.tables import QUANTITIES
from landplan.core.units import M2_PER_MU
from landplan.export.dbf_file import shortened
from landplan.export.decision_words import decision_facts
from landplan.export.fit_table import gate_worths
from landplan.export.pack_tables import worth_note
from landplan.export.reasons import reasons_of_plots
from landplan.export.survey_table import survey_doubts
from landplan.export.zone_names import zone_names

Kind = Literal["text", "number"]


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One exported column of n parcels. `short` fits a DBF name (10 bytes); values are rounded to `decimals`; NaN or None =
    unknown. `illustrative`: the number rests on figures without a source. `note`: what else the dictionary says of it. `brief`:
    texts for a DBF, whose fields are short, where the full ones may be too long."""

    name: str
    short: str
    title: Mapping[str, str]
    kind: Kind
    values: Any
    unit: str = ""
    decimals: int = 0
    illustrative: bool = False
    note: str = ""
    brief: Any = None

    def cells(self) -> list[Any]:
        """The values as Python objects; None is unknown; whole numbers without decimals as int."""
        if self.kind == "text":
            return list(self.values.tolist())
        whole = self.decimals == 0
        return [None if value != value else int(value) if whole else value for value in self.values.tolist()]


def parcel_records(results: Results) -> tuple[Record, ...]:
    """Every exported column of the parcels, in order."""
    parts = (_identity, _today, _scores, _decisions, _of_packs, _capacity, _plan)
    return with_short_names(record for part in parts for record in part(results))


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


def words(name: str, short: str, title: Mapping[str, str], values: Sequence[str | None] | Any, note: str = "") -> Record:
    """A text record; an empty text is unknown."""
    out = np.empty(len(values), object)
    out[:] = [value or None for value in values]
    return Record(name, short, title, "text", out, note=note)


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
    yield _reasons(results)


def _reasons(results: Results) -> Record:
    """One line a parcel: which rules of the scheme, of its models and of policy packs restrict it and which stay undecided."""
    found = reasons_of_plots(results, amounts=False)
    title, note = {"zh": "限制与未知", "en": "Restrictions and unknowns"}, text("record_reasons", lang=results.lang)
    brief = np.full(len(found), None, object)
    brief[:] = [_listed(said, results.lang) for said in found]
    return replace(words("reasons", "reasons", title, ["；".join(said) for said in found], note), brief=brief)


def _listed(parts: list[str], lang: str, most: int = 220) -> str | None:
    """The parts in one text of at most about `most` bytes, so that it fits a DBF field; the rest are counted."""
    shown: list[str] = []
    for part in parts:
        if shown and len("；".join([*shown, part]).encode()) > most:
            return "；".join(shown) + text("record_more", {"n": len(parts) - len(shown)}, lang)
        shown.append(shortened(part, "utf-8"))
    return "；".join(shown) or None


def _decisions(results: Results) -> Iterator[Record]:
    """Which recommendations hang on the weights, where the recipe asks for it."""
    found = results.decisions()
    if found is None:
        return
    note = text("table_fragile_asked", decision_facts(results), results.lang)
    states = np.array([text("table_fragile_no", lang=results.lang), text("table_fragile_yes", lang=results.lang)], object)
    fragile = _where(results.scores.recommended >= 0, states[found.fragile.astype(np.int64)])
    yield words("fragile", "fragile", titles("record_fragile"), fragile, note)
    yield number("holds", "holds", titles("record_holds"), found.holds, "share", 4, note=note)


def _of_packs(results: Results) -> Iterator[Record]:
    """Class, disposal and fit, where a policy pack rules them; what they are worth is in the dictionary."""
    lang, day = results.lang, results.recipe.export.stamp
    if (survey := results.survey) is not None:
        note = worth_note(survey.pack, survey_doubts(survey, day).values(), lang)
        letters = np.array([*CLASSES, None], object)
        directions = [survey.survey.disposal.get(grade) for grade in CLASSES]
        ways = np.array([*(pick(one.title, lang) if one else None for one in directions), None], object)
        yield words("survey", "survey", titles("record_survey"), letters[survey.code], note)
        yield words("disposal", "disposal", titles("record_disposal"), ways[survey.code], note)
    if (fit := results.fit) is not None:
        note = worth_note(fit.pack, gate_worths(fit, day).values(), lang)
        answers = np.array([answer_words(FAILED, lang), answer_words(PASSED, lang), None], object)
        yield words("fit", "fit", _titled(fit.fit.title, "适配", "fit"), answers[fit.fits], note)
        for id, zh, en, values in (
            ("fit_score", "得分", "score", fit.score),
            ("fit_low", "得分下限", "lowest score", fit.low),
            ("fit_high", "得分上限", "highest score", fit.high),
        ):
            yield number(id, id, _titled(fit.fit.title, zh, en), values, "share", 4, note=note)


def _capacity(results: Results) -> Iterator[Record]:
    """What each plot could carry as its recommended model: low, likely and high, never one number."""
    parcels = results.layers.parcels
    if parcels.geometry.kind != "polygon":
        return
    found = capacity_as(results.scheme.models, results.scores.recommended, parcels.area_m2)
    for quantity, unit in CAPACITIES.items():
        decimals, name = {"gfa": 1, "jobs": 0}.get(quantity, 2), f"capacity_{quantity}"
        for end, short in (("low", "lo"), ("likely", ""), ("high", "hi")):
            title, values = capacity_title(quantity, end), getattr(found[quantity], end)
            stem = f"c_{quantity}"[: 8 if short else 10]
            yield number(f"{name}_{end}_{unit}", f"{stem}{short}", title, values, unit, decimals, illustrative=True)


_QUANTITIES = {"gfa": ("建筑面积", "floor area"), "jobs": ("就业", "jobs"), "output": ("产值", "output"), "tax": ("税收", "tax")}
_ENDS = {"low": ("下限", "low"), "likely": ("可能", "likely"), "high": ("上限", "high")}


def capacity_title(quantity: str, end: str) -> dict[str, str]:
    """What a column of capacity is called."""
    (what_zh, what), (zh, en) = _QUANTITIES[quantity], _ENDS[end]
    return {"zh": f"建成后{what_zh}{zh}", "en": f"Built: {what}, {en}"}


def _titled(title: Mapping[str, str], zh: str, en: str) -> dict[str, str]:
    return _joined(title, {"zh": zh, "en": en})


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
