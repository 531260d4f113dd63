"""The scheme: every judgement of a plan (criteria, weights, rules, models, tenures, paths, money, targets) as data.

Unknown keys are errors that name the nearest key; see resources/schemes/jiading_default.toml for the shape.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from landplan.core.part import Part as Part
from landplan.core.uncertainty import Opinion, Uncertain

Titles = dict[Annotated[str, Field(pattern=r"^(zh|en)$")], str]
MissingPolicy = Literal["interval", "worst", "zone_median", "refuse"]
UnknownPolicy = Literal["hold", "allow", "exclude"]
View = Literal["government", "owner", "operator"]
"""Whose money is looked at together: all public parties, who has the plot today, who builds, runs or lets."""
Level = Literal["state", "city", "district", "town"]
Id = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class FigureSource(Part):
    """Where a figure is from. A figure without one is illustrative and shown as such."""

    document: str
    clause: str = ""
    area: str = ""
    valid_from: date | None = Field(None, alias="from")
    until: date | None = None


class Figure(Part):
    """A constant usable in every expression."""

    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    title: Titles = {}
    source: FigureSource | None = None

    @property
    def illustrative(self) -> bool:
        return self.source is None


class MethodCall(BaseModel):
    """A registered method and its parameters; the parameters are checked against the method's signature."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.__pydantic_extra__ or {})


class Scoring(BaseModel):
    """How utilities are combined into a score."""

    model_config = ConfigDict(extra="allow", frozen=True)
    method: str = "weighted_sum"

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.__pydantic_extra__ or {})


class WeightSource(Part):
    """Who set a weight, when, how and why. A weight without one is whoever's wrote the scheme."""

    by: str
    on: date
    method: str = ""
    reason: str = ""


class Group(Part):
    """A group of criteria that has a weight of its own, shared by what stands in it; `parent`: the group it stands in."""

    id: Id
    title: Titles
    weight: float = Field(ge=0)
    parent: str = ""
    weight_source: WeightSource | None = None


class Criterion(Part):
    """A measured quantity of a parcel; with `value` it is scored, without it is only there for rules."""

    id: Id
    title: Titles
    measure: MethodCall
    value: MethodCall | None = None
    weight: float = Field(0.0, ge=0)
    weight_source: WeightSource | None = None
    group: str = ""
    """A heading; where the scheme declares groups, the id of the group whose weight the criterion shares."""
    missing: MissingPolicy | None = None
    on: bool = True
    """False: measured, usable in rules, not scored for now; the weight is kept."""
    note: Titles = {}


class By(Part):
    """By how much a rule is broken: an expression and its unit."""

    expression: str
    unit: str = ""


class Rule(Part):
    """A hard constraint: TRUE excludes, FALSE allows, NULL is unknown and names the NULL fields."""

    id: Id
    title: Titles
    exclude_if: str
    by: By | None = None
    unknown: UnknownPolicy | None = None


class Exclusion(Part):
    """A condition that makes one model or path infeasible for a parcel, with its reason."""

    id: Id
    title: Titles
    condition: str = Field(alias="if")
    by: str | None = None
    unit: str = ""


class FarRange(Part):
    low: float = Field(ge=0)
    target: float = Field(ge=0)
    high: float = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> FarRange:
        if not self.low <= self.target <= self.high:
            raise ValueError("low ≤ target ≤ high")
        return self


class ZoneScope(Part):
    """Only inside a zone set, or inside the named zones of it; at least `share` of the parcel's area."""

    set: str
    ids: tuple[str, ...] = ()
    share: Share = 0.5


