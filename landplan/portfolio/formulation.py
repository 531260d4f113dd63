"""OptionTable and the recipe's limits → a Problem on plain arrays: a column per option and start year, a row per limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import Issue, SchemeError, SolveError, suggestion
from landplan.core.layers import Float
from landplan.core.recipe import Budget, Choose, Connected, Fairness, Limit
from landplan.core.tables import QUANTITIES, Int32, OptionTable, ZoneShares
from landplan.core.units import M2_PER_MU
from landplan.core.zones import zone_totals
from landplan.portfolio.problem import Problem, limits_from_rows
from landplan.portfolio.ties import Bonds, Pieces

if TYPE_CHECKING:
    from landplan.core.kernels.adjacency import Adjacency

STARTED = ("parcels", "area_mu", "jobs_displaced")
"""Quantities that fall in the start year."""
COUNTED = ("parcels", "jobs_displaced", "jobs", "firms")
"""Quantities that go to the main zone; areas and money go by share."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One limit as the problem sees it: what each column uses, and the bounds."""

    id: str
    quantity: str
    unit: str
    use: Float
    at_least: float | None
    at_most: float | None
    penalty: float = np.inf


@dataclass(frozen=True, eq=False)
class Formulation:
    """Columns (option, start year) and the limits over them. NaN in a use or value = unknown for that column."""

    options: OptionTable
    zones: ZoneShares
    choose: Choose
    area_m2: Float
    discount_rate: float
    base_year: int
    where: str
    touching: Callable[[], Adjacency] | None = None
    """Which parcels touch, and along how many metres; asked for where limits or rewards need it."""

    @cached_property
    def years(self) -> Int32:
        return np.array(self.choose.years.all, np.int32)

    @cached_property
    def option(self) -> Int32:
        """(c,) row of the option table of each column; columns are sorted by option, then start year."""
        return np.repeat(np.arange(len(self.options), dtype=np.int32), len(self.years))

    @cached_property
    def start(self) -> Int32:
        """(c,) start year of each column."""
        return np.tile(self.years, len(self.options))

    @cached_property
    def parcel(self) -> Int32:
        """(c,) parcel of each column."""
        return self.options.parcel[self.option]

    @cached_property
    def area_mu(self) -> Float:
        return self.area_m2[self.parcel] / M2_PER_MU

    def spend(self, fund: str) -> Float:
        """(c, years + 1) 万元 each column draws from a fund by calendar year; the last column is what falls later."""
        return self._by_year(self.options.fund_spend, fund)

    def _by_year(self, amounts: Float, fund: str) -> Float:
        last = len(self.years)
        out = np.zeros((len(self.options), last, last + 1))
        paid = amounts[:, self.options.funds.index(fund)]
        for k in np.flatnonzero(paid.any(axis=0)).tolist():
            for start in range(last):
                out[:, start, min(start + k, last)] += paid[:, k]
        return out.reshape(-1, last + 1)

    def done_by(self, year: int) -> Any:
        """(c,) whether what a column changes holds throughout `year`: works of y years fill the years start … start+y−1."""
        return self.start + self.options.works_years[self.option] <= year

    @cached_property
    def value(self) -> Float:
        """(c,) benefit of each column: the weighted sum of what the recipe maximises."""
        total = np.zeros(len(self.option))
        for name, weight in self.choose.maximise.items():
            total = total + weight * self.goal(name)
        return total

    def goal(self, name: str) -> Float:
        """(c,) what each column gives of something a recipe may maximise; SchemeError names the nearest."""
        last = int(self.years[-1])
        if name == "score_area_mu":
            return np.asarray(self.options.score[self.option] * self.area_mu)
        if name in QUANTITIES:
            return np.where(self.done_by(last), self.options.change[name][self.option], 0.0)
        party = name.removeprefix("npv_").removesuffix("_wan")
        if name == f"npv_{party}_wan" and party in self.options.parties:
            factor = (1.0 + self.discount_rate) ** (self.start - float(self.base_year))
            return np.asarray(self.options.npv_wan[self.option, self.options.parties.index(party)] / factor)
        known = ["score_area_mu", *QUANTITIES, *(f"npv_{party}_wan" for party in self.options.parties)]
        raise SchemeError("unknown_goal", f"{self.where}: choose.maximise", name=name, nearest=suggestion(name, known))

    @cached_property
    def touches(self) -> Adjacency:
        """The pairs of parcels that touch; none where nobody gave any."""
        from landplan.core.kernels.adjacency import Adjacency

        none = np.zeros(0, np.int64)
        return Adjacency(none, none, np.zeros(0)) if self.touching is None else self.touching()

    def rows(self) -> tuple[Row, ...]:
        """Every limit of the recipe, budgets first; SchemeError where two of them have one id."""
        funds = [budget.fund for budget in self.choose.budgets]
        self._refuse_twice("choose.budgets", funds)
        budgets = [row for budget in self.choose.budgets if budget.on for row in self._budget_rows(budget)]
        limits = [self._limit_row(limit) for limit in self.choose.limits if limit.on]
        fair = [row for one in self.choose.fairness if one.on for row in self._fair_rows(one)]
        pieces = [one.id for one in self.choose.connected if one.on]
        self._refuse_twice("choose.limits", [*(row.id for row in (*budgets, *limits, *fair)), *pieces])
        return (*budgets, *limits, *fair)

    def _refuse_twice(self, group: str, ids: Sequence[str]) -> None:
        for id, count in Counter(ids).items():
            if count > 1:
                raise SchemeError("id_twice", self.where, group=group, name=id)

    def _budget_rows(self, budget: Budget) -> list[Row]:
        where = f"{self.where}: choose.budgets"
        if budget.fund not in self.options.funds:
            known = self.options.funds
            raise SchemeError("unknown_fund", where, fund=budget.fund, nearest=suggestion(budget.fund, known))
        if odd := sorted(set(budget.wan) - set(self.years.tolist())):
            raise SchemeError(
                "budget_outside_years", where, fund=budget.fund, year=odd[0], first=self.years[0], last=self.years[-1]
            )
        by_year = self.spend(budget.fund)
        spend = by_year[:, :-1].copy()
        spend[:, -1] += by_year[:, -1]
        if budget.income_returns:  # what comes in after the last year comes too late
            spend = spend - self._by_year(self.options.fund_income, budget.fund)[:, :-1]
        available = np.array([budget.wan.get(int(year), 0.0) for year in self.years])
        if budget.carry_over:
            spend, available = np.cumsum(spend, axis=1), np.cumsum(available)
        quantity, most = f"cost_{budget.fund}", budget.year_wan
        rows = [
            Row(f"budget_{budget.fund}_{year}", quantity, "wan", spend[:, k], None, float(available[k]))
            for k, year in enumerate(self.years)
        ]
        if most is not None:  # of what is paid out, and what falls after the last year is none of the plan's years
            rows += [Row(f"ceiling_{budget.fund}_{year}", quantity, "wan", by_year[:, k], None, most)
                     for k, year in enumerate(self.years)]  # fmt: skip
        return rows

    def _limit_row(self, limit: Limit) -> Row:
        self._refuse_other_years(limit)
        use, unit = self._use(limit)
        place = f"{self.where}: choose.limits.{limit.id}"
        for value, codes, names in (
            (limit.path, self.options.path, self.options.paths),
            (limit.model, self.options.model, self.options.models),
        ):
            if value is not None:
                use = np.where(codes[self.option] == self.position(value, names, place), use, 0.0)
        if limit.zone is not None:
            use = self._in_zone(limit, use)
        penalty = np.inf if limit.penalty is None else limit.penalty
        return Row(limit.id, limit.quantity, unit, use, limit.at_least, limit.at_most, penalty)

    def _fair_rows(self, fair: Fairness) -> list[Row]:
        """For each zone: what it gets, less `at_least` of its share by area of what all zones get, is not below 0."""
        zone_set = self.zones.sets.get(fair.set)
        if zone_set is None:
            place = f"{self.where}: choose.fairness.{fair.id}"
            raise SchemeError("unknown_name", place, name=fair.set, nearest=suggestion(fair.set, self.zones.sets))
        limits = [
            Limit.model_construct(id=f"{fair.id}_{zone}", quantity=fair.quantity, zone=zone, at_least=0.0)
            for zone in zone_set.zone_ids[:-1]
        ]  # not validated: a zone may be called ZN-ANTING, which no limit of a recipe may
        rows = [self._limit_row(limit) for limit in limits]
        area = zone_totals(zone_set, self.area_m2)[:-1]
        total = np.sum([row.use for row in rows], axis=0) if rows else np.zeros(len(self.option))
        shares = area / max(float(area.sum()), 1e-300)
        return [replace(row, use=row.use - fair.at_least * share * total) for row, share in zip(rows, shares, strict=True)]

    def _refuse_other_years(self, limit: Limit) -> None:
        """SchemeError for a year in which the quantity cannot fall: nothing starts or is charged after the last year."""
        first, last = int(self.years[0]), int(self.years[-1])
        if limit.year is None or first <= limit.year <= last:
            return
        if limit.year < first or limit.quantity in STARTED or limit.quantity.startswith("cost_"):
            place, facts = f"{self.where}: choose.limits.{limit.id}", {"first": first, "last": last}
            raise SchemeError("limit_outside_years", place, quantity=limit.quantity, year=limit.year, **facts)

    def _use(self, limit: Limit) -> tuple[Float, str]:
        year, last = limit.year, int(self.years[-1])
        this = np.ones(len(self.option), bool) if year is None else self.start == year
        simple: Mapping[str, tuple[Callable[[], Float], str]] = {
            "parcels": (lambda: this.astype(np.float64), "count"),
            "area_mu": (lambda: np.where(this, self.area_mu, 0.0), "mu"),
            "jobs_displaced": (lambda: np.where(this, self.options.displaced_jobs[self.option], 0.0), "person"),
            "works_area_mu": (lambda: np.where(self._at_work(year), self.area_mu, 0.0), "mu"),
        }
        if limit.quantity in simple:
            make, unit = simple[limit.quantity]
            return make(), unit
        if limit.quantity in QUANTITIES:
            done = self.done_by(last if year is None else year)
            units = dict(zip(QUANTITIES, ("wan", "wan", "person", "m2", "count"), strict=True))
            return np.where(done, self.options.change[limit.quantity][self.option], 0.0), units[limit.quantity]
        return self._cost(limit, [*simple, *QUANTITIES]), "wan"

    def _cost(self, limit: Limit, others: Sequence[str]) -> Float:
        costs = [f"cost_{fund}" for fund in self.options.funds]
        if limit.quantity not in costs:
            known = [*others, *costs]
            place = f"{self.where}: choose.limits.{limit.id}"
            raise SchemeError("unknown_quantity", place, name=limit.quantity, nearest=suggestion(limit.quantity, known))
        spend = self.spend(limit.quantity.removeprefix("cost_"))
        return np.asarray(spend.sum(axis=1) if limit.year is None else spend[:, limit.year - int(self.years[0])])

    def _at_work(self, year: int | None) -> Any:
        works = np.maximum(self.options.works_years[self.option], 1)
        return np.ones(len(works), bool) if year is None else (self.start <= year) & (year < self.start + works)

    def position(self, name: str, names: Sequence[str], where: str) -> int:
        """The place of a name; SchemeError names the nearest."""
        if name not in names:
            raise SchemeError("unknown_name", where, name=name, nearest=suggestion(name, names))
        return list(names).index(name)

    def _in_zone(self, limit: Limit, use: Float) -> Float:
        found = self.zones.of_zone(str(limit.zone))
        if found is None:
            sets = self.zones.sets.values()
            named = {name: id for one in sets for name, id in zip(one.zone_names[:-1], one.zone_ids[:-1], strict=True)}
            near = named.get(str(limit.zone)) or suggestion(str(limit.zone), named.values())
            raise SchemeError("unknown_zone", f"{self.where}: choose.limits.{limit.id}", zone=limit.zone, nearest=near)
        zone_set, k = found
        if limit.quantity in COUNTED:
            return np.where(zone_set.main[self.parcel] == k, use, 0.0)
        share = zone_set.share_in((zone_set.zone_ids[k],))[self.parcel]
        return np.where(share > 0, share * use, 0.0)


