"""Firms' needs against the plots of a project: what plots have, which suit each firm, and one plot each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.chain import EXTEND, FILL, OTHER, STRENGTHEN, segments_of
from landplan.core.chain_cells import ChainCells, chain_cells
from landplan.core.environment import Environment
from landplan.core.errors import UsageError, suggestion
from landplan.core.expression import NULL, TRUE, evaluate_number, evaluate_truth, parse
from landplan.core.firm_needs import NEEDS, FirmWish, Judged, judged, one_each
from landplan.core.layers import Float, Int, Text
from landplan.core.progress import Progress
from landplan.core.registry import measures
from landplan.core.results import Results
from landplan.core.tables import Int32

OUTSIDE = "区外"
MARKS = {STRENGTHEN: "strengthen", FILL: "fill", EXTEND: "extend", OTHER: "other", OUTSIDE: "outside"}
"""What a segment is to a plot's zone, as a scheme and the texts name it."""


@dataclass(frozen=True, eq=False)
class Plots:
    """The n plots that are considered. row (n,): of the project's parcels; by_id (n,): place among the sorted ids. supplies: what
    they have, by need (n,), NaN unknown; said: the expression each comes from. undecided: parcels of which --where is unknown."""

    ids: Text
    row: Int
    by_id: Int
    supplies: Mapping[str, Float]
    said: Mapping[str, str]
    total: int
    undecided: int
    suits: Suitability

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, eq=False)
class Suitability:
    """How a chain segment suits plots: by the scheme's first chain matrix, else by what stands there today."""

    today: Text | None
    cells: ChainCells | None
    main: Int32 | None
    worths: Mapping[str, float]

    def mark(self, segment: str, row: int) -> str:
        """强链, 补链, 延链, 其他, 区外 of a plot by its row; "" where nobody knows."""
        own = segments_of(None if self.today is None else self.today[row])
        if self.cells is None or self.main is None:
            return STRENGTHEN if segment in own else ""
        matrix, zone = self.cells.matrix, int(self.main[row])
        if zone >= len(matrix.zone_ids):
            return OUTSIDE
        return matrix.kind(segment, zone, own) if matrix.known[zone] else ""

    def best(self, segments: Sequence[str], row: int) -> str:
        """The mark of the segment that suits best."""
        return max((self.mark(one, row) for one in segments), key=self._worth, default="")

    def _worth(self, mark: str) -> float:
        return self.worths[mark] if mark else -1.0

    def worth(self, segments: Sequence[str], rows: Int) -> Float:
        """(n,) share 0…1 as the scheme has it; NaN unknown."""
        found: dict[tuple[object, object], float] = {}
        out = np.empty(len(rows))
        for place, row in enumerate(rows.tolist()):
            alike = None if self.main is None else int(self.main[row]), None if self.today is None else self.today[row]
            if alike not in found:
                mark = self.best(segments, row)
                found[alike] = self.worths[mark] if mark else np.nan
            out[place] = found[alike]
        return out


@dataclass(frozen=True, eq=False)
class Match:
    """A firm's plots (k positions in Plots), best first. kind: fits; unknown = of each plot something is not known; none;
    no_needs; taken = others got its plots. score (k,); short (m, k): by how much a plot falls short of each of the firm's needs,
    0 = it fits, NaN unknown. sure: plots that are known to fit; suiting: these and those that may. lacking, open (m,): plots
    known to fall short, and of unknown figures. nearest: the plot that lacks least, −1 = none asked for; nearest_short (m,)."""

    wish: FirmWish
    kind: str
    rows: Int
    score: Float
    short: Float
    sure: int
    suiting: int
    lacking: Int
    open: Int
    nearest: int
    nearest_short: Float

    @property
    def unknown(self) -> Int:
        """(k,) needs of each plot that nobody knows of."""
        return np.asarray(np.isnan(self.short).sum(axis=0), np.int64)

    def only(self, places: Int, kind: str) -> Match:
        """The same with only these of its plots."""
        return replace(self, kind=kind, rows=self.rows[places], score=self.score[places], short=self.short[:, places])


def plots_of(results: Results, where: str | None, given: Sequence[str]) -> Plots:
    """The parcels of which the rule is TRUE, and what they have. given: NEED=SQL instead of the field a need is met from."""
    environment = results.environment
    asked: dict[str, str] = {}
    for pair in given:
        need, said = _given(pair)
        if need in asked:
            raise UsageError("needs_supply_twice", "--supply", need=need, a=asked[need], b=said)
        asked[need] = said
    texts = {one.id: one.supply for one in NEEDS if one.sense != "kind"} | asked
    rule = np.ones(environment.n, np.int8) if where is None else _truth(where, environment)
    row = np.flatnonzero(rule == TRUE)
    supplies = {id: _number(text, environment)[row] for id, text in texts.items()}
    if "budget" not in asked and results.scheme.land_value is not None:
        by_model = _land_price(results)[row]
        supplies["budget"] = np.where(np.isnan(supplies["budget"]), by_model, supplies["budget"])
        texts["budget"] = f"{texts['budget']}, {results.scheme.land_value.price}"
    ids = results.scores.ids[row]
    by_id = np.empty(len(row), np.int64)
    by_id[np.argsort(ids.astype(str), kind="stable")] = np.arange(len(row))
    return Plots(ids, row, by_id, supplies, texts, environment.n, int((rule == NULL).sum()), _suitability(results))