class LandUseModel(Part):
    """用地模式: what a parcel becomes. `after` gives its figures once built."""

    id: Id
    title: Titles
    use: dict[str, Share]
    far: FarRange
    tenures: tuple[str, ...]
    after: dict[str, float] = {}
    after_range: dict[str, tuple[Annotated[float, Field(ge=0)], float]] = {}
    """Low and high of figures of `after`."""
    exclude: tuple[Exclusion, ...] = ()
    weights: dict[str, Annotated[float, Field(ge=0)]] = {}
    group_weights: dict[str, Annotated[float, Field(ge=0)]] = {}
    zones: ZoneScope | None = None
    paths: tuple[str, ...] | None = None

    @field_validator("use")
    @classmethod
    def _sums_to_one(cls, use: dict[str, float]) -> dict[str, float]:
        if abs(sum(use.values()) - 1.0) > 1e-9:
            raise ValueError(f"shares of floor area sum to {sum(use.values()):g}, not 1")
        return use

    @model_validator(mode="after")
    def _figures_within(self) -> LandUseModel:
        for name, (low, high) in self.after_range.items():
            if not low <= self.after.get(name, float("nan")) <= high:
                raise ValueError(f"after_range: {low:g} ≤ after.{name} ≤ {high:g}")
        return self


class Tenure(Part):
    """供地方式: how the land is let. `years` None = without end.

    What it costs is in shares of the full-term price of the plot: price_factor of it at the start, rent_share of it in each
    year. lease_years > 0: 先租后让, so many years at the rent first, then `years` granted at price_factor with the odds of
    renewal_odds. Else renewal_odds are those of renewal_years more (default: as many again) at renewal_price_factor
    (default: 年期修正, by the annuity of the years). test_year: when it is tested, as a year after the start (default: at the
    end of the first term); what is then agreed is paid and begins when that term ends.
    """

    id: Id
    title: Titles
    years: int | None = Field(None, gt=0)
    price_factor: float = Field(1.0, ge=0)
    rent_share: float = Field(0.0, ge=0)
    lease_years: int = Field(0, ge=0)
    renewal_odds: Share = 0.0
    renewal_years: int | None = Field(None, gt=0)
    renewal_price_factor: float | None = Field(None, ge=0)
    test_year: int | None = Field(None, ge=0)
    exclude: tuple[Exclusion, ...] = ()

    @model_validator(mode="after")
    def _tested_in_time(self) -> Tenure:
        first = self.lease_years or self.years
        if self.test_year is not None and first is not None and self.test_year > first:
            raise ValueError(f"test_year ≤ {first}")
        return self


class LandValue(Part):
    """What a plot is worth to compare tenures by: expressions as a line's amount, for each plot and model."""

    price: str
    """Price of the full term, wan."""
    income: str
    """What its holder earns in a year before any price or rent of land, wan a year."""
    full_years: int = Field(50, gt=0)
    """The full term; a tenure without end counts as one."""


class Line(Part):
    """A cash-flow line: who pays or receives what, when.

    `amount` is an expression in wan a year over fields, criteria, figures and the model's figures (`after_…`, `far`).
    party: + = received. from/to: a transfer, − for the payer and + for the receiver. Years start+at … start+at+years−1.
    fund: the flow of the public side goes through this fund and counts against its budget.
    low, high: the amount may turn out as little or as much as so many times itself.
    investment: what is built or bought for the plot with it, for the leverage of public money.
    """

    id: Id
    amount: str
    at: int = Field(0, ge=0)
    years: int = Field(1, ge=1)
    party: str | None = None
    payer: str | None = Field(None, alias="from")
    receiver: str | None = Field(None, alias="to")
    fund: str | None = None
    escalation: float = 0.0
    when: str | None = Field(None, alias="if")
    low: float = Field(1.0, ge=0, le=1)
    high: float = Field(1.0, ge=1)
    investment: bool = False
    title: Titles = {}

    @model_validator(mode="after")
    def _party_or_transfer(self) -> Line:
        transfer = self.payer is not None and self.receiver is not None
        if (self.party is not None) == transfer or (self.payer is None) != (self.receiver is None):
            raise ValueError("give either party, or both from and to")
        return self


