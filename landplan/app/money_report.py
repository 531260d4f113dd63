"""What `landplan money` writes and says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from landplan.app.money import MoneyFindings
from landplan.app.money_tables import TABLES, columns, figure_titles, figures_in_order, sheet
from landplan.app.report import Report
from landplan.core.errors import ExportError
from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.export.csv_table import write_csv
from landplan.export.workbook import write_tables
from landplan.renewal.views import VIEWS

MOST = 3
"""Parcels whose options are said one by one; figures that are named."""
SURE = 0.8


def writable(out: Path) -> Path:
    """The path when its suffix is known; ExportError if not. Ask before anything long is computed."""
    if out.suffix.lower() not in (".csv", ".xlsx"):
        raise ExportError("score_format_unknown", out, suffix=out.suffix or "–", known=".csv, .xlsx")
    return out


def money_report(results: Results, found: MoneyFindings, out: Path | None, table: str) -> Report:
    """Write one table (.csv) or all (.xlsx) where a file is asked for, and say what stands out."""
    written: tuple[str, ...] = ()
    if out is not None:
        _write(results, found, out, table)
        written = (text("said_written", {"path": out, "n": len(found.best)}),)
    one_by_one = len(found.best) <= MOST
    told = _options(found) if one_by_one else ()
    data = {"file": out, **_facts(found), **{name: _rows(found, name) for name in TABLES if one_by_one or name in TABLES[2:]}}
    return Report((*written, *_lines(found), *told), data)


def _write(results: Results, found: MoneyFindings, out: Path, table: str) -> None:
    if out.suffix.lower() == ".csv":
        made = columns(found, table, results.lang)
        exact = ([repr(cell) if isinstance(cell, float) else cell for cell in one.cells] for one in made)
        write_csv(out, [one.name for one in made], zip(*exact, strict=True))
    else:
        sheets = (sheet(found, name, results.lang) for name in TABLES if name != "tenures" or found.tenures is not None)
        write_tables(out, sheets, pick(results.recipe.title, results.lang), results.recipe.export.stamp, results.lang)


def _rows(found: MoneyFindings, table: str) -> list[dict[str, Any]]:
    made = columns(found, table, language())
    return [dict(zip([one.name for one in made], row, strict=True)) for row in zip(*(one.cells for one in made), strict=True)]


def _facts(found: MoneyFindings) -> dict[str, Any]:
    priced, best = ~np.isnan(found.band.price_wan), found.best
    public, private = found.public.public[best].sum(), found.public.private[best].sum()
    return {
        "parcels": len(best),
        "option_count": len(found.appraisal.options),
        "judge": found.asked.judge,
        "draws": found.asked.draws,
        "seed": found.asked.seed,
        "uncertain": list(found.ranges.names),
        "priced": int(priced.sum()),
        "deals": int(found.band.deal.sum()),
        "sure": int((found.odds.best[best] >= SURE).sum()),
        "npv_wan": dict(zip(VIEWS, found.views.npv_wan[best].sum(axis=0).tolist(), strict=True)),
        "public_wan": public,
        "private_wan": private,
        "leverage": private / public if public > 0 else None,
    }


def _lines(found: MoneyFindings) -> Iterator[str]:
    facts, scheme = _facts(found), found.appraisal.scheme
    amounts = {view: f"{value:,.0f}" for view, value in facts["npv_wan"].items()}
    judge = text(f"money_judge_{found.asked.judge}")
    yield text("money_said_views", {"n": facts["parcels"], "options": facts["option_count"], "judge": judge, **amounts})
    yield text("money_said_band", {"n": facts["priced"], "deals": facts["deals"]})
    if facts["public_wan"] > 0:
        said = {"public": f"{facts['public_wan']:,.0f}", "private": f"{facts['private_wan']:,.0f}"}
        yield text("money_said_public", {**said, "leverage": f"{facts['leverage']:.2f}"})
    if not found.ranges.names:
        yield text("money_said_certain")
        return
    titles = figure_titles(scheme, language())
    names = [titles.get(found.ranges.names[k], found.ranges.names[k]) for k in figures_in_order(found)[:MOST]]
    yield text("money_said_figures", {"figures": "; ".join(names)})
    drawn = {"draws": facts["draws"], "seed": facts["seed"], "f": len(found.ranges.names), "percent": f"{100 * SURE:g}"}
    yield text("money_said_odds", {**drawn, "sure": facts["sure"], "n": facts["parcels"]})


def _options(found: MoneyFindings) -> Iterator[str]:
    """A line for each option, and one for its price."""
    options, scheme = found.appraisal.options, found.appraisal.scheme
    area = found.appraisal.environment.columns["area_mu"][options.parcel]
    for k in range(len(options)):
        parts = ((scheme.paths, options.path), (scheme.models, options.model), (scheme.tenures, options.tenure))
        title = " · ".join(pick(of[places[k]].title) for of, places in parts)
        worth: dict[str, str] = {view: f"{found.views.npv_wan[k, v]:,.0f}" for v, view in enumerate(VIEWS)}
        best = f"{100 * found.odds.best[k]:.0f}"
        yield text("money_said_option", {"id": options.ids[options.parcel[k]], "option": title, "best": best, **worth})
        if said := _price(found, k, float(area[k])):
            yield said


def _price(found: MoneyFindings, k: int, area_mu: float) -> str:
    prices = found.band
    if np.isnan(prices.price_wan[k]):
        return ""
    low, high = (one[k] / area_mu for one in (prices.low_wan, prices.high_wan))
    said = {"price": f"{prices.price_wan[k] / area_mu:,.1f}", "low": _end(low), "high": _end(high)}
    if prices.deal[k]:
        return text("money_said_deal", said)
    if prices.loses[k].any():
        who = [text(f"money_view_{view}") for v, view in enumerate(VIEWS) if prices.loses[k, v]]
        return text("money_said_loses", {**said, "who": ", ".join(who)})
    return text("money_said_no_deal", {**said, "lacking": f"{low - high:,.1f}"})


def _end(value: float) -> str:
    return f"{value:,.1f}" if np.isfinite(value) else "–"