@dataclass(frozen=True, eq=False)
class Built:
    """A Problem, the columns of the formulation it kept, its rows, and what was left out and why."""

    problem: Problem
    kept: Int32
    rows: tuple[Row, ...]
    issues: tuple[Issue, ...]


def problem_of(formulation: Formulation, ids: Any) -> Built:
    """The Problem of a formulation. Columns with an unknown value or use are left out, and an Issue says how many parcels.

    Raises SchemeError for parcel ids that do not exist or stand in both lists, SolveError that names the must-do parcels
    without a column left.
    """
    choose = formulation.choose
    if both := [id for id in choose.required if id in choose.must_not]:
        raise SchemeError("must_and_must_not", f"{formulation.where}: choose.must", parcel=both[0])
    position = {id: row for row, id in enumerate(ids)}
    lists = ((choose.required, "must"), (choose.must_not, "must_not"))
    must, must_not = (_rows_of(names, position, formulation.where, key) for names, key in lists)
    rows = formulation.rows()
    keep = ~np.isin(formulation.parcel, must_not)
    issues: list[Issue] = []
    for name, values in (("maximise", formulation.value), *((row.id, row.use) for row in rows)):
        unknown = np.isnan(values) & keep
        if unknown.any():
            n = len(np.unique(formulation.parcel[unknown]))
            issues.append(Issue("choice_unknown", "parcels", "data", values={"n": n, "limit": name}))
        keep &= ~np.isnan(values)
    issues += _idle(formulation, rows, keep)
    kept = np.flatnonzero(keep).astype(np.int32)
    if without := [choose.required[k] for k in np.flatnonzero(~np.isin(must, formulation.parcel[kept]))]:
        raise SolveError("must_without_option", formulation.where, n=len(without), parcels=without[:10])
    used = [np.flatnonzero(row.use[kept]) for row in rows]
    data, columns, start = limits_from_rows([(at, row.use[kept][at]) for at, row in zip(used, rows, strict=True)])
    problem = Problem(
        value=formulation.value[kept],
        group=formulation.parcel[kept].astype(np.int64),
        limit_data=data,
        limit_columns=columns,
        limit_start=start,
        lower=np.array([-np.inf if row.at_least is None else row.at_least for row in rows]),
        upper=np.array([np.inf if row.at_most is None else row.at_most for row in rows]),
        limit_ids=tuple(row.id for row in rows),
        must=must,
        penalty=np.array([row.penalty for row in rows]),
        groups=len(ids),
        pieces=pieces_of(formulation, kept),
        bonds=bonds_of(formulation, kept),
    )
    return Built(problem, kept, rows, tuple(issues))


