"""Tables by zone set: indicators, and the use balance 用地平衡表; every printed column adds up to its printed total."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from landplan.core.codes import code_list, use_shares
from landplan.core.errors import InputError
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.units import M2_PER_MU
from landplan.core.zones import counts_to_main, zone_totals
from landplan.export.table import Cell, Heading, Table
from landplan.export.zone_names import zone_names
from landplan.export.zone_records import UNITS, closed, planned_change, printed_total, zone_indicators


def zone_table(results: Results, set_id: str) -> Table:
    """The indicators of a zone set, its outside row and its total; every column adds up as printed."""
    lang = results.lang
    found = zone_indicators(results, set_id)
    headings = [Heading(text("zone_id", lang=lang)), Heading(pick(found.title, lang))]
    headings += [Heading(pick(one.title, lang), one.unit, one.decimals) for one in found.indicators]
    ids = (*found.zone_set.zone_ids[:-1], "")
    rows: list[tuple[Cell, ...]] = [
        (id, name, *(float(one.values[k]) for one in found.indicators))
        for k, (id, name) in enumerate(zip(ids, found.names, strict=True))
    ]
    rows.append(("", text("total", lang=lang), *(one.total for one in found.indicators)))
    unknown = [f"{pick(one.title, lang)} {one.unknown}" for one in found.indicators if one.unknown]
    notes = [text("note_counting", lang=lang)]
    notes += [text("note_unknown", {"counts": "、".join(unknown)}, lang)] if unknown else []
    name = text("table_zones", {"set": pick(found.title, lang)}, lang)
    return Table(name, tuple(headings), tuple(rows), tuple(notes), frozenset({len(rows) - 1}))


def use_balance(results: Results, set_id: str) -> Table:
    """用地平衡表: land by use code in each zone, today and after the plan, mu; closes to the total of the parcels."""
    lang, zone_set = results.lang, results.zones.sets[set_id]
    now, after = _land_by_code(results, planned=False), _land_by_code(results, planned=True)
    codes = sorted({*now, *after}, key=lambda code: (code == UNKNOWN_CODE, code))
    names = zone_names(results, zone_set)
    zero = np.zeros(len(results.layers.parcels))
    area = [[zone_totals(zone_set, land.get(code, zero)) for code in codes] for land in (now, after)]
    total = printed_total(results.layers.parcels.area_m2 / M2_PER_MU, 2)
    printed = [closed(np.array(side).T.ravel(), 2, total).reshape(len(names), len(codes)) for side in area]
    shown = [text("unknown", lang=lang) if code == UNKNOWN_CODE else _named(code) for code in codes]
    rows: list[tuple[Cell, ...]] = []
    for z, name in enumerate(names):
        for c, code in enumerate(shown):
            if printed[0][z, c] or printed[1][z, c]:
                rows.append(_balance_row(name, code, printed[0][z, c], printed[1][z, c]))
    for c, code in enumerate(shown):
        rows.append(_balance_row(text("total", lang=lang), code, printed[0][:, c].sum(), printed[1][:, c].sum()))
    rows.append(_balance_row(text("total", lang=lang), text("all_uses", lang=lang), printed[0].sum(), printed[1].sum()))
    set_title = text(f"zone_set_{set_id}", lang=lang)
    headings = (
        Heading(set_title),
        Heading(text("land_use", lang=lang)),
        *(Heading(text(key, lang=lang), "mu", 2) for key in ("now", "after", "change")),
    )
    notes = (text("note_use_balance", lang=lang),)
    totals = frozenset(range(len(rows) - len(codes) - 1, len(rows)))
    return Table(text("table_use_balance", {"set": set_title}, lang), headings, tuple(rows), notes, totals)


UNKNOWN_CODE = "\uffff"
"""Stands for land whose use is not known, after every code."""


def _named(code: str) -> str:
    """A code with its name in the 2023 classification, where it has one."""
    name = code_list("2023").get(code, "")
    return f"{code} {name}".rstrip()


def _balance_row(zone: str, code: str, now: float, after: float) -> tuple[Cell, ...]:
    return zone, code, round(float(now), 2), round(float(after), 2), round(float(after - now), 2) + 0.0


def _land_by_code(results: Results, planned: bool) -> dict[str, Any]:
    """code → (n,) mu of each parcel under it, today or at the end of the plan."""
    layer = results.layers.parcels
    mu = np.nan_to_num(layer.area_m2 / M2_PER_MU, nan=0.0)
    codes = layer.texts("land_use") if "land_use" in layer.fields else np.full(len(layer), None, object)
    shares: list[Mapping[str, float]] = [_shares(code) for code in codes.tolist()]
    if planned and results.options is not None and results.portfolio is not None:
        options, plan = results.options, results.portfolio
        done = plan.start_year + options.works_years[plan.option] <= plan.years[-1]
        for row in plan.option[done]:
            if results.scheme.paths[options.path[row]].builds:
                shares[options.parcel[row]] = results.scheme.models[options.model[row]].use
    out: dict[str, Any] = {}
    for row, parts in enumerate(shares):
        for code, share in parts.items():
            out.setdefault(code, np.zeros(len(layer)))[row] += share * mu[row]
    return out


def _shares(code: str | None) -> Mapping[str, float]:
    try:
        return use_shares(code) if code else {UNKNOWN_CODE: 1.0}
    except InputError:
        return {UNKNOWN_CODE: 1.0}


def zone_years(results: Results, set_id: str, quantity: str) -> Table:
    """What the plan adds to a quantity in each zone by the end of each year."""
    lang, plan, zone_set = results.lang, results.portfolio, results.zones.sets[set_id]
    years = [] if plan is None else [int(year) for year in plan.years]
    counted = quantity in ("jobs", "firms")
    split = counts_to_main if counted else zone_totals
    decimals = 0 if counted else 2
    change = [planned_change(results, quantity, year) for year in years]
    printed = [closed(split(zone_set, values), decimals, printed_total(values, decimals)) for values in change]
    names = zone_names(results, zone_set)
    rows: list[tuple[Cell, ...]] = [(name, *(float(column[z]) for column in printed)) for z, name in enumerate(names)]
    rows.append((text("total", lang=lang), *(round(float(column.sum()), decimals) for column in printed)))
    set_title = text(f"zone_set_{set_id}", lang=lang)
    headings = (Heading(set_title), *(Heading(str(year), UNITS[quantity], decimals) for year in years))
    title = text("table_zone_years", {"set": set_title, "quantity": text(f"quantity_{quantity}", lang=lang)}, lang)
    return Table(title, headings, tuple(rows), (text("note_zone_years", lang=lang),), frozenset({len(rows) - 1}))
