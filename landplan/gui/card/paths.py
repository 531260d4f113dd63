"""A parcel's paths: money for each party, or why one is refused; and what the plan does with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from landplan.core.layers import Int
from landplan.core.messages import catalogue, language, pick, text
from landplan.core.results import Results
from landplan.core.scheme import Exclusion, Scheme
from landplan.core.tables import OptionTable, Reason
from landplan.export.drawing.colours import PATH_HUES
from landplan.gui import figures
from landplan.gui.card.scoring import Ruling, field_title


@dataclass(frozen=True, slots=True)
class Money:
    """One party in an option (万元): NPV at the start, the lowest its summed flows get (≤ 0); IRR, payback in years; NaN none."""

    party: str
    public: bool
    npv_wan: float
    irr: float
    payback_years: float
    peak_wan: float


@dataclass(frozen=True, slots=True)
class Offer:
    """One feasible option: a row of the OptionTable."""

    row: int
    title: str
    works_years: int
    money: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class PathFacts:
    """One path: its options, or nothing but reasons."""

    id: str
    title: str
    colour: str
    responsible: str
    offers: tuple[Offer, ...]
    refusals: tuple[Ruling, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan does with a parcel."""

    path: str
    option: str
    start_year: int
    done_year: int
    option_row: int


class Refusals:
    """Why options are refused, by parcel; sorted once, when first asked."""

    def __init__(self, options: OptionTable) -> None:
        self._refused = options.refused
        row = np.fromiter(map(attrgetter("row"), options.refused), np.int64, len(options.refused))
        self._order = np.argsort(row, kind="stable")
        self._row = row[self._order]

    def of(self, row: int) -> tuple[Reason, ...]:
        low, high = np.searchsorted(self._row, (row, row + 1))
        return tuple(self._refused[k] for k in self._order[low:high].tolist())


def offers_of(options: OptionTable, row: int) -> Int:
    """The options of a parcel (the table is sorted by parcel)."""
    low, high = np.searchsorted(options.parcel, (row, row + 1))
    return np.arange(low, high)


def path_facts(scheme: Scheme, options: OptionTable, refusals: Refusals, row: int) -> tuple[PathFacts, ...]:
    """Every path of the scheme for a parcel, in its order."""
    found, reasons = offers_of(options, row), refusals.of(row)
    made = []
    for p, path in enumerate(scheme.paths):
        place = options.paths.index(path.id) if path.id in options.paths else -1
        own = tuple(_offer(scheme, options, k) for k in found[options.path[found] == place].tolist())
        refused = tuple(dict.fromkeys(_refusal(scheme, one) for one in reasons if one.path == path.id))
        colour = PATH_HUES[p % len(PATH_HUES)]
        made.append(PathFacts(path.id, pick(path.title), colour, pick(path.responsible), own, refused))
    return tuple(made)


def _offer(scheme: Scheme, options: OptionTable, k: int) -> Offer:
    public = {party.id: party.public for party in scheme.parties}
    titles = {party.id: pick(party.title) for party in scheme.parties}
    money = tuple(
        Money(
            titles.get(party, party),
            public.get(party, False),
            float(options.npv_wan[k, j]),
            float(options.irr[k, j]) if options.irr_count[k, j] == 1 else float("nan"),
            float(options.payback_years[k, j]),
            float(options.peak_funding_wan[k, j]),
        )
        for j, party in enumerate(options.parties)
        if options.flows[k, j].any()
    )
    return Offer(k, option_title(scheme, options, k), int(options.works_years[k]), money)


def option_title(scheme: Scheme, options: OptionTable, k: int) -> str:
    """Model and tenure of an option: 新型产业 · 出让（全年期）."""
    model, tenure = options.models[options.model[k]], options.tenures[options.tenure[k]]
    parts = (_title(scheme.models, model), _title(scheme.tenures, tenure))
    return " · ".join(parts)


def _title(parts: tuple[object, ...], id: str) -> str:
    return next((pick(one.title) for one in parts if one.id == id), id)  # type: ignore[attr-defined]


def _refusal(scheme: Scheme, reason: Reason) -> Ruling:
    rules: dict[tuple[str, str], Exclusion] = {(path.id, one.id): one for path in scheme.paths for one in path.exclude}
    rules |= {(tenure.id, one.id): one for tenure in scheme.tenures for one in tenure.exclude}
    rule = rules.get((reason.tenure or reason.path, reason.rule))
    said = pick(rule.title) if rule is not None else catalogue(language()).get(f"reason_{reason.rule}", reason.rule)
    by = "" if reason.by is None else figures.with_unit(reason.by, reason.unit)
    missing = tuple(field_title(scheme, name) for name in reason.unknown_fields)
    return Ruling(said, _title(scheme.tenures, reason.tenure) if reason.tenure else "", by, missing)


def planned(plan: Results | None, id: str) -> Planned | None:
    """What the plan does with the parcel of this id; None where it leaves it alone."""
    if plan is None or plan.options is None or plan.portfolio is None:
        return None
    options, portfolio = plan.options, plan.portfolio
    chosen = options.parcel[portfolio.option]
    at = np.flatnonzero(options.ids[chosen] == id)
    if not len(at):
        return None
    k, start = int(portfolio.option[at[0]]), int(portfolio.start_year[at[0]])
    path = _title(plan.scheme.paths, options.paths[options.path[k]])
    return Planned(path, option_title(plan.scheme, options, k), start, start + int(options.works_years[k]), k)


def money_lines(offer: Offer) -> Iterator[str]:
    """An option's money as text, a line a party."""
    for one in offer.money:
        of = {
            "party": one.party,
            "npv": figures.signed(one.npv_wan, 0),
            "irr": figures.percent(one.irr) if np.isfinite(one.irr) else "–",
            "payback": figures.number(one.payback_years, 1) if np.isfinite(one.payback_years) else "–",
            "peak": figures.number(-one.peak_wan, 0),
        }
        yield text("card_copy_money", of)
