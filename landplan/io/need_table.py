"""A table of firms and what they look for (CSV, XLSX): which column is which need, in which unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landplan.core.chain import segments_of
from landplan.core.errors import InputError, Issue
from landplan.core.firm_needs import FIRM, NEEDS, NO_NEED, FirmWish, Need, amount, folded, read_heading
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput
from landplan.core.table_join import key_texts
from landplan.io.vector import list_layers, read_raw

_SHOWN = 5
_TOLD = ("header_missing", "header_lower", "header_two_rows", "rows_of_totals", "rows_ragged", "cells_none", "rows_lost",
         "cells_merged")  # fmt: skip
_LOST = ("cells_not_computed", "cells_in_error", "cells_unreadable")
"""Cells without their value: no gap, for a need that is skipped would say too much."""
_BY_FACTOR = "kw"
"""The unit that becomes the need's own by a factor of the user's."""


@dataclass(frozen=True, slots=True)
class NeedTable:
    """The firms of a table with their needs. units: each need's unit as the table writes it; columns: need → heading; unused:
    headings of columns about no need; issues: of the table."""

    wishes: tuple[FirmWish, ...]
    units: Mapping[str, str]
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    issues: tuple[Issue, ...]


def read_needs(path: Path, layer: str | None, power_factor: float, progress: Progress = silent) -> NeedTable:
    """The firms of a table (its first sheet where it has several and none is named), read in the reading process.

    A blank cell, or 不限, is no need. InputError for a table without firms' names or without any need, a heading whose unit is
    not known, two columns of one need, and cells that cannot be read: ranges, words, numbers without a unit where there are
    several, errors, formulas that were never computed.
    """
    layers = list_layers(path)
    chosen = layer or (layers[0] if len(layers) > 1 else None)
    raw = read_raw(path, LayerInput(path=str(path), layer=chosen), "firms", progress)
    for issue in raw.issues:
        if issue.id in _LOST:
            raise InputError("expert_form_lost", f"{path.name} [{raw.name}!{issue.values['example']}]")
    headings = list(raw.table.column_names)
    found = _columns(headings, path.name)
    firm = next((heading for name in FIRM for heading in headings if folded(heading) == folded(name)), None)
    if firm is None or not found:
        raise InputError("needs_no_columns" if firm else "needs_no_names", path.name, columns=headings[:12])
    cells = {need: key_texts(raw.table.column(heading)) for need, (heading, _) in found.items()}
    units = {need.id: _unit_shown(need, unit, cells[need]) for need, (_, unit) in found.items() if need.units}
    names = key_texts(raw.table.column(firm))
    wishes = _wishes(names, cells, found, path.name, power_factor)
    if not wishes:
        raise InputError("needs_no_firms", path.name)
    used = {firm, *(heading for heading, _ in found.values())}
    unnamed = [row for row, name in enumerate(names) if name is None and any(column[row] for column in cells.values())]
    issues = [issue for issue in raw.issues if issue.id in _TOLD]
    if unnamed:
        issues.append(Issue("needs_unnamed", "firms", values={"n": len(unnamed), "rows": [row + 1 for row in unnamed[:12]]}))
    unused = tuple(heading for heading in headings if heading not in used)
    return NeedTable(wishes, units, {need.id: heading for need, (heading, _) in found.items()}, unused, tuple(issues))


def _columns(headings: Sequence[str], where: str) -> dict[Need, tuple[str, str | None]]:
    """Need → its heading and the unit of it: that of a need of one unit, None where the cells must name it."""
    found: dict[Need, tuple[str, str | None]] = {}
    for heading in headings:
        try:
            read = read_heading(heading)
        except ValueError:
            raise InputError("needs_unit_unknown", where, heading=heading) from None
        if read is None:
            continue
        need, unit = read
        if need in found:
            raise InputError("needs_column_twice", where, a=found[need][0], b=heading)
        found[need] = heading, unit or (next(iter(need.units)) if len(need.units) == 1 else None)
    return {need: found[need] for need in NEEDS if need in found}


def _unit_shown(need: Need, unit: str | None, cells: Sequence[str | None]) -> str:
    """The unit a need is told in: that of the heading, else that of the first cell that names one; kW are told as kVA."""
    for cell in cells if unit is None else ():
        try:
            read = amount(cell or "", need, None)
        except ValueError:
            continue
        if read is not None:
            unit = read[1]
            break
    return need.unit if unit in (None, _BY_FACTOR) else str(unit)


def _wishes(
    names: Sequence[str | None],
    cells: Mapping[Need, Sequence[str | None]],
    columns: Mapping[Need, tuple[str, str | None]],
    where: str,
    power_factor: float,
) -> tuple[FirmWish, ...]:
    """The firms by row; InputError with the first cells that cannot be read, for a need that is skipped would say too much."""
    wishes, odd = [], []
    for row, name in enumerate(names):
        amounts: dict[str, float] = {}
        segments: tuple[str, ...] = ()
        for need, (heading, unit) in columns.items():
            cell = cells[need][row] or ""
            if need.sense == "kind":
                segments = () if cell.strip().lower() in NO_NEED else segments_of(cell)
                continue
            try:
                read = amount(cell, need, unit)
            except ValueError:
                odd.append(f"{name or row + 1}: {heading} = {cell[:24]}")
                continue
            if read is not None:
                amounts[need.id] = read[0] / (power_factor if read[1] == _BY_FACTOR else 1.0)
        if name is not None:
            wishes.append(FirmWish(name, row + 1, amounts, segments))
    if odd:
        shown = "; ".join(odd[:_SHOWN]) + (" …" if len(odd) > _SHOWN else "")
        raise InputError("needs_cells_odd", where, n=len(odd), cells=shown)
    return tuple(wishes)
