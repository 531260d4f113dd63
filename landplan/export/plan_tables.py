"""Tables of the plan: targets by year, funds, limits, options with their money, and who is responsible 责任清单."""

from __future__ import annotations

import numpy as np

from landplan.core.messages import pick, text, titles
from landplan.core.responsibility import duties
from landplan.core.results import Results
from landplan.core.rule_words import contiguity_words
from landplan.core.tables import QUANTITIES, OptionTable, Portfolio
from landplan.core.units import M2_PER_MU, unit_text
from landplan.core.year_plan import year_plan
from landplan.export.table import Cell, Heading, Table
from landplan.export.zone_names import zone_names
from landplan.export.zone_records import UNITS, closed


def targets(results: Results) -> Table:
    """Every target with its stated 口径: base, after the plan, what is missing, remainder off the parcels, unknown."""
    lang, (_options, plan) = results.lang, planned(results)
    by_id = {target.id: target for target in results.scheme.targets}
    rows = tuple(
        (
            pick(by_id[found.id].title, lang),
            found.year,
            unit_text(found.unit, lang),
            round(found.above, 2),
            round(found.base, 2),
            round(found.after, 2),
            round(found.shortfall, 2),
            round(found.remainder, 2),
            found.unknown,
            pick(by_id[found.id].scope, lang),
            by_id[found.id].source,
        )
        for found in plan.targets
    )
    names = (
        "target",
        "year",
        "unit",
        "target_above",
        "base",
        "after",
        "shortfall",
        "remainder",
        "unknown_parcels",
        "scope",
        "source",
    )
    numbers = {"year": 0, "unknown_parcels": 0} | dict.fromkeys(("target_above", "base", "after", "shortfall", "remainder"), 2)
    headings = tuple(Heading(text(name, lang=lang), "year" if name == "year" else "", numbers.get(name)) for name in names)
    return Table(text("table_targets", lang=lang), headings, rows, (text("note_targets", lang=lang),))


def by_year(results: Results) -> Table:
    """What the plan adds by the end of each year, what it starts, and what each fund spends against its budget."""
    lang, (options, plan) = results.lang, planned(results)
    years = [int(year) for year in plan.years]
    rows: list[tuple[Cell, ...]] = []
    for name in QUANTITIES:
        label = text("change_of", lang=lang) + text(f"quantity_{name}", lang=lang)
        rows.append((label, unit_text(UNITS[name], lang), *(round(float(value), 2) for value in plan.totals[name]), None))
    found = year_plan(results)
    assert found is not None  # noqa: S101  (there is a plan)
    supply = found.supply_mu[:, : found.planned]
    started = [round(float(value), 2) for value in supply.sum(axis=0)]
    rows.append((text("started_area", lang=lang), unit_text("mu", lang), *started, None))
    for model, values in zip(results.scheme.models, supply, strict=True):
        label = text("supply_of", lang=lang) + pick(model.title, lang)
        rows.append((label, unit_text("mu", lang), *(round(float(value), 2) for value in values), None))
    for k, fund in enumerate(options.funds):
        title = fund_title(results, fund)
        spend = [round(float(value), 2) for value in plan.fund_spend[k]]
        rows.append((f"{title} {text('spending', lang=lang)}", unit_text("wan", lang), *spend))
        if not np.isnan(found.ceiling_wan[k]).all():
            wan = [round(float(value), 2) for value in found.ceiling_wan[k]]
            rows.append((f"{title} {text('budget', lang=lang)}", unit_text("wan", lang), *wan, None))
    headings = (
        Heading(text("item", lang=lang)),
        Heading(text("unit", lang=lang)),
        *(Heading(str(year), "", 2) for year in years),
        Heading(text("after_years", lang=lang), "", 2),
    )
    return Table(text("table_by_year", lang=lang), headings, tuple(rows), (text("note_by_year", lang=lang),))