def _idle(formulation: Formulation, rows: Sequence[Row], keep: Any) -> list[Issue]:
    """Limits that nothing touches, and funds that pay without a budget: both are likely a slip of the pen."""
    touched = {row.id: bool(np.nan_to_num(row.use[keep]).any()) for row in rows if not row.quantity.startswith("cost_")}
    idle = [Issue("limit_touches_nothing", "parcels", values={"limit": id}) for id, used in touched.items() if not used]
    paying = np.asarray(formulation.options.fund_spend.any(axis=(0, 2))).tolist()
    budgets = {budget.fund for budget in formulation.choose.budgets if budget.on}
    free = [fund for fund, pays in zip(formulation.options.funds, paying, strict=True) if pays and fund not in budgets]
    return idle + [Issue("fund_without_budget", "parcels", values={"fund": fund}) for fund in free]


def _rows_of(names: Sequence[str], position: Mapping[str, int], where: str, key: str) -> Any:
    for name in names:
        if name not in position:
            raise SchemeError("unknown_parcel", f"{where}: choose.{key}", parcel=name, nearest=suggestion(name, position))
    return np.array([position[name] for name in names], np.int64)


def pieces_of(formulation: Formulation, kept: Int32) -> tuple[Pieces, ...]:
    """The rules about connected pieces of the recipe, for the kept columns; area in mu."""
    wanted = [one for one in formulation.choose.connected if one.on]
    return tuple(_piece(formulation, one, kept) for one in wanted)