def matches(wishes: Sequence[FirmWish], plots: Plots, top: int, progress: Progress) -> Iterator[Match]:
    """Each firm by itself: up to `top` plots."""
    worths: dict[tuple[str, ...], Float] = {}
    for number, wish in enumerate(wishes):
        progress(number / max(len(wishes), 1), "matching_needs", n=len(wishes))
        if wish.segments and wish.segments not in worths:
            worths[wish.segments] = plots.suits.worth(wish.segments, plots.row)
        found = judged(wish, plots.supplies, worths.get(wish.segments), len(plots))
        yield _match(wish, found, plots, top)


def each_one(found: Sequence[Match]) -> tuple[Match, ...]:
    """The same with one plot for each firm, and no plot for two."""
    chosen = one_each([(one.rows, one.unknown, one.score) for one in found])
    return tuple(_given_one(one, plot) for one, plot in zip(found, chosen, strict=True))


def _given_one(one: Match, plot: int) -> Match:
    places = np.flatnonzero(one.rows == plot)
    if not len(one.rows):
        return one
    return one.only(places, "taken" if not len(places) else "unknown" if one.unknown[places[0]] else "fits")


def _match(wish: FirmWish, found: Judged, plots: Plots, top: int) -> Match:
    best = found.best(plots.by_id)
    kind = "no_needs" if not wish.needs else "none" if not len(best) else "unknown" if found.unknown[best[0]] else "fits"
    rows = best[: top if wish.needs else 0]
    nearest = found.nearest(plots.by_id) if kind == "none" else -1
    lacking, open_ = (found.short > 0).sum(axis=1), np.isnan(found.short).sum(axis=1)
    lacks = found.short[:, nearest] if nearest >= 0 else np.empty(0)
    sure = int((found.unknown[best] == 0).sum()) if wish.needs else 0
    counts = (sure, len(best) if wish.needs else 0, lacking, open_)
    return Match(wish, kind, rows, found.score[rows], found.short[:, rows], *counts, nearest, lacks)


def _given(pair: str) -> tuple[str, str]:
    need, equals, said = pair.partition("=")
    known = [one.id for one in NEEDS if one.sense != "kind"]
    if not equals or need.strip() not in known or not said.strip():
        raise UsageError("needs_supply_pair", "--supply", given=pair, nearest=suggestion(need.strip(), known))
    return need.strip(), said.strip()


def _truth(rule: str, environment: Environment) -> Any:
    return evaluate_truth(parse(rule), environment.columns, constants=environment.constants, n=environment.n).values


def _number(said: str, environment: Environment) -> Float:
    found = evaluate_number(parse(said), environment.columns, constants=environment.constants, n=environment.n)
    return np.asarray(found.values, np.float64)


def _land_price(results: Results) -> Float:
    """(n,) what the scheme says that each parcel's land costs under its recommended model, wan; NaN where none is recommended or
    the land of that model is not let."""
    from landplan.renewal.stack import Stack

    scheme, scores = results.scheme, results.scores
    assert scheme.land_value is not None  # noqa: S101  (the caller has just looked)
    tenures = [one.id for one in scheme.tenures]
    first = np.array([tenures.index(one.tenures[0]) if one.tenures else -1 for one in scheme.models] or [-1], np.int32)
    tenure: Int32 = np.where(scores.recommended >= 0, first[scores.recommended], -1).astype(np.int32)
    rows = np.flatnonzero(tenure >= 0).astype(np.int32)
    stack = Stack(rows, scores.recommended[rows], tenure[rows], results.environment, scheme)
    out = np.full(len(scores), np.nan)
    out[rows] = _number(scheme.land_value.price, stack.environment)
    return out


def _suitability(results: Results) -> Suitability:
    parcels = results.layers.parcels
    today = parcels.texts("segment") if "segment" in parcels.fields else None
    cells = next(chain_cells(results), None)
    if cells is None:
        return Suitability(today, None, None, {STRENGTHEN: 1.0})
    params = cells.criterion.measure.params
    values = {one.name: one.default for one in measures["chain_fit"].arguments} | dict(params)
    worths = {mark: float(values[name]) for mark, name in MARKS.items()}
    return Suitability(today, cells, results.zones.sets[params["set"]].main, worths)
