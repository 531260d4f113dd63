"""The results of the steps, frozen; rows align with the parcels by position. Unknown is NaN, never 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue
from landplan.core.layers import Float, Int, Text

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]

ALLOWED, RESTRICTED, UNKNOWN = 0, 1, 2
"""The three answers of rules for a parcel and a model or path."""


@dataclass(frozen=True, eq=False)
class ZoneSet:
    """One zone set over n parcels: a sparse share matrix, rows sorted by parcel, zone.

    `zone_ids[k]` is a member; the last, `outside`, is the set's own row 其余 for what lies in none.
    parcel, zone (p,) int32 and share (p,) float64: the part of the parcel's area in the zone; a parcel's shares sum to 1
    exactly enough that totals of every set equal the district's to 1e-9. main (n,) int32: the zone of the largest
    share, ties to the lowest id.
    """

    id: str
    zone_ids: tuple[str, ...]
    zone_names: tuple[str, ...]
    parcel: Int32
    zone: Int32
    share: Float
    main: Int32

    @property
    def outside(self) -> int:
        return len(self.zone_ids) - 1

    def share_in(self, ids: tuple[str, ...] = ()) -> Float:
        """(n,) share of each parcel inside the named zones, or inside any zone of the set."""
        wanted = np.array([k != self.outside and (not ids or z in ids) for k, z in enumerate(self.zone_ids)])
        out = np.zeros(len(self.main))
        inside = wanted[self.zone]
        np.add.at(out, self.parcel[inside], self.share[inside])
        return np.minimum(out, 1.0)


@dataclass(frozen=True, eq=False)
class ZoneShares:
    """Zone sets by id. A set's totals, its outside row included, equal the district's."""

    sets: Mapping[str, ZoneSet]
    issues: tuple[Issue, ...] = ()

    def of_zone(self, zone_id: str) -> tuple[ZoneSet, int] | None:
        """The set and position of a zone id, or None."""
        for zone_set in self.sets.values():
            if zone_id in zone_set.zone_ids[:-1]:
                return zone_set, zone_set.zone_ids.index(zone_id)
        return None


@dataclass(frozen=True, eq=False)
class Column:
    """One raw criterion: numbers (n,) float64 with NaN, or texts (n,) with None; and what happened on the way.

    state: per row 0 measured, 1 missing (data unknown), 2 beyond reach (value is the reach), 3 filled in by policy,
    4 a straight line where no road leads.
    """

    values: Any
    unit: str
    state: Int8 | None = None
    issues: tuple[Issue, ...] = ()
    note: str = ""
    detail: object = None
    """What else was found, for a panel or a table: `chain_fit` gives a ChainMatrix."""

    @property
    def is_text(self) -> bool:
        return bool(self.values.dtype == object)

    @property
    def unknown(self) -> npt.NDArray[np.bool_]:
        """(n,) where nothing is known."""
        if self.is_text:
            return np.array([value is None for value in self.values], bool)
        return np.asarray(np.isnan(self.values))

    @property
    def states(self) -> Int8:
        """(n,) the state of each row, made from the values where the measure gave none."""
        return self.unknown.astype(np.int8) if self.state is None else self.state


@dataclass(frozen=True, eq=False)
class CriteriaTable:
    """Raw criteria of n parcels, a unit a column. `skipped`: criteria that cannot be measured here, with the reason."""

    ids: Text
    area_m2: Float
    columns: Mapping[str, Column]
    skipped: Mapping[str, Issue] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def issues(self) -> tuple[Issue, ...]:
        return (*self.skipped.values(), *(issue for column in self.columns.values() for issue in column.issues))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a parcel may not (or may, unknown) become a model or take a path."""

    row: int
    rule: str
    model: str = ""
    path: str = ""
    tenure: str = ""
    by: float | None = None
    unit: str = ""
    unknown_fields: tuple[str, ...] = ()
    """Empty = restricted for certain; else the fields whose absence leaves the rule undecided."""


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Scores of n parcels for k land-use models over m scored criteria.

    utility (n, m) in [0, 1], NaN = unknown; weights (k, m), each row sums to 1; score (n, k) from the known weight, NaN
    where excluded or nothing is known; score_low, score_high: unknown utilities at 0 and at 1; known_weight (n, k);
    status (n, k): ALLOWED, RESTRICTED, UNKNOWN; rank (n, k): 1, 2, 2, 4 among the allowed, 0 = none.
    recommended (n,): position in `models` or −1; runner_up likewise; margin (n,) to the runner-up, NaN when alone.
    contributions add up to the score: `contributions(row)`.
    """

    ids: Text
    criteria: tuple[str, ...]
    models: tuple[str, ...]
    utility: Float
    weights: Float
    score: Float
    score_low: Float
    score_high: Float
    known_weight: Float
    status: Int8
    rank: Int32
    recommended: Int32
    runner_up: Int32
    margin: Float
    reasons: Sequence[Reason]
    method: str
    additive: bool = True
    """Whether contributions per criterion add up to the score (weighted sum); relative methods have none."""
    issues: tuple[Issue, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def contributions(self, row: int) -> Float:
        """(k, m) what each criterion adds to each model's score of one parcel; a row sums to the score."""
        known = np.where(np.isnan(self.utility[row]), 0.0, self.weights * np.nan_to_num(self.utility[row]))
        total = np.where(np.isnan(self.utility[row]), 0.0, self.weights).sum(axis=1, keepdims=True)
        return np.asarray(np.divide(known, total, out=np.full_like(known, np.nan), where=total > 0))

    @cached_property
    def restricted(self) -> Bool:
        """(n,) whether rules exclude every model."""
        return (self.status == RESTRICTED).all(axis=1) if self.models else np.zeros(len(self), bool)

    @cached_property
    def best_score(self) -> Float:
        """(n,) the score of the recommended model, NaN where there is none."""
        column = np.maximum(self.recommended, 0)
        return np.where(self.recommended >= 0, self.score[np.arange(len(self.ids)), column], np.nan)


