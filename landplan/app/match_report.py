"""What `landplan match` writes and says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landplan.app.asked_join import file_and_layer
from landplan.app.firm_needs import MARKS, Match, Plots
from landplan.app.report import Report
from landplan.core.errors import ExportError, InputError
from landplan.core.firm_needs import NEEDS, Need
from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.units import unit_text
from landplan.export.csv_table import write_csv
from landplan.export.table import Cell, Heading, Table
from landplan.export.workbook import write_tables
from landplan.io.need_table import NeedTable

MOST = 40
"""Firms that are told one by one on the screen; all stand in the file."""
DECIMALS = {"mu": 1, "m2": 0, "ha": 2, "t_m2": 2, "kn_m2": 1, "kva": 0, "m": 1, "wan": 0, "yi": 2, "year": 0}


def keep_tables(table: Path, out: Path | None) -> tuple[Path, str | None]:
    """The file and sheet of the firms; InputError when it is not there, ExportError for another format or the file itself."""
    file, sheet = file_and_layer(table)
    if not file.exists():
        raise InputError("file_missing", file, path=file, layer="firms")
    if out is not None and out.suffix.lower() not in (".xlsx", ".csv"):
        raise ExportError("score_format_unknown", out, suffix=out.suffix or "–", known=".xlsx, .csv")
    if out is not None and out.resolve() == file.resolve():
        raise ExportError("would_overwrite_input", out)
    return file, sheet


def match_report(
    results: Results, asked: NeedTable, plots: Plots, found: Sequence[Match], out: Path | None, where: str | None
) -> Report:
    """Write the list where a file is asked for (.csv: the list; .xlsx: and the firms), and say who gets what."""
    told = Told(results, asked, plots)
    lines = [*told.head(found, where), *(told.line(one) for one in found[:MOST])]
    if len(found) > MOST:
        lines.append(text("needs_more", {"n": len(found) - MOST}))
    lines += [*told.notes(), *(issue.text() for issue in asked.issues)]
    if out is not None:
        _write(told, found, out)
        lines.insert(0, text("said_saved", {"path": out}))
    data = {"file": out, **told.facts(found, where), "firms": [told.data(one) for one in found]}
    return Report(tuple(lines), data)


class Told:
    """What is told of matches, in the units of the firms' table and the current language."""

    def __init__(self, results: Results, asked: NeedTable, plots: Plots) -> None:
        self.results, self.asked, self.plots = results, asked, plots
        self.needs = tuple(one for one in NEEDS if one.id in asked.columns)
        parcels = results.layers.parcels
        self._names = parcels.texts("name") if "name" in parcels.fields else None

    def name(self, plot: int) -> str | None:
        """The name of a plot, where it has one."""
        return None if self._names is None else self._names[self.plots.row[plot]]

    def shown(self, need: Need, value: float) -> float:
        """An amount in the unit of the table, without the digits that are of the arithmetic; NaN stays."""
        return float(f"{value / need.units[self.asked.units[need.id]]:.12g}") if need.units else value

    def unit(self, need: Need) -> str:
        """The unit of the table, as it is written."""
        return "" if need.unit == "year" or not need.units else unit_text(self.asked.units[need.id], language())

    def amount(self, need: Need, value: float) -> str:
        """12.5 亩; an amount that would round to nothing keeps its digits. Years have no unit."""
        shown = self.shown(need, value)
        digits = DECIMALS[self.asked.units[need.id]]
        number = f"{shown:,.{digits}f}" if round(shown, digits) or not shown else f"{shown:.2g}"
        return f"{number} {self.unit(need)}".strip()

    def verdict(self, need: Need, short: float) -> str:
        """Fits, unknown, or by how much it falls short."""
        if np.isnan(short) or short == 0:
            return text("needs_unknown" if np.isnan(short) else "needs_fits")
        if need.sense == "kind":
            return text("needs_short_kind")
        id = "needs_short_year" if need.unit == "year" else f"needs_short_{need.sense}"
        return text(id, {"by": self.amount(need, short)})

    def wanted(self, one: Match, need: Need) -> float | str | None:
        """What a firm asks for in the table's unit, None without that need."""
        if need not in one.wish.needs:
            return None
        return _joined(one.wish.segments) if need.sense == "kind" else self.shown(need, one.wish.amounts[need.id])

    def has(self, one: Match, need: Need, plot: int) -> float | str | None:
        """What a plot has of it: an amount in the table's unit, or what the segment is to its zone; None unknown."""
        if need.sense == "kind":
            mark = self.mark(one, plot)
            return text(f"needs_mark_{MARKS[mark]}") if mark else None
        value = float(self.plots.supplies[need.id][plot])
        return None if np.isnan(value) else self.shown(need, value)

    def mark(self, one: Match, plot: int) -> str:
        """What the firm's segment is to the plot's zone; "" unknown."""
        return self.plots.suits.best(one.wish.segments, int(self.plots.row[plot]))

    def head(self, found: Sequence[Match], where: str | None) -> Iterator[str]:
        plots, counts = self.plots, self.facts(found, where)
        yield text("needs_considered", {"n": len(plots), "total": plots.total, "where": where or text("needs_all")})
        if plots.undecided:
            yield text("needs_undecided", {"n": plots.undecided})
        yield text("needs_counts", {"n": len(found), **counts["counts"]})

    def line(self, one: Match) -> str:
        """What comes of one firm, in a line."""
        firm = one.wish.firm
        if one.kind in ("no_needs", "taken"):
            return text(f"needs_said_{one.kind}", {"firm": firm, "n": one.suiting})
        if one.kind == "none":
            lacking = [f"{_title(need)} {n:,}" for need, n in zip(one.wish.needs, one.lacking.tolist(), strict=True) if n]
            facts = {"firm": firm, "needs": _joined(lacking) or "–", "nearest": self.nearest(one)}
            return text("needs_said_none", facts)
        plot = int(one.rows[0])
        open_ = self.open(one, 0)
        score = "–" if np.isnan(one.score[0]) else f"{one.score[0]:.2f}"
        counts = {"n": one.sure, "more": one.suiting - one.sure}
        told = {"firm": firm, "plot": self.plots.ids[plot], "score": score, "open": open_, **counts}
        return text(f"needs_said_{one.kind}", told)

    def open(self, one: Match, place: int) -> str:
        """The needs of which nobody knows at one of the firm's plots."""
        pairs = zip(one.wish.needs, one.short[:, place].tolist(), strict=True)
        return _joined(_title(need) for need, short in pairs if np.isnan(short))

    def nearest(self, one: Match) -> str:
        """The plot that lacks least, and what it lacks."""
        if one.nearest < 0:
            return "–"
        pairs = zip(one.wish.needs, one.nearest_short.tolist(), strict=True)
        told = ({"need": _title(need), "what": self.verdict(need, short)} for need, short in pairs if short)
        lacks = _joined(text("needs_of", one) for one in told)
        return text("needs_nearest_is", {"plot": self.plots.ids[one.nearest], "lacks": lacks})

    def notes(self) -> Iterator[str]:
        """Needs of which nothing is known of any plot, and columns that say no need."""
        for need in self.needs:
            if need.sense != "kind" and len(self.plots) and np.isnan(self.plots.supplies[need.id]).all():
                yield text("needs_no_data", {"need": _title(need), "said": self.plots.said[need.id], "id": need.id})
        if self.asked.unused:
            yield text("needs_unused", {"columns": list(self.asked.unused)})

    def facts(self, found: Sequence[Match], where: str | None) -> dict[str, Any]:
        kinds = [one.kind for one in found]
        counts = {kind: kinds.count(kind) for kind in ("fits", "unknown", "none", "taken", "no_needs")}
        plots = {"parcels": self.plots.total, "considered": len(self.plots), "undecided": self.plots.undecided, "where": where}
        said = {need.id: self.plots.said.get(need.id, need.supply) for need in self.needs}
        units = {need.id: self.asked.units.get(need.id, "") for need in self.needs}
        return {**plots, "counts": counts, "units": units, "supplies": said, "unused": list(self.asked.unused)}

    def data(self, one: Match) -> dict[str, Any]:
        """One firm for programs: amounts in the table's units."""
        ids = [need.id for need in one.wish.needs]
        lacking = dict(zip(ids, one.lacking.tolist(), strict=True))
        open_ = dict(zip(ids, one.open.tolist(), strict=True))
        found = {"firm": one.wish.firm, "row": one.wish.row, "kind": one.kind, "sure": one.sure, "suiting": one.suiting}
        needs = {need.id: self.wanted(one, need) for need in one.wish.needs}
        nearest = None if one.nearest < 0 else self._plot(one, one.nearest, one.nearest_short)
        places = enumerate(one.rows.tolist())
        plots = [{"rank": k + 1, "score": one.score[k], **self._plot(one, plot, one.short[:, k])} for k, plot in places]
        return {**found, "needs": needs, "short_of": lacking, "unknown_of": open_, "plots": plots, "nearest": nearest}

    def _plot(self, one: Match, plot: int, short: Any) -> dict[str, Any]:
        of_need = {}
        for need, by in zip(one.wish.needs, short.tolist(), strict=True):
            verdict = "unknown" if np.isnan(by) else "short" if by > 0 else "fits"
            lacks = self.shown(need, by) if verdict == "short" and need.sense != "kind" else None
            has = MARKS.get(self.mark(one, plot)) if need.sense == "kind" else self.has(one, need, plot)
            of_need[need.id] = {"has": has, "verdict": verdict, "short": lacks}
        return {"id": self.plots.ids[plot], "needs": of_need}