class RenewalPath(Part):
    """更新路径: how a parcel gets from today's use to the model. `lines` are its money.

    builds: False for outcomes without building (减量化, 收回, observe). change: expressions of what changes for good
    once the works are done, by quantity (output_wan, tax_wan, jobs, gfa_m2, firms); absent = the model's figures
    minus today's. works_years: an expression for the years of works before the change takes effect. price: the line, a
    transfer, that both sides bargain about.
    """

    id: Id
    title: Titles
    zones: ZoneScope | None = None
    exclude: tuple[Exclusion, ...] = ()
    lines: tuple[Line, ...] = ()
    tenures: tuple[str, ...] | None = None
    builds: bool = True
    works_years: str = "after_build_years"
    change: dict[str, str] = {}
    displaced_jobs: str = "0"
    responsible: Titles = {}
    price: str | None = None

    @model_validator(mode="after")
    def _price_is_a_transfer(self) -> RenewalPath:
        if self.price is not None and self.price not in [line.id for line in self.lines if line.payer is not None]:
            raise ValueError(f"price: {self.price} ≠ {[line.id for line in self.lines if line.payer is not None]}")
        return self


class Target(Part):
    """A goal of the plan with its stated 口径: scope, base year, remainder off the parcels."""

    id: Id
    title: Titles
    year: int
    above: float
    unit: str
    total: str
    """Expression summed over parcels after the plan; `output_wan` etc. then mean the value in that year."""
    scope: Titles
    remainder: float = 0.0
    source: str = ""


class Party(Part):
    id: Id
    title: Titles
    public: bool = False
    view: View | None = None
    """Whose view it belongs to; by default government where public, owner where that is its id, else operator."""

    @property
    def seen_as(self) -> View:
        return self.view or ("government" if self.public else "owner" if self.id == "owner" else "operator")


class Fund(Part):
    """专项资金: a public fund of one level. What it pays to another party for one plot is cut to its ceilings, evenly over
    the lines concerned; the price of a path is no support and never cut."""

    id: Id
    title: Titles = {}
    level: Level
    project_wan: float | None = Field(None, ge=0)
    """At most for one plot, all years together."""
    project_year_wan: float | None = Field(None, ge=0)
    """At most for one plot in a year."""

    @property
    def capped(self) -> bool:
        return self.project_wan is not None or self.project_year_wan is not None


class Scheme(Part):
    """All judgements of a plan. Every figure without a source is illustrative."""

    format: Literal["landplan-scheme/1"]
    id: Id
    title: Titles
    note: Titles = {}
    base_year: int
    discount_rate: float = Field(0.05, gt=-1)
    missing: MissingPolicy = "interval"
    unknown: UnknownPolicy = "hold"
    known_weight_min: Share = 0.6
    scoring: Scoring = Scoring()
    zone_set: str = "town"
    """The set whose medians fill in where missing = zone_median."""
    figures: dict[Id, Figure] = {}
    parties: tuple[Party, ...] = ()
    funds: tuple[Fund, ...] = ()
    land_value: LandValue | None = None
    groups: tuple[Group, ...] = ()
    """Where there are any, a criterion counts by its share within its group times the group's; else by its weight alone."""
    criteria: tuple[Criterion, ...]
    experts: tuple[Opinion, ...] = ()
    """What each expert of a committee said; the weights that count are those of the criteria and groups."""
    uncertain: dict[str, Uncertain] = {}
    """Fields of the parcels and criteria that are not known exactly; scores do not look at it, `landplan robust` does."""
    rules: tuple[Rule, ...] = ()
    models: tuple[LandUseModel, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    paths: tuple[RenewalPath, ...] = ()
    targets: tuple[Target, ...] = ()

    @cached_property
    def scored(self) -> tuple[Criterion, ...]:
        """The criteria that have a value function and are switched on."""
        return tuple(criterion for criterion in self.criteria if criterion.value is not None and criterion.on)

    @cached_property
    def weighted(self) -> tuple[Criterion | Group, ...]:
        """What has a weight: the criteria, then the groups. No id stands twice."""
        return (*self.criteria, *self.groups)

    @cached_property
    def constants(self) -> dict[str, float]:
        """The figures, by name, as every expression sees them."""
        return {name: figure.value for name, figure in self.figures.items()}