QUANTITIES = ("output_wan", "tax_wan", "jobs", "gfa_m2", "firms")
"""What a plan changes for good, counted by year."""


@dataclass(frozen=True, eq=False)
class OptionTable:
    """A row for every feasible (parcel, model, tenure, path); money as if it started in year 0, shifted on choosing.

    parcel, model, tenure, path (q,) positions. score (q,). flows (q, parties, years) 万元 from the start year on, as
    long as the longest line; fund_spend, fund_income (q, funds, years) ≥ 0. npv_wan (q, parties) at start; irr (q,
    parties) NaN with irr_count ≠ 1; payback_years, peak_funding_wan (q, parties). change: quantity → (q,) lasting change
    once the works are done; works_years (q,); displaced_jobs (q,). refused: why a combination is not here.
    """

    ids: Text
    models: tuple[str, ...]
    tenures: tuple[str, ...]
    paths: tuple[str, ...]
    parties: tuple[str, ...]
    funds: tuple[str, ...]
    parcel: Int32
    model: Int32
    tenure: Int32
    path: Int32
    score: Float
    flows: Float
    fund_spend: Float
    fund_income: Float
    npv_wan: Float
    irr: Float
    irr_count: Int8
    payback_years: Float
    peak_funding_wan: Float
    change: Mapping[str, Float]
    works_years: Int32
    displaced_jobs: Float
    refused: tuple[Reason, ...]
    issues: tuple[Issue, ...] = ()

    def __len__(self) -> int:
        return len(self.parcel)

    def of_parcels(self, parcels: Iterable[int]) -> OptionTable:
        """The options of some parcels alone."""
        return self.of_rows(np.isin(self.parcel, list(parcels)))

    def of_rows(self, rows: Any) -> OptionTable:
        """Some options alone, by a mask or by their positions."""
        arrays: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "ids"}
        alone: dict[str, Any] = {name: values[rows] for name, values in arrays.items() if isinstance(values, np.ndarray)}
        return replace(self, **alone, change={name: values[rows] for name, values in self.change.items()})


@dataclass(frozen=True, slots=True)
class LimitUse:
    """One limit of a portfolio: how much of it the plan uses."""

    id: str
    quantity: str
    unit: str
    used: float
    at_least: float | None
    at_most: float | None
    binding: bool


@dataclass(frozen=True, slots=True)
class Contiguity:
    """What connected pieces cost, in the unit of the objective: a choice without the rule has objective ≤ bound.

    cost: the difference of the two plans found; least … most is proven.
    """

    objective: float
    bound: float
    cost: float
    least: float
    most: float


@dataclass(frozen=True, eq=False)
class Portfolio:
    """The chosen options: at most one row of the OptionTable and one start year a parcel.

    option (c,) rows of the OptionTable, start_year (c,), sorted by parcel. objective ≤ bound, gap = (bound −
    objective) / |objective| is proven. years, and totals: quantity → (years,) change over the base from all chosen options
    (cumulative, by the end of the year). fund_spend (funds, years + 1) 万元 by calendar year; the last column is what falls
    after the plan's years and is charged to the last year's budget. targets: see TargetResult.
    """

    option: Int32
    start_year: Int32
    status: str
    objective: float
    bound: float
    gap: float
    years: Int
    totals: Mapping[str, Float]
    fund_spend: Float
    limits: tuple[LimitUse, ...]
    targets: tuple[TargetResult, ...]
    proof: str = ""
    """What proves the bound: "prices" (re-checkable from `prices`) or "search" (branch and bound)."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """Limit id → value of one more unit of it, where the price method computed one."""
    issues: tuple[Issue, ...] = ()
    contiguity: Contiguity | None = None
    """The price of lying in connected pieces, where that is asked for."""

    def __len__(self) -> int:
        return len(self.option)


@dataclass(frozen=True, slots=True)
class TargetResult:
    """A target against the plan: base (today, known parcels), after (in the target year), gap, and the stated 口径.

    base and after are in the target's unit and include the remainder off the parcels; unknown: parcels whose value
    is missing and therefore not in either.
    """

    id: str
    year: int
    unit: str
    above: float
    base: float
    after: float
    remainder: float
    unknown: int

    @property
    def shortfall(self) -> float:
        return max(0.0, self.above - self.after)