def limits(results: Results) -> Table:
    """Every limit, what the plan uses of it, and whether it binds."""
    lang, (_options, plan) = results.lang, planned(results)
    named = _limit_titles(results)
    rows = tuple(
        (
            use.id,
            named.get(use.id, ""),
            unit_text(use.unit, lang),
            round(use.used, 2),
            use.at_least,
            use.at_most,
            text("yes" if use.binding else "no", lang=lang),
            _rounded(plan.prices.get(use.id)),
        )
        for use in plan.limits
    )
    shape = (
        ("limit", None),
        ("title", None),
        ("unit", None),
        ("used", 2),
        ("at_least", 2),
        ("at_most", 2),
        ("binding", None),
        ("price", 6),
    )
    headings = tuple(Heading(text(name, lang=lang), "", decimals) for name, decimals in shape)
    gap = "–" if not np.isfinite(plan.gap) else f"{100 * plan.gap:.3f} %"
    status = text(f"plan_{plan.status.replace(' ', '_')}", lang=lang)
    facts = {"objective": f"{plan.objective:,.4f}", "bound": f"{plan.bound:,.4f}", "gap": gap, "status": status}
    notes = (text("note_limits", facts, lang), contiguity_words(plan, lang))
    return Table(text("table_limits", lang=lang), headings, rows, tuple(filter(None, notes)))


def _limit_titles(results: Results) -> dict[str, str]:
    """The title of each limit of the recipe; that of a budget is the fund's with the year."""
    choose, lang = results.recipe.choose, results.lang
    if choose is None:
        return {}
    years = choose.years.all
    funds = {f"budget_{one.fund}_{year}": f"{fund_title(results, one.fund)} {year}" for one in choose.budgets for year in years}
    for one in choose.budgets:
        ceiling = text("rule_ceiling_of", {"fund": fund_title(results, one.fund)}, lang)
        funds |= {f"ceiling_{one.fund}_{year}": f"{ceiling} {year}" for year in years}
    return funds | {limit.id: pick(limit.title, lang) for limit in choose.limits if limit.title}


def fund_title(results: Results, fund: str) -> str:
    """What the recipe calls a fund; its id where it says nothing."""
    budgets = results.recipe.choose.budgets if results.recipe.choose else ()
    title = next((budget.title for budget in budgets if budget.fund == fund and budget.title), None)
    return fund if title is None else pick(title, results.lang)


def path_money(results: Results) -> Table:
    """Every chosen option with its money for each party: NPV at its start, rate of return, payback, peak funding."""
    lang, (options, plan) = results.lang, planned(results)
    parties = [_party(results, id) for id in options.parties]
    headings = [Heading(text(name, lang=lang)) for name in ("parcel", "path", "model", "tenure")]
    headings += [Heading(text("start_year", lang=lang), "year", 0), Heading(text("quantity_area_mu", lang=lang), "mu", 2)]
    headings += [Heading(f"{fund_title(results, fund)} {text('spending', lang=lang)}", "wan", 2) for fund in options.funds]
    for party in parties:
        headings.append(Heading(f"{party} {text('npv', lang=lang)}", "wan", 2))
        headings.append(Heading(f"{party} {text('irr', lang=lang)}", "percent", 2))
        headings.append(Heading(f"{party} {text('payback', lang=lang)}", "year", 1))
        headings.append(Heading(f"{party} {text('peak_funding', lang=lang)}", "wan", 2))
    rows = tuple(_money_row(results, row, int(year)) for row, year in zip(plan.option, plan.start_year, strict=True))
    return Table(text("table_money", lang=lang), tuple(headings), rows, (text("note_money", lang=lang),))


def responsibilities(results: Results) -> Table:
    """责任清单: no chosen parcel without a responsible unit and a date; what is missing says so in words."""
    lang, (options, plan) = results.lang, planned(results)
    town = results.zones.sets.get("town")
    scheme, rows = results.scheme, []
    found = duties(results.layers.parcels, scheme, options, plan.option, plan.start_year)
    for row, year, duty in zip(plan.option, plan.start_year, found, strict=True):
        parcel, path = duty.parcel, scheme.paths[options.path[row]]
        where = "" if town is None else zone_names(results, town)[town.main[parcel]]
        finish = int(year) + int(options.works_years[row])
        unit = pick(duty.unit, lang) or text("to_be_named", lang=lang)
        source = text("duty_of_parcel" if duty.own else "duty_of_path", lang=lang) if any(duty.unit.values()) else ""
        due = duty.due or text("duty_end_of", {"year": duty.last}, lang)
        note = text("duty_late", {"year": duty.last}, lang) if duty.late else ""
        rows.append((str(options.ids[parcel]), where, pick(path.title, lang), unit, int(year), finish, due, source, note))
    names = (
        ("parcel", None),
        ("zone_set_town", None),
        ("path", None),
        ("responsible", None),
        ("start_year", 0),
        ("finish_year", 0),
        ("duty_due", None),
        ("duty_source", None),
        ("duty_note", None),
    )
    headings = tuple(Heading(text(name, lang=lang), "" if decimals is None else "year", decimals) for name, decimals in names)
    missing = sum(not any(duty.unit.values()) for duty in found)
    notes = (text("duty_missing", {"n": missing}, lang) if missing else text("duty_complete", lang=lang),)
    return Table(text("table_responsible", lang=lang), headings, tuple(rows), notes)


