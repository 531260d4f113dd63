"""The money of options as tables: options, tenures, what hangs on each figure, funds; for .csv by name, for .xlsx with titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.app.money import MoneyFindings
from landplan.core.messages import catalogue, pick, text
from landplan.core.scheme import Scheme
from landplan.core.units import unit_text
from landplan.export.table import Cell, Heading, Table
from landplan.renewal.views import VIEWS

TABLES = ("options", "tenures", "figures", "funds")


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One column by its name in a .csv; cells in full, None where there is nothing to say. words: id → title, as a spreadsheet
    shows it; title: id of its text, with the view it is of."""

    name: str
    cells: list[Any]
    unit: str = ""
    decimals: int | None = None
    title: str = ""
    view: str = ""
    words: Mapping[Any, str] | None = None


def columns(found: MoneyFindings, table: str, lang: str) -> tuple[Column, ...]:
    """The columns of one of TABLES; no rows of tenures where the scheme does not say what land is worth."""
    made = {"options": _options, "tenures": _tenures, "figures": _figures, "funds": _funds}
    return tuple(made[table](found, lang))


def sheet(found: MoneyFindings, table: str, lang: str) -> Table:
    """The same as a sheet with titles, units and a note."""
    made = columns(found, table, lang)
    headings = tuple(Heading(title(one, lang), one.unit, one.decimals) for one in made)
    shown = [[(one.words or {}).get(cell, cell) for cell in one.cells] for one in made]
    note = text(f"money_note_{table}", {"rate": f"{100 * found.appraisal.scheme.discount_rate:g}"}, lang)
    return Table(text(f"money_table_{table}", lang=lang), headings, tuple(zip(*shown, strict=True)), (note,))


def title(column: Column, lang: str) -> str:
    """What a column is called."""
    id = column.title or f"money_{column.name}"
    said = text(id, lang=lang) if id in catalogue(lang) else id  # a fund is called as the scheme says
    return f"{text(f'money_view_{column.view}', lang=lang)} {said}" if column.view else said


def _options(found: MoneyFindings, lang: str) -> Iterator[Column]:
    options, money = found.appraisal.options, found.public
    yield from _keys(found, options.parcel, options.model, options.tenure, lang)
    paths = {path.id: pick(path.title, lang) for path in found.appraisal.scheme.paths}
    yield Column("path", [options.paths[k] for k in options.path.tolist()], title="path", words=paths)
    best = np.isin(np.arange(len(options)), found.best)
    yield Column("best", best.astype(int).tolist(), words=_yes_no(lang))
    for v, view in enumerate(VIEWS):
        yield from _view(found, v, view)
    yield from _band(found, lang)
    yield Column("best_share", _cells(found.odds.best), "share", 3)
    for v, view in enumerate(VIEWS):
        yield Column(f"{view}_gains_share", _cells(found.odds.gains[:, v]), "share", 3, "money_gains_share", view)
    for k, fund in enumerate(options.funds):
        titles = {one.id: pick(one.title, lang) for one in found.appraisal.scheme.funds if one.title}
        yield Column(f"{fund}_wan", _cells(money.public[:, k]), "wan", 2, titles.get(fund, fund))
    yield Column("private_wan", _cells(money.private), "wan", 2)
    yield Column("leverage", _cells(money.leverage), "ratio", 2)


def _view(found: MoneyFindings, v: int, view: str) -> Iterator[Column]:
    seen, part = found.views, found.views.takes_part[:, v]
    numbers = (
        ("npv_wan", seen.npv_wan, "wan", 2),
        ("irr", seen.irr, "share", 4),
        ("payback_years", seen.payback_years, "year", 1),
        ("peak_wan", seen.peak_wan, "wan", 2),
    )
    for name, values, unit, decimals in numbers:
        yield Column(f"{view}_{name}", _cells(np.where(part, values[:, v], np.nan)), unit, decimals, f"money_{name}", view)
    count = np.where(part, seen.irr_count[:, v], np.nan)
    yield Column(f"{view}_irr_count", [None if c != c else int(c) for c in count.tolist()], "count", 0, "money_irr_count", view)


def _band(found: MoneyFindings, lang: str) -> Iterator[Column]:
    prices = found.band
    area = found.appraisal.environment.columns["area_mu"][found.appraisal.options.parcel]
    for name, values in (("price", prices.price_wan), ("price_low", prices.low_wan), ("price_high", prices.high_wan)):
        yield Column(f"{name}_wan", _cells(values), "wan", 2)
        yield Column(f"{name}_wan_per_mu", _cells(values / area), "wan_per_mu", 2)
        if name != "price":
            yield Column(f"{name}_factor", _cells(values / prices.price_wan), "ratio", 3)
    priced = ~np.isnan(prices.price_wan)
    lacking = np.where(priced, np.maximum(prices.low_wan - prices.high_wan, 0.0), np.nan)
    yield Column("price_lacking_wan", _cells(lacking), "wan", 2)
    loses = [" ".join(view for v, view in enumerate(VIEWS) if row[v]) for row in prices.loses.tolist()]
    told = {one: ", ".join(text(f"money_view_{view}", lang=lang) for view in one.split()) for one in loses}
    yield Column("loses_at_any_price", loses, words=told)
    yield Column(
        "deal", [int(one) if known else None for one, known in zip(prices.deal, priced, strict=True)], words=_yes_no(lang)
    )