def _title(need: Need) -> str:
    return text(f"need_{need.id}")


def _joined(words: Iterable[str]) -> str:
    return text("needs_comma").join(words)


def _write(told: Told, found: Sequence[Match], out: Path) -> None:
    listed = _list(told, found)
    if out.suffix.lower() == ".csv":
        units = [unit_text(one.unit, language()) if one.unit != "year" else "" for one in listed.headings]
        header = [f"{one.title} ({unit})" if unit else one.title for one, unit in zip(listed.headings, units, strict=True)]
        write_csv(out, header, listed.rows)
        return
    recipe = told.results.recipe
    write_tables(out, (listed, _firms(told, found)), pick(recipe.title), recipe.export.stamp, language())


def _list(told: Told, found: Sequence[Match]) -> Table:
    """A row for each firm and plot; for a firm without one, the plot that lacks least, without a rank."""
    head_digits = {"firm": None, "outcome": None, "rank": 0, "plot": None, "plot_name": None, "score": 3, "open": None}
    headings = [Heading(text(f"needs_{id}"), "", digits) for id, digits in head_digits.items()]
    for need in told.needs:
        unit = told.asked.units.get(need.id, "")
        digits = DECIMALS[told.asked.units[need.id]] if need.units else None
        headings += [Heading(f"{_title(need)}·{text('needs_asked')}", unit, digits),
                     Heading(f"{_title(need)}·{text('needs_there')}", unit, digits),
                     Heading(f"{_title(need)}·{text('needs_verdict')}")]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        outcome = text(f"needs_kind_{one.kind}")
        for place, plot in enumerate(one.rows.tolist()):
            score = None if np.isnan(one.score[place]) else float(one.score[place])
            kind = text("needs_kind_unknown" if one.unknown[place] else "needs_kind_fits")
            at = (place + 1, str(told.plots.ids[plot]), told.name(plot), score, told.open(one, place) or None)
            rows.append((one.wish.firm, kind, *at, *_cells(told, one, plot, one.short[:, place])))
        if not len(one.rows):
            plot = one.nearest
            nearest = (str(told.plots.ids[plot]), told.name(plot)) if plot >= 0 else (None, None)
            head = (one.wish.firm, outcome, None, *nearest, None, None)
            rows.append((*head, *_cells(told, one, plot, one.nearest_short)))
    notes = (text("needs_note"), *told.notes())
    return Table(text("needs_sheet_list"), tuple(headings), tuple(rows), notes)


