"""The tables beside a map, made from the same rounded numbers as the workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.tables import ZoneSet, ZoneShares
from landplan.core.units import unit_text
from landplan.export.drawing.records import Column
from landplan.export.plan_tables import by_year, path_summary
from landplan.export.sheets.parcels import ParcelStates, counts_by
from landplan.export.table import Cell
from landplan.export.zone_records import Indicator, ZoneIndicators, zone_indicators

NONE = "–"
PAIRS = {"parcels": "p_parcels", "area_mu": "p_area_mu"}
"""Indicator of today → what the plan renews of it; for all others "d_" + its name is what the plan adds."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A small table of a sheet, written out."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    bold_rows: tuple[int, ...] = ()


def whole(results: Results) -> ZoneIndicators:
    """The indicators of all parcels together, as one zone: the totals of every zone set."""
    n = len(results.scores)
    all_of_it = ZoneSet(
        "all", ("outside",), ("",), np.arange(n, dtype=np.int32), np.zeros(n, np.int32), np.ones(n), np.zeros(n, np.int32)
    )
    return zone_indicators(replace(results, zones=ZoneShares({"all": all_of_it})), "all")


def indicator_figures(results: Results, found: ZoneIndicators, k: int) -> Figures:
    """Today and the plan of zone k: a row a quantity; what no parcel of the zone knows is the word unknown, not 0."""
    lang = results.lang
    by_name = {one.name: one for one in found.indicators}
    planned = results.portfolio is not None
    rows = []
    names = [name for name in by_name if not name.startswith(("p_", "d_"))]
    names += [name[2:] for name in by_name if name.startswith("d_") and name[2:] not in names]
    for name in names:
        now, plan = by_name.get(name), by_name.get(PAIRS.get(name, f"d_{name}"))
        cells = [_now(results, now, found.zone_set, k), *([_figure(plan, k, signed=name not in PAIRS)] if planned else [])]
        one = now or plan
        assert one is not None  # noqa: S101  (a name comes from one of both)
        rows.append((_named(text(f"quantity_{name}", lang=lang), one.unit, lang), *cells))
    if planned:
        spend = by_name["p_spend_wan"]
        rows.append((_named(pick(spend.title, lang), spend.unit, lang), NONE, _figure(spend, k, signed=False)))
    last = (Column(text("sheet_plan", lang=lang), 25.0, "end"),) if planned else ()
    columns = (Column(text("item", lang=lang), 32.0, wrap=True), Column(text("sheet_now", lang=lang), 23.0, "end"), *last)
    return Figures(text("sheet_indicators", lang=lang), columns, tuple(rows))


def path_figures(results: Results) -> Figures:
    """The plan by path, the columns and numbers of the workbook's table of paths that fit a sheet."""
    lang, table = results.lang, path_summary(results)
    rows = tuple((str(row[0]), f"{row[1]:,.0f}", f"{row[2]:,.2f}", f"{row[3]:,.2f}", _signed(row[4])) for row in table.rows)
    names = ("sheet_path_parcels", "sheet_path_area", "sheet_path_spend", "sheet_path_output")
    widths = (10.5, 15.0, 15.5, 20.0)
    columns = (
        Column(text("path", lang=lang), 24.0, wrap=True),
        *(Column(text(name, lang=lang), width, "end", True) for name, width in zip(names, widths, strict=True)),
    )
    return Figures(text("sheet_by_path", lang=lang), columns, rows, (len(rows) - 1,))


def year_figures(results: Results, states: ParcelStates) -> Figures:
    """What the plan starts in each year, and all it adds by the end of it, as in the workbook."""
    lang, table = results.lang, {row[0]: row for row in by_year(results).rows}
    area = table[text("started_area", lang=lang)]
    output = table[text("change_of", lang=lang) + text("quantity_output_wan", lang=lang)]
    counts = counts_by(np.where(states.chosen, np.searchsorted(states.years, states.year), -1), len(states.years))
    rows = tuple(
        (str(year), f"{counts[n]:,}", f"{area[n + 2]:,.2f}", _signed(output[n + 2])) for n, year in enumerate(states.years)
    )
    columns = (
        Column(text("start_year", lang=lang), 17.0),
        Column(text("sheet_year_started", lang=lang), 15.0, "end"),
        Column(text("sheet_path_area", lang=lang), 20.0, "end", True),
        Column(text("sheet_path_output", lang=lang), 28.0, "end", True),
    )
    return Figures(text("sheet_by_year", lang=lang), columns, rows)


def _now(results: Results, one: Indicator | None, zone_set: ZoneSet, k: int) -> str:
    """Today's value; unknown where parcels lie in the zone and none of them knows it."""
    parcels = results.layers.parcels
    if one is not None and one.name in parcels.fields:
        rows = zone_set.parcel[zone_set.zone == k] if one.by == "share" else np.flatnonzero(zone_set.main == k)
        if len(rows) and np.isnan(parcels.numbers(one.name)[rows]).all():
            return text("unknown", lang=results.lang)
    return _figure(one, k, signed=False)


def _figure(one: Indicator | None, k: int, *, signed: bool) -> str:
    if one is None:
        return NONE
    value = float(one.values[k])
    return _signed(value, one.decimals) if signed else f"{value:,.{one.decimals}f}"


def _signed(value: Cell, decimals: int = 2) -> str:
    """A gain or loss with its sign; nothing gained has none."""
    return f"{value:{'+' if value else ''},.{decimals}f}"


def _named(title: str, unit: str, lang: str) -> str:
    return (
        f"{title[:1].upper()}{title[1:]}　{unit_text(unit, lang)}"
        if lang == "zh"
        else f"{title[:1].upper()}{title[1:]}, {unit_text(unit, lang)}"
    )
