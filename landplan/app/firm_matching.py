"""Firms and the plots they may be on: those that need no question, and a list of the others for people to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.app.asked_join import file_and_layer
from landplan.app.report import Report
from landplan.core.errors import ExportError, InputError
from landplan.core.messages import text
from landplan.core.progress import Progress, part, silent
from landplan.core.recipe import FirmOwners, FirmTable

if TYPE_CHECKING:
    from landplan.core.errors import Issue
    from landplan.core.firm_decisions import Decisions
    from landplan.core.firm_matching import Candidate
    from landplan.core.firms import Firm, Holder
    from landplan.core.layers import Layer
    from landplan.export.firm_list import ListRow


@dataclass(frozen=True, slots=True)
class FirmsAsked:
    """The files of the job: FILE, or FILE::LAYER. parcels: None where the layer is at hand."""

    table: Path
    parcels: Path | None
    owners: Path | None
    out: Path
    places: tuple[str, ...] = ()
    least: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Matching:
    """What matching gave: the rows of the list, decisions of before in them; how many firms are where; and what is to be said."""

    rows: tuple[ListRow, ...]
    facts: dict[str, int]
    issues: tuple[Issue, ...]

    @property
    def decided(self) -> int:
        return sum(1 for row in self.rows if row.decision)


def firms_report(asked: FirmsAsked, progress: Progress = silent) -> Report:
    """Match, write the list, and say how many firms are on plots already. Decisions in a list of before are kept."""
    from landplan.export.firm_list import SUFFIXES, write_firm_list
    from landplan.io.firm_tables import plain_layer

    if asked.out.suffix.lower() not in SUFFIXES:
        raise ExportError("firm_list_format", asked.out.name)
    parcels = _places(asked)[1]
    assert parcels is not None  # noqa: S101  (the job asks for them)
    layer = plain_layer(parcels.path, parcels.layer, part(progress, 0.0, 0.2))
    found = matching(asked, layer, part(progress, 0.2, 1.0))
    write_firm_list(found.rows, asked.out)
    facts = {"path": asked.out, "n": len(found.rows), "name": asked.out.name}
    lines = [text("said_firms", found.facts), text("said_firm_list", facts)]
    if found.decided:
        lines.append(text("said_firm_list_kept", {"n": found.decided}))
    lines += [one.text() for one in found.issues if one.weight != "note" and one.id != "firms_unplaced"]
    listed = [{"code": one.id, "weight": one.weight, "text": one.text()} for one in found.issues]
    counts = {"rows": len(found.rows), "decisions_kept": found.decided}
    return Report(tuple(lines), {**found.facts, "list": asked.out, **counts, "issues": listed})


def matching(asked: FirmsAsked, layer: Layer, progress: Progress = silent) -> Matching:
    """The firms on the plots of a layer; where a list is at `asked.out`, its decisions stand in the rows."""
    from landplan.core.firm_matching import candidates, settled_firms
    from landplan.core.firm_names import PLACES
    from landplan.io.firm_tables import holders_on, read_decisions, read_firms

    table, _parcels, owners = _places(asked)
    found = read_firms(table.path, FirmTable(path=str(table.path), layer=table.layer), "parcels", part(progress, 0.0, 0.1))
    spec = None if owners is None else FirmOwners(path=str(owners.path), layer=owners.layer)
    holders, unknown = holders_on(layer, spec, None if owners is None else owners.path, part(progress, 0.1, 0.2))
    row_of = {str(id): row for row, id in enumerate(layer.ids.tolist())}
    settled = settled_firms(found.firms, holders, row_of)
    progress(0.2, "matching_firms", n=len(found.firms))
    open_ = [place for place in range(len(found.firms)) if place not in settled]
    matches = candidates(found.firms, holders, open_, (*PLACES, *asked.places), asked.least, progress=part(progress, 0.2, 0.9))
    before = read_decisions(asked.out, "parcels", part(progress, 0.9, 0.95)) if asked.out.exists() else None
    rows = tuple(_rows(found.firms, holders, matches, layer, before))
    issues = (*found.issues, *_issues(found, settled, row_of, unknown, table.path.name))
    return Matching(rows, _facts(found.firms, settled, matches, before), issues)


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    layer: str | None


def _places(asked: FirmsAsked) -> tuple[_Place, _Place | None, _Place | None]:
    """Where the tables are; InputError for one that is missing, ExportError where the list would replace one of them."""
    given = [None if one is None else _Place(*file_and_layer(one)) for one in (asked.table, asked.parcels, asked.owners)]
    for place in given:
        if place is not None and not place.path.exists():
            raise InputError("file_missing", place.path, path=place.path, layer="firms")
        if place is not None and place.path.resolve() == asked.out.resolve():
            raise ExportError("would_overwrite_input", asked.out)
    table, parcels, owners = given
    assert table is not None  # noqa: S101  (it is asked for)
    return table, parcels, owners


def _rows(
    firms: Sequence[Firm],
    holders: Sequence[Holder],
    matches: Mapping[int, Sequence[Candidate]],
    layer: Layer,
    before: Decisions | None,
) -> Iterator[ListRow]:
    """The best candidates first in each firm, firms in the order of their table; then decisions of before that fit none."""
    from landplan.export.firm_list import ListRow

    written = dict(before.written) if before is not None else {}
    for place, found in matches.items():
        firm = firms[place]
        for one in found:
            holder = holders[one.holder]
            plots = "、".join(str(layer.ids[row]) for row in holder.plots)
            reasons = "；".join(text(f"reason_{reason}") for reason in one.reasons)
            decision = written.pop((firm.key, plots), "")
            yield ListRow(*firm.key, firm.address, holder.name, holder.address, plots, one.score, reasons, decision)
        if not found:
            yield ListRow(*firm.key, firm.address, decision=written.pop((firm.key, ""), ""))
    known = {firms[place].key: firms[place] for place in matches}
    for (key, plots), decision in written.items():
        yield ListRow(*key, known[key].address if key in known else "", plots=plots, decision=decision)


def _facts(
    firms: Sequence[Firm], settled: Mapping[int, Any], matches: Mapping[int, Sequence[Candidate]], before: Decisions | None
) -> dict[str, int]:
    stated = sum(one.reason == "plot_stated" for one in settled.values())
    confirmed = sum(before is not None and bool(before.yes.get(firms[place].key)) for place in matches)
    none = sum(not found and not (before is not None and before.yes.get(firms[place].key)) for place, found in matches.items())
    facts = {"firms": len(firms), "stated": stated, "coded": len(settled) - stated, "confirmed": confirmed}
    return {**facts, "unplaced": len(matches) - confirmed, "none": none}


def _issues(found: Any, settled: Mapping[int, Any], row_of: Mapping[str, int], unknown: Sequence[str], table: str) -> list[Issue]:
    from landplan.core.firm_decisions import Decisions
    from landplan.io.firm_issues import told

    return list(told("parcels", table, found, settled, {}, Decisions(), row_of, {}, unknown))