def _tenures(found: MoneyFindings, lang: str) -> Iterator[Column]:
    made, scheme = found.tenures, found.appraisal.scheme
    if made is None:
        return
    yield from _keys(found, made.parcel, made.model, made.tenure, lang)
    own = [scheme.tenures[k] for k in made.tenure.tolist()]
    first = [one.lease_years or one.years for one in own]
    tested = [
        scheme.base_year + (one.test_year or years or 0) if one.renewal_odds else None
        for one, years in zip(own, first, strict=True)
    ]
    yield Column("first_years", first, "year", 0)
    yield Column("test_in", tested, "year", 0)
    yield Column("renewal_odds", [one.renewal_odds or None for one in own], "share", 2)
    yield Column("held_years", _cells(made.held_years), "year", 1)
    amounts = (("full_price_wan", made.price_wan), ("income_wan", made.income_wan), ("paid_wan", made.paid_wan),
               ("holder_npv_wan", made.holder_wan), ("grantor_npv_wan", made.grantor_wan))  # fmt: skip
    for name, values in amounts:
        yield Column(name, _cells(values), "wan", 2)


def _figures(found: MoneyFindings, lang: str) -> Iterator[Column]:
    """A row an uncertain figure, the widest swing of any view first; sums over the best option of each plot."""
    order, given, scheme = figures_in_order(found), found.ranges, found.appraisal.scheme
    names = [given.names[k] for k in order]
    units = [scheme.figures[name].unit if name in scheme.figures else "ratio" for name in names]
    yield Column("figure", names, words=figure_titles(scheme, lang))
    yield Column("unit", units, words={unit: unit_text(unit, lang) for unit in units})
    for name in ("low", "likely", "high"):
        yield Column(name, getattr(given, name)[order].tolist(), "", 4)
    bars = found.bars[found.best].sum(axis=0)[:, order]
    for v, view in enumerate(VIEWS):
        for k, end in enumerate(("at_low", "at_high")):
            yield Column(f"{view}_npv_{end}_wan", _cells(bars[v, :, k]), "wan", 2, f"money_npv_{end}", view)
        swing = np.abs(bars[v, :, 1] - bars[v, :, 0])
        yield Column(f"{view}_swing_wan", _cells(swing), "wan", 2, "money_swing", view)


def figures_in_order(found: MoneyFindings) -> list[int]:
    """The uncertain figures by the widest swing of any view's NPV, over the best option of each plot."""
    bars = found.bars[found.best].sum(axis=0)
    return [int(k) for k in np.argsort(-np.abs(bars[:, :, 1] - bars[:, :, 0]).max(axis=0), kind="stable")]


def figure_titles(scheme: Scheme, lang: str) -> dict[str, str]:
    """Figures and lines by what they are called."""
    titles = {name: pick(one.title, lang) for name, one in scheme.figures.items() if one.title}
    lines = ((path, line) for path in scheme.paths for line in path.lines)
    return titles | {f"{p.id}.{one.id}": f"{pick(p.title, lang)} · {pick(one.title, lang) or one.id}" for p, one in lines}


def _funds(found: MoneyFindings, lang: str) -> Iterator[Column]:
    """A row a fund: what the best option of each plot draws from it."""
    options, paid = found.appraisal.options, found.public.public[found.best]
    declared = {fund.id: fund for fund in found.appraisal.scheme.funds}
    own = [declared.get(id) for id in options.funds]
    yield Column("fund", list(options.funds), words={id: pick(one.title, lang) for id, one in declared.items() if one.title})
    levels = {level: text(f"money_level_{level}", lang=lang) for level in ("state", "city", "district", "town")}
    yield Column("level", [None if one is None else one.level for one in own], words=levels)
    yield Column("plots", (paid > 0).sum(axis=0).tolist(), "count", 0)
    yield Column("paid_in_all_wan", _cells(paid.sum(axis=0)), "wan", 2)
    yield Column("largest_wan", _cells(paid.max(axis=0, initial=0.0)), "wan", 2)
    yield Column("project_wan", [None if one is None else one.project_wan for one in own], "wan", 2)
    yield Column("project_year_wan", [None if one is None else one.project_year_wan for one in own], "wan", 2)


def _keys(found: MoneyFindings, parcel: Any, model: Any, tenure: Any, lang: str) -> Iterator[Column]:
    options, scheme = found.appraisal.options, found.appraisal.scheme
    yield Column("parcel_id", [str(options.ids[k]) for k in parcel.tolist()], title="parcel")
    for name, of, parts in (("model", model, scheme.models), ("tenure", tenure, scheme.tenures)):
        words = {one.id: pick(one.title, lang) for one in parts}
        yield Column(name, [parts[k].id for k in of.tolist()], title=name, words=words)


def _yes_no(lang: str) -> dict[Any, str]:
    return {1: text("yes", lang=lang), 0: text("no", lang=lang)}


def _cells(values: Iterable[float]) -> list[Cell]:
    """Finite numbers in full, None for others."""
    return [float(value) + 0.0 if np.isfinite(value) else None for value in values]
