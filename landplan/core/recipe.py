"""The recipe: which layers, fields and scheme, which limits, which deliverables. Paths are relative to its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from landplan.core.scheme import Id, Part, Titles

BUILTIN = "builtin:"
"""Starts the name of a scheme or policy pack that is shipped; all others are files."""
SURE = 0.8
"""Share of the draws in which a decision must hold; a convention, not a law."""


class TableJoin(Part):
    """A table joined to a layer by key. Keys are compared as text, without white space at their ends, never as numbers."""

    path: str
    layer: str | None = None
    """The sheet, where the file has several."""
    encoding: str | None = None
    key: str
    """The column of the table."""
    to: str = "id"
    """The field of the layer."""
    take: tuple[str, ...] = ()
    """Columns to take, by their name in the table or their canonical one; empty for all."""
    fields: dict[str, str] = {}
    units: dict[str, str] = {}
    prefix: str = ""
    many: Literal["sum", "first", "count"] | None = None
    """What a feature gets whose key stands in several rows; without it, nothing."""
    each: bool = False
    """Whether every feature gets the values where several have the same key; without it, none does."""
    replace: bool = False
    """Whether a field that the layer has already is replaced; else the joined one is called name_2."""


class LandUseCodes(Part):
    """The classification that a layer's codes are written in, and the one they are moved to while reading."""

    version: str
    """"2023", "2020", "2017" (GB/T 21010), "2011" (GB 50137) or "shanghai"; a row's own `land_use_version` goes before it."""
    planned: str | None = None
    """The version of `planned_use`, where it is another one."""
    to: str | None = None
    table: str | None = None
    """A crosswalk of the user's own: CSV with the columns from and to; it goes before the shipped one."""
    sha256: str | None = None
    """The table's checksum; another table under this name is refused."""


class FirmOwners(Part):
    """A table of who holds which plot: plot id, holder, credit code, address."""

    path: str
    layer: str | None = None
    encoding: str | None = None
    fields: dict[str, str] = {}


class FirmTable(Part):
    """A table of firms brought to the plots of a layer: by plot id or credit code, and by a list that people have confirmed."""

    path: str
    layer: str | None = None
    encoding: str | None = None
    fields: dict[str, str] = {}
    units: dict[str, str] = {}
    owners: FirmOwners | None = None
    confirmed: str | None = None
    """The list of `landplan firms` with the decisions."""
    split: Literal["area", "main"] = "area"
    """How a firm's amounts go to its plots: by area, or all to the largest."""
    counts: Literal["main", "area"] = "main"
    """How firms and jobs are counted on them: on the largest, or by area."""
    prefix: str = ""
    replace: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The table, that of the holders, the list."""
        return tuple(filter(None, (self.path, self.owners.path if self.owners else None, self.confirmed)))

    def placed(self, place: Callable[[str], str]) -> FirmTable:
        """The same with every path p as place(p)."""
        other: dict[str, Any] = {} if self.confirmed is None else {"confirmed": place(self.confirmed)}
        if self.owners is not None:
            other["owners"] = self.owners.model_copy(update={"path": place(self.owners.path)})
        return self.model_copy(update={"path": place(self.path), **other})


class LayerInput(Part):
    """One input file. `fields`: canonical = source column; `units`: unit of the source column, converted on reading."""

    path: str
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    """Overrides what the file declares (or fails to)."""
    fields: dict[str, str] = {}
    units: dict[str, str] = {}
    title: Titles = {}
    join: tuple[TableJoin, ...] = ()
    firms: FirmTable | None = None
    codes: LandUseCodes | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of the layer and of every table that comes to it."""
        crosswalk = (self.codes.table,) if self.codes is not None and self.codes.table else ()
        firms = () if self.firms is None else self.firms.files
        return (self.path, *(one.path for one in self.join), *crosswalk, *firms)

    def placed(self, place: Callable[[str], str]) -> LayerInput:
        """The same with every path p as place(p)."""
        joins = tuple(one.model_copy(update={"path": place(one.path)}) for one in self.join)
        tables: dict[str, Any] = {"join": joins} if joins else {}
        if self.codes is not None and self.codes.table:
            tables["codes"] = self.codes.model_copy(update={"table": place(self.codes.table)})
        if self.firms is not None:
            tables["firms"] = self.firms.placed(place)
        return self.model_copy(update={"path": place(self.path), **tables})


class Budget(Part):
    """Money a fund may spend by year, 万元; what is left moves on with `carry_over`."""

    fund: str
    wan: dict[int, Annotated[float, Field(ge=0)]]
    carry_over: bool = False
    income_returns: bool = False
    """Whether what the fund receives may be spent again, from the year it comes in."""
    year_wan: Annotated[float, Field(ge=0)] | None = None
    """The most that may be spent in any one of the plan's years, whatever was left over or came in."""
    on: bool = True
    title: Titles = {}

    @field_validator("wan", mode="before")
    @classmethod
    def _years(cls, wan: dict[str, float]) -> dict[int, float]:
        if odd := next((year for year in wan if not str(year).isdecimal()), None):
            raise ValueError(f"{odd} ≠ 2026")
        return {int(year): amount for year, amount in wan.items()}


class Limit(Part):
    """A limit on a quantity of the chosen options, in a zone (by id) or everywhere, in one year or over all."""

    id: Id
    quantity: str
    """jobs_displaced, works_area_mu, area_mu, parcels, output_wan, tax_wan, jobs, gfa_m2, firms, or cost_FUND."""
    at_most: float | None = None
    at_least: float | None = None
    zone: str | None = None
    path: str | None = None
    model: str | None = None
    year: int | None = None
    penalty: float | None = Field(None, ge=0)
    """Benefit lost for each unit by which it is missed; absent = it must hold."""
    on: bool = True
    title: Titles = {}

    @model_validator(mode="after")
    def _has_bound(self) -> Limit:
        if self.at_most is None and self.at_least is None:
            raise ValueError("give at_most or at_least")
        return self