def _piece(formulation: Formulation, rule: Connected, kept: Int32) -> Pieces:
    where, sets = f"{formulation.where}: choose.connected.{rule.id}", formulation.zones.sets
    touching = formulation.touches
    same = np.ones(touching.first.size, bool)
    if rule.within is not None:
        if rule.within not in sets:
            raise SchemeError("unknown_name", where, name=rule.within, nearest=suggestion(rule.within, sets))
        main = sets[rule.within].main
        same = main[touching.first] == main[touching.second]
    counts = np.ones(len(kept), bool)
    table = formulation.options
    for name, codes, names in ((rule.path, table.path, table.paths), (rule.model, table.model, table.models)):
        if name is not None:
            counts &= codes[formulation.option[kept]] == formulation.position(name, names, where)
    size = np.nan_to_num(formulation.area_m2, nan=0.0) / M2_PER_MU
    return Pieces(rule.id, touching.first[same], touching.second[same], counts, size, rule.min_area_mu)


def bonds_of(formulation: Formulation, kept: Int32) -> Bonds | None:
    """The reward for boundary that chosen parcels share; None where the recipe gives none."""
    reward = formulation.choose.boundary_reward
    if reward <= 0:
        return None
    touching = formulation.touches
    return Bonds(touching.first, touching.second, reward * touching.length_m, np.ones(len(kept), bool))