def path_summary(results: Results) -> Table:
    """The plan by path: parcels, area, spending, gain of output and tax; every column adds up to its printed total.

    A gain that nobody knows is in no sum, and a note counts it."""
    lang, (options, plan) = results.lang, planned(results)
    path, shown = options.path[plan.option], ("output_wan", "tax_wan")
    quantities = (
        results.layers.parcels.area_m2[options.parcel[plan.option]] / M2_PER_MU,
        options.fund_spend[plan.option].sum(axis=(1, 2)),
        *(options.change[name][plan.option] for name in shown),
    )
    count = len(results.scheme.paths)
    columns = [closed(np.bincount(path, np.nan_to_num(values), count).astype(np.float64), 2) for values in quantities]
    chosen = np.bincount(path, minlength=count)
    rows: list[tuple[Cell, ...]] = [
        (pick(one.title, lang), int(chosen[p]), *(float(column[p]) for column in columns))
        for p, one in enumerate(results.scheme.paths)
    ]
    totals = (round(float(column.sum()), 2) for column in columns)
    rows.append((text("total", lang=lang), int(chosen.sum()), *totals))
    headings = (
        Heading(text("path", lang=lang)),
        Heading(text("planned_parcels", lang=lang), "count", 0),
        Heading(text("planned_area_mu", lang=lang), "mu", 2),
        Heading(text("planned_spend_wan", lang=lang), "wan", 2),
        Heading(text("planned_output_wan", lang=lang), "wan", 2),
        Heading(text("planned_tax_wan", lang=lang), "wan", 2),
    )
    lost = {name: int(np.isnan(options.change[name][plan.option]).sum()) for name in shown}
    unknown = (text("plan_change_unknown", {"quantity": name, "n": n}, lang) for name, n in lost.items() if n)
    notes = (text("note_paths", lang=lang), *unknown)
    return Table(text("table_paths", lang=lang), headings, tuple(rows), notes, frozenset({len(rows) - 1}))


def planned(results: Results) -> tuple[OptionTable, Portfolio]:
    """The options and the plan of results that have one."""
    if results.options is None or results.portfolio is None:
        raise ValueError("these results have no plan")
    return results.options, results.portfolio


def _money_row(results: Results, row: int, year: int) -> tuple[Cell, ...]:
    options, _plan = planned(results)
    lang, scheme = results.lang, results.scheme
    parcel = int(options.parcel[row])
    cells: list[Cell] = [
        str(options.ids[parcel]),
        pick(scheme.paths[options.path[row]].title, lang),
        pick(scheme.models[options.model[row]].title, lang),
        pick(scheme.tenures[options.tenure[row]].title, lang),
        year,
        round(float(results.layers.parcels.area_m2[parcel] / M2_PER_MU), 2),
        *(round(float(value), 2) for value in options.fund_spend[row].sum(axis=-1)),
    ]
    for k in range(len(options.parties)):
        count = int(options.irr_count[row, k])
        rate: Cell = (
            _rounded(100 * options.irr[row, k], 2) if count == 1 else text("irr_several" if count > 1 else "irr_none", lang=lang)
        )
        cells += [_rounded(options.npv_wan[row, k]), rate, _rounded(options.payback_years[row, k], 1)]
        cells.append(_rounded(options.peak_funding_wan[row, k]))
    return tuple(cells)


def _party(results: Results, id: str) -> str:
    found = next((party.title for party in results.scheme.parties if party.id == id), None)
    return pick(found or titles(id), results.lang)


def _rounded(value: float | None, decimals: int = 2) -> Cell:
    return None if value is None or not np.isfinite(value) else round(float(value), decimals) + 0.0