class Connected(Part):
    """What is chosen lies in pieces of parcels that touch, each of at least an area."""

    id: Id
    min_area_mu: float = Field(gt=0)
    within: str | None = None
    """A zone set whose zones part pieces, such as blocks: parcels of different main zones do not count as touching."""
    path: str | None = None
    model: str | None = None
    on: bool = True
    title: Titles = {}


class Fairness(Part):
    """Each zone of a set gets at least a part of what its share of the set's area would give it of a quantity."""

    id: Id
    set: str
    quantity: str = "area_mu"
    """As in a limit."""
    at_least: float = Field(0.5, ge=0, le=1)
    """1 = in proportion to area, 0 = anything goes."""
    on: bool = True
    title: Titles = {}


class Years(Part):
    first: int = Field(alias="from")
    last: int = Field(alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> Years:
        if self.first > self.last:
            raise ValueError("from ≤ to")
        if self.last - self.first > 100:
            raise ValueError("to ≤ from + 100")
        return self

    @property
    def all(self) -> range:
        return range(self.first, self.last + 1)


class Choose(Part):
    """What the portfolio maximises, and within what."""

    years: Years
    models_per_parcel: int = Field(1, ge=1)
    maximise: dict[str, float] = {"score_area_mu": 1.0}
    """Weights of: score_area_mu (score × mu), npv_PARTY_wan, output_wan, tax_wan, jobs, gfa_m2, firms."""
    gap: float = Field(0.005, ge=0, lt=1)
    work_limit: int = Field(2000, ge=1)
    """Branch-and-bound nodes, so that the same input gives the same plan on any machine."""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    budgets: tuple[Budget, ...] = ()
    limits: tuple[Limit, ...] = ()
    connected: tuple[Connected, ...] = ()
    fairness: tuple[Fairness, ...] = ()
    boundary_reward: float = Field(0.0, ge=0)
    """Benefit of each metre of boundary that two chosen parcels share."""
    earlier: tuple[str, ...] = ()
    """Parcels that an earlier plan chose."""
    keep_earlier: bool = True
    """Whether they must stay in."""

    @property
    def required(self) -> tuple[str, ...]:
        """Parcels that must be in: the must-do list, and what an earlier plan chose where that is kept."""
        return tuple(dict.fromkeys((*self.must, *(self.earlier if self.keep_earlier else ()))))

    @field_validator("maximise")
    @classmethod
    def _wants_something(cls, maximise: dict[str, float]) -> dict[str, float]:
        if not any(maximise.values()):  # every plan would be the best one
            raise ValueError("{ score_area_mu = 1.0 }")
        return maximise


class Robust(Part):
    """How sure the recommendations are: what is drawn to find out, for the deliverables to say."""

    draws: int = Field(1000, ge=1, le=100_000)
    seed: int | None = Field(None, ge=0)
    """The recipe's where it is not given."""
    weights: Literal["intervals", "ordinal"] = "intervals"
    """intervals: each weight of the scheme within ± spread of itself; ordinal: any weights in each model's order."""
    spread: float = Field(0.3, ge=0, le=1)
    least: float = Field(SURE, ge=0, le=1)
    """A recommendation that holds in a smaller share of the draws is fragile."""


class ShapefileExport(Part):
    encoding: Literal["GBK", "UTF-8"] = "GBK"


class SheetExport(Part):
    paper: Literal["A3"] = "A3"
    per: tuple[str, ...] = ("overview", "block", "carrier")
    """"overview" and zone sets: one sheet for each zone of the set."""
    confidentiality: str = ""
    maker: str = ""
    sign_off: tuple[str, ...] = ()


class Export(Part):
    what: tuple[str, ...] = ("geopackage", "shapefile", "plan_sheets", "workbook")
    inputs: Literal["copy", "reference"] = "copy"
    stamp: date = Field(date(2000, 1, 1), alias="date")
    """Stamped on everything; the clock is never asked, so two runs are byte-equal."""
    shapefile: ShapefileExport = ShapefileExport()
    plan_sheets: SheetExport = SheetExport()


class Recipe(Part):
    format: Literal["landplan-recipe/1"]
    title: Titles
    note: Titles = {}
    scheme: str = "builtin:jiading_default"
    policies: tuple[str, ...] = ()
    """Policy packs: files, or shipped ones by name."""
    crs: str
    seed: int = 0
    lang: Literal["zh", "en"] = "zh"
    layers: dict[Id, LayerInput]
    choose: Choose | None = None
    robust: Robust | None = None
    export: Export = Field(default_factory=lambda: Export.model_validate({}))

    @field_validator("layers")
    @classmethod
    def _has_parcels(cls, layers: dict[str, LayerInput]) -> dict[str, LayerInput]:
        if "parcels" not in layers:
            raise ValueError("a recipe needs [layers.parcels]")
        return layers

    @property
    def policy_files(self) -> tuple[str, ...]:
        """The paths of the policy packs that are files."""
        return tuple(one for one in self.policies if not one.startswith(BUILTIN))

    def placed(self, place: Callable[[str], str]) -> dict[str, Any]:
        """What of the recipe names files, with every path p as place(p); keys that say nothing stay away."""
        layers = {role: one.placed(place) for role, one in self.layers.items()}
        policies = tuple(one if one.startswith(BUILTIN) else place(one) for one in self.policies)
        return {"layers": layers, "policies": policies} if policies else {"layers": layers}