def _cells(told: Told, one: Match, plot: int, short: Any) -> Iterator[Cell]:
    by_need = dict(zip(one.wish.needs, short.tolist(), strict=True)) if len(short) else {}
    for need in told.needs:
        wanted = told.wanted(one, need)
        if wanted is None or plot < 0 or need not in by_need:
            yield from (_whole(need, wanted), None, None)
        else:
            yield from (_whole(need, wanted), _whole(need, told.has(one, need, plot)), told.verdict(need, by_need[need]))


def _whole(need: Need, cell: Cell) -> Cell:
    """2027, not 2027.0."""
    return int(cell) if need.unit == "year" and isinstance(cell, float) and cell.is_integer() else cell


def _firms(told: Told, found: Sequence[Match]) -> Table:
    """A row for each firm: how many plots suit it, how many each need excludes, and which lacks least."""
    headings = [Heading(text("needs_firm")), Heading(text("needs_outcome"))]
    headings += [Heading(text("needs_suiting"), "", 0), Heading(text("needs_open_plots"), "", 0)]
    headings += [Heading(f"{_title(need)}·{text('needs_excluded')}", "", 0) for need in told.needs]
    headings.append(Heading(text("needs_nearest")))
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        lacking = dict(zip(one.wish.needs, one.lacking.tolist(), strict=True))
        counts = (None if need not in lacking else int(lacking[need]) for need in told.needs)
        nearest = told.nearest(one) if one.kind == "none" else None
        suiting = (None, None) if one.kind == "no_needs" else (one.sure, one.suiting - one.sure)
        rows.append((one.wish.firm, text(f"needs_kind_{one.kind}"), *suiting, *counts, nearest))
    where = text("needs_considered_note", {"n": len(told.plots), "total": told.plots.total})
    return Table(text("needs_sheet_firms"), tuple(headings), tuple(rows), (where,))
